"""Ten years of recordings: kept as long as the law says, held, asked for, and gone by two."""

import ast
import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as live
from django.db import IntegrityError, transaction
from pytest_django import Settings

from kaibo.base.actor import Actor
from kaibo.base.errors import Refusal
from kaibo.base.times import SHOP_ZONE
from kaibo.base.trees import canonical
from kaibo.evidence import actions, reads
from kaibo.evidence.errors import (
    DeletionByOnePerson,
    HeldBack,
    HoldReasonMissing,
    NoSuchDeletion,
    NoSuchHold,
    NothingToDelete,
    StillKept,
)
from kaibo.evidence.models import Deletion
from kaibo.evidence.tests.stage import RECORDED_AT, Evening, make_evening
from kaibo.media.reads import recordings
from kaibo.orders.actions import close_due_orders
from kaibo.preflight.actions import close_show
from tests.architecture.source import package_modules

OVER = RECORDED_AT + dt.timedelta(hours=2)
LATE = OVER + dt.timedelta(days=40)


def second(evening: Evening) -> Actor:
    """A colleague."""
    return Actor("person", evening.by.id + 1, evening.by.org_id, evening.by.roles)


def ended(evening: Evening, *, trade: dt.datetime | None = OVER) -> Evening:
    """The show is over, and its unpaid order closed at a moment or not at all."""
    close_show(org_id=evening.by.org_id, show_id=evening.show_id, by=evening.by, now=OVER)
    if trade is not None:
        close_due_orders(now=trade)
    return evening


def folder_of(evening: Evening) -> Path:
    found = recordings(org_id=evening.by.org_id, show_id=evening.show_id)
    return Path(live.KAIBO_RECORDINGS) / found[0].folder


def attempt(evening: Evening, *, now: dt.datetime) -> str:
    """Ask, agree, finish; what stood against it, or "gone"."""
    try:
        view = actions.ask_deletion(show_id=evening.show_id, reason="到期", by=evening.by, now=now)
        actions.confirm_deletion(deletion_id=view.id, by=second(evening), now=now)
    except Refusal as refusal:
        return refusal.code
    assert actions.finish_deletions(now=now) == 1
    return "gone"


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.row("LM-135")
def test_ten_years_of_shows(tmp_path: Path, settings: Settings) -> None:
    """Tried on the first of every month by two people who want everything gone.

    ana's trade ended with the show; bo's forty days later; chen is held from the second year to
    the seventh; dai's order never ends.
    """
    settings.KAIBO_RECORDINGS = tmp_path
    ana = ended(make_evening("ana"))
    chen = ended(make_evening("chen"))
    bo = ended(make_evening("bo"), trade=LATE)
    dai = ended(make_evening("dai"), trade=None)
    shows = {"ana": ana, "bo": bo, "chen": chen, "dai": dai}
    went: dict[str, str] = {}
    seen: dict[str, set[str]] = {name: set() for name in shows}
    hold: reads.HoldView | None = None
    for month in range(121):
        now = dt.datetime(2026 + (11 + month) // 12, (11 + month) % 12 + 1, 1, tzinfo=SHOP_ZONE)
        if month == 14:
            hold = actions.place_hold(show_id=chen.show_id, reason="诉讼", by=chen.by, now=now)
        if month == 80:
            assert hold is not None
            actions.lift_hold(hold_id=hold.id, reason="结案", by=chen.by, now=now)
        for name, evening in shows.items():
            if name in went:
                continue
            outcome = attempt(evening, now=now)
            seen[name].add(outcome)
            assert folder_of(evening).exists() == (outcome != "gone")
            if outcome == "gone":
                went[name] = f"{now:%Y-%m}"
    # Three years after 11 November and after 21 December 2026, and once nothing holds.
    assert went == {"ana": "2029-12", "bo": "2030-01", "chen": "2033-08"}
    assert seen == {
        "ana": {"still_kept", "gone"},
        "bo": {"still_kept", "gone"},
        "chen": {"still_kept", "held_back", "gone"},
        "dai": {"still_kept"},
    }
    assert reads.keeping(dai.by.org_id, dai.show_id).code == "R3T"


def test_the_certificate_tells_what_went(evening: Evening) -> None:
    """Every segment with its digest, by whom, under which code; a second deletion finds nothing."""
    ended(evening)
    now = OVER + dt.timedelta(days=4 * 366)
    before = recordings(org_id=evening.by.org_id, show_id=evening.show_id)[0]
    assert attempt(evening, now=now) == "gone"
    row = Deletion.objects.get()
    assert row.state == "done"
    assert row.sha256 == hashlib.sha256(canonical(row.certificate)).hexdigest()
    listed: list[Any] = row.certificate["recordings"][0]["segments"]
    assert [one["sha256"] for one in listed] == [one.sha256 for one in before.segments]
    assert (row.certificate["asked_by"], row.certificate["confirmed_by"]) == (
        evening.by.id,
        evening.by.id + 1,
    )
    assert attempt(evening, now=now) == NothingToDelete.code
    assert actions.finish_deletions(now=now) == 0


def test_one_person_deletes_nothing_and_a_hold_in_between_stops_it(evening: Evening) -> None:
    ended(evening)
    now = OVER + dt.timedelta(days=4 * 366)
    values: dict[str, Any] = {"show_id": evening.show_id, "by": evening.by}
    with pytest.raises(StillKept):
        actions.ask_deletion(**values, reason="占空间", now=OVER + dt.timedelta(days=3 * 365))
    with pytest.raises(HoldReasonMissing):
        actions.ask_deletion(**values, reason=" ", now=now)
    asked = actions.ask_deletion(**values, reason="到期", now=now)
    with pytest.raises(NothingToDelete):
        actions.ask_deletion(**values, reason="再来", now=now)
    for decide in (actions.confirm_deletion, actions.refuse_deletion):
        with pytest.raises(DeletionByOnePerson):
            decide(deletion_id=asked.id, by=evening.by, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Deletion.objects.update(state="confirmed", decided_by=evening.by.id, decided_at=now)
    hold = actions.place_hold(**values, reason="投诉", now=now)
    with pytest.raises(HeldBack):
        actions.confirm_deletion(deletion_id=asked.id, by=second(evening), now=now)
    stranger = Actor("person", 9, evening.by.org_id + 1, evening.by.roles)
    with pytest.raises(NoSuchHold):
        actions.lift_hold(hold_id=hold.id, reason="结案", by=stranger, now=now)
    with pytest.raises(NoSuchDeletion):
        actions.confirm_deletion(deletion_id=asked.id, by=stranger, now=now)
    assert actions.finish_deletions(now=now) == 0
    assert folder_of(evening).exists()
    actions.refuse_deletion(deletion_id=asked.id, by=second(evening), now=now)
    assert reads.keeping(evening.by.org_id, evening.show_id).deletions[0].state == "refused"


def test_no_other_code_takes_a_recording_away() -> None:
    """``erase_recording`` is called by the deletion of two people and nowhere else."""
    callers = {
        module.name
        for module in package_modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "erase_recording"
    }
    assert callers == {"kaibo/evidence/actions/keeping.py"}
