"""Loaded before Django's settings: every test process works in a home of its own.

Named by ``-p`` in the pytest options, because pytest-django reads the settings before any
``conftest.py``.
"""

from __future__ import annotations

import os
import shutil
import tempfile

# The journal's safe reader waits for every open transaction of a server, so workers that run side
# by side each get a server of their own: the lists hold one address per worker.
worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
for name in ("DATABASE_URL", "REDIS_URL"):
    if addresses := os.environ.get(f"{name}S", "").split():
        os.environ[name] = addresses[worker % len(addresses)]

HOME = tempfile.mkdtemp(prefix="kaibo-tests-")
os.environ["KAIBO_HOME"] = HOME
# Settings that a developer's shell may carry must not change what the tests see.
for name in ("KAIBO_PUBLIC_URL", "KAIBO_DEBUG", "KAIBO_PAY", "KAIBO_HOST", "KAIBO_PORT"):
    os.environ.pop(name, None)


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    shutil.rmtree(HOME, ignore_errors=True)
