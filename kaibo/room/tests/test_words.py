"""What the desk and staff say to a room, judged before anybody reads it."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from kaibo.base.errors import TextTooLong
from kaibo.catalog.tests.desk import Desk
from kaibo.compliance import reads as compliance
from kaibo.compliance.errors import WordsBlocked, WordsUnconfirmed
from kaibo.facts.compliance import FindingConfirmed
from kaibo.facts.room import NoticePinned
from kaibo.journal.reads import facts_of_show
from kaibo.promotions.tests.promoting import run
from kaibo.promotions.tests.shop import Shop
from kaibo.room import actions, reads
from kaibo.room.actions import Draft
from kaibo.room.errors import CountdownNotTrue, DiscountNotGiven, ScarcityNotTrue
from kaibo.room.tests.scene import Scene
from kaibo.room.tests.test_desk import NOW, desk, room_facts

pytestmark = pytest.mark.django_db


@pytest.mark.row("LM-037", "LM-038")
def test_a_notice_is_judged_before_anybody_reads_it(scene: Scene) -> None:
    """Blocked with the words, the rule and the article; only the finding stays."""
    with pytest.raises(WordsBlocked) as blocked:
        actions.pin_notice(**desk(scene, text="国家级品质，今晚见"))
    assert {name: blocked.value.data[name] for name in ("words", "rule_id", "article")} == {
        "words": "国家级", "rule_id": "C1.state-level", "article": "广告法第九条（三）",
    }  # fmt: skip
    assert "删改后再发" in blocked.value.message("zh")
    assert "leave out the words" in blocked.value.message("en")
    assert reads.board(scene.show_id) == reads.BoardView()
    assert room_facts(scene) == []
    (finding,) = compliance.findings(scene.org_id, scene.show_id)
    assert (finding.subject_kind, finding.subject_id, finding.surface, finding.action) == (
        "notice", scene.show_id, "title", "block",
    )  # fmt: skip
    assert (finding.state, finding.confirmed_by, finding.confirmed_reason) == ("open", None, "")


@pytest.mark.row("LM-037")
def test_a_notice_with_a_warning_goes_out_with_a_reason_of_its_own(scene: Scene) -> None:
    """Who and why stand with the finding and in the journal; a rule that blocks gives no choice."""
    text = "专柜价399，今晚见"
    with pytest.raises(WordsUnconfirmed) as asked:
        actions.pin_notice(**desk(scene, text=text))
    assert [hit["words"] for hit in asked.value.data["hits"]] == ["专柜价399"]
    assert reads.board(scene.show_id).notice == ""
    ana = replace(scene.by, reason="10 月门店小票已存档")
    actions.pin_notice(**{**desk(scene, text=text), "by": ana})
    assert reads.board(scene.show_id).notice == text
    (finding,) = compliance.findings(scene.org_id, scene.show_id)
    assert (finding.state, finding.confirmed_by, finding.confirmed_reason) == (
        "open", scene.by.id, "10 月门店小票已存档",
    )  # fmt: skip
    told = [e for e in facts_of_show(scene.show_id) if isinstance(e.fact, FindingConfirmed)]
    assert [(e.fact, e.actor) for e in told] == [
        (FindingConfirmed(finding.id, "10 月门店小票已存档"), f"person:{scene.by.id}")
    ]
    with pytest.raises(WordsBlocked):
        actions.pin_notice(**{**desk(scene, text="国家级品质"), "by": ana})
    # The shop's own contact is no diversion; another's is.
    actions.pin_notice(**desk(scene, text="客服电话400"))
    with pytest.raises(WordsBlocked) as led:
        actions.pin_notice(**desk(scene, text="加我微信 abc12345"))
    assert led.value.data["rule_id"].startswith("C7.")


@pytest.mark.row("LM-094")
def test_a_notice_does_not_promise_a_discount_that_nobody_gets(scene: Scene) -> None:
    """Held against what the link on air costs with everything on offer; unclear words are kept."""
    actions.pin_notice(**desk(scene, text="今晚五折"))
    actions.pop_link(**desk(scene, link_no=1))
    for text, words, claimed in (
        ("今晚5折", "5折", 4_950),
        ("Tonight HALF PRICE", "half price", 4_950),
        ("立减十元", "立减十元", 8_900),
        ("到手价98.99", "到手价98.99", 9_899),
    ):
        with pytest.raises(DiscountNotGiven) as refused:
            actions.pin_notice(**desk(scene, text=text))
        assert refused.value.data == {
            "words": words, "link_no": 1, "claimed_fen": claimed, "given_fen": 9_900,
        }  # fmt: skip
    assert "¥98.99；1 号链接算上所有优惠最低 ¥99.00" in refused.value.message("zh")
    assert "link 1 costs ¥99.00 at least" in refused.value.message("en")
    assert reads.board(scene.show_id).notice == "今晚五折"
    actions.pin_notice(**desk(scene, text="到手价99，第二件半价"))
    # On offer it is true, and is let out.
    scene.planned_sale()
    actions.pin_notice(**desk(scene, text="到手价69"))
    assert [f for f in room_facts(scene) if isinstance(f, NoticePinned)] == [
        NoticePinned(text="今晚五折", unjudged=["五折"]),
        NoticePinned(text="到手价99，第二件半价", unjudged=["半价"]),
        NoticePinned(text="到手价69"),
    ]


@pytest.mark.row("LM-037")
def test_what_staff_write_in_chat_is_the_shop_s_own_word(scene: Scene) -> None:
    """Judged as speech too: kept back until they say why, or for good; viewers' lines are not."""
    text = "专柜价399，今晚见"

    def post(person_id: int | None, text: str, because: str = "") -> tuple[str, bool]:
        draft = Draft(
            viewer_id=0 if person_id else 5, person_id=person_id, nickname="陈", text=text,
            kind="staff" if person_id else "viewer", at=NOW, because=because,
        )  # fmt: skip
        (done,) = actions.post_messages(
            org_id=scene.org_id, show_id=scene.show_id, drafts=[draft], now=NOW
        )
        return done.state, done.needs_reason

    assert post(None, text) == ("shown", False)
    assert compliance.findings(scene.org_id, scene.show_id) == []
    assert post(scene.by.id, text) == ("hidden", True)
    assert post(scene.by.id, text, "小票已存档") == ("warned", False)
    assert post(scene.by.id, "加我微信 abc12345", "熟客") == ("hidden", False)
    assert post(scene.by.id, "欢迎新来的家人") == ("shown", False)
    found = sorted(compliance.findings(scene.org_id, scene.show_id), key=lambda one: one.subject_id)
    assert [
        (one.confirmed_by, one.confirmed_reason) for one in found if one.rule_id.startswith("C11")
    ] == [(None, ""), (scene.by.id, "小票已存档")]
    assert {one.confirmed_by for one in found if one.rule_id.startswith("C7")} == {None}


