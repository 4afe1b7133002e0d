"""Campaigns and shows: planned, changed, started, ended; one fact each, none on a refusal."""

import datetime as dt

import pytest

from kaibo.base.errors import BadInput
from kaibo.catalog.tests.conftest import NOW
from kaibo.facts.planning import (
    CampaignCreated,
    RunItemMoved,
    ShowEnded,
    ShowPlanned,
    ShowStarted,
)
from kaibo.hosts.errors import NoSuchHost
from kaibo.journal.reads import facts_of_show, last_position, read
from kaibo.planning import actions, reads
from kaibo.planning.actions import CampaignSpec, ShowSpec
from kaibo.planning.errors import (
    NoSuchCampaign,
    NoSuchRunItem,
    NoSuchShow,
    RunOfShowInvalid,
    ShowNotDraft,
    ShowNotLive,
    ShowOver,
)
from kaibo.planning.tests.plan import STARTS_AT, Plan, make_plan

pytestmark = pytest.mark.django_db

LATER = NOW + dt.timedelta(minutes=90)


def start(plan: Plan) -> None:
    actions.start_show(org_id=plan.org_id, show_id=plan.show.id, by=plan.by, now=NOW)


def end(plan: Plan) -> None:
    actions.end_show(org_id=plan.org_id, show_id=plan.show.id, by=plan.by, now=LATER)


def test_a_show_takes_the_organisations_seller_card_and_a_room_code() -> None:
    plan = make_plan()
    show = plan.show
    assert (show.seller_name, show.seller_contact, show.state) == ("ana商贸", "400-1", "draft")
    assert len(show.code) == 10
    assert reads.show_by_code(show.code) == show
    (entry,) = facts_of_show(show.id, [ShowPlanned])
    assert isinstance(entry.fact, ShowPlanned)
    assert (entry.fact.title, entry.fact.code) == ("初冬护肤专场", show.code)
    assert "400-1" not in repr(entry.fact)


@pytest.mark.parametrize("code", ["", "nope", "\x00", "a" * 500, "ａ", "' OR 1=1", "../.."])
def test_an_unknown_code_is_not_found(code: str) -> None:
    with pytest.raises(NoSuchShow):
        reads.show_by_code(code)


def test_a_campaign_counts_its_shows() -> None:
    plan, place = make_plan(), last_position()
    place = last_position()
    spec = CampaignSpec(name="双12", goal="新客", budget_fen=100)
    campaign = actions.create_campaign(spec=spec, by=plan.by, now=NOW)
    fact = CampaignCreated(campaign_id=campaign.id, name="双12", goal="新客", budget_fen=100)
    assert [entry.fact for entry in read(place)] == [fact]
    actions.change_show(
        show_id=plan.show.id, changes={"campaign_id": campaign.id}, by=plan.by, now=NOW
    )
    assert reads.campaigns(plan.org_id)[0].show_count == 1
    other = make_plan("dai")
    with pytest.raises(NoSuchCampaign):
        actions.change_show(
            show_id=other.show.id, changes={"campaign_id": campaign.id}, by=other.by, now=NOW
        )


def test_a_draft_changes_and_a_live_show_does_not() -> None:
    plan = make_plan()
    plan.set(plan.item(1), plan.item(2))
    changed = actions.change_show(
        show_id=plan.show.id, changes={"theme": "护肤", "planned_minutes": 20}, by=plan.by, now=NOW
    )
    assert (changed.theme, changed.planned_minutes, changed.title) == ("护肤", 20, plan.show.title)
    place = last_position()
    actions.change_show(show_id=plan.show.id, changes={"theme": " 护肤 "}, by=plan.by, now=NOW)
    with pytest.raises(BadInput):
        actions.change_show(
            show_id=plan.show.id, changes={"planned_minutes": 19}, by=plan.by, now=NOW
        )
    assert read(place) == []
    start(plan)
    with pytest.raises(ShowNotDraft):
        actions.change_show(show_id=plan.show.id, changes={"theme": "x"}, by=plan.by, now=NOW)
    with pytest.raises(ShowNotDraft):
        plan.set()
    assert len(reads.run_of_show(plan.show.id)) == 2
    assert reads.show(plan.org_id, plan.show.id).theme == "护肤"


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"title": "t" * 81},
        {"planned_minutes": 0},
        {"planned_minutes": 1441},
        {"planned_minutes": 10**40},
        {"starts_at": dt.datetime(9999, 12, 31, 23, 59, tzinfo=dt.UTC)},
        {"starts_at": dt.datetime(1, 1, 1, tzinfo=dt.UTC)},
        {"cover_url": "javascript:1"},
        {"goal": "a\x00"},
    ],
)
def test_a_bad_change_is_refused(changes: actions.ShowChanges) -> None:
    plan = make_plan()
    place = last_position()
    with pytest.raises(BadInput):
        actions.change_show(show_id=plan.show.id, changes=changes, by=plan.by, now=NOW)
    assert reads.show(plan.org_id, plan.show.id) == plan.show
    assert read(place) == []


