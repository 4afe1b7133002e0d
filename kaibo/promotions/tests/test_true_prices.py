"""True prices and true scarcity on air: deals, tags, words, restarts, stock."""

import datetime as dt
from typing import Any

import pytest

from kaibo.compliance.models import Finding
from kaibo.compliance.reads import room_risk
from kaibo.promotions import actions, reads
from kaibo.promotions.actions import OfferSpec, PaidUnits
from kaibo.promotions.errors import (
    BaseAboveDeals,
    DiscountNotTrue,
    NoDayPriceBasis,
    NoSuchLink,
    TagRaised,
)
from kaibo.promotions.models import FlashSale, Offer, PriceSet
from kaibo.promotions.reads import LinkView, offer_id
from kaibo.promotions.tests.shop import (
    NOW,
    SHOW,
    Shop,
    after,
    list_link,
    make_shop,
    open_link,
    plan_sale,
    run_sale,
)

pytestmark = pytest.mark.django_db
DEALS = "近7天成交最低价"


def days(count: float) -> dt.datetime:
    return NOW + dt.timedelta(days=count)


def deal(paid_fen: int, *, at: dt.datetime, viewer_id: int = 1) -> None:
    """One unit of link 1, ordered then, paid so much after every discount."""
    taken = actions.take_units(offer_id=offer_id(SHOW, 1), viewer_id=viewer_id, units=1, now=at)
    part = PaidUnits(taking_id=taken.taking_id, claim_id=None, paid_fen=paid_fen)
    actions.note_paid(parts=[part], now=at)
    assert taken.taking_id is not None
    actions.mark_units_sold(taking_id=taken.taking_id, now=at)


def offer(shop: Shop, *, link_no: int = 2, at: dt.datetime = NOW, **more: object) -> LinkView:
    values: dict[str, object] = {
        "org_id": shop.org_id,
        "show_id": SHOW,
        "link_no": link_no,
        "sku_id": shop.sku_id,
        "price_fen": 8_000,
        "units": 0,
    }
    spec = OfferSpec(**{**values, **more})  # type: ignore[arg-type]
    return actions.list_offer(spec=spec, by=shop.by, now=at)


@pytest.mark.row("LM-092")
def test_a_base_of_deals_is_the_lowest_really_paid_in_seven_days(shop: Shop) -> None:
    open_link(shop, units=10)
    rows = Offer.objects.count()
    with pytest.raises(BaseAboveDeals) as never:
        offer(shop, day_price_fen=9_900, price_basis=DEALS)
    assert never.value.data["base_fen"] is None
    assert Offer.objects.count() == rows
    for paid, ago in ((9_900, -6), (8_900, -4), (10_900, -1), (5_000, -8)):
        deal(paid, at=days(ago))
    # Held units are no deal, and another shop's are not ours.
    actions.take_units(offer_id=offer_id(SHOW, 1), viewer_id=3, units=1, now=days(-1))
    with pytest.raises(BaseAboveDeals) as above:
        offer(shop, day_price_fen=8_901, price_basis=DEALS)
    assert above.value.data["base_fen"] == 8_900
    offer(shop, day_price_fen=8_900, price_basis=DEALS)
    dai = make_shop("dai")
    assert reads.deal_base(dai.org_id, dai.sku_id, start=NOW) is None
    later = reads.deal_base(shop.org_id, shop.sku_id, start=days(30))
    assert later is not None
    assert (later.price_fen, later.source) == (10_900, "last_deal")


def test_the_history_is_dated_and_a_refund_takes_its_deal_away(shop: Shop) -> None:
    open_link(shop, units=10)
    deal(9_400, at=after(5))
    actions.open_price(show_id=SHOW, link_no=1, price_fen=9_000, by=shop.by, now=after(9))
    sale = run_sale(shop)
    history = reads.price_history(shop.org_id, shop.sku_id, now=after(60))
    assert [(one.kind, one.price_fen, one.since) for one in history.shown] == [
        ("open", 9_000, after(9)),
        ("flash", 6_900, NOW),
        ("open", 9_900, NOW),
        ("tag", 19_900, NOW),
    ]
    assert [one.until for one in history.shown] == [None, sale.closes_at, None, None]
    assert [(one.unit_fen, one.at) for one in history.deals] == [(9_400, after(5))]
    taking = Offer.objects.get().takings.get()
    actions.return_units(taking_id=taking.pk, now=after(70))
    assert reads.price_history(shop.org_id, shop.sku_id, now=after(80)).base is None


@pytest.mark.row("LM-093")
def test_a_tag_raised_two_days_before_a_cut_is_blocked(shop: Shop) -> None:
    tag: dict[str, Any] = {"price_basis": "门店价", "price_fen": 10_000}
    offer(shop, link_no=2, at=days(-9), day_price_fen=10_000, **tag)
    with pytest.raises(TagRaised) as refused:
        offer(shop, link_no=3, day_price_fen=20_000, **tag)
    assert refused.value.data["was_fen"] == 10_000
    # As a plain raise, two days before, it is no comparison; the cut under it is.
    raised: dict[str, Any] = {"price_basis": "门店价", "price_fen": 20_000, "day_price_fen": 20_000}
    offer(shop, link_no=3, at=days(-2), **raised)
    assert list(PriceSet.objects.values_list("price_fen", flat=True)) == [10_000, 20_000]
    with pytest.raises(TagRaised):
        actions.open_price(show_id=SHOW, link_no=3, price_fen=10_000, by=shop.by, now=NOW)
    assert reads.link(SHOW, 3).state == "planned"
    # A month on, the raised tag is what stood all the time.
    actions.open_price(show_id=SHOW, link_no=3, price_fen=10_000, by=shop.by, now=days(29))


