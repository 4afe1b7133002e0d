"""What a fan tier gives: a price, an earlier opening, a gift; shown to all, kept with the order."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.audience.errors.fans import NoSuchFan
from kaibo.audience.rules.fans import TIERS_MAX
from kaibo.facts import promotions as told
from kaibo.promotions import actions
from kaibo.promotions.actions import Early
from kaibo.promotions.errors import (
    BelowFloor,
    CouponRefused,
    EarlyOnly,
    NoSuchFanTier,
    OfferStateWrong,
    WindowCannotBe,
)
from kaibo.promotions.models import Claim, FlashSale, Offer, Promotion, PromotionUse
from kaibo.promotions.reads import buyable, gifts_in, offer_id, shelf
from kaibo.promotions.reads.fans import TierPrice, fan_card, fan_rights, fan_uses, tier_prices
from kaibo.promotions.rules import (
    AmountOff,
    AtLeastUnits,
    OfSkus,
    PercentOff,
    UnitPrice,
    judge_claims,
)
from kaibo.promotions.rules.running import FAN_TIERS, tier_of
from kaibo.promotions.rules.selling import SaleTerms
from kaibo.promotions.tests.fanning import fan, publish_tiers, take_tier
from kaibo.promotions.tests.gifting import add_gift, run_gift
from kaibo.promotions.tests.promoting import counters, give, quote, run, save, use
from kaibo.promotions.tests.promoting import told as facts_of
from kaibo.promotions.tests.shop import (
    NOW,
    SHOW,
    Shop,
    after,
    attempt,
    list_link,
    make_shop,
    open_link,
)
from kaibo.promotions.tests.test_promotion_properties import (
    Spec,
    lines,
    quickly,
    specs,
    started,
    wishes,
)

pytestmark = [pytest.mark.django_db, pytest.mark.row("R-101")]


@pytest.fixture
def shop() -> Shop:
    shop = make_shop()
    publish_tiers(shop)
    return shop


def tier_price(shop: Shop, place: int, fen: int) -> Promotion:
    """A member price of the shop's SKU."""
    of: dict[str, Any] = {"stacking": "price", "scope": OfSkus(frozenset({shop.sku_id}))}
    return run(shop, UnitPrice(fen), of=of, audience=f"tier{place}")


def run_early(shop: Shop, *, tier: int = 2, early_s: int = 30, units: int = 5) -> int:
    """A sale on link 1 from ``NOW`` for a minute, whose first seconds are a tier's."""
    spec = actions.FlashSaleSpec(
        show_id=SHOW,
        link_no=1,
        price_fen=6_900,
        units=units,
        units_per_buyer_max=1,
        opens_at=NOW,
        closes_at=after(60),
        pay_within_s=120,
        early_tier=tier,
        early_s=early_s,
    )
    sale = actions.schedule_flash_sale(spec=spec, by=shop.by, now=NOW)
    actions.start_flash_sale(sale_id=sale.id, by=shop.by, now=NOW)
    return sale.id


def test_every_tier_that_can_be_published_can_be_asked_for() -> None:
    assert [tier_of(tier) for tier in FAN_TIERS] == list(range(1, TIERS_MAX + 1))


def test_a_tier_pays_its_price_and_those_above_it_the_best(shop: Shop) -> None:
    tier_price(shop, 1, 9_000)
    tier_price(shop, 3, 8_000)
    paid = [quote(shop, viewer_id=fan(shop, place)).total_fen for place in range(4)]
    assert paid == [9_900, 9_000, 9_000, 8_000]


@pytest.mark.row("LM-100")
def test_two_on_one_tier_pay_the_same_whatever_else_is_known_of_them(shop: Shop) -> None:
    tier_price(shop, 2, 8_500)
    regular, newcomer = fan(shop, 2, name="老客人老客人"), fan(shop, 2, name="新客人新客人")
    used = use(shop, viewer_id=regular)
    actions.mark_uses_sold(use_ids=used.use_ids, now=NOW)
    assert quote(shop, viewer_id=regular) == quote(shop, viewer_id=newcomer)


