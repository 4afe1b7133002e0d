"""Scripts and chat through the rules: what is touched, what is not, and why."""

import csv
import datetime as dt
import json
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.yamls import read_yaml
from kaibo.compliance import reads
from kaibo.compliance.errors import NoSuchSurface
from kaibo.compliance.rules.hits import SURFACES, Hit
from tests.paths import shared_data

LINES = read_yaml((Path(__file__).parent / "lines.yaml").read_text("utf-8"))
VERDICTS = read_yaml((Path(__file__).parent / "verdicts.yaml").read_text("utf-8"))
FAMILIES = [family for family in LINES if family != "clean"]


def lines(kinds: tuple[str, ...], families: list[str]) -> list[tuple[str, str]]:
    return [(f, line) for f in families for kind in kinds for line in LINES[f].get(kind, [])]


def live(text: str, surface: str = "script", **situation: object) -> list[Hit]:
    return [hit for hit in reads.scan(text, surface=surface, **situation) if hit.is_live]  # type: ignore[arg-type]


@pytest.mark.row("LM-064")
@pytest.mark.parametrize(("family", "line"), lines(("plain",), ["C1"]))
def test_an_absolute_claim_is_touched(family: str, line: str) -> None:
    assert [hit for hit in live(line) if hit.family == family]


@pytest.mark.row("LM-064")
@pytest.mark.parametrize(("family", "line"), lines(("harmless",), ["C1"]))
def test_a_word_that_does_not_praise_the_goods_is_left_alone(family: str, line: str) -> None:
    assert live(line) == []
    assert live(line, "chat") == []


@pytest.mark.parametrize(("family", "line"), lines(("plain", "disguised"), ["C7"]))
def test_diversion_is_touched_in_script_and_hidden_in_chat(family: str, line: str) -> None:
    assert [hit for hit in live(line) if hit.family == family]
    hidden = [hit for hit in live(line, "chat") if hit.family == family]
    assert {hit.action for hit in hidden} == {"hide"}
    assert all(hit.notify_viewers for hit in hidden)


@pytest.mark.parametrize(("family", "line"), lines(("harmless",), ["C7"]))
def test_ordinary_talk_of_contacts_is_left_alone(family: str, line: str) -> None:
    assert live(line, "chat") == []
    assert live(line) == []


@pytest.mark.parametrize(("family", "line"), lines(("plain", "disguised"), FAMILIES))
def test_every_family_finds_its_sentences(family: str, line: str) -> None:
    assert live(line)


@pytest.mark.parametrize(("family", "line"), lines(("harmless",), FAMILIES))
def test_every_family_leaves_its_harmless_sentences(family: str, line: str) -> None:
    assert [hit for hit in live(line) if hit.family == family] == []


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("line", LINES["clean"]["harmless"])
def test_clean_lines_touch_nothing_anywhere(line: str, surface: str) -> None:
    assert live(line, surface) == []


@pytest.mark.row("LM-065")
@pytest.mark.parametrize(
    ("text", "exemption"),
    [
        ("以最好的服务对待每一位家人，最优质的服务态度", "ABS23-5-1"),
        ("我们立志成为全国第一的面膜品牌", "ABS23-5-2"),
        ("你们是最棒的家人，最佳的一天", "ABS23-5-3"),
        ("这是我们品牌历年里最好用的一款面膜", "ABS23-6-1"),
        ("咖啡最佳冲泡水温是92度", "ABS23-6-2"),
        ("开封后冷藏三天口感最佳", "ABS23-6-2-tip"),
        ("这款橄榄油是特级初榨，执行标准GB/T 23347", "ABS23-6-3"),
        ("品牌名就叫最佳拍档", "ABS23-6-4"),
        ("“最佳拍档”牌饼干", "ABS23-6-4-mark"),
        ("工厂获评国家级高新技术企业", "ABS23-6-5"),
    ],
)
def test_an_exemption_lets_pass_and_cites_itself(text: str, exemption: str) -> None:
    hits = reads.scan(text, surface="script")
    assert exemption in {hit.suppressed_reason for hit in hits}
    assert [hit for hit in hits if hit.is_live] == []
    cited = {(hit.law, hit.article) for hit in hits if hit.suppressed_reason == exemption}
    article = "第五条" if exemption.startswith("ABS23-5") else "第六条"
    assert cited == {("广告绝对化用语执法指南", article)}


@pytest.mark.parametrize(
    "text",
    [
        "我们品牌的面膜就是全网最好的",
        "我们的目标已经实现了，现在是全国第一的面膜",
        "用最好的面膜，最好的产品，服务大家",
        "执行标准GB/T 23347，全国最好的橄榄油",
    ],
)
def test_an_exemption_does_not_cover_a_claim_about_the_market(text: str) -> None:
    assert reads.verdict_of(reads.scan(text, surface="script")) == "violation"


