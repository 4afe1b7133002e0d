"""Orders, the sandbox's page and its callbacks over HTTP, with good input and bad."""

import csv
import io
from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kaibo.base.sheets import read_xlsx
from kaibo.orders.models import Order, Payment, SandboxNotice, SandboxPayment
from kaibo.orders.sandbox import courier, signing
from kaibo.orders.tests.buying import place
from kaibo.promotions.models import Offer
from kaibo.promotions.tests.http import desk, viewer
from kaibo.promotions.tests.shop import SHOW, Shop, make_shop

# On PostgreSQL every route is called by the walk of access/tests/test_matrix.py.
pytestmark = [pytest.mark.django_db, pytest.mark.once]

ADDRESS = {"name": "张三", "phone": "13812345678", "region": "上海市", "detail": "南京东路 1 号"}
WISH: dict[str, Any] = {
    "request_key": "k-1",
    "link_no": 1,
    "units": 1,
    "address": ADDRESS,
    "expected_total_fen": 9_900,
}


@pytest.fixture(autouse=True)
def no_courier(monkeypatch: pytest.MonkeyPatch) -> None:
    """The courier's thread would look for rows that this test has not committed."""
    monkeypatch.setattr(courier, "kick", lambda: None)


def post_back(body: str, headers: Mapping[str, str]) -> int:
    """The courier's post, into this process."""
    answer = Client().post(
        courier.CALLBACK_PATH, body, content_type="application/json", headers=dict(headers)
    )
    return int(answer.status_code)


def test_from_wish_to_paid_to_refunded(shop: Shop) -> None:
    bo = viewer(shop.org_id)
    order = bo.post("/my/orders", WISH, status=201)
    assert (order["state"], order["total_fen"]) == ("created", 9_900)
    assert order["receiver_masked"] == "张** 138****5678"
    url = bo.post(f"/my/orders/{order['no']}/pay")["pay_url"]
    buyer = Client(enforce_csrf_checks=True)
    page = buyer.get(url)
    assert page.status_code == 200
    for words in ("沙箱 SANDBOX", "¥99.00", order["no"], "支付", "Pay now"):
        assert words in page.content.decode()
    assert buyer.post(url, {"button": "pay"}).status_code == 403
    token = page.context["csrf_token"]
    pressed = buyer.post(url, {"button": "pay", "csrfmiddlewaretoken": str(token)})
    assert (pressed.status_code, pressed.headers["Location"]) == (302, url)
    assert "支付成功" in buyer.get(url).content.decode()
    assert courier.deliver_due(now=timezone.now(), post=post_back) == 1
    assert bo.get(f"/my/orders/{order['no']}")["state"] == "paid"
    undone = bo.post(f"/my/orders/{order['no']}/refund", {"reason": "拍错了"})
    assert (undone["state"], undone["refund_fen"]) == ("refunding", 9_900)
    assert [row["no"] for row in bo.get("/my/orders")] == [order["no"]]


def test_two_notices_are_one_payment(shop: Shop) -> None:
    url = press(shop, "twice")
    SandboxNotice.objects.update(due_at=timezone.now())
    assert courier.deliver_due(now=timezone.now(), post=post_back) == 2
    assert Order.objects.get().state == "paid"
    assert "支付成功" in Client().get(url).content.decode()


def test_a_failed_payment_lets_the_buyer_try_again(shop: Shop) -> None:
    url = press(shop, "fail")
    assert courier.deliver_due(now=timezone.now(), post=post_back) == 1
    assert (Order.objects.get().state, Payment.objects.get().state) == ("created", "failed")
    bo = viewer(shop.org_id)
    assert bo.post(f"/my/orders/{Order.objects.get().no}/pay")["pay_url"] != url


def test_late_money_is_told_after_the_deadline(shop: Shop) -> None:
    press(shop, "late")
    assert courier.deliver_due(now=timezone.now(), post=post_back) == 0
    assert SandboxNotice.objects.get().due_at > Order.objects.get().pay_before


def test_what_is_not_taken_is_brought_again(shop: Shop) -> None:
    press(shop, "pay")
    now = timezone.now()
    assert courier.deliver_due(now=now, post=lambda body, headers: 503) == 0
    assert courier.deliver_due(now=now, post=post_back) == 0
    notice = SandboxNotice.objects.get()
    assert (notice.tries, notice.delivered_at) == (1, None)
    assert courier.deliver_due(now=notice.due_at, post=lambda body, headers: 200) == 1