def test_a_show_starts_once_and_ends_once() -> None:
    plan = make_plan()
    with pytest.raises(ShowNotLive):
        end(plan)
    start(plan)
    with pytest.raises(ShowNotDraft):
        start(plan)
    assert [show.id for show in reads.live_shows()] == [plan.show.id]
    end(plan)
    with pytest.raises(ShowNotLive):
        end(plan)
    show = reads.show(plan.org_id, plan.show.id)
    assert (show.state, show.started_at, show.ended_at) == ("ended", NOW, LATER)
    facts = [entry.fact for entry in facts_of_show(plan.show.id, [ShowStarted, ShowEnded])]
    assert facts == [
        ShowStarted(code=show.code, host_id=show.host_id, planned_minutes=120),
        ShowEnded(code=show.code, seconds=5400),
    ]


def test_a_refused_run_of_show_changes_nothing() -> None:
    plan, other = make_plan(), make_plan("dai")
    plan.set(plan.item(1))
    before, place = reads.run_of_show(plan.show.id), last_position()
    with pytest.raises(RunOfShowInvalid) as refused:
        plan.set(plan.item(1), plan.item(1), plan.item(2, sku_id=other.cream.id))
    found = [(error["line"], error["column"]) for error in refused.value.data["errors"]]
    assert found == [(2, "link_no"), (3, "sku_id")]
    assert reads.run_of_show(plan.show.id) == before
    assert read(place) == []


def test_a_line_moves_with_its_minutes_also_while_live() -> None:
    plan = make_plan()
    plan.set(plan.item(1), plan.item(2, minutes=20), plan.item(3, starts_minute=35))
    start(plan)
    place = last_position()
    moved = actions.move_item(show_id=plan.show.id, link_no=3, position=1, by=plan.by, now=NOW)
    assert [(i.position, i.link_no, i.starts_minute) for i in moved] == [
        (1, 3, 0),
        (2, 1, 10),
        (3, 2, 25),
    ]
    fact = RunItemMoved(link_nos=(3, 1, 2), starts_minutes=(0, 10, 25))
    assert [entry.fact for entry in read(place)] == [fact]
    for position in (-5, 0, 1):
        actions.move_item(show_id=plan.show.id, link_no=3, position=position, by=plan.by, now=NOW)
    assert len(read(place)) == 1
    last = actions.move_item(show_id=plan.show.id, link_no=3, position=99, by=plan.by, now=NOW)
    assert [item.link_no for item in last] == [1, 2, 3]
    with pytest.raises(NoSuchRunItem):
        actions.move_item(show_id=plan.show.id, link_no=9, position=1, by=plan.by, now=NOW)
    end(plan)
    with pytest.raises(ShowOver):
        actions.move_item(show_id=plan.show.id, link_no=3, position=1, by=plan.by, now=NOW)


def test_another_shops_show_is_not_there() -> None:
    plan, other = make_plan(), make_plan("dai")
    by, show_id = other.by, plan.show.id
    for attempt in (
        lambda: reads.show(by.org_id, show_id),
        lambda: reads.show_detail(by.org_id, show_id),
        lambda: actions.change_show(show_id=show_id, changes={}, by=by, now=NOW),
        lambda: actions.move_item(show_id=show_id, link_no=1, position=1, by=by, now=NOW),
        lambda: actions.import_sheet(show_id=show_id, data=b"", dry=False, by=by, now=NOW),
        lambda: actions.start_show(org_id=by.org_id, show_id=show_id, by=by, now=NOW),
        lambda: actions.end_show(org_id=by.org_id, show_id=show_id, by=by, now=NOW),
    ):
        with pytest.raises(NoSuchShow):
            attempt()
    spec = ShowSpec(title="t", host_id=plan.show.host_id, starts_at=STARTS_AT, planned_minutes=60)
    with pytest.raises(NoSuchHost):
        actions.plan_show(spec=spec, by=by, now=NOW)
    assert [show.id for show in reads.shows(by.org_id)] == [other.show.id]


def test_public_rooms_are_live_then_soon_then_over() -> None:
    empty, soon, live, over, far = (make_plan(code) for code in ("a", "b", "c", "d", "e"))
    for plan in (soon, live, over, far):
        plan.set(plan.item(1), plan.item(2))
    start(live)
    start(over)
    end(over)
    actions.change_show(
        show_id=far.show.id,
        changes={"starts_at": NOW + dt.timedelta(days=15)},
        by=far.by,
        now=NOW,
    )
    shown = [show.id for show in reads.public_rooms(now=NOW)]
    assert shown == [live.show.id, soon.show.id, over.show.id]
    assert empty.show.id not in shown
