"""Every kind of offer goes the same way: previewed, one answer for a key, two people, undone."""

from dataclasses import replace
from typing import Any

import pytest

from kaibo.facts.promotions import ChangeAsked, ChangeUndone
from kaibo.journal.models import Entry
from kaibo.promotions import actions, reads
from kaibo.promotions.actions import AuctionPart, ChangeSpec, Early, GroupPart, PresaleTerms
from kaibo.promotions.errors import ChangeElsewhere, CouponRefused, SecondPersonNeeded, UndoTooLate
from kaibo.promotions.models import (
    Auction,
    Change,
    GroupOffer,
    Offer,
    PresaleOffer,
    Promotion,
    Trip,
)
from kaibo.promotions.reads import ChangeView
from kaibo.promotions.rules import AmountOff, AtLeastFen, Extension
from kaibo.promotions.tests.promoting import DAY, give, quote, run, save, told, use, wish
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after, list_link, make_shop, open_link

pytestmark = pytest.mark.django_db

GROUP = GroupPart(size=3, fill_s=600)
PRESALE = PresaleTerms(
    price_fen=7_900,
    deposit_fen=1_000,
    worth_fen=1_500,
    kind="advance",
    late_rule="return",
    balance_opens_at=after(DAY),
    balance_closes_at=after(2 * DAY),
    ship_by=after(3 * DAY),
    refund_deadline_days=3,
    remind_s=3_600,
    per_buyer_max=1,
)
AUCTION = AuctionPart(start_fen=7_000, step_fen=100, opens_in_s=60, lasts_s=60)
OF_LINK: dict[str, Any] = {
    "group_buy": {"price_fen": 7_900, "group": GROUP},
    "presale": {"presale": PRESALE},
    "auction": {"auction": AUCTION},
}
BEGAN: dict[str, Any] = {"group_buy": GroupOffer, "presale": PresaleOffer, "auction": Auction}


@pytest.fixture
def shop() -> Shop:
    """No floor that would answer before the second person is asked."""
    return make_shop(floor_fen=0, on_hand=50_000)


def of_link(kind: Any, **more: Any) -> ChangeSpec:
    return ChangeSpec(kind=kind, show_id=SHOW, link_no=1, **(more or OF_LINK[kind]))


def of_promotion(kind: Any, id: int, **more: Any) -> ChangeSpec:
    return ChangeSpec(kind=kind, promotion_id=id, **more)


def make(shop: Shop, spec: ChangeSpec, *, key: str = "key-1", at: float = 0) -> ChangeView:
    return actions.make_change(spec=spec, request_key=key, by=shop.by, now=after(at))


def undo(shop: Shop, change: ChangeView, *, at: float = 1) -> ChangeView:
    return actions.undo_change(change_id=change.id, by=shop.by, now=after(at))


def confirm(shop: Shop, change: ChangeView, *, at: float = 1) -> ChangeView:
    return actions.confirm_change(change_id=change.id, by=replace(shop.by, id=2), now=after(at))


@pytest.mark.parametrize("kind", OF_LINK)
def test_an_offer_is_begun_once_for_its_key_and_taken_back(shop: Shop, kind: str) -> None:
    open_link(shop)
    seen = actions.preview_change(spec=of_link(kind), by=shop.by, now=NOW)
    lowest = {"group_buy": 7_900, "presale": 7_400, "auction": 7_000}[kind]
    units = 1 if kind == "auction" else 10
    assert (seen.new_price_fen, seen.lowest_fen, seen.dangers) == (lowest, lowest, ())
    assert (seen.off_fen, seen.undo_s) == (units * (19_900 - lowest), 30)
    assert not BEGAN[kind].objects.exists()
    made, entries = make(shop, of_link(kind)), Entry.objects.count()
    assert make(shop, of_link(kind), at=5) == made
    with pytest.raises(ChangeElsewhere):
        make(shop, of_link("units", units=1))
    row = BEGAN[kind].objects.get()
    assert (made.state, Entry.objects.count()) == ("made", entries)
    assert (Change.objects.get().began_id, Offer.objects.get().price_fen) == (row.pk, 9_900)
    assert undo(shop, made).state == "undone"
    row.refresh_from_db()
    assert row.state == {"auction": "cancelled"}.get(kind, "ended")
    assert shop.levels() == (50_000, 10, 0)