def test_a_second_press_and_a_strange_button_change_nothing(shop: Shop) -> None:
    url = press(shop, "fail")
    Client().post(url, {"button": "pay"})
    assert SandboxPayment.objects.get().state == "failed"
    other = SandboxPayment.objects.create(
        token="t", order_no="K", title="<b>x</b>", amount_fen=1, pay_before=timezone.now()
    )
    answer = Client().post("/pay/sandbox/t", {"button": "explode"})
    assert answer.status_code == 422
    assert "&lt;b&gt;x" in answer.content.decode()
    other.refresh_from_db()
    assert other.state == "open"
    assert Client().get("/pay/sandbox/unknown").status_code == 404
    assert Client().get("/pay/sandbox/" + "x" * 500).status_code == 404


def test_callbacks_nobody_signed(shop: Shop) -> None:
    for provider, status in (("sandbox", 401), ("alipay", 404), ("%00", 404)):
        answer = Client().post(f"/api/pay/callbacks/{provider}", "{}", content_type="text/plain")
        assert answer.status_code == status, answer.content
    headers = signing.sign("e", "x" * 70_000, now=timezone.now())
    answer = Client().post(
        courier.CALLBACK_PATH, "x" * 70_000, content_type="text/plain", headers=headers
    )
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        {"units": 0},
        {"units": -1},
        {"units": "1"},
        {"units": 10**40},
        {"link_no": None},
        {"claim_id": 1},
        {"expected_total_fen": 0},
        {"expected_total_fen": 99.0},
        {"request_key": "\x00"},
        {"request_key": 7},
        {"address": None},
        {"address": {**ADDRESS, "phone": "12345"}},
        {"address": {**ADDRESS, "name": "\u202e\x07"}},
        {"address": {**ADDRESS, "detail": "长" * 201}},
        {"address": {**ADDRESS, "zip": "200000"}},
        {"adress": ADDRESS},
    ],
)
def test_an_order_that_cannot_be_read_is_refused_in_words(
    shop: Shop, change: dict[str, Any]
) -> None:
    answer = viewer(shop.org_id).post("/my/orders", {**WISH, **change}, status=422)
    assert answer["message"]
    assert Order.objects.count() == 0
    assert Offer.objects.get().units_held == 0


def test_strangers_see_no_orders(shop: Shop) -> None:
    order = viewer(shop.org_id).post("/my/orders", WISH, status=201)
    no = order["no"]
    other = viewer(shop.org_id, 2)
    for path in (f"/my/orders/{no}/pay", f"/my/orders/{no}/cancel"):
        assert other.post(path, status=404)["code"] == "no_such_order"
    assert other.post(f"/my/orders/{no}/refund", {}, status=404)
    assert other.get(f"/my/orders/{no}", status=404)
    dai = desk(make_shop("dai").org_id, "service")
    assert dai.get(f"/desk/shows/{SHOW}/orders")["total"] == 0
    assert dai.post(f"/desk/orders/{no}/refund", {"reason": "x"}, status=404)
    assert desk(shop.org_id, "host").get(f"/desk/shows/{SHOW}/orders", status=403)
    assert viewer(shop.org_id).post(f"/my/orders/{no}/cancel")["state"] == "closed"


def test_the_desk_lists_and_exports_with_masked_receivers(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Files of a show are asked for by its plan, which this shop does not have.
    monkeypatch.setattr("kaibo.site.lists.show", lambda org_id, id: None)
    Offer.objects.update(title="=HYPERLINK(1)")
    order = place(shop, units=2, expected_total_fen=19_800)
    may = desk(shop.org_id, "service")
    page = may.get(f"/desk/shows/{SHOW}/orders")
    assert (page["total"], page["items"][0]["order"]["no"]) == (1, order.no)
    assert may.get(f"/desk/shows/{SHOW}/orders?state=paid")["items"] == []
    may.get(f"/desk/shows/{SHOW}/orders?page=0", status=422)
    for kind in ("csv", "xlsx"):
        answer = may.client.get(f"/api/desk/shows/{SHOW}/orders.{kind}")
        assert f"orders.{kind}" in answer.headers["Content-Disposition"]
        data = answer.content
        if kind == "csv":
            rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
            assert rows[1][3] == "'=HYPERLINK(1)"
        else:
            rows = read_xlsx(data, rows_max=9)
            assert rows[1][3] == "=HYPERLINK(1)"
        assert rows[1][0] == order.no
        assert rows[1][9] == "张** 138****5678"
        assert [float(value) for value in rows[1][5:9]] == [2, 99, 0, 198]
        assert "13812345678" not in str(rows)
        assert "南京" not in str(rows)


def press(shop: Shop, button: str) -> str:
    """Order, open the page, press; returns its address."""
    bo = viewer(shop.org_id)
    order = bo.post("/my/orders", WISH, status=201)
    url: str = bo.post(f"/my/orders/{order['no']}/pay")["pay_url"]
    assert Client().post(url, {"button": button}).status_code == 302
    return url
