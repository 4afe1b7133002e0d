"""Facts of what was said and corrected replayed equal the tables."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import dataclass, field
from random import Random

import pytest

from kaibo.base.actor import Actor
from kaibo.base.errors import Refusal
from kaibo.facts import orders as told_buyers
from kaibo.facts import promises as told
from kaibo.facts.base import Fact
from kaibo.journal.reads import facts_of_show
from kaibo.orders import actions as orders
from kaibo.orders.models import OrderNotice
from kaibo.promises import actions
from kaibo.promises.models import Correction, Promise, Utterance
from kaibo.promises.tests.stage import Show, after, make_show
from kaibo.promotions.models import Offer

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.LinesHeard,
        told.PromiseNoted,
        told.CorrectionOpened,
        told.CorrectionShown,
        told.CorrectionSaid,
        told.CorrectionOverdue,
        told.CorrectionMade,
        told.CorrectionWithdrawn,
        told_buyers.OrderNotified,
        told_buyers.NoticeAnswered,
    }
)
WORDS = ("包邮", "邮费自理", "今天只要59块", "今天只要99块", "产地法国", "产地广东", "大家好")


@dataclass
class Books:
    """A show as facts alone tell it."""

    lines: dict[int, tuple[dt.datetime, str]] = field(default_factory=dict)
    promises: dict[int, tuple[int | None, str, str, str]] = field(default_factory=dict)
    corrections: dict[int, dict[str, object]] = field(default_factory=dict)
    notices: dict[int, tuple[int, str]] = field(default_factory=dict)

    def replay(self, fact: Fact, at: dt.datetime) -> None:
        match fact:
            case told.LinesHeard(lines=lines):
                self.lines |= {one.utterance_id: (one.began_at, one.digest) for one in lines}
            case told.PromiseNoted():
                row = fact.link_no, fact.kind, fact.words, fact.verdict
                self.promises[fact.promise_id] = row
            case told_buyers.OrderNotified():
                self.notices[fact.notice_id] = fact.correction_id, ""
            case told_buyers.NoticeAnswered():
                self.notices[fact.notice_id] = self.notices[fact.notice_id][0], fact.answer
            case _:
                self._correction(fact, at)

    def _correction(self, fact: Fact, at: dt.datetime) -> None:
        match fact:
            case told.CorrectionOpened():
                self.corrections[fact.correction_id] = {
                    "wrong": fact.wrong, "right": fact.right_zh, "state": "open", "shown": None,
                    "said": None, "overdue": None, "due": fact.due_at, "orders": 0,
                }  # fmt: skip
            case told.CorrectionShown():
                parts = {"shown": at, "right": fact.right_zh, "orders": fact.orders}
                self.corrections[fact.correction_id] |= parts
            case told.CorrectionSaid():
                self.corrections[fact.correction_id]["said"] = at
            case told.CorrectionOverdue():
                self.corrections[fact.correction_id]["overdue"] = at
            case told.CorrectionMade():
                self.corrections[fact.correction_id]["state"] = "made"
            case told.CorrectionWithdrawn():
                self.corrections[fact.correction_id]["state"] = "withdrawn"


@pytest.mark.parametrize("seed", range(2))
def test_replay_equals_the_tables_after_a_random_hour(seed: int) -> None:
    chance, show = Random(seed), make_show()
    Offer.objects.filter(show_id=show.id, link_no=1).update(units_given=500)
    for step in range(80):
        with contextlib.suppress(Refusal):
            _any_act(chance, show, step, at=60.0 * (step + 1))
    books = Books()
    for entry in facts_of_show(show.id):
        books.replay(entry.fact, entry.at)
    assert books.lines == {
        row.pk: (row.began_at, row.text_sha256) for row in Utterance.objects.all()
    }
    assert books.promises == {
        row.pk: (row.link_no, row.kind, row.words, row.verdict) for row in Promise.objects.all()
    }
    assert books.corrections == {
        row.pk: {
            "wrong": row.wrong, "right": row.right_zh, "state": row.state, "shown": row.shown_at,
            "said": row.said_at, "overdue": row.overdue_at, "due": row.due_at,
            "orders": row.orders_told,
        }
        for row in Correction.objects.all()
    }  # fmt: skip
    assert books.notices == {
        row.pk: (row.correction_id, row.answer) for row in OrderNotice.objects.all()
    }
    assert {"made", "withdrawn"} <= {row.state for row in Correction.objects.all()}
    assert books.notices


def _any_act(chance: Random, show: Show, step: int, *, at: float) -> None:
    now = after(at)
    id = chance.choice(list(Correction.objects.order_by("pk").values_list("pk", flat=True)) or [0])
    match chance.choice(
        ["say", "say", "say", "buy", "buy", "show", "host", "not", "late", "answer"]
    ):
        case "say":
            show.say(*chance.sample(WORDS, 2), at=at)
        case "buy":
            show.order(step, at=at)
        case "show":
            words = chance.choice([None, "更正"])
            actions.show_correction(id=id, right_zh=words, by=show.by, now=now)
        case "host":
            actions.say_correction(id=id, by=show.by, now=now)
        case "not":
            actions.withdraw_correction(id=id, reason="没有说错", by=show.by, now=now)
        case "late":
            actions.stop_overdue(now=now)
        case "answer":
            row = chance.choice([None, *OrderNotice.objects.order_by("pk")])
            if row is not None:
                by = Actor("viewer", row.order.viewer_id, show.org_id)
                refund = chance.random() < 0.5
                orders.answer_notice(
                    no=row.order.no, notice_id=row.pk, refund=refund, by=by, now=now
                )
