"""Order files of 微信小店: what its columns mean, and what is not known of them."""

import datetime as dt

import pytest

from kaibo.orders.tests import platform_files as files
from kaibo.orders.tests.test_file_rules import amounts, orders, read


@pytest.mark.row("R-071")
def test_weixin_in_both_variants() -> None:
    """What was paid stands on every line and counts once, with the freight; goods add up."""
    first, closed = orders(files.weixin())
    assert first.no == "3729946591347487001"
    assert amounts(first) == ("paid", 16000, 16800, 6000)
    assert [(one.title, one.product_code, one.sku_code, one.spec) for one in first.lines] == [
        ("保湿面霜", "10000115", "A1", "50ml"), ("精华水", "10000116", "A2", "100ml"),
    ]  # fmt: skip
    assert [(one.units, one.unit_price_minor, one.amount_minor) for one in first.lines] == [
        (2, 5990, 10000), (1, 6990, 6000),
    ]  # fmt: skip
    assert first.ordered_at == dt.datetime(2026, 11, 11, 12, 15, tzinfo=dt.UTC)
    assert (first.province, first.city, first.source) == ("云南省", "大理白族自治州", "")
    assert amounts(closed) == ("closed", 5000, 0, 0)
    # Without an amount of each line, an order is worth what was paid for it.
    older, called_off = orders(files.weixin(files.WEIXIN_OLD))
    assert amounts(older) == ("paid", 16800, 16800, 6000)
    assert [(one.sku_code, one.unit_price_minor, one.amount_minor) for one in older.lines] == [
        ("A1", 5990, None), ("A2", 6990, None),
    ]  # fmt: skip
    assert amounts(called_off) == ("closed", 0, 0, 0)


def test_weixin_where_lines_leave_the_order_s_amount_empty_or_differ() -> None:
    """Some exports may tell it once; two tellings that differ are nobody's to settle."""
    head, one, two, *rest = files.weixin().splitlines()
    once = "\n".join([head, one, two.replace("168.00", ""), *rest])
    assert amounts(orders(once)[0]) == ("paid", 16000, 16800, 6000)
    other = "\n".join([head, one, two.replace("168.00", "60.00"), *rest])
    found = read(other)
    assert [order.no for order in found.orders] == ["3729946591347487002"]
    assert (found.refused, found.errors[0].column) == (2, "订单实际支付金额")
    assert "不一致" in found.errors[0].message_zh


def test_weixin_refunded_whole_is_refunded() -> None:
    """By the amounts that went back, or by after-sales where no amount is told."""
    whole = files.weixin().replace("无,0", "退款完成,100")
    assert amounts(orders(whole)[0]) == ("refunded", 16000, 16800, 16000)
    silent = files.weixin().replace("无,0", "退款完成,-").replace("退款完成,60.00", "退款完成,")
    assert amounts(orders(silent)[0]) == ("refunded", 16000, 16800, 16800)
    asked = files.weixin().replace("退款完成,60.00", "用户取消申请,0")
    assert amounts(orders(asked)[0]) == ("paid", 16000, 16800, 0)
