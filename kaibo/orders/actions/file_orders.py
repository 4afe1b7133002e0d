"""Writing orders of other platforms: what is told later replaces what was told before."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from kaibo.orders.actions.file_keeping import told_at
from kaibo.orders.models import OrderFile, PlatformOrder, PlatformOrderLine
from kaibo.orders.rules.file_drafts import OrderDraft
from kaibo.orders.rules.file_versions import Telling, is_older

_ASKED_AT_ONCE = 500
_TOLD = (
    "file", "state", "state_text", "currency", "total_minor", "paid_minor", "refund_minor",
    "is_return", "ordered_at", "paid_at", "customer_no", "region", "province", "city", "source",
    "digest", "changed_at", "told_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """How many orders of a file are new, changed, as they were, and left for being older."""

    created: int = 0
    replaced: int = 0
    unchanged: int = 0
    older: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    digest: str
    currency: str
    telling: Telling


def write_orders(file: OrderFile, drafts: Sequence[OrderDraft]) -> Written:
    """Bring what is stored to what the drafts say; inside the chunk's transaction, in the queue.

    An order of which something newer is stored stays as it is (``rules.file_versions``).
    """
    known = _known(file, drafts)
    same = [draft for draft in drafts if _is_same(file, draft, known.get(draft.no))]
    older = [draft for draft in drafts if _is_older(file, draft, known.get(draft.no))]
    kept = {draft.no for draft in (*same, *older)}
    told = [draft for draft in drafts if draft.no not in kept]
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
    _say_again(file, same, known)
    created = sum(draft.no not in known for draft in told)
    # One that says the same is as it was, whenever it said so.
    count = len({draft.no for draft in older} - {draft.no for draft in same})
    return Written(created, len(told) - created, len(same), count)


def count_older(file: OrderFile, drafts: Sequence[OrderDraft]) -> int:
    """How many orders of a file would be left as they are, because newer ones are stored."""
    known = _known(file, drafts)
    return sum(
        _is_older(file, draft, known.get(draft.no))
        and not _is_same(file, draft, known.get(draft.no))
        for draft in drafts
    )


def _known(file: OrderFile, drafts: Sequence[OrderDraft]) -> dict[str, _Known]:
    same_shop = PlatformOrder.objects.filter(
        organisation_id=file.organisation_id, platform=file.platform, shop=file.shop
    )
    numbers = [draft.no for draft in drafts]
    found: dict[str, _Known] = {}
    for start in range(0, len(numbers), _ASKED_AT_ONCE):
        rows = same_shop.filter(no__in=numbers[start : start + _ASKED_AT_ONCE])
        for id, no, digest, currency, changed_at, at, uploaded_at in rows.values_list(
            "pk", "no", "digest", "currency", "changed_at", "told_at", "file__created_at"
        ):
            telling = Telling(changed_at, at or uploaded_at)
            found[no] = _Known(id, digest, currency, telling)
    return found


def _is_same(file: OrderFile, draft: OrderDraft, known: _Known | None) -> bool:
    return known is not None and (known.digest, known.currency) == (draft.digest, file.currency)


def _is_older(file: OrderFile, draft: OrderDraft, known: _Known | None) -> bool:
    if known is None:
        return False
    return is_older(Telling(draft.changed_at, told_at(file)), known.telling)


def _say_again(file: OrderFile, drafts: Iterable[OrderDraft], known: dict[str, _Known]) -> None:
    """What is told again later is as new as that, so that nothing in between replaces it."""
    at = told_at(file)
    rows = []
    for draft in drafts:
        was = known[draft.no]
        changed = max((m for m in (draft.changed_at, was.telling.changed_at) if m), default=None)
        newer = Telling(changed, max(at, was.telling.told_at))
        if newer != was.telling:
            rows.append(
                PlatformOrder(pk=was.id, changed_at=newer.changed_at, told_at=newer.told_at)
            )
    PlatformOrder.objects.bulk_update(rows, ["changed_at", "told_at"], batch_size=_ASKED_AT_ONCE)


def _row(file: OrderFile, draft: OrderDraft) -> PlatformOrder:
    return PlatformOrder(
        organisation_id=file.organisation_id, file=file, platform=file.platform, shop=file.shop,
        no=draft.no, state=draft.state, state_text=draft.state_text, currency=file.currency,
        total_minor=draft.total_minor, paid_minor=draft.paid_minor,
        refund_minor=draft.refund_minor, is_return=draft.is_return, ordered_at=draft.ordered_at,
        paid_at=draft.paid_at, customer_no=draft.customer_no, region=draft.region,
        province=draft.province, city=draft.city, source=draft.source, digest=draft.digest,
        changed_at=draft.changed_at, told_at=told_at(file),
    )  # fmt: skip
