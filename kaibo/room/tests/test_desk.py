"""The desk's buttons and reports: exact rows, exact facts, refusals that change nothing."""

import datetime as dt
from typing import Any

import pytest
from django.apps import apps

from kaibo.base.actor import Actor
from kaibo.base.errors import NotFound, NumberOutOfRange, Refusal, TextMissing, TextTooLong
from kaibo.facts.base import Fact
from kaibo.facts.room import (
    ExplainingStarted,
    ExplainingStopped,
    HostTold,
    LinkPopped,
    MessageHidden,
    MessagesPosted,
    NoticePinned,
    OffPlatformWarned,
    ReportFiled,
    ViewerMuted,
    ViewerUnmuted,
)
from kaibo.journal.reads import facts_of_show
from kaibo.promotions.errors import NoSuchLink
from kaibo.room import actions, reads
from kaibo.room.actions import Draft
from kaibo.room.errors import (
    NoSuchMessage,
    NoSuchSubject,
    NoSuchViewer,
    NotExplaining,
    ReportWaits,
)
from kaibo.room.tests.scene import Scene, make_scene

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


def desk(scene: Scene, **more: Any) -> dict[str, Any]:
    """What every button is pressed with."""
    return {
        "org_id": scene.org_id,
        "show_id": scene.show_id,
        "by": scene.by,
        "now": NOW,
        **more,
    }


def room_facts(scene: Scene) -> list[Fact]:
    """What the room told, in order."""
    return [e.fact for e in facts_of_show(scene.show_id) if e.tag.startswith("room.")]


def after(seconds: float) -> dt.datetime:
    """A moment after ``NOW``."""
    return NOW + dt.timedelta(seconds=seconds)


def test_popping_puts_a_link_on_the_shelf(scene: Scene) -> None:
    """The planned link is listed, its price still hidden; the board and one fact say so."""
    popped = actions.pop_link(**desk(scene, link_no=2))
    assert (popped.state, popped.price_fen) == ("listed", None)
    assert reads.board(scene.show_id).popped_link_no == 2
    assert room_facts(scene) == [LinkPopped(link_no=2)]


def test_popping_what_is_not_there_changes_nothing(scene: Scene) -> None:
    """No link 9, no board, no fact."""
    with pytest.raises(NoSuchLink):
        actions.pop_link(**desk(scene, link_no=9))
    assert reads.board(scene.show_id) == reads.BoardView()
    assert room_facts(scene) == []


def test_one_link_is_explained_at_a_time(scene: Scene) -> None:
    """Starting another ends the first; starting the same again keeps its start."""
    actions.start_explaining(**desk(scene, link_no=1))
    actions.start_explaining(**{**desk(scene, link_no=1), "now": after(30)})
    board = reads.board(scene.show_id)
    assert (board.explaining_link_no, board.explaining_since) == (1, NOW)
    actions.start_explaining(**{**desk(scene, link_no=2), "now": after(60)})
    board = reads.board(scene.show_id)
    assert (board.explaining_link_no, board.explaining_since) == (2, after(60))
    actions.stop_explaining(**desk(scene))
    board = reads.board(scene.show_id)
    assert (board.explaining_link_no, board.explaining_since) == (None, None)
    with pytest.raises(NotExplaining):
        actions.stop_explaining(**desk(scene))
    assert room_facts(scene) == [
        ExplainingStarted(link_no=1),
        ExplainingStopped(link_no=1),
        ExplainingStarted(link_no=2),
        ExplainingStopped(link_no=2),
    ]


def test_notice_and_host_note_are_kept_and_told(scene: Scene) -> None:
    """Trimmed; empty takes them away; too long changes nothing."""
    actions.pin_notice(**desk(scene, text=" 今晚8点半开奖 "))
    actions.tell_host(**desk(scene, text="<b>慢</b>"))
    board = reads.board(scene.show_id)
    assert (board.notice, board.host_note) == ("今晚8点半开奖", "<b>慢</b>")
    with pytest.raises(TextTooLong):
        actions.pin_notice(**desk(scene, text="字" * 201))
    actions.pin_notice(**desk(scene, text=""))
    assert reads.board(scene.show_id).notice == ""
    assert room_facts(scene) == [
        NoticePinned(text="今晚8点半开奖"),
        HostTold(text="<b>慢</b>"),
        NoticePinned(text=""),
    ]


