"""Facts of planning replayed equal what its reads say."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from kaibo.catalog.tests.conftest import NOW
from kaibo.facts import planning as told
from kaibo.facts.base import Fact
from kaibo.journal.reads import Entry, last_position, read
from kaibo.planning import actions, reads
from kaibo.planning.actions import CampaignSpec, ShowSpec
from kaibo.planning.tests.plan import STARTS_AT, make_plan
from kaibo.preflight.actions import close_show, open_show
from kaibo.preflight.tests.ready import make_ready

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.CampaignCreated,
        told.ShowPlanned,
        told.ShowChanged,
        told.ShowStarted,
        told.ShowEnded,
        told.RunOfShowSet,
        told.RunItemMoved,
    }
)

PLANNED = (
    *("campaign_id", "host_id", "title", "theme", "goal", "audience_card", "policy_text"),
    *("cover_url", "starts_at", "planned_minutes"),
)


@dataclass
class Books:
    """What the facts alone say of shows and their lines."""

    shows: dict[int, dict[str, Any]] = field(default_factory=dict)
    items: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    campaigns: dict[int, tuple[str, str, int]] = field(default_factory=dict)

    def replay(self, entry: Entry) -> None:
        """Take one fact in."""
        fact, show_id = entry.fact, entry.show_id or 0
        match fact:
            case told.CampaignCreated():
                self.campaigns[fact.campaign_id] = (fact.name, fact.goal, fact.budget_fen)
            case told.ShowPlanned():
                planned = {name: getattr(fact, name) for name in PLANNED}
                self.shows[show_id] = {
                    **planned,
                    "code": fact.code,
                    "state": "draft",
                    "started_at": None,
                    "ended_at": None,
                }
                self.items[show_id] = []
            case told.ShowChanged():
                self.shows[show_id] |= {name: getattr(fact, name) for name in PLANNED}
            case told.ShowStarted():
                self.shows[show_id] |= {"state": "live", "started_at": entry.at}
            case told.ShowEnded():
                self.shows[show_id] |= {"state": "ended", "ended_at": entry.at}
            case told.RunOfShowSet():
                self.items[show_id] = [msgspec.structs.asdict(item) for item in fact.items]
            case told.RunItemMoved():
                by_link = {item["link_no"]: item for item in self.items[show_id]}
                moved = zip(fact.link_nos, fact.starts_minutes, strict=True)
                self.items[show_id] = [
                    {**by_link[link_no], "starts_minute": start} for link_no, start in moved
                ]
            case _:
                assert not entry.tag.startswith("planning."), f"no page for {entry.tag}"


def _as_read(org_id: int) -> Books:
    books = Books()
    for campaign in reads.campaigns(org_id):
        books.campaigns[campaign.id] = (campaign.name, campaign.goal, campaign.budget_fen)
    names = told.PlannedItem.__struct_fields__
    for show in reads.shows(org_id):
        fields = (*PLANNED, "code", "state", "started_at", "ended_at")
        books.shows[show.id] = {name: getattr(show, name) for name in fields}
        books.items[show.id] = [
            {name: getattr(item, name) for name in names} for item in reads.run_of_show(show.id)
        ]
    return books


def test_replay_equals_reload() -> None:
    start = last_position()
    plan = make_plan()
    by, first = plan.by, plan.show.id
    campaign = actions.create_campaign(spec=CampaignSpec(name="双12"), by=by, now=NOW)
    spec = ShowSpec(
        title="第二场",
        host_id=plan.show.host_id,
        starts_at=STARTS_AT,
        planned_minutes=45,
        campaign_id=campaign.id,
    )
    second = actions.plan_show(spec=spec, by=by, now=NOW).id
    plan.set(plan.item(1), plan.item(2))
    plan.set(
        plan.item(
            3, selling_points=("保湿", "轻"), extras={"commission": "20%"}, script_text="a\nb"
        ),
        plan.item(1, minutes=5, script_text="a\nb"),
        plan.item(2, opens_with_pop=True, benefit="送小样"),
    )
    actions.set_run_of_show(
        org_id=by.org_id, show_id=second, items=[plan.item(9, starts_minute=0)], by=by, now=NOW
    )
    actions.change_show(
        show_id=first, changes={"theme": "护肤", "seller_contact": "400-2"}, by=by, now=NOW
    )
    actions.move_item(show_id=first, link_no=2, position=1, by=by, now=NOW)
    books = Books()
    for entry in read(start, limit=10_000):
        books.replay(entry)
    assert books == _as_read(by.org_id)
    assert [item["link_no"] for item in books.items[first]] == [2, 3, 1]


def test_a_show_that_opened_and_closed_replays() -> None:
    start = last_position()
    plan, desk = make_ready(now=NOW)
    gate: dict[str, Any] = {"org_id": plan.org_id, "show_id": plan.show.id, "by": desk.by}
    open_show(**gate, now=NOW)
    actions.move_item(show_id=plan.show.id, link_no=2, position=1, by=desk.by, now=NOW)
    close_show(**gate, now=NOW + dt.timedelta(minutes=30))
    books = Books()
    for entry in read(start, limit=10_000):
        books.replay(entry)
    assert books == _as_read(plan.org_id)
    assert books.shows[plan.show.id]["state"] == "ended"