def test_a_compared_price_needs_its_basis(shop: Shop) -> None:
    with pytest.raises(NoDayPriceBasis):
        offer(shop, day_price_fen=9_000)


@pytest.mark.row("LM-094")
def test_a_title_that_says_five_tenths_is_held_to_it(shop: Shop) -> None:
    words: dict[str, Any] = {"title": "面霜 5折", "day_price_fen": 19_900, "price_basis": "门店价"}
    with pytest.raises(DiscountNotTrue):
        offer(shop, price_fen=13_900, **words)
    assert Offer.objects.count() == 0
    offer(shop, price_fen=9_950, **words)
    # Rounding within a yuan is no lie.
    actions.open_price(show_id=SHOW, link_no=2, price_fen=9_900, by=shop.by, now=NOW)
    with pytest.raises(DiscountNotTrue):
        actions.open_price(show_id=SHOW, link_no=2, price_fen=10_100, by=shop.by, now=NOW)


@pytest.mark.row("LM-098")
def test_a_restart_and_a_price_that_stays_are_marked(shop: Shop) -> None:
    open_link(shop)
    first = run_sale(shop)
    assert first.closes_at == after(60)
    assert reads.sale_marks(shop.org_id, SHOW) == []
    actions.end_due_sales(now=after(62))
    again = run_sale(shop, lasts_s=600)
    marks = reads.sale_marks(shop.org_id, SHOW)
    assert [(one.sale_id, one.mark) for one in marks] == [(again.id, "restarted")]
    # Two days later it is no restart any more.
    FlashSale.objects.filter(pk=again.id).update(opens_at=days(2), closes_at=days(3))
    assert reads.sale_marks(shop.org_id, SHOW) == []
    actions.open_price(show_id=SHOW, link_no=1, price_fen=6_900, by=shop.by, now=after(90))
    marks = reads.sale_marks(shop.org_id, SHOW)
    assert [(one.sale_id, one.mark) for one in marks] == [(first.id, "price_stays")]


@pytest.mark.row("LM-098")
def test_a_mark_becomes_a_finding_once_and_a_price_that_stays_counts(shop: Shop) -> None:
    open_link(shop)
    first = run_sale(shop)
    assert actions.record_sale_marks(now=after(30)) == 0
    actions.end_due_sales(now=after(62))
    again = run_sale(shop, lasts_s=600)
    assert actions.record_sale_marks(now=after(63)) == 1
    actions.open_price(show_id=SHOW, link_no=1, price_fen=6_900, by=shop.by, now=after(70))
    # A minute to put the price back.
    assert actions.record_sale_marks(now=after(119)) == 0
    assert actions.record_sale_marks(now=after(121)) == 1
    assert actions.record_sale_marks(now=after(200)) == 0
    found = Finding.objects.order_by("pk").values_list(
        "subject_kind", "subject_id", "surface", "verdict", "severity", "action", "state"
    )
    assert list(found) == [
        ("flash_sale", again.id, "offer", "needs_evidence", "S3", "review", "open"),
        ("flash_sale", first.id, "offer", "violation", "S2", "warn", "open"),
    ]
    (reason,) = room_risk(shop.org_id, SHOW, now=after(200)).reasons
    assert reason.severity == "S2"


@pytest.mark.row("LM-099")
def test_scarce_words_are_held_against_what_can_still_be_sold(shop: Shop) -> None:
    shop = make_shop("big", on_hand=600)
    open_link(shop, units=500)
    asked: dict[str, Any] = {"org_id": shop.org_id, "show_id": SHOW, "link_no": 1}
    (hit,) = reads.scarcity_hits("姐妹们最后三单了", **asked)
    assert (hit.words, hit.said, hit.units_left) == ("最后三单", 3, 500)
    actions.take_units(offer_id=offer_id(SHOW, 1), viewer_id=1, units=497, now=NOW)
    assert reads.scarcity_hits("姐妹们最后三单了", **asked) == []
    # Units of a running flash sale are units that can be bought.
    plan = plan_sale(shop, units=50)
    assert reads.scarcity_hits("最后3单", **asked) == []
    actions.start_flash_sale(sale_id=plan.id, by=shop.by, now=NOW)
    assert [one.units_left for one in reads.scarcity_hits("最后3单", **asked)] == [53]
    # Adding units after saying so shows in the stock and in the link's history.
    actions.stop_flash_sale(sale_id=plan.id, by=shop.by, now=after(1))
    actions.add_units(show_id=SHOW, link_no=1, units=40, by=shop.by, now=after(2))
    assert [one.said for one in reads.scarcity_hits("最后3单", **asked)] == [3]
    assert [one.units for one in reads.units_added(SHOW, 1)] == [40]
    with pytest.raises(NoSuchLink):
        reads.scarcity_hits("最后3单", org_id=0, show_id=SHOW, link_no=1)
    list_link(shop, 2, units=1)
    with pytest.raises(NoSuchLink):
        reads.units_added(SHOW, 2)
