"""What real providers tell: told again, out of order, late, changed, or by a stranger."""

import base64
import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kaibo.facts.orders import OrderPaid, PaymentFailed
from kaibo.journal.models import Entry
from kaibo.orders import actions, edge, reads
from kaibo.orders.errors import (
    CallbackRefused,
    NoSuchPayment,
)
from kaibo.orders.models import Callback, Payment
from kaibo.orders.tests import providers
from kaibo.orders.tests.buying import begin_at, place, tell_from
from kaibo.orders.tests.providers import Provider, Wechat
from kaibo.promotions.tests.shop import NOW, Shop, after, facts

pytestmark = pytest.mark.django_db


def refused(bank: Provider, payment: Payment, *, now: dt.datetime = NOW, **changes: Any) -> str:
    """Why the callback is not believed; nothing may have been written."""
    before = Entry.objects.count(), Callback.objects.count()
    with pytest.raises(CallbackRefused) as caught:
        tell_from(bank, payment, now=now, **changes)
    assert (Entry.objects.count(), Callback.objects.count()) == before
    payment.refresh_from_db()
    assert payment.state == "opened"
    return str(caught.value.data["why"])


def test_money_in_told_again_and_out_of_order(shop: Shop, bank: Provider) -> None:
    payment = begin_at(bank, shop)
    assert len(payment.attempt_token) == 32
    assert payment.attempt_token.isalnum()
    assert [tell_from(bank, payment, now=after(n)) for n in (5, 6)] == ["done", "repeat"]
    # What was true before it was paid is told after it.
    failed = {"wechat": "PAYERROR", "alipay": "TRADE_CLOSED"}[bank.name]
    assert tell_from(bank, payment, now=after(7), event="before", state=failed) == "repeat"
    payment.refresh_from_db()
    assert (payment.state, payment.received_fen) == ("paid", 9_900)
    assert (len(facts(OrderPaid)), len(facts(PaymentFailed))) == (1, 0)
    assert shop.levels() == (99, 9, 1)


def test_failed_first_and_paid_after_all(shop: Shop, bank: Provider) -> None:
    payment = begin_at(bank, shop)
    failed = {"wechat": "CLOSED", "alipay": "TRADE_CLOSED"}[bank.name]
    assert tell_from(bank, payment, now=after(1), event="first", state=failed) == "done"
    assert tell_from(bank, payment, now=after(2), event="second") == "done"
    payment.refresh_from_db()
    assert payment.state == "paid"


def test_what_is_true_but_no_money(shop: Shop, bank: Provider) -> None:
    payment = begin_at(bank, shop)
    name, value = {
        "wechat": ("kind", "REFUND.SUCCESS"),
        "alipay": ("state", "WAIT_BUYER_PAY"),
    }[bank.name]
    changes: dict[str, Any] = {name: value}
    assert tell_from(bank, payment, **changes) == "other"
    assert Callback.objects.count() == 0


def test_a_payment_nobody_opened(shop: Shop, bank: Provider) -> None:
    with pytest.raises(NoSuchPayment):
        tell_from(bank, Payment(attempt_token="f" * 32, amount_fen=9_900))
    # One provider's payment is not paid by another's word.
    payment = begin_at(bank, shop)
    Payment.objects.update(provider="sandbox")
    with pytest.raises(NoSuchPayment):
        tell_from(bank, payment)
    assert Callback.objects.count() == 0


def test_a_stranger_signs(shop: Shop, bank: Provider) -> None:
    payment = begin_at(bank, shop)
    assert refused(bank, payment, signer="stranger") == "signature"
    assert refused(bank, payment, signer="shop") == "signature"


def test_wechat_signs_with_its_certificate_or_its_key(
    shop: Shop, plugged: dict[str, Any], settings: Any
) -> None:
    """While WeChat changes from the one to the other, both are believed, each by its serial."""
    bank = plugged["wechat"]
    both = f"{providers.certificate('old', 0x7132D72A03E93CDD)}\n{providers.public_pem('wechat')}"
    settings.KAIBO_WECHAT = {**settings.KAIBO_WECHAT, "platform_key": both}
    payment = begin_at(bank, shop)
    old: dict[str, Any] = {"signer": "old", "serial": "7132D72A03E93CDD"}
    assert refused(bank, payment, signer="old") == "signature"
    assert refused(bank, payment, serial=old["serial"]) == "signature"
    assert tell_from(bank, payment, event="first", **old) == "done"
    assert tell_from(bank, payment, event="second") == "repeat"


@pytest.mark.parametrize("off_s", [301, -301])
def test_wechat_signs_anew_each_time(shop: Shop, plugged: dict[str, Any], off_s: int) -> None:
    bank = plugged["wechat"]
    payment = begin_at(bank, shop)
    assert refused(bank, payment, now=after(off_s), at=NOW) == "time"
    assert tell_from(bank, payment, now=after(299), at=NOW) == "done"


