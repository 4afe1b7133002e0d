"""Discounts that words promise: what is clear, what it means, and whether it is given."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.promotions import actions, reads
from kaibo.promotions.errors import NoSuchLink
from kaibo.promotions.rules import AmountOff
from kaibo.promotions.rules.claimed import (
    DiscountClaim,
    DiscountHit,
    Given,
    discount_claims,
    judge_discounts,
)
from kaibo.promotions.tests.promoting import run
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after, open_link, plan_sale

GIVEN = Given(base_fen=19_900, lowest_fen=13_900, earlier_fen=15_900)


@pytest.mark.row("LM-094")
@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("全场五折", "fold", 50), ("5折起", "fold", 50), ("８.５折", "fold", 85),
        ("打八五折", "fold", 85), ("打八点五折", "fold", 85), ("85折", "fold", 85),
        ("一折", "fold", 10), ("直播间半价", "fold", 50), ("50% off tonight", "fold", 50),
        ("half-price", "fold", 50), ("Half off", "fold", 50), ("立减50", "off", 5_000),
        ("立减五十元", "off", 5_000), ("直降一百二十", "off", 12_000), ("立省9.9", "off", 990),
        ("RMB 50 off", "off", 5_000), ("¥9.90 OFF", "off", 990), ("到手价99", "price", 9_900),
        ("到手仅需99.9元", "price", 9_990), ("到手价九十九块九", "price", 9_990),
        ("券后￥59", "price", 5_900), ("现价１９９", "price", 19_900),
        ("only ¥99", "price", 9_900), ("史低", "lowest", 0), ("all-time low", "lowest", 0),
        ("1号链接五折", "fold", 50), ("一号链接五折", "fold", 50),
    ],
)  # fmt: skip
def test_what_is_promised_in_clear_numbers(text: str, kind: str, value: int) -> None:
    (claim,) = discount_claims(text, link_no=1)
    assert (claim.kind, claim.value, claim.is_clear) == (kind, value, True)


@pytest.mark.row("LM-094")
@pytest.mark.parametrize(
    "text",
    [
        "第二件半价", "第2件5折", "两件8折", "满300立减50", "满300元，立减50", "买二立减三十",
        "2号链接五折", "几折都行", "10折", "二十五折", "零点五折", "立减50%", "立减多多",
        "直降一百二", "到手价惊喜", "buy 2 get 50% off", "second item half price",
        "spend ¥300 for ¥50 off",
    ],
)  # fmt: skip
def test_what_hangs_on_something_is_not_judged(text: str) -> None:
    claims = discount_claims(text, link_no=1)
    assert [claim.is_clear for claim in claims] == [False]
    assert judge_discounts(claims, GIVEN) == ([], [claims[0].words])


@pytest.mark.parametrize(
    "text",
    [
        "今晚8点半开奖", "三折伞", "3折叠屏", "折扣多多", "可折叠", "骨折", "到手2件",
        "转折点", "打折", "我们的价格实在", "最后3单", "99元", "half the size", "",
    ],
)  # fmt: skip
def test_other_words_promise_nothing(text: str) -> None:
    assert discount_claims(text, link_no=1) == []


@pytest.mark.parametrize(
    ("text", "claimed"),
    [
        # 199 for 139: the fold is rounded by one yuan at most, amounts are exact.
        ("七折", None), ("6.9折", 13_731 + 0), ("5折", 9_950), ("半价", 9_950),
        ("立减60", None), ("立减60.01", 13_899), ("立减300", 0), ("到手价139", None),
        ("到手价138.99", 13_899), ("30% off", None), ("40% off", 11_940), ("¥61 off", 13_800),
        ("史低", None),
    ],
)  # fmt: skip
def test_promises_are_held_against_what_is_given(text: str, claimed: int | None) -> None:
    hits, unjudged = judge_discounts(discount_claims(text, link_no=1), GIVEN)
    assert unjudged == []
    # 6.9折 of 199 is 137.31, within a yuan of what is asked for plus what is rounded.
    want = [] if claimed is None else [(claimed, 13_900)]
    assert [(hit.claimed_fen, hit.given_fen) for hit in hits] == want


def test_the_lowest_price_ever_needs_a_history() -> None:
    claims = discount_claims("史低", link_no=1)
    assert judge_discounts(claims, Given(19_900, 13_900, 13_899)) == (
        [DiscountHit("史低", 13_899, 13_900)],
        [],
    )
    assert judge_discounts(claims, Given(19_900, 13_900, None)) == ([], ["史低"])


_DIGITS = "零一二三四五六七八九"


def _said(number: int) -> str:
    """A number below 100 as it is spoken."""
    tens, ones = divmod(number, 10)
    lead = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return lead + (_DIGITS[ones] if ones or not tens else "")


@given(st.integers(1, 99), st.integers(1, 10**8), st.integers(0, 10**8))
def test_however_it_is_written_it_is_the_same_promise(n: int, lowest: int, more: int) -> None:
    """Plain, full-width and Chinese digits are judged alike, and what is given is never refused."""
    stand = Given(lowest + more, lowest, None)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in str(n))
    for pattern in ("立减{}元", "到手价{}元"):
        judged = [
            [
                (hit.claimed_fen, hit.given_fen)
                for hit in judge_discounts(discount_claims(pattern.format(one), link_no=1), stand)[
                    0
                ]
            ]
            for one in (str(n), wide, _said(n))
        ]
        assert judged[0] == judged[1] == judged[2]
    yuan = -(-lowest // 100)
    kept = discount_claims(f"到手价{yuan}", link_no=1) if yuan < 10**6 else []
    assert judge_discounts(kept, stand)[0] == []
    off = more // 100
    kept = discount_claims(f"立减{off}", link_no=1) if off < 10**6 else []
    assert judge_discounts(kept, stand)[0] == []


@given(st.text(max_size=60), st.integers(0, 99))
def test_no_text_breaks_the_reading(text: str, link_no: int) -> None:
    for claim in discount_claims(text + "五折立减50到手价", link_no=link_no):
        assert isinstance(claim, DiscountClaim)
        assert claim.value >= 0
        assert claim.words


@pytest.mark.django_db
@pytest.mark.row("LM-094")
def test_a_link_gives_what_its_offers_make_of_it(shop: Shop) -> None:
    """Nothing on offer; then a promotion; then a flash sale: each makes other words true."""
    open_link(shop, units=5)
    asked: dict[str, Any] = {"org_id": shop.org_id, "show_id": SHOW, "link_no": 1, "now": NOW}

    def refused(text: str) -> list[tuple[int, int]]:
        hits, _ = reads.discount_hits(text, **asked)
        return [(hit.claimed_fen, hit.given_fen) for hit in hits]

    # The link costs 99; it is compared with 199.
    assert refused("立减100元，到手价99，五折") == []
    assert refused("立减105元") == [(9_400, 9_900)]
    run(shop, AmountOff(500))
    assert refused("立减105元，到手价94") == []
    assert refused("立减105.01，四折") == [(9_399, 9_400), (7_960, 9_400)]
    plan = plan_sale(shop, units=1)
    assert (plan.price_fen, refused("到手价64")) == (6_900, [])
    assert refused("到手价63.99") == [(6_399, 6_400)]
    actions.start_flash_sale(sale_id=plan.id, by=shop.by, now=NOW)
    actions.stop_flash_sale(sale_id=plan.id, by=shop.by, now=after(1))
    assert refused("到手价64") == [(6_400, 9_400)]
    # It was sold at 69 a moment ago.
    asked["now"] = after(60)
    assert refused("史低") == [(6_900, 9_400)]
    assert reads.discount_hits("2号链接五折", **asked) == ([], ["五折"])
    assert reads.discount_hits("今晚见", **(asked | {"link_no": 9})) == ([], [])
    with pytest.raises(NoSuchLink):
        reads.discount_hits("五折", **(asked | {"org_id": 0}))
