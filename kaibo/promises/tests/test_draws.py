"""What is said of a draw, and the draw that is configured."""

import datetime as dt
from dataclasses import replace

import pytest

from kaibo.promises import reads
from kaibo.promises.judging import Configured, judge
from kaibo.promises.models import Promise
from kaibo.promises.promised import promises_in
from kaibo.promises.tests.stage import NOW, Show, after
from kaibo.promotions.actions import publish_draw, save_draw
from kaibo.promotions.reads import DrawConfigured, PrizeConfigured
from kaibo.promotions.rules import DrawSpec, Prize

DRAW = DrawConfigured(
    prizes=(PrizeConfigured("保湿面霜一瓶", 3), PrizeConfigured("iPhone 手机", 1)),
    audience="follower",
    audience_words=("粉丝（已关注）", "followers"),
    keyword="开播大吉",
    # 20:10 and 20:15 on the shop's clock.
    opens_at=NOW.replace(hour=12, minute=10),
    closes_at=NOW.replace(hour=12, minute=15),
    entries=100,
    at=NOW.replace(hour=12, minute=12),
)


@pytest.mark.row("LM-101")
@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("福袋奖品是保湿面霜", ["agrees"]),
        ("一等奖是iphone手机", ["agrees"]),
        ("头奖是金条十克", ["differs"]),
        ("抽三位送面霜", ["agrees", "agrees"]),
        ("抽10个人送面霜", ["differs", "agrees"]),
        ("一共四个名额，中奖的都有", ["agrees"]),
        ("中奖率百分之四", ["agrees"]),
        ("中奖率50%", ["differs"]),
        ("福袋人人有奖", ["differs"]),
        ("三分钟后开奖", ["agrees"]),
        ("一小时后开奖", ["differs"]),
        ("八点十五分开奖", ["agrees"]),
        ("20:15开奖", ["agrees"]),
        ("九点半抽奖", ["differs"]),
        ("关注主播就能参与抽奖", ["agrees"]),
        ("下单就能参与抽奖", ["differs"]),
        ("无门槛都可以参与抽奖", ["differs"]),
        ("扣“开播大吉”就能参与抽奖", ["agrees"]),
        ("扣666就能参与抽奖", ["differs"]),
        # No draw is spoken of, nothing is promised, or it is asked.
        ("抽纸买三提", []),
        ("这个抽屉送一把钥匙扣", []),
        ("怎么参与抽奖吗", []),
    ],
)
def test_what_is_said_of_a_draw(text: str, verdicts: list[str]) -> None:
    found = [
        one for one in promises_in(text, link_no=1) if one.kind not in ("gift", "price", "effect")
    ]
    of = Configured(draw=DRAW)
    assert [judge(one, of).verdict for one in found] == verdicts


def test_nobody_knows_odds_before_anybody_entered_and_no_draw_is_no_promise_kept() -> None:
    (odds,) = promises_in("中奖率50%", link_no=None)
    assert judge(odds, Configured(draw=replace(DRAW, entries=0))).verdict == "unknown"
    assert judge(odds, Configured()).verdict == "differs"


@pytest.mark.django_db
@pytest.mark.row("LM-101")
def test_what_the_host_says_stands_beside_the_published_draw(show: Show) -> None:
    spec = DrawSpec(
        show_id=show.id, title="开播福袋", audience="everyone", keyword="",
        prizes=(Prize(name="保湿面霜", value_fen=9_900, proof="店内标价", count=3),),
        opens_at=after(60), closes_at=after(360), claim_days=7, claim_how="在中奖页填写地址",
        organiser="ana商贸",
    )  # fmt: skip
    draft = save_draw(spec=spec, request_key="draw-1", by=show.by, now=NOW)
    assert show.say("福袋抽三位送面霜", at=5).differing == 2
    publish_draw(draw_id=draft.id, by=show.by, now=after(10))
    heard = show.say("福袋抽三位送面霜", "抽十位送金条", at=20)
    assert (heard.promises, heard.differing) == (4, 2)
    rows = Promise.objects.filter(said_at__gte=after(20)).order_by("pk")
    assert [(one.kind, one.link_no, one.verdict, one.configured_zh) for one in rows] == [
        ("winners", None, "agrees", "共 3 个名额：保湿面霜×3"),
        ("prize", None, "agrees", "奖品：保湿面霜×3"),
        ("winners", None, "differs", "共 3 个名额：保湿面霜×3"),
        ("prize", None, "differs", "奖品：保湿面霜×3"),
    ]
    open_ones = reads.corrections(show.org_id, show.id)
    assert {one.kind for one in open_ones} == {"winners", "prize"}
    assert {one.link_no for one in open_ones} == {None}
    due = {one.due_at - one.opened_at for one in open_ones}
    assert due == {dt.timedelta(minutes=15)}
