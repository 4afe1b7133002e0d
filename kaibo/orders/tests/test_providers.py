"""Real providers behind the port: pages, the buyer's choice, money back, and no answer."""

import base64
import json
import logging
import re
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
import zxingcpp
from django.utils import timezone
from PIL import Image, ImageDraw
from structlog.testing import capture_logs

from kaibo.access.models import Organisation
from kaibo.facts.orders import RefundTryFailed
from kaibo.orders import actions, alipay, edge, reads, wechat
from kaibo.orders.errors import (
    NoSuchProvider,
    PaymentOff,
    ProviderDown,
    ProviderRefused,
)
from kaibo.orders.models import Payment, Refund
from kaibo.orders.tests import providers
from kaibo.orders.tests.books import refunds_of
from kaibo.orders.tests.buying import begin_at, open_at, place, tell_from
from kaibo.orders.tests.providers import Provider, Wechat
from kaibo.promotions.tests.http import viewer
from kaibo.promotions.tests.shop import Shop, after, facts

pytestmark = pytest.mark.django_db


def test_a_page_at_wechat(shop: Shop, plugged: dict[str, Any]) -> None:
    server = plugged["wechat"]
    order = place(shop)
    url = open_at(server, order.no)
    payment = Payment.objects.get()
    assert url == f"https://wx.tenpay.com/h5?prepay_id=wx{payment.attempt_token}"
    assert server.asked == [
        {
            "notify_url": "https://live.example.com/api/pay/callbacks/wechat",
            "description": order.lines[0].title,
            "out_trade_no": payment.attempt_token,
            "amount": {"total": 9_900, "currency": "CNY"},
            "scene_info": {"payer_client_ip": "203.0.113.7", "h5_info": {"type": "Wap"}},
            "time_expire": "2026-11-22T20:15:00+08:00",
            "appid": Wechat.settings["app_id"],
            "mchid": Wechat.settings["mch_id"],
        }
    ]
    # Asked again, even later, it is the same payment with the same end.
    assert open_at(server, order.no, now=after(60)) == url
    assert server.asked[0] == server.asked[1]


def test_a_page_at_alipay(shop: Shop, plugged: dict[str, Any]) -> None:
    server = plugged["alipay"]
    order = place(shop)
    url = open_at(server, order.no)
    assert url.startswith(f"{server.url}/gateway.do?")
    given = dict(parse_qsl(urlsplit(url).query, strict_parsing=True))
    assert given["notify_url"] == "https://live.example.com/api/pay/callbacks/alipay"
    assert server.read(given) == (
        "alipay.trade.wap.pay",
        {
            "out_trade_no": Payment.objects.get().attempt_token,
            "subject": order.lines[0].title,
            "total_amount": "99.00",
            "product_code": "QUICK_WAP_WAY",
            "time_expire": "2026-11-22 20:15:00",
            "quit_url": "https://live.example.com",
        },
    )
    assert server.asked == []


def test_a_wrong_amount_is_kept_apart_and_goes_back(shop: Shop, bank: Provider) -> None:
    payment = begin_at(bank, shop)
    assert tell_from(bank, payment, now=after(1), fen=9_800) == "done"
    payment.refresh_from_db()
    assert payment.state == "refund_due"
    assert refunds_of([payment]) == [("due", "wrong_amount", 0)]
    assert reads.order(payment.order.no, viewer_id=1).state == "created"
    assert actions.retry_refunds(now=after(2)) == 1
    (amount,) = bank.refunds.values()
    if bank.name == "wechat":
        assert amount == {"refund": 9_800, "total": 9_800, "currency": "CNY"}
    else:
        assert amount["refund_amount"] == "98.00"


def test_paid_at_both_one_goes_back(shop: Shop, plugged: dict[str, Any]) -> None:
    order = place(shop)
    for name in ("wechat", "alipay"):
        open_at(plugged[name], order.no)
    first, second = Payment.objects.order_by("pk")
    assert tell_from(plugged["wechat"], first, now=after(1)) == "done"
    assert tell_from(plugged["alipay"], second, now=after(2)) == "done"
    second.refresh_from_db()
    assert second.state == "refund_due"
    assert refunds_of([second]) == [("due", "already_paid", 0)]
    assert actions.retry_refunds(now=after(3)) == 1
    assert list(plugged["alipay"].refunds) == [Refund.objects.get().token]
    assert plugged["wechat"].refunds == {}


