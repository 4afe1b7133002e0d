"""Money at the desk, in real Chromium: a statement compared, another platform's orders read."""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.house import House
from tests.journeys.buying import ADDRESS, pay
from tests.journeys.test_browser import browser, page_of, picture
from tests.robots import call, device, enter

__all__ = ["browser"]

# Of pages alone; what they call is tested on every database.
pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(900),
]

ORDERS = """主订单编号,子订单编号,选购商品,商品数量,订单应付金额,订单提交时间,支付完成时间,收件人
6920000000000000001,A1,山野百花蜂蜜,2,118.00,2026-01-20 20:01:02,2026-01-20 20:01:22,张小红
6920000000000000002,B1,高山绿茶,一,88.00,2026-01-20 20:03:02,2026-01-20 20:04:22,李小明
"""


def test_a_statement_and_an_order_file(house: House, browser: Browser, tmp_path: Path) -> None:
    sale = sold(house)
    desk = page_of(browser, width=1440, height=900, phone=False)
    desk.context.add_cookies(house.desk("chen").cookies)  # type: ignore[arg-type]
    compare(desk, house, statement(tmp_path, sale))
    movements(desk, house, sale["order_no"])
    phone = page_of(browser, width=390, height=844, phone=True)
    phone.context.add_cookies(house.desk("chen").cookies)  # type: ignore[arg-type]
    bring_orders(phone, house, tmp_path)


def sold(house: House) -> dict[str, Any]:
    """One unit bought and paid for; the entry that received the money."""
    desk = house.desk("chen")
    show = next(show for show in desk.get("/desk/shows") if show["state"] == "draft")
    desk.post(f"/desk/shows/{show['id']}/open")
    desk.post(f"/desk/shows/{show['id']}/pop", {"link_no": 2})
    token = enter(house.url, show["code"], device=device("money")).token
    wish = {"request_key": str(uuid.uuid4()), "link_no": 2, "units": 1, "address": ADDRESS}
    order = call(house.url, "POST", "/my/orders", wish | {"expected_total_fen": 5900}, token=token)
    pay(house.url, token, order["no"])
    until = time.monotonic() + 60
    while not (moved := desk.get(f"/desk/orders/{order['no']}/ledger")["movements"]):
        assert time.monotonic() < until, "the provider never told us"
        time.sleep(0.2)
    entry: dict[str, Any] = moved[0]["entry"]
    return entry


def statement(folder: Path, sale: dict[str, Any]) -> Path:
    """One yuan too much, a line of a payment nobody knows, one that cannot be read."""
    day = sale["at"][:10]
    yuan = sale["amount_fen"] // 100
    lines = [
        "凭证,收支金额(元),时间",
        f"{sale['provider_no']},{yuan + 1}.00,{day} 20:00:00",
        f"SBX404,12.00,{day} 20:00:00",
        f"SBX405,十二,{day} 20:00:00",
    ]
    file = folder / "账单.csv"
    file.write_bytes("\n".join(lines).encode("gbk"))
    return file


def compare(desk: Page, house: House, file: Path) -> None:
    """Columns that nobody can guess are said once; each difference has its name."""
    desk.goto(f"{house.url}/desk/money/statement")
    desk.set_input_files("input[type=file]", file)
    expect(desk.get_by_text("还没有列对应到：支付单号、金额")).to_be_visible()
    begin = desk.get_by_role("button", name="开始对账")
    expect(begin).to_be_disabled()
    for column, field in (("凭证", "支付单号"), ("收支金额(元)", "金额")):
        box = desk.get_by_role("combobox", name=column)
        desk.locator(".el-select__wrapper", has=box).click()
        desk.get_by_role("option", name=field).locator("visible=true").first.click()
        expect(desk.locator(".el-select-dropdown:visible")).to_have_count(0)
    begin.click()
    amount = desk.get_by_role("row").filter(has_text="金额不一致")
    expect(amount).to_contain_text("¥59.00")
    expect(amount).to_contain_text("¥60.00")
    expect(desk.get_by_role("row").filter(has_text="SBX404")).to_contain_text("对方有，我方无")
    expect(desk.get_by_text("1 行读不懂，没有参加对账")).to_be_visible()
    expect(desk.get_by_role("row").filter(has_text="十二")).to_be_visible()
    picture(desk, "statement")
    with desk.expect_download() as saved:
        desk.get_by_role("button", name="CSV").click()
    assert "SBX404" in saved.value.path().read_text(encoding="utf-8-sig")


def movements(desk: Page, house: House, no: str) -> None:
    """The order's money came and was earned; the ledger balances."""
    desk.goto(f"{house.url}/desk/orders/{no}/ledger")
    rows = desk.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.last).to_contain_text("主营业务收入")
    expect(rows.last).to_contain_text("¥59.00")
    desk.goto(f"{house.url}/desk/money/ledger")
    expect(desk.get_by_text("借贷相等")).to_be_visible()
    picture(desk, "ledger")


def bring_orders(phone: Page, house: House, folder: Path) -> None:
    """One order fits and is written, one is given back with what to mend; the day differs."""
    file = folder / "抖店.csv"
    file.write_text(ORDERS, encoding="utf-8")
    phone.goto(f"{house.url}/desk/money/import")
    phone.set_input_files("input[type=file]", file)
    expect(phone.get_by_text("没有保存这些列（能看出买家是谁）：收件人")).to_be_visible()
    phone.get_by_role("button", name="用这样的对应检查").click()
    expect(phone.get_by_role("row").filter(has_text="商品数量")).to_be_visible()
    phone.get_by_role("button", name="导入这 1 单").click()
    expect(phone.get_by_role("heading", name="导入完成")).to_be_visible()
    expect(phone.get_by_text("新增 1 单")).to_be_visible()
    expect(phone.get_by_role("row").filter(has_text="2026-01-20")).to_contain_text("¥118.00")
    picture(phone, "orders-read")
    phone.get_by_role("link", name="去看订单").click()
    expect(phone.get_by_role("row").filter(has_text="6920000000000000001")).to_contain_text(
        "山野百花蜂蜜"
    )
    expect(phone.get_by_role("row").filter(has_text="抖店.csv")).to_be_visible()