def test_a_mute_has_an_end_and_can_be_lifted(scene: Scene) -> None:
    """Five minutes, then longer, then none."""
    viewer_id, _ = scene.viewer()
    assert actions.mute_viewer(**desk(scene, viewer_id=viewer_id, minutes=5)) == after(300)
    assert actions.mute_viewer(**desk(scene, viewer_id=viewer_id, minutes=60)) == after(3600)
    (mute,) = reads.mutes(scene.show_id, now=after(3599))
    assert (mute.viewer_id, mute.until) == (viewer_id, after(3600))
    assert reads.mutes(scene.show_id, now=after(3600)) == []
    assert actions.mute_viewer(**desk(scene, viewer_id=viewer_id, minutes=0)) is None
    assert reads.mutes(scene.show_id, now=NOW) == []
    with pytest.raises(NoSuchViewer):
        actions.mute_viewer(**desk(scene, viewer_id=10**9, minutes=5))
    with pytest.raises(NumberOutOfRange):
        actions.mute_viewer(**desk(scene, viewer_id=viewer_id, minutes=-1))
    assert room_facts(scene) == [
        ViewerMuted(viewer_id=viewer_id, until_at=after(300)),
        ViewerMuted(viewer_id=viewer_id, until_at=after(3600)),
        ViewerUnmuted(viewer_id=viewer_id),
    ]


def said(text: str, *, viewer_id: int = 7) -> Draft:
    """A viewer's line."""
    return Draft(viewer_id=viewer_id, nickname="bo", kind="viewer", text=text, at=NOW)


def post(scene: Scene, *texts: str, at: dt.datetime = NOW) -> list[actions.Posted]:
    """Post a batch."""
    return actions.post_messages(
        org_id=scene.org_id, show_id=scene.show_id, drafts=[said(t) for t in texts], now=at
    )


def test_a_batch_is_judged_line_by_line(scene: Scene) -> None:
    """Harmless ones are shown, the diversion is hidden with its article; ids rise."""
    posted = post(scene, "好看", "加微信 abc12345 拿货", "多少钱")
    assert [p.state for p in posted] == ["shown", "hidden", "shown"]
    assert posted[0].article == ""
    assert "条" in posted[1].article
    ids = [p.message_id for p in posted]
    assert ids == sorted(ids)
    rows = reads.messages(scene.show_id)
    assert [(m.text, m.state, bool(m.rule_id)) for m in rows] == [
        ("好看", "shown", False),
        ("加微信 abc12345 拿货", "hidden", True),
        ("多少钱", "shown", False),
    ]
    told, warned = room_facts(scene)
    assert isinstance(told, MessagesPosted)
    assert [(m.message_id, m.state) for m in told.messages] == [
        (p.message_id, p.state) for p in posted
    ]
    assert warned == OffPlatformWarned(message_id=ids[1], article=posted[1].article)


@pytest.mark.row("LM-051")
@pytest.mark.row("R-129")
@pytest.mark.parametrize(
    "text",
    [
        "加微信 abc12345 拿货",
        "加薇❤信 abc12345",
        "vx：abc12345 私聊低价",
        "加 V X abc12345 便宜",
        "加徽信 abc12345 返现",
        "加我威信abc12345",
        "加Q群 12345678 有优惠",
    ],
)
def test_every_way_to_lead_buyers_away_raises_the_banner(scene: Scene, text: str) -> None:
    """The line is hidden, and the whole room is to be warned with the article."""
    (posted,) = post(scene, text)
    assert posted.state == "hidden"
    (warned,) = scene.facts(OffPlatformWarned)
    assert warned == OffPlatformWarned(message_id=posted.message_id, article=posted.article)


def test_the_room_is_warned_once_a_minute(scene: Scene) -> None:
    """Three diversions: two warnings, sixty seconds apart."""
    for seconds in (0, 59, 60):
        post(scene, "加微信 abc12345 拿货", at=after(seconds))
    assert len(scene.facts(OffPlatformWarned)) == 2


