"""The waitlist of a sold-out sale: exact rows, exact facts, and nobody overtaken."""

import pytest
from django.db import IntegrityError, transaction

from kaibo.facts.promotions import (
    FlashSaleClaimsJudged,
    PlaceServed,
    PlaceTaken,
    WaitlistJoined,
    WaitlistLeft,
    WaitlistServed,
)
from kaibo.journal.models import Entry
from kaibo.promotions import actions, reads
from kaibo.promotions.errors import NoSuchSale, SoldOut
from kaibo.promotions.models import Claim, FlashSale, Place
from kaibo.promotions.reads import ClaimAnswer, PlaceView
from kaibo.promotions.rules import at_us
from kaibo.promotions.tests.shop import SHOW, Shop, after, attempt, facts, open_link, run_sale

pytestmark = pytest.mark.django_db


@pytest.fixture
def sale_id(shop: Shop) -> int:
    """Two units, two per buyer, ten minutes, a waitlist; viewer 1 has both units until 121 s."""
    open_link(shop)
    sale = run_sale(shop, units=2, per_buyer_max=2, lasts_s=600, has_waitlist=True)
    assert ask(sale.id, 1, units=2).code == "won"
    return sale.id


def ask(
    sale_id: int,
    viewer_id: int,
    *,
    units: int = 1,
    at: float = 1.0,
    key: str = "",
    wait: bool = True,
) -> ClaimAnswer:
    """One attempt that would rather wait than lose."""
    tries = [attempt(viewer_id, units=units, at=at, key=key, wait=wait)]
    return actions.claim_flash_sale_batch(sale_id=sale_id, attempts=tries, now=after(at))[0]


def leave(sale_id: int, viewer_id: int, *, at: float = 5.0) -> None:
    actions.leave_waitlist(sale_id=sale_id, viewer_id=viewer_id, show_id=SHOW, now=after(at))


def release(at: float = 10.0) -> None:
    """Viewer 1's order is cancelled: two units come free."""
    mine = Claim.objects.get(viewer_id=1)
    actions.release_claim(claim_id=mine.pk, now=after(at))


def line() -> list[tuple[int, str]]:
    return [(row.viewer_id, row.state) for row in Place.objects.order_by("number")]


def test_losers_of_a_batch_take_places_by_arrival(sale_id: int) -> None:
    tries = [
        attempt(4, at=4.0, wait=True),
        attempt(3, at=3.0, wait=True),
        attempt(2, at=2.0),
        attempt(3, at=4.5, key="other", wait=True),
        attempt(5, at=4.1, units=3, wait=True),
    ]
    answers = actions.claim_flash_sale_batch(sale_id=sale_id, attempts=tries, now=after(5))
    told = [(answer.ok, answer.code, answer.place) for answer in answers]
    assert told == [
        (True, "waiting", 2),
        (True, "waiting", 1),
        (False, "sold_out", None),
        (True, "waiting", 1),
        (False, "buyer_limit", None),
    ]
    three, four = Place.objects.order_by("number")
    assert (three.viewer_id, three.number, three.units, three.request_key) == (3, 0, 1, "key-3")
    assert (three.joined_at, three.state, three.claim_id) == (after(3), "waiting", None)
    assert facts(WaitlistJoined) == [
        WaitlistJoined(
            sale_id=sale_id,
            link_no=1,
            joined=[
                PlaceTaken(three.pk, 3, 1, at_us(after(3))),
                PlaceTaken(four.pk, 4, 1, at_us(after(4))),
            ],
            first_number=0,
            waiting=2,
        )
    ]
    judged = facts(FlashSaleClaimsJudged)[-1]
    assert isinstance(judged, FlashSaleClaimsJudged)
    assert judged.refused == {"sold_out": 1, "buyer_limit": 1}
    sale = reads.flash_sale(sale_id)
    assert (sale.has_waitlist, sale.waiting, sale.units_left) == (True, 2, 0)


def test_asking_again_is_the_same_place(sale_id: int) -> None:
    assert ask(sale_id, 2).place == 1
    assert ask(sale_id, 3).place == 2
    before = Entry.objects.count()
    for key, wait in (("", True), ("", False), ("other", True), ("other", False)):
        again = ask(sale_id, 3, key=key, wait=wait)
        assert (again.code, again.place) == ("waiting", 2)
    assert Place.objects.count() == 2
    assert Entry.objects.count() == before


def test_a_sale_without_a_waitlist_has_no_places(shop: Shop) -> None:
    open_link(shop)
    sale = run_sale(shop, units=1)
    assert ask(sale.id, 1).code == "won"
    assert ask(sale.id, 2).code == "sold_out"
    assert Place.objects.count() == 0


