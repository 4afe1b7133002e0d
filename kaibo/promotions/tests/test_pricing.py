"""What each kind of promotion does to a basket, in figures a shop can check by hand."""

from typing import Any

import msgspec
import pytest

from kaibo.base.errors import Refusal
from kaibo.promotions.errors import BelowFloor
from kaibo.promotions.rules import (
    EXACT_MAX,
    Always,
    AmountOff,
    AmountOffEach,
    AtLeastFen,
    AtLeastKinds,
    AtLeastUnits,
    Benefit,
    BundlePrice,
    CheapestFree,
    Choose,
    Condition,
    Gift,
    OfSkus,
    OfTags,
    PercentOff,
    Promotion,
    Quote,
    Share,
    UnitPrice,
    check_promotion,
    check_quote_floor,
    explain,
    payer_amounts,
    price_basket,
)
from kaibo.promotions.tests.baskets import basket, line, promotion


def skus(*ids: int) -> OfSkus:
    return OfSkus(frozenset(ids))


@pytest.mark.parametrize(
    ("benefit", "condition", "lines", "shares", "units"),
    [
        # 满300减50: by amount, the odd fen to the largest remainder.
        (AmountOff(5_000), AtLeastFen(30_000), [(10_000, 2), (10_001, 1)], [3333, 1667], 3),
        (AmountOff(5_000), AtLeastFen(30_001), [(10_000, 3)], None, 0),
        (AmountOff(5_000), Always(), [(1_000, 2)], [2_000], 2),
        (AmountOff(300, max_units=1), AtLeastUnits(2), [(200, 2), (100, 2)], [0, 100], 1),
        (AmountOffEach(300), AtLeastUnits(2), [(200, 2), (400, 1)], [400, 300], 3),
        (AmountOffEach(300, max_units=2), AtLeastUnits(2), [(200, 1), (400, 3)], [200, 300], 2),
        # 9折 of 9.99: what comes off, 99.9 fen, is rounded up.
        (PercentOff(1_000), Always(), [(999, 1)], [100], 1),
        (PercentOff(2_000, cap_fen=500), AtLeastUnits(2), [(2_000, 2)], [500], 2),
        (PercentOff(2_000, max_units=1), AtLeastUnits(2), [(400, 3), (300, 1)], [0, 60], 1),
        # 3件20元: the dearest three; the fourth pays its price.
        (BundlePrice(2_000), AtLeastUnits(3), [(700, 1), (900, 2), (800, 1)], [0, 415, 185], 3),
        (BundlePrice(2_000), AtLeastUnits(3), [(600, 3)], None, 0),
        (BundlePrice(1_000), AtLeastKinds(2), [(700, 5), (900, 1), (100, 1)], [263, 337], 2),
        # A member price: what is cheaper already stays.
        (UnitPrice(800), Always(), [(1_000, 2), (700, 1)], [400, 0], 2),
        (UnitPrice(800), AtLeastUnits(4), [(1_000, 3)], None, 0),
        # An exchange: one unit, the cheapest that costs more; free at 0.
        (UnitPrice(0, max_units=1), Always(), [(1_000, 3), (700, 2)], [0, 700], 1),
        (UnitPrice(800, max_units=1), Always(), [(1_000, 3), (700, 2)], [200, 0], 1),
        (UnitPrice(800, max_units=1), Always(), [(800, 1), (700, 2)], None, 0),
        # 买3免1: the free one and the two dearest beside it share what comes off.
        (CheapestFree(), AtLeastUnits(3), [(400, 4), (200, 4)], [160, 40], 3),
        (CheapestFree(), AtLeastFen(1_000), [(400, 2), (200, 2)], [160, 40], 3),
        (Gift(9), Always(), [(1_000, 1)], None, 0),
    ],
)
def test_a_benefit(
    benefit: Benefit,
    condition: Condition,
    lines: list[tuple[int, int]],
    shares: list[int] | None,
    units: int,
) -> None:
    quote = price_basket(basket(*lines), [promotion(1, benefit, condition=condition)])
    if shares is None:
        assert quote.applied == ()
        assert quote.total_fen == quote.before_fen
        return
    [used] = quote.applied
    shares += [0] * (len(lines) - len(shares))
    assert (list(used.shares), used.off_fen, used.units) == (shares, sum(shares), units)


@pytest.mark.parametrize(
    ("benefit", "condition", "times_max", "off"),
    [
        (AmountOff(1_000), AtLeastFen(10_000), None, 4_000),
        (AmountOff(1_000), AtLeastFen(10_000), 3, 3_000),
        (AmountOff(1_000), AtLeastFen(10_000), 1, 1_000),
        (CheapestFree(), AtLeastUnits(3), None, 14_000),
        (CheapestFree(), AtLeastUnits(3), 1, 7_000),
        # 23,000 worth of the dearest three, then 21,000: the second bundle is not made.
        (BundlePrice(21_500), AtLeastUnits(3), None, 1_500),
    ],
)
def test_each_time_the_condition_is_met(
    benefit: Benefit, condition: Condition, times_max: int | None, off: int
) -> None:
    terms = promotion(1, benefit, condition=condition, times_max=times_max)
    quote = price_basket(basket((8_000, 2), (7_000, 4)), [terms])
    assert quote.before_fen - quote.total_fen == off