def test_money_back_once_however_often_asked(shop: Shop, bank: Provider) -> None:
    payment = begin_at(bank, shop)
    tell_from(bank, payment, now=after(1))
    actions.refund_order(no=payment.order.no, reason="", by=shop.by, now=after(2))
    assert actions.retry_refunds(now=after(3)) == 1
    assert reads.order(payment.order.no, viewer_id=1).state == "refunded"
    # A crash before our commit would ask again: the provider says it is done.
    token = Refund.objects.get().token
    give_back(bank, payment, token, 9_900)
    assert list(bank.refunds) == [token]


def give_back(bank: Provider, payment: Payment, token: str, fen: int) -> None:
    """Ask a provider for part of a payment under a number."""
    edge.provider(bank.name).refund(
        payment.attempt_token, refund_token=token, amount_fen=fen, received_fen=9_900
    )


def test_a_part_goes_back(shop: Shop, bank: Provider) -> None:
    payment = begin_at(bank, shop)
    tell_from(bank, payment)
    for _ in range(2):
        give_back(bank, payment, "a" * 32, 1_005)
    give_back(bank, payment, "b" * 32, 7)
    given = bank.refunds["a" * 32]
    assert list(bank.refunds) == ["a" * 32, "b" * 32]
    if bank.name == "wechat":
        assert given == {"refund": 1_005, "total": 9_900, "currency": "CNY"}
        with pytest.raises(ProviderRefused):
            give_back(bank, payment, "a" * 32, 9)
    else:
        assert given["refund_amount"] == "10.05"


@pytest.mark.parametrize("mood", ["down", "slow", "forged", "nonsense", "refuses", "processing"])
def test_money_back_waits_for_the_provider(
    shop: Shop, bank: Provider, mood: providers.Mood
) -> None:
    payment = begin_at(bank, shop)
    tell_from(bank, payment, now=after(1))
    actions.refund_order(no=payment.order.no, reason="", by=shop.by, now=after(2))
    bank.mood = mood
    assert actions.retry_refunds(now=after(3)) == 0
    payment.refresh_from_db()
    assert payment.state == "refund_due"
    assert refunds_of([payment]) == [("due", "refund_asked", 1)]
    assert len(facts(RefundTryFailed)) == 1
    bank.mood = "fine"
    assert actions.retry_refunds(now=after(60)) == 1
    assert reads.order(payment.order.no, viewer_id=1).state == "refunded"


def test_a_silent_provider_is_asked_once_and_holds_nobody_up(
    shop: Shop, plugged: dict[str, Any]
) -> None:
    silent, other = plugged["wechat"], plugged["alipay"]
    payments = []
    for number, bank in enumerate((silent, silent, other), start=1):
        order = place(shop, request_key=f"k-{number}")
        open_at(bank, order.no)
        payments.append(Payment.objects.get(order__no=order.no))
        tell_from(bank, payments[-1], now=after(number), event=f"event-{number}")
        actions.refund_order(no=order.no, reason="", by=shop.by, now=after(10 + number))
    silent.mood = "down"
    assert actions.retry_refunds(now=after(30)) == 1
    asked = "refund_asked"
    assert refunds_of(payments) == [("due", asked, 1), ("due", asked, 0), ("done", asked, 1)]


@pytest.mark.parametrize("mood", ["down", "slow", "forged", "nonsense"])
def test_wechat_does_not_answer_when_a_page_is_opened(
    shop: Shop, plugged: dict[str, Any], mood: providers.Mood
) -> None:
    bank = plugged["wechat"]
    bank.mood = mood
    order = place(shop)
    with pytest.raises(ProviderDown):
        open_at(bank, order.no)
    bank.mood = "fine"
    assert open_at(bank, order.no, now=after(5)).startswith("https://wx.tenpay.com/")
    assert Payment.objects.count() == 1


