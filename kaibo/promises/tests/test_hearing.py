"""What was said becomes rows: exact lines, promises, findings, and no second time."""

from typing import Any

import pytest

from kaibo.base.errors import TextMissing, TextTooLong
from kaibo.compliance.models import Finding, RoomRisk
from kaibo.facts.promises import LinesHeard, PromiseNoted
from kaibo.planning.actions import plan_show
from kaibo.planning.rules import ShowSpec
from kaibo.preflight.actions import close_show
from kaibo.promises import reads
from kaibo.promises.actions import Heard, Line, hear_captions
from kaibo.promises.errors import CaptionsUnreadable, SaidTooEarly, ShowNotStarted
from kaibo.promises.models import Correction, Promise, Utterance
from kaibo.promises.tests.stage import NOW, Show, after, make_show
from kaibo.room import actions as room
from kaibo.room.actions import Draft, hear_lines, start_explaining, stop_explaining

SCRIPT = (
    "欢迎来到直播间",
    "一号链接这瓶面霜，原价199元",
    "今天直播间只要99块",
    "全场包邮",
    "48小时内发货",
    "最后2单",
    "产地广东",
    "很保湿",
    "不要错过",
    "今天只要59块",  # wrong
    "邮费自理",  # wrong
    "今天就发货",  # wrong
    "最后500单",  # wrong
    "产地法国",  # wrong
    "送一个保温杯",  # wrong
    "产自广东广州",
    "99元带走",
    "包邮到家",
    "两天内发货",
    "这个能美白吗",
    "保湿很好",
    "到手价99元",
    "现在99块钱一瓶",
)


@pytest.mark.row("LM-055", "LM-095")
def test_twenty_claims_with_six_wrong_give_six_flags(show: Show) -> None:
    heard = show.say(*SCRIPT)
    assert heard == Heard(lines=23, promises=20, differing=6, findings=1)
    page = reads.promises(show.org_id, show.id)
    assert (page.total, page.verdicts) == (20, {"agrees": 14, "differs": 6})
    wrong = [(one.kind, one.words) for one in reversed(page.items) if one.verdict == "differs"]
    assert wrong == [
        ("price", "今天只要59块"),
        ("postage", "邮费自理"),
        ("date", "今天就发货"),
        ("stock", "最后500单"),
        ("origin", "产地法国"),
        ("gift", "送一个保温杯"),
    ]
    assert [one.wrong for one in reads.corrections(show.org_id, show.id)] == [
        words for _, words in reversed(wrong)
    ]
    price = next(one for one in page.items if one.words == "今天只要59块")
    assert (price.link_no, price.said_at, price.configured_zh, price.configured_en) == (
        1, after(14.5), "售价 99 元", "¥99",
    )  # fmt: skip
    (fact,) = show.facts(LinesHeard)
    assert (fact.source, len(fact.lines)) == ("typed", 23)
    # 最后2单 and 原价199元 want evidence and have it; 最后500单 stands.
    rows = Finding.objects.order_by("pk").values_list("rule_id", "confirmed_reason")
    proven = "承诺台账：与当时设置一致"
    assert list(rows) == [
        ("C11.base-price", proven), ("C6.last-units", proven), ("C6.last-units", ""),
    ]  # fmt: skip
    told = [fact for fact in show.facts(PromiseNoted) if fact.verdict == "differs"]
    assert [fact.words for fact in told] == [words for _, words in wrong]


def test_a_line_is_heard_once_at_one_moment(show: Show) -> None:
    first = show.say("全场包邮", "今天只要59块")
    assert (first.lines, first.promises) == (2, 2)
    assert show.say("全场包邮", "今天只要59块") == Heard(0, 0, 0, 0)
    assert show.say("全场包邮", at=30).lines == 1
    assert (Utterance.objects.count(), Promise.objects.count()) == (3, 3)
    # Said again while it is still to be corrected: a row of the ledger, no second correction.
    assert show.say("今天只要59块", at=40).differing == 1
    assert Correction.objects.count() == 1


@pytest.mark.row("LM-050")
def test_what_breaks_a_rule_on_air_is_a_finding_and_counts(show: Show) -> None:
    heard = show.say("这款面霜能治好湿疹", "加我微信下单")
    assert heard.findings >= 2
    rows = Finding.objects.filter(surface="speech", subject_kind="utterance").order_by("pk")
    assert {row.family for row in rows} >= {"C3", "C7"}
    assert RoomRisk.objects.get(show_id=show.id).score > 0
    assert {one.kind for one in reads.corrections(show.org_id, show.id)} == {"rule"}


