"""Whether goods may be sold or given away at all."""

import datetime as dt
from collections.abc import Iterable

from kaibo.catalog.reads.negative import banned_skus
from kaibo.catalog.reads.papers import papers_ran_out
from kaibo.catalog.reads.products import sku_is_approved, skus
from kaibo.catalog.reads.withheld import withheld


def kept_from_sale(org_id: int, sku_ids: Iterable[int], *, now: dt.datetime) -> set[int]:
    """Those of the organisation's SKUs among these that nobody may sell or give away now.

    Their product is not approved, its papers ran out, the negative list names it, or a case
    withholds it. ``check_sellable`` says of one SKU why.
    """
    standing = skus(set(sku_ids), org_id)
    ids = standing.keys()
    kept = {id for id, one in standing.items() if not sku_is_approved(one, now=now)}
    kept |= papers_ran_out(ids, now=now)
    return kept | withheld(ids).keys() | banned_skus(org_id, ids).keys()
