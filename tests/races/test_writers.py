"""Writers of one SQLite file take turns: who commits and begins again queues behind who waits.

Two threads stand for two processes: each connection has locks of its own, as a process has.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from pathlib import Path

import pytest
from django.db import OperationalError, connections
from django.db.backends.sqlite3.base import DatabaseWrapper as Plain

from kaibo.site.sqlite.base import DatabaseWrapper
from kaibo.site.tests.upstream import wait_until

# The files are these tests' own; the mark only opens Django's connections to them.
pytestmark = pytest.mark.django_db
TRIES = 10


def writer(kind: type[Plain], path: Path, *, wait_s: float = 60) -> Plain:
    """A connection with the product's options."""
    options = {
        "transaction_mode": "IMMEDIATE",
        "timeout": wait_s,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    settings = {**connections.databases["default"], "NAME": str(path), "OPTIONS": options}
    made = kind(settings, alias="turns")
    made.ensure_connection()
    return made


def begin(one: Plain) -> None:
    """What ``transaction.atomic`` does first."""
    one.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def write(one: Plain, who: str) -> None:
    """Sign, commit, and be ready for the next."""
    with one.cursor() as cursor:
        cursor.execute("INSERT INTO turn VALUES (%s)", [who])
    one.commit()
    one.set_autocommit(True)


def is_overtaken(kind: type[Plain], path: Path) -> bool:
    """Whether who writes twice in a row is done before the one who waited since the first."""
    hog = writer(kind, path)
    with hog.cursor() as cursor:
        cursor.execute("CREATE TABLE turn (who TEXT)")
    begin(hog)
    about_to_wait = threading.Event()

    def wait_and_write() -> None:
        waiting = writer(kind, path)
        about_to_wait.set()
        begin(waiting)
        write(waiting, "waited")
        waiting.close()

    thread = threading.Thread(target=wait_and_write)
    thread.start()
    about_to_wait.wait(30)
    if kind is Plain:
        time.sleep(0.2)  # by now it looks every tenth of a second
    else:
        wait_until(lambda: is_held(Path(f"{path}-next")))
    write(hog, "hog")
    begin(hog)
    write(hog, "hog again")
    thread.join()
    with hog.cursor() as cursor:
        order: list[str] = [who for (who,) in cursor.execute("SELECT who FROM turn ORDER BY rowid")]
    hog.close()
    assert sorted(order) == ["hog", "hog again", "waited"]
    return order[1] == "hog again"


def is_held(lock: Path) -> bool:
    """Whether somebody has this file's lock."""
    probe = os.open(lock, os.O_RDWR)
    try:
        fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(probe)
    return False


def test_who_waits_is_not_overtaken(tmp_path: Path) -> None:
    found = [is_overtaken(DatabaseWrapper, tmp_path / f"{n}.sqlite3") for n in range(TRIES)]
    assert found == [False] * TRIES


def test_without_the_queue_who_waits_is_overtaken(tmp_path: Path) -> None:
    """The control: with the engine's own waiting, the one who never pauses goes first."""
    assert any(is_overtaken(Plain, tmp_path / f"{n}.sqlite3") for n in range(TRIES))


def test_the_turn_ends_with_every_end_of_a_transaction(tmp_path: Path) -> None:
    """Commit, rollback and a lost connection each let the next one write; a holder does not."""
    path = tmp_path / "x.sqlite3"
    one, two = (writer(DatabaseWrapper, path, wait_s=0.1) for _ in range(2))
    for end in (one.commit, one.rollback, one.close):
        begin(one)
        with pytest.raises(OperationalError, match="locked"):
            begin(two)
        end()
        begin(two)
        two.rollback()
        two.set_autocommit(True)
        if end != one.close:
            one.set_autocommit(True)
    two.close()