@pytest.mark.row("LM-100")
def test_everybody_sees_every_tiers_price_and_its_condition(shop: Shop) -> None:
    open_link(shop, units=3)
    tier_price(shop, 1, 9_000)
    tier_price(shop, 3, 8_000)
    run(shop, AmountOff(200), of={"stacking": "activity"})
    run(shop, AmountOff(100), of={"stacking": "coupon"}, audience="tier2", got="claim")
    people = [fan(shop, place) for place in range(4)]
    cards = [fan_card(id, org_id=shop.org_id, show_id=SHOW, now=NOW) for id in people]
    assert [card.me.place for card in cards] == [0, 1, 2, 3]
    assert [(right.place, right.kind) for right in cards[0].rights] == [
        (1, "price"), (2, "coupon"), (3, "price")
    ]  # fmt: skip
    of: dict[str, Any] = {"link_no": 1, "of_fen": 9_900, "everyone_fen": 9_700}
    assert cards[0].prices == [
        TierPrice(**of, place=1, name="铁粉", price_fen=8_800),
        TierPrice(**of, place=3, name="家人", price_fen=7_800),
    ]
    for card in cards[1:]:
        assert (card.plan, card.rights, card.prices) == (
            cards[0].plan, cards[0].rights, cards[0].prices
        )  # fmt: skip
    # What is shown is what is paid, by one engine.
    for price in cards[0].prices:
        assert quote(shop, viewer_id=people[price.place]).total_fen == price.price_fen
    assert quote(shop, viewer_id=people[0]).total_fen == 9_700


def test_a_price_that_ran_out_or_ended_is_shown_no_more(shop: Shop) -> None:
    open_link(shop, units=3)
    row = tier_price(shop, 1, 9_000)
    of: dict[str, Any] = {"show_id": SHOW, "now": after(1)}
    assert len(tier_prices(shop.org_id, **of)) == 1
    Promotion.objects.update(uses_total=1)
    use(shop, viewer_id=fan(shop, 1))
    assert tier_prices(shop.org_id, **of) == []
    Promotion.objects.update(uses_total=None)
    actions.end_promotion(promotion_id=row.pk, by=shop.by, now=NOW)
    assert tier_prices(shop.org_id, **of) == []
    assert fan_rights(shop.org_id, **of) == []


def test_the_order_keeps_the_tier_and_the_rule_when_the_tier_is_lost(shop: Shop) -> None:
    row = tier_price(shop, 2, 8_500)
    bo = fan(shop, 2)
    used = use(shop, viewer_id=bo)
    held = {"needs": 2, "place": 2, "name": "挚友", "points": 0, "given": 2, "version": 1}
    assert (used.quote.total_fen, PromotionUse.objects.get().fan) == (8_500, held)
    (fact,) = facts_of(told.PromotionsUsed)
    assert fact.uses == [told.UseTold(used.use_ids[0], row.pk, None, 1_400, 2, 1)]
    take_tier(shop, bo)
    actions.give_back_uses(use_ids=used.use_ids, now=after(1))
    actions.retake_uses(use_ids=used.use_ids, now=after(2))
    (kept,) = fan_uses(bo, org_id=shop.org_id)
    assert (kept.needs, kept.place, kept.name, kept.given, kept.version) == (2, 2, "挚友", 2, 1)
    assert (kept.off_fen, kept.state) == (1_400, "used")
    assert counters(row) == (0, 1, 0, 1_400)
    # The next order does not get it any more.
    assert quote(shop, viewer_id=bo).total_fen == 9_900
    with pytest.raises(NoSuchFan):
        fan_uses(bo, org_id=shop.org_id + 1)


def test_what_asks_for_no_tier_keeps_none(shop: Shop) -> None:
    run(shop, AmountOff(200))
    use(shop, viewer_id=fan(shop, 2))
    assert PromotionUse.objects.get().fan is None


