"""Packs that an organisation adds: they add and tighten, and take nothing away from the law."""

import datetime as dt
from typing import Any

import pytest
import yaml

from kaibo.base.actor import Actor
from kaibo.compliance import actions, reads
from kaibo.compliance.actions import WordEntry
from kaibo.compliance.errors import NoSuchPack, NothingToUndo, PackChanged, PackRefused
from kaibo.compliance.models import PackVersion
from kaibo.compliance.reads.packs import changes, packs, preview, versions, words_of
from kaibo.compliance.rules.diffs import Difference, differences
from kaibo.compliance.rules.floors import FLOOR, check_floor, weakened
from kaibo.compliance.rules.parts import BadPack
from kaibo.compliance.rules.scan import Rulebook
from kaibo.compliance.tests.conftest import NOW
from kaibo.facts.compliance import PackLoaded
from kaibo.journal.reads import read

pytestmark = pytest.mark.django_db


def pack(**changes: Any) -> str:
    """A platform's pack of one word that titles may not have."""
    data: dict[str, Any] = {
        "family": "DY",
        "version": "2026.1",
        "layer": "platform",
        "group": "platform",
        "title": {"zh": "某平台规则", "en": "Rules of a platform"},
        "law": "某平台规则",
        "article": "3.2",
        "from": dt.date(2026, 1, 1),
        "severity": "S2",
        "actions": {"title": "block", "chat": "hide"},
        "message": {"zh": "平台不许这样说。", "en": "The platform does not allow this."},
        "rules": [{"id": "DY.1", "keywords": ["年终甩卖"]}],
    }
    return yaml.safe_dump({k: v for k, v in (data | changes).items() if v is not None})


def problems(source: str, by: Actor) -> list[str]:
    """Why it is refused; nothing is written."""
    with pytest.raises(PackRefused) as refused:
        actions.save_pack(source=source, number=0, by=by, now=NOW)
    assert not PackVersion.objects.exists()
    found: list[str] = refused.value.data["problems"]
    assert preview(by.org_id, source).problems == found
    return found


def hits(text: str, org_id: int, surface: Any = "title") -> list[tuple[str, str]]:
    book = reads.rulebook_of(org_id)
    return [(hit.rule_id, hit.action) for hit in reads.scan(text, surface=surface, book=book)]


@pytest.mark.row("LM-026")
@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"layer": "law"}, "layer"),
        ({"exemptions": [{"id": "x", "clause": "x"}]}, "cannot exempt"),
        ({"stance": ["negation"]}, "cannot excuse"),
        ({"routes": []}, "which law applies"),
        ({"family": "C22"}, "ships with Kaibo"),
        ({"rules": [{"id": "DY.1", "patterns": [".*"]}]}, "no patterns"),
        ({"rules": [{"id": "C22.1", "keywords": ["仿真枪"]}]}, "must begin with DY."),
        ({"rules": [{"id": "DY.1", "keywords": ["枪"]}]}, "2 to 40 characters"),
        ({"rules": [{"id": "DY.1", "keywords": ["清仓"], "retention": "R1L"}]}, "below the floor"),
        ({"stricter": [{"rule": "C22.nothing"}]}, "no rule"),
        ({"stricter": [{"rule": "C7.wechat", "remove": ["微信"]}]}, "cannot be removed"),
        ({"stricter": [{"rule": "C7.wechat", "severity": "S4"}]}, "severity S4 is below"),
        ({"stricter": [{"rule": "C7.wechat", "actions": {"chat": "record"}}]}, "weaker than"),
        ({"stricter": [{"rule": "C7.wechat", "retention": "R2L"}]}, "shorter than"),
    ],
)
def test_what_weakens_the_law_is_refused_with_its_place(
    ana: Actor, change: dict[str, Any], why: str
) -> None:
    if "C7.wechat" in str(change):
        rule = next(one for one in reads.rulebook().rules if one.pack.family == "C7")
        change["stricter"][0]["rule"] = rule.id
    found = problems(pack(**change), ana)
    assert any(why in problem for problem in found), found


