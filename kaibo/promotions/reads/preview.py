"""How low promotions together can bring each SKU, before anything is saved or started."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
from django.db.models import Q

from kaibo.catalog.reads import skus, tags_of
from kaibo.promotions.models import FlashSale, GroupOffer, Offer, Promotion
from kaibo.promotions.reads.promotions import PromotionView, promotion_view
from kaibo.promotions.rules import (
    PER_BUYER_MAX,
    BasketLine,
    OfSkus,
    OfTags,
    PromotionSpec,
    Worst,
    worst_prices,
)
from kaibo.promotions.rules import Promotion as Terms

# An unsaved promotion is newer than all that are stored.
UNSAVED_ID = 2**62


@dataclass(frozen=True, slots=True)
class MetPromotion:
    """One promotion of a combination."""

    id: int
    title_zh: str
    title_en: str


@dataclass(frozen=True, slots=True)
class BasketPart:
    """One line of the basket that reaches a lowest price."""

    sku_id: int
    sku: str
    units: int
    unit_price_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LowestPrice:
    """The lowest final price of a SKU that was found, how it is reached, and what it means.

    ``bound_fen``: no basket gets below; ``verdict``: below, safe, or unproven (never safe).
    """

    sku_id: int
    sku: str
    title: str
    unit_price_fen: int
    floor_fen: int
    lowest_fen: int
    bound_fen: int
    verdict: str
    combination: tuple[MetPromotion, ...]
    basket: tuple[BasketPart, ...]


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """A promotion with what is left of its budget, and those it meets on some SKU in its time."""

    promotion: PromotionView
    budget_left_fen: int | None
    meets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Promotions of a span of time, and the lowest price of each SKU they can bring about."""

    entries: tuple[CalendarEntry, ...]
    prices: tuple[LowestPrice, ...]


def preview_promotion(
    spec: PromotionSpec, *, org_id: int, now: dt.datetime, promotion_id: int | None = None
) -> list[LowestPrice]:
    """What a promotion would do together with all that can meet it; nothing is written.

    Args:
        promotion_id: the draft whose new terms these are.

    Returns:
        For each SKU with a price that it can touch the lowest final price, lowest bound first.
    """
    terms = msgspec.structs.replace(spec.terms, id=promotion_id or UNSAVED_ID)
    window = max(spec.starts_at, now), spec.ends_at
    return _views(_lowest(terms, org_id, spec.show_id, window), org_id)


def lowest_of(row: Promotion, *, now: dt.datetime) -> list[Worst]:
    """The lowest prices of the lines a stored promotion touches, with all that can meet it."""
    window = max(row.starts_at, now), row.ends_at
    return _lowest(row.priced, row.organisation_id, row.show_id, window)


def alone_of(row: Promotion, *, now: dt.datetime) -> list[Worst]:
    """The same by this promotion alone: another that hides it today may end tomorrow."""
    lines = price_lines(
        row.organisation_id,
        show_id=row.show_id,
        begins=max(row.starts_at, now),
        ends=row.ends_at,
    )
    return _worst([line for line in lines if covers(row.priced, line)], [row.priced])


def _lowest(
    terms: Terms, org_id: int, show_id: int | None, window: tuple[dt.datetime, dt.datetime]
) -> list[Worst]:
    begins, ends = window
    others = _overlapping(org_id, show_id, begins, ends)
    lines = price_lines(org_id, show_id=show_id, begins=begins, ends=ends)
    touched = {line.key for line in lines if covers(terms, line)}
    found = _worst(lines, [terms, *(row.priced for row in others if row.pk != terms.id)])
    return [worst for worst in found if worst.terms.key in touched]


def lowest_in_show(org_id: int, *, show_id: int, now: dt.datetime) -> list[Worst]:
    """The lowest price of every line of a show under the promotions that run from now on."""
    end = dt.datetime.max.replace(tzinfo=dt.UTC)
    rows = list(_overlapping(org_id, show_id, now, end))
    if not rows:
        return []
    lines = price_lines(org_id, show_id=show_id, begins=now, ends=end)
    return _worst(lines, [row.priced for row in rows])


def calendar(org_id: int, *, begins: dt.datetime, ends: dt.datetime) -> Calendar:
    """The promotions of a span, drafts too, whom each meets, and what comes of all of them."""
    rows = Promotion.objects.filter(organisation_id=org_id, starts_at__lt=ends, ends_at__gt=begins)
    kept = list(rows.exclude(state="ended").order_by("starts_at", "pk"))
    lines = price_lines(org_id, show_id=None, begins=begins, ends=ends)
    entries = []
    for row in kept:
        left = None if row.budget_fen is None else row.budget_fen - row.off_fen
        meets = [other.pk for other in kept if other.pk != row.pk and _meet(row, other, lines)]
        entries.append(CalendarEntry(promotion_view(row), left, tuple(meets)))
    prices = _views(_worst(lines, [row.priced for row in kept]), org_id)
    return Calendar(tuple(entries), tuple(prices))


