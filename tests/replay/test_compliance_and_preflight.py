"""Facts of findings and of the gate replayed equal what their reads say."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import pytest

from kaibo.base.actor import Actor
from kaibo.base.errors import Refusal
from kaibo.catalog import actions as catalog
from kaibo.catalog import reads as goods
from kaibo.catalog.tests.conftest import NOW, manager_of
from kaibo.compliance import actions, reads
from kaibo.compliance.errors import FindingClosed, NoSuchFinding, ReasonMissing
from kaibo.compliance.rules.hits import SURFACES
from kaibo.facts import compliance as told
from kaibo.facts import planning as planned
from kaibo.facts import preflight as judged
from kaibo.facts.base import Fact
from kaibo.journal.reads import Entry, Position, last_position, read
from kaibo.media.actions import issue_stream_key
from kaibo.planning import actions as planning
from kaibo.planning import reads as plans
from kaibo.planning.tests.plan import Plan
from kaibo.preflight import reads as gate
from kaibo.preflight.actions import close_show, open_show
from kaibo.preflight.errors import NotReady
from kaibo.preflight.tests.ready import make_ready

pytestmark = pytest.mark.django_db

TEXTS = (
    "想要的加我微信，你们是最棒的家人，用最好的面膜",
    "千万别加主播微信",
    "这是全国销量第一的面霜，国家级品质",
    "主播喝口水休息一下",
    "加我微信\x00😀\ud800",
)

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.ComplianceHit,
        told.FindingDismissed,
        told.FindingConfirmed,
        judged.PreflightPassed,
    }
)


@dataclass(frozen=True)
class Finding:
    """A finding as the facts alone tell it; its text stays with the finding."""

    show_id: int | None
    subject: tuple[str, str, int]
    text_sha256: str
    span: tuple[int, int]
    rule: tuple[str, str, str]
    cites: tuple[str, str, str]
    judged: tuple[str, str, str]
    suppressed_reason: str
    found_at: dt.datetime
    state: str
    confirmed: tuple[int | None, str] = (None, "")


def _replayed(start: Position, org_id: int) -> dict[int, Finding]:
    """What the facts alone say was found in the organisation's texts."""
    books: dict[int, Finding] = {}
    for entry in read(start, limit=10_000):
        if entry.org_id != org_id:
            continue
        match entry.fact:
            case told.ComplianceHit() as hit:
                assert hit.finding_id not in books, "a finding is told once"
                books[hit.finding_id] = Finding(
                    entry.show_id,
                    (hit.surface, hit.subject_kind, hit.subject_id),
                    hit.text_sha256,
                    (hit.span_start, hit.span_end),
                    (hit.family, hit.rule_id, hit.pack_version),
                    (hit.law, hit.article, hit.item),
                    (hit.verdict, hit.severity, hit.action),
                    hit.suppressed_reason,
                    entry.at,
                    "suppressed" if hit.suppressed_reason else "open",
                )
            case told.FindingDismissed(finding_id=finding_id):
                assert books[finding_id].state == "open"
                books[finding_id] = replace(books[finding_id], state="dismissed")
            case told.FindingConfirmed(finding_id=finding_id, reason=reason):
                assert books[finding_id].state == "open"
                who = int(entry.actor.removeprefix("person:"))
                books[finding_id] = replace(books[finding_id], confirmed=(who, reason))
            case told.RiskScored() | told.RungChanged():
                pass  # folded in test_ladder
            case _:
                assert not entry.tag.startswith("compliance."), f"no page for {entry.tag}"
    return books