def test_wechat_says_no_when_a_page_is_opened(shop: Shop, plugged: dict[str, Any]) -> None:
    bank = plugged["wechat"]
    bank.mood = "refuses"
    with pytest.raises(ProviderRefused) as caught:
        begin_at(bank, shop)
    assert caught.value.data == {"provider": "wechat", "why": "NO_AUTH"}


def test_a_code_beside_the_picture_and_a_page_that_comes_back(
    shop: Shop, plugged: dict[str, Any]
) -> None:
    """WeChat's code is drawn here, Alipay's stands in a frame; each has a number of its own."""
    bo, no = viewer(shop.org_id), place(shop, now=timezone.now()).no
    code = bo.post(f"/my/orders/{no}/pay?by=qr")
    native = Payment.objects.get()
    assert (native.provider, native.by) == ("wechat", "qr")
    assert (code["kind"], code["pay_url"]) == (
        "code", f"weixin://wxpay/bizpayurl?pr={native.attempt_token}",
    )  # fmt: skip
    assert drawn(code["picture"]) == code["pay_url"]
    assert "scene_info" not in plugged["wechat"].asked[0]

    frame = bo.post(f"/my/orders/{no}/pay?by=qr&provider=alipay")
    given = dict(parse_qsl(urlsplit(frame["pay_url"]).query, strict_parsing=True))
    method, order = plugged["alipay"].read(given)
    assert (frame["kind"], frame["picture"], method) == ("frame", None, "alipay.trade.page.pay")
    assert {name: order[name] for name in ("product_code", "qr_pay_mode", "qrcode_width")} == {
        "product_code": "FAST_INSTANT_TRADE_PAY", "qr_pay_mode": "4", "qrcode_width": "200",
    }  # fmt: skip
    assert "return_url" not in given

    back = f"https://live.example.com/room/abc123?order={no}"
    page = bo.post(f"/my/orders/{no}/pay?back=/room/abc123")
    assert page["kind"] == "page"
    assert page["pay_url"].endswith(f"&redirect_url={quote(back, safe='')}")
    wap = bo.post(f"/my/orders/{no}/pay?back=/room/abc123&provider=alipay")
    given = dict(parse_qsl(urlsplit(wap["pay_url"]).query, strict_parsing=True))
    assert given["return_url"] == back
    assert plugged["alipay"].read(given)[1]["quit_url"] == back
    assert len({one.attempt_token for one in Payment.objects.all()}) == 4
    # Asked again it is the same code.
    assert bo.post(f"/my/orders/{no}/pay?by=qr")["pay_url"] == code["pay_url"]
    assert Payment.objects.count() == 4


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/room/a/../b", "x"])
def test_nobody_is_sent_back_elsewhere(shop: Shop, plugged: dict[str, Any], back: str) -> None:
    bo, no = viewer(shop.org_id), place(shop, now=timezone.now()).no
    bo.post(f"/my/orders/{no}/pay?back={quote(back, safe='')}", status=422)
    assert Payment.objects.count() == 0


def test_who_did_not_sign_for_codes_gets_a_page(
    shop: Shop, plugged: dict[str, Any], settings: Any
) -> None:
    settings.KAIBO_PAY_QR = ["alipay"]
    bo, no = viewer(shop.org_id), place(shop, now=timezone.now()).no
    assert bo.post(f"/my/orders/{no}/pay?by=qr")["kind"] == "page"
    assert Payment.objects.get().by == "page"


def drawn(picture: str) -> str:
    """What a QR code says, by its own dark squares."""
    svg = base64.b64decode(picture.removeprefix("data:image/svg+xml;base64,")).decode()
    side = int(re.search(r'<svg width="(\d+)"', svg)[1])  # type: ignore[index]  # it is there
    image = Image.new("L", (side, side), 255)
    for found in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h", svg):
        x, y, wide, high = (int(part) for part in found)
        ImageDraw.Draw(image).rectangle((x, y, x + wide - 1, y + high - 1), fill=0)
    (code,) = zxingcpp.read_barcodes(image)
    return code.text