def test_the_floor_is_judged_with_the_best_tier(shop: Shop) -> None:
    """9,900 for all, 6,000 for the top tier, and 20 % off for all: 4,800 is below the floor."""
    list_link(shop)
    tier_price(shop, 3, 6_000)
    draft = save(shop, PercentOff(2_000), of={"stacking": "activity"})
    with pytest.raises(BelowFloor) as refused:
        actions.start_promotion(promotion_id=draft.id, by=shop.by, now=NOW)
    assert refused.value.data["price_fen"] == 4_800
    assert Promotion.objects.get(pk=draft.id).state == "draft"


def test_a_right_needs_a_tier_that_is_published(shop: Shop) -> None:
    with pytest.raises(NoSuchFanTier):
        save(shop, AmountOff(100), audience="tier4")
    bare = make_shop("bo")
    with pytest.raises(NoSuchFanTier):
        save(bare, AmountOff(100), audience="tier1")
    list_link(shop)
    with pytest.raises(NoSuchFanTier):
        run_early(shop, tier=4)
    assert not Promotion.objects.exists()
    assert not FlashSale.objects.exists()


def test_a_gift_and_a_coupon_of_a_tier(shop: Shop) -> None:
    run_gift(shop, add_gift(shop), AtLeastUnits(1), audience="tier2")
    coupon = run(shop, AmountOff(300), of={"stacking": "coupon"}, got="claim", audience="tier1")
    got = []
    for place in range(3):
        priced = quote(shop, viewer_id=fan(shop, place))
        got.append(len(gifts_in(priced, org_id=shop.org_id)))
    assert got == [0, 0, 1]
    with pytest.raises(CouponRefused) as refused:
        give(shop, coupon, viewer_id=fan(shop, 0))
    assert refused.value.data["reason"] == "not_for_you"
    # A coupon that was claimed stays good when the tier is lost.
    bo = fan(shop, 1)
    give(shop, coupon, viewer_id=bo)
    take_tier(shop, bo)
    assert quote(shop, viewer_id=bo).total_fen == 9_600


def test_a_sale_opens_to_its_tier_first_by_the_servers_clock(shop: Shop) -> None:
    open_link(shop)
    sale_id = run_early(shop, tier=2, early_s=30)
    low, high = fan(shop, 1), fan(shop, 2)
    tries = [
        attempt(low, at=29.999),
        attempt(high, at=1.0),
        attempt(low, at=30.0, key="later"),
        attempt(999, at=30.0),
        attempt(fan(shop, 3), at=-0.001),
    ]
    answers = actions.claim_flash_sale_batch(sale_id=sale_id, attempts=tries, now=after(31))
    assert [answer.code for answer in answers] == [
        "early_only", "won", "won", "won", "window_closed"
    ]  # fmt: skip
    assert list(Claim.objects.order_by("arrival").values_list("viewer_id", flat=True)) == [
        high, low, 999
    ]  # fmt: skip
    (scheduled,) = facts_of(told.FlashSaleScheduled)
    assert (scheduled.early_tier, scheduled.early_s) == (2, 30)
    (link,) = shelf(SHOW)
    assert link.sale is not None
    assert (link.sale.early_tier, link.sale.early_s, link.sale.early_name) == (2, 30, "挚友")
    (right,) = fan_rights(shop.org_id, show_id=SHOW, now=NOW)
    assert (right.place, right.kind, right.link_no, right.early_s) == (2, "early", 1, 30)


def test_a_closed_door_writes_nothing(shop: Shop) -> None:
    open_link(shop)
    sale_id = run_early(shop)
    answer = actions.claim_flash_sale(
        sale_id=sale_id, viewer_id=fan(shop, 0), units=1, request_key="k", now=after(1)
    )
    assert (answer.ok, answer.code, answer.units_left) == (False, "early_only", 5)
    assert not Claim.objects.exists()
    assert facts_of(told.FlashSaleClaimsJudged) == []


@pytest.mark.parametrize(("tier", "early_s"), [(0, 30), (2, 60), (2, 61)])
def test_early_times_that_make_no_sense(shop: Shop, tier: int, early_s: int) -> None:
    open_link(shop)
    with pytest.raises(WindowCannotBe):
        run_early(shop, tier=tier, early_s=early_s)
    assert not FlashSale.objects.exists()


