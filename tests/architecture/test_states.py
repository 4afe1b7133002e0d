"""Every state machine is walked to its ends, drawn as it is, and the only way to move a row."""

from __future__ import annotations

import ast
import importlib

import pytest

from kaibo.base.machines import Machine, Move, State
from tests.architecture.source import package_modules
from tests.states import PAGE, machines, page

MACHINES = {noun: machine for noun, (_, machine) in machines().items()}


def test_the_machines_are_found() -> None:
    """So that no test below passes for want of one."""
    assert set(MACHINES) >= {"order", "payment", "claim", "taking"}


def test_the_page_is_the_tables() -> None:
    """``python -m tests.states`` draws it anew."""
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("noun", MACHINES)
def test_every_state_is_reached_and_none_is_a_trap(noun: str) -> None:
    """From the first state to all, and from each that is not final on to one that is."""
    machine = MACHINES[noun]
    first, *_ = machine.names
    assert _reached(machine, first) == set(machine.names)
    final = {state.name for state in machine.states if state.is_final}
    assert [name for name in machine.names if not _reached(machine, name) & final] == []


@pytest.mark.parametrize("noun", MACHINES)
def test_what_is_not_drawn_cannot_be_done(noun: str) -> None:
    """Each verb in each state: the arrow's target, or a bug that stops before anything."""
    machine = MACHINES[noun]
    drawn = {(move.source, move.verb): move.target for move in machine.moves}
    for state in machine.names:
        for verb in {move.verb for move in machine.moves}:
            assert machine.may(state, verb) == ((state, verb) in drawn)
            if machine.may(state, verb):
                assert machine.after(state, verb) == drawn[state, verb]
            else:
                with pytest.raises(AssertionError, match="does not follow"):
                    machine.after(state, verb)


def test_every_arrow_names_an_action_that_exists() -> None:
    """The column "made by" is the context's public verb."""
    for context, machine in machines().values():
        actions = importlib.import_module(f"kaibo.{context}.actions")
        assert [move.by for move in machine.moves if not hasattr(actions, move.by)] == []


def test_rows_are_moved_by_their_table_alone() -> None:
    """No action writes a state's name into ``order.state``, ``Claim.objects….update(state=)``…"""
    ways = [
        f"{module.name}:{node.lineno}"
        for module in package_modules()
        if module.role == "actions"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Assign | ast.Call) and _writes_a_state(node)
    ]
    assert ways == []


@pytest.mark.parametrize(
    "line",
    ['order.state, x = "paid", 1', 'claim.state = "paid"', 'Claim.objects.update(state="x")'],
)
def test_another_way_is_noticed(line: str) -> None:
    """The control."""
    assert any(_writes_a_state(node) for node in ast.walk(ast.parse(line)))


@pytest.mark.parametrize(
    "moves",
    [
        (Move("a", "go", "b", by=""), Move("a", "go", "a", by="")),
        (Move("a", "go", "nowhere", by=""),),
    ],
)
def test_a_table_that_cannot_be_is_refused(moves: tuple[Move, ...]) -> None:
    """A verb with two targets, and a state nobody declared."""
    with pytest.raises(AssertionError):
        Machine("x", "某", (State("a", "甲"), State("b", "乙")), moves)


def _reached(machine: Machine, start: str) -> set[str]:
    reached, todo = {start}, [start]
    while todo:
        here = todo.pop()
        new = {move.target for move in machine.moves if move.source == here} - reached
        reached |= new
        todo += new
    return reached


def _writes_a_state(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign):
        targets = [ast.unparse(part) for target in node.targets for part in ast.walk(target)]
        named = any(f"{noun}.state" in targets for noun in MACHINES)
        return named and any(isinstance(part, ast.Constant) for part in ast.walk(node.value))
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".update"):
        said = ast.unparse(node.func)
        states = [word.value for word in node.keywords if word.arg == "state"]
        named = any(f"{noun.capitalize()}.objects" in said for noun in MACHINES)
        return named and any(isinstance(state, ast.Constant) for state in states)
    return False
