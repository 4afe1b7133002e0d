"""Writing orders of other platforms: a later file replaces what an earlier one told."""

from collections.abc import Sequence
from dataclasses import asdict

from kaibo.orders.models import OrderFile, PlatformOrder, PlatformOrderLine
from kaibo.orders.rules.file_drafts import OrderDraft

_TOLD = (
    "file", "state", "state_text", "currency", "total_minor", "paid_minor", "refund_minor",
    "is_return", "ordered_at", "paid_at", "customer_no", "region", "province", "city", "source",
    "digest",
)  # fmt: skip


def write_orders(file: OrderFile, drafts: Sequence[OrderDraft]) -> tuple[int, int, int]:
    """Bring what is stored to what the drafts say; inside the chunk's transaction, in the queue.

    Returns:
        How many orders are new, changed, and as they were.
    """
    same_shop = PlatformOrder.objects.filter(
        organisation_id=file.organisation_id, platform=file.platform, shop=file.shop
    )
    known = {
        no: (digest, currency)
        for no, digest, currency in same_shop.filter(
            no__in=[draft.no for draft in drafts]
        ).values_list("no", "digest", "currency")
    }
    told = [draft for draft in drafts if known.get(draft.no) != (draft.digest, file.currency)]
    rows = PlatformOrder.objects.bulk_create(
        [_row(file, draft) for draft in told],
        update_conflicts=True,
        unique_fields=["organisation", "platform", "shop", "no"],
        update_fields=_TOLD,
    )
    PlatformOrderLine.objects.filter(order__in=rows).delete()
    PlatformOrderLine.objects.bulk_create(
        [
            PlatformOrderLine(order=row, number=number, **asdict(line))
            for row, draft in zip(rows, told, strict=True)
            for number, line in enumerate(draft.lines, start=1)
        ]
    )
    created = sum(draft.no not in known for draft in told)
    return created, len(told) - created, len(drafts) - len(told)


def _row(file: OrderFile, draft: OrderDraft) -> PlatformOrder:
    return PlatformOrder(
        organisation_id=file.organisation_id, file=file, platform=file.platform, shop=file.shop,
        no=draft.no, state=draft.state, state_text=draft.state_text, currency=file.currency,
        total_minor=draft.total_minor, paid_minor=draft.paid_minor,
        refund_minor=draft.refund_minor, is_return=draft.is_return, ordered_at=draft.ordered_at,
        paid_at=draft.paid_at, customer_no=draft.customer_no, region=draft.region,
        province=draft.province, city=draft.city, source=draft.source, digest=draft.digest,
    )  # fmt: skip
