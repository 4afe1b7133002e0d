"""A provider that pays back after all, though the money went by bank or was to go."""

from collections.abc import Callable
from typing import Any, Literal

import pytest

from kaibo.facts.orders import PaymentRefunded, RefundDoubled, SettlementDecided
from kaibo.orders import actions, edge, reads
from kaibo.orders.errors import RefundImpossible, StatementDiffers
from kaibo.orders.models import LedgerEntry, Refund, Settlement
from kaibo.orders.reads.settling import bank_refunds
from kaibo.orders.tests.buying import pay, place
from kaibo.orders.tests.test_settling import facts, settle, two_needed
from kaibo.orders.tests.test_statement import HEADER
from kaibo.promotions.tests.shop import Shop, after

pytestmark = pytest.mark.django_db

Entered = Literal["nothing", "waiting", "stands"]


class Slow:
    """Its first try is under way while a second one is refused for good."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        self._meanwhile: Callable[[], None] | None = meanwhile

    def refund(self, token: str, **amounts: Any) -> None:
        """The slow one succeeds at last."""
        if self._meanwhile is None:
            raise RefundImpossible(why="USER_ACCOUNT_ABNORMAL")
        meanwhile, self._meanwhile = self._meanwhile, None
        meanwhile()


def stuck(shop: Shop, monkeypatch: pytest.MonkeyPatch, entered: Entered) -> Refund:
    """A refund of 99 yuan whose provider paid it after it was given up."""
    payment = pay(place(shop), now=after(1))
    actions.refund_order(no=payment.order.no, reason="不想要了", by=shop.by, now=after(2))
    if entered == "waiting":
        two_needed(shop)

    def meanwhile() -> None:
        assert actions.retry_refunds(now=after(60)) == 0
        refund = Refund.objects.get()
        assert refund.state == "bank_due"
        if entered != "nothing":
            settle(refund, shop.by, second=61)

    slow = Slow(meanwhile)
    with monkeypatch.context() as patch:
        patch.setattr(edge, "provider", lambda name: slow)
        assert actions.retry_refunds(now=after(3)) == 1
    return Refund.objects.get()


@pytest.mark.parametrize(
    ("entered", "state", "transfers", "booked"),
    [
        ("nothing", "done", [], []),
        ("waiting", "done", ["refused"], [False]),
        ("stands", "twice", ["done"], [True]),
    ],
)
def test_money_of_a_slow_try_is_never_forgotten(
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    entered: Entered,
    state: str,
    transfers: list[str],
    booked: list[bool],
) -> None:
    refund = stuck(shop, monkeypatch, entered)
    assert refund.state == state
    assert [*Settlement.objects.values_list("state", flat=True)] == transfers
    assert [fact.is_booked for fact in facts(RefundDoubled)] == booked
    assert len(facts(PaymentRefunded)) == 1
    decided = facts(SettlementDecided)
    assert [fact.state for fact in decided] == transfers
    paid = LedgerEntry.objects.filter(why__in=("pay_back", "bank_back", "pay_twice"))
    whys = ["bank_back", "pay_twice"] if state == "twice" else ["pay_back"]
    assert [*paid.order_by("pk").values_list("why", flat=True)] == whys
    left = {row.account: row.closing_fen for row in reads.trial_balance(shop.org_id).accounts}
    twice_fen = 9_900 if state == "twice" else 0
    assert (left["refunds_twice"], left["bank"]) == (twice_fen, -twice_fen)
    assert (left["provider_receivable"], left["refunds_payable"]) == (0, 0)
    listed = [one.state for one in bank_refunds(shop.org_id).items]
    assert listed == (["twice"] if state == "twice" else [])
    assert reads.order(refund.order.no, viewer_id=1).state == "refunded"


def test_a_statement_that_tells_of_it_is_entered_as_paid_twice(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = pay(place(shop), now=after(1))
    actions.refund_order(no=payment.order.no, reason="", by=shop.by, now=after(2))
    with monkeypatch.context() as patch:
        closed = Slow(lambda: None)
        closed.refund("")
        patch.setattr(edge, "provider", lambda name: closed)
        assert actions.retry_refunds(now=after(3)) == 0
    refund = Refund.objects.get()
    settle(refund, shop.by)
    lines = [
        HEADER,
        f"{payment.attempt_token},99.00,0.59,2026-11-22 20:00:01,支付",
        f"{refund.token},-99.00,0.59,2026-11-22 20:09:00,退款",
    ]
    asked: dict[str, Any] = {"provider": "sandbox", "data": "\n".join(lines).encode()}
    found = reads.reconcile(shop.org_id, **asked)
    (one,) = found.differences
    assert (one.what, one.kind, one.order_no) == ("theirs_only", "refund", refund.order.no)
    with pytest.raises(StatementDiffers):
        actions.accept_statement(**asked, by=shop.by, now=after(90))
    actions.accept_statement(**asked, reason="渠道也退了", by=shop.by, now=after(90))
    refund.refresh_from_db()
    assert refund.state == "twice"
    assert len(facts(RefundDoubled)) == 1
    # From then on both sides say the same, and what the provider gave back is entered once.
    for second in (91, 92):
        actions.accept_statement(**asked, by=shop.by, now=after(second))
    whys = LedgerEntry.objects.filter(statement__isnull=False).values_list("why", flat=True)
    assert sorted(whys) == ["fee", "fee_back"]
