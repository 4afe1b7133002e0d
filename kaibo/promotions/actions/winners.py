"""Prizes on their way: to whom they go, who carries them, and when they arrived."""

import datetime as dt
from typing import Final, Literal

from django.db import transaction

from kaibo.base.actor import Actor
from kaibo.base.carriers import clean_waybill, find_carrier
from kaibo.base.errors import DeliveredTooEarly
from kaibo.base.sheets import Cell, money, write_csv, write_xlsx
from kaibo.facts.promotions import PrizeDelivered, PrizeShipped, WinnersExported
from kaibo.journal.actions import append
from kaibo.promotions.actions.draws import lock_draw
from kaibo.promotions.actions.entries import lock_award, move_award
from kaibo.promotions.models import Award
from kaibo.promotions.reads.draws import AwardView, award_view, receiver_of

WINNER_COLUMNS: Final = (
    "中奖编号 Award", "快递公司 Carrier", "快递单号 Waybill", "奖品 Prize", "价值(元) Value",
    "收件人 Receiver", "电话 Phone", "地区 Region", "地址 Address", "领取时间 Claimed at",
)  # fmt: skip


@transaction.atomic
def ship_prize(
    *, award_id: int, by: Actor, now: dt.datetime, carrier: str = "", waybill: str = ""
) -> AwardView:
    """Note that a claimed prize was sent, and by whom it is carried. Safe to repeat.

    Args:
        carrier: as people write it. A right to use something needs neither it nor a number.

    Raises:
        NoSuchAward, DrawStateWrong, TextMissing, CarrierUnknown, WaybillUnusable, WaybillOfOther:
            nothing was written.
    """
    award = lock_award(award_id, org_id=by.org_id)
    if award.state in ("shipped", "delivered"):
        return award_view(award)
    move_award(award, "ship")
    prize = award.draw.spec.prizes[award.prize_no - 1]
    if prize.kind == "goods" or carrier or waybill:
        award.carrier = find_carrier(carrier)
        award.waybill = clean_waybill(award.carrier, waybill)
    award.shipped_at = now
    award.save(update_fields=["state", "shipped_at", "carrier", "waybill"])
    fact = PrizeShipped(
        draw_id=award.draw_id, award_id=award.pk, carrier=award.carrier, waybill=award.waybill
    )
    append(fact, at=now, org_id=by.org_id, show_id=award.show_id, actor=by)
    return award_view(award)


@transaction.atomic
def deliver_prize(
    *, award_id: int, by: Actor, now: dt.datetime, delivered_at: dt.datetime | None = None
) -> AwardView:
    """Note that a prize is with its winner. Safe to repeat: the first moment told stays.

    Args:
        delivered_at: when, if that was before now.

    Raises:
        NoSuchAward, DrawStateWrong: it was not sent. DeliveredTooEarly: before it was sent, or in
            the future. Nothing was written.
    """
    award = lock_award(award_id, org_id=by.org_id)
    if award.state == "delivered":
        return award_view(award)
    at = delivered_at or now
    move_award(award, "deliver")
    assert award.shipped_at is not None
    if not award.shipped_at <= at <= now:
        raise DeliveredTooEarly(field="delivered_at")
    award.delivered_at = at
    award.save(update_fields=["state", "delivered_at"])
    fact = PrizeDelivered(draw_id=award.draw_id, award_id=award.pk, delivered_at=at)
    append(fact, at=now, org_id=by.org_id, show_id=award.show_id, actor=by)
    return award_view(award)


@transaction.atomic
def export_winners(
    *, draw_id: int, kind: Literal["csv", "xlsx"], by: Actor, now: dt.datetime
) -> bytes:
    """Winners whose prizes wait to be sent, with their addresses, in the order of claiming.

    That somebody took addresses out of the house is a fact; whose they are is not in it.

    Raises:
        NoSuchDraw: not in the organisation; nothing was written.
    """
    row = lock_draw(draw_id, org_id=by.org_id)
    awards = list(Award.objects.filter(draw_id=draw_id, state="claimed").order_by("claimed_at"))
    rows = [_line(award) for award in awards]
    fact = WinnersExported(draw_id=draw_id, awards=len(awards), kind=kind)
    append(fact, at=now, org_id=by.org_id, show_id=row.show_id, actor=by)
    if kind == "csv":
        return write_csv(WINNER_COLUMNS, rows)
    return write_xlsx("中奖待发货", WINNER_COLUMNS, rows)


def _line(award: Award) -> list[Cell]:
    to = receiver_of(award)
    assert to is not None, "who claimed said where it goes"
    return [
        award.pk, "", "", award.name, money(award.value_fen), to["name"], to["phone"],
        to["region"], to["detail"], award.claimed_at,
    ]  # fmt: skip