def test_classes_apply_in_their_order_and_read_what_is_left() -> None:
    """秒杀价 → 满减 → 店铺券 → 平台券 → 支付立减, each on what the one before left."""
    listed = [
        promotion(1, AmountOff(100), stacking="payment"),
        promotion(
            2, PercentOff(1_000), stacking="platform", condition=AtLeastFen(15_000)
        ),
        promotion(3, AmountOff(1_000), stacking="coupon", condition=AtLeastFen(16_000)),
        promotion(4, AmountOff(2_000), condition=AtLeastFen(18_000)),
        promotion(5, UnitPrice(9_000), stacking="price", scope=skus(1)),
    ]  # fmt: skip
    quote = price_basket(basket((10_000, 2)), listed)
    offs = [(used.promotion.id, used.off_fen) for used in quote.applied]
    assert offs == [(5, 2_000), (4, 2_000), (3, 1_000), (2, 1_500), (1, 100)]
    assert quote.line_fen == (13_400,)


class TestChoosing:
    # Using the price of class one leaves the basket below the threshold of class two.
    LISTED = (
        promotion(1, UnitPrice(9_900), stacking="price"),
        promotion(2, AmountOff(5_000), condition=AtLeastFen(30_000)),
    )

    @pytest.mark.parametrize(
        ("choose", "total", "used"), [("best", 25_000, [2]), ("priority", 29_700, [1])]
    )
    def test_the_shop_says_how(self, choose: Choose, total: int, used: list[int]) -> None:
        quote = price_basket(basket((10_000, 3)), self.LISTED, choose=choose)
        assert quote.total_fen == total
        assert [applied.promotion.id for applied in quote.applied] == used

    def test_of_equals_the_fewest_then_the_lowest_ids(self) -> None:
        twins = [promotion(id, AmountOff(500)) for id in (9, 3, 5)]
        halves = [
            promotion(1, AmountOff(200), stacking="coupon", scope=skus(1)),
            promotion(2, AmountOff(300), scope=skus(1), priority=-1),
        ]
        quote = price_basket(basket((500, 1)), twins + halves)
        assert [applied.promotion.id for applied in quote.applied] == [3]

    def test_within_a_class_the_narrower_scope_comes_first(self) -> None:
        listed = [
            promotion(1, PercentOff(500), stacking="price"),
            promotion(2, UnitPrice(100), stacking="price", scope=skus(1)),
            promotion(3, AmountOffEach(60), stacking="price", scope=OfTags(frozenset("a"))),
        ]
        lines = [line(1, 1, 1_000, tags=frozenset("a")), line(2, 1, 1_000, tags=frozenset("a"))]
        quote = price_basket([*lines, line(3, 1, 1_000)], listed)
        assert quote.line_fen == (100, 940, 950)
        first = msgspec.structs.replace(listed[0], priority=-1)
        by_turn = price_basket(lines, [first, *listed[1:]], choose="priority")
        assert by_turn.line_fen == (950, 950)

    def test_beyond_the_limit_a_newer_promotion_never_raises_the_price(self) -> None:
        listed = [
            promotion(id, AmountOff(100 + id), stacking="coupon", scope=skus(id))
            for id in range(1, EXACT_MAX + 6)
        ]
        lines = basket(*[(1_000, 1)] * len(listed))
        totals = [price_basket(lines, listed[:n]).total_fen for n in range(len(listed) + 1)]
        assert totals == [
            len(lines) * 1_000 - sum(100 + id for id in range(1, n + 1)) for n in range(len(totals))
        ]
        dear = promotion(99, UnitPrice(999), stacking="price")
        quote = price_basket(lines, [*listed, dear])
        assert quote.total_fen == totals[-1] - sum(quote.applied[0].shares)
        assert price_basket(lines, [dear, *reversed(listed)]) == quote
        # Given last, it counts as newest, whatever its id.
        late = promotion(0, UnitPrice(999), stacking="price", scope=skus(1))
        assert price_basket(lines, [*listed, late]).total_fen <= totals[-1]

    def test_an_empty_basket_costs_nothing(self) -> None:
        quote = price_basket([], self.LISTED)
        assert quote == Quote((), (), ())
        assert [note.why for note in explain(quote, self.LISTED)] == ["not_in_scope"] * 2


