"""Refunds that no provider makes: asked no more, sent by bank, entered by one person or two."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kaibo.base.actor import Actor
from kaibo.base.errors import BadInput
from kaibo.facts.base import Fact
from kaibo.facts.orders import (
    OrderRefunded,
    PaymentRefunded,
    RefundAskedAgain,
    RefundStuck,
    SettlementAsked,
    SettlementDecided,
)
from kaibo.orders import actions, reads
from kaibo.orders.errors import (
    NoSuchRefund,
    RefundStateWrong,
    SettlementBySamePerson,
)
from kaibo.orders.models import LedgerEntry, Payment, Refund, Settlement
from kaibo.orders.reads.settling import bank_refund, bank_refunds
from kaibo.orders.tests.books import refunds_of
from kaibo.orders.tests.buying import begin_at, open_at, place, tell_from
from kaibo.orders.tests.providers import Provider
from kaibo.promotions.tests import shop as stage
from kaibo.promotions.tests.shop import Shop, after

pytestmark = pytest.mark.django_db

WECHAT = ("USER_ACCOUNT_ABNORMAL", "ABNORMAL", "CLOSED")
ALIPAY = ("ACQ.BUYER_NOT_EXIST", "ACQ.TRADE_HAS_FINISHED")


def facts(kind: type[Fact]) -> list[Any]:
    """What was told of this kind."""
    return [*stage.facts(kind)]


def stuck(bank: Provider, shop: Shop, answer: str) -> Refund:
    """A refund of 99 yuan that the provider said it will never make."""
    payment = begin_at(bank, shop)
    tell_from(bank, payment, now=after(1))
    actions.refund_order(no=payment.order.no, reason="不想要了", by=shop.by, now=after(2))
    bank.mood, bank.never = "never", answer
    assert actions.retry_refunds(now=after(3)) == 0
    return Refund.objects.get()


@pytest.fixture
def refund(shop: Shop, plugged: dict[str, Any]) -> Refund:
    """One whose buyer closed the account at WeChat."""
    return stuck(plugged["wechat"], shop, "USER_ACCOUNT_ABNORMAL")


def colleague(shop: Shop) -> Actor:
    """Another person of the shop."""
    return replace(shop.by, id=2)


def two_needed(shop: Shop) -> None:
    """The shop lets nobody enter 99 yuan alone."""
    actions.set_shop_terms(
        ship_within_h=48,
        may_refund_only=False,
        settle_alone_fen_max=9_899,
        by=shop.by,
        now=after(0),
    )


def settle(refund: Refund, by: Actor, ref: str = "B-1", second: float = 10) -> Any:
    return actions.settle_refund(
        refund_id=refund.pk, bank_ref=ref, reason="买家已注销", by=by, now=after(second)
    )


@pytest.mark.parametrize(
    ("name", "answer"),
    [("wechat", code) for code in WECHAT] + [("alipay", code) for code in ALIPAY],
)
def test_a_final_no_is_asked_no_more(
    shop: Shop, plugged: dict[str, Any], name: str, answer: str
) -> None:
    bank = plugged[name]
    refund = stuck(bank, shop, answer)
    assert (refund.state, refund.answer, refund.next_at) == ("bank_due", answer, None)
    asked = len(bank.asked)
    assert actions.retry_refunds(now=after(10**6)) == 0
    assert len(bank.asked) == asked
    (fact,) = facts(RefundStuck)
    assert (fact.refund_id, fact.amount_fen, fact.answer) == (refund.pk, 9_900, answer)
    seen = reads.order(refund.order.no, viewer_id=1)
    assert (seen.state, seen.refund_fen, seen.bank_due_fen) == ("refunding", 9_900, 9_900)
    (row,) = bank_refunds(shop.org_id).items
    assert (row.id, row.state, row.answer, row.needs_second) == (
        refund.pk, "bank_due", answer, False,
    )  # fmt: skip


def test_a_no_that_may_change_is_asked_again(shop: Shop, plugged: dict[str, Any]) -> None:
    """The control: not enough money today says nothing of tomorrow."""
    refund = stuck(plugged["alipay"], shop, "ACQ.SELLER_BALANCE_NOT_ENOUGH")
    assert (refund.state, refund.answer) == ("due", "ACQ.SELLER_BALANCE_NOT_ENOUGH")
    plugged["alipay"].mood = "fine"
    assert actions.retry_refunds(now=after(60)) == 1


@pytest.mark.parametrize("name", ["wechat", "alipay"])
def test_a_no_after_the_term_goes_by_bank(shop: Shop, plugged: dict[str, Any], name: str) -> None:
    """A second before it is asked again; from then on whatever the provider gives as its reason."""
    refund = stuck(plugged[name], shop, "INVALID_REQUEST")
    ends_at = after(1) + dt.timedelta(days=365)
    assert refund.payment.paid_at == after(1)
    assert actions.retry_refunds(now=ends_at - dt.timedelta(seconds=1)) == 0
    refund.refresh_from_db()
    assert (refund.state, refund.answer, facts(RefundStuck)) == ("due", "INVALID_REQUEST", [])
    Refund.objects.update(next_at=ends_at)
    assert actions.retry_refunds(now=ends_at) == 0
    refund.refresh_from_db()
    assert (refund.state, refund.answer, refund.next_at) == ("bank_due", "TERM_OVER", None)
    (fact,) = facts(RefundStuck)
    assert (fact.refund_id, fact.amount_fen, fact.answer) == (refund.pk, 9_900, "TERM_OVER")
    assert settle(refund, shop.by).state == "bank_done"


@pytest.mark.parametrize("mood", ["down", "processing"])
@pytest.mark.parametrize("name", ["wechat", "alipay"])
def test_what_may_have_gone_is_not_sent_again_after_the_term(
    shop: Shop, plugged: dict[str, Any], name: str, mood: Any
) -> None:
    refund = stuck(plugged[name], shop, "INVALID_REQUEST")
    plugged[name].mood = mood
    late = after(1) + dt.timedelta(days=366)
    assert actions.retry_refunds(now=late) == 0
    refund.refresh_from_db()
    assert (refund.state, facts(RefundStuck)) == ("due", [])
    plugged[name].mood = "fine"
    Refund.objects.update(next_at=late)
    assert actions.retry_refunds(now=late) == 1


def test_one_person_settles_up_to_the_limit(shop: Shop, refund: Refund) -> None:
    view = settle(refund, shop.by)
    assert (view.state, view.settlement.state, view.settlement.bank_ref) == (
        "bank_done", "done", "B-1",
    )  # fmt: skip
    assert refunds_of([refund.payment]) == [("bank_done", "refund_asked", 1)]
    seen = reads.order(refund.order.no, viewer_id=1)
    assert (seen.state, seen.bank_due_fen, seen.bank_done_fen) == ("refunded", 0, 9_900)
    entry = LedgerEntry.objects.get(why="bank_back")
    assert (entry.debit, entry.credit, entry.amount_fen, entry.at) == (
        "refunds_payable", "bank", 9_900, after(10),
    )  # fmt: skip
    (told,) = facts(PaymentRefunded)
    assert (told.is_all, told.by_bank) == (True, True)
    assert len(facts(OrderRefunded)) == 1
    # Repeated it is the same; under another number it went already.
    assert settle(refund, shop.by, second=20) == view
    with pytest.raises(RefundStateWrong):
        settle(refund, shop.by, ref="B-2")
    assert LedgerEntry.objects.filter(why="bank_back").count() == 1


def test_above_the_limit_another_person_agrees(shop: Shop, refund: Refund) -> None:
    two_needed(shop)
    waiting = settle(refund, shop.by)
    assert (waiting.state, waiting.settlement.state) == ("bank_due", "asked")
    assert not LedgerEntry.objects.filter(why="bank_back").exists()
    with pytest.raises(SettlementBySamePerson):
        actions.confirm_settlement(refund_id=refund.pk, by=shop.by, now=after(11))
    with pytest.raises(RefundStateWrong):
        actions.ask_refund_again(refund_id=refund.pk, by=shop.by, now=after(11))
    done: Any = actions.confirm_settlement(refund_id=refund.pk, by=colleague(shop), now=after(12))
    assert (done.state, done.settlement.state) == ("bank_done", "done")
    assert facts(SettlementAsked)[0].needs_second
    assert [fact.state for fact in facts(SettlementDecided)] == ["done"]
    row = Settlement.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Settlement.objects.filter(pk=row.pk).update(decided_by=row.asked_by)
    with pytest.raises(RefundStateWrong):
        actions.confirm_settlement(refund_id=refund.pk, by=colleague(shop), now=after(13))


def test_a_transfer_that_is_refused_leaves_the_money_owed(shop: Shop, refund: Refund) -> None:
    two_needed(shop)
    settle(refund, shop.by)
    back: Any = actions.refuse_settlement(refund_id=refund.pk, by=colleague(shop), now=after(12))
    assert (back.state, back.settlement.state) == ("bank_due", "refused")
    assert settle(refund, shop.by, ref="B-2", second=20).settlement.bank_ref == "B-2"
    assert [row.state for row in Settlement.objects.order_by("pk")] == ["refused", "asked"]


@pytest.mark.parametrize(("answer", "is_new"), [("ABNORMAL", False), ("CLOSED", True)])
def test_a_provider_may_be_asked_again(
    shop: Shop, plugged: dict[str, Any], answer: str, is_new: bool
) -> None:
    """Under the same number, but for one that the provider closed under it."""
    bank = plugged["wechat"]
    refund = stuck(bank, shop, answer)
    token, bank.mood = refund.token, "fine"
    view = actions.ask_refund_again(refund_id=refund.pk, by=shop.by, now=after(60))
    assert view.state == "due"
    assert len(facts(RefundAskedAgain)) == 1
    assert actions.retry_refunds(now=after(61)) == 1
    refund.refresh_from_db()
    assert (refund.state, refund.token != token) == ("done", is_new)
    with pytest.raises(RefundStateWrong):
        settle(refund, shop.by)


def test_what_cannot_be_entered(shop: Shop, refund: Refund) -> None:
    for ref, reason in (("", "买家已注销"), ("B-1", " "), ("B" * 81, "x")):
        with pytest.raises(BadInput):
            actions.settle_refund(
                refund_id=refund.pk, bank_ref=ref, reason=reason, by=shop.by, now=after(9)
            )
    with pytest.raises(NoSuchRefund):
        settle(refund, replace(shop.by, org_id=shop.org_id + 1))
    with pytest.raises(NoSuchRefund):
        bank_refund(refund.pk, org_id=shop.org_id + 1)
    assert Settlement.objects.count() == 0


def test_a_part_by_bank_leaves_the_rest_of_the_order(shop: Shop, plugged: dict[str, Any]) -> None:
    bank = plugged["alipay"]
    order = place(shop, units=2, expected_total_fen=19_800)
    open_at(bank, order.no)
    payment = Payment.objects.get()
    tell_from(bank, payment, now=after(1), fen=19_800)
    line = order.lines[0].id
    actions.refund_units(
        no=order.no, units={line: 1}, request_key="r1", reason="", by=shop.by, now=after(2)
    )
    bank.mood, bank.never = "never", "ACQ.NOT_ALLOW_PARTIAL_REFUND"
    assert actions.retry_refunds(now=after(3)) == 0
    settle(Refund.objects.get(), shop.by)
    payment.refresh_from_db()
    assert payment.state == "paid"
    assert reads.order(order.no, viewer_id=1).state == "paid"
    (told,) = facts(PaymentRefunded)
    assert (told.amount_fen, told.is_all) == (9_900, False)
