"""Refunds that no provider makes, for the desk that sends them by bank."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from django.db.models import Case, Count, QuerySet, When

from kaibo.access.reads import people_names
from kaibo.base.inputs import check_whole
from kaibo.base.pages import in_pieces
from kaibo.orders.errors import NoSuchRefund
from kaibo.orders.models import Refund, Settlement, ShopTerms
from kaibo.orders.reads.orders import PAGE_MAX, PAGE_ROWS
from kaibo.orders.rules.settling import needs_second

BankState = Literal["bank_due", "bank_done", "twice"]
_STATES: Final = ("bank_due", "bank_done", "twice")
# What somebody has to do comes first.
_URGENT: Final = Case(When(state="bank_done", then=1), default=0)


@dataclass(frozen=True, slots=True)
class SettlementView:
    """A transfer by bank as it was entered; ``needs_second``: it stands when another agreed."""

    state: Literal["asked", "done", "refused"]
    bank_ref: str
    reason: str
    needs_second: bool
    asked_by: int
    asked_by_name: str
    asked_at: dt.datetime
    decided_by_name: str
    decided_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class BankRefundView:
    """A refund that its provider will never make; ``answer`` is the provider's own code.

    ``needs_second``: another person will have to agree that it was sent. ``state`` is one of
    ``BankState``, or "due" in the answer to who let the provider try again.
    """

    id: int
    no: str
    show_id: int
    state: str
    amount_fen: int
    provider: str
    provider_no: str
    answer: str
    refund_reason: str
    receiver_masked: str
    owed_at: dt.datetime
    refunded_at: dt.datetime | None
    needs_second: bool
    settlement: SettlementView | None


@dataclass(frozen=True, slots=True)
class BankRefundPage:
    """One page, what is longest owed first; ``states`` counts all."""

    items: list[BankRefundView]
    total: int
    page: int
    pages: int
    states: dict[str, int]


def bank_refunds(org_id: int, *, state: str = "", page: int = 1) -> BankRefundPage:
    """An organisation's refunds that go by bank; ``state`` "" is all."""
    check_whole("page", page, least=1, most=PAGE_MAX)
    counts = _found(org_id).order_by().values_list("state").annotate(Count("pk"))
    states = {str(name): int(count) for name, count in counts}
    total = states.get(state, 0) if state else sum(states.values())
    start = (page - 1) * PAGE_ROWS
    return BankRefundPage(
        items=_views(_found(org_id, state)[start : start + PAGE_ROWS], org_id=org_id),
        total=total,
        page=page,
        pages=-(-total // PAGE_ROWS),
        states=states,
    )


def every_bank_refund(org_id: int, *, state: str = "") -> Iterator[BankRefundView]:
    """All of them, in the order of ``bank_refunds``; one that moves meanwhile is there once."""
    rows = _found(org_id, state)
    for ids in in_pieces(list(rows.values_list("pk", flat=True))):
        yield from _views(rows.filter(pk__in=ids), org_id=org_id)


def bank_refund(id: int, *, org_id: int) -> BankRefundView:
    """One of them.

    Raises:
        NoSuchRefund: none of this id in the organisation.
    """
    found = _views(Refund.objects.filter(pk=id, order__organisation_id=org_id), org_id=org_id)
    if not found:
        raise NoSuchRefund(id=id)
    return found[0]


def _found(org_id: int, state: str = "") -> "QuerySet[Refund]":
    states = [one for one in _STATES if state in ("", one)]
    rows = Refund.objects.filter(order__organisation_id=org_id, state__in=states)
    return rows.order_by(_URGENT, "owed_at", "pk")


def _views(rows: "QuerySet[Refund]", *, org_id: int) -> list[BankRefundView]:
    refunds = list(rows.select_related("order", "payment"))
    shop = ShopTerms.objects.filter(organisation_id=org_id).first() or ShopTerms()
    newest: dict[int, Settlement] = {
        row.refund_id: row for row in Settlement.objects.filter(refund__in=refunds).order_by("pk")
    }
    people = {row.asked_by for row in newest.values()}
    names = people_names(people | {row.decided_by for row in newest.values() if row.decided_by})
    return [
        BankRefundView(
            id=row.pk,
            no=row.order.no,
            show_id=row.order.show_id,
            state=row.state,
            amount_fen=row.amount_fen,
            provider=row.payment.provider,
            provider_no=row.payment.provider_ref,
            answer=row.answer,
            refund_reason=row.reason,
            receiver_masked=row.order.receiver_masked,
            owed_at=row.owed_at,
            refunded_at=row.refunded_at,
            needs_second=needs_second(row.amount_fen, shop.settle_alone_fen_max),
            settlement=_settlement(newest.get(row.pk), names),
        )
        for row in refunds
    ]


def _settlement(row: Settlement | None, names: dict[int, str]) -> SettlementView | None:
    if row is None:
        return None
    return SettlementView(
        state=row.state,  # type: ignore[arg-type]  # written by its table alone
        bank_ref=row.bank_ref,
        reason=row.reason,
        needs_second=row.needs_second,
        asked_by=row.asked_by,
        asked_by_name=names.get(row.asked_by, f"#{row.asked_by}"),
        asked_at=row.asked_at,
        decided_by_name="" if row.decided_by is None else names.get(row.decided_by, ""),
        decided_at=row.decided_at,
    )
