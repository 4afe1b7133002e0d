"""What fan tiers give in a show: open to see for everybody, whoever asks (LM-100)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Q, QuerySet

from kaibo.audience.errors.fans import NoSuchFan
from kaibo.audience.reads import viewers
from kaibo.audience.reads.fans import AUDIT_ROWS, FanPlanView, FanView, fan_of, fan_plan, fan_tiers
from kaibo.promotions.errors import NoSuchFanTier
from kaibo.promotions.models import FlashSale, Offer, Promotion, PromotionUse
from kaibo.promotions.reads.basket import LineWish, basket_lines, room_of
from kaibo.promotions.reads.preview import covers
from kaibo.promotions.reads.stacking import stacking_rule
from kaibo.promotions.rules import BasketLine, Choose, Gift, Room, price_within
from kaibo.promotions.rules import Promotion as Terms
from kaibo.promotions.rules.running import FAN_TIERS, tier_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FanRight:
    """One thing a tier and those above it have: a discount, a gift, a coupon, an early opening.

    ``terms`` are the promotion's; an early opening has ``link_no`` and ``early_s`` instead.
    """

    place: int
    kind: Literal["price", "gift", "coupon", "early"]
    title_zh: str
    title_en: str
    terms: dict[str, Any] | None
    link_no: int | None
    early_s: int
    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TierPrice:
    """What one unit of a link costs a fan of this tier and above, and what it costs everybody.

    ``of_fen``: the link's price that both were made from.
    """

    link_no: int
    place: int
    name: str
    of_fen: int
    everyone_fen: int
    price_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FanCard:
    """The shop's tiers, where the viewer stands, and what every tier has in this show."""

    plan: FanPlanView | None
    me: FanView
    rights: list[FanRight]
    prices: list[TierPrice]


@dataclass(frozen=True, slots=True, kw_only=True)
class FanUse:
    """A right at work in an order of a viewer: the tier and the rule as they were then.

    ``needs``: the tier the promotion asks for; ``place``, ``name``, ``points``, ``given`` are the
    buyer's, ``version`` that of the shop's plan.
    """

    use_id: int
    promotion_id: int
    title: str
    show_id: int
    off_fen: int
    state: str
    needs: int
    place: int
    name: str
    points: int
    given: int
    version: int
    used_at: dt.datetime


def fan_uses(viewer_id: int, *, org_id: int, most: int | None = AUDIT_ROWS) -> list[FanUse]:
    """The rights of fan tiers that a viewer's orders rest on, newest first; ``most`` None: all.

    Raises:
        NoSuchFan: none of this id in the organisation.
    """
    if viewer_id not in viewers({viewer_id}, org_id=org_id):
        raise NoSuchFan(id=viewer_id)
    rows = PromotionUse.objects.filter(
        viewer_id=viewer_id, organisation_id=org_id, fan__isnull=False
    )
    return [
        FanUse(
            use_id=row.pk,
            promotion_id=row.promotion_id,
            title=row.promotion.title,
            show_id=row.show_id,
            off_fen=row.off_fen,
            state=row.state,
            **(row.fan or {}),
            used_at=row.used_at,
        )
        for row in rows.select_related("promotion").order_by("-pk")[:most]
    ]


def tier_name(place: int, *, org_id: int) -> str:
    """The shop's name of a tier; empty for none (0).

    Raises:
        NoSuchFanTier: the shop has published no such tier.
    """
    if not place:
        return ""
    tiers = fan_tiers(org_id)
    if place > len(tiers):
        raise NoSuchFanTier(field="audience", place=place)
    return tiers[place - 1].name


def fan_card(viewer_id: int, *, org_id: int, show_id: int, now: dt.datetime) -> FanCard:
    """The fan page of a viewer in a show."""
    plan = fan_plan(org_id)
    return FanCard(
        plan=plan,
        me=fan_of(viewer_id, org_id=org_id),
        rights=fan_rights(org_id, show_id=show_id, now=now) if plan else [],
        prices=tier_prices(org_id, show_id=show_id, now=now) if plan else [],
    )


