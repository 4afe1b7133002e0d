"""How far a promotion reaches, held against what one person alone may give away."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from django.db.models import Q

from kaibo.promotions.errors import SecondPersonNeeded
from kaibo.promotions.models import FlashSale, Offer, Promotion
from kaibo.promotions.reads.guards import guard_terms
from kaibo.promotions.reads.preview import alone_of
from kaibo.promotions.rules import Gift, Worst, most_off_fen
from kaibo.promotions.rules.changes import Low, promotion_dangers, promotion_off_fen


def check_reach(
    row: Promotion, found: Sequence[Worst], *, agreed_off_fen: int | None, now: dt.datetime
) -> None:
    """Refuse a promotion that goes deeper or wider than one person may let it.

    Depth is the lowest price it has a part in, held against the link's own as a flash sale is, so
    goods without a floor are not free. Breadth is all that it can give away on what is free now.
    A red packet is not asked about: its sum is set aside and told beforehand.

    Args:
        found: the lowest prices of what it touches. agreed_off_fen: what two people agreed to.

    Raises:
        SecondPersonNeeded: it is dangerous and nobody confirmed it.
    """
    if row.got == "packet":
        return
    lows = _lows(row, found, now=now)
    off_fen = off_of(row, found, now=now)
    dangers = promotion_dangers(guard_terms(row.organisation_id), lows, off_fen=off_fen)
    if dangers and (agreed_off_fen is None or off_fen > agreed_off_fen):
        raise SecondPersonNeeded(
            what_zh=f"优惠“{row.terms['title_zh']}”",
            what_en=f"Promotion “{row.terms['title_en']}”",
            off_fen=off_fen,
            dangers=list(dangers),
        )


def off_of(row: Promotion, found: Sequence[Worst], *, now: dt.datetime) -> int:
    """The most that it can give away as its goods stand now, in fen."""
    benefit, most = row.priced.benefit, most_off_fen(row.priced)
    if isinstance(benefit, Gift):
        value = (row.gift_units or 0) * benefit.value_fen
        return value if row.budget_fen is None else min(value, row.budget_fen)
    lows = _lows(row, found, now=now)
    return promotion_off_fen(lows, uses=row.uses_total, most_fen=most, budget_fen=row.budget_fen)


def _lows(row: Promotion, found: Sequence[Worst], *, now: dt.datetime) -> list[Low]:
    """How low it brings each SKU, alone and where it has a part."""
    org_id = row.organisation_id
    lines: dict[int, list[Worst]] = {}
    for worst in (*found, *alone_of(row, now=now)):
        if any(met.id == row.pk for met in worst.combination):
            lines.setdefault(worst.terms.sku_id, []).append(worst)
    here = Q(organisation_id=org_id, sku_id__in=list(lines))
    if row.show_id is not None:
        here &= Q(show_id=row.show_id)
    units: Counter[int] = Counter()
    for offer in Offer.objects.filter(here).exclude(state="closed"):
        units[offer.sku_id] += offer.units_left
    sales = FlashSale.objects.filter(here).exclude(state="ended")
    for sku_id, left in sales.values_list("sku_id", "units_left"):
        units[sku_id] += left
    lows = []
    for sku_id, of_sku in lines.items():
        price_fen = max(worst.terms.unit_price_fen for worst in of_sku)
        lows.append(Low(min(worst.unit_fen for worst in of_sku), price_fen, units[sku_id]))
    return lows
