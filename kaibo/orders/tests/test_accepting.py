"""A provider's statement that is accepted: fees and payouts, each line once by its number."""

from typing import Any

import pytest

from kaibo.facts.orders import StatementAccepted
from kaibo.journal.reads import read
from kaibo.orders import actions, reads
from kaibo.orders.errors import NothingToAccept, StatementDiffers
from kaibo.orders.models import LedgerEntry, Statement
from kaibo.orders.reads.accepted import statements
from kaibo.orders.tests.test_statement import HEADER, statement, two_sales_one_back
from kaibo.promotions.tests.shop import Shop, after

pytestmark = pytest.mark.django_db

PAYOUT = "P-1,98.41,0.10,2026-11-23 09:00:00,提现"


def accept(shop: Shop, lines: list[str], **asked: Any) -> Any:
    data = "\n".join([HEADER, *lines]).encode()
    values = {"by": shop.by, "now": after(90), **asked}
    return actions.accept_statement(provider="sandbox", data=data, **values)


def entered() -> list[tuple[str, str, str, int]]:
    rows = LedgerEntry.objects.filter(statement__isnull=False).order_by("pk")
    return [(row.why, row.debit, row.credit, row.amount_fen) for row in rows]


FEE = ("fee", "provider_fees", "provider_receivable")
ALL = [
    (*FEE, 59),
    (*FEE, 59),
    ("fee_back", "provider_receivable", "provider_fees", 59),
    ("payout", "bank", "provider_receivable", 9_841),
    (*FEE, 10),
]


def test_fees_and_payouts_are_entered_once(shop: Shop) -> None:
    lines = statement(two_sales_one_back(shop))
    lines[2] = lines[2].replace(",0,", ",-0.59,")
    view = accept(shop, [*lines, PAYOUT])
    assert entered() == ALL
    assert (view.entries, view.fees_fen, view.fees_back_fen, view.payouts_fen) == (
        5, 128, 59, 9_841,
    )  # fmt: skip
    # Repeated, and the same lines in another file: nothing is entered a second time.
    assert accept(shop, [*lines, PAYOUT], now=after(99)) == view
    other = accept(shop, [PAYOUT, *lines], now=after(100))
    assert (other.entries, entered()) == (0, ALL)
    assert [one.id for one in statements(shop.org_id)] == [other.id, view.id]
    assert statements(shop.org_id + 1) == []
    found = reads.trial_balance(shop.org_id)
    closing = {row.account: row.closing_fen for row in found.accounts}
    assert (closing["provider_fees"], closing["bank"]) == (69, 9_841)
    assert closing["provider_receivable"] == 9_900 - 69 - 9_841
    assert found.debit_fen == found.credit_fen
    (entry,) = [one for one in reads.entries(shop.org_id).items if one.why == "payout"]
    assert (entry.order_no, entry.provider, entry.provider_no) == ("", "sandbox", "P-1")


def test_a_payment_under_another_of_its_numbers_costs_its_fee_once(shop: Shop) -> None:
    """One export names the provider's number, another ours."""
    payments = two_sales_one_back(shop)
    lines = statement(payments)
    accept(shop, lines)
    others = [
        line.replace(payment.provider_ref, payment.attempt_token)
        for line, payment in zip(lines, [payments[0], payments[1], payments[1]], strict=True)
    ]
    assert others != lines
    assert accept(shop, others, now=after(99)).entries == 0
    assert entered() == [(*FEE, 59), (*FEE, 59)]


def test_what_differs_needs_a_reason_and_is_not_entered(shop: Shop) -> None:
    lines = statement(two_sales_one_back(shop))
    wrong = [lines[0].replace("99.00", "98.00"), *lines[1:], "X-9,5.00,0.03,2026-11-22 21:00,支付"]
    with pytest.raises(StatementDiffers) as refused:
        accept(shop, wrong)
    assert refused.value.data == {"count": 2, "unread": 0}
    assert (Statement.objects.count(), entered()) == (0, [])
    view = accept(shop, wrong, reason="渠道次日更正")
    assert (view.differences, view.reason) == (2, "渠道次日更正")
    assert entered() == [(*FEE, 59)]
    # What agrees at last is entered then.
    accept(shop, lines, now=after(100))
    assert entered() == [(*FEE, 59), (*FEE, 59)]
    with pytest.raises(NothingToAccept):
        accept(shop, ["X-9,5.00,0.03,2026-11-22 21:00,支付"], reason="试试")
    told = [e.fact for e in read() if isinstance(e.fact, StatementAccepted)]
    assert [(fact.entries, fact.fees_fen) for fact in told] == [(1, 59), (1, 59)]
