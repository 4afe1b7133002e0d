"""Money that comes once, twice, late, wrong or never; and money that goes back."""

from collections.abc import Mapping

import msgspec
import pytest

from kaibo.base.actor import Actor
from kaibo.catalog import actions as catalog
from kaibo.facts.orders import (
    OrderPaid,
    OrderRefunded,
    OrderRefundStarted,
    PaymentFailed,
    PaymentOpened,
    PaymentRefundDue,
    PaymentRefunded,
    RefundTryFailed,
)
from kaibo.journal.models import Entry
from kaibo.orders import actions, edge, reads
from kaibo.orders.errors import (
    CallbackRefused,
    NoSuchOrder,
    NoSuchPayment,
    NoSuchProvider,
    OrderStateWrong,
    PaymentOff,
    PayTooLate,
)
from kaibo.orders.models import Callback, Order, Payment, Refund, SandboxPayment
from kaibo.orders.sandbox import bank, signing
from kaibo.orders.tests.buying import open_payment, pay, place, tell
from kaibo.promotions import actions as promotions
from kaibo.promotions.models import Claim, Offer
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after, attempt, facts, run_sale

pytestmark = pytest.mark.django_db


def viewer(shop: Shop, number: int = 1) -> Actor:
    return Actor("viewer", number, shop.org_id)


def why(payment: Payment) -> tuple[str, str]:
    payment.refresh_from_db()
    refund = payment.refunds.first()
    return payment.state, refund.why if refund else ""


def test_paying_sells_the_units(shop: Shop) -> None:
    order = place(shop, units=2, expected_total_fen=19_800)
    payment = pay(order, now=after(5))
    view = reads.order(order.no, viewer_id=1)
    assert (view.state, view.paid_at, payment.state) == ("paid", after(5), "paid")
    assert payment.received_fen == 19_800
    assert shop.levels() == (98, 8, 2)
    assert [len(facts(kind)) for kind in (PaymentOpened, OrderPaid)] == [1, 1]


def test_the_same_page_is_given_while_it_is_open(shop: Shop) -> None:
    order = place(shop)
    first = open_payment(order)
    assert open_payment(order, now=after(1)).pk == first.pk
    assert tell(first, now=after(2), failed=True) == "done"
    second = open_payment(order, now=after(3))
    assert second.pk != first.pk
    assert [len(facts(kind)) for kind in (PaymentOpened, PaymentFailed)] == [2, 1]
    assert tell(second, now=after(4)) == "done"
    with pytest.raises(OrderStateWrong):
        open_payment(order, now=after(5))


def test_payments_that_are_not_opened(shop: Shop, settings: object) -> None:
    order = place(shop)
    with pytest.raises(NoSuchOrder):
        open_payment(order, viewer_id=2)
    with pytest.raises(PayTooLate):
        open_payment(order, now=after(900))
    settings.KAIBO_PAY = []  # type: ignore[attr-defined]
    with pytest.raises(PaymentOff):
        open_payment(order)
    assert Payment.objects.count() == 0


def test_one_event_told_twice_pays_once(shop: Shop) -> None:
    payment = open_payment(place(shop))
    assert [tell(payment, now=after(n), event_id="evt") for n in (1, 2, 3)] == [
        "done",
        "repeat",
        "repeat",
    ]
    assert tell(payment, now=after(4), event_id="other") == "repeat"
    assert tell(payment, now=after(5), event_id="third", failed=True) == "repeat"
    assert len(facts(OrderPaid)) == 1
    assert Callback.objects.count() == 3
    assert shop.levels() == (99, 9, 1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"webhook-signature": "v1,AAAA"}, "signature"),
        ({"webhook-signature": "nonsense\x00"}, "signature"),
        ({"webhook-signature": ""}, "signature"),
        ({"webhook-id": "evt-other"}, "signature"),
        ({"webhook-timestamp": "x"}, "unreadable"),
        ({"webhook-timestamp": "9" * 40}, "unreadable"),
    ],
)
def test_a_callback_that_is_not_believed_writes_nothing(
    shop: Shop, change: Mapping[str, str], reason: str
) -> None:
    payment = open_payment(place(shop))
    body = msgspec.json.encode(
        {"type": "payment.paid", "token": payment.attempt_token, "amount_fen": 9_900}
    )
    headers = {**signing.sign("evt-1", body.decode(), now=NOW), **change}
    before = Entry.objects.count()
    with pytest.raises(CallbackRefused) as refused:
        actions.receive_callback(provider="sandbox", headers=headers, body=body, now=NOW)
    assert refused.value.data == {"why": reason}
    assert Callback.objects.count() == 0
    assert Entry.objects.count() == before
    assert Order.objects.get().state == "created"


