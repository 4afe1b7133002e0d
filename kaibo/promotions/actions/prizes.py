"""Coupons that are prizes: kept when the terms are published, given to who wins, or let go.

Each under the lock of its promotion, which comes after the draw's or the red packet's.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from kaibo.promotions.actions.coupons import put_in_purses
from kaibo.promotions.actions.promotions import lock_promotion
from kaibo.promotions.errors import PrizeCouponCannotBe
from kaibo.promotions.models import Award, Coupon, Draw, DrawEntry
from kaibo.promotions.reads.promised import why_not_promised, worth_fen
from kaibo.promotions.rules import AWARD, DrawSpec, Prize, Winner
from kaibo.promotions.rules.draws import coupons_in, valued

# What is won can be used for a day at least, and who draws a day late takes nothing from it.
BEYOND: Final = dt.timedelta(days=1)


def keep_coupons(
    wanted: Mapping[int, int],
    *,
    org_id: int,
    show_id: int,
    opens_at: dt.datetime,
    closes_at: dt.datetime,
) -> dict[int, int]:
    """Keep so many coupons of each promotion, by id, for who will win them until ``closes_at``.

    A promotion whose coupons are kept runs on and gives them to nobody else.

    Returns:
        What one is worth, in fen, by promotion.

    Raises:
        NoSuchPromotion, PrizeCouponCannotBe: they cannot be honoured, and why.
    """
    worth = {}
    for id, coupons in sorted(wanted.items()):
        row = lock_promotion(id, org_id=org_id)
        lasts = dt.timedelta(seconds=row.coupon_lasts_s or 0)
        why = why_not_promised(
            row,
            unlock="prize",
            show_id=show_id,
            opens_at=opens_at,
            until=closes_at + lasts + BEYOND,
            coupons=coupons,
        )
        if why is not None:
            why_zh, why_en = why
            raise PrizeCouponCannotBe(
                field="promotion_id", title=row.title, why_zh=why_zh, why_en=why_en
            )
        row.coupons_promised += coupons
        row.save(update_fields=["coupons_promised"])
        fen = worth_fen(row)
        assert fen is not None
        worth[id] = fen
    return worth


def keep_prizes(spec: DrawSpec, *, org_id: int, before: Sequence[Prize] = ()) -> DrawSpec:
    """Keep the coupons among a draw's prizes; returns the terms with what they are worth.

    Args:
        before: prizes that were published, whose coupons are kept and whose worth stands.

    Raises:
        NoSuchPromotion, PrizeCouponCannotBe, PrizeAboveCap: nothing may be written.
    """
    assert spec.opens_at is not None
    assert spec.closes_at is not None
    worth = keep_coupons(
        coupons_in(spec.prizes) - coupons_in(before),
        org_id=org_id,
        show_id=spec.show_id,
        opens_at=spec.opens_at,
        closes_at=spec.closes_at,
    )
    return valued(spec, worth, after=len(before))


def award_prizes(
    row: Draw, entries: Sequence[DrawEntry], winners: Sequence[Winner], *, now: dt.datetime
) -> list[Award]:
    """What a draw gives to its winners; the caller holds its lock.

    A coupon is put into its winner's purse with the award, or neither is written. Coupons that
    nobody won are let go.

    Args:
        entries: in the order of their places.
    """
    prizes, org_id = row.spec.prizes, row.organisation_id
    won = [(entries[winner.place - 1], winner) for winner in winners]
    coupons: dict[int, Coupon] = {}
    for id, kept in sorted(coupons_in(prizes).items()):
        promotion = lock_promotion(id, org_id=org_id)
        promotion.coupons_promised -= kept
        given = put_in_purses(
            promotion,
            [entry.viewer_id for entry, of in won if prizes[of.prize_no - 1].promotion_id == id],
            show_id=row.show_id,
            request_key=f"draw-{row.pk}",
            now=now,
            by="draw",
        )
        coupons |= {coupon.viewer_id: coupon for coupon in given}
    return Award.objects.bulk_create(
        _award(row, entry, of, coupon=coupons.get(entry.viewer_id), now=now) for entry, of in won
    )


def let_go_of(kept: Mapping[int, int], *, org_id: int) -> None:
    """Nobody will win these coupons: they may be promised elsewhere."""
    for id, coupons in sorted(kept.items()):
        row = lock_promotion(id, org_id=org_id)
        row.coupons_promised -= coupons
        row.save(update_fields=["coupons_promised"])


def _award(
    row: Draw, entry: DrawEntry, won: Winner, *, coupon: Coupon | None, now: dt.datetime
) -> Award:
    prize = row.spec.prizes[won.prize_no - 1]
    assert prize.value_fen is not None
    assert row.lapses_at is not None
    return Award(
        organisation_id=row.organisation_id,
        draw=row,
        entry=entry,
        show_id=row.show_id,
        viewer_id=entry.viewer_id,
        place=won.place,
        prize_no=won.prize_no,
        name=prize.name,
        value_fen=prize.value_fen,
        state="awarded" if coupon is None else AWARD.after("awarded", "give"),
        lapses_at=row.lapses_at,
        coupon=coupon,
        # It comes without being claimed.
        claimed_at=now if coupon else None,
    )
