"""Simulation of whole evenings on a stepped clock, each from a seed; and that it finds faults.

``SIMULATIONS=500`` plays more of them, ``SEED=17`` one again.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from kaibo.orders import actions as orders
from kaibo.orders.actions import closing
from kaibo.promotions import actions as promotions
from kaibo.promotions.actions import claims
from kaibo.room import acts
from kaibo.room.backstage import ShowBackstage
from kaibo.room.ring import Ring
from tests.simulation.evening import run

pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(3600)]

SEEDS = range(int(os.environ.get("SIMULATIONS", "8")))


def test_evenings_break_no_promise(tmp_path: Path) -> None:
    seeds = [int(os.environ["SEED"])] if os.environ.get("SEED") else SEEDS
    for seed in seeds:
        broken = run(seed, lake=tmp_path)
        assert broken == [], f"to replay: SEED={seed} python -m pytest {__name__}"


def forget_the_limit(patch: pytest.MonkeyPatch) -> None:
    """What a buyer already holds is not counted."""
    already = claims._already
    patch.setattr(claims, "_already", lambda sale, viewers: (already(sale, viewers)[0], {}))


def forget_to_give_back(patch: pytest.MonkeyPatch) -> None:
    """An order that ends unpaid keeps its units."""
    patch.setattr(closing, "give_back", lambda order, now: None)


def forget_the_uses(patch: pytest.MonkeyPatch) -> None:
    """An order that ends unpaid keeps its promotions."""
    patch.setattr(promotions, "give_back_uses", lambda use_ids, now: None)


def answer_before_the_commit(patch: pytest.MonkeyPatch) -> None:
    """Winners are told, then one batch in four is undone."""
    judge, chance = ShowBackstage.judge, random.Random(0)

    def hasty(self: ShowBackstage, *args: Any) -> Any:
        with transaction.atomic():
            answers = judge(self, *args)
            transaction.set_rollback(chance.random() < 0.25)
        return answers

    patch.setattr(ShowBackstage, "judge", hasty)


def keep_the_money(patch: pytest.MonkeyPatch) -> None:
    """What is owed is never paid back."""
    patch.setattr(orders, "retry_refunds", lambda now: 0)


def resume_one_too_late(patch: pytest.MonkeyPatch) -> None:
    """A page that comes back misses the first event it missed."""
    since = Ring.since
    patch.setattr(
        Ring, "since", lambda ring, seq, *, staff: (since(ring, seq, staff=staff) or [])[1:]
    )


def resume_one_too_early(patch: pytest.MonkeyPatch) -> None:
    """A page that comes back is told once more what it knows."""
    since = Ring.since
    patch.setattr(
        Ring, "since", lambda ring, seq, *, staff: since(ring, max(seq - 1, 0), staff=staff)
    )


def let_the_muted_speak(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(acts, "check_may_chat", lambda until, now: None)


@pytest.mark.parametrize(
    ("break_it", "promise"),
    [
        (forget_the_limit, "nobody holds more than the limit"),
        (forget_to_give_back, "an order and its claim agree|an order and its taking agree"),
        (forget_the_uses, "promotions take off what orders were given"),
        (answer_before_the_commit, "is not there"),
        (keep_the_money, "no money is still owed"),
        (resume_one_too_late, "gap"),
        (resume_one_too_early, "repeat"),
        (let_the_muted_speak, "spoke while muted"),
    ],
)
def test_a_broken_rule_is_found(
    break_it: Callable[[pytest.MonkeyPatch], None],
    promise: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Within three evenings, and by the promise it breaks."""
    break_it(monkeypatch)
    for seed in range(3):
        broken = run(seed, lake=tmp_path)
        if any(re.search(promise, text) for text in broken):
            return
    raise AssertionError(f"three evenings did not find it: {broken}")