def test_the_buyer_chooses(shop: Shop, plugged: dict[str, Any], settings: Any) -> None:
    bo = viewer(shop.org_id)
    assert bo.get("/my/providers") == ["wechat", "alipay"]
    no = place(shop, now=timezone.now()).no
    assert "tenpay" in bo.post(f"/my/orders/{no}/pay")["pay_url"]
    assert "alipay.trade.wap.pay" in bo.post(f"/my/orders/{no}/pay?provider=alipay")["pay_url"]
    assert bo.post(f"/my/orders/{no}/pay?provider=sandbox", status=404)["code"] == (
        "no_such_provider"
    )
    plugged["wechat"].mood = "down"
    assert bo.post(f"/my/orders/{no}/pay", status=503)["code"] == "provider_down"
    # Taken out of the list it is offered no more, but what was paid there can still go back.
    settings.KAIBO_PAY = ["alipay"]
    assert bo.get("/my/providers") == ["alipay"]
    assert edge.provider("wechat").name == "wechat"
    with pytest.raises(NoSuchProvider):
        edge.chosen_provider("wechat", org_id=shop.org_id)
    settings.KAIBO_ALIPAY = {**settings.KAIBO_ALIPAY, "key": "damaged"}
    assert bo.get("/my/providers") == []
    with pytest.raises(PaymentOff):
        edge.chosen_provider("", org_id=shop.org_id)


def test_a_demo_shop_takes_no_money(shop: Shop, plugged: dict[str, Any], settings: Any) -> None:
    """Nothing in it is for sale, whatever the installation offers others."""
    Organisation.objects.update(is_demo=True)
    order = place(shop)
    assert edge.offered(shop.org_id) == []
    with pytest.raises(PaymentOff):
        open_at(plugged["wechat"], order.no)
    settings.KAIBO_PAY = ["wechat", "sandbox"]
    assert edge.offered(shop.org_id) == ["sandbox"]
    with pytest.raises(NoSuchProvider):
        open_at(plugged["wechat"], order.no)
    assert Payment.objects.count() == 0
    assert plugged["wechat"].asked == []


def test_keys_are_in_no_log_and_no_representation(
    shop: Shop, bank: Provider, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as told:
        payment = begin_at(bank, shop)
        tell_from(bank, payment)
        bank.mood = "refuses"
        actions.refund_order(no=payment.order.no, reason="", by=shop.by, now=after(2))
        actions.retry_refunds(now=after(3))
    accounts = (
        wechat.Account(**settings.KAIBO_WECHAT),
        alipay.Account(**settings.KAIBO_ALIPAY),
    )
    seen = caplog.text + json.dumps(told, default=str) + repr(accounts)
    assert "provider_refused" in seen
    lines = providers.private_pem("shop").splitlines()[1:-1]
    assert [line for line in [*lines, providers.API_V3_KEY] if line in seen] == []


@pytest.mark.parametrize(
    ("group", "change", "problem"),
    [
        ("KAIBO_WECHAT", {"mch_id": "", "key": ""}, "KAIBO_WECHAT_MCH_ID; KAIBO_WECHAT_KEY"),
        ("KAIBO_WECHAT", {"platform_key_id": ""}, "KAIBO_WECHAT_PLATFORM_KEY_ID"),
        ("KAIBO_WECHAT", {"api_v3_key": "short"}, "KAIBO_WECHAT_API_V3_KEY: 32 bytes"),
        (
            "KAIBO_WECHAT",
            {"key": "damaged"},
            "KAIBO_WECHAT_KEY, KAIBO_WECHAT_PLATFORM_KEY: unreadable",
        ),
        ("KAIBO_WECHAT", {"platform_key": "damaged"}, "KAIBO_WECHAT_PLATFORM_KEY: unreadable"),
        ("KAIBO_ALIPAY", {"app_id": ""}, "KAIBO_ALIPAY_APP_ID"),
        (
            "KAIBO_ALIPAY",
            {"platform_key": "AAAA"},
            "KAIBO_ALIPAY_KEY, KAIBO_ALIPAY_PLATFORM_KEY: unreadable",
        ),
    ],
)
def test_what_is_missing_is_named(
    shop: Shop,
    plugged: dict[str, Any],
    settings: Any,
    group: str,
    change: dict[str, str],
    problem: str,
) -> None:
    setattr(settings, group, {**getattr(settings, group), **change})
    name = group.removeprefix("KAIBO_").lower()
    assert "; ".join(edge.problems(name)) == problem
    assert name not in edge.offered(shop.org_id)
