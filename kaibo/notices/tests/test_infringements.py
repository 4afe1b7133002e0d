"""A rights holder's notice: goods off in every room, passed on, and back by themselves."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.errors import BadInput
from kaibo.base.times import day_begins, shop_day
from kaibo.catalog.errors import GoodsWithheldFromSale
from kaibo.catalog.reads import check_sellable, withheld
from kaibo.facts import notices as facts
from kaibo.facts.catalog import GoodsReleased, GoodsWithheld
from kaibo.notices import actions, reads
from kaibo.notices.errors import (
    InfringementStateWrong,
    NoSuchInfringement,
    NoticeIncomplete,
    SuitTooLate,
    TooManyOpenNotices,
)
from kaibo.notices.models import Infringement
from kaibo.notices.rules.infringements import restore_at
from kaibo.notices.tests.made import FILED_AT, at, filed, notice, told
from kaibo.promotions.actions import put_on_shelf, sweep_withheld
from kaibo.promotions.models import Offer
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, list_link, make_shop, open_link

DB = pytest.mark.django_db
OTHER_SHOW = 72


def states(shop: Shop) -> dict[tuple[int, int], str]:
    rows = Offer.objects.filter(organisation_id=shop.org_id)
    return {(row.show_id, row.link_no): row.state for row in rows}


def waiting(shop: Shop, *, reached: dt.datetime) -> int:
    """A notice that was taken up, passed on and answered, its statement delivered."""
    id = filed(shop.org_id, SHOW).id
    actions.accept_infringement(id=id, by=shop.by, now=FILED_AT)
    actions.forward_infringement(id=id, way="邮件", by=shop.by, now=FILED_AT)
    actions.answer_infringement(
        id=id, seller="安娜商贸", statement="自有注册商标，见附件", by=shop.by, now=FILED_AT
    )
    actions.deliver_statement(id=id, way="邮件回执", reached_at=reached, by=shop.by, now=reached)
    return id


@given(st.integers(0, 3 * 366 * 86_400))
def test_fifteen_whole_days(seconds: int) -> None:
    reached = dt.datetime(2025, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
    ends = restore_at(reached)
    assert ends == day_begins(shop_day(ends))
    assert (shop_day(ends) - shop_day(reached)).days == 16


@DB
@pytest.mark.row("LM-035", "R-132")
def test_a_statement_of_1_may_and_no_suit_by_16_may() -> None:
    """Off in every room at once; the goods of others, and other goods, are not touched."""
    shop, dai = make_shop(), make_shop("dai")
    open_link(shop, 1)
    list_link(shop, 2)
    list_link(dai, 3)
    Offer.objects.filter(organisation_id=shop.org_id, link_no=2).update(show_id=OTHER_SHOW)
    put_on_shelf(show_id=OTHER_SHOW, link_no=2, by=shop.by, now=NOW)
    got = filed(shop.org_id, SHOW)
    assert states(shop) == {(SHOW, 1): "open", (OTHER_SHOW, 2): "listed"}
    assert shop.levels() == (100, 20, 0)

    view = actions.accept_infringement(id=got.id, by=shop.by, now=FILED_AT)
    assert (view.state, view.taken_down, view.due_at) == ("paused", 2, at("2026-04-30"))
    assert states(shop) == {(SHOW, 1): "closed", (OTHER_SHOW, 2): "closed"}
    assert states(dai) == {(SHOW, 3): "planned"}
    assert shop.levels() == (100, 0, 0)
    with pytest.raises(GoodsWithheldFromSale):
        put_on_shelf(show_id=SHOW, link_no=1, by=shop.by, now=NOW)
    check_sellable(dai.sku_id, now=NOW)

    actions.forward_infringement(id=got.id, way="邮件，已读回执", by=shop.by, now=FILED_AT)
    actions.answer_infringement(
        id=got.id, seller="安娜商贸", statement="自有商标", by=shop.by, now=FILED_AT
    )
    assert reads.notice_of_code(got.code).statement == ""
    reached = at("2026-05-01T10:00")
    actions.deliver_statement(id=got.id, way="邮件", reached_at=reached, by=shop.by, now=reached)
    assert reads.notice_of_code(got.code).statement == "自有商标"

    last = at("2026-05-16T23:59:59")
    assert actions.restore_due_infringements(now=last) == 0
    assert withheld([shop.sku_id]) == {shop.sku_id: got.id}
    after = at("2026-05-17")
    assert actions.restore_due_infringements(now=after) == 1
    assert actions.restore_due_infringements(now=after) == 0
    assert reads.infringement(shop.org_id, got.id).state == "restored"
    assert withheld([shop.sku_id]) == {}
    put_on_shelf(show_id=SHOW, link_no=1, by=shop.by, now=NOW)
    assert [type(fact).__name__ for fact in told(
        facts.InfringementFiled, facts.InfringementAccepted, facts.InfringementForwarded,
        facts.InfringementAnswered, facts.StatementDelivered, facts.InfringementEnded,
        GoodsWithheld, GoodsReleased,
    )] == [
        "InfringementFiled", "GoodsWithheld", "InfringementAccepted", "InfringementForwarded",
        "InfringementAnswered", "StatementDelivered", "GoodsReleased", "InfringementEnded",
    ]  # fmt: skip


@DB
def test_a_suit_that_was_known_in_time_keeps_the_goods_off() -> None:
    """Also one that is written down when they were back; what became known later does not."""
    shop = make_shop()
    open_link(shop, 1)
    id = waiting(shop, reached=at("2026-05-01T10:00"))
    assert actions.restore_due_infringements(now=at("2026-05-17")) == 1
    now = at("2026-05-18T09:00")
    before = Infringement.objects.values().get(pk=id)
    with pytest.raises(SuitTooLate):
        actions.note_suit(
            id=id, suit="（2026）沪民初 1 号", known_at=at("2026-05-17"), by=shop.by, now=now
        )
    assert Infringement.objects.values().get(pk=id) == before
    assert withheld() == {}
    actions.note_suit(
        id=id, suit="（2026）沪民初 1 号", known_at=at("2026-05-16T18:00"), by=shop.by, now=now
    )
    assert withheld() == {shop.sku_id: id}
    assert actions.restore_due_infringements(now=at("2026-08-01")) == 0
    view = actions.settle_infringement(
        id=id, is_upheld=False, outcome="驳回全部诉讼请求", by=shop.by, now=now
    )
    assert (view.state, withheld()) == ("restored", {})
    # Settled by a court, not by time: it does not come back.
    with pytest.raises(InfringementStateWrong):
        actions.note_suit(id=id, suit="x", known_at=at("2026-05-16"), by=shop.by, now=now)
    view = actions.find_unjust(
        id=id, kind="malicious", reason="明知无权仍通知", by=shop.by, now=now
    )
    assert (view.unjust, view.unjust_before) == ("malicious", 0)
    assert reads.infringement(shop.org_id, filed(shop.org_id, SHOW).id).unjust_before == 1
    assert view.kept_until == day_begins(dt.date(2029, 5, 19))


@DB
def test_two_notices_about_the_same_goods() -> None:
    """What one lets go the other keeps; conceding keeps it for good, until it is withdrawn."""
    shop = make_shop()
    open_link(shop, 1)
    first, second = filed(shop.org_id, SHOW).id, filed(shop.org_id, SHOW).id
    for id in (first, second):
        actions.accept_infringement(id=id, by=shop.by, now=FILED_AT)
    actions.withdraw_infringement(id=first, reason="达成许可", by=shop.by, now=FILED_AT)
    assert withheld() == {shop.sku_id: second}
    actions.forward_infringement(id=second, way="面交", by=shop.by, now=FILED_AT)
    view = actions.settle_infringement(
        id=second, is_upheld=True, outcome="经营者承认", by=shop.by, now=FILED_AT
    )
    assert (view.state, withheld()) == ("upheld", {shop.sku_id: second})
    actions.withdraw_infringement(id=second, reason="达成许可", by=shop.by, now=FILED_AT)
    assert withheld() == {}


@DB
@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"evidence": " "}, ["evidence"]),
        ({"is_true": False}, ["is_true"]),
        ({"holder": "", "contact": "", "proof": ""}, ["holder", "contact", "proof"]),
    ],
)
def test_a_notice_without_its_contents_is_not_taken(
    change: dict[str, object], missing: list[str]
) -> None:
    shop = make_shop()
    list_link(shop, 1)
    spec = notice(shop.org_id, SHOW, **change)
    with pytest.raises(NoticeIncomplete) as refused:
        actions.file_infringement(spec=spec, by=shop.by, now=FILED_AT)
    assert refused.value.data["missing"] == missing
    assert not Infringement.objects.exists()


@DB
def test_refused_rejected_and_flooded() -> None:
    shop, dai = make_shop(), make_shop("dai")
    list_link(shop, 1)
    with pytest.raises(BadInput):
        actions.file_infringement(
            spec=notice(shop.org_id, SHOW, right="smell"), by=shop.by, now=FILED_AT
        )
    id = filed(shop.org_id, SHOW).id
    for _ in range(9):
        filed(shop.org_id, SHOW)
    with pytest.raises(TooManyOpenNotices):
        filed(shop.org_id, SHOW)
    # Written in another way it is the same contact.
    spec = replace(notice(shop.org_id, SHOW), contact=" IP@Example.com ")
    with pytest.raises(TooManyOpenNotices):
        actions.file_infringement(spec=spec, by=shop.by, now=FILED_AT)
    with pytest.raises(NoSuchInfringement):
        actions.accept_infringement(id=id, by=dai.by, now=FILED_AT)
    view = actions.reject_infringement(id=id, reason="权属证明已失效", by=shop.by, now=FILED_AT)
    assert (view.state, view.due_at, withheld()) == ("rejected", None, {})
    with pytest.raises(InfringementStateWrong):
        actions.accept_infringement(id=id, by=shop.by, now=FILED_AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Infringement.objects.filter(pk=id).update(reason="")


@DB
def test_what_was_listed_meanwhile_is_swept() -> None:
    """A link that came between the look and the hold goes a moment later."""
    shop = make_shop()
    open_link(shop, 1)
    actions.accept_infringement(id=filed(shop.org_id, SHOW).id, by=shop.by, now=FILED_AT)
    Offer.objects.update(state="listed")
    assert sweep_withheld(now=FILED_AT) == 1
    assert sweep_withheld(now=FILED_AT) == 0
    assert states(shop) == {(SHOW, 1): "closed"}


@DB
def test_late_is_told_once_and_an_unknown_year_is_filled_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop = make_shop()
    list_link(shop, 1)
    filed(shop.org_id, SHOW, now=at("2026-09-30T10:00"))
    # The working day after the National Day holidays.
    due = at("2026-10-09")
    assert actions.miss_due_notices(now=due - dt.timedelta(seconds=1)) == 0
    assert actions.miss_due_notices(now=due) == 1
    assert actions.miss_due_notices(now=due) == 0
    (missed,) = told(facts.DeadlineMissed)
    assert (missed.what, missed.state, missed.due_at) == ("infringement", "received", due)
    new_year = filed(shop.org_id, SHOW, now=at("2026-12-31T10:00")).id
    view = reads.infringement(shop.org_id, new_year)
    assert (view.due_at, view.is_due_unknown) == (None, True)
    assert actions.miss_due_notices(now=at("2027-03-01")) == 0
    announced = at("2027-01-05").astimezone(dt.UTC)
    monkeypatch.setattr("kaibo.notices.actions.clocks.due_within", lambda at, count: announced)
    assert actions.miss_due_notices(now=at("2027-01-04")) == 0
    assert reads.infringement(shop.org_id, new_year).due_at == announced
    assert actions.miss_due_notices(now=announced) == 1
