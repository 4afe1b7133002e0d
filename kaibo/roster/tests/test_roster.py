"""Who appears in a show: named, sent, checked one by one, and kept off the air otherwise."""

import datetime as dt
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.actor import SYSTEM, Actor
from kaibo.catalog.tests.conftest import manager_of
from kaibo.catalog.tests.desk import Desk
from kaibo.compliance.reads import room_risk
from kaibo.facts.preflight import PersonCleared, PreflightPassed
from kaibo.facts.roster import (
    Appearing,
    CheckPhotosForgotten,
    PersonChecked,
    RosterChanged,
    RosterSent,
)
from kaibo.hosts import actions as hosts
from kaibo.hosts import reads as people
from kaibo.hosts.actions import AffiliationSpec, EditionSpec, HostSpec
from kaibo.hosts.errors import IdentityMismatch, NoSuchHost
from kaibo.hosts.models import Affiliation
from kaibo.hosts.tests.people import affiliated, id_number, picture, stand
from kaibo.journal.reads import facts_of_show, last_position, read
from kaibo.planning import reads as plans
from kaibo.planning.errors import NoSuchShow
from kaibo.planning.tests.plan import Plan
from kaibo.preflight.actions import close_show, open_show
from kaibo.preflight.errors import NotReady
from kaibo.preflight.reads import preflight
from kaibo.preflight.tests.ready import make_ready
from kaibo.roster import actions, edge, reads
from kaibo.roster.errors import (
    AffiliationMissing,
    CheckOfOneself,
    FaceServiceOff,
    NamedTwice,
    NoSuchCheck,
    NotOnRoster,
    PersonUnverified,
    PortraitMissing,
    RosterClosed,
)
from kaibo.roster.rules import Listed, check_state, roster_digest
from kaibo.roster.tests.ready import cleared

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
GUEST = id_number(dt.date(1990, 7, 1))
TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def ready() -> tuple[Plan, Actor]:
    """A show that would open, and the manager who runs it."""
    plan, desk = make_ready(now=NOW)
    return plan, desk.by


def guest_of(by: Actor, *, number: str = GUEST, name: str = "嘉宾甲") -> int:
    spec = HostSpec(name=name, stage_name=name, part="guest")
    return hosts.add_host(spec=spec, by=by, now=NOW).id


def red_of(plan: Plan, now: dt.datetime = NOW) -> list[tuple[str, str]]:
    found = preflight(plan.org_id, plan.show.id, now)
    return [(one.code, one.detail_zh) for one in found.checks if one.state == "red"]


def check(plan: Plan, host_id: int, by: Actor, **more: Any) -> Any:
    values: dict[str, Any] = {"photo": picture("pink"), "result": "match", "note": "", "now": NOW}
    return actions.check_person(show_id=plan.show.id, host_id=host_id, by=by, **values | more)


@pytest.mark.row("LM-004", "LM-005", "R-121")
def test_a_guest_is_named_proved_sent_and_checked_before_the_show_opens(
    ready: tuple[Plan, Actor],
) -> None:
    """The whole way of a second person; each step that is missing is named with the person."""
    plan, by = ready
    show: dict[str, Any] = {"show_id": plan.show.id, "by": by, "now": NOW}
    place = last_position()
    guest = guest_of(by)
    with pytest.raises(AffiliationMissing):
        actions.set_guests(guests=[(guest, "guest")], **show)
    affiliated(guest, by=by, now=NOW)
    roster = actions.set_guests(guests=[(guest, "guest")], **show)
    assert [(one.person.id, one.part, one.is_planned) for one in roster.people] == [
        (plan.show.host_id, "host", True),
        (guest, "guest", False),
    ]
    assert roster.state == "stale"
    red = dict(red_of(plan))
    assert set(red) == {
        "host_identity", "host_age", "host_agreement", "host_training", "roster_sent", "presence",
    }  # fmt: skip
    assert red["roster_sent"] == "报送后名单有变"
    assert red["presence"] == "嘉宾甲 尚未核验"
    assert all("小满" not in detail for detail in red.values())
    with pytest.raises(NotReady):
        open_show(org_id=plan.org_id, **show)
    with pytest.raises(PersonUnverified):
        actions.send_roster(sent_to="平台", receipt="", **show)
    stand(guest, GUEST, by=by, now=NOW)
    cleared(plan.show.id, by=by, now=NOW)
    assert red_of(plan) == []
    sent = reads.roster(plan.org_id, plan.show.id, now=NOW).sent
    assert [one.number for one in sent] == [2, 1]
    assert sent[0].people[1]["证件号码（打码）"] == GUEST[0] + "*" * 16 + GUEST[-1]
    assert sent[0].digest != sent[1].digest
    assert plans.show(plan.org_id, plan.show.id).state == "draft"
    open_show(org_id=plan.org_id, **show)
    told = [entry.fact for entry in read(place, limit=1_000)]
    assert [one for one in told if isinstance(one, RosterChanged)] == [
        RosterChanged(guests=(Appearing(host_id=guest, part="guest"),))
    ]
    assert [one.host_ids for one in told if isinstance(one, RosterSent)] == [
        (plan.show.host_id, guest)
    ]
    (passed,) = facts_of_show(plan.show.id, [PreflightPassed])
    assert isinstance(passed.fact, PreflightPassed)
    assert passed.fact.roster_digest == sent[0].digest
    assert [one.host_id for one in passed.fact.people] == [plan.show.host_id, guest]
    assert isinstance(passed.fact.people[0], PersonCleared)


