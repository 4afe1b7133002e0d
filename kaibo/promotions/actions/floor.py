"""The hard stop below a SKU's floor, judged on the floor as it stands at this moment."""

import datetime as dt

from django.db import transaction

from kaibo.promotions.models import Offer
from kaibo.promotions.reads.preview import lowest_in_show
from kaibo.promotions.rules import check_price_floor, check_worst


def check_floor_now(offer_id: int, *, price_fen: int) -> None:
    """Refuse a price below the floor of the link's SKU, reading the floor under its row lock.

    The floor cannot rise between this look and the caller's commit. Call it last, after every
    other lock, the stock's included (docs/mechanisms/locking.md); a refusal rolls all back.

    Raises:
        BelowFloor: names the SKU and both prices.
    """
    assert transaction.get_connection().in_atomic_block
    rows = Offer.objects.select_related("sku").select_for_update(of=("sku",), no_key=True)
    sku = rows.get(pk=offer_id).sku
    check_price_floor(sku.code, price_fen=price_fen, floor_fen=sku.floor_price_fen)


def check_stacked_floor(*, org_id: int, show_id: int, now: dt.datetime) -> None:
    """Refuse a new link price or flash sale that running promotions would bring below a floor.

    Call it after the price was written: it reads the show as it would be.

    Raises:
        BelowFloor, FloorUnproven: name the SKU and the promotions that meet; all is rolled back.
    """
    check_worst(lowest_in_show(org_id, show_id=show_id, now=now))