def _as_read(org_id: int, texts: dict[tuple[str, int], str]) -> dict[int, Finding]:
    """What the reads say; ``texts`` is what was scanned, by subject and number."""
    return {
        view.id: Finding(
            view.show_id,
            (view.surface, view.subject_kind, view.subject_id),
            _digest(texts[view.subject_kind, view.subject_id]),
            (view.span_start, view.span_end),
            (view.family, view.rule_id, reads.rule(view.rule_id).pack_version),
            (view.law, view.article, view.item),
            (view.verdict, view.severity, view.action),
            view.suppressed_reason,
            view.found_at,
            view.state,
            (view.confirmed_by, view.confirmed_reason),
        )
        for view in reads.findings(org_id)
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@pytest.mark.parametrize("seed", range(3))
def test_findings_replay_after_any_history(seed: int) -> None:
    """Texts scanned and scanned again, findings dismissed by the right and the wrong."""
    chance, ana, dai = Random(seed), manager_of("ana"), manager_of("dai")
    start, texts = last_position(), dict[tuple[str, int], str]()
    refused: list[type[Refusal]] = []
    for step in range(60):
        now, kind = NOW + dt.timedelta(seconds=step), chance.choice(["chat_message", "run_item"])
        number = chance.randrange(20)
        if chance.random() < 0.5:
            text = texts.setdefault((kind, number), chance.choice(TEXTS))
            _scan(chance, ana, text, subject=f"{kind}:{number}", now=now)
            if chance.random() < 0.3:
                by = replace(ana, reason=chance.choice(["小票", "资质"]))
                said = actions.Scanned(subject=f"{kind}:{number}", text=text, hits=(), actor=by)
                actions.confirm_findings([said], org_id=ana.org_id, by=by, now=now)
            continue
        known = [view.id for view in reads.findings(ana.org_id)]
        try:
            actions.dismiss_finding(
                org_id=chance.choice([ana.org_id, ana.org_id, dai.org_id]),
                finding_id=chance.choice([*known, 0]),
                reason=chance.choice(["已核对资质", "已核对资质", " "]),
                by=ana,
                now=now,
            )
        except Refusal as refusal:
            refused.append(type(refusal))
    books = _replayed(start, ana.org_id)
    assert books == _as_read(ana.org_id, texts)
    assert len({finding.confirmed for finding in books.values()}) > 1
    assert {finding.state for finding in books.values()} == {"open", "suppressed", "dismissed"}
    assert set(refused) == {FindingClosed, NoSuchFinding, ReasonMissing}
    assert _replayed(start, dai.org_id) == {}


def _scan(chance: Random, by: Actor, text: str, *, subject: str, now: dt.datetime) -> None:
    surface = chance.choice(SURFACES)
    actions.record_findings(
        org_id=by.org_id,
        show_id=chance.choice([None, 7]),
        surface=surface,
        subject=subject,
        text=text,
        hits=reads.scan(text, surface=surface, now=now),
        actor=by,
        now=now,
    )


@dataclass
class Gate:
    """What the facts alone say of shows before the gate."""

    states: dict[int, str] = field(default_factory=dict)
    checks: dict[int, dict[str, str]] = field(default_factory=dict)
    digests: dict[int, str] = field(default_factory=dict)

    def replay(self, entry: Entry) -> None:
        """Take one fact in."""
        show_id = entry.show_id or 0
        match entry.fact:
            case planned.ShowPlanned():
                self.states[show_id] = "draft"
            case judged.PreflightPassed() as passed:
                assert self.states[show_id] == "draft"
                assert {check.state for check in passed.checks} <= {"green", "amber"}
                self.checks[show_id] = {check.code: check.state for check in passed.checks}
                self.digests[show_id] = passed.plan_digest
            case planned.ShowStarted():
                assert show_id in self.checks, "no show starts that the gate did not pass"
                self.states[show_id] = "live"
            case planned.ShowEnded():
                self.states[show_id] = "ended"
            case _:
                assert not entry.tag.startswith("preflight."), f"no page for {entry.tag}"


def _told_gate(start: Position) -> Gate:
    books = Gate()
    for entry in read(start, limit=10_000):
        books.replay(entry)
    return books


def _seen(plan: Plan, *, now: dt.datetime) -> tuple[str, dict[str, str], str]:
    """The state, the checks by code and the digest, as anybody would read them now."""
    found = gate.preflight(plan.org_id, plan.show.id, now)
    checks = {check.code: str(check.state) for check in found.checks}
    return plans.show(plan.org_id, plan.show.id).state, checks, gate.plan_digest(plan.show.id)


def test_a_show_refused_mended_opened_and_closed_replays() -> None:
    start = last_position()
    plan, desk = make_ready(now=NOW)
    show: dict[str, Any] = {"show_id": plan.show.id, "by": desk.by, "now": NOW}
    door = {"org_id": plan.org_id, **show}
    planning.change_show(**show, changes={"audience_card": ""})
    catalog.move_stock(sku_id=plan.cream.id, delta=-7, reason="盘亏", by=desk.by, now=NOW)
    before, place = _seen(plan, now=NOW), last_position()
    for _ in range(2):
        with pytest.raises(NotReady) as refused:
            open_show(**door)
        red = {code for code, state in before[1].items() if state == "red"}
        assert set(refused.value.data["red"]) == red
        assert len(red) == 2
        assert read(place) == [], "a gate that stays shut tells nothing"
    books = _told_gate(start)
    assert (books.states, books.checks) == ({plan.show.id: "draft"}, {})
    planning.change_show(**show, changes={"audience_card": "25–35 岁上班族"})
    catalog.move_stock(sku_id=plan.cream.id, delta=7, reason="盘盈", by=desk.by, now=NOW)
    issue_stream_key(**door, room_code=plan.show.code)
    _, checks, digest = _seen(plan, now=NOW)
    open_show(**door)
    books = _told_gate(start)
    assert books.states == {plan.show.id: _seen(plan, now=NOW)[0]} == {plan.show.id: "live"}
    assert books.checks == {plan.show.id: checks}
    assert set(checks.values()) == {"green"}
    assert books.digests == {plan.show.id: digest}
    with pytest.raises(Refusal):
        open_show(**door)
    close_show(**door)
    again = _told_gate(start)
    assert again.states == {plan.show.id: plans.show(plan.org_id, plan.show.id).state}
    assert (again.checks, again.digests) == (books.checks, books.digests)


def _tamper(chance: Random, plan: Plan, *, by: Actor) -> None:
    """Change one thing that the gate looks at, for better or worse."""
    show: dict[str, Any] = {"show_id": plan.show.id, "by": by, "now": NOW}
    match chance.randrange(4):
        case 0:
            planning.change_show(**show, changes={"theme": chance.choice(["", "护肤", "护肤"])})
        case 1:
            wanted = chance.choice([3, 40, 40])
            delta = wanted - goods.sku(plan.org_id, plan.cream.id).on_hand
            catalog.move_stock(sku_id=plan.cream.id, delta=delta, reason="盘点", by=by, now=NOW)
        case 2:
            plan.set(plan.item(1, script_text=chance.choice(["国家级品质", "清爽", "好用"])))
        case _:
            floor: Any = {"floor_price_fen": chance.choice([9_901, 5_000, 5_000])}
            catalog.change_sku(sku_id=plan.cream.id, changes=floor, by=by, now=NOW)


@pytest.mark.parametrize("seed", range(3))
def test_the_gate_tells_what_it_saw_whatever_was_done_before(seed: int) -> None:
    chance, start = Random(seed), last_position()
    plan, desk = make_ready(now=NOW)
    door: dict[str, Any] = {"org_id": plan.org_id, "show_id": plan.show.id, "by": desk.by}
    spoilt: planning.ShowChanges = {"theme": ""}
    planning.change_show(show_id=plan.show.id, changes=spoilt, by=desk.by, now=NOW)
    for _ in range(40):
        state, checks, digest = _seen(plan, now=NOW)
        red = {code for code, color in checks.items() if color == "red"}
        if not red:
            break
        with pytest.raises(NotReady) as refused:
            open_show(**door, now=NOW)
        assert set(refused.value.data["red"]) == red
        assert _told_gate(start) == Gate(states={plan.show.id: state})
        for _ in range(3):
            with contextlib.suppress(Refusal):
                _tamper(chance, plan, by=desk.by)
    open_show(**door, now=NOW)
    books = _told_gate(start)
    assert books == Gate({plan.show.id: "live"}, {plan.show.id: checks}, {plan.show.id: digest})
    assert plans.show(plan.org_id, plan.show.id).state == "live"