@pytest.mark.row("LM-004")
def test_editing_after_sending_makes_the_roster_stale_and_undoing_does_not(
    ready: tuple[Plan, Actor],
) -> None:
    plan, by = ready
    show: dict[str, Any] = {"show_id": plan.show.id, "by": by, "now": NOW}
    guest = guest_of(by)
    affiliated(guest, by=by, now=NOW)
    place = last_position()
    for _ in range(2):
        assert actions.set_guests(guests=[(guest, "guest")], **show).state == "stale"
    assert len(read(place)) == 1
    assert actions.set_guests(guests=[], **show).state == "sent"
    # The same name and number of the same person; another name is another roster.
    hosts.change_host(host_id=plan.show.host_id, changes={"name": "别名"}, by=by, now=NOW)
    assert reads.roster(plan.org_id, plan.show.id, now=NOW).state == "stale"
    with pytest.raises(NamedTwice):
        actions.set_guests(guests=[(plan.show.host_id, "host")], **show)
    with pytest.raises(NamedTwice):
        actions.set_guests(guests=[(guest, "guest"), (guest, "host")], **show)


@pytest.mark.row("LM-003", "R-121")
def test_a_face_that_does_not_match_or_was_never_compared_keeps_the_show_shut(
    ready: tuple[Plan, Actor],
) -> None:
    plan, by = ready
    host_id = plan.show.host_id
    place = last_position()
    last = check(plan, host_id, by, result="mismatch", note="不是本人")
    assert red_of(plan) == [("presence", "小满 核验不一致，不得出镜")]
    (entry,) = read(place)
    portrait = people.standing(plan.org_id, host_id, now=NOW).portrait_id
    assert portrait is not None
    assert entry.fact == PersonChecked(
        check_id=last.id, host_id=host_id, result="mismatch", way="reviewer", portrait_id=portrait
    )
    check(plan, host_id, by)
    assert red_of(plan) == []
    later = NOW + dt.timedelta(hours=12)
    assert red_of(plan, later) == []
    assert red_of(plan, later + dt.timedelta(seconds=1)) == [("presence", "小满 核验已过时")]
    hosts.add_paper(host_id=host_id, kind="portrait", data=picture("green"), by=by, now=NOW)
    assert ("presence", "小满 核验后换过留存照片") in red_of(plan)


@pytest.mark.row("LM-003")
def test_who_may_check_whom(ready: tuple[Plan, Actor]) -> None:
    """Not oneself, nobody off the roster, nobody without photograph or verified identity."""
    plan, by = ready
    host_id, guest = plan.show.host_id, guest_of(by)
    hosts.change_host(host_id=host_id, changes={"person_id": by.id}, by=by, now=NOW)
    place = last_position()
    with pytest.raises(CheckOfOneself):
        check(plan, host_id, by)
    with pytest.raises(NotOnRoster):
        check(plan, guest, by)
    with pytest.raises(NoSuchHost):
        check(plan, 10**9, by)
    with pytest.raises(FaceServiceOff):
        actions.check_person_outside(
            show_id=plan.show.id, host_id=host_id, photo=picture(), by=by, now=NOW
        )
    assert read(place) == []
    affiliated(guest, by=by, now=NOW)
    actions.set_guests(show_id=plan.show.id, guests=[(guest, "guest")], by=by, now=NOW)
    with pytest.raises(PortraitMissing):
        check(plan, guest, by)
    hosts.add_paper(host_id=guest, kind="portrait", data=picture(), by=by, now=NOW)
    with pytest.raises(PersonUnverified):
        check(plan, guest, by)
    other = Desk(plan.org_id, "operations").by
    assert check(plan, host_id, other).checked_by == other.id