@pytest.mark.parametrize("late_s", [301, -301])
def test_a_replayed_callback_is_too_old_or_too_new(shop: Shop, late_s: int) -> None:
    open_payment(place(shop))
    headers = signing.sign("evt-1", "{}", now=NOW)
    with pytest.raises(CallbackRefused) as refused:
        actions.receive_callback(provider="sandbox", headers=headers, body=b"{}", now=after(late_s))
    assert refused.value.data == {"why": "time"}


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b'{"type":"payment.paid"}', b'{"type":"x"}', b"\xff"]
)
def test_a_signed_body_that_says_nothing(shop: Shop, body: bytes) -> None:
    headers = signing.sign("evt-1", body.decode(errors="replace"), now=NOW)
    with pytest.raises(CallbackRefused):
        actions.receive_callback(provider="sandbox", headers=headers, body=body, now=NOW)


def test_money_for_a_payment_nobody_opened(shop: Shop) -> None:
    with pytest.raises(NoSuchPayment):
        tell(Payment(attempt_token="unknown", amount_fen=1), now=NOW)
    with pytest.raises(NoSuchProvider):
        actions.receive_callback(provider="bank", headers={}, body=b"", now=NOW)
    assert Callback.objects.count() == 0


@pytest.mark.parametrize("received_fen", [9_899, 9_901, 0, 990_000])
def test_a_wrong_amount_goes_back_and_the_order_stays_open(shop: Shop, received_fen: int) -> None:
    order = place(shop)
    payment = open_payment(order)
    tell(payment, now=after(1), amount_fen=received_fen)
    assert why(payment) == ("refund_due", "wrong_amount")
    view = reads.order(order.no, viewer_id=1)
    assert (view.state, view.refund_fen) == ("created", received_fen)
    assert tell(open_payment(order, now=after(2)), now=after(3)) == "done"
    assert reads.order(order.no, viewer_id=1).state == "paid"


def test_two_pages_paid_gives_the_second_money_back(shop: Shop) -> None:
    order = place(shop)
    first = open_payment(order)
    tell(first, now=after(1), failed=True)
    second = open_payment(order, now=after(2))
    tell(second, now=after(3))
    tell(first, now=after(4), event_id="after all")
    assert why(second) == ("paid", "")
    assert why(first) == ("refund_due", "already_paid")
    assert len(facts(OrderPaid)) == 1
    assert shop.levels() == (99, 9, 1)


def test_late_money_is_good_while_the_order_is_still_open(shop: Shop) -> None:
    order = place(shop)
    payment = open_payment(order)
    assert tell(payment, now=after(1_000)) == "done"
    assert reads.order(order.no, viewer_id=1).state == "paid"


@pytest.mark.row("R-059")
def test_late_money_revives_the_order_while_the_units_can_be_had(shop: Shop) -> None:
    order = place(shop)
    payment = open_payment(order)
    actions.close_due_orders(now=after(900))
    promotions.open_price(show_id=SHOW, link_no=1, price_fen=19_900, by=shop.by, now=after(901))
    assert tell(payment, now=after(902)) == "done"
    view = reads.order(order.no, viewer_id=1)
    assert (view.state, view.total_fen, view.close_reason) == ("paid", 9_900, "")
    assert shop.levels() == (99, 9, 1)
    paid = facts(OrderPaid)[0]
    assert isinstance(paid, OrderPaid)
    assert paid.revived


@pytest.mark.row("R-059")
def test_late_money_goes_back_when_the_units_are_gone(shop: Shop) -> None:
    order = place(shop, units=10, expected_total_fen=99_000)
    payment = open_payment(order)
    actions.close_due_orders(now=after(900))
    place(shop, viewer_id=2, now=after(901))
    bank.press(payment.attempt_token, "late", now=after(10))
    assert tell(payment, now=after(902)) == "done"
    assert why(payment) == ("refund_due", "units_gone")
    assert actions.retry_refunds(now=after(903)) == 1
    assert why(payment) == ("refunded", "units_gone")
    view = reads.order(order.no, viewer_id=1)
    assert (view.state, view.close_reason, view.refund_fen) == ("closed", "unpaid", 99_000)
    assert SandboxPayment.objects.get().state == "refunded"
    assert facts(OrderPaid) == []
    assert [len(facts(kind)) for kind in (PaymentRefundDue, PaymentRefunded, OrderRefunded)] == [
        1,
        1,
        0,
    ]


