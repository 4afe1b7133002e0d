"""Corrections: said, shown, told to the buyers of the time, or the link is stopped."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from kaibo.base.actor import Actor
from kaibo.base.errors import TextMissing
from kaibo.facts.orders import NoticeAnswered, OrderNotified
from kaibo.facts.promises import (
    CorrectionMade,
    CorrectionOpened,
    CorrectionOverdue,
    CorrectionSaid,
    CorrectionShown,
    CorrectionWithdrawn,
)
from kaibo.facts.promotions import LinkStopLifted, LinkStopped
from kaibo.orders import actions as orders
from kaibo.orders.errors import NoSuchNotice, NoSuchOrder
from kaibo.orders.models import OrderNotice
from kaibo.orders.tests.buying import pay
from kaibo.promises import actions, reads
from kaibo.promises.actions import corrections
from kaibo.promises.errors import CorrectionOver, NoSuchCorrection
from kaibo.promises.models import Correction
from kaibo.promises.tests.stage import Show, after, make_show
from kaibo.promotions import actions as promotions
from kaibo.promotions.errors import OnHold
from kaibo.promotions.models import Offer, Trip

RIGHT_ZH = "更正：1 号链接刚才说的“今天只要59块”有误，售价 99 元，以页面为准"
RIGHT_EN = "Correction on link 1: “今天只要59块” was wrong; ¥99, as on the page"


def wrong_price(show: Show, at: float = 10) -> int:
    """Say a wrong price; the id of the correction."""
    show.say("今天只要59块", at=at)
    return Correction.objects.latest("pk").pk


def more_units(show: Show, units: int = 40) -> None:
    """Put units on the link, so that many can buy."""
    Offer.objects.filter(show_id=show.id, link_no=1).update(units_given=units)


@pytest.mark.row("LM-055")
def test_thirty_seven_orders_since_a_wrong_price_get_a_choice(show: Show) -> None:
    """One before it and one after it was shown hear nothing."""
    more_units(show)
    before = show.order(100, at=9)
    id = wrong_price(show)
    (opened,) = show.facts(CorrectionOpened)
    assert opened == CorrectionOpened(
        correction_id=id, promise_id=opened.promise_id, finding_id=None, link_no=1,
        severity="S2", wrong="今天只要59块", right_zh=RIGHT_ZH, right_en=RIGHT_EN,
        due_at=after(11.5) + dt.timedelta(minutes=15),
    )  # fmt: skip
    told = [show.order(viewer, at=20 + viewer / 100) for viewer in range(1, 38)]
    shown = actions.show_correction(id=id, by=show.by, now=after(60))
    assert (shown.state, shown.orders_told, shown.until_at) == ("open", 37, after(360))
    later = show.order(200, at=70)
    assert sorted(OrderNotice.objects.values_list("order__no", flat=True)) == sorted(
        order.no for order in told
    )
    assert {before.no, later.no}.isdisjoint(fact.no for fact in show.facts(OrderNotified))
    assert show.facts(CorrectionShown) == [
        CorrectionShown(
            correction_id=id, link_no=1, right_zh=RIGHT_ZH, right_en=RIGHT_EN,
            until_at=after(360), orders=37,
        )
    ]  # fmt: skip
    # It cannot be over without the host's own words.
    assert show.facts(CorrectionMade) == []
    made = actions.say_correction(id=id, by=show.by, now=after(65))
    assert (made.state, made.said_at) == ("made", after(65))
    assert show.facts(CorrectionMade) == [CorrectionMade(correction_id=id, link_no=1)]


def test_everything_may_come_twice(show: Show) -> None:
    id = wrong_price(show)
    show.order(1, at=20)
    words = {"right_zh": "更正：99 元", "right_en": "¥99"}
    first = actions.show_correction(id=id, **words, by=show.by, now=after(30))
    assert actions.show_correction(id=id, **words, by=show.by, now=after(31)) == first
    made = actions.say_correction(id=id, by=show.by, now=after(32))
    assert actions.say_correction(id=id, by=show.by, now=after(33)) == made
    assert actions.show_correction(id=id, **words, by=show.by, now=after(34)) == made
    assert (made.right_zh, made.right_en, made.orders_told) == ("更正：99 元", "¥99", 1)
    kinds = (CorrectionShown, CorrectionSaid, CorrectionMade, OrderNotified)
    assert [len(show.facts(kind)) for kind in kinds] == [1, 1, 1, 1]
    with pytest.raises(CorrectionOver):
        actions.withdraw_correction(id=id, reason="无误", by=show.by, now=after(35))


@pytest.mark.row("LM-055")
def test_the_transcript_hears_that_the_host_corrects_it(show: Show) -> None:
    id = wrong_price(show)
    show.say("保湿", "二号链接只要99块", at=20)
    assert Correction.objects.get().said_at is None
    show.say("刚才口误，今天只要99块", at=30)
    row = Correction.objects.get()
    assert (row.state, row.said_at) == ("open", after(31.5))
    (said,) = show.facts(CorrectionSaid)
    assert said.correction_id == id
    assert said.utterance_id is not None


@pytest.mark.row("LM-055")
def test_a_link_is_stopped_while_its_correction_is_overdue(show: Show) -> None:
    more_units(show)
    id = wrong_price(show)
    due = after(11.5) + dt.timedelta(minutes=15)
    assert actions.stop_overdue(now=due - dt.timedelta(seconds=1)) == 0
    show.order(1, at=600)
    assert actions.stop_overdue(now=due) == 1
    assert actions.stop_overdue(now=due) == 0
    assert show.facts(CorrectionOverdue) == [CorrectionOverdue(correction_id=id, link_no=1)]
    (stopped,) = show.facts(LinkStopped)
    trip = Trip.objects.get()
    assert (trip.cause, trip.state, trip.sale_id, stopped.trip_id) == (
        "correction", "tripped", None, trip.pk,
    )  # fmt: skip
    with pytest.raises(OnHold):
        show.order(2, at=1_000)
    actions.show_correction(id=id, by=show.by, now=after(1_010))
    with pytest.raises(OnHold):
        show.order(2, at=1_011)
    actions.say_correction(id=id, by=show.by, now=after(1_020))
    assert show.facts(LinkStopLifted) == [
        LinkStopLifted(trip_id=trip.pk, offer_id=trip.offer_id or 0, sale_id=None, link_no=1)
    ]
    show.order(2, at=1_021)
    trip.refresh_from_db()
    assert (trip.state, trip.reset_by) == ("lifted", None)


def test_a_link_with_two_overdue_corrections_waits_for_both(show: Show) -> None:
    wrong_price(show)
    show.say("邮费自理", at=20)
    first, second = Correction.objects.order_by("pk").values_list("pk", flat=True)
    late = after(3_600)
    assert actions.stop_overdue(now=late) == 2
    for id in (first, second):
        assert Offer.objects.get(show_id=show.id, link_no=1).tripped_at == late
        actions.withdraw_correction(id=id, reason="口误当场已澄清", by=show.by, now=late)
    assert Offer.objects.get(show_id=show.id, link_no=1).tripped_at is None
    assert show.facts(CorrectionWithdrawn) == [
        CorrectionWithdrawn(correction_id=id, link_no=1, reason="口误当场已澄清")
        for id in (first, second)
    ]


def test_many_that_wait_keep_no_new_one_on_sale(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, "OVERDUE_AT_ONCE_MAX", 1)
    first = wrong_price(show)
    show.say("邮费自理", at=20)
    late = after(3_600)
    assert [actions.stop_overdue(now=late) for _ in range(3)] == [1, 1, 0]
    overdue = [one.correction_id for one in show.facts(CorrectionOverdue)]
    assert overdue == [first, Correction.objects.latest("pk").pk]


def test_a_flash_sale_that_starts_on_a_stopped_link_stops_too(show: Show) -> None:
    wrong_price(show)
    late = after(3_600)
    actions.stop_overdue(now=late)
    spec = promotions.FlashSaleSpec(
        show_id=show.id, link_no=1, price_fen=9_000, units=1, units_per_buyer_max=1,
        opens_at=late, closes_at=late + dt.timedelta(minutes=5), pay_within_s=300,
    )  # fmt: skip
    sale = promotions.schedule_flash_sale(spec=spec, by=show.by, now=late)
    promotions.start_flash_sale(sale_id=sale.id, by=show.by, now=late)
    actions.stop_overdue(now=late)
    assert [fact.sale_id for fact in show.facts(LinkStopped)] == [None, sale.id]


def test_a_stop_for_a_correction_has_no_sum_and_another_no_lift(show: Show) -> None:
    wrong_price(show)
    actions.stop_overdue(now=after(3_600))
    with pytest.raises(IntegrityError), transaction.atomic():
        Trip.objects.update(off_fen=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        Trip.objects.update(cause="pace", off_fen=5, state="lifted")


def test_withdrawing_wants_a_reason_and_the_right_shop(show: Show) -> None:
    id = wrong_price(show)
    with pytest.raises(TextMissing):
        actions.withdraw_correction(id=id, reason=" ", by=show.by, now=after(20))
    other = make_show("bo")
    attempts: tuple[Callable[[], object], ...] = (
        lambda: actions.withdraw_correction(id=id, reason="x", by=other.by, now=after(20)),
        lambda: actions.say_correction(id=id, by=other.by, now=after(20)),
        lambda: actions.show_correction(id=id, by=other.by, now=after(20)),
        lambda: reads.correction(other.org_id, id),
    )
    for act in attempts:
        with pytest.raises(NoSuchCorrection):
            act()
    assert Correction.objects.get().state == "open"


@pytest.mark.row("LM-055")
def test_a_buyer_has_the_money_back_or_keeps_it(show: Show) -> None:
    more_units(show)
    id = wrong_price(show)
    unpaid, paid, kept = (show.order(viewer, at=20 + viewer) for viewer in (1, 2, 3))
    pay(paid, viewer_id=2, now=after(30))
    actions.show_correction(id=id, by=show.by, now=after(60))
    notices = dict(OrderNotice.objects.values_list("order__no", "pk"))

    def answer(no: str, viewer: int, *, refund: bool, at: float = 70) -> str:
        by = Actor("viewer", viewer, show.org_id)
        told = orders.answer_notice(
            no=no, notice_id=notices[no], refund=refund, by=by, now=after(at)
        )
        return f"{told.state} {told.notices[0].answer}"

    assert answer(unpaid.no, 1, refund=True) == "closed refund"
    assert answer(paid.no, 2, refund=True) == "refunding refund"
    assert answer(paid.no, 2, refund=True) == "refunding refund"
    assert answer(paid.no, 2, refund=False) == "refunding refund"
    assert answer(kept.no, 3, refund=False) == "created keep"
    assert answer(kept.no, 3, refund=True) == "closed refund"
    told = [(fact.no, fact.answer) for fact in show.facts(NoticeAnswered)]
    assert told == [
        (unpaid.no, "refund"), (paid.no, "refund"), (kept.no, "keep"), (kept.no, "refund"),
    ]  # fmt: skip
    with pytest.raises(NoSuchOrder):
        answer(paid.no, 9, refund=True)
    stranger = Actor("viewer", 1, show.org_id)
    with pytest.raises(NoSuchNotice):
        orders.answer_notice(
            no=unpaid.no, notice_id=notices[paid.no], refund=True, by=stranger, now=after(80)
        )


def test_what_is_on_the_screens(show: Show) -> None:
    """To make while it is open; shown for five minutes, whoever comes later too."""
    id = wrong_price(show)
    assert [one.id for one in reads.on_screen(show.org_id, show.id, now=after(20))] == [id]
    actions.say_correction(id=id, by=show.by, now=after(30))
    actions.show_correction(id=id, by=show.by, now=after(60))
    ids = [
        [one.id for one in reads.on_screen(show.org_id, show.id, now=after(at))]
        for at in (61, 359, 361)
    ]
    assert ids == [[id], [id], []]


def test_what_page_and_host_promised_is_kept_with_the_order(show: Show) -> None:
    """Of its link, in the hour before; what was said later or of another link is not."""
    show.say("全场包邮", at=1)
    show.say("今天只要59块", at=10)
    order = show.order(1, at=4_000)
    show.say("保湿", at=4_010)
    found = reads.promised_to(order.no, org_id=show.org_id)
    (line,) = found.snapshot["lines"]
    assert (line["link_no"], line["unit_price_fen"], line["price_basis"]) == (
        1, 9_900, "门店价（2026年11月）",
    )  # fmt: skip
    assert found.promises == []
    assert [one.wrong for one in found.corrections] == ["今天只要59块"]
    sooner = show.order(2, at=900)
    words = [one.words for one in reads.promised_to(sooner.no, org_id=show.org_id).promises]
    assert words == ["包邮", "今天只要59块"]
    with pytest.raises(NoSuchOrder):
        reads.promised_to(order.no, org_id=make_show("bo").org_id)