def test_a_shops_own_contact_is_no_diversion(scene: Scene) -> None:
    """What is registered may be named."""
    drafts = [said("客服电话 4008123456 吗")]
    (posted,) = actions.post_messages(
        org_id=scene.org_id,
        show_id=scene.show_id,
        drafts=drafts,
        now=NOW,
        allow=("4008123456",),
    )
    assert posted.state == "shown"


def test_hiding_keeps_the_line(scene: Scene) -> None:
    """Off the screens, still in the table; repeating tells nothing new."""
    (posted,) = post(scene, "好看")
    for _ in range(2):
        actions.hide_message(**desk(scene, message_id=posted.message_id, reason="跑题"))
    (row,) = reads.messages(scene.show_id)
    assert (row.text, row.state) == ("好看", "hidden")
    assert scene.facts(MessageHidden) == [
        MessageHidden(message_id=posted.message_id, reason="跑题")
    ]
    with pytest.raises(NoSuchMessage):
        actions.hide_message(**desk(scene, message_id=10**9, reason=""))


@pytest.mark.parametrize(
    ("press", "more"),
    [
        (actions.pop_link, {"link_no": 1}),
        (actions.start_explaining, {"link_no": 1}),
        (actions.stop_explaining, {}),
        (actions.pin_notice, {"text": "x"}),
        (actions.tell_host, {"text": "x"}),
        (actions.mute_viewer, {"viewer_id": 1, "minutes": 1}),
        (actions.hide_message, {"message_id": 1, "reason": ""}),
    ],
)
def test_nobody_presses_another_shops_buttons(
    scene: Scene, press: Any, more: dict[str, Any]
) -> None:
    """Every button of a show is its organisation's alone."""
    stranger = make_scene("dai")
    with pytest.raises((NotFound, Refusal)) as refused:
        press(**{**desk(scene, **more), "org_id": stranger.org_id, "by": stranger.by})
    assert refused.value.http_status == 404
    assert room_facts(scene) == []


def report(scene: Scene, **more: Any) -> actions.Receipt:
    """A viewer reports."""
    viewer_id, _ = scene.viewer()
    by = Actor("viewer", viewer_id, scene.org_id)
    values: dict[str, Any] = {"subject": "room", "subject_id": 0, "reason": "夸大宣传", **more}
    return actions.file_report(show_id=scene.show_id, by=by, now=NOW, **values)


def test_a_report_gets_a_number_and_a_deadline(scene: Scene) -> None:
    """Message, product, viewer, room; the same again names the open one."""
    (posted,) = post(scene, "好看")
    viewer_id, _ = scene.viewer("wu")
    subjects = [("room", 0), ("product", 1), ("message", posted.message_id), ("viewer", viewer_id)]
    receipts = [report(scene, subject=s, subject_id=n) for s, n in subjects]
    assert len({receipt.number for receipt in receipts}) == 4
    assert {receipt.due_at for receipt in receipts} == {NOW + dt.timedelta(days=3)}
    with pytest.raises(ReportWaits) as waits:
        report(scene)
    assert waits.value.data == {"number": receipts[0].number}
    filed = scene.facts(ReportFiled)
    assert [(fact.subject, fact.subject_id) for fact in filed] == subjects
    assert apps.get_model("room", "Report").objects.count() == 4


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"reason": "  "}, TextMissing),
        ({"reason": "字" * 501}, TextTooLong),
        ({"subject": "message", "subject_id": 10**9}, NoSuchSubject),
        ({"subject": "viewer", "subject_id": 10**9}, NoSuchSubject),
        ({"subject": "product", "subject_id": 99}, NoSuchLink),
        ({"subject": "room", "subject_id": 5}, NoSuchSubject),
    ],
)
def test_a_report_of_nothing_is_refused(
    scene: Scene, more: dict[str, Any], refusal: type[Refusal]
) -> None:
    """Nothing is written."""
    with pytest.raises(refusal):
        report(scene, **more)
    assert apps.get_model("room", "Report").objects.count() == 0
    assert scene.facts(ReportFiled) == []


