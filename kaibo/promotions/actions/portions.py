"""What the portions of a red packet are coupons of: set aside, given, and the rest given back."""

import datetime as dt
import secrets

from kaibo.base.actor import Actor
from kaibo.promotions.actions.coupons import put_in_purse
from kaibo.promotions.actions.prizes import keep_coupons, let_go_of
from kaibo.promotions.actions.promotions import (
    end_row,
    lock_promotion,
    save_promotion,
    start_promotion,
)
from kaibo.promotions.models import Coupon, RedPacket
from kaibo.promotions.rules import PacketSpec, credit_of
from kaibo.promotions.rules.packets import of_coupons


def make_credit(spec: PacketSpec, *, by: Actor, now: dt.datetime) -> int:
    """Start the promotion of a red packet's own, with its total as the budget; returns its id.

    Raises:
        BelowFloor, FloorUnproven: with the largest portion a SKU could fall below its floor.
    """
    # A key that nobody can have used: another promotion must never be taken for this one.
    key = secrets.token_hex(16)
    made = save_promotion(spec=credit_of(spec), request_key=key, by=by, now=now)
    start_promotion(promotion_id=made.id, by=by, now=now)
    return made.id


def keep_portions(spec: PacketSpec, *, org_id: int) -> PacketSpec:
    """Keep the coupons that a red packet names; returns its terms with what they are worth.

    Raises:
        NoSuchPromotion, PrizeCouponCannotBe, PrizeAboveCap: nothing may be written.
    """
    assert spec.promotion_id is not None
    assert spec.number is not None
    assert spec.opens_at is not None
    assert spec.closes_at is not None
    worth = keep_coupons(
        {spec.promotion_id: spec.number},
        org_id=org_id,
        show_id=spec.show_id,
        opens_at=spec.opens_at,
        closes_at=spec.closes_at,
    )
    return of_coupons(spec, worth_fen=worth[spec.promotion_id])


def give_portion(row: RedPacket, *, viewer_id: int, fen: int, now: dt.datetime) -> Coupon:
    """One portion in a viewer's purse; the caller holds the red packet's lock and judged it."""
    assert row.promotion_id is not None
    is_named = row.spec.promotion_id is not None
    promotion = lock_promotion(row.promotion_id, org_id=row.organisation_id)
    if is_named:
        promotion.coupons_promised -= 1
    return put_in_purse(
        promotion,
        viewer_id=viewer_id,
        show_id=row.show_id,
        request_key=f"packet-{row.pk}",
        now=now,
        by="packet",
        off_fen=None if is_named else fen,
    )


def give_rest_back(row: RedPacket, *, by: Actor, now: dt.datetime) -> None:
    """It is over: the promotion keeps nothing for it beyond what was given."""
    assert row.promotion_id is not None
    assert row.number is not None
    if row.spec.promotion_id is not None:
        rest = {row.promotion_id: row.number - row.claims_count}
        let_go_of(rest, org_id=row.organisation_id)
        return
    credit = lock_promotion(row.promotion_id, org_id=row.organisation_id)
    if row.state == "finished":
        credit.uses_total, credit.budget_fen = row.claims_count, row.claimed_fen
        credit.save(update_fields=["uses_total", "budget_fen"])
    if not row.claims_count:
        end_row(credit, by=by, now=now)
