"""What every test of the repository shares: order, no network, Chromium or a skip."""

from __future__ import annotations

import gc
import ipaddress
import os
import shutil
import socket
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import override_settings
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

# A busy machine makes one example slow; that is no fault of the code under test.
hypothesis.settings.register_profile("kaibo", deadline=None)
hypothesis.settings.load_profile("kaibo")

# From this slowness on a test reaches a database.
_READS_A_DATABASE = 2
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


# Last, because pytest-randomly and pytest-django also arrange the tests.
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this machine cannot run, and say why; the quick tests come first."""
    items.sort(key=_slowness)
    skips: dict[str, str] = {}
    if chromium_path() is None:
        skips["browser"] = "no Chromium on this machine"
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        skips["once"] = "the same without PostgreSQL, where it is tested"
        # What is folded from facts is the same whoever stored them.
        folded = [item for item in items if item.nodeid.startswith("tests/replay/")]
        for item in items[: bisect_left(items, _READS_A_DATABASE, key=_slowness)] + folded:
            item.add_marker("once")
    else:
        skips["scale"] = "no PostgreSQL: DATABASE_URL is not set"
    if not os.environ.get("KAIBO_TEST_BENCHES"):
        skips["bench"] = "minutes for what measures and does not serve: make test-bench"
    for item in items:
        for name, reason in skips.items():
            if item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_collection_finish() -> None:
    """No collection of garbage looks at modules and tests again: they are there to stay."""
    gc.collect()
    gc.freeze()


def _slowness(item: pytest.Item) -> int:
    if item.get_closest_marker("long"):
        return 4
    if item.get_closest_marker("browser"):
        return 6
    if item.get_closest_marker("slow"):
        return 5
    database = item.get_closest_marker("django_db")
    if database is not None:
        return 3 if database.kwargs.get("transaction") else _READS_A_DATABASE
    if {"db", "transactional_db"} & set(getattr(item, "fixturenames", ())):
        return 3
    return 0 if "architecture" in item.nodeid else 1


def chromium_path() -> str | None:
    """Return the installed Chromium, or nothing."""
    found = (shutil.which(name) for name in CHROMIUM_NAMES)
    return next((path for path in found if path), None)


@pytest.fixture(autouse=True, scope="session")
def only_loopback() -> Iterator[None]:
    """Refuse connections that leave the machine: a test that needs the network proves nothing."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(str(address[0])):
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded)
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> Iterator[None]:
    """Nearly every test adds people; a hash that is slow on purpose would take most of its time.

    Processes that a test starts keep the product's own.
    """
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Hang up what threads of the tests left open, so that PostgreSQL can drop their database."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


@pytest.fixture(autouse=True)
def own_facts_are_readable(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test that runs inside one transaction read the facts it wrote itself.

    On PostgreSQL the journal shows only what is safely committed, and such a test never commits.
    Tests of concurrency use real transactions and keep the real reader.
    """
    database = request.node.get_closest_marker("django_db")
    is_real = "transactional_db" in request.fixturenames or (
        database is not None and database.kwargs.get("transaction")
    )
    has_one = database is not None or "db" in request.fixturenames
    if not has_one or is_real or connection.vendor != "postgresql":
        return
    from kaibo.journal import actions, reads

    def everything(rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows

    for module in (reads, actions):
        monkeypatch.setattr(module, "settled", everything)


@pytest.fixture
def empty_lake(tmp_path: Path, settings: Settings) -> Iterator[None]:
    """A lake of the test's own, forgotten with it: the lake is kept for the life of a process."""
    from kaibo.insight import watching
    from kaibo.insight.lake import lake

    settings.KAIBO_LAKE = tmp_path / "lake"
    lake.cache_clear()
    watching.of_show.cache_clear()
    yield
    lake().close()
    lake.cache_clear()


def _is_loopback(host: str) -> bool:
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False
