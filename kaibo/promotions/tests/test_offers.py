"""Links: listing, shelving, prices, batches, closing, and units in buyers' hands."""

import pytest

from kaibo.base.actor import Actor
from kaibo.base.errors import NumberOutOfRange, Refusal
from kaibo.catalog import actions as catalog
from kaibo.catalog.errors import NotEnoughStock
from kaibo.facts.promotions import (
    OfferClosed,
    OfferListed,
    OfferShelved,
    OfferUnitsAdded,
    PriceOpened,
    UnitsGivenBack,
    UnitsReturned,
    UnitsSold,
    UnitsTaken,
)
from kaibo.journal.models import Entry
from kaibo.promotions import actions, reads
from kaibo.promotions.actions import OfferSpec
from kaibo.promotions.errors import (
    BelowFloor,
    BuyerLimit,
    LinkTaken,
    NoDayPriceBasis,
    NoSuchLink,
    NotOnSale,
    OfferStateWrong,
    SoldOut,
)
from kaibo.promotions.models import Offer, Taking
from kaibo.promotions.reads import offer_id
from kaibo.promotions.tests.shop import (
    NOW,
    SHOW,
    Shop,
    after,
    facts,
    list_link,
    make_shop,
    open_link,
)

pytestmark = pytest.mark.django_db


def spec_of(shop: Shop, **changes: object) -> OfferSpec:
    values: dict[str, object] = {
        "org_id": shop.org_id,
        "show_id": SHOW,
        "link_no": 1,
        "sku_id": shop.sku_id,
        "price_fen": 9_900,
        "units": 10,
    }
    return OfferSpec(**{**values, **changes})  # type: ignore[arg-type]


def take(shop: Shop, *, viewer_id: int = 1, units: int = 1) -> int:
    taken = actions.take_units(
        offer_id=offer_id(SHOW, 1), viewer_id=viewer_id, units=units, now=NOW
    )
    assert taken.taking_id is not None
    return taken.taking_id


def units_of(link_no: int = 1) -> tuple[int, int, int]:
    """Given, held, sold."""
    row = Offer.objects.get(show_id=SHOW, link_no=link_no)
    return row.units_given, row.units_held, row.units_sold


def test_a_listed_link_holds_its_first_batch_and_hides_its_price(shop: Shop) -> None:
    view = list_link(shop, units=10)
    assert (view.state, view.units_left, view.price_fen, view.day_price_fen) == (
        "planned",
        10,
        None,
        None,
    )
    assert (view.product_title, view.spec) == ("保湿面霜", "50ml")
    assert shop.levels() == (100, 10, 0)
    row = Offer.objects.get()
    assert (row.seller_name, row.seller_licence_no) == ("ana商贸", "91310000X")
    assert facts(OfferListed) == [
        OfferListed(
            offer_id=row.pk,
            link_no=1,
            sku_id=shop.sku_id,
            price_fen=9_900,
            day_price_fen=19_900,
            units=10,
            per_buyer_max=0,
            title="保湿面霜",
        )
    ]
    assert reads.shelf(SHOW) == []
    assert reads.shelf(SHOW, planned=True) == [view]
    assert reads.shelf(SHOW, planned=True, org_id=shop.org_id + 1) == []


