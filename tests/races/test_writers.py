"""Two processes write to one SQLite file: whoever waits is not overtaken again and again."""

from __future__ import annotations

import os
import sqlite3
import statistics
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import OperationalError, connections
from django.db.backends.sqlite3.base import DatabaseWrapper as Plain

from kaibo.site.sqlite.base import DatabaseWrapper
from tests.paths import ROOT

# The files are these tests' own; the mark only opens Django's connections to them.
pytestmark = pytest.mark.django_db

TURNS = 12
# A writer without a pause: as soon as one transaction is over, the next begins.
_HOG = """
import sys, time
from tests.races.test_writers import writer
from kaibo.site.sqlite.base import DatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper as Plain
hog = writer({"fair": DatabaseWrapper, "plain": Plain}[sys.argv[1]], sys.argv[2])
hog.ensure_connection()
print(".", flush=True)
while True:
    hog.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    with hog.cursor() as cursor:
        cursor.execute("UPDATE turn SET taken = taken + 1")
    time.sleep(0.02)
    hog.commit()
    hog.set_autocommit(True)
"""


def writer(kind: type[Plain], path: str) -> Plain:
    """A connection of its own, with the product's options."""
    settings = {
        **connections.databases["default"],
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 3,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }
    return kind(settings, alias="turns")


def overtaken(kind: type[Plain], path: Path) -> list[int]:
    """For each of a few writes: how many the hog made while this one waited."""
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE turn (taken INTEGER)")
        made.execute("INSERT INTO turn VALUES (0)")
    made.close()
    name = "plain" if kind is Plain else "fair"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "kaibo.site.settings"}
    hog = subprocess.Popen(
        [sys.executable, "-c", f"import django; django.setup()\n{_HOG}", name, str(path)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
    )
    mine, found = writer(kind, str(path)), []
    try:
        assert hog.stdout is not None
        hog.stdout.readline()
        for _ in range(TURNS):
            with mine.cursor() as cursor:
                before = int(cursor.execute("SELECT taken FROM turn").fetchone()[0])
            mine.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
            with mine.cursor() as cursor:
                after = int(cursor.execute("SELECT taken FROM turn").fetchone()[0])
            mine.rollback()
            mine.set_autocommit(True)
            found.append(after - before)
    finally:
        mine.close()
        hog.kill()
        hog.wait()
        assert hog.stdout is not None
        hog.stdout.close()
    return found


@pytest.mark.slow
def test_a_writer_without_pause_lets_others_in_between(tmp_path: Path) -> None:
    """The one under way goes first and no other; a busy machine may add one before we queue."""
    assert statistics.median(overtaken(DatabaseWrapper, tmp_path / "fair.sqlite3")) <= 1


@pytest.mark.slow
def test_without_the_queue_it_does_not(tmp_path: Path) -> None:
    """The control: the engine's own waiting is overtaken for long, or fails as locked."""
    try:
        waited = statistics.median(overtaken(Plain, tmp_path / "plain.sqlite3"))
    except OperationalError:
        return
    assert waited > 1


def test_the_turn_ends_with_every_end_of_a_transaction(tmp_path: Path) -> None:
    """Commit, rollback and a lost connection each let the next one write; a holder does not."""
    path = str(tmp_path / "x.sqlite3")
    one, two = writer(DatabaseWrapper, path), writer(DatabaseWrapper, path)
    one.ensure_connection()
    two.settings_dict["OPTIONS"]["timeout"] = 0.1
    two.ensure_connection()
    for end in (one.commit, one.rollback, one.close):
        one.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        with pytest.raises(OperationalError, match="locked"):
            two.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        end()
        two.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        two.rollback()
        two.set_autocommit(True)
        if end != one.close:
            one.set_autocommit(True)
    two.close()
