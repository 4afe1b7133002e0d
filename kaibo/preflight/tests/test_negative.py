"""The gate holds the goods of a show against the negative list."""

import pytest

from kaibo.preflight.rules import Said, check_card_facts, check_negative_list
from kaibo.preflight.tests.test_papers import item

FUND = Said("“基金”属于金融产品与服务", "“基金” is of “Financial products and services”")


@pytest.mark.row("LM-025")
@pytest.mark.row("LM-048")
def test_goods_of_the_list_keep_the_room_closed_and_are_named() -> None:
    red = check_negative_list([item(), item(banned=FUND)], where="/x")
    assert (red.state, "金融产品" in red.detail_zh, "Financial" in red.detail_en) == (
        "red",
        True,
        True,
    )
    assert check_negative_list([item()], where="/x").state == "green"


@pytest.mark.row("LM-045")
def test_cards_that_say_nothing_keep_the_room_closed() -> None:
    shelf_life = Said("保质期", "Shelf life")
    red = check_card_facts([item(), item(unsaid=shelf_life)], where="/x")
    assert (red.state, "保质期" in red.detail_zh, "Shelf life" in red.detail_en) == (
        "red",
        True,
        True,
    )
    assert check_card_facts([item()], where="/x").state == "green"
