"""Facts of notices, of goods kept from sale and of reports, replayed, equal the rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from kaibo.base.errors import Refusal
from kaibo.catalog.reads import withheld
from kaibo.compliance.tests.words import say
from kaibo.facts import catalog as goods
from kaibo.facts import notices as told
from kaibo.facts.base import Fact
from kaibo.journal.reads import read
from kaibo.notices import actions, reads
from kaibo.notices.models import Filing, Infringement, Unreachable
from kaibo.notices.rules.infringements import INFRINGEMENT, WITHHOLDING
from kaibo.notices.rules.unreachables import UNREACHABLE
from kaibo.notices.tests.made import at, filed, unreachable
from kaibo.promotions.tests.shop import SHOW, make_shop, open_link

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        goods.GoodsWithheld,
        goods.GoodsReleased,
        told.InfringementFiled,
        told.InfringementAccepted,
        told.InfringementRejected,
        told.InfringementForwarded,
        told.InfringementAnswered,
        told.StatementDelivered,
        told.SuitNoted,
        told.InfringementEnded,
        told.NoticeFoundUnjust,
        told.UnreachableNoted,
        told.UnreachableReminded,
        told.UnreachableLimited,
        told.UnreachableUpdated,
        told.FilingOpened,
        told.FilingSent,
        told.FilingDropped,
        told.DeadlineMissed,
        told.DeadlineSet,
    }
)
_Row = dict[str, Any]


class Books:
    """What the facts alone say: rows of the three books, and which case withholds which SKU."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, int], _Row] = {}
        self.off: set[tuple[int, int]] = set()
        self.seen: set[str] = set()

    def moves(self, what: str, id: int, state: str, due_at: dt.datetime | None = None) -> _Row:
        """A step: state and deadline anew; the last miss of any step stays on record."""
        self.seen.add(state)
        row = self.rows.setdefault((what, id), {})
        row |= {"state": state, "due_at": due_at, "late_at": row.get("late_at")}
        return row

    def fold(self, fact: Fact, at: dt.datetime) -> None:
        match fact:
            case goods.GoodsWithheld(sku_ids=sku_ids, case_id=case_id):
                self.off |= {(id, case_id) for id in sku_ids}
            case goods.GoodsReleased(sku_ids=sku_ids, case_id=case_id):
                self.off -= {(id, case_id) for id in sku_ids}
            case told.DeadlineMissed(what=what, id=id, state=state, due_at=due_at):
                row = self.rows[what, id]
                assert (row["state"], row["due_at"]) == (state, due_at)
                row["late_at"] = at
            case told.DeadlineSet(what=what, id=id, due_at=due_at):
                assert self.rows[what, id]["due_at"] is None
                self.rows[what, id]["due_at"] = due_at
            case _:
                self._infringement(fact)
                self._others(fact)

    def _infringement(self, fact: Fact) -> None:
        it = "infringement"
        match fact:
            case told.InfringementFiled(infringement_id=id, due_at=due_at):
                row = self.moves(it, id, "received", due_at)
                row |= {"restore_at": None, "unjust": ""}
            case told.InfringementAccepted(infringement_id=id, due_at=due_at):
                self.moves(it, id, "paused", due_at)
            case told.InfringementRejected(infringement_id=id):
                self.moves(it, id, "rejected")
            case told.InfringementForwarded(infringement_id=id):
                self.moves(it, id, "forwarded")
            case told.InfringementAnswered(infringement_id=id, due_at=due_at):
                self.moves(it, id, "answered", due_at)
            case told.StatementDelivered(infringement_id=id, restore_at=restore_at):
                self.moves(it, id, "waiting")["restore_at"] = restore_at
            case told.SuitNoted(infringement_id=id):
                self.moves(it, id, "contested")
            case told.InfringementEnded(infringement_id=id, state=state):
                self.moves(it, id, state)
            case told.NoticeFoundUnjust(infringement_id=id, kind=kind):
                self.rows[it, id]["unjust"] = kind

    def _others(self, fact: Fact) -> None:
        match fact:
            case told.UnreachableNoted(unreachable_id=id, due_at=due_at):
                self.moves("unreachable", id, "noticed", due_at)
            case told.UnreachableReminded(unreachable_id=id, due_at=due_at):
                self.moves("unreachable", id, "reminded", due_at)
            case told.UnreachableLimited(unreachable_id=id):
                self.moves("unreachable", id, "limited")
            case told.UnreachableUpdated(unreachable_id=id):
                self.moves("unreachable", id, "updated")
            case told.FilingOpened(filing_id=id, due_at=due_at):
                self.moves("filing", id, "due", due_at)
            case told.FilingSent(filing_id=id):
                self.rows["filing", id]["state"] = "filed"
            case told.FilingDropped(filing_id=id):
                self.rows["filing", id]["state"] = "dropped"


def _stored() -> dict[tuple[str, int], _Row]:
    plain = ("state", "due_at", "late_at")
    found: dict[tuple[str, int], _Row] = {}
    for row in Infringement.objects.values("pk", *plain, "restore_at", "unjust"):
        found["infringement", row.pop("pk")] = row
    for row in Unreachable.objects.values("pk", *plain):
        found["unreachable", row.pop("pk")] = row
    for row in Filing.objects.values("pk", *plain):
        found["filing", row.pop("pk")] = row
    return found