@pytest.mark.row("LM-003")
def test_an_outside_service_answers_or_keeps_the_show_shut(
    ready: tuple[Plan, Actor], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, by = ready
    settings.KAIBO_FACE_SERVICE = "kaibo.roster.edge.FakeFaces"
    ask: dict[str, Any] = {"show_id": plan.show.id, "host_id": plan.show.host_id, "by": by}
    outside = actions.check_person_outside
    assert outside(**ask, photo=picture(), now=NOW).result == "match"
    assert outside(**ask, photo=picture("blue"), now=NOW).result == "mismatch"
    assert [code for code, _ in red_of(plan)] == ["presence"]
    monkeypatch.setattr(edge.FakeFaces, "fails", OSError("no route"))
    assert outside(**ask, photo=picture(), now=NOW).result == "unavailable"
    assert red_of(plan) == [("presence", "小满 核验服务没有回答")]
    monkeypatch.setattr(edge, "ANSWER_S", 0.01)
    monkeypatch.setattr(edge.FakeFaces, "compare", lambda *_: time.sleep(0.2))
    assert outside(**ask, photo=picture(), now=NOW).result == "unavailable"
    check(plan, plan.show.host_id, by)
    assert red_of(plan) == []


@pytest.mark.row("LM-003")
def test_a_mismatch_on_air_pauses_the_room(ready: tuple[Plan, Actor]) -> None:
    """A swap at minute 40: the room stands at the pause, with the reason on file."""
    plan, by = ready
    open_show(org_id=plan.org_id, show_id=plan.show.id, by=by, now=NOW)
    at = NOW + dt.timedelta(minutes=40)
    check(plan, plan.show.host_id, by, result="mismatch", now=at)
    risk = room_risk(plan.org_id, plan.show.id, now=at)
    assert risk.rung == "pause"
    check(plan, plan.show.host_id, by, result="mismatch", now=at)
    assert room_risk(plan.org_id, plan.show.id, now=at).rung == "pause"
    close_show(org_id=plan.org_id, show_id=plan.show.id, by=by, now=at)
    for late in (
        lambda: check(plan, plan.show.host_id, by, now=at),
        lambda: actions.set_guests(show_id=plan.show.id, guests=[], by=by, now=at),
    ):
        with pytest.raises(RosterClosed):
            late()


def rebound(plan: Plan, by: Actor, **fields: Any) -> None:
    """A newer affiliation of the host."""
    file = people.host_file(plan.org_id, plan.show.host_id)
    paper = next(one for one in file.papers if one.kind == "affiliation")
    values: dict[str, Any] = {"kind": "self", "since_on": TODAY} | fields
    spec = AffiliationSpec(paper_id=paper.id, **values)
    hosts.affiliate_host(host_id=plan.show.host_id, spec=spec, by=by, now=NOW)


@pytest.mark.row("LM-020")
def test_nobody_goes_on_air_for_whom_nobody_answers(ready: tuple[Plan, Actor]) -> None:
    plan, by = ready
    rebound(plan, by)
    assert red_of(plan) == [("host_entity", "小满 没有责任主体")]
    rebound(plan, by, responsible_name="安安商贸", responsible_code="91350100M000100Y43")
    assert red_of(plan) == []


@pytest.mark.row("LM-005")
def test_an_affiliation_holds_from_its_first_day_to_its_last(ready: tuple[Plan, Actor]) -> None:
    plan, by = ready
    guest = guest_of(by)
    affiliated(guest, by=by, now=NOW, since_on=TODAY + dt.timedelta(days=1))
    with pytest.raises(AffiliationMissing):
        actions.set_guests(show_id=plan.show.id, guests=[(guest, "guest")], by=by, now=NOW)
    Affiliation.objects.filter(host_id=plan.show.host_id).update(until_on=TODAY)
    assert red_of(plan) == []
    red = dict(red_of(plan, NOW + dt.timedelta(hours=4)))
    assert red["host_affiliation"] == "小满 没有有效的归属证明"


@pytest.mark.row("LM-013", "LM-018", "R-122")
@pytest.mark.parametrize(
    ("kind", "code"), [("agreement", "host_agreement"), ("course", "host_training")]
)
def test_a_new_edition_keeps_the_next_show_shut(
    kind: Any, code: str, ready: tuple[Plan, Actor]
) -> None:
    plan, by = ready
    spec = EditionSpec(kind=kind, number=1, title="第二版", text="第二版")
    hosts.publish_edition(spec=spec, by=by, now=NOW)
    ((red, detail),) = red_of(plan)
    assert red == code
    assert detail.startswith("小满 未")


@pytest.mark.row("LM-002")
def test_a_refused_document_keeps_everybody_off(ready: tuple[Plan, Actor]) -> None:
    plan, by = ready
    with pytest.raises(IdentityMismatch):
        hosts.verify_host(
            host_id=plan.show.host_id, id_number=GUEST, method="document", by=by, now=NOW
        )
    assert red_of(plan) == [("host_identity", "小满 核验未通过：证件与登记不符")]


def test_photographs_of_checks_are_deleted_and_results_stay(ready: tuple[Plan, Actor]) -> None:
    plan, _ = ready
    (one,) = reads.roster(plan.org_id, plan.show.id, now=NOW).people
    assert one.check is not None
    assert reads.check_photo(plan.org_id, one.check.id).startswith(b"\xff\xd8")
    with pytest.raises(NoSuchCheck):
        reads.check_photo(manager_of("dai").org_id, one.check.id)
    place, due = last_position(), NOW + dt.timedelta(days=30)
    assert actions.forget_check_photos(now=due - dt.timedelta(seconds=1)) == 0
    assert actions.forget_check_photos(now=due) == 1
    assert actions.forget_check_photos(now=due) == 0
    assert [entry.fact for entry in read(place)] == [CheckPhotosForgotten(check_ids=[one.check.id])]
    with pytest.raises(NoSuchCheck):
        reads.check_photo(plan.org_id, one.check.id)
    (after,) = reads.roster(plan.org_id, plan.show.id, now=NOW).people
    assert after.check is not None
    assert (after.check.result, after.check.has_photo) == ("match", False)


def test_the_roster_over_http(ready: tuple[Plan, Actor]) -> None:
    plan, by = ready
    desk = Desk(plan.org_id, "operations")
    at = f"/shows/{plan.show.id}/roster"
    guest = guest_of(by)
    assert desk.put(at, {"guests": [{"host_id": guest}]}, 409)["code"] == "affiliation_missing"
    affiliated(guest, by=by, now=NOW)
    assert desk.put(at, {"guests": [{"host_id": guest}]})["state"] == "stale"
    desk.put(at, {"guests": []})
    assert desk.post(f"{at}/send", {"sent_to": "抖音", "receipt": "D-7"})["sent"][0]["number"] == 2
    assert desk.download(f"{at}.xlsx").startswith(b"PK")
    Desk(plan.org_id, "service").get(at, 403)
    Desk(plan.org_id, "host").put(at, {"guests": []}, 403)
    Desk(manager_of("dai").org_id).get(at, 404)
    with pytest.raises(NoSuchShow):
        reads.roster(manager_of("eve").org_id, plan.show.id, now=NOW)
    assert SYSTEM(plan.org_id).kind == "system"


LINES = st.lists(
    st.builds(Listed, st.integers(1, 9), st.sampled_from(["host", "guest"]), st.text(), st.text()),
    max_size=6,
)


@given(LINES, LINES, st.randoms())
def test_equal_digests_are_equal_rosters(one: list[Listed], two: list[Listed], dice: Any) -> None:
    shuffled = list(one)
    dice.shuffle(shuffled)
    assert roster_digest(shuffled) == roster_digest(one)
    key = lambda line: (line.host_id, line.part, line.name, line.document_digest)  # noqa: E731
    assert (roster_digest(one) == roster_digest(two)) == (
        sorted(one, key=key) == sorted(two, key=key)
    )


def test_a_check_is_missing_until_there_is_one() -> None:
    assert check_state(None, portrait_id=1, hours=12, now=NOW) == "missing"
