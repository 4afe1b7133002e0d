"""The line between the front and its web process: hints both ways, and word of the other's end.

One socket pair, inherited by the child. A byte means "the journal has grown"; the end of the
stream means that the other process is gone, however it went: the kernel closes for the dead.
"""

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable
from typing import Self

from kaibo.journal import edge

_HINT = b"."
# What the web process may take to end by itself once nobody is in front of it.
LAST_WORDS_S = 8.0


class Line:
    """One end, on a thread of its own.

    Args:
        end: this side's socket; taken over.
        on_end: called on that thread when the other process is gone.
    """

    def __init__(self, end: socket.socket, *, on_end: Callable[[], None]) -> None:
        self._end, self._on_end = end, on_end
        self._thread = threading.Thread(target=self._listen, name="line", daemon=True)

    def __enter__(self) -> Self:
        """Carry what this process commits, and tell its listeners what comes."""
        self._deaf = edge.carry(lambda show_id: self._hint())
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up; the other side hears it."""
        self._deaf()
        with contextlib.suppress(OSError):
            self._end.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout=5)
        self._end.close()

    def _hint(self) -> None:
        # A full line holds hints that were not read yet: one more would say nothing new.
        with contextlib.suppress(OSError):
            self._end.send(_HINT, socket.MSG_DONTWAIT)

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while self._end.recv(4096):
                edge.tell_listeners(None)
        self._on_end()


def end_with_the_front() -> None:
    """End this process in order, or without it when that takes too long."""
    os.kill(os.getpid(), signal.SIGTERM)
    late = threading.Timer(LAST_WORDS_S, os._exit, [1])
    late.daemon = True
    late.start()
