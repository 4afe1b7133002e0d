"""Doing things at once, on threads with connections of their own."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connections
from django.db.models import QuerySet

Call = Callable[[], Any]


def at_once(calls: Sequence[Call]) -> list[Any]:
    """What each call returned or raised, in order; all begin together."""
    begin = threading.Barrier(len(calls))
    outcomes: list[Any] = [None] * len(calls)

    def run(place: int) -> None:
        try:
            begin.wait(timeout=30)
            outcomes[place] = calls[place]()
        except Exception as error:
            outcomes[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=100)
    return outcomes


def one_after_another(calls: Sequence[Call]) -> Call:
    """One call that makes several and returns their outcomes."""

    def run() -> list[Any]:
        outcomes: list[Any] = []
        for call in calls:
            try:
                outcomes.append(call())
            except Exception as error:
                outcomes.append(error)
        return outcomes

    return run


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Row locks do nothing from here on: the control that shows what they are for."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self.all())


def slowed(monkeypatch: pytest.MonkeyPatch, target: Any, name: str, *, seconds: float) -> None:
    """Let everybody look before anybody writes, unless a lock keeps them apart."""
    judge = getattr(target, name)

    def later(*args: Any, **kwargs: Any) -> Any:
        answer = judge(*args, **kwargs)
        time.sleep(seconds)
        return answer

    monkeypatch.setattr(target, name, later)
