"""Findings and people at once on one room: all count, and each move follows the one before."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from django.utils import timezone

from kaibo.compliance import actions, reads
from kaibo.compliance.errors import LiftNotAsked
from kaibo.compliance.tests.conftest import manager_of
from kaibo.compliance.tests.words import say
from tests.races.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

SHOW_ID = 7
MANY = 8


def test_no_finding_is_lost_and_the_moves_are_a_chain() -> None:
    """Eight findings of eight families at once are 160 points, in whatever order they came."""
    ana, now = manager_of("ana"), timezone.now()
    calls = [partial(say, ana, "S3", show_id=SHOW_ID, now=now, family=f"C{n}") for n in range(MANY)]
    assert [type(outcome) for outcome in at_once(calls)] == [int] * MANY
    view = reads.room_risk(ana.org_id, SHOW_ID, now=now)
    assert (view.score, view.rung) == (20 * MANY, "pause")
    moves = view.changes[::-1]
    assert [move.before for move in moves] == ["clear", *(move.rung for move in moves[:-1])]


def test_a_pause_is_lifted_once() -> None:
    """Two colleagues confirm at once: one does, the other is told that nothing waits."""
    ana, now = manager_of("ana"), timezone.now()
    say(ana, "S1", show_id=SHOW_ID, now=now)
    actions.override_rung(
        org_id=ana.org_id, show_id=SHOW_ID, rung="clear", reason="核对", by=ana, now=now
    )
    said = at_once(
        [
            partial(
                actions.confirm_lift,
                org_id=ana.org_id,
                show_id=SHOW_ID,
                by=replace(ana, id=n),
                now=now,
            )
            for n in (2, 3)
        ]
    )
    (refused,) = [one for one in said if isinstance(one, Exception)]
    assert isinstance(refused, LiftNotAsked)
    assert len(reads.room_risk(ana.org_id, SHOW_ID, now=now).changes) == 2
