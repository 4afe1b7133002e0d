"""Published rules: notice before a change, what held when, and notes before a show."""

import datetime as dt
import json
from typing import Any

import pytest
import time_machine
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kaibo.agreements import actions, reads
from kaibo.agreements.errors import (
    NoSuchRules,
    NoticeTooLong,
    NoticeTooShort,
    NotThePlatform,
    OpinionsClosed,
    OpinionsFull,
    RulesMoved,
    RulesOver,
)
from kaibo.agreements.models import Opinion, Version
from kaibo.agreements.rules import in_force, state_of, terms_of
from kaibo.agreements.tests.ready import publish, ruled
from kaibo.base.actor import Actor
from kaibo.catalog.tests.conftest import manager_of
from kaibo.catalog.tests.desk import Desk
from kaibo.compliance.actions import answer_profile
from kaibo.compliance.tests.test_controls import MERCHANT
from kaibo.facts.agreements import OpinionLeft, RulesAcknowledged, RulesPublished
from kaibo.facts.preflight import PreflightPassed
from kaibo.journal.reads import facts_of_show, last_position, read
from kaibo.planning.tests.plan import make_plan
from kaibo.preflight.actions import open_show
from kaibo.preflight.errors import NotReady
from kaibo.preflight.reads import preflight
from kaibo.preflight.tests.ready import make_ready

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
PUBLIC = "/api/rules"


def boss(code: str) -> Actor:
    """A manager who can sign in."""
    return Desk(manager_of(code).org_id).by


def house_rules(org_id: int, show_id: int, now: dt.datetime = NOW) -> tuple[str, str]:
    """The state and detail of the gate's check."""
    checks = preflight(org_id, show_id, now).checks
    return next((one.state, one.detail_en) for one in checks if one.code == "house_rules")


@pytest.mark.row("LM-015")
@pytest.mark.parametrize(("impact", "days"), [("minor", 7), ("major", 15)])
def test_a_change_waits_for_its_notice_to_the_hour(impact: str, days: int) -> None:
    """Seven days, fifteen for a large one: 14 d 23 h is refused, 15 d is taken."""
    ana = boss("ana")
    first = publish(by=ana, now=NOW, impact="major")
    assert (first.state, first.effective_at) == ("in_force", NOW)
    place, wish = last_position(), NOW + days * DAY
    with pytest.raises(NoticeTooShort) as short:
        publish(by=ana, now=NOW, number=1, impact=impact, effective_at=wish - HOUR)
    assert short.value.data == {"days": days, "earliest": wish}
    with pytest.raises(NoticeTooLong):
        publish(by=ana, now=NOW, number=1, impact=impact, effective_at=NOW + 367 * DAY)
    assert read(place) == []
    second = publish(by=ana, now=NOW, number=1, impact=impact, effective_at=wish)
    assert (second.state, second.effective_at) == ("announced", wish)
    with pytest.raises(RulesMoved):
        publish(by=ana, now=NOW, number=1)
    (entry,) = read(place)
    assert entry.fact == RulesPublished(
        version_id=second.id, kind="marketing", number=2, impact=impact, digest=second.digest,
        effective_at=wish,
    )  # fmt: skip
    held = reads.published_rules("ana", on=None, now=wish - HOUR).documents[0].in_force
    assert held == first.id
    assert reads.published_rules("ana", on=None, now=wish).documents[0].in_force == second.id


@pytest.mark.row("LM-016")
def test_no_version_is_ever_deleted_and_each_is_found_by_its_day() -> None:
    desk = Desk(manager_of("ana").org_id)
    first = publish(by=desk.by, now=NOW, text_zh="旧")
    second = publish(by=desk.by, now=NOW + DAY, number=1, text_zh="新", text_en="new")
    for path in (f"{PUBLIC}/versions/{first.id}", f"/api/desk/rule-versions/{first.id}"):
        for verb in ("delete", "put", "patch"):
            assert getattr(desk.client, verb)(path).status_code == 405, (path, verb)
    assert Version.objects.count() == 2
    with time_machine.travel(NOW + 1000 * DAY, tick=False):
        for day, id in (
            ("2026-11-22", first.id),
            ("2026-11-29", first.id),
            ("2026-11-30", second.id),
        ):
            found = json.loads(Client().get(f"{PUBLIC}/ana?on={day}").content)
            assert [one["in_force"] for one in found["documents"]] == [id], day
        before = json.loads(Client().get(f"{PUBLIC}/ana?on=2026-11-21").content)
        assert before["documents"][0]["in_force"] is None
        shown = [one["versions"] for one in before["documents"]]
        assert shown == [[]], "what was published later had not been seen on that day"
        old = json.loads(Client().get(f"{PUBLIC}/versions/{first.id}").content)
    assert (old["text_zh"], old["card"]["state"], old["card"]["until"]) == (
        "旧", "past", second.effective_at.isoformat().replace("+00:00", "Z"),
    )  # fmt: skip


