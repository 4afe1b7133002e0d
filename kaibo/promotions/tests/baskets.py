"""Baskets and promotions for the tests of pricing, by hand and by chance."""

from typing import Any

import msgspec
from hypothesis import strategies as st

from kaibo.promotions.rules import (
    STACKING,
    Always,
    AmountOff,
    AmountOffEach,
    AtLeastFen,
    AtLeastKinds,
    AtLeastUnits,
    BasketLine,
    Benefit,
    BundlePrice,
    CheapestFree,
    Condition,
    Everything,
    Gift,
    OfSkus,
    OfTags,
    PercentOff,
    Promotion,
    Share,
    UnitPrice,
)


def line(sku_id: int, units: int, unit_price_fen: int, **more: Any) -> BasketLine:
    """One line, named by its SKU."""
    return BasketLine(
        key=str(sku_id), sku_id=sku_id, units=units, unit_price_fen=unit_price_fen, **more
    )


def basket(*lines: tuple[int, int]) -> list[BasketLine]:
    """Lines of SKU 1, 2, … from (unit price, units)."""
    return [line(sku_id, units, fen) for sku_id, (fen, units) in enumerate(lines, start=1)]


def promotion(id: int, benefit: Benefit, **more: Any) -> Promotion:
    """One promotion, in the class of shop-wide activities unless said otherwise."""
    said = {"title_zh": f"优惠{id}", "title_en": f"Promotion {id}", "stacking": "activity"}
    return Promotion(id=id, benefit=benefit, **{**said, **more})


fen = st.integers(0, 60) | st.integers(0, 5_000)
lines = st.builds(
    BasketLine,
    key=st.just(""),
    sku_id=st.integers(1, 4),
    units=st.integers(1, 4),
    unit_price_fen=fen,
    floor_fen=st.sampled_from([0, 0, 1, 30, 900]),
    tags=st.sets(st.sampled_from(["a", "b"])).map(frozenset),
)
baskets = st.lists(lines, max_size=5).map(
    lambda drawn: [msgspec.structs.replace(one, key=str(n)) for n, one in enumerate(drawn)]
)
some_units = st.none() | st.integers(1, 4)
counting = st.builds(AtLeastUnits, st.integers(1, 5)) | st.builds(AtLeastKinds, st.integers(1, 3))
conditions = (
    st.just(Always()) | counting | st.builds(AtLeastFen, st.integers(1, 60) | st.integers(1, 9_000))
)
scopes = (
    st.just(Everything())
    | st.builds(OfSkus, st.sets(st.integers(1, 4), min_size=1).map(frozenset))
    | st.builds(OfTags, st.sets(st.sampled_from(["a", "b"]), min_size=1).map(frozenset))
)
benefits = (
    st.builds(AmountOff, fen.filter(bool), some_units)
    | st.builds(AmountOffEach, fen.filter(bool), some_units)
    | st.builds(
        PercentOff,
        st.sampled_from([1, 333, 1_000, 2_000, 5_000, 9_999, 10_000]),
        st.none() | fen.filter(bool),
        some_units,
    )
    | st.builds(UnitPrice, fen, some_units)
    | st.builds(CheapestFree, st.integers(1, 2))
    | st.builds(Gift, st.integers(1, 4), st.integers(1, 2), fen.filter(bool))
)
payers = st.sampled_from(
    [
        (Share("shop", 10_000),),
        (Share("shop", 5_000), Share("platform", 5_000)),
        (Share("shop", 3_333), Share("host", 3_333), Share("partner", 3_334)),
    ]
)


@st.composite
def priced_promotions(draw: st.DrawFn, *, most: int = 4, least: int = 0) -> list[Promotion]:
    """As ``promotions``, without gifts and of everything or SKUs: for the stored path."""
    drawn = draw(promotions(most=most, least=least))
    return [
        msgspec.structs.replace(
            one,
            benefit=AmountOff(500) if isinstance(one.benefit, Gift) else one.benefit,
            scope=Everything() if isinstance(one.scope, OfTags) else one.scope,
        )
        for one in drawn
    ]


def stored_parts(one: Promotion, skus: dict[int, int]) -> dict[str, Any]:
    """Its terms but for the benefit, as ``promoting.run`` takes them; its SKUs are the shop's."""
    scope = one.scope
    if isinstance(scope, OfSkus):
        scope = OfSkus(frozenset(skus.get(id, skus[1]) for id in scope.ids))
    return {
        "stacking": one.stacking,
        "condition": one.condition,
        "scope": scope,
        "times_max": one.times_max,
        "priority": one.priority,
        "payers": one.payers,
    }


@st.composite
def promotions(draw: st.DrawFn, *, most: int = 5, least: int = 0) -> list[Promotion]:
    """Sound promotions of all kinds, with ids in no order."""
    ids = draw(st.lists(st.integers(1, 99), min_size=least, max_size=most, unique=True))
    return [_drawn(draw, id) for id in ids]


def _drawn(draw: st.DrawFn, id: int) -> Promotion:
    condition: Condition
    benefit: Benefit
    if draw(st.integers(0, 5)) == 0:
        benefit, condition = draw(st.builds(BundlePrice, fen)), draw(counting)
    else:
        benefit, condition = draw(benefits), draw(conditions)
    often = st.just(1) if isinstance(condition, Always) else st.sampled_from([1, 1, 2, None])
    return promotion(
        id,
        benefit,
        condition=condition,
        scope=draw(scopes),
        stacking=draw(st.sampled_from(STACKING)),
        times_max=draw(often),
        priority=draw(st.integers(0, 1)),
        payers=draw(payers),
    )
