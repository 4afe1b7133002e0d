"""What the coverage page says of each duty is held against the code, the tests and the law."""

import datetime as dt
import importlib
import re

import pytest

from kaibo.access.rules import PERMISSIONS
from kaibo.base.actor import Actor
from kaibo.base.errors import Refusal
from kaibo.compliance import actions, reads
from kaibo.compliance.errors import AnswersContradict, AnswersIncomplete
from kaibo.compliance.models import Firing
from kaibo.compliance.rules.controls import load_controls
from kaibo.compliance.rules.parts import BadPack
from kaibo.compliance.rules.profile import QUESTIONS
from kaibo.compliance.rules.retention import YEARS_LEAST, years_of
from kaibo.compliance.tests.conftest import NOW
from kaibo.facts.compliance import ProfileAnswered
from kaibo.journal.reads import Entry, read
from tests.paths import PACKAGE

pytestmark = pytest.mark.django_db

MERCHANT = {
    "others_sell": False,
    "own_rooms": True,
    "own_goods": True,
    "hosts_for_others": False,
    "closed_rooms": False,
    "sells_food": False,
    "shows_ai": False,
}


def codes() -> set[str]:
    """The code of every refusal in the product, whatever was imported before."""
    for path in PACKAGE.glob("*/errors*"):
        importlib.import_module(f"kaibo.{path.parent.name}.errors")
    found, todo = set(), [Refusal]
    while todo:
        kind = todo.pop()
        found.add(kind.code)
        todo += kind.__subclasses__()
    return found


def told(kind: type) -> list[Entry]:
    return [entry for entry in read(limit=10_000) if isinstance(entry.fact, kind)]


@pytest.mark.row("R-108")
def test_every_row_of_the_law_has_one_control_and_every_article_opens() -> None:
    rows = [control.row for control in reads.controls()]
    assert rows == [f"LM-{number:03}" for number in range(1, 141)]
    for control in reads.controls():
        for cited in (control.citation, *control.also):
            assert reads.is_kept(cited.law, cited.article), (control.row, cited)
        years = years_of(control.retention)
        assert years is None or years[0] >= 2, control.row
    assert YEARS_LEAST == 3


def test_a_state_is_what_code_and_tests_make_of_it() -> None:
    """Nothing is called built without code that does it and a test that proves its row."""
    for control in reads.controls():
        tests = reads.proofs().get(control.row, [])
        if control.state == "planned":
            assert tests == [], f"{control.row} has a test: enforced, warned or recorded?"
            continue
        assert tests, f"{control.row} is called {control.state}, and no test proves it"
        module, name = control.check.rsplit(".", 1)
        assert callable(getattr(importlib.import_module(module), name)), control.row


def test_what_tells_of_a_control_exists() -> None:
    families = {rule.pack.family for rule in reads.rulebook().rules}
    gate = (PACKAGE / "preflight" / "rules" / "checks.py").read_text(encoding="utf-8")
    for control in reads.controls():
        assert set(control.families) <= families, control.row
        for signal in control.signals:
            name = signal.removeprefix("check:")
            known = f'"{name}"' in gate if name != signal else signal in codes()
            assert known, (control.row, signal)


def test_a_broken_file_says_everything_at_once() -> None:
    source = """
group: price
version: "1"
from: 2026-01-01
controls:
  - row: LM-1
    title: {zh: 一, en: One}
    law: 广告法
    article: 第九条
    bound: [nobody]
    state: planned
    action: shout
    check: kaibo.nowhere
    kept: price
    retention: R3Z
"""
    with pytest.raises(BadPack) as broken:
        load_controls("x.yaml", source)
    assert len(broken.value.problems) == 5
    assert all("x.yaml: LM-1:" in problem for problem in broken.value.problems)