def test_what_somebody_has_of_an_offer_is_not_taken_back(shop: Shop) -> None:
    """An opened group, a deposit, an auction that began."""
    open_link(shop)
    group = make(shop, of_link("group_buy"), key="a")
    presale = make(shop, of_link("presale"), key="b")
    took: dict[str, Any] = {"viewer_id": 1, "units": 1, "now": after(1)}
    id = GroupOffer.objects.get().pk
    actions.take_group_units(group_offer_id=id, leads=True, **took)
    actions.take_presale_units(presale_offer_id=PresaleOffer.objects.get().pk, **took)
    at_once = of_link("auction", auction=replace(AUCTION, opens_in_s=0))
    auction = make(shop, at_once, key="c")
    before = Entry.objects.count()
    for change, why in ((group, "1 件"), (presale, "1 件"), (auction, "竞价已开始")):
        with pytest.raises(UndoTooLate) as late:
            undo(shop, change, at=2)
        assert why in late.value.message("zh")
    assert Entry.objects.count() == before
    assert (GroupOffer.objects.get().state, Auction.objects.get().state) == ("running", "running")


@pytest.mark.parametrize("kind", OF_LINK)
def test_a_second_price_that_is_dangerous_waits_too(shop: Shop, kind: str) -> None:
    """2 900 is below three tenths of what the link costs; before, nobody could be asked."""
    open_link(shop)
    deep = {
        "group_buy": {"price_fen": 2_900, "group": GROUP},
        "presale": {"presale": replace(PRESALE, price_fen=3_000, deposit_fen=500, worth_fen=600)},
        "auction": {"auction": replace(AUCTION, start_fen=2_900)},
    }
    terms: dict[str, Any] = deep[kind]  # type: ignore[assignment]  # each kind has its own
    asked = make(shop, of_link(kind, **terms))
    assert (asked.state, asked.dangers) == ("asked", ["deep_cut"])
    assert not BEGAN[kind].objects.exists()
    assert confirm(shop, asked).state == "made"
    assert BEGAN[kind].objects.count() == 1


def test_a_link_opens_to_fans_first_and_is_taken_back_to_what_it_was(shop: Shop) -> None:
    list_link(shop)
    actions.put_on_shelf(show_id=SHOW, link_no=1, by=shop.by, now=NOW)
    spec = of_link("price", price_fen=9_900, early=Early(1, 60))
    with pytest.raises(Exception, match="no_such_fan_tier"):
        make(shop, spec)
    made = make(shop, of_link("price", price_fen=9_900))
    assert Offer.objects.get().state == "open"
    undo(shop, made)
    assert Offer.objects.get().state == "listed"


def test_one_person_alone_does_not_start_750_off_without_a_floor(shop: Shop) -> None:
    """40 000 pieces, no floor: 3 M yuan would go, as by a wrong price."""
    list_link(shop, units=40_000)
    draft = save(shop, AmountOff(7_500), of={"condition": AtLeastFen(9_000)})
    spec = of_promotion("promotion", draft.id)
    with pytest.raises(SecondPersonNeeded) as alone:
        actions.start_promotion(promotion_id=draft.id, by=shop.by, now=NOW)
    assert alone.value.data["dangers"] == ["deep_cut", "large_sum"]
    assert "立减" in alone.value.message("zh")
    seen = actions.preview_change(spec=spec, by=shop.by, now=NOW)
    assert (seen.lowest_fen, seen.off_fen) == (2_400, 300_000_000)
    asked = make(shop, spec)
    assert (asked.state, asked.title, asked.off_fen) == ("asked", "立减", 300_000_000)
    assert Promotion.objects.get().state == "draft"
    (fact,) = told(ChangeAsked)
    assert (fact.promotion_id, fact.offer_id, fact.link_no) == (draft.id, None, None)
    assert [one.id for one in reads.changes(shop.org_id, SHOW)] == [asked.id]
    made = confirm(shop, asked)
    row = Promotion.objects.get()
    assert (made.state, row.state, row.agreed_off_fen) == ("made", "running", 300_000_000)
    undo(shop, made, at=2)
    row.refresh_from_db()
    assert (row.state, row.agreed_off_fen) == ("draft", 0)
    (undone,) = told(ChangeUndone)
    assert (undone.promotion_id, undone.offer_id, undone.state) == (draft.id, None, "draft")