@pytest.mark.row("LM-099")
def test_a_notice_does_not_say_that_less_is_left_than_there_is(scene: Scene) -> None:
    """Held against the link on air; with none on air nobody knows which is meant."""
    # With nothing on air nobody can tell; then a person says why.
    by = replace(scene.by, reason="清仓尾货")
    actions.pin_notice(**{**desk(scene, text="最后3单"), "by": by})
    actions.pop_link(**desk(scene, link_no=1))
    with pytest.raises(ScarcityNotTrue) as refused:
        actions.pin_notice(**desk(scene, text="仅剩三件，抓紧"))
    assert refused.value.data == {"words": "仅剩三件", "link_no": 1, "units_left": 10}
    assert reads.board(scene.show_id).notice == "最后3单"
    actions.pin_notice(**desk(scene, text="最后10单"))
    assert reads.board(scene.show_id).notice == "最后10单"


@pytest.mark.row("LM-098", "LM-099")
def test_a_notice_does_not_say_that_time_runs_out_before_it_does(scene: Scene) -> None:
    """Held against everything in the show that a clock ends; refused where nothing does."""
    with pytest.raises(CountdownNotTrue) as refused:
        actions.pin_notice(**desk(scene, text="最后5分钟，抓紧"))
    assert "没有任何优惠" in refused.value.message("zh")
    run(Shop(scene.by, sku_id=0), ends_at=NOW + timedelta(minutes=30))
    with pytest.raises(CountdownNotTrue) as refused:
        actions.pin_notice(**desk(scene, text="last 5 minutes"))
    assert refused.value.data["words"] == "last 5 minutes"
    assert reads.board(scene.show_id).notice == ""
    actions.pin_notice(**desk(scene, text="最后30分钟"))
    assert reads.board(scene.show_id).notice == "最后30分钟"


def test_the_reason_comes_in_a_header(scene: Scene) -> None:
    """Percent-encoded, for a header holds ASCII; too long a reason is refused."""
    client = Desk(scene.org_id, "operations").client
    path, words = f"/api/desk/shows/{scene.show_id}/notice", {"text": "专柜价399"}
    json = "application/json"
    asked = client.post(path, words, content_type=json)
    assert (asked.status_code, asked.json()["code"]) == (409, "words_unconfirmed")
    because = {"X-Kaibo-Reason": quote("小票已存档")}
    assert client.post(path, words, content_type=json, headers=because).status_code == 204
    found = compliance.findings(scene.org_id, scene.show_id)
    assert [one.confirmed_reason for one in found] == ["小票已存档"]
    long = client.post(path, words, content_type=json, headers={"X-Kaibo-Reason": "x" * 201})
    assert (long.status_code, long.json()["code"]) == (422, TextTooLong.code)