def price_lines(
    org_id: int, *, show_id: int | None, begins: dt.datetime, ends: dt.datetime
) -> list[BasketLine]:
    """Every price a SKU has in a span: of links that are not closed, their group
    buys, and of flash sales.

    Args:
        show_id: None is every show.
    """
    here = Q() if show_id is None else Q(show_id=show_id)
    offers = Offer.objects.filter(here, organisation_id=org_id).exclude(state="closed")
    sales = FlashSale.objects.filter(
        here, organisation_id=org_id, opens_at__lt=ends, closes_at__gt=begins
    ).exclude(state="ended")
    groups = GroupOffer.objects.filter(here, organisation_id=org_id, state="running")
    led = groups.values_list("sku_id", "leader_price_fen", "per_buyer_max")
    prices: dict[tuple[int, int], int] = {}
    for sku_id, price_fen, most in [
        *offers.values_list("sku_id", "price_fen", "per_buyer_max"),
        *sales.values_list("sku_id", "price_fen", "units_per_buyer_max"),
        *groups.values_list("sku_id", "price_fen", "per_buyer_max"),
        *((sku_id, fen, most) for sku_id, fen, most in led if fen is not None),
    ]:
        place = sku_id, price_fen
        prices[place] = max(prices.get(place, 0), most or PER_BUYER_MAX)
    ids = {sku_id for sku_id, _ in prices}
    goods, tags = skus(ids, org_id), tags_of(ids, org_id=org_id)
    return [
        BasketLine(
            key=f"{sku_id}@{price_fen}",
            sku_id=sku_id,
            units=units,
            unit_price_fen=price_fen,
            floor_fen=goods[sku_id].floor_price_fen,
            sku=goods[sku_id].code,
            tags=tags[sku_id],
        )
        for (sku_id, price_fen), units in sorted(prices.items())
    ]


def _overlapping(
    org_id: int, show_id: int | None, begins: dt.datetime, ends: dt.datetime
) -> list[Promotion]:
    """Promotions that may be in force in the span, and those whose coupons may still be used."""
    rows = Promotion.objects.filter(organisation_id=org_id, starts_at__lt=ends)
    if show_id is not None:
        rows = rows.filter(Q(show_id=None) | Q(show_id=show_id))
    on = Q(state__in=("running", "paused"), ends_at__gt=begins)
    purse = Q(coupons__state__in=("open", "held"), coupons__good_until__gt=begins)
    return list(rows.filter(on | purse).distinct().order_by("pk"))


def covers(terms: Terms, line: BasketLine) -> bool:
    """Whether a line is in a promotion's scope."""
    match terms.scope:
        case OfSkus(ids=ids):
            return line.sku_id in ids
        case OfTags(tags=tags):
            return bool(tags & line.tags)
    return True


def _meet(one: Promotion, other: Promotion, lines: Iterable[BasketLine]) -> bool:
    together = one.starts_at < other.ends_at and other.starts_at < one.ends_at
    shows = one.show_id is None or other.show_id in (None, one.show_id)
    first, second = one.priced, other.priced
    return (
        together and shows and any(covers(first, line) and covers(second, line) for line in lines)
    )


def _worst(lines: Sequence[BasketLine], terms: Sequence[Terms]) -> list[Worst]:
    return worst_prices(lines, terms) if lines and terms else []


def _views(found: Sequence[Worst], org_id: int) -> list[LowestPrice]:
    titles = skus({worst.terms.sku_id for worst in found}, org_id)
    views = [
        LowestPrice(
            sku_id=worst.terms.sku_id,
            sku=worst.terms.sku,
            title=titles[worst.terms.sku_id].product_title,
            unit_price_fen=worst.terms.unit_price_fen,
            floor_fen=worst.terms.floor_fen,
            lowest_fen=worst.unit_fen,
            bound_fen=worst.bound_fen,
            verdict=worst.verdict,
            combination=tuple(
                MetPromotion(met.id, met.title_zh, met.title_en) for met in worst.combination
            ),
            basket=tuple(
                BasketPart(line.sku_id, line.sku, line.units, line.unit_price_fen)
                for line in worst.basket
            ),
        )
        for worst in found
    ]
    return sorted(views, key=lambda view: (view.bound_fen - view.floor_fen, view.sku_id))
