"""Which goods are kept from sale, and by what."""

from collections.abc import Collection

from kaibo.catalog.errors import GoodsWithheldFromSale
from kaibo.catalog.models import Withheld


def withheld(sku_ids: Collection[int] | None = None) -> dict[int, int]:
    """SKUs that are withheld now, each with the case that came first; of all when None."""
    rows = Withheld.objects.filter(released_at__isnull=True)
    if sku_ids is not None:
        rows = rows.filter(sku_id__in=set(sku_ids))
    return dict(rows.order_by("-pk").values_list("sku_id", "case_id"))


def check_not_withheld(sku_id: int) -> None:
    """Refuse a SKU that a case keeps from sale (电子商务法 art. 42).

    Raises:
        GoodsWithheldFromSale: names the case.
    """
    for case_id in withheld([sku_id]).values():
        raise GoodsWithheldFromSale(sku_id=sku_id, case_id=case_id)
