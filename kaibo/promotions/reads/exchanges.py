"""What an exchange coupon is good for, as buyers are told."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kaibo.catalog.reads import kept_from_sale, skus
from kaibo.promotions.models import Promotion
from kaibo.promotions.rules.promotion import exchanges
from kaibo.promotions.rules.running import read_terms

# So many goods are named; of the others only the number is said.
NAMED_MAX: Final = 3


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """One unit of one of these goods at a price.

    Args:
        fen: of the unit; 0 is free.
        goods: the first of them by name, title and specification.
        more: how many further ones are chosen.
    """

    fen: int
    goods: list[str]
    more: int


def is_goods_kept(row: Promotion, *, now: dt.datetime) -> bool:
    """Whether a coupon is exchanged for goods of which none may be sold now."""
    found = exchanges(row.priced)
    if found is None:
        return False
    known = skus(found[1], row.organisation_id).keys()
    return known <= kept_from_sale(row.organisation_id, known, now=now)


def exchange_in(terms: Mapping[str, Any], *, org_id: int) -> ExchangeView | None:
    """What a coupon's stored terms exchange; None for every other coupon."""
    found = exchanges(read_terms(terms, id=0))
    if found is None:
        return None
    fen, ids = found
    named = skus(sorted(ids)[:NAMED_MAX], org_id)
    goods = [f"{sku.product_title} {sku.spec}".strip() for _, sku in sorted(named.items())]
    return ExchangeView(fen, goods, len(ids) - len(goods))