def test_a_release_goes_to_who_waits_first_as_a_held_claim(sale_id: int) -> None:
    for viewer in (2, 3, 4):
        ask(sale_id, viewer, at=float(viewer))
    release(at=10)
    assert line() == [(2, "served"), (3, "served"), (4, "waiting")]
    two, three = Claim.objects.filter(viewer_id__in=(2, 3)).order_by("arrival")
    assert (two.viewer_id, two.state, two.arrival, two.request_key) == (2, "held", 1, "key-2")
    assert (two.claimed_at, two.pay_before) == (after(10), after(130))
    places = list(Place.objects.order_by("number"))
    assert [place.claim_id for place in places] == [two.pk, three.pk, None]
    assert facts(WaitlistServed) == [
        WaitlistServed(
            sale_id=sale_id,
            link_no=1,
            served=[
                PlaceServed(places[0].pk, two.pk, 2, 1),
                PlaceServed(places[1].pk, three.pk, 3, 1),
            ],
            first_arrival=1,
            pay_before=after(130),
            units_left=0,
            waiting=1,
        )
    ]
    mine = ask(sale_id, 2, at=11)
    assert (mine.code, mine.claim_id, mine.pay_before) == ("won", two.pk, after(130))
    assert ask(sale_id, 4, at=11).place == 1


def test_what_a_served_buyer_does_not_pay_goes_to_the_next(sale_id: int) -> None:
    for viewer in (2, 3, 4):
        ask(sale_id, viewer)
    release(at=10)
    assert actions.release_due_claims(now=after(131)) == 2
    assert line() == [(2, "served"), (3, "served"), (4, "served")]
    row = FlashSale.objects.get()
    assert (row.units_left, row.waiting, row.claims_won) == (1, 0, 4)
    assert ask(sale_id, 9, at=132, wait=False).code == "won"


def test_a_wish_that_does_not_fit_is_passed_over_and_keeps_its_place(sale_id: int) -> None:
    actions.release_claim(claim_id=Claim.objects.get().pk, now=after(2))
    first, _second = ask(sale_id, 5, at=3), ask(sale_id, 6, at=3)
    assert [ask(sale_id, 2, units=2, at=4).place, ask(sale_id, 3, at=4).place] == [1, 2]
    assert first.claim_id is not None
    actions.release_claim(claim_id=first.claim_id, now=after(5))
    assert line() == [(2, "waiting"), (3, "served")]


def test_a_newcomer_does_not_overtake_what_waits_for_more(sale_id: int) -> None:
    actions.release_claim(claim_id=Claim.objects.get().pk, now=after(2))
    assert ask(sale_id, 5, at=3).code == "won"
    assert ask(sale_id, 2, units=2, at=4).place == 1
    newcomer = ask(sale_id, 6, at=5, wait=False)
    assert (newcomer.code, newcomer.units_left) == ("sold_out", 0)
    assert ask(sale_id, 7, at=6).place == 2
    assert FlashSale.objects.get().units_left == 1
    leave(sale_id, 2, at=7)
    assert line() == [(2, "left"), (7, "served")]


def test_late_money_does_not_overtake_either(sale_id: int) -> None:
    actions.release_claim(claim_id=Claim.objects.get().pk, now=after(2))
    late = ask(sale_id, 5, at=3).claim_id
    ask(sale_id, 6, at=3)
    ask(sale_id, 2, units=2, at=4)
    assert late is not None
    actions.release_claim(claim_id=late, now=after(5))
    with pytest.raises(SoldOut):
        actions.retake_claim(claim_id=late, now=after(6))
    assert line() == [(2, "waiting")]


def test_leaving_is_told_once_and_joining_again_is_at_the_end(sale_id: int) -> None:
    ask(sale_id, 2)
    ask(sale_id, 3)
    for _ in range(2):
        leave(sale_id, 2)
    assert facts(WaitlistLeft) == [
        WaitlistLeft(
            sale_id=sale_id,
            link_no=1,
            place_id=Place.objects.get(viewer_id=2).pk,
            viewer_id=2,
            units_left=0,
            waiting=1,
        )
    ]
    assert ask(sale_id, 2, at=6).place == 2
    assert line() == [(2, "left"), (3, "waiting"), (2, "waiting")]
    with pytest.raises(NoSuchSale):
        actions.leave_waitlist(sale_id=sale_id, viewer_id=3, show_id=SHOW + 1, now=after(7))
    assert reads.places_of(2, SHOW) == [
        PlaceView(sale_id, 1, "保湿面霜", 1, 2, after(6)),
    ]
    assert reads.places_of(2, SHOW + 1) == []


def test_the_end_of_the_sale_is_the_end_of_the_line(shop: Shop, sale_id: int) -> None:
    ask(sale_id, 2)
    actions.stop_flash_sale(sale_id=sale_id, by=shop.by, now=after(5))
    assert line() == [(2, "ended")]
    assert FlashSale.objects.get().waiting == 0
    release(at=6)
    assert line() == [(2, "ended")]
    row = FlashSale.objects.get()
    assert (row.units_left, row.units_returned) == (0, 2)
    assert ask(sale_id, 3, at=7).code == "not_running"
    leave(sale_id, 2)
    assert facts(WaitlistLeft) == []


def test_after_the_window_nobody_is_served(sale_id: int) -> None:
    ask(sale_id, 2)
    assert ask(sale_id, 3, at=600).code == "window_closed"
    release(at=600)
    assert line() == [(2, "waiting")]
    assert FlashSale.objects.get().units_returned == 2
    actions.end_due_sales(now=after(602))
    assert line() == [(2, "ended")]


def test_the_table_refuses_what_the_rules_refuse(sale_id: int) -> None:
    ask(sale_id, 2)
    row = Place.objects.get()
    row.pk, row.number = None, 9
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.update(state="served")
    with pytest.raises(IntegrityError), transaction.atomic():
        FlashSale.objects.update(has_waitlist=False)
