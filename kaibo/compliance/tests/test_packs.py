"""Packs are checked when they are loaded, and every article they cite can be opened."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kaibo.base.yamls import read_yaml
from kaibo.compliance import reads
from kaibo.compliance.errors import NoSuchArticle, NoSuchRule
from kaibo.compliance.rules.anchors import anchors
from kaibo.compliance.rules.packs import load_pack
from kaibo.compliance.rules.parts import BadPack
from tests.paths import DOCS, shared_data

GOOD = """
family: X1
version: "1"
title: {zh: 测试, en: Test}
law: 广告法
article: 第九条
from: 2020-01-01
severity: S2
actions: {script: block}
message: {zh: 不可。, en: Do not.}
fragments: {gap: "[^,]"}
rules:
  - id: X1.best
    patterns: ["最好{gap}{0,3}货"]
exemptions:
  - {id: e1, outcome: exempt, after: "^朋友"}
"""


def test_a_good_pack_loads() -> None:
    pack, rules = load_pack("x.yaml", GOOD)
    assert (pack.family, pack.version, str(pack.citation)) == ("X1", "1", "广告法第九条")
    assert [rule.id for rule in rules] == ["X1.best"]
    assert rules[0].anchors == {"最好"}
    assert [e.id for e in rules[0].exemptions] == ["e1"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("severity: S2", "severity: S2\ncolour: red", "x.yaml: pack: unknown key 'colour'"),
        ("severity: S2", "severity: S9", "x.yaml: X1.best: 'S9' is none of S1, S2, S3, S4"),
        ("from: 2020-01-01", "from: soon", "x.yaml: from: 'soon' is not a date (YYYY-MM-DD)"),
        (
            "from: 2020-01-01",
            "from: 2020-01-01\nto: 2019-01-01",
            "x.yaml: to: 2019-01-01 is before 2020-01-01",
        ),
        ("第九条", "9", "x.yaml: pack: article '9' must read like 第九条"),
        ("title: {zh: 测试, en: Test}", "title: 测试", "x.yaml: title: must have zh and en"),
        ("en: Do not.", "en: No", "x.yaml: X1.best: must have zh and en"),  # YAML reads a boolean
        ("{script: block}", "{poster: block}", "x.yaml: X1.best: 'poster' is none of"),
        ("{script: block}", "{script: burn}", "x.yaml: X1.best: 'burn' is none of"),
        ("{gap}{0,3}货", "{hole}货", "x.yaml: X1.best: unknown fragment hole"),
        ("{gap}{0,3}货", "(货", "x.yaml: X1.best: pattern '最好(货': missing )"),
        ("最好{gap}{0,3}货", "{gap}+", "x.yaml: X1.best: no literal is obligatory"),
        ("outcome: exempt", "outcome: maybe", "x.yaml: exemption e1: 'maybe' is none of"),
        (', after: "^朋友"', "", "x.yaml: exemption e1: needs one of before, after"),
        ("id: X1.best", "id: X1.best\n    exempt: [e9]", "x.yaml: X1.best: unknown exemption 'e9'"),
        ("rules:\n", "rules:\n  - {id: X1.best, keywords: [a]}\n", "X1.best: id is used twice"),
        ('patterns: ["最好{gap}{0,3}货"]', "verdict: violation", "needs patterns or keywords"),
        ("family: X1\n", "", "x.yaml: pack: needs family"),
        ("title: {zh", "title: {{zh", "x.yaml: not YAML"),
    ],
)
def test_a_bad_pack_says_where_and_why(old: str, new: str, problem: str) -> None:
    assert old in GOOD
    with pytest.raises(BadPack) as refused:
        load_pack("x.yaml", GOOD.replace(old, new, 1))
    assert problem in str(refused.value)


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(BadPack) as refused:
        load_pack("x.yaml", GOOD.replace("S2", "S9").replace("第九条", "九").replace("货", "(货"))
    assert len(refused.value.problems) == 3


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("(最好|顶级)的?[^,]{0,3}货", {"最好", "顶级"}),
        ("1[3-9]\\d{9}", {"1"}),
        ("(?<!客服)(微信|vx)(号)?是", {"微信号是", "微信是", "vx号是", "vx是"}),
        ("(不?好|x{2,3})y", {"不好", "好", "x"}),
        ("a|b", {"a", "b"}),
    ],
)
def test_anchors_are_what_a_match_cannot_lack(pattern: str, found: set[str]) -> None:
    if pattern.startswith("(不"):
        assert anchors(pattern) == {"y"}
    else:
        assert anchors(pattern) == found


def test_every_pattern_matches_only_where_an_anchor_stands() -> None:
    """The gate before the regexes loses nothing on any sentence that we know."""
    known = read_yaml((Path(__file__).parent / "lines.yaml").read_text("utf-8"))
    texts = [line for kinds in known.values() for lines in kinds.values() for line in lines]
    for found in reads.rulebook().rules:
        for pattern in found.patterns:
            for text in texts:
                match = pattern.search(text)
                assert match is None or any(anchor in text for anchor in found.anchors)


@pytest.mark.row("R-108")
def test_every_rule_opens_its_law() -> None:
    for found in reads.rulebook().rules:
        view = reads.rule(found.id)
        assert view.articles, found.id
        assert all(len(article.text) > 20 for article in view.articles)
        assert (view.articles[0].law, view.articles[0].article) == (
            found.citation.law,
            found.citation.article,
        )
        assert view.in_force_from.year >= 2014
        assert view.message_zh
        assert view.message_en


def test_verified_articles_read_as_in_the_law_database() -> None:
    path = shared_data("law_articles", "articles.jsonl")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    official = {(row["law"], row["article"]): row["text"] for row in rows}
    kept = reads.articles()
    assert [a for a in kept if a.verified and official.get((a.law, a.article)) != a.text] == []
    assert {a.law for a in kept if not a.verified} == {
        "广告绝对化用语执法指南",
        "网络直播营销管理办法（试行）",
    }


@pytest.mark.parametrize("number", ["第九条", "9", "第9条"])
def test_an_article_opens_by_either_number(number: str) -> None:
    article = reads.article("《广告法》", number)
    assert (article.law, article.article, article.verified) == ("广告法", "第九条", True)
    assert "国家级" in article.text


@pytest.mark.parametrize(
    ("law", "number"), [("广告法", "第九千条"), ("恶法", "9"), ("广告法", "0")]
)
def test_an_article_that_is_not_kept_is_refused(law: str, number: str) -> None:
    with pytest.raises(NoSuchArticle):
        reads.article(law, number)


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(NoSuchRule):
        reads.rule("C99.nothing")


def test_law_pages_are_current() -> None:
    done = subprocess.run(
        [sys.executable, DOCS / "law" / "build.py", "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_messages_are_complete_sentences() -> None:
    for found in reads.rulebook().rules:
        assert found.message.zh.endswith("。"), found.id
        assert found.message.en.endswith("."), found.id
        assert not re.search("[\u4e00-\u9fff]", found.message.en), found.id