@pytest.mark.row("R-108")
def test_answers_decide_what_binds_and_nothing_is_switched_off(ana: Actor, dai: Actor) -> None:
    """A merchant with rooms of its own is no platform, sells no food and shows no AI people."""
    assert {view.state for view in reads.coverage(ana.org_id)} == {
        "enforced",
        "warned",
        "recorded",
        "planned",
    }
    view = actions.answer_profile(answers=MERCHANT, by=ana, now=NOW)
    assert (view.kind, view.roles) == ("merchant", ["host", "operator", "seller"])
    states = {one.row: one for one in reads.coverage(ana.org_id)}
    assert (states["LM-009"].state, states["LM-009"].why_not_en) == (
        "not_applicable",
        "binds a platform operator only, which this organisation is not",
    )
    assert states["LM-034"].why_not_zh == "本机构不销售食品"
    assert states["LM-083"].why_not_zh == "本机构不使用人工智能生成的人物"
    assert states["LM-092"].state == "enforced"
    assert {one.row for one in reads.duties(ana.org_id)} == {
        row for row, one in states.items() if one.state != "not_applicable"
    }
    # Its neighbour did not answer, and the rules are the same for both.
    assert "not_applicable" not in {one.state for one in reads.coverage(dai.org_id)}
    assert reads.rulebook_of(ana.org_id) is reads.rulebook_of(dai.org_id)
    actions.answer_profile(answers=MERCHANT, by=ana, now=NOW)
    (fact,) = told(ProfileAnswered)
    assert fact.fact == ProfileAnswered(answers=MERCHANT)


def test_private_rooms_for_others_bear_the_shared_part(ana: Actor) -> None:
    answers = dict.fromkeys(MERCHANT, False) | {"closed_rooms": True}
    view = actions.answer_profile(answers=answers, by=ana, now=NOW)
    assert (view.kind, view.is_partly_platform) == ("private_domain", True)
    bound = {one.row for one in reads.duties(ana.org_id)}
    shared = {c.row for c in reads.controls() if c.shared and "platform" in c.bound and not c.only}
    assert bound == shared
    assert len(shared) > 5


@pytest.mark.parametrize("wrong", [{}, {**MERCHANT, "own_rooms": False, "own_goods": False}])
def test_answers_that_say_nothing_are_refused(ana: Actor, wrong: dict[str, bool]) -> None:
    kind = AnswersContradict if wrong else AnswersIncomplete
    with pytest.raises(kind):
        actions.answer_profile(answers=wrong, by=ana, now=NOW)
    assert set(QUESTIONS) == set(MERCHANT)
    assert not told(ProfileAnswered)


def test_a_refusal_that_is_a_control_shows_when_it_last_fired(ana: Actor, dai: Actor) -> None:
    by_row = {one.row: one for one in reads.coverage(ana.org_id)}
    assert (by_row["LM-092"].last_fired_at, by_row["LM-092"].tells) == (None, True)
    for seconds, noted in ((0, 1), (59, 0), (60, 1)):
        at = NOW + dt.timedelta(seconds=seconds)
        met = ["base_above_deals", "no_such_show"]
        assert actions.note_firings(met, org_id=ana.org_id, now=at) == noted
    by_row = {one.row: one for one in reads.coverage(ana.org_id)}
    assert by_row["LM-092"].last_fired_at == NOW + dt.timedelta(seconds=60)
    assert {one.last_fired_at for one in reads.coverage(dai.org_id)} == {None}
    assert Firing.objects.count() == 1


def test_the_sheet_says_what_the_page_says(ana: Actor) -> None:
    rows = reads.coverage_rows(ana.org_id)
    assert len(rows) == 140
    assert all(len(row) == len(reads.COVERAGE_COLUMNS) for row in rows)
    assert {row[8] for row in rows} <= {"已强制", "已提醒", "已留存", "尚未建立", "不适用"}
    assert re.fullmatch(r"LM-\d{3}", str(rows[0][0]))
    assert "compliance.edit" in PERMISSIONS