def test_a_price_below_the_floor_names_sku_and_combination() -> None:
    """One coupon is harmless; the platform's on top of it is not."""
    lines = [line(1, 2, 10_000, floor_fen=8_000, sku="A-1"), line(2, 1, 500)]
    coupon = promotion(1, AmountOff(3_000), stacking="coupon", scope=skus(1), title_zh="新人券")
    platform = promotion(2, AmountOff(2_000), stacking="platform", scope=skus(1))
    other = promotion(3, AmountOff(1), stacking="payment", scope=skus(2))
    check_quote_floor(price_basket(lines, [coupon, other]))
    quote = price_basket(lines, [coupon, platform, other])
    assert quote.below_floor() == lines[:1]
    with pytest.raises(BelowFloor) as refused:
        check_quote_floor(quote)
    assert refused.value.data == {
        "sku": "A-1",
        "price_fen": 7_500,
        "floor_fen": 8_000,
        "combination": [
            {"zh": "新人券", "en": "Promotion 1"},
            {"zh": "优惠2", "en": "Promotion 2"},
        ],
    }
    assert refused.value.message("zh").endswith("（叠加：新人券＋优惠2）")
    assert refused.value.message("en").endswith(" (Promotion 1 + Promotion 2)")


def test_who_pays_what() -> None:
    both = (Share("shop", 5_000), Share("platform", 5_000))
    terms = promotion(1, AmountOff(5), payers=both)
    quote = price_basket(basket((100, 1), (100, 1), (100, 1), (100, 1), (100, 1)), [terms])
    amounts = payer_amounts(quote)
    assert amounts == [{"shop": 1}, {"platform": 1}, {"shop": 1}, {"platform": 1}, {"shop": 1}]


def test_the_buyer_reads_why() -> None:
    listed = [
        promotion(1, AmountOff(1_000), condition=AtLeastFen(10_000)),
        promotion(2, AmountOff(500), condition=AtLeastFen(10_000)),
        promotion(3, AmountOff(900), stacking="coupon", condition=AtLeastFen(9_950)),
        promotion(4, AmountOff(900), stacking="coupon", condition=AtLeastUnits(3)),
        promotion(5, AmountOff(900), stacking="coupon", condition=AtLeastKinds(2)),
        promotion(6, AmountOff(900), stacking="coupon", scope=skus(7)),
        promotion(7, UnitPrice(12_000), stacking="price"),
        promotion(8, UnitPrice(4_990), stacking="price"),
        promotion(9, Gift(5, 2)),
    ]
    notes = explain(price_basket(basket((5_000, 2)), listed), listed)
    assert [(note.promotion_id, note.why) for note in notes] == [
        (1, "used"), (9, "gift"), (2, "not_with"), (3, "short"), (4, "short"), (5, "short"),
        (6, "not_in_scope"), (7, "no_gain"), (8, "dearer"),
    ]  # fmt: skip
    assert [note.text_zh for note in notes] == [
        "优惠1：已优惠 ¥10.00",
        "优惠9：随单赠送 2 件，送完即止",
        "优惠2：与“优惠1”不同享",
        "优惠3：还差 ¥9.50 可用",
        "优惠4：还差 1 件可用",
        "优惠5：还差 1 种商品可用",
        "优惠6：不适用于所选商品",
        "优惠7：现价已不高于此优惠",
        "优惠8：使用后总价不会更低，未使用",
    ]
    assert notes[3].text_en == "Promotion 3: ¥9.50 more and it applies"
    assert notes[3].missing == 950


def test_a_promotion_is_stored_and_read_back() -> None:
    terms = promotion(
        1, CheapestFree(2), condition=AtLeastUnits(3), scope=skus(1, 2), times_max=None
    )
    stored = msgspec.json.encode(terms)
    assert msgspec.json.decode(stored, type=Promotion) == terms
    assert b'"benefit":{"type":"cheapest_free","units":2}' in stored


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"benefit": AmountOff(0)}, "benefit"),
        ({"benefit": PercentOff(10_001)}, "benefit"),
        ({"benefit": PercentOff(1, cap_fen=0)}, "cap_fen"),
        ({"benefit": AmountOff(1, max_units=0)}, "max_units"),
        ({"benefit": BundlePrice(1)}, "condition"),
        ({"benefit": CheapestFree(0)}, "benefit"),
        ({"condition": AtLeastFen(0)}, "condition"),
        ({"condition": AtLeastUnits(0)}, "condition"),
        ({"times_max": None}, "times_max"),
        ({"times_max": 0, "condition": AtLeastUnits(1)}, "times_max"),
        ({"scope": skus()}, "scope"),
        ({"scope": OfTags(frozenset())}, "scope"),
        ({"title_en": " "}, "title"),
        ({"payers": ()}, "payers"),
        ({"payers": (Share("shop", 9_999),)}, "payers"),
        ({"payers": (Share("shop", 5_000), Share("shop", 5_000))}, "payers"),
        ({"payers": (Share("shop", 10_000), Share("host", 0))}, "payers"),
    ],
)
def test_a_promotion_without_meaning_is_refused(change: dict[str, Any], field: str) -> None:
    sound = promotion(1, AmountOff(1))
    check_promotion(sound)
    with pytest.raises(Refusal) as refused:
        check_promotion(msgspec.structs.replace(sound, **change))
    assert refused.value.data["field"] == field
    assert refused.value.message("zh") != refused.value.message("en")