@pytest.mark.parametrize("seed", [1])
def test_notices_replay_after_any_history(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every step of every kind in any order, across a New Year that is announced late."""
    chance, shop = Random(seed), make_shop()
    open_link(shop, 1)
    by, now = shop.by, at("2026-09-01T10:00")
    people = [by, replace(by, id=by.id + 1)]
    refused = set[str]()
    for _ in range(300):
        now += dt.timedelta(hours=chance.randrange(2, 24))
        if now >= at("2027-02-01"):
            # The year is announced: each of its days may be the one.
            monkeypatch.setattr(
                "kaibo.notices.actions.clocks.due_within",
                lambda since, count: since.replace(microsecond=0) + dt.timedelta(days=count),
            )
        try:
            _step(chance, chance.choice(people), shop.org_id, now=now)
        except Refusal as refusal:
            refused.add(refusal.code)
        _check_off()
    books = Books()
    for entry in read(limit=10_000):
        if entry.org_id == shop.org_id:
            books.fold(entry.fact, entry.at)
    assert books.rows == _stored()
    assert withheld([shop.sku_id]).keys() == {sku_id for sku_id, _ in books.off}
    states = {state for machine in (INFRINGEMENT, UNREACHABLE) for state in machine.names}
    assert books.seen >= states
    assert "infringement_state_wrong" in refused


def _check_off() -> None:
    """A case keeps its goods off in exactly these states."""
    off = set(withheld())
    holding = Infringement.objects.filter(state__in=WITHHOLDING)
    assert off == {id for row in holding for id in row.sku_ids}


def _step(chance: Random, by: Any, org_id: int, *, now: dt.datetime) -> None:
    if chance.random() < 0.5:
        actions.restore_due_infringements(now=now)
        actions.limit_due_unreachables(now=now)
        actions.miss_due_notices(now=now)
    match chance.randrange(8):
        case 0:
            if Infringement.objects.filter(state="received").count() < 3:
                filed(org_id, SHOW, now=now)
        case 1:
            _authority(chance, by, now=now)
        case 2:
            _report(chance, by, now=now)
        case _:
            _handle(chance, by, now=now)


def _handle(chance: Random, by: Any, *, now: dt.datetime) -> None:
    """Mostly what follows from where a notice stands; at times what does not."""
    over = ("withdrawn", "rejected", "upheld") if chance.random() < 0.9 else ("withdrawn",)
    open_ones = list(Infringement.objects.exclude(state__in=over).order_by("pk"))
    row = chance.choice(open_ones) if open_ones else None
    verbs = [move.verb for move in INFRINGEMENT.moves if row and move.source == row.state]
    verb = chance.choice(["accept", "settle", "unjust", *verbs, *verbs, *verbs])
    if verb in ("withdraw", "sue", "reject", "concede") and chance.random() < 0.8:
        return
    one: dict[str, Any] = {"id": row.pk if row else 0, "by": by, "now": now}
    known_at = now - dt.timedelta(days=chance.randrange(0, 9))
    match verb:
        case "accept":
            actions.accept_infringement(**one)
        case "reject":
            actions.reject_infringement(reason="不全", **one)
        case "forward":
            actions.forward_infringement(way="邮件", **one)
        case "answer":
            actions.answer_infringement(seller="安娜", statement="自有", **one)
        case "deliver":
            actions.deliver_statement(way="邮件", reached_at=now, **one)
        case "sue":
            actions.note_suit(suit="案号", known_at=known_at, **one)
        case "withdraw":
            actions.withdraw_infringement(reason="许可", **one)
        case "unjust":
            actions.find_unjust(kind="mistaken", reason="误认", **one)
        case _:
            is_upheld = verb in ("concede", "uphold")
            actions.settle_infringement(is_upheld=is_upheld, outcome="判决", **one)


def _authority(chance: Random, by: Any, *, now: dt.datetime) -> None:
    ids = [*Unreachable.objects.exclude(state="updated").values_list("pk", flat=True)[:2], 0]
    id = chance.choice(ids)
    match chance.randrange(3):
        case 0:
            actions.note_unreachable(spec=unreachable(received_at=now), by=by, now=now)
        case 1:
            actions.remind_unreachable(id=id, way="短信", by=by, now=now)
        case _:
            if chance.random() < 0.2:
                actions.update_unreachable(id=id, how="核对", by=by, now=now)


def _report(chance: Random, by: Any, *, now: dt.datetime) -> None:
    due = Filing.objects.filter(state="due").values_list("pk", flat=True)
    id = chance.choice([*due, 0])
    match chance.randrange(3):
        case 0:
            finding_id = say(by, "S1", show_id=SHOW, now=now, on_air=False)
            actions.open_filing(finding_id=finding_id, note="属实", by=by, now=now)
        case 1:
            actions.send_filing(id=id, authority="市监局", receipt="收", by=by, now=now)
        case _:
            actions.drop_filing(id=id, reason="误判", by=by, now=now)


def test_what_is_read_is_what_is_stored() -> None:
    """The desk's books hold every row once."""
    shop = make_shop()
    open_link(shop, 1)
    ids = [filed(shop.org_id, SHOW).id for _ in range(3)]
    assert [view.id for view in reads.infringements(shop.org_id)] == ids[::-1]
