"""AI-made people: consents for each face and voice, a watched label, and the pause without."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.actor import Actor
from kaibo.catalog.tests.conftest import manager_of
from kaibo.catalog.tests.desk import Desk
from kaibo.compliance.actions import override_rung
from kaibo.compliance.errors import RungHeld
from kaibo.compliance.reads import room_risk
from kaibo.facts.personas import (
    DutyLeft,
    DutyLost,
    LabelChanged,
    PersonasCast,
    ViewersReminded,
)
from kaibo.hosts.tests.people import picture
from kaibo.journal.actions import follow
from kaibo.journal.reads import last_position, read
from kaibo.personas import actions, reads
from kaibo.personas import follow as following
from kaibo.personas.errors import (
    CastClosed,
    CastTwice,
    ConsentOver,
    ConsentTermWrong,
    ConsentUseless,
    NoSuchPersona,
    NothingToWatch,
    NotOnDuty,
    PersonaPoses,
)
from kaibo.personas.models import Consent as ConsentRow
from kaibo.personas.rules import Consent, Persona, faults_of, label_fails
from kaibo.personas.tests.ready import cast_ready, consented, made
from kaibo.planning.tests.plan import Plan
from kaibo.preflight.actions import close_show, open_show
from kaibo.preflight.errors import NotReady
from kaibo.preflight.reads import preflight
from kaibo.preflight.tests.ready import make_ready
from kaibo.room import reads as rooms
from kaibo.room import wire
from kaibo.room.feed import events_for
from kaibo.room.rules import Limits

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 22)
SECOND, MINUTE = dt.timedelta(seconds=1), dt.timedelta(minutes=1)


@pytest.fixture
def ready() -> tuple[Plan, Actor]:
    """A show that would open, and the manager who runs it."""
    plan, desk = make_ready(now=NOW)
    return plan, desk.by


def red_of(plan: Plan, now: dt.datetime = NOW) -> dict[str, str]:
    found = preflight(plan.org_id, plan.show.id, now)
    return {one.code: one.detail_en for one in found.checks if one.state == "red"}


def rung_of(plan: Plan, now: dt.datetime) -> str:
    return room_risk(plan.org_id, plan.show.id, now=now).rung


def opened(plan: Plan, by: Actor) -> dict[str, Any]:
    """An AI person on air from ``NOW`` on, watched."""
    cast_ready(plan.show.id, by=by, now=NOW)
    open_show(org_id=plan.org_id, show_id=plan.show.id, by=by, now=NOW)
    return {"show_id": plan.show.id, "by": by}


@pytest.mark.row("LM-089")
def test_a_cloned_voice_needs_a_consent_of_its_own(ready: tuple[Plan, Actor]) -> None:
    """A consent for the face says nothing of the voice; nor does one that is over, or for clips."""
    plan, by = ready
    id = made(by=by, now=NOW).id
    actions.assess_persona(persona_id=id, number="A-1", through_on=None, by=by, now=NOW)
    show: dict[str, Any] = {"show_id": plan.show.id, "by": by, "now": NOW}
    actions.cast_personas(persona_ids=[id], remind_every_min=5, **show)
    consented(id, "face", by=by, now=NOW)
    assert red_of(plan)["ai_people"] == "小云: no consent for the voice holds"
    with pytest.raises(NotReady):
        open_show(org_id=plan.org_id, **show)
    consented(id, "voice", by=by, now=NOW, until_on=TODAY - dt.timedelta(days=1))
    consented(id, "voice", by=by, now=NOW, for_live=False, for_clips=True)
    assert red_of(plan)["ai_people"] == "小云: no consent for the voice holds"
    consent = consented(id, "voice", by=by, now=NOW, until_on=TODAY)
    assert "ai_people" not in red_of(plan)
    actions.withdraw_consent(consent_id=consent, by=by, now=NOW)
    assert "ai_people" in red_of(plan)
    with pytest.raises(ConsentOver):
        actions.withdraw_consent(consent_id=consent, by=by, now=NOW)
    with pytest.raises(ConsentTermWrong):
        consented(id, "voice", by=by, now=NOW, until_on=TODAY - dt.timedelta(days=9))
    mute = made(by=by, now=NOW, name="无声", face="invented", voice="none").id
    with pytest.raises(ConsentUseless):
        consented(mute, "voice", by=by, now=NOW)
    assert "李云" not in str(list(ConsentRow.objects.values()))


@pytest.mark.row("LM-089")
@pytest.mark.parametrize("name", ["王医生", "经济学家教授", "Dr Expert"])
def test_no_ai_person_poses_as_an_expert(name: str, ready: tuple[Plan, Actor]) -> None:
    place = last_position()
    with pytest.raises(PersonaPoses):
        made(by=ready[1], now=NOW, name=name)
    assert read(place) == []


@pytest.mark.row("LM-083", "LM-088")
def test_a_show_with_an_ai_person_opens_only_assessed_watched_and_labelled(
    ready: tuple[Plan, Actor],
) -> None:
    plan, by = ready
    show: dict[str, Any] = {"show_id": plan.show.id, "by": by, "now": NOW}
    assert not {"ai_people", "ai_duty"} & set(red_of(plan))
    id = made(by=by, now=NOW, face="invented", voice="none").id
    place = last_position()
    actions.cast_personas(persona_ids=[id], remind_every_min=5, **show)
    (cast,) = read(place)
    assert cast.fact == PersonasCast(persona_ids=(id,), remind_every_min=5)
    assert events_for(cast.fact, at=NOW).events == (wire.AiEvent(label=True),)
    assert rooms.memory(plan.org_id, plan.show.id, limits=Limits(), now=NOW).ai
    assert red_of(plan) == {
        "ai_people": "小云: no safety assessment", "ai_duty": "nobody is on duty",
    }  # fmt: skip
    actions.assess_persona(persona_id=id, number="A-1", through_on=TODAY, by=by, now=NOW)
    actions.take_duty(**show)
    assert red_of(plan) == {"ai_duty": "the label is not seen on the viewers' page"}
    actions.beat(label="covered", **show)
    assert set(red_of(plan)) == {"ai_duty"}
    actions.beat(label="on", **show)
    assert red_of(plan) == {}
    assert red_of(plan, NOW + MINUTE) == {}
    assert red_of(plan, NOW + MINUTE + SECOND) == {"ai_duty": "nobody is on duty"}
    open_show(org_id=plan.org_id, **show)
    with pytest.raises(CastClosed):
        actions.cast_personas(persona_ids=[], remind_every_min=5, **show)


@pytest.mark.row("LM-083")
@pytest.mark.parametrize("gone", ["off", "covered"])
def test_a_label_that_is_gone_for_three_seconds_pauses_the_room(
    gone: Any, ready: tuple[Plan, Actor]
) -> None:
    """Two seconds are tolerated; a card that covers it is no better than no label."""
    plan, by = ready
    show, place = opened(plan, by), last_position()
    for seconds in (1, 2, 3):
        actions.beat(label=gone, now=NOW + seconds * SECOND, **show)
    assert rung_of(plan, NOW + 3 * SECOND) == "clear"
    actions.beat(label=gone, now=NOW + 4 * SECOND, **show)
    assert rung_of(plan, NOW + 4 * SECOND) == "pause"
    told = [one.fact for one in read(place) if isinstance(one.fact, LabelChanged)]
    assert told == [LabelChanged(label=gone)]
    actions.beat(label="on", now=NOW + 5 * SECOND, **show)
    assert not reads.show_ai(plan.org_id, plan.show.id, now=NOW).personas[0].faults


@pytest.mark.row("LM-083")
def test_viewers_are_reminded_at_the_start_and_every_few_minutes(
    ready: tuple[Plan, Actor],
) -> None:
    plan, by = ready
    show, place = opened(plan, by), last_position()
    for seconds in range(0, 601, 20):
        now = NOW + seconds * SECOND
        actions.beat(label="on", now=now, **show)
        assert actions.watch_personas(now=now) == 1
    told = [one for one in read(place) if isinstance(one.fact, ViewersReminded)]
    assert [(one.at - NOW) / MINUTE for one in told] == [0, 5, 10]
    assert events_for(told[0].fact, at=NOW).events == (wire.AiEvent(label=True, remind=True),)
    assert rung_of(plan, now) == "clear"


@pytest.mark.row("LM-088")
def test_an_officer_who_signs_out_pauses_the_room_within_a_minute(
    ready: tuple[Plan, Actor],
) -> None:
    plan, _ = ready
    desk = Desk(plan.org_id, "operations")
    opened(plan, desk.by)
    with time_machine.travel(NOW + 10 * SECOND, tick=False):
        desk.post(f"/shows/{plan.show.id}/ai/beat", {"label": "on"})
        place = last_position()
        assert desk.client.delete("/api/session").status_code in (200, 204)
    while follow("personas", following.on_entry):
        pass
    actions.watch_personas(now=NOW + 12 * SECOND)
    assert rung_of(plan, NOW + 12 * SECOND) == "pause"
    told = [one.fact for one in read(place) if isinstance(one.fact, DutyLeft | DutyLost)]
    assert told == [
        DutyLeft(person_id=desk.by.id), DutyLost(person_id=None, beat_at=NOW + 10 * SECOND),
    ]  # fmt: skip


@pytest.mark.row("LM-088")
def test_a_lost_beat_pauses_the_room_until_somebody_watches_again(
    ready: tuple[Plan, Actor],
) -> None:
    plan, by = ready
    show, at = opened(plan, by), NOW + MINUTE
    actions.watch_personas(now=at)
    assert rung_of(plan, at) == "clear"
    at += SECOND
    actions.watch_personas(now=at)
    assert rung_of(plan, at) == "pause"
    other = Desk(plan.org_id, "operations").by
    room: dict[str, Any] = {"org_id": plan.org_id, "show_id": plan.show.id}
    with pytest.raises(RungHeld) as held:
        override_rung(rung="clear", reason="误报", by=other, now=at, **room)
    assert "无人值守" in held.value.message("zh")
    (hold,) = room_risk(plan.org_id, plan.show.id, now=at).holds
    assert (hold.cause, hold.rung, hold.since_at) == ("system", "pause", at)
    actions.take_duty(show_id=plan.show.id, by=other, now=at)
    with pytest.raises(NotOnDuty):
        actions.beat(label="on", now=at, **show)
    actions.watch_personas(now=at)
    assert rung_of(plan, at) == "pause", "a pause is lifted by people"
    override_rung(rung="clear", reason="已接班", by=other, now=at, **room)
    actions.watch_personas(now=at)
    assert rung_of(plan, at) == "clear"


@pytest.mark.row("LM-083")
def test_what_was_seen_before_somebody_came_on_duty_does_not_count(
    ready: tuple[Plan, Actor],
) -> None:
    """Neither what another saw nor what one saw oneself before the beat was lost."""
    plan, by = ready
    cast_ready(plan.show.id, by=by, now=NOW)
    assert "ai_duty" not in red_of(plan)
    other = Desk(plan.org_id, "operations").by
    unseen = "the label is not seen on the viewers' page"
    for who, now in ((other, NOW + SECOND), (by, NOW + MINUTE), (by, NOW + 10 * MINUTE)):
        actions.take_duty(show_id=plan.show.id, by=who, now=now)
        assert red_of(plan, now)["ai_duty"] == unseen
        actions.beat(show_id=plan.show.id, label="on", by=who, now=now)
        assert "ai_duty" not in red_of(plan, now)
    actions.take_duty(show_id=plan.show.id, by=by, now=now + SECOND)
    assert "ai_duty" not in red_of(plan, now + SECOND), "who is there stays there"


def test_a_show_that_ended_is_held_by_nothing(ready: tuple[Plan, Actor]) -> None:
    plan, by = ready
    opened(plan, by)
    at = NOW + 2 * MINUTE
    actions.watch_personas(now=at)
    room: dict[str, Any] = {"org_id": plan.org_id, "show_id": plan.show.id}
    assert [one.cause for one in room_risk(**room, now=at).holds] == ["system"]
    close_show(**room, by=by, now=at)
    assert room_risk(**room, now=at).holds == []
    assert actions.watch_personas(now=at + SECOND) == 0


@pytest.mark.row("LM-089")
def test_a_consent_withdrawn_on_air_pauses_the_room(ready: tuple[Plan, Actor]) -> None:
    plan, by = ready
    opened(plan, by)
    (persona,) = reads.personas(plan.org_id, now=NOW)
    actions.withdraw_consent(consent_id=persona.consents[0].id, by=by, now=NOW)
    actions.watch_personas(now=NOW + SECOND)
    assert rung_of(plan, NOW + SECOND) == "pause"


def test_what_cannot_be_cast_or_watched(ready: tuple[Plan, Actor]) -> None:
    plan, by = ready
    show: dict[str, Any] = {"show_id": plan.show.id, "by": by, "now": NOW}
    with pytest.raises(NothingToWatch):
        actions.take_duty(**show)
    other = made(by=Desk(manager_of("dai").org_id).by, now=NOW).id
    mine = made(by=by, now=NOW).id
    place = last_position()
    for ids, refusal in (([other], NoSuchPersona), ([mine, mine], CastTwice)):
        with pytest.raises(refusal):
            actions.cast_personas(persona_ids=ids, remind_every_min=5, **show)
    assert read(place) == []


def test_ai_people_over_http(ready: tuple[Plan, Actor]) -> None:
    plan, _ = ready
    desk = Desk(plan.org_id, "operations")
    body = {"name": "小云", "face": "real", "voice": "none"}
    id = desk.post("/ai-people", body, 201)["id"]
    form = {
        "part": "face", "giver": "李云", "scope": "直播", "since_on": "2026-11-01",
        "until_on": "2027-11-01", "file": _upload(),
    }  # fmt: skip
    answer = desk.client.post(f"/api/desk/ai-people/{id}/consents", form)
    assert answer.status_code == 201, answer.content
    (consent,) = answer.json()["consents"]
    assert consent["giver"] == "李**"
    assert desk.download(f"/ai-consents/{consent['id']}/paper").startswith(b"\xff\xd8")
    desk.put(f"/ai-people/{id}/assessment", {"number": "A-1"}, 403)
    desk.put(f"/shows/{plan.show.id}/ai", {"persona_ids": [id], "remind_every_min": 10})
    seen = desk.post(f"/shows/{plan.show.id}/ai/duty")
    assert (seen["duty"]["state"], seen["duty"]["officer_id"]) == ("on", desk.by.id)
    assert desk.get("/ai-people")[0]["faults"] == ["assessment_missing"]


def _upload() -> Any:
    return SimpleUploadedFile("paper.jpg", picture("white"), "image/jpeg")


DAYS = st.integers(0, 20).map(lambda n: TODAY + dt.timedelta(days=n))
CONSENTS = st.builds(
    Consent,
    part=st.sampled_from(["face", "voice"]),
    uses=st.sampled_from([frozenset({"live"}), frozenset({"clips"}), frozenset({"live", "clips"})]),
    since_on=DAYS,
    until_on=DAYS,
    is_withdrawn=st.booleans(),
)


@given(st.lists(CONSENTS, max_size=5), DAYS, st.sampled_from(["real", "invented"]))
def test_each_part_is_covered_by_one_consent_for_the_whole_time(
    consents: list[Consent], day: dt.date, voice: str
) -> None:
    """Against the plain reading, day by day."""
    last = day + dt.timedelta(days=2)
    persona = Persona(
        face="real", voice=voice, assessment_no="A", assessed_through=None,
        consents=tuple(consents),
    )  # fmt: skip
    found = faults_of(persona, first=day, last=last)
    days = [day + dt.timedelta(days=n) for n in range(3)]

    def covered(part: str) -> bool:
        return any(
            all(one.since_on <= each <= one.until_on for each in days)
            for one in consents
            if one.part == part and "live" in one.uses and not one.is_withdrawn
        )

    assert ("face_consent" in found) == (not covered("face"))
    assert ("voice_consent" in found) == (voice == "real" and not covered("voice"))
    assert not label_fails(NOW, now=NOW + 2 * SECOND)
    assert label_fails(NOW, now=NOW + 2 * SECOND + dt.timedelta(milliseconds=1))