def test_late_money_never_sells_below_the_floor_or_for_a_cancelled_order(shop: Shop) -> None:
    first, second = place(shop), place(shop, viewer_id=2)
    floor, gone = open_payment(first), open_payment(second, viewer_id=2)
    actions.cancel_order(no=second.no, viewer_id=2, now=after(1))
    actions.close_due_orders(now=after(900))
    catalog.change_sku(sku_id=shop.sku_id, changes={"floor_price_fen": 9_901}, by=shop.by, now=NOW)
    tell(floor, now=after(901))
    tell(gone, now=after(901))
    assert why(floor) == ("refund_due", "below_floor")
    assert why(gone) == ("refund_due", "order_closed")
    assert Offer.objects.get().units_held == 0
    assert shop.levels() == (100, 10, 0)


def test_late_money_for_a_claim(shop: Shop) -> None:
    sale = run_sale(shop, units=1, lasts_s=600)
    tries = [attempt(1)]
    answer = promotions.claim_flash_sale_batch(sale_id=sale.id, attempts=tries, now=after(1))[0]
    order = place(shop, claim_id=answer.claim_id, expected_total_fen=6_900, now=after(2))
    payment = open_payment(order, now=after(3))
    actions.close_due_orders(now=after(121))
    assert tell(payment, now=after(130)) == "done"
    assert Claim.objects.get().state == "paid"
    assert reads.order(order.no, viewer_id=1).state == "paid"


def test_a_refund_undoes_the_sale_and_then_the_money(shop: Shop) -> None:
    order = place(shop)
    payment = pay(order)
    with pytest.raises(NoSuchOrder):
        actions.refund_order(no=order.no, reason="", by=viewer(shop, 2), now=after(1))
    for _ in range(2):
        view = actions.refund_order(no=order.no, reason="不想要了", by=viewer(shop), now=after(1))
    assert (view.state, view.refund_fen) == ("refunding", 9_900)
    assert shop.levels() == (100, 9, 0)
    assert actions.retry_refunds(now=after(2)) == 1
    assert actions.retry_refunds(now=after(9_999)) == 0
    assert why(payment) == ("refunded", "refund_asked")
    assert reads.order(order.no, viewer_id=1).state == "refunded"
    kinds = (OrderRefundStarted, PaymentRefundDue, PaymentRefunded, OrderRefunded)
    assert [len(facts(kind)) for kind in kinds] == [1, 1, 1, 1]


def test_an_unpaid_order_has_nothing_to_refund(shop: Shop) -> None:
    order = place(shop)
    with pytest.raises(OrderStateWrong):
        actions.refund_order(no=order.no, reason="x", by=shop.by, now=after(1))
    assert Order.objects.get().state == "created"


def test_a_refund_the_provider_does_not_take_is_tried_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = place(shop)
    payment = pay(order)
    actions.refund_order(no=order.no, reason="", by=shop.by, now=after(1))
    asked: list[str] = []

    class Down:
        def refund(self, token: str, *, refund_token: str, **amounts: int) -> None:
            assert (token, amounts) == (
                payment.attempt_token,
                {"amount_fen": 9_900, "received_fen": 9_900},
            )
            asked.append(refund_token)
            if len(asked) < 3:
                raise ConnectionError("down")

    monkeypatch.setattr(edge, "provider", lambda name: Down())
    assert actions.retry_refunds(now=after(2)) == 0
    assert actions.retry_refunds(now=after(6.9)) == 0
    assert actions.retry_refunds(now=after(7)) == 0
    assert actions.retry_refunds(now=after(17)) == 1
    refund = Refund.objects.get()
    assert asked == [refund.token] * 3
    payment.refresh_from_db()
    assert (payment.state, refund.state, refund.tries) == ("refunded", "done", 3)
    failed = facts(RefundTryFailed)
    assert [f.tries for f in failed if isinstance(f, RefundTryFailed)] == [1, 2]


def test_the_sandbox_gives_back_only_what_it_took(shop: Shop) -> None:
    payment = open_payment(place(shop))
    tell(payment, now=after(1), amount_fen=1)
    assert actions.retry_refunds(now=after(2)) == 0
    bank.press(payment.attempt_token, "pay", now=after(3))
    assert actions.retry_refunds(now=after(60)) == 1
    assert SandboxPayment.objects.get().state == "refunded"
