"""Accepted statements, rates and commission replayed from their facts."""

from typing import Any

import pytest

from kaibo.facts import orders as told
from kaibo.facts.base import Fact
from kaibo.journal.reads import read
from kaibo.orders import actions
from kaibo.orders.actions import RateWish
from kaibo.orders.models import Commission, CommissionRate, LedgerEntry, Statement
from kaibo.orders.tests.books import audit
from kaibo.orders.tests.buying import pay, place
from kaibo.orders.tests.planned import plan_show
from kaibo.promotions.tests.shop import SHOW, after, make_shop, open_link

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset(
    {told.StatementAccepted, told.CommissionRateSet, told.CommissionMoved}
)


class Books:
    """What the facts alone say of statements and commission."""

    def __init__(self) -> None:
        self.statements: dict[int, tuple[str, str, int]] = {}
        self.rates: dict[int, tuple[int | None, str, int]] = {}
        self.due: dict[int, int] = {}
        self.entries: dict[str, int] = {}

    def replay(self, fact: Fact) -> None:
        """Take one fact in."""
        match fact:
            case told.StatementAccepted():
                values = (fact.provider, fact.sha256, fact.entries)
                self.statements[fact.statement_id] = values
            case told.CommissionRateSet():
                self.rates[fact.rate_id] = (fact.link_no, fact.payee_name, fact.rate_bp)
            case told.CommissionMoved():
                for part in fact.parts:
                    self._move(part, fact.refund_id)

    def _move(self, part: told.CommissionPart, refund_id: int | None) -> None:
        why, end = ("commission", "") if refund_id is None else ("uncommission", f":r{refund_id}")
        fen = part.fen if refund_id is None else -part.fen
        self.due[part.commission_id] = self.due.get(part.commission_id, 0) + fen
        self.entries[f"{why}:c{part.commission_id}{end}"] = part.fen


def test_statements_and_commission_replay() -> None:
    shop = make_shop()
    open_link(shop, units=10)
    plan_show(shop.by)
    for link, bp in ((None, 1_234), (1, 77)):
        wish = RateWish(show_id=SHOW, rate_bp=bp, agency=f"机构{bp}", link_no=link)
        actions.set_commission_rate(wish=wish, by=shop.by, now=after(0))
    many: dict[str, Any] = {"units": 3, "expected_total_fen": 29_700}
    order = place(shop, now=after(1), **many)
    payment = pay(order, now=after(1))
    line = order.lines[0].id
    actions.refund_units(
        no=order.no, units={line: 2}, request_key="r", reason="", by=shop.by, now=after(2)
    )
    text = "支付单号,金额,手续费,时间,类型\n{},297.00,1.78,2026-11-22 20:00:01,支付\n{}"
    for more in ("", "P-1,100,0,2026-11-23 08:00:00,提现"):
        data = text.format(payment.provider_ref, more).encode()
        actions.accept_statement(provider="sandbox", data=data, by=shop.by, now=after(9))
    books = Books()
    for entry in read():
        books.replay(entry.fact)
    assert books.statements == {
        row.pk: (row.provider, row.sha256, row.entries.count()) for row in Statement.objects.all()
    }
    assert [entries for _, _, entries in books.statements.values()] == [1, 1]
    assert books.rates == {
        row.pk: (row.link_no, row.payee_name, row.rate_bp) for row in CommissionRate.objects.all()
    }
    assert books.due == {row.pk: row.due_fen for row in Commission.objects.all()}
    entries = LedgerEntry.objects.filter(why__contains="commission")
    assert books.entries == {row.key: row.amount_fen for row in entries}
    assert len(books.entries) == 4
    audit()