def test_opening_shows_the_price_and_may_change_it(shop: Shop) -> None:
    list_link(shop)
    actions.put_on_shelf(show_id=SHOW, link_no=1, by=shop.by, now=NOW)
    actions.put_on_shelf(show_id=SHOW, link_no=1, by=shop.by, now=NOW)
    opened = actions.open_price(show_id=SHOW, link_no=1, price_fen=8_800, by=shop.by, now=NOW)
    again = actions.open_price(show_id=SHOW, link_no=1, by=shop.by, now=NOW)
    assert (opened.state, opened.price_fen, opened.price_basis) == (
        "open",
        8_800,
        "门店价（2026年11月）",
    )
    assert again == opened
    number = Offer.objects.get().pk
    assert facts(OfferShelved) == [OfferShelved(offer_id=number, link_no=1)]
    assert facts(PriceOpened) == [PriceOpened(offer_id=number, link_no=1, price_fen=8_800)]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"price_fen": 4_999}, BelowFloor),
        ({"price_fen": 0}, NumberOutOfRange),
        ({"price_fen": 10**30}, NumberOutOfRange),
        ({"link_no": 0}, NumberOutOfRange),
        ({"units": -1}, NumberOutOfRange),
        ({"units": 101}, NotEnoughStock),
        ({"sku_id": 10**9}, Refusal),
        ({"title": "坏\x00字"}, Refusal),
    ],
)
def test_terms_that_cannot_stand_write_nothing(
    shop: Shop, changes: dict[str, object], refusal: type[Refusal]
) -> None:
    before = Entry.objects.count()
    with pytest.raises(refusal):
        actions.list_offer(spec=spec_of(shop, **changes), by=shop.by, now=NOW)
    assert Offer.objects.count() == 0
    assert Entry.objects.count() == before
    assert shop.levels() == (100, 0, 0)


@pytest.mark.row("LM-091")
def test_a_struck_out_price_without_basis_is_refused(shop: Shop) -> None:
    with pytest.raises(NoDayPriceBasis):
        actions.list_offer(spec=spec_of(shop, day_price_fen=19_900), by=shop.by, now=NOW)
    assert Offer.objects.count() == 0


def test_a_link_number_carries_one_offer(shop: Shop) -> None:
    list_link(shop)
    with pytest.raises(LinkTaken):
        list_link(shop)
    assert shop.levels() == (100, 10, 0)


def test_the_floor_stops_opening_and_raising_it_stops_orders(shop: Shop) -> None:
    list_link(shop)
    with pytest.raises(BelowFloor):
        actions.open_price(show_id=SHOW, link_no=1, price_fen=4_999, by=shop.by, now=NOW)
    assert reads.link(SHOW, 1).state == "planned"
    actions.open_price(show_id=SHOW, link_no=1, by=shop.by, now=NOW)
    catalog.change_sku(sku_id=shop.sku_id, changes={"floor_price_fen": 9_901}, by=shop.by, now=NOW)
    with pytest.raises(BelowFloor) as refused:
        take(shop)
    assert refused.value.data == {"sku": "A1", "price_fen": 9_900, "floor_fen": 9_901}
    assert units_of() == (10, 0, 0)
    assert Taking.objects.count() == 0
    assert facts(UnitsTaken) == []


def test_batches_are_added_and_refused_when_the_shop_has_no_more(shop: Shop) -> None:
    list_link(shop, units=10)
    assert (
        actions.add_units(show_id=SHOW, link_no=1, units=90, by=shop.by, now=NOW).units_left == 100
    )
    with pytest.raises(NotEnoughStock):
        actions.add_units(show_id=SHOW, link_no=1, units=1, by=shop.by, now=NOW)
    assert shop.levels() == (100, 100, 0)
    assert [fact.units for fact in facts(OfferUnitsAdded) if isinstance(fact, OfferUnitsAdded)] == [
        90
    ]


def test_taken_units_carry_what_the_page_said(shop: Shop) -> None:
    open_link(shop, units=10)
    taken = actions.take_units(offer_id=offer_id(SHOW, 1), viewer_id=7, units=3, now=NOW)
    assert (taken.units, taken.unit_price_fen, taken.day_price_fen) == (3, 9_900, 19_900)
    assert (taken.title, taken.spec, taken.price_basis) == (
        "保湿面霜",
        "50ml",
        "门店价（2026年11月）",
    )
    assert (taken.seller_name, taken.sku_code, taken.claim_id) == ("ana商贸", "A1", None)
    assert units_of() == (10, 3, 0)
    assert shop.levels() == (100, 10, 0)


