"""Every bench by its name. A bench is a module with ``SIZES`` and ``run(sizes, say=…)``."""

import importlib
from typing import Any, Literal

# Which database it needs: none, one of its own on SQLite, or one beside the installation's own,
# on the same engine.
Needs = Literal["nothing", "sqlite", "engine"]

BENCHES: dict[str, Needs] = {
    "fanout": "sqlite",
    "chat": "engine",
    "joins": "sqlite",
    "rooms": "sqlite",
    "nodes": "sqlite",
    "claims": "engine",
    "scan": "nothing",
    "offers": "nothing",
    "lake": "nothing",
    "isolation": "sqlite",
}


def module(name: str) -> Any:
    """The bench itself, imported only in the process that runs it."""
    return importlib.import_module(f"kaibo.site.bench.{name}")
