"""What others may know of the terms on which a SKU is sold."""

from collections.abc import Collection

from kaibo.catalog.models import SkuTerms
from kaibo.catalog.rules.terms import SaleTerms


def sale_terms(org_id: int, sku_ids: Collection[int]) -> dict[int, SaleTerms]:
    """On what terms each of these SKUs is sold; the usual ones where none were said."""
    rows = SkuTerms.objects.filter(sku__organisation_id=org_id, sku_id__in=sku_ids)
    said = {
        row.sku_id: SaleTerms(row.no_reason_return, row.exception_type, row.ship_within_h)
        for row in rows
    }
    return {id: said.get(id, SaleTerms()) for id in sku_ids}