def test_a_day_is_told_as_it_was_and_not_by_what_came_later() -> None:
    """What was announced on a day was announced, though something newer then overtook it."""
    ana = boss("ana")
    publish(by=ana, now=NOW)
    late = publish(by=ana, now=NOW, number=1, effective_at=NOW + 20 * DAY)
    publish(by=ana, now=NOW + 2 * DAY, number=2, effective_at=NOW + 9 * DAY)
    day = (NOW + DAY).date()
    (document,) = reads.published_rules("ana", on=day, now=NOW + 90 * DAY).documents
    states = {one.id: one.state for one in document.versions}
    assert (states[late.id], len(states)) == ("announced", 2)
    (document,) = reads.published_rules("ana", on=None, now=NOW + 90 * DAY).documents
    assert {one.id: one.state for one in document.versions}[late.id] == "dropped"


def test_every_opinion_is_in_the_file_and_only_the_publishers(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page shows the newest; nobody has to read them to have them."""
    settings.KAIBO_PLATFORM = "ana"
    ana, dai = boss("ana"), boss("dai")
    publish(by=ana, now=NOW)
    second = publish(by=ana, now=NOW, number=1)
    for number in range(3):
        actions.leave_opinion(version_id=second.id, text=f"意见{number}", network="", now=NOW)
    monkeypatch.setattr("kaibo.agreements.reads.published.OPINIONS_SHOWN", 2)
    shown = [one.text for one in reads.desk_version(ana.org_id, second.id, now=NOW).opinions]
    every = [one.text for one in reads.every_opinion(ana.org_id, second.id)]
    assert (shown, every) == (["意见2", "意见1"], ["意见2", "意见1", "意见0"])
    assert list(reads.every_opinion(dai.org_id, second.id)) == []


def test_the_list_of_publishers_is_one_question(django_assert_num_queries: Any) -> None:
    for code in ("dai", "ana", "bea"):
        publish(by=boss(code), now=NOW)
    with django_assert_num_queries(1):
        found = reads.publishers()
    assert [one.code for one in found] == ["ana", "bea", "dai"]


@pytest.mark.row("LM-014")
def test_anybody_reads_the_rules_and_says_something_while_they_are_announced() -> None:
    """Without signing in; a name is not asked, and one network does not drown the others."""
    ana = boss("ana")
    assert Client().get(f"{PUBLIC}/ana").status_code == 404
    first, _ = ruled(by=ana, now=NOW)
    second = publish(by=ana, now=NOW, number=1)
    nobody = Client(headers={"Accept-Language": "zh-CN"})
    with time_machine.travel(NOW, tick=False):
        assert {"code": "ana", "name": "ana"} in json.loads(nobody.get(PUBLIC).content)
        found = json.loads(nobody.get(f"{PUBLIC}/ana").content)
        assert [one["kind"] for one in found["documents"]] == ["marketing", "negative_list"]
        assert [one["state"] for one in found["documents"][0]["versions"]] == [
            "announced", "in_force",
        ]  # fmt: skip
        sent = nobody.post(
            f"{PUBLIC}/versions/{second.id}/opinions", {"text": "太快"}, "application/json"
        )
    assert sent.status_code == 201
    say: dict[str, Any] = {"version_id": second.id, "text": "不同意", "network": "203.0.113.9"}
    place = last_position()
    numbers = [actions.leave_opinion(**say, now=NOW) for _ in range(5)]
    assert [one.fact for one in read(place)] == [
        OpinionLeft(version_id=second.id, opinion_id=number) for number in numbers
    ]
    with pytest.raises(OpinionsFull):
        actions.leave_opinion(**say, now=NOW)
    actions.leave_opinion(**say | {"network": "203.0.113.10"}, now=NOW)
    for id, now in ((first.id, NOW), (second.id, NOW + 7 * DAY)):
        with pytest.raises(OpinionsClosed):
            actions.leave_opinion(**say | {"version_id": id}, now=now)
    with pytest.raises(NoSuchRules):
        actions.leave_opinion(**say | {"version_id": 10**9}, now=NOW)
    assert "203.0.113.9" not in str(list(Opinion.objects.values()))
    (card,) = [one for one in reads.desk_rules(ana.org_id, now=NOW).versions if one.opinions]
    assert (card.card.id, card.opinions) == (second.id, 7)
    assert len(reads.desk_version(ana.org_id, second.id, now=NOW).opinions) == 7


@pytest.mark.row("LM-014")
def test_a_show_opens_only_when_its_operator_took_note_of_the_rules_in_force() -> None:
    plan, desk = make_ready(now=NOW)
    gate = (plan.org_id, plan.show.id)
    assert house_rules(*gate) == ("green", "acknowledged")
    second = publish(by=desk.by, now=NOW - 8 * DAY, number=1, title_zh="规则")
    assert house_rules(*gate) == ("red", "规则 v2 not acknowledged")
    show: dict[str, Any] = {"org_id": plan.org_id, "show_id": plan.show.id, "by": desk.by}
    with pytest.raises(NotReady) as shut:
        open_show(**show, now=NOW)
    assert shut.value.data["red"] == ["house_rules"]
    place = last_position()
    for _ in range(2):
        seen = actions.acknowledge_rules(version_id=second.id, by=desk.by, now=NOW)
    assert [one.fact for one in read(place)] == [RulesAcknowledged(version_id=second.id)]
    assert seen.standing == "read"
    third = publish(by=desk.by, now=NOW, number=2, title_zh="规则")
    assert house_rules(*gate) == ("amber", "规则 v3 is announced, not acknowledged")
    open_show(**show, now=NOW)
    (passed,) = facts_of_show(plan.show.id, [PreflightPassed])
    assert isinstance(passed.fact, PreflightPassed)
    assert second.id in passed.fact.rule_versions
    assert third.id not in passed.fact.rule_versions
    with pytest.raises(RulesOver):
        actions.acknowledge_rules(version_id=second.id, by=desk.by, now=NOW + 8 * DAY)


@pytest.mark.row("LM-014")
def test_who_has_to_publish_rules_follows_from_what_an_organisation_is() -> None:
    plan = make_plan("ana")
    desk, states = Desk(plan.org_id), {}
    kinds = {
        "merchant": {},
        "platform": {"others_sell": True},
        "agency": {"hosts_for_others": True, "own_goods": False},
    }
    for kind, changed in kinds.items():
        answer_profile(answers=MERCHANT | changed, by=desk.by, now=NOW)
        states[kind] = house_rules(plan.org_id, plan.show.id)[0]
    assert states == {"merchant": "green", "platform": "red", "agency": "green"}


@pytest.mark.row("LM-014")
def test_the_platform_of_an_installation_binds_every_operator(settings: Any) -> None:
    """Its operators read and note its rules; each note is their own, and seen by the platform."""
    settings.KAIBO_PLATFORM = "ana"
    ana, dai = boss("ana"), boss("dai")
    first, _ = ruled(by=ana, now=NOW)
    with pytest.raises(NotThePlatform):
        publish(by=dai, now=NOW)
    assert reads.rules_standing(dai.org_id, now=NOW).standing == "unread"
    actions.acknowledge_rules(version_id=first.id, by=dai, now=NOW)
    assert len(reads.rules_standing(dai.org_id, now=NOW).unread) == 1
    assert not reads.desk_rules(dai.org_id, now=NOW).is_own
    seen = reads.desk_version(ana.org_id, first.id, now=NOW).acknowledgements
    assert [one.operator for one in seen] == ["ana", "dai"]
    own = reads.desk_version(dai.org_id, first.id, now=NOW).acknowledgements
    assert [one.operator for one in own] == ["dai"]
    settings.KAIBO_PLATFORM = ""
    with pytest.raises(NoSuchRules):
        actions.acknowledge_rules(version_id=first.id, by=dai, now=NOW)


def test_the_desk_publishes_and_acknowledges_over_http() -> None:
    desk = Desk(manager_of("ana").org_id)
    body = {"kind": "service", "number": 0, "title_zh": "协议", "text_zh": "一"}
    made = desk.post("/rule-versions", body, 201)
    assert desk.post("/rule-versions", body, 409)["code"] == "rules_moved"
    desk.post(f"/rule-versions/{made['id']}/acknowledge")
    (one,) = desk.get("/rule-versions")["versions"]
    assert one["acknowledged_at"]
    assert desk.get(f"/rule-versions/{made['id']}")["version"]["text_zh"] == "一"
    Desk(manager_of("dai").org_id).get(f"/rule-versions/{made['id']}", 404)


EFFECTS = st.dictionaries(
    st.integers(1, 9), st.integers(0, 40).map(lambda day: NOW + day * DAY), min_size=1
)


@given(EFFECTS, st.integers(0, 50))
def test_at_every_moment_the_newest_effective_version_holds_alone(
    effects: dict[int, dt.datetime], day: int
) -> None:
    """Against the plain reading: of those in effect, the one with the highest number."""
    at = NOW + day * DAY
    terms = terms_of(effects)
    expected = max((no for no, effect in effects.items() if effect <= at), default=None)
    assert in_force(terms, at) == expected
    assert {one.number for one in terms} == set(effects)
    for one in terms:
        if state_of(one, at) == "dropped":
            assert all(in_force(terms, NOW + n * DAY) != one.number for n in range(50))
