"""What words promise, and whether it is so; no database."""

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.promises.errors import CaptionsUnreadable
from kaibo.promises.judging import Configured, judge
from kaibo.promises.promised import link_named, promises_in
from kaibo.promises.rules.captions import Cue, read_captions
from kaibo.promises.rules.corrections import due_at
from kaibo.promotions.reads import GiftOffered, Given

SETTING = Configured(
    link_no=1,
    price_fen=6_900,
    given=Given(base_fen=9_900, lowest_fen=5_900, earlier_fen=6_500),
    day_price_fen=9_900,
    units_left=100,
    gifts=(GiftOffered("便携湿巾", 2),),
    ship_within_h=48,
    texts=("云南小粒咖啡豆", "产地云南保山，低脂"),
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("送货上门，送到家", []),
        ("送人也好看", []),
        ("这个包邮吗", []),
        ("是不是防水的", []),
        ("不防水", []),
        ("满99包邮", [("postage", "free", None, False)]),
        ("全国包邮", [("postage", "free", None, True)]),
        ("新疆不包邮", [("postage", "paid", None, True)]),
        ("运费10元", [("postage", "paid", None, True)]),
        ("下单送两包湿巾", [("gift", "湿巾", 2, True)]),
        ("再送一个价值99元的保温杯", [("gift", "保温杯", 1, True)]),
        ("买两件送一双袜子", [("gift", "袜子", 1, False)]),
        ("48小时内发货", [("date", "", 48, True)]),
        ("三天内给你们发", [("date", "", 72, True)]),
        ("今天就发货", [("date", "", 24, True)]),
        ("库存还有二十件", [("stock", "", 20, True)]),
        ("还剩两个颜色", []),
        ("来自山东的苹果", [("origin", "山东", None, True)]),
        ("来自我们工厂", []),
        ("云南原产", [("origin", "云南", None, True)]),
        ("美白又保湿", [("effect", "美白", None, True), ("effect", "保湿", None, True)]),
    ],
)
def test_what_is_promised(text: str, found: list[tuple[str, str, int | None, bool]]) -> None:
    named = [(one.kind, one.name, one.number, one.is_clear) for one in promises_in(text, link_no=1)]
    assert named == found


@pytest.mark.row("LM-055", "LM-095")
@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("今天只要69块", "agrees"),
        ("用券只要59元", "agrees"),
        ("今天只要58块", "differs"),
        ("今天只要79块", "differs"),
        ("原价99元", "agrees"),
        ("原价199元", "differs"),
        ("打六折", "agrees"),
        ("打五折", "differs"),
        ("立减40元", "agrees"),
        ("立减50元", "differs"),
        ("送两包湿巾", "agrees"),
        ("送三包湿巾", "differs"),
        ("送一个杯子", "differs"),
        ("包邮", "agrees"),
        ("邮费自理", "differs"),
        ("48小时内发货", "agrees"),
        ("三天内发货", "agrees"),
        ("24小时内发货", "differs"),
        ("最后100单", "agrees"),
        ("最后95单", "agrees"),
        ("最后3单", "differs"),
        ("还有500件", "differs"),
        ("产地云南", "agrees"),
        ("产地海南", "differs"),
        ("低脂", "agrees"),
        ("减肥", "differs"),
        ("第二件只要10元", "unknown"),
        ("2号链接只要10元", "unknown"),
        ("史低", "agrees"),
    ],
)
def test_promise_and_setting(text: str, verdict: str) -> None:
    (promised,) = promises_in(text, link_no=1)
    assert judge(promised, SETTING).verdict == verdict


@pytest.mark.parametrize(
    "text",
    ["只要59块", "打五折", "原价99元", "送湿巾", "48小时内发货", "最后3单", "产地云南", "保湿"],
)
def test_what_is_not_configured_is_never_judged(text: str) -> None:
    (promised,) = promises_in(text, link_no=1)
    assert judge(promised, Configured()).verdict == "unknown"


def test_of_the_past_a_lower_price_may_have_been_right() -> None:
    past = Configured(link_no=1, price_fen=6_900)
    verdicts = [
        judge(promise, past).verdict
        for text in ("只要59块", "只要69块", "只要79块")
        for promise in promises_in(text, link_no=1)
    ]
    assert verdicts == ["unknown", "agrees", "differs"]


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    for promised in promises_in(text, link_no=1):
        assert judge(promised, SETTING).verdict in ("agrees", "differs", "unknown")
    link_named(text)


def test_which_link_is_named() -> None:
    assert link_named("三号链接只要59") == 3
    assert link_named("１２号链接") == 12
    assert link_named("1号和2号") is None
    assert link_named("2号位的朋友") is None


def test_captions_of_both_kinds() -> None:
    vtt = b"\xef\xbb\xbfWEBVTT\n\n00:01.500 --> 00:03.000\n<v Ana>\xe5\x8c\x85\xe9\x82\xae\nx\n"
    srt = "1\r\n00:00:01,500 --> 00:00:03,000\r\n包邮\r\nx\r\n".encode()
    cue = Cue(dt.timedelta(seconds=1.5), dt.timedelta(seconds=3), "包邮 x")
    assert read_captions(vtt) == read_captions(srt) == [cue]


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"\xff\xfe\x00", b"WEBVTT\n\n", b"1\nxx --> yy\nhello\n"]
)
def test_what_are_no_captions(data: bytes) -> None:
    with pytest.raises(CaptionsUnreadable):
        read_captions(data)


@given(st.binary(max_size=400))
def test_any_file_is_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(CaptionsUnreadable):
        assert all(cue.text for cue in read_captions(data))


def test_grave_words_are_corrected_sooner() -> None:
    at = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    minutes = [(due_at(one, opened_at=at) - at).seconds // 60 for one in ("S1", "S2", "S3")]
    assert minutes == [5, 15, 60]
