"""The papers that goods need: data that cites the law, and numbers as they are published."""

import datetime as dt

import pytest

from kaibo.compliance.reads import (
    card_book,
    is_kept,
    number_fits,
    paper_book,
    papers_needed,
    plain_number,
)
from kaibo.compliance.rules.negative import plain_category

DAY = dt.date(2026, 11, 22)


def test_every_need_cites_an_article_that_is_kept() -> None:
    needs = paper_book().needs
    assert len(needs) == 8
    assert [need.title_zh for need in needs if not is_kept(need.law, need.article)] == []


def test_words_are_written_as_categories_are_searched() -> None:
    """Else no category would ever meet them."""
    said = [(*need.words, *need.unless) for need in paper_book().needs]
    said += [(*need.words, *need.unless) for need in card_book().needs]
    words = [word for words in said for word in words]
    assert [word for word in words if plain_category(word) != word] == []


def test_every_example_fits_its_own_kind() -> None:
    kinds = paper_book().kinds.values()
    assert [kind.code for kind in kinds if not number_fits(kind, kind.example)] == []


@pytest.mark.row("LM-027")
@pytest.mark.parametrize(
    ("category", "needs"),
    [
        ("", []),
        ("家居", []),
        ("食品/粮油", ["食品"]),
        ("食品级收纳盒", []),
        ("保健食品", ["食品", "保健食品"]),
        ("美妆", ["化妆品"]),
        ("美妆/防晒", ["化妆品", "特殊化妆品"]),
        ("女装/防晒衣", []),
        ("珠宝玉石", ["珠宝玉石"]),
        # Written otherwise, a category is the same; levels apart make no word.
        ("化 妝 品", ["化妆品"]),
        ("保\u200b健·食品", ["食品", "保健食品"]),
        ("饮食/品牌", []),
        ("护肤/镜面唇釉", ["化妆品"]),
        ("护肤/洁面刷", []),
    ],
)
def test_a_category_says_what_it_needs(category: str, needs: list[str]) -> None:
    assert [need.title_zh for need in papers_needed(category, on=DAY)] == needs


def test_nothing_is_needed_before_the_rule_is_in_force() -> None:
    assert papers_needed("食品", on=dt.date(2026, 1, 31)) == ()
    assert len(papers_needed("食品", on=dt.date(2026, 2, 1))) == 1


@pytest.mark.row("LM-027")
@pytest.mark.parametrize(
    ("kind", "number", "fits"),
    [
        ("health_food", "国食健注Ｇ2026 0012", True),
        ("health_food", "食健备G202633001234", True),
        ("health_food", "国食健注X20260012", False),
        ("health_food", "卫食健字（2003）第0123号", True),
        ("cosmetics_special", "国妆特字20261234", True),
        ("cosmetics_special", "国妆特进字J20181234", True),
        ("cosmetics_special", "国妆备字20261234", False),
        ("cosmetics_special", "国妆特字12341234", False),
        ("cosmetics_filing", "粤G妆网备字2026012345", True),
        ("cosmetics_filing", "国妆网备进字（沪）2026012345", True),
        ("cosmetics_filing", "某G妆网备字2026012345", False),
        ("device", "国械注准20263140123", True),
        ("device", "粤穗械备20260001号", True),
        ("device", "冀石家庄械备20260001", True),
        ("device", "内械注准20262640001", True),
        ("device", "国械注20263140123", False),
        ("food_licence", "sc10133010612345", True),
        ("food_licence", "JY1330106012345", False),
        ("ccc", "2026010703123456", True),
        ("ccc", "２０２６０１０７０３１２３４５６", True),
        ("jewellery_certificate", "NGTC 2026-1", True),
        ("food_filing", "备案2026-7", True),
    ],
)
def test_numbers_are_read_as_they_are_published(kind: str, number: str, *, fits: bool) -> None:
    assert number_fits(paper_book().kinds[kind], plain_number(number)) is fits
