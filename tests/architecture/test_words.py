"""What modules say and may say: pure modules, contexts' sentences, refusals, facts."""

from __future__ import annotations

import ast
import importlib
import re
import string
from collections import Counter
from typing import TypeVar

from kaibo.base.errors import Refusal
from kaibo.facts.base import Fact
from kaibo.facts.registry import MODULES, kinds
from tests.architecture.source import all_modules, contexts, floors, package_modules, pure_modules
from tests.paths import PACKAGE

Kind = TypeVar("Kind")

CLOCKS = {"now", "today", "utcnow", "monotonic", "perf_counter", "time_ns"}
CJK = re.compile(r"[\u4e00-\u9fff]")
NEVER = re.compile(r"\b(never|no)\b", re.IGNORECASE)
CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def test_pure_modules_read_no_clock() -> None:
    """In rules, errors, facts and base the time is an argument."""
    calls = [
        f"{module.name}:{node.lineno} calls {_called(node)}()"
        for module in pure_modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and _called(node) in CLOCKS
    ]
    assert calls == []


def test_every_context_says_what_it_is() -> None:
    """``__init__`` is a docstring and nothing else: what it owns, what it never does."""
    silent = []
    for name in contexts():
        tree = ast.parse((PACKAGE / name / "__init__.py").read_text(encoding="utf-8"))
        text = ast.get_docstring(tree) or ""
        if len(text) < 20 or len(tree.body) != 1 or not NEVER.search(text):
            silent.append(name)
    assert silent == []


def test_every_context_has_a_floor() -> None:
    """A folder that nobody placed is a folder that nobody decided on."""
    assert [name for name in contexts() if name not in floors()] == []


def test_every_refusal_speaks() -> None:
    """Unique code, a status of refusal, the same data in both languages."""
    refusals = _refusals()
    assert refusals, "some refusal exists"
    codes = Counter(refusal.code for refusal in refusals)
    assert {code: count for code, count in codes.items() if count > 1} == {}
    faults = []
    for refusal in refusals:
        if not CODE.fullmatch(refusal.code):
            faults.append(f"{refusal.__qualname__}: code {refusal.code!r}")
        if refusal.http_status != 503 and not 400 <= refusal.http_status < 500:
            faults.append(f"{refusal.__qualname__}: status {refusal.http_status}")
        if not CJK.search(refusal.text_zh) or CJK.search(refusal.text_en) or not refusal.text_en:
            faults.append(f"{refusal.__qualname__}: needs a Chinese and an English text")
        if _fields(refusal.text_zh) != _fields(refusal.text_en):
            faults.append(f"{refusal.__qualname__}: its texts use different data")
    assert faults == []


def test_refusals_live_in_errors() -> None:
    """A refusal is found where a reader looks for it."""
    astray = [refusal.__module__ for refusal in _refusals() if ".errors" not in refusal.__module__]
    assert astray == []


def test_facts_have_unique_tags() -> None:
    """A tag names context, fact and version; the registry knows every module of facts."""
    facts = list(kinds().values())
    defined = [kind for kind in _subclasses(Fact) if kind.__module__.startswith("kaibo.")]
    assert set(defined) == set(facts)
    assert facts, "some fact exists"
    tags = Counter(str(fact.__struct_config__.tag) for fact in facts)
    assert {tag: count for tag, count in tags.items() if count > 1} == {}
    for fact in facts:
        context = fact.__module__.split(".")[2]
        tag = str(fact.__struct_config__.tag)
        assert re.fullmatch(rf"{context}\.[a-z0-9_]+\.[1-9][0-9]*", tag), tag
    present = {path.stem for path in (PACKAGE / "facts").glob("*.py")}
    assert present - set(MODULES) == {"__init__", "base", "registry"}


def test_only_the_gate_starts_a_show() -> None:
    """``start_show`` is called in preflight and nowhere else, so no path avoids the gate."""
    callers = {
        module.name
        for module in all_modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and _called(node) == "start_show"
    }
    product = {name for name in callers if "/tests/" not in name and not name.startswith("tests/")}
    assert {name for name in product if not name.startswith("kaibo/preflight/")} == set()
    assert product, "the gate calls it"


def test_nothing_is_left_for_later() -> None:
    """No reminder stands in for code."""
    words = re.compile(r"\b(TODO|FIXME|XXX|raise NotImplementedError)\b")
    found = [module.name for module in package_modules() if words.search(module.text)]
    assert found == []


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _refusals() -> list[type[Refusal]]:
    for module in package_modules():
        if module.role == "errors":
            dotted = module.path.relative_to(PACKAGE.parent).with_suffix("").parts
            importlib.import_module(".".join(dotted).removesuffix(".__init__"))
    found = _subclasses(Refusal)
    return [
        kind for kind in found if kind.__module__.startswith("kaibo.") and not kind.__subclasses__()
    ]


def _subclasses(kind: type[Kind]) -> list[type[Kind]]:
    return [found for child in kind.__subclasses__() for found in (child, *_subclasses(child))]


def _fields(text: str) -> set[str]:
    """The data a text shows; what is said in words may differ by language (``why_zh``)."""
    names = (name for _, name, _, _ in string.Formatter().parse(text) if name)
    return {re.sub(r"(^|_)(zh|en)$", "", re.split(r"[.\[]", name)[0]) for name in names}