def test_sales_first_is_a_question_of_evidence_only_when_limited() -> None:
    bare = live("全国销量第一，卖爆了")
    assert {hit.verdict for hit in bare} == {"violation"}
    assert {(hit.law, hit.article) for hit in bare} == {("广告法", "第九条")}
    limited = live("2025年全国保温杯销量第一，数据来源某咨询公司报告")
    assert {hit.verdict for hit in limited} == {"needs_evidence"}
    assert ("广告绝对化用语执法指南", "第六条", "（六）") in {
        (hit.law, hit.article, hit.item) for hit in limited
    }
    assert all(hit.evidence for hit in limited)
    assert {hit.action for hit in limited} == {"evidence"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("千万别加主播微信", "negation"),
        ("加微信的都是骗子", "refuted"),
        ("这是不是最好的面膜", "question"),
        ("我们不能说是最好的面膜", "negation"),
    ],
)
def test_a_denied_claim_is_kept_but_does_not_count(text: str, reason: str) -> None:
    hits = reads.scan(text, surface="script")
    assert hits
    assert {hit.suppressed_reason for hit in hits} == {reason}


@pytest.mark.parametrize(
    "text",
    ["不能说是最好的面膜，但你懂的", "用了永远不反弹", "不走平台给你再减", "别去淘宝，加我微信"],
)
def test_a_wink_or_a_no_inside_the_claim_is_no_denial(text: str) -> None:
    assert live(text)


def test_own_contacts_are_no_diversion() -> None:
    text = "请加微信 kaibo-service01 或打 13800001111"
    assert {hit.rule_id for hit in live(text)} == {"C7.account", "C7.phone", "C23.phone"}
    allowed = reads.scan(text, surface="chat", allow=["KAIBO-service01", "１３８００００１１１１"])
    assert {hit.suppressed_reason for hit in allowed} == {"allow_list"}
    assert [hit.rule_id for hit in live(text, "chat", allow=["kaibo-service01"])] == ["C7.phone"]


@pytest.mark.parametrize(
    ("text", "rule_id"),
    [
        ("看这里 https://example.com/x", "C7.link"),
        ("t.me/abcdef 进来", "C7.link"),
        ("www.example.net 更便宜", "C7.link"),
        ("佳喂：sx111505", "C7.account"),
        ("加围 abc12345", "C7.account"),
        ("薇信: abc12345", "C7.contact-shown"),
        ("Q群 123456789", "C7.contact-shown"),
    ],
)
def test_accounts_and_links_are_hidden_from_chat(text: str, rule_id: str) -> None:
    hits = live(text, "chat")
    assert rule_id in {hit.rule_id for hit in hits}
    assert {hit.action for hit in hits} == {"hide"}


@pytest.mark.parametrize(
    "text",
    ["比例是 3.14159265358", "订单号：13812345678", "版本 v1.2.3", "要5.com左右？", "加v领的那件"],
)
def test_ordinary_numbers_are_no_contacts(text: str) -> None:
    assert live(text, "chat") == []


def test_the_shops_own_link_is_allowed() -> None:
    text = "详情见 https://shop.example.com/a"
    assert live(text, "chat", allow=["shop.example.com"]) == []


@pytest.mark.row("LM-067")
def test_health_savings_and_schooling_are_never_minor() -> None:
    text = "这是最好的产品"
    assert {hit.severity for hit in live(text, category="mug")} == {"S2"}
    assert {hit.severity for hit in live(text, category="tutoring")} == {"S1"}


def test_nobody_watches_a_rehearsal() -> None:
    hits = reads.scan("全网最好的面膜", surface="speech", rehearsal=True)
    assert {hit.suppressed_reason for hit in hits} == {"rehearsal"}


def test_a_rule_applies_from_its_day() -> None:
    text = "想要的加我微信"
    assert live(text, now=dt.date(2026, 1, 31)) == []
    assert live(text, now=dt.datetime(2026, 2, 1, tzinfo=dt.UTC))
    assert live(text, now=dt.date(2026, 2, 1))


def test_spans_point_at_what_was_typed() -> None:
    text = "家人们，最🌟好🌟的🌟面🌟膜，加 w e i x i n：abc12345"
    hits = live(text)
    assert [text[hit.span_start : hit.span_end] for hit in hits] == [hit.matched for hit in hits]
    assert {"最🌟好🌟的🌟面🌟膜", "加 w e i x i n"} <= {hit.matched for hit in hits}


