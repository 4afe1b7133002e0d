"""Stream keys: issued, shown, checked, rotated, revoked; and what came through them."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from kaibo.access.actions import SellerCard, add_person, create_organisation
from kaibo.base.actor import SYSTEM, Actor
from kaibo.facts.base import Fact
from kaibo.facts.planning import ShowEnded, ShowPlanned
from kaibo.journal.actions import append
from kaibo.journal.actions import follow as journal_follow
from kaibo.journal.reads import facts_of_show
from kaibo.media import actions, follow, reads
from kaibo.media.errors import (
    NoSuchStreamKey,
    StreamKeyExpired,
    StreamKeyWithdrawn,
    StreamKeyWrong,
)
from kaibo.media.models import StreamKey, StreamSession
from kaibo.media.ports import PublishGrant, StreamBegan, StreamOver

NOW = dt.datetime(2026, 11, 11, 12, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=2)
SHOW, ROOM = 77, "k2m9x4p7qa"

pytestmark = pytest.mark.django_db


@pytest.fixture
def org_id() -> int:
    return found("shanye")


@pytest.fixture
def key(org_id: int) -> reads.StreamKeyView:
    return issue(org_id)


def found(code: str) -> int:
    seller = SellerCard(name="山野", licence_no="1", address="杭州", contact="0571")
    return create_organisation(code=code, name="山野", seller=seller, now=NOW)


def issue(org_id: int, *, now: dt.datetime = NOW) -> reads.StreamKeyView:
    return actions.issue_stream_key(
        org_id=org_id, show_id=SHOW, room_code=ROOM, by=SYSTEM(org_id), now=now
    )


def secret_of(key: reads.StreamKeyView) -> str:
    return key.key.split("?key=")[1]


def facts() -> list[str]:
    return [entry.tag for entry in facts_of_show(SHOW)]


def began(key: reads.StreamKeyView, session: str = "a" * 32) -> StreamBegan:
    grant = reads.check_publish(ROOM, secret_of(key), now=NOW)
    return StreamBegan(session, grant, NOW, 1280, 720, True, f"{ROOM}/x")


def over(start: StreamBegan, reason: str = "finished") -> StreamOver:
    return StreamOver(start.session_id, start.grant, LATER, reason, 123_456_789, 7_200_000)


def test_an_issued_key_opens_its_room(org_id: int, key: reads.StreamKeyView) -> None:
    assert key.key.startswith(f"{ROOM}?key=")
    assert len(secret_of(key)) == 32
    grant = reads.check_publish(ROOM, secret_of(key), now=NOW)
    assert grant == PublishGrant(org_id, SHOW, ROOM, key.id)
    assert facts() == ["media.stream_key_issued.1"]
    assert reads.stream_key_for_desk(org_id=org_id, show_id=SHOW) == key
    assert reads.stream_key_state(org_id=org_id, show_id=SHOW, now=NOW) == "valid"


def test_issuing_again_keeps_the_key(org_id: int, key: reads.StreamKeyView) -> None:
    assert issue(org_id, now=LATER) == key
    assert StreamKey.objects.count() == 1
    assert facts() == ["media.stream_key_issued.1"]


def test_the_secret_is_not_in_the_tables(key: reads.StreamKeyView) -> None:
    row = StreamKey.objects.get()
    assert secret_of(key) not in repr(vars(row))
    assert all(secret_of(key) not in repr(entry) for entry in facts_of_show(SHOW))


@pytest.mark.parametrize("secret", ["", "x", "0" * 32, "\0", "密" * 40])
def test_a_wrong_secret_opens_nothing(key: reads.StreamKeyView, secret: str) -> None:
    with pytest.raises(StreamKeyWrong):
        reads.check_publish(ROOM, secret, now=NOW)


def test_a_key_opens_its_own_room_only(org_id: int, key: reads.StreamKeyView) -> None:
    actions.issue_stream_key(
        org_id=org_id, show_id=SHOW + 1, room_code="another", by=SYSTEM(org_id), now=NOW
    )
    with pytest.raises(StreamKeyWrong):
        reads.check_publish("another", secret_of(key), now=NOW)
    with pytest.raises(StreamKeyWrong):
        reads.check_publish("nowhere", secret_of(key), now=NOW)


def test_an_expired_key_says_so_and_is_replaced(org_id: int, key: reads.StreamKeyView) -> None:
    reads.check_publish(ROOM, secret_of(key), now=key.expires_at - dt.timedelta(seconds=1))
    with pytest.raises(StreamKeyExpired):
        reads.check_publish(ROOM, secret_of(key), now=key.expires_at)
    assert reads.stream_key_state(org_id=org_id, show_id=SHOW, now=key.expires_at) == "expired"
    fresh = issue(org_id, now=key.expires_at)
    assert fresh.key != key.key
    reads.check_publish(ROOM, secret_of(fresh), now=key.expires_at)
    with pytest.raises(StreamKeyWithdrawn):
        reads.check_publish(ROOM, secret_of(key), now=key.expires_at)


def test_a_rotated_key_opens_nothing(org_id: int, key: reads.StreamKeyView) -> None:
    fresh = actions.rotate_stream_key(org_id=org_id, show_id=SHOW, by=SYSTEM(org_id), now=LATER)
    assert fresh.room_code == ROOM
    with pytest.raises(StreamKeyWithdrawn):
        reads.check_publish(ROOM, secret_of(key), now=LATER)
    assert reads.check_publish(ROOM, secret_of(fresh), now=LATER).key_id == fresh.id
    assert facts() == ["media.stream_key_issued.1", "media.stream_key_rotated.1"]


def test_a_revoked_key_opens_nothing(org_id: int, key: reads.StreamKeyView) -> None:
    actions.revoke_stream_key(org_id=org_id, show_id=SHOW, by=SYSTEM(org_id), now=LATER)
    with pytest.raises(StreamKeyWithdrawn):
        reads.check_publish(ROOM, secret_of(key), now=LATER)
    with pytest.raises(NoSuchStreamKey):
        reads.stream_key_for_desk(org_id=org_id, show_id=SHOW)
    assert reads.stream_key_state(org_id=org_id, show_id=SHOW, now=LATER) == "missing"
    assert facts() == ["media.stream_key_issued.1", "media.stream_key_revoked.1"]


def test_what_was_never_issued_cannot_be_rotated(org_id: int) -> None:
    by = SYSTEM(org_id)
    with pytest.raises(NoSuchStreamKey):
        actions.rotate_stream_key(org_id=org_id, show_id=SHOW, by=by, now=NOW)
    with pytest.raises(NoSuchStreamKey):
        actions.revoke_stream_key(org_id=org_id, show_id=SHOW, by=by, now=NOW)
    assert StreamKey.objects.count() == 0
    assert facts() == []


def test_another_organisation_sees_no_key(key: reads.StreamKeyView) -> None:
    stranger = found("other")
    with pytest.raises(NoSuchStreamKey):
        reads.stream_key_for_desk(org_id=stranger, show_id=SHOW)
    with pytest.raises(NoSuchStreamKey):
        actions.rotate_stream_key(org_id=stranger, show_id=SHOW, by=SYSTEM(stranger), now=NOW)
    assert reads.stream_key_state(org_id=stranger, show_id=SHOW, now=NOW) == "missing"
    assert reads.stream_sessions(org_id=stranger, show_id=SHOW) == []


def test_the_table_itself_allows_one_key_per_room(org_id: int, key: reads.StreamKeyView) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.issue_stream_key(
            org_id=org_id, show_id=SHOW + 1, room_code=ROOM, by=SYSTEM(org_id), now=NOW
        )


def test_a_stream_is_written_down_once(org_id: int, key: reads.StreamKeyView) -> None:
    start = began(key)
    for _ in range(2):
        actions.record_stream_started(start)
    for _ in range(2):
        actions.record_stream_ended(over(start))
    assert reads.stream_sessions(org_id=org_id, show_id=SHOW) == [
        reads.StreamSessionView(
            session_id="a" * 32,
            began_at=NOW,
            over_at=LATER,
            reason="finished",
            width=1280,
            height=720,
            has_sound=True,
            recording=f"{ROOM}/x",
            received_bytes=123_456_789,
            recorded_ms=7_200_000,
        )
    ]
    assert facts()[1:] == ["media.stream_started.1", "media.stream_ended.1"]


def test_an_end_without_a_start_is_nothing(key: reads.StreamKeyView) -> None:
    actions.record_stream_ended(over(began(key)))
    assert StreamSession.objects.count() == 0
    assert facts() == ["media.stream_key_issued.1"]


def test_a_stream_that_was_never_closed_is_closed_by_the_next(
    org_id: int, key: reads.StreamKeyView
) -> None:
    actions.record_stream_started(began(key))
    actions.record_stream_started(began(key, "b" * 32))
    first, second = reads.stream_sessions(org_id=org_id, show_id=SHOW)
    assert (first.reason, first.over_at) == ("forgotten", NOW)
    assert (second.reason, second.over_at) == ("", None)
    assert facts()[1:] == [
        "media.stream_started.1",
        "media.stream_ended.1",
        "media.stream_started.1",
    ]


def test_after_a_crash_open_streams_are_closed(org_id: int, key: reads.StreamKeyView) -> None:
    actions.record_stream_started(began(key))
    assert actions.end_forgotten_streams(now=LATER) == 1
    assert actions.end_forgotten_streams(now=LATER) == 0
    assert [s.reason for s in reads.stream_sessions(org_id=org_id, show_id=SHOW)] == ["forgotten"]


def told(fact: Fact, org_id: int, *, at: dt.datetime = NOW) -> None:
    with transaction.atomic():
        append(fact, at=at, org_id=org_id, show_id=SHOW, actor=SYSTEM(org_id))
    journal_follow("media", follow.on_entry)


def planned() -> ShowPlanned:
    return ShowPlanned(
        code=ROOM,
        campaign_id=None,
        host_id=1,
        title="",
        theme="",
        goal="",
        audience_card="",
        policy_text="",
        cover_url="",
        starts_at=LATER,
        planned_minutes=60,
        seller_digest="",
    )


def test_a_planned_show_gets_its_key_and_an_ended_one_loses_it(org_id: int) -> None:
    told(planned(), org_id)
    key = reads.stream_key_for_desk(org_id=org_id, show_id=SHOW)
    assert key.room_code == ROOM
    told(ShowEnded(code=ROOM, seconds=3600), org_id, at=LATER)
    with pytest.raises(StreamKeyWithdrawn):
        reads.check_publish(ROOM, secret_of(key), now=LATER)
    told(ShowEnded(code=ROOM, seconds=3600), org_id, at=LATER)
    assert facts().count("media.stream_key_revoked.1") == 1


def test_hearing_of_a_plan_twice_changes_nothing(org_id: int) -> None:
    told(planned(), org_id)
    actions.revoke_stream_key(org_id=org_id, show_id=SHOW, by=SYSTEM(org_id), now=NOW)
    told(planned(), org_id)
    assert StreamKey.objects.count() == 1
    assert reads.stream_key_state(org_id=org_id, show_id=SHOW, now=NOW) == "missing"


@pytest.fixture
def desk(org_id: int) -> Client:
    return signed_in(org_id, "tang", "technical")


def signed_in(org_id: int, username: str, role: str) -> Client:
    person = add_person(
        org_id=org_id, username=username, name="唐", password="long-enough", roles=[role], now=NOW
    )
    assert isinstance(person, Actor)
    client = Client()
    body = {"username": username, "password": "long-enough"}
    assert client.post("/api/session", body, content_type="application/json").status_code == 200
    return client


def test_the_desk_shows_and_rotates_the_key(desk: Client, key: reads.StreamKeyView) -> None:
    address = f"/api/desk/shows/{SHOW}/stream-key"
    shown = desk.get(address, headers={"host": "studio.example:8000"})
    assert shown.status_code == 200
    body = shown.json()
    assert (body["server"], body["key"]) == ("rtmp://studio.example:1935/live", key.key)
    assert dt.datetime.fromisoformat(body["expires_at"]) == key.expires_at
    rotated = desk.post(f"{address}/rotate")
    assert rotated.status_code == 200
    assert rotated.json()["key"] != key.key
    assert desk.get(address).json()["key"] == rotated.json()["key"]
    assert desk.delete(address).status_code == 204
    assert desk.get(address).json()["code"] == "no_stream_key"


def test_the_desk_lists_what_came_in(desk: Client, key: reads.StreamKeyView) -> None:
    actions.record_stream_started(began(key))
    rows = desk.get(f"/api/desk/shows/{SHOW}/streams").json()
    assert [(row["width"], row["over_at"]) for row in rows] == [(1280, None)]


def test_who_may_not_see_the_key(org_id: int, key: reads.StreamKeyView) -> None:
    address = f"/api/desk/shows/{SHOW}/stream-key"
    assert Client().get(address).status_code == 401
    service = signed_in(org_id, "fu", "service")
    for answer in (service.get(address), service.post(f"{address}/rotate")):
        assert answer.status_code == 403
        assert key.key not in answer.content.decode()
    stranger = signed_in(found("other"), "wai", "technical")
    assert stranger.get(address).json()["code"] == "no_stream_key"
    assert reads.stream_key_for_desk(org_id=org_id, show_id=SHOW) == key
