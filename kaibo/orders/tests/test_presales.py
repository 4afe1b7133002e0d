"""Presales: two payments, every end written in the ledger, all of it told beforehand."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.actor import Actor
from kaibo.base.errors import Refusal
from kaibo.base.machines import Machine
from kaibo.facts.orders import BalanceReminded, PresaleEnded
from kaibo.orders import actions
from kaibo.orders.actions import PresaleWish, ReturnWish
from kaibo.orders.errors import (
    BalanceNotOpen,
    GroupAlone,
    NoPenaltyOwed,
    OrderStateWrong,
    PresaleTermsChanged,
    PresaleWhole,
)
from kaibo.orders.models import LedgerEntry, Order, OrderLine, Payment, Refund
from kaibo.orders.reads import OrderView
from kaibo.orders.reads import order as read_order
from kaibo.orders.reads.returns import returns_of_order
from kaibo.orders.rules import PAYMENT, PRESALE, MoneyIn, judge_part
from kaibo.orders.rules.ledger import Account, balances
from kaibo.orders.sandbox import bank
from kaibo.orders.tests.books import row
from kaibo.orders.tests.buying import open_payment, pay, tell
from kaibo.orders.tests.presaling import (
    BALANCE_FEN,
    CLOSES,
    DEPOSIT_FEN,
    OPENS,
    PRICE_FEN,
    SHIPS,
    TOTAL_FEN,
    deposit,
    reserve,
    start,
    terms,
)
from kaibo.orders.tests.shipping import ship
from kaibo.promotions import actions as promotions
from kaibo.promotions.errors import (
    BelowFloor,
    BuyerLimit,
    DepositTooLarge,
    PresaleCannotBe,
    PresaleOn,
    PresaleOver,
    RefundDeadlineMissing,
)
from kaibo.promotions.models import Offer, PresaleOffer
from kaibo.promotions.reads import presale_offers
from kaibo.promotions.rules import check_presale_terms
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after, facts

pytestmark = pytest.mark.django_db


def accounts() -> dict[str, int]:
    return {one.value: fen for one, fen in balances(map(row, LedgerEntry.objects.all())).items()}


def look(order: OrderView) -> Any:
    return read_order(order.no, viewer_id=1).presale


def test_a_deposit_then_the_balance(shop: Shop) -> None:
    offer = start(shop)
    order, first = deposit(shop, offer)
    assert (order.total_fen, first.part, first.state) == (TOTAL_FEN, "deposit", "kept")
    assert accounts() == {"provider_receivable": DEPOSIT_FEN, "buyer_deposits": DEPOSIT_FEN}
    assert (look(order).state, read_order(order.no, viewer_id=1).state) == ("deposited", "created")
    assert read_order(order.no, viewer_id=1).pay_before == CLOSES
    with pytest.raises(BalanceNotOpen):
        open_payment(order, now=after(60))
    assert actions.close_due_orders(now=OPENS) == 0
    second = pay(order, now=OPENS)
    assert (second.part, second.received_fen) == ("balance", BALANCE_FEN)
    assert look(order).state == "complete"
    assert accounts() == {"provider_receivable": TOTAL_FEN, "sales": TOTAL_FEN}
    # The expansion is the shop's discount, on the line.
    line = OrderLine.objects.get()
    assert (line.unit_price_fen, line.discount_fen, line.borne) == (PRICE_FEN, 1_500, {})
    assert Offer.objects.get().units_sold == 1


@pytest.mark.row("R-062")
@pytest.mark.parametrize(
    ("rule", "kind", "end", "left"),
    [
        ("forfeit", "earnest", "forfeited", "forfeited_deposits"),
        ("return", "earnest", "returned", "refunds_payable"),
        ("return", "advance", "returned", "refunds_payable"),
    ],
)
def test_a_late_balance_follows_the_rule_that_was_shown(
    shop: Shop, rule: str, kind: str, end: str, left: str
) -> None:
    offer = start(shop, late_rule=rule, kind=kind)
    # Beforehand: on the page of the offer, in the order, and in what is kept of it.
    (shown,) = presale_offers(SHOW, org_id=shop.org_id, running=True)
    assert ("不退" in shown.words_zh) == (rule == "forfeit")
    assert "3 天内原路退回" in shown.words_zh
    order, _ = deposit(shop, offer)
    told = look(order)
    assert (told.late_rule, told.words_zh, told.return_days) == (rule, shown.words_zh, 3)
    assert Order.objects.get().snapshot["presale"]["late_rule"] == rule
    balance = open_payment(order, now=OPENS)
    assert [actions.close_due_orders(now=CLOSES) for _ in range(2)] == [1, 0]
    assert look(order).state == end
    assert accounts() == {"provider_receivable": DEPOSIT_FEN, left: DEPOSIT_FEN}
    assert Offer.objects.get().units_held == 0
    # The balance comes after all: it goes back, and nothing is revived.
    bank.press(balance.attempt_token, "pay", now=CLOSES)
    assert tell(balance, now=CLOSES) == "done"
    assert Refund.objects.filter(why="order_closed").count() == 1
    actions.retry_refunds(now=CLOSES)
    owed = accounts()
    assert owed.get("refunds_payable", 0) == 0
    assert owed.get("forfeited_deposits", 0) == (DEPOSIT_FEN if rule == "forfeit" else 0)
    assert [fact.how for fact in facts(PresaleEnded)] == [end]  # type: ignore[attr-defined]


@pytest.mark.row("LM-111")
def test_a_checkout_without_the_time_of_return_is_refused(shop: Shop) -> None:
    with pytest.raises(RefundDeadlineMissing):
        start(shop, refund_deadline_days=None)
    assert not PresaleOffer.objects.exists()
    offer = start(shop)
    shown: dict[str, Any] = {
        "presale_offer_id": offer.id,
        "deposit_fen": DEPOSIT_FEN,
        "late_rule": "forfeit",
        "refund_deadline_days": 3,
    }
    tries: list[tuple[type[Refusal], dict[str, Any]]] = [
        (RefundDeadlineMissing, {"refund_deadline_days": None}),
        (PresaleTermsChanged, {"refund_deadline_days": 7}),
        (PresaleTermsChanged, {"late_rule": "return"}),
        (PresaleTermsChanged, {"deposit_fen": 1}),
    ]
    for kind, change in tries:
        with pytest.raises(kind):
            reserve(shop, offer, presale=PresaleWish(**shown | change))
        assert not Order.objects.exists()
    assert reserve(shop, offer, presale=PresaleWish(**shown)).presale is not None


def test_the_buyer_gives_up_before_the_balance(shop: Shop) -> None:
    """As a late balance: the rule that was shown."""
    order, _ = deposit(shop, start(shop, late_rule="return"))
    for _ in range(2):
        actions.cancel_order(no=order.no, viewer_id=1, now=after(60))
    assert look(order).state == "returned"
    assert [(one.amount_fen, one.why) for one in Refund.objects.all()] == [
        (DEPOSIT_FEN, "deposit_returned")
    ]
    with pytest.raises(OrderStateWrong):
        actions.refund_order(no=order.no, reason="", by=shop.by, now=after(61))


def test_a_refund_after_the_balance_is_of_both_payments(shop: Shop) -> None:
    order, _ = deposit(shop, start(shop))
    pay(order, now=OPENS)
    line = OrderLine.objects.get()
    buyer = Actor("viewer", 1, shop.org_id)
    with pytest.raises(PresaleWhole):
        actions.refund_units(
            no=order.no, units={line.pk: 1}, request_key="r", reason="", by=buyer, now=OPENS
        )
    for _ in range(2):
        actions.refund_order(no=order.no, reason="", by=buyer, now=OPENS)
    assert [one.amount_fen for one in Refund.objects.order_by("pk")] == [BALANCE_FEN, DEPOSIT_FEN]
    assert read_order(order.no, viewer_id=1).state == "refunding"
    assert actions.retry_refunds(now=OPENS) == 2
    assert read_order(order.no, viewer_id=1).state == "refunded"
    assert set(Payment.objects.values_list("state", flat=True)) == {"refunded"}
    assert accounts() == {}
    assert shop.levels() == (100, 9, 0)


@pytest.mark.row("LM-109")
def test_what_is_sent_back_is_paid_back_by_both_payments(shop: Shop) -> None:
    order, _ = deposit(shop, start(shop))
    pay(order, now=OPENS)
    parcel = ship(shop, order, now=OPENS)
    actions.deliver_parcel(parcel_id=parcel.id, by=shop.by, now=OPENS)
    line = OrderLine.objects.get()
    wish = ReturnWish(units={line.pk: 1}, reason="no_reason", request_key="back")
    asked = actions.ask_return(
        no=order.no, wish=wish, by=Actor("viewer", 1, shop.org_id), now=OPENS
    )
    assert (asked.state, asked.amount_fen) == ("accepted", TOTAL_FEN)
    actions.receive_return(return_id=asked.id, is_sellable=True, by=shop.by, now=OPENS)
    assert actions.refund_due_returns(now=OPENS + dt.timedelta(days=7)) == 1
    assert [one.amount_fen for one in Refund.objects.order_by("pk")] == [BALANCE_FEN, DEPOSIT_FEN]
    (done,) = returns_of_order(order.no, viewer_id=1)
    assert (done.state, done.amount_fen) == ("refunded", TOTAL_FEN)
    assert actions.retry_refunds(now=OPENS + dt.timedelta(days=7)) == 2
    assert accounts() == {}
    assert shop.levels() == (100, 9, 0)


@pytest.mark.parametrize("paid_all", [False, True])
@pytest.mark.parametrize("kind", ["earnest", "advance"])
def test_a_seller_who_fails_owes_earnest_money_twice(shop: Shop, kind: str, paid_all: bool) -> None:
    """Civil Code art. 587; an advance goes back once."""
    order, _ = deposit(shop, start(shop, kind=kind, late_rule="return"))
    if paid_all:
        pay(order, now=OPENS)
    penalty = DEPOSIT_FEN if kind == "earnest" else 0
    for _ in range(2):
        actions.default_presale(no=order.no, reason="缺货", by=shop.by, now=OPENS)
    assert (look(order).state, look(order).penalty_fen) == ("defaulted", penalty)
    back = TOTAL_FEN if paid_all else DEPOSIT_FEN
    owed = {"refunds_payable": back, "provider_receivable": back}
    extra = {"deposit_penalties": penalty, "penalties_payable": penalty}
    assert accounts() == owed | (extra if penalty else {})
    actions.retry_refunds(now=OPENS)
    if not penalty:
        with pytest.raises(NoPenaltyOwed):
            actions.pay_penalty(no=order.no, by=shop.by, now=OPENS)
        return
    actions.pay_penalty(no=order.no, by=shop.by, now=OPENS)
    assert accounts() == {"deposit_penalties": penalty, "bank": -penalty}
    assert look(order).penalty_paid_at == OPENS
    with pytest.raises(NoPenaltyOwed):
        actions.pay_penalty(no=order.no, by=shop.by, now=OPENS)


def test_who_cannot_default(shop: Shop) -> None:
    order = reserve(shop, start(shop))
    with pytest.raises(OrderStateWrong):
        actions.default_presale(no=order.no, reason="x", by=shop.by, now=NOW)
    assert actions.close_due_orders(now=after(900)) == 1
    assert look(order).state == "lapsed"
    assert accounts() == {}


def test_money_that_comes_twice_late_or_wrong(shop: Shop) -> None:
    order = reserve(shop, start(shop))
    first = open_payment(order)
    tell(first, now=after(1), failed=True)
    second = open_payment(order, now=after(2))
    for payment in (first, second):
        bank.press(payment.attempt_token, "pay", now=after(3))
        tell(payment, now=after(3), event_id=f"paid{payment.pk}")
    # The deposit once more, as another event: it is kept already.
    assert tell(first, now=after(4), event_id="again") == "repeat"
    balance = open_payment(order, now=OPENS)
    bank.press(balance.attempt_token, "pay", now=OPENS)
    tell(balance, now=OPENS, amount_fen=BALANCE_FEN - 1)
    assert [one.why for one in Refund.objects.order_by("pk")] == ["already_paid", "wrong_amount"]
    assert look(order).state == "deposited"
    pay(order, now=OPENS)
    assert look(order).state == "complete"
    # A default finds the deposit that counted, not the one that was told beside it.
    actions.default_presale(no=order.no, reason="缺货", by=shop.by, now=OPENS)
    actions.pay_penalty(no=order.no, by=shop.by, now=OPENS)
    assert look(order).penalty_fen == DEPOSIT_FEN


def test_each_buyer_is_reminded_once(shop: Shop) -> None:
    order, _ = deposit(shop, start(shop))
    # An hour before the time for it is over, and not a second earlier.
    due = CLOSES - dt.timedelta(hours=1)
    moments = (OPENS, due - dt.timedelta(seconds=1), due, due, CLOSES)
    assert [actions.remind_balances(now=moment) for moment in moments] == [0, 0, 1, 0, 0]
    assert [fact.no for fact in facts(BalanceReminded)] == [order.no]  # type: ignore[attr-defined]
    seen = read_order(order.no, viewer_id=1).presale
    assert seen is not None
    assert seen.reminded_at == due


def test_who_may_not_reserve(shop: Shop) -> None:
    offer = start(shop)
    tries: list[tuple[type[Refusal], dict[str, Any]]] = [
        (BuyerLimit, {"units": 3}),
        (PresaleOver, {"now": OPENS}),
        (GroupAlone, {"link_no": 2}),
    ]
    for kind, change in tries:
        with pytest.raises(kind):
            reserve(shop, offer, **change)
    with pytest.raises(PresaleOn):
        start(shop)
    order, _ = deposit(shop, offer, units=2)
    assert (order.presale and order.presale.deposit_fen, order.total_fen) == (3_000, 16_800)
    for _ in range(2):
        promotions.end_presale_offer(presale_offer_id=offer.id, by=shop.by, now=NOW)
    with pytest.raises(PresaleOver):
        reserve(shop, offer, viewer_id=2)
    # What was promised stands.
    pay(order, now=OPENS)
    assert look(order).state == "complete"


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        # 17.26 of 86.26 in all is a fen too much: Civil Code art. 586.
        (DepositTooLarge, {"deposit_fen": 1_726}),
        (PresaleCannotBe, {"worth_fen": 1_499}),
        (PresaleCannotBe, {"kind": "advance"}),
        (PresaleCannotBe, {"balance_opens_at": CLOSES, "balance_closes_at": OPENS}),
        (PresaleCannotBe, {"ship_by": CLOSES}),
        (PresaleCannotBe, {"balance_opens_at": NOW}),
        (PresaleCannotBe, {"ship_by": after(181 * 24 * 3600)}),
        (BelowFloor, {"deposit_fen": 900, "worth_fen": 5_801}),
    ],
)
def test_terms_that_cannot_stand(shop: Shop, kind: type[Refusal], change: dict[str, Any]) -> None:
    with pytest.raises(kind):
        start(shop, **change)
    assert not PresaleOffer.objects.exists()


@given(price=st.integers(1, 10_000), deposit=st.integers(1, 3_000), more=st.integers(0, 5_000))
def test_a_deposit_is_at_most_a_fifth(price: int, deposit: int, more: int) -> None:
    wanted = terms(price_fen=price, deposit_fen=deposit, worth_fen=deposit + more)
    try:
        check_presale_terms(wanted, now=NOW)
    except Refusal:
        assert deposit + more > price or deposit * 5 > wanted.total_fen
    else:
        assert deposit * 5 <= wanted.total_fen == price - more
        assert wanted.total_fen > deposit


@given(
    state=st.sampled_from(["created", "closed", "paid", "refunding", "refunded"]),
    reason=st.sampled_from(["", "unpaid", "cancelled", "seller_default"]),
    off=st.integers(-1, 1),
    part=st.sampled_from(["deposit", "balance"]),
)
def test_money_of_a_presale_is_kept_only_while_it_is_open(
    state: Any, reason: Any, off: int, part: Any
) -> None:
    presale: Any = "placed" if part == "deposit" else "deposited"
    money = MoneyIn(state, reason, 100, 100 + off)
    verdict = judge_part(money, part=part, state=presale)
    is_good = state == "created" and off == 0
    assert (verdict in ("keep", "pay")) == is_good


def test_every_way_of_a_deposit_has_its_entry() -> None:
    """What moves a kept deposit on is in the books of the move or of its refund."""
    ways = {move.verb: move.books for move in PAYMENT.moves if move.source == "kept"}
    assert ways == {"sell": ("sell",), "forfeit": ("forfeit",), "undo": ()}
    assert isinstance(PRESALE, Machine)
    assert SHIPS > CLOSES
    assert Account.BUYER_DEPOSITS.kind == "liability"
