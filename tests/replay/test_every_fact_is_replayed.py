"""No kind of fact is dead, and none is told that nothing could be rebuilt from."""

from __future__ import annotations

import ast
import importlib
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from kaibo.facts import registry
from kaibo.facts.base import Fact
from tests.architecture.source import Module, package_modules, parse

FILES = sorted(
    path for path in Path(__file__).parent.glob("test_*.py") if path.stem not in __name__
)
# Kinds that no replay test folds, each with the reason. Facts leave this list, none joins it
# lightly: what cannot be replayed cannot be shown to be true.
NOT_REPLAYED: dict[type[Fact], str] = {}


def _replays() -> dict[str, tuple[Module, ModuleType]]:
    return {
        path.stem: (parse(path), importlib.import_module(f"tests.replay.{path.stem}"))
        for path in FILES
    }


def test_every_kind_of_fact_is_folded_or_excused() -> None:
    """One replay test answers for each kind, so that two cannot leave it to each other."""
    assert len(FILES) >= 9
    told_by = Counter(kind for _, module in _replays().values() for kind in module.FOLDED)
    known = set(registry.kinds().values())
    assert {kind.__name__ for kind in known - told_by.keys() - NOT_REPLAYED.keys()} == set()
    assert {kind.__name__ for kind in told_by.keys() & NOT_REPLAYED.keys()} == set()
    assert {kind.__name__ for kind, times in told_by.items() if times > 1} == set()
    assert told_by.keys() | NOT_REPLAYED.keys() == known
    assert all(NOT_REPLAYED.values())


@pytest.mark.parametrize("name", [path.stem for path in FILES])
def test_what_is_called_folded_has_a_case(name: str) -> None:
    """``FOLDED`` is what the module's own ``match`` statements name, not a wish."""
    source, module = _replays()[name]
    cases = set(_cases(source.tree))
    assert {kind.__name__ for kind in module.FOLDED} <= cases


def test_every_kind_of_fact_is_told_by_an_action() -> None:
    """A kind whose name stands in no action of its context is never appended."""
    names: dict[str, set[str]] = {}
    for source in package_modules():
        if source.role == "actions" and "tests" not in source.path.parts:
            names.setdefault(source.context, set()).update(_used(source.tree))
    dead = {
        tag
        for tag, kind in registry.kinds().items()
        if kind.__name__ not in names.get(tag.partition(".")[0], set())
    }
    assert dead == set()


def test_an_import_alone_is_no_use_and_a_case_is_seen() -> None:
    """The two readers above, tried on a text of their own."""
    tree = ast.parse(
        "from kaibo.facts.room import LinkPopped, HostTold\n"
        "def act(fact):\n"
        "    append(LinkPopped(link_no=1))\n"
        "    match fact:\n"
        "        case told.NoticePinned() | told.ViewerMuted(viewer_id=1) as one: ...\n"
        "        case ReportFiled(): ...\n"
    )
    assert "LinkPopped" in set(_used(tree))
    assert "HostTold" not in set(_used(tree))
    assert set(_cases(tree)) == {"NoticePinned", "ViewerMuted", "ReportFiled"}


def _used(tree: ast.Module) -> list[str]:
    return [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]


def _cases(tree: ast.Module) -> list[str]:
    patterns = [node.cls for node in ast.walk(tree) if isinstance(node, ast.MatchClass)]
    return [cls.attr if isinstance(cls, ast.Attribute) else ast.unparse(cls) for cls in patterns]