def test_the_law_follows_the_goods() -> None:
    def cited(text: str) -> set[tuple[str, str]]:
        return {(hit.law, hit.article) for hit in live(text) if hit.family == "C3"}

    assert cited("这款压片糖果能治疗失眠") == {("食品安全法", "第七十三条")}
    assert cited("这瓶精华能治疗湿疹") == {("化妆品监督管理条例", "第四十三条")}
    assert cited("这个理疗仪能根治颈椎病") == {("广告法", "第十六条")}
    assert cited("这个枕头专治颈椎病") == {("广告法", "第十七条")}


@pytest.mark.row("LM-072", "LM-076", "LM-078", "LM-081", "LM-121")
@pytest.mark.parametrize(
    ("text", "rule_id", "harmless"),
    [
        ("某牌全是假货", "C13.denigration", "比上一代轻20克"),
        ("接近母乳的奶粉", "C4.breast-milk", "继续母乳喂养"),
        ("报我们的班包过", "C10.promised-result", "打包过来"),
        ("戴上就转运发财", "C14.superstition", "转运中心"),
        ("五星返3元", "C20.reviews", "晒单得积分，评价如实"),
    ],
)
def test_a_claim_is_refused_and_its_harmless_neighbour_is_not(
    text: str, rule_id: str, harmless: str
) -> None:
    hits = reads.scan(text, surface="script")
    assert [(hit.rule_id, hit.action) for hit in hits if hit.is_live] == [(rule_id, "block")]
    assert reads.scan(harmless, surface="script") == ()


def test_an_unknown_surface_is_refused() -> None:
    with pytest.raises(NoSuchSurface) as refused:
        reads.scan("最好的面膜", surface="poster")  # type: ignore[arg-type]
    assert refused.value.data == {"surface": "poster"}


@given(st.text(st.characters(exclude_categories=()), max_size=60), st.sampled_from(SURFACES))
def test_any_string_is_answered_twice_alike(text: str, surface: str) -> None:
    first = reads.scan(text, surface=surface)  # type: ignore[arg-type]
    assert first == reads.scan(text, surface=surface)  # type: ignore[arg-type]
    assert all(text[hit.span_start : hit.span_end] == hit.matched for hit in first)


def test_naughty_strings_are_answered() -> None:
    for text in json.loads(shared_data("blns", "blns.json").read_text("utf-8")):
        for surface in SURFACES:
            hits = reads.scan(text, surface=surface)
            assert all(text[hit.span_start : hit.span_end] == hit.matched for hit in hits)


@pytest.mark.parametrize(
    "unit",
    [
        "最好的面膜",
        "最",
        "国家",
        "1 ",
        "一",
        "加微",
        "w e i ",
        "国家发明",
        "第一",
        "v:a",
        "💚",
        "\u200b",
        "(",
        "销量",
    ],
)
def test_a_long_hostile_text_costs_little(unit: str) -> None:
    text = (unit * 20_000)[:20_000]
    started = time.process_time()
    reads.scan(text, surface="script")
    assert time.process_time() - started < 2.0


@pytest.mark.parametrize(
    ("verdict", "text"), [(v, text) for v, texts in VERDICTS.items() for text in texts]
)
def test_the_rulebook_as_a_whole_says(verdict: str, text: str) -> None:
    assert reads.verdict_of(reads.scan(text, surface="script")) == verdict


def test_the_known_sentences_are_judged_right() -> None:
    path = shared_data("adlaw_cases", "sentences.jsonl")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    answers = [reads.verdict_of(reads.scan(row["text"], surface="script")) for row in rows]
    wrong = [
        row["id"]
        for row, answer in zip(rows, answers, strict=True)
        if row["verdict"] != answer.replace("clear", "exempt")
    ]
    assert wrong == []


def test_real_harmless_chat_is_left_alone() -> None:
    with shared_data("bilibili_live_rooms", "events.csv").open(encoding="utf-8") as file:
        said = [r["text"] for r in csv.DictReader(file) if r["kind"] in ("danmaku", "super_chat")]
    reads.scan("", surface="chat")
    started = time.process_time()
    flagged = [text for text in said if live(text, "chat")]
    cost_us = (time.process_time() - started) / len(said) * 1e6
    assert len(flagged) / len(said) < 0.0005
    assert cost_us < 100  # measured about 11 on an idle core


def test_buyers_reviews_are_rarely_touched() -> None:
    path = shared_data("shopping_reviews_zh", "reviews.parquet")
    reviews = pq.read_table(path).column("review").to_pylist()[::5]
    flagged = [text for text in reviews if live(text, "chat")]
    assert len(flagged) / len(reviews) < 0.009