def test_alipay_repeats_for_a_day(shop: Shop, plugged: dict[str, Any]) -> None:
    bank = plugged["alipay"]
    payment = begin_at(bank, shop)
    assert refused(bank, payment, now=after(26 * 3600 + 1), at=NOW) == "time"
    assert refused(bank, payment, now=NOW, at=after(301)) == "time"
    assert tell_from(bank, payment, now=after(25 * 3600), at=NOW) == "done"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"serial": "PUB_KEY_ID_0000000000000000000000000000"}, "serial"),
        ({"serial": ""}, "serial"),
        ({"serial": "5157F09EFDC096DE15EBE81A47057A72"}, "serial"),
        ({"cipher_key": "f" * 32}, "signature"),
        ({"ciphertext": base64.b64encode(b"x" * 64).decode()}, "signature"),
        ({"ciphertext": "not base64!"}, "unreadable"),
        ({"ciphertext": ""}, "signature"),
        ({"algorithm": "AES-ECB"}, "unreadable"),
        ({"event": "x" * 81}, "event id"),
        ({"event": ""}, "event id"),
        ({"more": {"mchid": "1900000110"}}, "merchant"),
        ({"more": {"appid": "wx0"}}, "merchant"),
        ({"more": {"amount": {"total": 9_900, "currency": "USD"}}}, "currency"),
        ({"more": {"amount": {"total": "9900", "currency": "CNY"}}}, "body"),
        ({"more": {"amount": None}}, "body"),
    ],
)
def test_wechat_says_something_else(
    shop: Shop, plugged: dict[str, Any], changes: dict[str, Any], why: str
) -> None:
    """Properly signed, but with another key, cipher, merchant or meaning."""
    bank = plugged["wechat"]
    payment = begin_at(bank, shop)
    asked = len(bank.asked)
    assert refused(bank, payment, **changes) == why
    # Whatever a stranger names, WeChat is not asked for a key of that name.
    assert len(bank.asked) == asked


@pytest.mark.parametrize(
    ("header", "value", "why"),
    [
        ("Wechatpay-Timestamp", "", "unreadable"),
        ("Wechatpay-Timestamp", "9" * 40, "unreadable"),
        ("Wechatpay-Nonce", "another", "signature"),
        ("Wechatpay-Signature", "", "signature"),
        ("Wechatpay-Signature", "WECHATPAY/SIGNTEST/AAAA", "signature"),
        ("Wechatpay-Signature-Type", "WECHATPAY2-SM2-WITH-SM3", "unreadable"),
    ],
)
def test_a_header_was_changed(
    shop: Shop, plugged: dict[str, Any], header: str, value: str, why: str
) -> None:
    bank = plugged["wechat"]
    payment = place(shop)
    headers, body = bank.notice(payment.no, at=NOW, fen=9_900)
    with pytest.raises(CallbackRefused) as caught:
        actions.receive_callback(
            provider="wechat", headers={**headers, header: value}, body=body, now=NOW
        )
    assert caught.value.data == {"why": why}


@pytest.mark.parametrize("name", ["wechat", "alipay"])
def test_not_one_byte_may_change(shop: Shop, plugged: dict[str, Any], name: str) -> None:
    bank = plugged[name]
    headers, body = bank.notice("0" * 32, at=NOW, fen=9_900)
    checked = edge.provider(name)
    assert checked.verify_callback(headers, body, NOW).amount_fen == 9_900
    believed = []
    # Of the signature itself the last bits of base64 mean nothing.
    ends = body.find(b"&sign=") if name == "alipay" else len(body)
    for at in range(0, ends, 7):
        changed = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        try:
            checked.verify_callback(headers, changed, NOW)
        except CallbackRefused:
            continue
        believed.append(changed)
    assert believed == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"after": {"total_amount": "0.01"}}, "signature"),
        ({"after": {"extra": "1"}}, "signature"),
        ({"after": {"sign_type": "RSA"}}, "signature type"),
        ({"after": {"sign": "AAAA"}}, "signature"),
        ({"after": {"sign": "?"}}, "signature"),
        ({"more": {"app_id": "2021000000000002"}}, "merchant"),
        ({"more": {"total_amount": "99.001"}}, "body"),
        ({"more": {"total_amount": "-99.00"}}, "body"),
        ({"more": {"notify_time": "yesterday"}}, "body"),
        ({"event": "9" * 65}, "event id"),
        ({"event": ""}, "event id"),
    ],
)
def test_alipay_says_something_else(
    shop: Shop, plugged: dict[str, Any], changes: dict[str, Any], why: str
) -> None:
    bank = plugged["alipay"]
    assert refused(bank, begin_at(bank, shop), **changes) == why


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"a", b"sign=1&sign=2&sign_type=RSA2", b"[]", b"null"]
)
def test_bodies_that_say_nothing(plugged: dict[str, Any], body: bytes) -> None:
    headers = Wechat.headers(body.decode(errors="replace"), at=NOW)
    for name in plugged:
        with pytest.raises(CallbackRefused):
            actions.receive_callback(provider=name, headers=headers, body=body, now=NOW)


def test_callbacks_over_http_are_answered_as_the_provider_expects(
    shop: Shop, bank: Provider
) -> None:
    payment = begin_at(bank, shop)
    headers, body = bank.notice(payment.attempt_token, at=timezone.now(), fen=9_900)
    kind = "application/json" if bank.name == "wechat" else "application/x-www-form-urlencoded"
    for _ in range(2):
        answer = Client().post(
            f"/api/pay/callbacks/{bank.name}", body, content_type=kind, headers=headers
        )
        assert (answer.status_code, answer.content) == (200, b"success")
    assert reads.order(payment.order.no, viewer_id=1).state == "paid"
    answer = Client().post(f"/api/pay/callbacks/{bank.name}", body + b" ", content_type=kind)
    assert answer.status_code == 401
