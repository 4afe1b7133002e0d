"""Codes (兑换码): made once, redeemed for coupons, and not to be guessed."""

import datetime as dt
import hashlib
import secrets

from django.db import IntegrityError, transaction

from kaibo.base.actor import Actor
from kaibo.base.inputs import check_whole
from kaibo.facts.promotions import CodesMade
from kaibo.journal.actions import append
from kaibo.promotions.actions.coupons import give_coupon
from kaibo.promotions.actions.promotions import lock_promotion
from kaibo.promotions.errors import CodeTaken, CouponRefused, NoSuchCode, TooManyTries
from kaibo.promotions.models import CodeTry, Coupon, CouponCode
from kaibo.promotions.reads.promotions import CouponView, coupon_view
from kaibo.promotions.rules import check_code, check_request_key, plain_code

# 60 bits from letters and digits that are not taken for each other.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_CHARS = 12
CODES_MAX = 1_000
# So many wrong codes in so long, and a viewer waits.
TRIES_MAX = 10
TRIES_WITHIN = dt.timedelta(hours=1)


@transaction.atomic
def make_codes(
    *, promotion_id: int, count: int, by: Actor, now: dt.datetime, shared: str | None = None
) -> list[str]:
    """Make one-time codes by chance, or one word that everybody may use; only digests are kept.

    Args:
        count: of one-time codes; 1 with ``shared``.
        shared: the word, 6 to 20 letters and digits; its stock is the promotion's.

    Returns:
        The codes; nobody can read them again.

    Raises:
        NoSuchPromotion, NumberOutOfRange, BadInput: as they say. CodeTaken: another has the word.
        CouponRefused: the promotion is not got by a code. Nothing was written.
    """
    check_whole("count", count, least=1, most=CODES_MAX if shared is None else 1)
    row = lock_promotion(promotion_id, org_id=by.org_id)
    if row.got != "code" or row.state == "ended":
        raise CouponRefused(reason="not_running", title=row.title)
    codes = [check_code(shared)] if shared is not None else [_chance() for _ in range(count)]
    made = [
        CouponCode(
            organisation_id=by.org_id,
            promotion=row,
            digest=_digest(by.org_id, code),
            uses_max=None if shared is not None else 1,
            made_at=now,
        )
        for code in codes
    ]
    try:
        with transaction.atomic():
            for code in made:
                code.save(force_insert=True)
    except IntegrityError as error:
        raise CodeTaken(field="shared") from error
    fact = CodesMade(
        promotion_id=row.pk, codes=[code.pk for code in made], uses_max=made[0].uses_max
    )
    append(fact, at=now, org_id=by.org_id, show_id=row.show_id, actor=by)
    return codes


def redeem_code(
    *, code: str, org_id: int, show_id: int, viewer_id: int, request_key: str, now: dt.datetime
) -> CouponView:
    """Give a viewer the coupon behind a code. Safe to repeat: the same key, the same coupon.

    The try is written before the code is looked at, so that many at once are counted too; a
    right code takes it off again, a wrong one leaves it.

    Raises:
        TooManyTries: ten wrong codes within an hour; the code was not looked at.
        NoSuchCode: unknown or spent; the try was written.
        CouponRefused: the coupon behind it is not to be had; nothing was written.
    """
    check_request_key(request_key)
    tried = CodeTry.objects.create(organisation_id=org_id, viewer_id=viewer_id, at=now)
    recent = CodeTry.objects.filter(
        organisation_id=org_id, viewer_id=viewer_id, at__gt=now - TRIES_WITHIN
    )
    if recent.count() > TRIES_MAX:
        tried.delete()
        raise TooManyTries(retry_after_s=round(TRIES_WITHIN.total_seconds()))
    found = CouponCode.objects.filter(
        organisation_id=org_id, digest=_digest(org_id, plain_code(code))
    ).first()
    if found is None:
        raise NoSuchCode(field="code")
    tried.delete()
    return _redeem(found, show_id=show_id, viewer_id=viewer_id, request_key=request_key, now=now)


@transaction.atomic
def _redeem(
    found: CouponCode, *, show_id: int, viewer_id: int, request_key: str, now: dt.datetime
) -> CouponView:
    row = lock_promotion(found.promotion_id, org_id=found.organisation_id)
    earlier = Coupon.objects.filter(promotion=row, viewer_id=viewer_id, request_key=request_key)
    if (coupon := earlier.first()) is not None:
        return coupon_view(coupon)
    found.refresh_from_db()
    if found.uses_max is not None and found.uses >= found.uses_max:
        raise NoSuchCode(field="code")
    found.uses += 1
    found.save(update_fields=["uses"])
    return give_coupon(
        row,
        viewer_id=viewer_id,
        show_id=show_id,
        request_key=request_key,
        now=now,
        by="code",
        code_id=found.pk,
    )


def _chance() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARS))


def _digest(org_id: int, code: str) -> str:
    return hashlib.sha256(f"{org_id}:{code}".encode()).hexdigest()