_tries = st.lists(
    st.builds(
        lambda viewer, at: attempt(viewer, at=at, key=f"{viewer}-{at}"),
        st.integers(1, 6),
        st.integers(0, 59),
    ),
    max_size=12,
)


@given(tries=_tries, early_s=st.integers(1, 50), units=st.integers(0, 6))
def test_in_the_early_time_only_the_tier_wins(tries: Any, early_s: int, units: int) -> None:
    """And nobody is refused who would be served without it, but the rest in that time."""
    terms = SaleTerms("running", NOW, after(60), 1, early_tier=2, early_s=early_s)
    places = {1: 1, 2: 2, 3: 3}
    judged = judge_claims(
        terms, units_left=units, held_by_viewer={}, attempts=tries, fan_places=places
    )
    for one, verdict in zip(tries, judged.verdicts, strict=True):
        is_early = one.arrived_at < after(early_s) and places.get(one.viewer_id, 0) < 2
        assert (verdict == "early_only") == is_early
    let_in = [one for one, v in zip(tries, judged.verdicts, strict=True) if v != "early_only"]
    plain = judge_claims(
        SaleTerms("running", NOW, after(60), 1),
        units_left=units,
        held_by_viewer={},
        attempts=let_in,
    )
    assert plain.verdicts == [v for v in judged.verdicts if v != "early_only"]
    assert plain.units_left == judged.units_left


def test_a_link_opens_to_its_tier_first(shop: Shop) -> None:
    list_link(shop)
    actions.put_on_shelf(show_id=SHOW, link_no=1, by=shop.by, now=NOW)
    opened = actions.open_price(show_id=SHOW, link_no=1, by=shop.by, now=NOW, early=Early(2, 60))
    assert (opened.state, opened.early_tier, opened.early_name, opened.opens_to_all_at) == (
        "open", 2, "挚友", after(60)
    )  # fmt: skip
    (fact,) = facts_of(told.PriceOpened)
    assert (fact.early_tier, fact.opens_to_all_at) == (2, after(60))
    low, high, number = fan(shop, 1), fan(shop, 2), offer_id(SHOW, 1)
    take: dict[str, Any] = {"offer_id": number, "units": 1}
    of: dict[str, Any] = {"org_id": shop.org_id, "show_id": SHOW}
    with pytest.raises(EarlyOnly) as refused:
        actions.take_units(**take, viewer_id=low, now=after(59.9))
    assert refused.value.data["opens_at"] == after(60)
    assert Offer.objects.get().units_held == 0
    assert isinstance(buyable({1: 1}, **of, viewer_id=low, now=after(1))[1].refusal, EarlyOnly)
    assert buyable({1: 1}, **of, viewer_id=high, now=after(1))[1].refusal is None
    actions.take_units(**take, viewer_id=high, now=after(1))
    actions.take_units(**take, viewer_id=low, now=after(60))
    assert Offer.objects.get().units_held == 2


def test_what_is_open_to_all_cannot_be_closed_to_most(shop: Shop) -> None:
    open_link(shop)
    with pytest.raises(OfferStateWrong):
        actions.open_price(show_id=SHOW, link_no=1, by=shop.by, now=NOW, early=Early(1, 60))
    assert Offer.objects.get().opens_to_all_at is None


@pytest.mark.once
@quickly
@given(listed=st.lists(specs, min_size=1, max_size=3), tier=specs, drawn=lines)
def test_a_tiers_price_raises_nobodys(
    shop: Shop, listed: list[Spec], tier: Spec, drawn: list[tuple[int, int]]
) -> None:
    """Who is on it pays no more than before, who is not pays the same, and higher never more."""
    for spec in listed:
        started(shop, spec)
    people = [fan(shop, place) for place in range(4)]
    before = [quote(shop, *wishes(shop, drawn), viewer_id=id).total_fen for id in people]
    started(shop, tier, audience="tier2")
    now = [quote(shop, *wishes(shop, drawn), viewer_id=id).total_fen for id in people]
    assert now[:2] == before[:2]
    assert now[2] == now[3] <= before[2]
    Promotion.objects.all().delete()