ALIASES = "x0: &b0 [l]\n" + "".join(
    f"x{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 9)}]\n" for n in range(1, 12)
)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (pack(actions=5), "actions must name surfaces"),
        (pack(actions=[["title"]]), "actions must name surfaces"),
        (pack(rules=[{"id": "DY.1", "keywords": ["清仓"], "actions": "block"}]), "must name"),
        (pack(rules=[{"id": "DY.1", "keywords": ["清仓"], "surfaces": 5}]), "list of texts"),
        (pack(retention=None) + "retention: 0x" + "F" * 9_000, "huge number"),
        (pack() + "kept: " + "[" * 20 + "]" * 20, "deeper than 8"),
        (ALIASES + pack(severity=None) + "severity: *b11", "aliases are not read"),
    ],
)
def test_what_is_malformed_is_refused_and_never_written_out(
    ana: Actor, source: str, why: str
) -> None:
    """The aliases would be 31 thousand million letters in the message that refuses them."""
    found = problems(source, ana)
    assert any(why in problem for problem in found), found
    assert len("".join(found)) < 2_000


@pytest.mark.row("LM-026")
def test_the_floor_is_held_against_what_the_whole_rulebook_does() -> None:
    """Take a family away, as a broken or forged pack would, and the rulebook does not load."""
    book = reads.rulebook()
    assert weakened(book) == []
    for family in {family for family, *_ in FLOOR}:
        rest = [rule for rule in book.rules if rule.pack.family != family]
        by_pack: dict[str, Any] = {}
        for rule in rest:
            by_pack.setdefault(rule.pack.family, (rule.pack, []))[1].append(rule)
        less = Rulebook(
            [(one, tuple(rules)) for one, rules in by_pack.values()], lexicon=reads.lexicon()
        )
        with pytest.raises(BadPack) as refused:
            check_floor(less)
        assert all(problem.startswith(f"{family}:") for problem in refused.value.problems)


@pytest.mark.row("R-108")
def test_a_pack_counts_from_the_next_text_on_for_its_own_shop_alone(ana: Actor, dai: Actor) -> None:
    text = "年终甩卖"
    assert hits(text, ana.org_id) == []
    made = actions.save_pack(source=pack(), number=0, by=ana, now=NOW)
    assert (made.family, made.number, made.is_current) == ("DY", 1, True)
    assert hits(text, ana.org_id) == [("DY.1", "block")]
    assert hits(text, ana.org_id, "chat") == [("DY.1", "hide")]
    assert hits(text, dai.org_id) == []
    # Disguised like any word of the law's packs.
    assert hits("年 终 甩 卖", ana.org_id) == [("DY.1", "block")]
    listed = [one for one in packs(ana.org_id) if one.layer == "platform"]
    assert [(one.family, one.number, one.rules, one.problems) for one in listed] == [
        ("DY", 1, 1, [])
    ]
    assert len(packs(dai.org_id)) == len(packs(ana.org_id)) - 1
    gone = actions.withdraw_pack(family="DY", number=1, by=ana, now=NOW)
    assert (gone.number, gone.source) == (2, "")
    assert hits(text, ana.org_id) == []
    back = actions.undo_pack(family="DY", number=2, by=ana, now=NOW)
    assert (back.number, back.again) == (3, 1)
    assert hits(text, ana.org_id) == [("DY.1", "block")]
    told = [entry.fact for entry in read(limit=100) if isinstance(entry.fact, PackLoaded)]
    assert [(one.number, bool(one.sha256), one.again) for one in told] == [
        (1, True, 0),
        (2, False, 0),
        (3, True, 1),
    ]


def test_a_pack_makes_a_rule_of_the_law_stricter_and_nothing_else(ana: Actor) -> None:
    rule = next(
        one
        for one in reads.rulebook().rules
        if one.actions.get("title") == "evidence" and one.severity > "S1"
    )
    stricter = [{"rule": rule.id, "severity": "S1", "actions": {"title": "block"}}]
    source = pack(rules=None, stricter=stricter)
    actions.save_pack(source=source, number=0, by=ana, now=NOW)
    book = {one.id: one for one in reads.rulebook_of(ana.org_id).rules}
    now = book[rule.id]
    assert (now.severity, now.actions["title"]) == ("S1", "block")
    assert {k: v for k, v in now.actions.items() if k != "title"} == {
        k: v for k, v in rule.actions.items() if k != "title"
    }
    others = {one.id: one.severity for one in reads.rulebook().rules if one.id != rule.id}
    assert {id: book[id].severity for id in others} == others