def test_units_go_back_to_the_link_or_are_sold_and_come_back(shop: Shop) -> None:
    open_link(shop, units=10)
    first, second = take(shop, units=3), take(shop, viewer_id=2, units=2)
    for _ in range(2):
        actions.give_back_units(taking_id=first, now=NOW)
        actions.mark_units_sold(taking_id=second, now=NOW)
    assert units_of() == (10, 0, 2)
    assert shop.levels() == (98, 8, 2)
    for _ in range(2):
        actions.return_units(taking_id=second, now=NOW)
    assert units_of() == (8, 0, 0)
    assert shop.levels() == (100, 8, 0)
    counts = [len(facts(kind)) for kind in (UnitsTaken, UnitsGivenBack, UnitsSold, UnitsReturned)]
    assert counts == [2, 1, 1, 1]


def test_closing_returns_free_units_and_keeps_held_ones(shop: Shop) -> None:
    open_link(shop, units=10)
    kept = take(shop, units=3)
    view = actions.close_link(show_id=SHOW, link_no=1, by=shop.by, now=NOW)
    actions.close_link(show_id=SHOW, link_no=1, by=shop.by, now=NOW)
    assert (view.state, view.units_left) == ("closed", 0)
    assert shop.levels() == (100, 3, 0)
    number = Offer.objects.get().pk
    assert facts(OfferClosed) == [
        OfferClosed(offer_id=number, link_no=1, units_returned=7, reason="desk")
    ]
    with pytest.raises(NotOnSale):
        take(shop, viewer_id=2)
    with pytest.raises(OfferStateWrong):
        actions.open_price(show_id=SHOW, link_no=1, by=shop.by, now=NOW)
    with pytest.raises(OfferStateWrong):
        actions.add_units(show_id=SHOW, link_no=1, units=1, by=shop.by, now=NOW)
    actions.give_back_units(taking_id=kept, now=NOW)
    assert shop.levels() == (100, 0, 0)
    assert units_of() == (0, 0, 0)


def test_a_show_that_ends_closes_every_link(shop: Shop) -> None:
    open_link(shop, 1, units=10)
    list_link(shop, 2, units=5)
    assert actions.close_offers(show_id=SHOW, by=shop.by, now=NOW) == 2
    assert actions.close_offers(show_id=SHOW, by=shop.by, now=NOW) == 0
    assert shop.levels() == (100, 0, 0)


def test_the_limit_per_buyer_counts_held_and_bought(shop: Shop) -> None:
    open_link(shop, units=10, per_buyer_max=2)
    first = take(shop, units=2)
    with pytest.raises(BuyerLimit):
        take(shop)
    actions.mark_units_sold(taking_id=first, now=NOW)
    with pytest.raises(BuyerLimit) as refused:
        take(shop)
    assert refused.value.data == {"held": 2, "max": 2}
    take(shop, viewer_id=2, units=2)
    assert units_of() == (10, 2, 2)


def test_sold_out_says_what_is_left(shop: Shop) -> None:
    open_link(shop, units=2)
    with pytest.raises(SoldOut) as refused:
        take(shop, units=3)
    assert refused.value.data == {"link_no": 1, "units_left": 2}


def test_late_money_takes_the_units_again_at_the_old_price(shop: Shop) -> None:
    open_link(shop, units=2)
    mine = take(shop, units=2)
    actions.give_back_units(taking_id=mine, now=NOW)
    actions.open_price(show_id=SHOW, link_no=1, price_fen=12_000, by=shop.by, now=NOW)
    actions.retake_units(taking_id=mine, now=after(5))
    assert units_of() == (2, 0, 2)
    assert shop.levels() == (98, 0, 2)
    again = [fact for fact in facts(UnitsTaken) if isinstance(fact, UnitsTaken)]
    assert [(fact.unit_price_fen, fact.again) for fact in again] == [(9_900, False), (9_900, True)]


def test_another_organisation_cannot_touch_a_link(shop: Shop) -> None:
    open_link(shop)
    dai = Actor("person", 2, make_shop("dai").org_id, frozenset({"management"}))
    for act in (actions.put_on_shelf, actions.open_price, actions.close_link):
        with pytest.raises(NoSuchLink):
            act(show_id=SHOW, link_no=1, by=dai, now=NOW)
    assert actions.close_offers(show_id=SHOW, by=dai, now=NOW) == 0
    assert reads.link(SHOW, 1).state == "open"
