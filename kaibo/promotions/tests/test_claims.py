"""Flash sales and their claims: exact rows, exact facts; refusals write nothing."""

import pytest
from django.db import IntegrityError, connection, transaction

from kaibo.catalog import actions as catalog
from kaibo.catalog.errors import NotEnoughStock
from kaibo.facts.promotions import (
    ClaimOrdered,
    ClaimPaid,
    ClaimRetaken,
    ClaimReturned,
    ClaimsReleased,
    ClaimUnits,
    ClaimWon,
    FlashSaleClaimsJudged,
    FlashSaleScheduled,
    FlashSaleStarted,
    FlashSaleStopped,
)
from kaibo.journal.models import Entry
from kaibo.promotions import actions, reads
from kaibo.promotions.errors import (
    BelowFloor,
    BuyerLimit,
    ClaimLapsed,
    ClaimUsed,
    NoSuchClaim,
    NoSuchSale,
    NotOnSale,
    SaleStateWrong,
    SaleStillOn,
    SoldOut,
)
from kaibo.promotions.models import Claim, FlashSale
from kaibo.promotions.reads import ClaimAnswer, PricePart
from kaibo.promotions.rules import at_us
from kaibo.promotions.tests.shop import (
    NOW,
    SHOW,
    Shop,
    after,
    attempt,
    facts,
    open_link,
    plan_sale,
    run_sale,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def sale_id(shop: Shop) -> int:
    """Five units at 69 yuan, one per buyer, 60 seconds."""
    open_link(shop)
    return run_sale(shop).id


def claim(sale_id: int, viewer_id: int = 1, *, at: float = 1.0, key: str = "") -> ClaimAnswer:
    tries = [attempt(viewer_id, at=at, key=key)]
    return actions.claim_flash_sale_batch(sale_id=sale_id, attempts=tries, now=after(at))[0]


def won(sale_id: int, viewer_id: int = 1) -> int:
    number = claim(sale_id, viewer_id).claim_id
    assert number is not None
    return number


def order(claim_id: int, viewer_id: int = 1, *, at: float = 2.0) -> None:
    actions.order_claim(claim_id=claim_id, viewer_id=viewer_id, show_id=SHOW, now=after(at))


def units_of(sale_id: int) -> tuple[int, int, int]:
    """Total, left, returned."""
    row = FlashSale.objects.get(pk=sale_id)
    return row.units_total, row.units_left, row.units_returned


def test_scheduling_holds_the_units_and_starting_lets_claims_in(shop: Shop) -> None:
    open_link(shop, units=10)
    planned = plan_sale(shop, units=5)
    assert shop.levels() == (100, 15, 0)
    assert claim(planned.id).code == "not_running"
    started = actions.start_flash_sale(sale_id=planned.id, by=shop.by, now=after(20))
    again = actions.start_flash_sale(sale_id=planned.id, by=shop.by, now=after(25))
    assert (started.state, started.opens_at, started.closes_at) == ("running", after(20), after(80))
    assert again == started
    assert reads.link(SHOW, 1).sale == started
    assert [len(facts(kind)) for kind in (FlashSaleScheduled, FlashSaleStarted)] == [1, 1]


def test_a_batch_writes_claims_in_order_of_arrival_and_one_fact(sale_id: int) -> None:
    tries = [attempt(number, at=10 - number) for number in range(1, 8)]
    tries.append(attempt(7, at=9.5, key="second"))
    answers = actions.claim_flash_sale_batch(sale_id=sale_id, attempts=tries, now=after(10))

    assert [answer.code for answer in answers] == [
        *["sold_out"] * 2,
        *["won"] * 5,
        "buyer_limit",
    ]
    rows = list(Claim.objects.order_by("arrival"))
    assert [row.viewer_id for row in rows] == [7, 6, 5, 4, 3]
    assert [row.arrival for row in rows] == [0, 1, 2, 3, 4]
    first = rows[0]
    assert (first.units, first.unit_price_fen, first.state) == (1, 6_900, "held")
    assert (first.claimed_at, first.pay_before) == (after(3), after(130))
    assert answers[6] == ClaimAnswer("key-7", 7, True, "won", first.pk, after(130), 0)
    assert facts(FlashSaleClaimsJudged) == [
        FlashSaleClaimsJudged(
            sale_id=sale_id,
            link_no=1,
            won=[ClaimWon(row.pk, row.viewer_id, 1, at_us(row.claimed_at)) for row in rows],
            refused={"sold_out": 2, "buyer_limit": 1},
            units_left=0,
            first_arrival=0,
        )
    ]
    assert units_of(sale_id) == (5, 0, 0)


def test_the_same_key_gets_the_same_answer(sale_id: int) -> None:
    first = claim(sale_id)
    repeat = claim(sale_id, at=2.0)
    assert (repeat.ok, repeat.claim_id, repeat.pay_before) == (
        True,
        first.claim_id,
        first.pay_before,
    )
    twice = actions.claim_flash_sale_batch(
        sale_id=sale_id, attempts=[attempt(2, at=4), attempt(2, at=3)], now=after(5)
    )
    assert twice[0] == twice[1]
    assert Claim.objects.count() == 2
    assert len(facts(FlashSaleClaimsJudged)) == 2


@pytest.mark.parametrize("at", [1.0, 1.25])
def test_moments_are_stored_as_django_stores_them(sale_id: int, at: float) -> None:
    """A batch is inserted by a statement of its own, which must not write another form."""
    claim(sale_id, at=at)
    row = Claim.objects.get()
    Claim.objects.create(
        sale_id=sale_id, viewer_id=2, units=1, unit_price_fen=1, request_key="by django",
        claimed_at=after(at), pay_before=row.pay_before, arrival=1,
    )  # fmt: skip
    for column in ("claimed_at", "pay_before"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT DISTINCT {column} FROM {Claim._meta.db_table}")
            assert len(cursor.fetchall()) == 1, column


def test_the_evidence_keeps_place_and_moment_of_every_winner(sale_id: int) -> None:
    claim(sale_id, 1, at=1.000001)
    claim(sale_id, 2, at=1.5)
    told = [fact for fact in facts() if isinstance(fact, FlashSaleClaimsJudged)]
    assert [fact.first_arrival for fact in told] == [0, 1]
    arrived = [won.arrived_us for fact in told for won in fact.won]
    assert arrived == [at_us(row.claimed_at) for row in Claim.objects.order_by("arrival")]
    assert arrived[1] - arrived[0] == 499_999


def test_another_key_of_the_same_buyer_meets_the_limit(sale_id: int) -> None:
    claim(sale_id)
    assert claim(sale_id, key="other").code == "buyer_limit"
    assert units_of(sale_id) == (5, 4, 0)


def test_arrival_decides_about_the_window_not_the_moment_of_judging(sale_id: int) -> None:
    tries = [attempt(1, at=59.9), attempt(2, at=60), attempt(3, at=-1), attempt(4, at=99)]
    answers = actions.claim_flash_sale_batch(sale_id=sale_id, attempts=tries, now=after(60.5))
    assert [answer.code for answer in answers] == ["won", *["window_closed"] * 3]


def test_knocking_at_a_closed_door_leaves_no_fact(shop: Shop, sale_id: int) -> None:
    actions.stop_flash_sale(sale_id=sale_id, by=shop.by, now=after(3))
    before = Entry.objects.count()
    assert claim(sale_id, at=4).code == "not_running"
    assert claim(sale_id, at=70).code == "not_running"
    assert Entry.objects.count() == before
    assert Claim.objects.count() == 0


def test_a_bad_try_does_not_spoil_the_batch(sale_id: int) -> None:
    tries = [
        attempt(1, units=0),
        attempt(2, key="\x00"),
        attempt(3, key="x" * 65),
        attempt(4, units=10**30),
        attempt(5),
    ]
    answers = actions.claim_flash_sale_batch(sale_id=sale_id, attempts=tries, now=after(2))
    assert [answer.code for answer in answers] == [*["bad_request"] * 3, "buyer_limit", "won"]


def test_no_such_sale(shop: Shop) -> None:
    with pytest.raises(NoSuchSale):
        claim(10**6)


def test_the_table_refuses_what_the_rules_refuse(sale_id: int) -> None:
    won(sale_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        FlashSale.objects.filter(pk=sale_id).update(units_left=-1)
    with pytest.raises(IntegrityError), transaction.atomic():
        FlashSale.objects.filter(pk=sale_id).update(units_left=6)
    row = Claim.objects.get()
    row.pk, row.arrival = None, 9
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_below_the_floor_cannot_be_scheduled(shop: Shop) -> None:
    open_link(shop)
    before = Entry.objects.count()
    with pytest.raises(BelowFloor):
        plan_sale(shop, price_fen=4_999)
    with pytest.raises(NotEnoughStock):
        plan_sale(shop, units=91)
    assert FlashSale.objects.count() == 0
    assert Entry.objects.count() == before
    assert shop.levels() == (100, 10, 0)


def test_a_link_has_one_sale_at_a_time(shop: Shop, sale_id: int) -> None:
    with pytest.raises(SaleStillOn):
        plan_sale(shop)
    actions.stop_flash_sale(sale_id=sale_id, by=shop.by, now=after(1))
    plan_sale(shop)
    assert len(reads.flash_sales(SHOW)) == 2


def test_stopping_returns_what_nobody_claimed(shop: Shop, sale_id: int) -> None:
    won(sale_id)
    stopped = actions.stop_flash_sale(sale_id=sale_id, by=shop.by, now=after(2))
    actions.stop_flash_sale(sale_id=sale_id, by=shop.by, now=after(3))
    assert (stopped.state, stopped.units_left) == ("ended", 0)
    assert units_of(sale_id) == (5, 0, 4)
    assert shop.levels() == (100, 11, 0)
    assert facts(FlashSaleStopped) == [
        FlashSaleStopped(sale_id=sale_id, link_no=1, units_returned=4, reason="desk")
    ]
    with pytest.raises(SaleStateWrong):
        actions.start_flash_sale(sale_id=sale_id, by=shop.by, now=after(4))


def test_a_sale_whose_window_is_over_is_wound_up_a_moment_later(shop: Shop, sale_id: int) -> None:
    assert actions.end_due_sales(now=after(61.9)) == 0
    assert actions.end_due_sales(now=after(62)) == 1
    assert actions.end_due_sales(now=after(63)) == 0
    assert shop.levels() == (100, 10, 0)


def test_closing_the_link_stops_its_sale(shop: Shop, sale_id: int) -> None:
    actions.close_link(show_id=SHOW, link_no=1, by=shop.by, now=after(1))
    assert reads.flash_sale(sale_id).state == "ended"
    assert shop.levels() == (100, 0, 0)


def test_unordered_claims_reopen_while_the_window_is_open(shop: Shop) -> None:
    open_link(shop)
    sale_id = run_sale(shop, lasts_s=600).id
    lapsed, ordered = won(sale_id, 1), won(sale_id, 2)
    order(ordered, 2)
    assert actions.release_due_claims(now=after(120.9)) == 0
    assert actions.release_due_claims(now=after(121)) == 1
    assert actions.release_due_claims(now=after(122)) == 0
    assert units_of(sale_id) == (5, 4, 0)
    assert facts(ClaimsReleased) == [
        ClaimsReleased(
            sale_id=sale_id,
            link_no=1,
            claims=[ClaimUnits(lapsed, 1, 1)],
            to_catalog=False,
            units_left=4,
        )
    ]
    assert claim(sale_id, 1, at=125, key="again").ok
    with pytest.raises(ClaimLapsed):
        order(lapsed, at=126)


def test_unordered_claims_return_to_the_catalogue_after_the_window(
    shop: Shop, sale_id: int
) -> None:
    won(sale_id)
    actions.end_due_sales(now=after(62))
    assert shop.levels() == (100, 11, 0)
    assert actions.release_due_claims(now=after(121)) == 1
    assert units_of(sale_id) == (5, 0, 5)
    assert shop.levels() == (100, 10, 0)


def test_a_claim_is_ordered_once_by_its_owner_in_time(sale_id: int) -> None:
    mine = won(sale_id)
    with pytest.raises(NoSuchClaim):
        order(mine, 2)
    with pytest.raises(NoSuchClaim):
        actions.order_claim(claim_id=mine, viewer_id=1, show_id=SHOW + 1, now=after(2))
    with pytest.raises(ClaimLapsed):
        order(mine, at=121)
    order(mine, at=120.9)
    with pytest.raises(ClaimUsed):
        order(mine, at=120.9)
    assert [(c.id, c.state) for c in reads.claims_of(1, SHOW)] == [(mine, "ordered")]
    assert len(facts(ClaimOrdered)) == 1


def test_the_floor_is_read_anew_when_a_claim_is_ordered(shop: Shop, sale_id: int) -> None:
    mine = won(sale_id)
    catalog.change_sku(sku_id=shop.sku_id, changes={"floor_price_fen": 7_000}, by=shop.by, now=NOW)
    with pytest.raises(BelowFloor):
        order(mine)
    assert Claim.objects.get().state == "held"
    assert facts(ClaimOrdered) == []


def test_paid_units_leave_the_stock_and_may_come_back(shop: Shop, sale_id: int) -> None:
    mine = won(sale_id)
    order(mine)
    for _ in range(2):
        actions.mark_claim_paid(claim_id=mine, now=after(3))
    assert shop.levels() == (99, 14, 1)
    actions.release_claim(claim_id=mine, now=after(4))
    assert Claim.objects.get().state == "paid"
    for _ in range(2):
        actions.return_claim(claim_id=mine, now=after(5))
    assert shop.levels() == (100, 14, 0)
    assert units_of(sale_id) == (5, 4, 1)
    assert [len(facts(kind)) for kind in (ClaimPaid, ClaimReturned)] == [1, 1]


def test_late_money_takes_a_claim_again_while_the_sale_runs(shop: Shop) -> None:
    open_link(shop)
    sale_id = run_sale(shop, units=1, lasts_s=600).id
    mine = won(sale_id)
    order(mine)
    actions.release_claim(claim_id=mine, now=after(121))
    actions.retake_claim(claim_id=mine, now=after(130))
    assert Claim.objects.get().state == "paid"
    assert units_of(sale_id) == (1, 0, 0)
    assert shop.levels() == (99, 10, 1)
    assert len(facts(ClaimRetaken)) == 1


def test_late_money_finds_nothing_left(shop: Shop) -> None:
    open_link(shop)
    sale_id = run_sale(shop, units=2, lasts_s=600).id
    mine = won(sale_id)
    order(mine)
    actions.release_claim(claim_id=mine, now=after(121))
    claim(sale_id, 1, at=122, key="again")
    with pytest.raises(BuyerLimit):
        actions.retake_claim(claim_id=mine, now=after(123))
    again = Claim.objects.get(request_key="again").pk
    actions.release_claim(claim_id=again, now=after(124))
    claim(sale_id, 2, at=124)
    claim(sale_id, 3, at=124)
    with pytest.raises(SoldOut):
        actions.retake_claim(claim_id=mine, now=after(125))
    with pytest.raises(NotOnSale):
        actions.retake_claim(claim_id=mine, now=after(600))
    assert Claim.objects.get(pk=mine).state == "released"
    assert facts(ClaimRetaken) == []


def test_the_worst_price_counts_sales_in_the_window(shop: Shop, sale_id: int) -> None:
    worst = reads.worst_price(shop.sku_id, 9_900)
    assert worst.price_fen == 6_900
    assert worst.parts == (PricePart("link", 9_900), PricePart("flash_sale", 6_900, sale_id))
    assert reads.worst_price(shop.sku_id, 9_900, (after(60), after(90))).price_fen == 9_900
    assert reads.worst_price(shop.sku_id, 9_900, (after(59), after(90))).price_fen == 6_900