def fan_rights(org_id: int, *, show_id: int | None, now: dt.datetime) -> list[FanRight]:
    """What tiers have now or soon, lowest tier first.

    Args:
        show_id: None is every show.
    """
    rows = _here(org_id, show_id).filter(ends_at__gt=now, audience__in=FAN_TIERS)
    rights = [_of_promotion(row) for row in rows.order_by("pk")]
    sales = FlashSale.objects.filter(organisation_id=org_id, early_tier__gt=0, closes_at__gt=now)
    if show_id is not None:
        sales = sales.filter(show_id=show_id)
    rights += [_of_sale(sale) for sale in sales.exclude(state="ended").order_by("opens_at", "pk")]
    return sorted(rights, key=lambda right: right.place)


def tier_prices(org_id: int, *, show_id: int, now: dt.datetime) -> list[TierPrice]:
    """The open links of a show that cost a tier less, with the one price engine.

    Only what applies by itself to everybody, or to everybody of the tier, is counted: one unit,
    no coupon. A tier whose price is that of the tier below is left out.
    """
    rows = _here(org_id, show_id).filter(got="auto", starts_at__lte=now, ends_at__gt=now)
    found = list(rows.filter(audience__in=("everyone", *FAN_TIERS)).order_by("pk"))
    if not any(tier_of(row.audience) for row in found):
        return []
    open_links = Offer.objects.filter(organisation_id=org_id, show_id=show_id, state="open")
    wishes = [
        LineWish(
            key=str(offer.link_no), sku_id=offer.sku_id, units=1, unit_price_fen=offer.price_fen
        )
        for offer in open_links.order_by("link_no")
    ]
    names = [tier.name for tier in fan_tiers(org_id)]
    rooms = [
        (tier_of(row.audience), row.priced, room_of(row, viewer_id=0, by_coupon=False))
        for row in found
    ]
    prices, choose = [], stacking_rule(org_id)
    for line in basket_lines(org_id, wishes):
        on_line = [one for one in rooms if covers(one[1], line)]
        before = everyone = _fen(line, on_line, choose, place=0)
        for place in sorted({place for place, _, _ in on_line if place}):
            fen = _fen(line, on_line, choose, place=place)
            if fen < before:
                prices.append(
                    TierPrice(
                        link_no=int(line.key),
                        place=place,
                        name=names[place - 1],
                        of_fen=line.unit_price_fen,
                        everyone_fen=everyone,
                        price_fen=fen,
                    )
                )
            before = fen
    return prices


def _fen(
    line: BasketLine, rooms: Sequence[tuple[int, Terms, Room]], choose: Choose, *, place: int
) -> int:
    mine = {terms: room for needs, terms, room in rooms if needs <= place}
    quote, _ = price_within([line], mine, choose=choose)
    return sum(quote.line_fen)


def _here(org_id: int, show_id: int | None) -> QuerySet[Promotion]:
    rows = Promotion.objects.filter(organisation_id=org_id, state="running")
    return rows if show_id is None else rows.filter(Q(show_id=None) | Q(show_id=show_id))


def _of_promotion(row: Promotion) -> FanRight:
    kind: Literal["price", "gift", "coupon"] = "price" if row.got == "auto" else "coupon"
    return FanRight(
        place=tier_of(row.audience),
        kind="gift" if isinstance(row.priced.benefit, Gift) else kind,
        title_zh=row.terms["title_zh"],
        title_en=row.terms["title_en"],
        terms=row.terms,
        link_no=None,
        early_s=0,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )


def _of_sale(sale: FlashSale) -> FanRight:
    return FanRight(
        place=sale.early_tier,
        kind="early",
        title_zh=sale.title,
        title_en=sale.title,
        terms=None,
        link_no=sale.link_no,
        early_s=sale.early_s,
        starts_at=sale.opens_at,
        ends_at=sale.closes_at,
    )