def test_a_budget_keeps_a_wide_promotion_within_one_persons_reach(shop: Shop) -> None:
    list_link(shop, units=40_000)
    with pytest.raises(SecondPersonNeeded) as alone:
        run(shop, AmountOff(500))
    assert alone.value.data["dangers"] == ["large_sum"]
    row = run(shop, AmountOff(500), budget_fen=1_000_000)
    more = Extension(budget_fen=20_000_000)
    spec = of_promotion("extension", row.pk, extension=more)
    asked = make(shop, spec)
    assert (asked.state, asked.off_fen) == ("asked", 20_000_000)
    made = confirm(shop, asked)
    row.refresh_from_db()
    assert (made.state, row.budget_fen, made.undo_until) == ("made", 20_000_000, None)
    with pytest.raises(UndoTooLate):
        undo(shop, made, at=2)


def test_a_drop_is_taken_back_while_nobody_claimed(shop: Shop) -> None:
    row = run(shop, got="claim", unlock="drop", of={"stacking": "coupon"}, show_id=SHOW)
    dropped = make(shop, of_promotion("drop", row.pk, lasts_s=60))
    assert make(shop, of_promotion("drop", row.pk, lasts_s=60), at=20) == dropped
    row.refresh_from_db()
    assert row.claim_until == after(60)
    undo(shop, dropped)
    with pytest.raises(CouponRefused):
        give(shop, row, at=2)
    again = make(shop, of_promotion("drop", row.pk, lasts_s=60), key="key-2", at=3)
    give(shop, row, at=4)
    with pytest.raises(UndoTooLate):
        undo(shop, again, at=5)


def test_a_promotion_counts_over_all_links_and_stops(shop: Shop) -> None:
    """Uses count wherever the goods lie; a link that was never sold from is not what stops it."""
    for link_no in range(1, 7):
        open_link(shop, link_no, units=20)
    row = run(shop, AmountOff(1_000), of={"stacking": "coupon"}, got="claim", unlock="open")
    auto = run(shop, AmountOff(5_000))
    terms = actions.GuardTerms(short_off_fen_max=10_000, long_off_fen_max=100_000)
    actions.set_guards(terms=terms, by=shop.by, now=NOW)
    coupon = give(shop, row, viewer_id=9)
    for viewer_id in (1, 2, 3):
        use(shop, wish(shop), viewer_id=viewer_id, coupon_ids=())
    trip = Trip.objects.get()
    assert (trip.promotion, trip.offer, trip.link_no, trip.show_id) == (auto, None, None, SHOW)
    assert (trip.off_fen, trip.off_fen_max) == (15_000, 10_000)
    assert quote(shop, viewer_id=4, coupon_ids=()).total_fen == 9_900
    # Other promotions go on, and two people let it go on.
    assert quote(shop, viewer_id=9, coupon_ids=[coupon.id]).total_fen == 8_900
    actions.ask_reset(trip_id=trip.pk, reason="核对", by=shop.by, now=after(1))
    actions.confirm_reset(trip_id=trip.pk, by=replace(shop.by, id=2), now=after(2))
    assert quote(shop, viewer_id=4, coupon_ids=()).total_fen == 4_900


def test_a_coupon_of_a_stopped_promotion_stays_in_its_purse(shop: Shop) -> None:
    open_link(shop)
    row = run(shop, AmountOff(1_000), got="claim", of={"stacking": "coupon"})
    give(shop, row)
    Promotion.objects.filter(pk=row.pk).update(tripped_at=NOW)
    assert quote(shop).total_fen == 9_900
    with pytest.raises(CouponRefused):
        give(shop, row, viewer_id=2)
    Promotion.objects.filter(pk=row.pk).update(tripped_at=None)
    assert quote(shop).total_fen == 8_900
