"""The SQLite engine of ``DATABASES``: Django's, and nobody who writes is overtaken for long.

SQLite has one writer, and who waits for it looks again after a tenth of a second. A long import
commits and begins again between two looks, so a claim in another process could wait for all of
it and fail with "database is locked". Here writers queue on two file locks beside the database:
who is next holds the first while waiting for the second, so the one who writes must queue again.
The kernel lets go of both when a process dies.
"""

import contextlib
import fcntl
import os
import time
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

# Who is next looks often, for it is one alone; who is not can do so more seldom.
NEXT_LOOKS_S = 0.001
OTHERS_LOOK_S = 0.005


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection; it holds the queue's second lock from BEGIN to COMMIT or ROLLBACK."""

    _queue: "_Queue | None" = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect, and take a place to queue from."""
        connection = super().get_new_connection(conn_params)
        if not self.is_in_memory_db():
            wait_s = float(conn_params.get("timeout", 5.0))
            self._queue = _Queue(Path(conn_params["database"]), wait_s=wait_s)
        return connection

    def _start_transaction_under_autocommit(self) -> None:
        if self._queue is not None:
            self._queue.enter()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs lack it
        except BaseException:
            self._leave()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]  # the stubs lack it
        self._leave()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # the stubs lack it
        finally:
            self._leave()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # the stubs lack it
        finally:
            if self._queue is not None:
                self._queue.close()
                self._queue = None

    def _leave(self) -> None:
        if self._queue is not None:
            self._queue.leave()


class _Queue:
    def __init__(self, database: Path, *, wait_s: float) -> None:
        self._wait_s = wait_s
        self._next, self._writing = (
            os.open(f"{database}-{name}", os.O_RDWR | os.O_CREAT, 0o600)
            for name in ("next", "writing")
        )

    def enter(self) -> None:
        """Wait for the turn.

        Raises:
            OperationalError: it did not come in time; the words are the engine's own.
        """
        until = time.monotonic() + self._wait_s
        _take(self._next, until=until, look_s=OTHERS_LOOK_S)
        try:
            _take(self._writing, until=until, look_s=NEXT_LOOKS_S)
        finally:
            fcntl.flock(self._next, fcntl.LOCK_UN)

    def leave(self) -> None:
        """Let the next one write; without a turn it does nothing."""
        fcntl.flock(self._writing, fcntl.LOCK_UN)

    def close(self) -> None:
        """Leave for good."""
        os.close(self._next)
        os.close(self._writing)


def _take(lock: int, *, until: float, look_s: float) -> None:
    while True:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if time.monotonic() > until:
            raise OperationalError("database is locked")
        time.sleep(look_s)
