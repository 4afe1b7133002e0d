"""What holds of prices on the stored path, whatever a shop runs."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaibo.base.errors import Refusal
from kaibo.promotions import actions
from kaibo.promotions.errors import BelowFloor
from kaibo.promotions.models import Promotion, PromotionUse
from kaibo.promotions.rules import Promotion as Terms
from kaibo.promotions.tests.baskets import priced_promotions, stored_parts
from kaibo.promotions.tests.promoting import basket, quote, run, save, wish
from kaibo.promotions.tests.shop import NOW, Shop, list_link

pytestmark = [pytest.mark.django_db, pytest.mark.once]

Spec = tuple[Terms, dict[str, Any]]
# Terms of every kind, with the limits of use that a shop may set.
specs = st.tuples(
    priced_promotions(least=1, most=1).map(lambda drawn: drawn[0]),
    st.fixed_dictionaries(
        {
            "uses_total": st.none() | st.integers(1, 2),
            "budget_fen": st.none() | st.integers(1, 5_000),
        }
    ),
)
lines = st.lists(st.tuples(st.integers(1, 3), st.integers(5_000, 9_900)), min_size=1, max_size=3)
quickly = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def started(shop: Shop, spec: Spec, **more: Any) -> Promotion:
    """One of these terms and limits, at work."""
    terms, limits = spec
    return run(shop, terms.benefit, of=stored_parts(terms, {1: shop.sku_id}), **limits, **more)


def wishes(shop: Shop, drawn: list[tuple[int, int]]) -> list[Any]:
    return [wish(shop, units, price_fen=fen, key=str(n)) for n, (units, fen) in enumerate(drawn)]


@pytest.mark.row("R-058")
@quickly
@given(listed=st.lists(specs, min_size=1, max_size=4), drawn=lines)
def test_every_order_keeps_the_floor_or_is_refused(
    shop: Shop, listed: list[Spec], drawn: list[tuple[int, int]]
) -> None:
    """Whatever was started, even where the check before the start saw no link at all."""
    for terms, limits in listed:
        started(shop, (terms, limits))
    asked = basket(shop, *wishes(shop, drawn))
    try:
        used = actions.use_promotions(**asked)
    except BelowFloor:
        assert not PromotionUse.objects.exists()
    else:
        for line, fen in zip(used.quote.lines, used.quote.line_fen, strict=True):
            assert fen >= 5_000 * line.units
        assert sum(use.off_fen for use in PromotionUse.objects.all()) == (
            used.quote.before_fen - used.quote.total_fen
        )
    Promotion.objects.filter(uses=None).delete()
    PromotionUse.objects.all().delete()
    Promotion.objects.all().delete()


@quickly
@given(listed=st.lists(specs, min_size=1, max_size=5), drawn=lines)
def test_one_more_promotion_never_raises_a_price(
    shop: Shop, listed: list[Spec], drawn: list[tuple[int, int]]
) -> None:
    total = None
    for terms, limits in listed:
        started(shop, (terms, limits))
        now = quote(shop, *wishes(shop, drawn)).total_fen
        assert total is None or now <= total
        total = now
    Promotion.objects.all().delete()


@quickly
@given(listed=st.lists(specs, min_size=1, max_size=3), units=st.integers(1, 3))
def test_what_was_let_start_keeps_the_floor_of_what_is_listed(
    shop: Shop, listed: list[Spec], units: int
) -> None:
    if not shop.stock().held:
        list_link(shop, units=1, per_buyer_max=3)
    for terms, limits in listed:
        draft = save(shop, terms.benefit, of=stored_parts(terms, {1: shop.sku_id}), **limits)
        try:
            actions.start_promotion(promotion_id=draft.id, by=shop.by, now=NOW)
        except Refusal:
            continue
    assert quote(shop, wish(shop, units)).below_floor() == []
    Promotion.objects.all().delete()
