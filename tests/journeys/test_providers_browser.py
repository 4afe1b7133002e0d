"""Where several providers take money the buyer chooses on the phone; in real Chromium."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from kaibo.orders.tests.providers import Alipay, private_pem, public_pem
from tests.house import House
from tests.journeys.test_browser import browser, page_of, picture
from tests.paths import ROOT

__all__ = ["browser"]

# Of pages alone; what they call is tested on every database.
pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(900),
]

MADE_REAL = (
    "from kaibo.access.models import Organisation; Organisation.objects.update(is_demo=False)"
)


@pytest.fixture
def selling(tmp_path: Path) -> Iterator[House]:
    """A house that offers Alipay before the sandbox; its keys lie in files."""
    files = {"KEY": private_pem("shop"), "PLATFORM_KEY": public_pem("alipay")}
    settings = {"KAIBO_PAY": "alipay,sandbox", "KAIBO_ALIPAY_APP_ID": Alipay.app_id}
    for name, pem in files.items():
        (tmp_path / name).write_text(pem)
        settings[f"KAIBO_ALIPAY_{name}_FILE"] = str(tmp_path / name)
    with House(tmp_path / "home", settings=settings) as running:
        # The demo shop takes no real money; this one has become real.
        made_real = [sys.executable, "manage.py", "shell", "-c", MADE_REAL]
        subprocess.run(made_real, env=running.environment, cwd=ROOT, check=True)
        yield running


def test_a_buyer_chooses_where_to_pay(selling: House, browser: Browser) -> None:
    desk = selling.desk("chen")
    show = next(show for show in desk.get("/desk/shows") if show["state"] == "draft")
    desk.post(f"/desk/shows/{show['id']}/open")
    desk.post(f"/desk/shows/{show['id']}/pop", {"link_no": 1})
    phone = page_of(browser, width=390, height=844, phone=True)
    phone.goto(f"{selling.url}/room/{show['code']}")
    phone.get_by_role("region", name="1 号链接").get_by_role("button", name="去购买").click()
    phone.get_by_role("button", name="去填地址").click()
    phone.get_by_label("收货人").fill("王小花")
    phone.get_by_label("手机号").fill("13800138000")
    phone.get_by_label("所在地区").fill("浙江省杭州市西湖区")
    phone.get_by_label("详细地址").fill("文三路 1 号 2 幢")
    phone.get_by_role("button", name="用这个地址").click()
    phone.get_by_role("button", name="提交订单").click()

    choice = phone.get_by_role("group", name="选择支付方式")
    expect(choice.get_by_role("button")).to_have_text(["支付宝", "沙箱（不收款）"])
    picture(phone, "choose-provider")
    choice.get_by_role("button", name="支付宝").click()
    away = phone.get_by_role("link", name="打开支付宝付款")
    expect(away).to_have_attribute("referrerpolicy", "origin")
    address = urlsplit(away.get_attribute("href") or "")
    assert address.netloc == "openapi.alipay.com"
    asked = parse_qs(address.query)
    assert asked["notify_url"] == [f"{selling.url}/api/pay/callbacks/alipay"]
    picture(phone, "to-alipay")

    phone.get_by_role("button", name="换一种支付方式").click()
    choice.get_by_role("button", name="沙箱（不收款）").click()
    page = phone.frame_locator("iframe")
    page.get_by_role("button", name="支付 Pay now").click()
    expect(phone.get_by_text("付款成功")).to_be_visible()
