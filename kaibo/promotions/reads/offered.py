"""The coupons a viewer may claim in a show, and why not."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Q

from kaibo.audience.reads.fans import fan_tiers
from kaibo.insight.reads import watched_s
from kaibo.promotions.models import Promotion
from kaibo.promotions.reads.basket import traits_of
from kaibo.promotions.reads.exchanges import ExchangeView, exchange_in, is_goods_kept
from kaibo.promotions.rules import CouponTerms, judge_coupon
from kaibo.promotions.rules.running import audience_words
from kaibo.promotions.rules.spec import PROMISED

Proof = Literal["open", "watch", "keyword"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponOffer:
    """A coupon on offer, its conditions in full (LM-097, LM-098).

    ``unlock``: what opens it: ``open`` nothing more, ``watch`` minutes (``watch_minutes``, of which
    ``watched_s`` are done), ``keyword`` a word that the host says. ``refused``: empty when this
    viewer may claim one now, else the reason. ``exchange``: of an exchange coupon, what it is good
    for.
    """

    promotion_id: int
    title_zh: str
    title_en: str
    terms: dict[str, Any]
    audience_zh: str
    audience_en: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    claim_from: dt.datetime
    claim_until: dt.datetime
    coupons_left: int | None
    per_buyer_max: int | None
    mine: int
    unlock: str
    watch_minutes: int | None
    watched_s: int
    refused: str
    exchange: ExchangeView | None


@dataclass(frozen=True, slots=True)
class DroppedCoupon:
    """A coupon the desk dropped in a show, for whoever comes before ``closes_at``."""

    promotion_id: int
    title_zh: str
    title_en: str
    closes_at: dt.datetime


def coupon_dropped(show_id: int, *, now: dt.datetime) -> DroppedCoupon | None:
    """The coupon dropped last in a show, while it can still be claimed."""
    rows = Promotion.objects.filter(
        show_id=show_id, state="running", unlock="drop", claim_until__gt=now
    )
    row = rows.order_by("-claim_from", "-pk").first()
    if row is None:
        return None
    assert row.claim_until is not None
    terms = row.terms
    return DroppedCoupon(row.pk, terms["title_zh"], terms["title_en"], row.claim_until)


def coupons_on_offer(
    viewer_id: int, *, org_id: int, show_id: int, now: dt.datetime
) -> list[CouponOffer]:
    """What can be claimed in a show, newest first; what only waits for a drop is not shown."""
    rows = Promotion.objects.filter(
        Q(show_id=None) | Q(show_id=show_id),
        organisation_id=org_id,
        state="running",
        got="claim",
        ends_at__gt=now,
    ).exclude(unlock="drop", claim_from=None)
    # A reward comes by itself, through an invitation campaign; so does what is won.
    rows = rows.exclude(unlock__in=PROMISED)
    traits = traits_of(viewer_id, org_id=org_id, now=now)
    tiers = [tier.name for tier in fan_tiers(org_id)]
    offers = []
    for row in rows.order_by("-pk"):
        terms, mine = (
            coupon_terms(row, show_id=show_id, now=now),
            row.coupons.filter(viewer_id=viewer_id),
        )
        count = mine.count()
        seconds = _watched(row, show_id=show_id, viewer_id=viewer_id)
        # What no word and no waiting would change is said before what they would.
        proofs = (terms.unlock, _proof(row, watched=seconds, keyword=""))
        reasons = (judge_coupon(terms, traits=traits, mine=count, by=by, now=now) for by in proofs)
        why = next((reason for reason in reasons if reason is not None), None)
        words = audience_words(row.audience, tiers)
        offers.append(_offer(row, terms, words, mine=count, watched=seconds, refused=why or ""))
    return offers


def proof_of(
    promotion_id: int, *, org_id: int, show_id: int, viewer_id: int, keyword: str
) -> Proof:
    """What a viewer has proved towards a coupon: the word they typed, or the minutes watched.

    Minutes are looked up only for a coupon that asks for them; they are those of this show.
    """
    row = Promotion.objects.filter(pk=promotion_id, organisation_id=org_id).first()
    if row is None:
        return "open"
    seconds = _watched(row, show_id=show_id, viewer_id=viewer_id)
    return _proof(row, watched=seconds, keyword=keyword)


def _watched(row: Promotion, *, show_id: int, viewer_id: int) -> int:
    if row.unlock != "watch":
        return 0
    return watched_s(show_id, viewer_id, org_id=row.organisation_id)


def _proof(row: Promotion, *, watched: int, keyword: str) -> Proof:
    if row.unlock == "watch" and watched >= 60 * (row.watch_minutes or 0):
        return "watch"
    if row.unlock == "keyword" and keyword.strip() == row.keyword:
        return "keyword"
    return "open"


def coupon_terms(row: Promotion, *, show_id: int, now: dt.datetime) -> CouponTerms:
    """What decides about a claim, as a value that rules can judge."""
    return CouponTerms(
        state=row.state if row.tripped_at is None else "paused",
        got=row.got,
        # A drop opens the window; before the first one there is none.
        unlock="open" if row.unlock == "drop" and row.claim_from is not None else row.unlock,
        is_here=row.show_id in (None, show_id),
        opens_at=max(row.starts_at, row.claim_from or row.starts_at),
        closes_at=min(row.ends_at, row.claim_until or row.ends_at),
        coupons_left=row.coupons_left,
        per_buyer_max=row.per_buyer_max,
        audience=row.audience,
        is_goods_kept=is_goods_kept(row, now=now),
    )


def _offer(
    row: Promotion,
    terms: CouponTerms,
    words: tuple[str, str],
    *,
    mine: int,
    watched: int,
    refused: str,
) -> CouponOffer:
    zh, en = words
    return CouponOffer(
        promotion_id=row.pk,
        title_zh=row.terms["title_zh"],
        title_en=row.terms["title_en"],
        terms=row.terms,
        audience_zh=zh,
        audience_en=en,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        claim_from=terms.opens_at,
        claim_until=terms.closes_at,
        coupons_left=row.coupons_left,
        per_buyer_max=row.per_buyer_max,
        mine=mine,
        unlock=terms.unlock,
        watch_minutes=row.watch_minutes,
        watched_s=watched,
        refused=refused,
        exchange=exchange_in(row.terms, org_id=row.organisation_id),
    )
