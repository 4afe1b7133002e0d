"""The draw as rules: the public script agrees, and what was altered does not verify."""

import copy
import runpy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.promotions.rules.drawing import commitment, draw_winners, link_entry, root_of, sha
from tests.paths import DOCS

SCRIPT = DOCS / "verify_draw.py"
verify = runpy.run_path(str(SCRIPT))["verify"]

names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=6)


def published(
    seed: str, tokens: list[str], prizes: list[tuple[str, int]], barred: list[int]
) -> dict[str, Any]:
    """The public file of a draw, by the rules."""
    head = commitment(seed)
    for token in tokens:
        head = link_entry(head, token)
    root = root_of(head, prizes=prizes, barred=barred)
    counts = [count for _, count in prizes]
    winners = draw_winners(seed, root=root, tokens=tokens, counts=counts, barred=barred)
    return {
        "commit": commitment(seed),
        "seed": seed,
        "root": root,
        "entries": tokens,
        "prizes": [[name, count] for name, count in prizes],
        "barred": sorted(barred),
        "winners": [[winner.place, winner.prize_no] for winner in winners],
    }


@st.composite
def proofs(draw: Any) -> dict[str, Any]:
    """Random draws."""
    count = draw(st.integers(0, 12))
    tokens = [sha(f"{draw(st.integers())}-{place}")[:32] for place in range(count)]
    prizes = draw(st.lists(st.tuples(names, st.integers(1, 4)), min_size=1, max_size=4))
    barred = draw(st.sets(st.integers(1, count), max_size=3)) if count else set()
    return published(sha(draw(names)), tokens, prizes, sorted(barred))


@given(proofs())
def test_the_script_agrees_with_the_rules(proof: dict[str, Any]) -> None:
    assert verify(proof) == []
    places = [place for place, _ in proof["winners"]]
    assert len(set(places)) == len(places)
    assert not set(places) & set(proof["barred"])
    units = sum(count for _, count in proof["prizes"])
    assert len(places) == min(units, len(proof["entries"]) - len(proof["barred"]))


@pytest.mark.parametrize(
    "part", ["seed", "order", "list", "added", "prizes", "barred", "winners", "root"]
)
def test_what_was_altered_does_not_verify(part: str) -> None:
    tokens = [sha(str(place)) for place in range(9)]
    proof = published(sha("seed"), tokens, [("面霜", 2), ("口红", 1)], [4])
    assert verify(proof) == []
    false = copy.deepcopy(proof)
    match part:
        case "seed":
            false["seed"] = sha("another")
        case "order":
            false["entries"][0], false["entries"][1] = false["entries"][1], false["entries"][0]
        case "list":
            false["entries"].pop()
        case "added":
            false["entries"].append(sha("a friend"))
        case "prizes":
            false["prizes"][0][1] = 3
        case "barred":
            false["barred"] = []
        case "winners":
            false["winners"][0][0] = 4
        case "root":
            false["root"] = sha("root")
    assert verify(false) != []


def test_every_entry_wins_equally_often() -> None:
    """2,000 draws of one prize among five: each wins 400 times, give or take five sigma."""
    tokens = [sha(str(place)) for place in range(5)]
    wins = [0] * 6
    for number in range(2_000):
        proof = published(sha(str(number)), tokens, [("奖", 1)], [])
        wins[proof["winners"][0][0]] += 1
    assert wins[0] == 0
    assert all(abs(count - 400) < 90 for count in wins[1:])


def test_the_script_is_short_and_needs_nothing() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert text.count("\n") <= 30
    imports = [line for line in text.splitlines() if line.startswith(("import", "from"))]
    assert imports == ["import hashlib", "import json", "import sys"]