def test_two_people_do_not_overwrite_each_other(ana: Actor) -> None:
    actions.save_pack(source=pack(), number=0, by=ana, now=NOW)
    other = pack(version="2026.2")
    with pytest.raises(PackChanged) as refused:
        actions.save_pack(source=other, number=0, by=ana, now=NOW)
    assert refused.value.data["number"] == 1
    # The same text again is the same version.
    assert actions.save_pack(source=pack(), number=0, by=ana, now=NOW).number == 1
    assert actions.save_pack(source=other, number=1, by=ana, now=NOW).number == 2
    with pytest.raises(PackChanged):
        actions.undo_pack(family="DY", number=1, by=ana, now=NOW)
    assert [one.number for one in versions(ana.org_id, "DY")] == [2, 1]


def test_the_first_version_has_none_before_it_and_strangers_have_none(
    ana: Actor, dai: Actor
) -> None:
    actions.save_pack(source=pack(), number=0, by=ana, now=NOW)
    with pytest.raises(NothingToUndo):
        actions.undo_pack(family="DY", number=1, by=ana, now=NOW)
    for act in (actions.undo_pack, actions.withdraw_pack):
        with pytest.raises(NoSuchPack):
            act(family="DY", number=1, by=dai, now=NOW)
    with pytest.raises(NoSuchPack):
        versions(dai.org_id, "DY")
    with pytest.raises(NoSuchPack):
        changes(dai.org_id, "DY", before=0, after=1)


def test_a_difference_is_said_word_by_word(ana: Actor) -> None:
    actions.save_pack(source=pack(), number=0, by=ana, now=NOW)
    other = pack(
        version="2026.2",
        rules=[{"id": "DY.1", "keywords": ["换季甩卖"], "severity": "S3"}],
    )
    seen = preview(ana.org_id, other)
    assert (seen.family, seen.number, seen.problems) == ("DY", 1, [])
    assert seen.changes == [
        Difference("changed", "pack", "version", "2026.1", "2026.2"),
        Difference("removed", "DY.1", "word 年终甩卖", "年终甩卖", ""),
        Difference("changed", "DY.1", "severity", "S2", "S3"),
        Difference("added", "DY.1", "word 换季甩卖", "", "换季甩卖"),
    ]
    actions.save_pack(source=other, number=1, by=ana, now=NOW)
    assert changes(ana.org_id, "DY", before=1, after=2) == seen.changes
    back = changes(ana.org_id, "DY", before=2, after=1)
    assert {(one.before, one.after) for one in back} == {
        (one.after, one.before) for one in seen.changes
    }
    added = reads.read_added("x", other)
    assert differences(added, added) == []


def test_own_words_are_a_list_that_people_edit(ana: Actor) -> None:
    text = "本店绝密配方"
    words = [
        WordEntry(words=("绝密配方",), message_zh="请说“自有配方”。", message_en="Say our own."),
        WordEntry(words=("亲测",), doing="record", surfaces=("chat",)),
    ]
    actions.save_words(entries=words, number=0, by=ana, now=NOW)
    assert hits(text, ana.org_id) == [("SHOP.1", "block")]
    assert hits("亲测好用", ana.org_id) == []
    assert hits("亲测好用", ana.org_id, "chat") == [("SHOP.2", "record")]
    had = words_of(ana.org_id)
    assert [(one.id, one.words, one.doing) for one in had.entries] == [
        ("SHOP.1", ("绝密配方",), "block"),
        ("SHOP.2", ("亲测",), "record"),
    ]
    # An id that once was is never another's.
    kept = [had.entries[0], WordEntry(words=("秘方",))]
    actions.save_words(entries=kept, number=had.number, by=ana, now=NOW)
    assert [one.id for one in words_of(ana.org_id).entries] == ["SHOP.1", "SHOP.3"]
    actions.save_words(entries=[], number=2, by=ana, now=NOW)
    assert hits(text, ana.org_id) == []
    with pytest.raises(PackRefused):
        actions.save_words(entries=[WordEntry(words=("一",))], number=3, by=ana, now=NOW)


def test_a_stored_pack_that_todays_rules_refuse_is_left_out_and_named(ana: Actor) -> None:
    """The product is upgraded, and what was right before is not: nothing else stops working."""
    actions.save_pack(source=pack(), number=0, by=ana, now=NOW)
    words = [WordEntry(words=("绝密配方",))]
    actions.save_words(entries=words, number=0, by=ana, now=NOW)
    PackVersion.objects.filter(family="DY").update(source=pack(stance=["negation"]))
    assert hits("年终甩卖的绝密配方", ana.org_id) == [("SHOP.1", "block")]
    (broken,) = [one for one in packs(ana.org_id) if one.problems]
    assert (broken.family, broken.number) == ("DY", 1)
    assert "cannot excuse" in broken.problems[0]
