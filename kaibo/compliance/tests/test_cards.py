"""What a card must say for its category, and what says nothing."""

import pytest

from kaibo.compliance.reads import card_book, fields_lacking, is_kept, is_placeholder

FOOD = {
    "net_content": "500g",
    "ingredients": "大米",
    "shelf_life": "12 个月",
    "storage": "阴凉干燥处",
    "maker": "某厂",
}


def lacking(category: str, facts: dict[str, str]) -> list[str]:
    return [one.code for one in fields_lacking(card_book(), category, facts)]


def test_every_need_cites_an_article_that_is_kept() -> None:
    needs = card_book().needs
    assert [need.title_zh for need in needs if not is_kept(need.law, need.article)] == []
    assert len(needs) == 5


@pytest.mark.row("LM-045")
def test_a_card_says_what_its_category_needs() -> None:
    assert lacking("食品/粮油", FOOD) == []
    assert lacking("食品/粮油", FOOD | {"shelf_life": "见详情"}) == ["shelf_life"]
    assert lacking("食品/粮油", {}) == list(FOOD)
    assert lacking("家居", {}) == []
    assert lacking("", {}) == []
    assert lacking("女装", {"material": "棉 100%"}) == []


EMPTY = "无 暂无 — - N/A TBD 见详情 详见详情页 见包装 见外包装 以实物为准 咨询客服 （略） ｔｂｄ"


@pytest.mark.row("LM-045")
@pytest.mark.parametrize("text", ["", "  ", "见 详情。", "see package", *EMPTY.split()])
def test_placeholders_count_as_empty(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        *("12 个月", "无添加蔗糖", "见光易褪色，避光保存", "详情：小麦粉、水", "本店说明：手洗"),
        *("以大米为原料", "联系电话 400-1", "未开封 36 个月"),
        *("参考体重 5 公斤", "阴凉干燥处", "某厂"),
    ],
)
def test_what_tells_something_does_not(text: str) -> None:
    assert not is_placeholder(text)