@pytest.mark.parametrize("at", [-5, 600])
def test_nothing_is_said_outside_the_show(show: Show, at: float) -> None:
    line = Line(after(at), after(at), "包邮")
    with pytest.raises(SaidTooEarly):
        hear_lines(**show.here, lines=[line], source="typed", by=show.by, now=after(60))
    assert Utterance.objects.count() == 0


def test_lines_are_text(show: Show) -> None:
    with pytest.raises(TextMissing):
        show.say("包邮", " ")
    with pytest.raises(TextTooLong):
        show.say("长" * 501)
    assert Utterance.objects.count() == 0


def test_captions_speak_of_the_link_on_air_at_their_moment(show: Show) -> None:
    """Of the past the price that stood is known; a gift that ran then is not."""
    stop_explaining(**show.here, by=show.by, now=after(60))
    start_explaining(**show.here, link_no=2, by=show.by, now=after(120))
    vtt = """WEBVTT

00:10.000 --> 00:12.000
今天只要99块，送一个保温杯

01:30.000 --> 01:31.000
今天只要99块

02:10.000 --> 02:11.000
今天只要99块
""".encode()
    now = after(3_600)
    close_show(**show.here, by=show.by, now=now)
    given: dict[str, Any] = {"data": vtt, "begins_at": None, "by": show.by, "now": now}
    assert hear_captions(**show.here, **given) == Heard(3, 4, 0, 0)
    rows = Promise.objects.order_by("pk").values_list("link_no", "kind", "verdict")
    assert list(rows) == [
        (1, "price", "agrees"),
        (1, "gift", "unknown"),
        (None, "price", "unknown"),
        (2, "price", "unknown"),
    ]
    assert hear_captions(**show.here, **given) == Heard(0, 0, 0, 0)
    late = {**given, "begins_at": after(3_590)}
    with pytest.raises(SaidTooEarly):
        hear_captions(**show.here, **late)
    with pytest.raises(CaptionsUnreadable):
        hear_captions(**show.here, **{**given, "data": b"hello"})


def test_a_show_that_has_not_begun_hears_nothing(show: Show) -> None:
    spec = ShowSpec(
        title="明天", host_id=show.plan.show.host_id, starts_at=after(86_400), planned_minutes=60
    )
    draft = plan_show(spec=spec, by=show.by, now=NOW)
    here: dict[str, Any] = {
        "org_id": show.org_id,
        "show_id": draft.id,
        "by": show.by,
        "now": after(5),
    }
    with pytest.raises(ShowNotStarted):
        hear_lines(**here, lines=[Line(NOW, NOW, "包邮")], source="typed")
    with pytest.raises(ShowNotStarted):
        hear_captions(**here, data=b"WEBVTT\n\n00:01.000 --> 00:02.000\nx\n", begins_at=None)


@pytest.mark.row("LM-095")
def test_notices_and_chat_of_staff_are_held_to_the_settings(show: Show) -> None:
    room.pin_notice(**show.here, text="邮费自理，产地法国", by=show.by, now=after(5))
    drafts = [
        Draft(
            viewer_id=0, nickname="客服", kind="staff", text="送一个保温杯", at=after(6),
            person_id=show.by.id,
        ),
        Draft(viewer_id=7, nickname="bo", kind="viewer", text="送一个保温杯", at=after(6)),
    ]  # fmt: skip
    posted = room.post_messages(**show.here, drafts=drafts, now=after(6))
    rows = Promise.objects.order_by("pk").values_list("source", "source_id", "kind", "verdict")
    assert list(rows) == [
        ("notice", show.id, "postage", "differs"),
        ("notice", show.id, "origin", "differs"),
        ("chat", posted[0].message_id, "gift", "differs"),
    ]
    assert Correction.objects.count() == 3


def test_another_shop_sees_nothing_of_it(show: Show) -> None:
    show.say("今天只要59块")
    other = make_show("bo")
    assert reads.promises(other.org_id, show.id).total == 0
    assert reads.corrections(other.org_id, show.id) == []
    assert list(reads.utterances(other.org_id, show.id)) == []


def test_the_newest_lines_in_their_order(show: Show) -> None:
    show.say("一", "二", "三")
    assert [one.text for one in reads.newest_utterances(show.org_id, show.id)] == ["一", "二", "三"]
    between = reads.utterances(show.org_id, show.id, since=after(10.5), until=after(11))
    assert [one.text for one in between] == ["二"]
