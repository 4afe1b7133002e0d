"""The state machines of the product, found where they are written, and their pictures.

``python -m tests.states`` draws ``docs/mechanisms/states.md`` anew.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator

import django

from kaibo.base.machines import Machine
from tests.paths import DOCS, PACKAGE

PAGE = DOCS / "mechanisms" / "states.md"
_HEAD = """\
# States: what may become of an order, a payment, a claim, units in hand

Written by `python -m tests.states` from the tables in each context's `rules`; a test holds the \
two together, so change the table and draw anew. A row is moved by its table and in no other way: \
a verb that does not follow from the state is refused (`order_state_wrong`, `claim_used`, \
`claim_lapsed`), changes nothing because it was done before, or is a bug and stops there.

An arrow to the end means that a row may stay there for good: nobody owes anything. The column \
"books" names the postings that a move writes into the [ledger](ledger.md) in the same \
transaction. A refund is owed apart from its payment, and goes back by its provider or by bank.

One more machine is one more table: a `Machine` (`kaibo/base/machines.py`) in the rules of its \
context, columns and `CHECK` of the model taken from it, and one function of the actions that \
moves rows by it.
"""


def machines() -> dict[str, tuple[str, Machine]]:
    """Every machine that some rules hold, by its noun, with its context."""
    found = {}
    for context, name in _modules_of_rules():
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, Machine):
                found[value.noun] = context, value
    return dict(sorted(found.items()))


def _modules_of_rules() -> Iterator[tuple[str, str]]:
    for pattern in ("*/rules.py", "*/rules/*.py"):
        for path in sorted(PACKAGE.glob(pattern)):
            parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
            yield parts[1], ".".join(parts).removesuffix(".__init__")


def page() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *(_section(*found) for found in machines().values())])


def _section(context: str, machine: Machine) -> str:
    lines = [f"## {machine.noun} {machine.zh}", "", "```mermaid", "stateDiagram-v2"]
    lines += [f"    {state.name} : {state.zh} {state.name}" for state in machine.states]
    lines.append(f"    [*] --> {machine.states[0].name}")
    lines += [f"    {move.source} --> {move.target} : {move.verb}" for move in machine.moves]
    lines += [f"    {state.name} --> [*]" for state in machine.states if state.is_final]
    lines += ["```", "", f"| from | verb | to | made by `{context}.actions` | books |"]
    lines.append("|--|--|--|--|--|")
    for move in machine.moves:
        books = " · ".join(move.books)
        lines.append(f"| {move.source} | {move.verb} | {move.target} | `{move.by}` | {books} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    # Rules of one context read what another tells, and so its tables.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaibo.site.settings")
    django.setup()
    PAGE.write_text(page(), encoding="utf-8")
