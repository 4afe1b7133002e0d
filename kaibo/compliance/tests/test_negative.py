"""The negative list that ships: it cites the law, meets what it must, and nothing harmless."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.compliance.reads import (
    Entry,
    Goods,
    banned_by,
    is_kept,
    scan,
    shipped_negative,
    with_own,
)
from kaibo.compliance.tests.conftest import NOW


def met(category: str, title: str = "", *attributes: str) -> str | None:
    """The entry that goods meet."""
    goods = Goods(category=category, titles=(title,), attributes=attributes)
    banned = banned_by(shipped_negative(), goods)
    return banned.entry.id if banned else None


def test_every_entry_cites_an_article_that_is_kept_and_is_named_once() -> None:
    entries = shipped_negative().entries
    assert [entry.id for entry in entries if not is_kept(entry.law, entry.article)] == []
    assert len({entry.id for entry in entries}) == len(entries) == 15
    assert [one.id for one in entries if not one.categories and not one.words] == []


@pytest.mark.row("LM-025")
@pytest.mark.parametrize(
    ("category", "title", "entry"),
    [
        ("烟草", "礼盒", "tobacco"),
        ("数码", "一次性 電·子 烟 西瓜味", "tobacco"),
        ("药品/处方药", "某胶囊", "prescription"),
        ("药品", "人血白蛋白", "special-medicines"),
        ("户外", "仿真枪 合金", "weapons"),
        ("饰品", "象牙白 象牙手镯", "wildlife"),
        ("女鞋", "高仿 一比一复刻", "counterfeit"),
        ("母婴", "媲美母乳的奶粉", "breast-milk"),
        ("礼品", "鞭炮一万响", "fireworks"),
    ],
)
def test_what_may_not_stand_on_a_card_is_met(category: str, title: str, entry: str) -> None:
    assert met(category, title) == entry


@pytest.mark.row("LM-048")
@pytest.mark.parametrize(
    ("category", "title"),
    [("金融/基金", "稳健一号"), ("其他", "指数基金定投入门礼包"), ("生活服务", "重疾险 一年")],
)
def test_no_financial_product_is_a_card(category: str, title: str) -> None:
    assert met(category, title) == "finance"


@pytest.mark.row("LM-048")
def test_a_host_who_says_which_fund_pauses_the_room() -> None:
    (hit,) = scan("那你就买这只基金", surface="speech", now=NOW)
    assert (hit.rule_id, hit.severity, hit.action) == ("C9.advice", "S1", "pause")


@pytest.mark.parametrize(
    ("category", "title"),
    [
        ("家居", "家用保险柜"),
        ("汽车配件", "前保险杠"),
        ("箱包", "信用卡包 多卡位"),
        ("图书/投资理财", "基金定投入门"),
        ("家电/电子", "独立式光电子 烟雾报警器"),
        ("数码电子/烟具清洁", "刷子"),
        ("OTC药品", "非处方药 感冒灵"),
        ("女装", "雪茄裤 象牙白"),
        ("鲜花", "高仿真玫瑰花"),
        ("粮油", "象牙香占米"),
        ("安防", "针孔摄像头探测器 防偷拍"),
        ("", ""),
    ],
)
def test_harmless_goods_are_not(category: str, title: str) -> None:
    assert met(category, title, "品牌", "红色") is None


def test_brand_and_specification_are_read_too() -> None:
    assert met("数码", "礼盒", "某牌", "含烟弹三枚") == "tobacco"


@given(
    st.lists(
        st.builds(
            Entry,
            id=st.just("own.1.1"),
            kind=st.just("live"),
            title_zh=st.just("x"),
            title_en=st.just("x"),
            words=st.lists(st.text(min_size=2, max_size=5), max_size=3).map(tuple),
            unless=st.just(("电子烟",)),
            outside=st.just(("数码",)),
        ),
        max_size=3,
    )
)
def test_own_entries_only_add(own: list[Entry]) -> None:
    """Whatever an organisation adds, what ships is met as before and is named first."""
    both = with_own(shipped_negative(), own, number=7)
    goods = Goods(category="数码", titles=("电子烟",))
    banned = banned_by(both, goods)
    assert banned is not None
    assert banned.entry.id == "tobacco"
    assert both.version == f"{shipped_negative().version}+7"
    assert replace(both, version=shipped_negative().version).entries[:15] == (
        shipped_negative().entries
    )