class TestHttp:
    """The same through HTTP."""

    def enter(self, client: Any, code: str, **body: Any) -> Any:
        """Enter a room."""
        values = {"device": "d" * 20, "nickname": "bo", **body}
        return client.post(f"/api/rooms/{code}/enter", values, content_type="application/json")

    def test_rooms_show_the_seller(self, client: Any, scene: Scene) -> None:
        """Anybody sees the room, its host and who really sells."""
        room = client.get(f"/api/rooms/{scene.show.code}").json()
        assert room["title"] == "双11"
        assert room["state"] == "soon"
        assert room["host"] == {"name": "安安", "avatar_url": ""}
        assert room["seller"] == {
            "name": "ana商贸",
            "licence_no": "91310000X",
            "address": "上海",
            "contact": "400",
        }
        assert room["picture"]["playlist"] == f"/live/{scene.show.code}/index.m3u8"
        assert client.get("/api/rooms/nosuchroom").status_code == 404
        assert client.get("/api/rooms/%00%ff").status_code == 404

    def test_the_same_device_is_the_same_viewer(self, client: Any, scene: Scene) -> None:
        """Entering twice: one viewer, two tickets."""
        first = self.enter(client, scene.show.code).json()
        second = self.enter(client, scene.show.code).json()
        assert first["viewer"] == second["viewer"]
        assert first["show_id"] == scene.show_id
        assert first["socket"] == "/ws"
        assert self.enter(client, scene.show.code, device="short").status_code == 422
        scene.is_now("ended")
        assert self.enter(client, scene.show.code).status_code == 410

    def test_a_viewer_reports_and_a_stranger_does_not(self, client: Any, scene: Scene) -> None:
        """The ticket is the key."""
        token = self.enter(client, scene.show.code).json()["token"]
        path = f"/api/rooms/{scene.show.code}/reports"
        body = {"subject": "product", "subject_id": 1, "reason": "图文不符"}
        head = {"content_type": "application/json", "HTTP_AUTHORIZATION": f"Bearer {token}"}
        answer = client.post(path, body, **head)
        assert answer.status_code == 201
        assert answer.json()["number"].startswith("J")
        assert client.post(path, body, **head).json()["code"] == "report_waits"
        assert client.post(path, body, content_type="application/json").status_code == 401
        other = make_scene("dai")
        assert client.post(f"/api/rooms/{other.show.code}/reports", body, **head).status_code == 404

    def test_the_desk_opens_and_presses(self, client: Any, scene: Scene) -> None:
        """A signed-in operator sees everything, pops, pins; a stranger's show is not there."""
        person = apps.get_model("access", "Person").objects.get(pk=scene.by.id)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        base = f"/api/desk/shows/{scene.show_id}"
        room = client.get(f"{base}/room").json()
        assert [link["link_no"] for link in room["links"]] == [1, 2]
        assert room["show"]["code"] == scene.show.code
        json = "application/json"
        popped = client.post(f"{base}/pop", {"link_no": 2}, content_type=json)
        assert (popped.status_code, popped.json()["state"]) == (200, "listed")
        notice = client.post(f"{base}/notice", {"text": "好"}, content_type=json)
        assert notice.status_code == 204
        explaining = client.post(f"{base}/explaining", {"link_no": 2}, content_type=json)
        assert explaining.status_code == 204
        assert client.delete(f"{base}/explaining").status_code == 204
        assert client.delete(f"{base}/explaining").json()["code"] == "not_explaining"
        assert client.post(f"{base}/socket-token").json()["token"]
        board = client.get(f"{base}/room").json()["board"]
        assert (board["notice"], board["popped_link_no"]) == ("好", 2)
        other = make_scene("dai")
        assert client.get(f"/api/desk/shows/{other.show_id}/room").status_code == 404
        assert client.post(f"/api/desk/shows/{other.show_id}/socket-token").status_code == 404
        bad = client.post(f"{base}/pop", {"link_no": "x"}, content_type=json)
        assert bad.status_code == 422

    def test_signed_out_presses_nothing(self, client: Any, scene: Scene) -> None:
        """Every desk route asks who it is."""
        base = f"/api/desk/shows/{scene.show_id}"
        for path in ("pop", "explaining", "notice", "host-note", "mutes", "socket-token"):
            answer = client.post(f"{base}/{path}", {}, content_type="application/json")
            assert answer.status_code in (401, 403), path
        assert client.get(f"{base}/room").status_code in (401, 403)
        assert room_facts(scene) == []
