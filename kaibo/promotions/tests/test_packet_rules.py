"""How a red packet is split: exact to the fen, within its bounds, and anyone can recompute it."""

import copy
import json
import runpy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.promotions.errors import PacketCannotBe, PacketIncomplete, PrizeAboveCap
from kaibo.promotions.rules import (
    PRIZE_FEN_MAX,
    PacketSpec,
    Traits,
    check_packet_publishable,
    commitment,
    judge_packet,
    portions,
)
from kaibo.promotions.rules.packets import most_portion_fen
from kaibo.promotions.tests.packing import spec_of
from tests.paths import DOCS, PROOFS

script = runpy.run_path(str(DOCS / "verify_packet.py"))
verify = script["verify"]
NOBODY = Traits(has_paid=False, followed_days=None)


@st.composite
def specs(draw: st.DrawFn) -> PacketSpec:
    """Terms that can be published."""
    number = draw(st.integers(1, 40))
    if draw(st.booleans()):
        total = draw(st.integers(number, 10_000))
        return spec_of(split="equal", number=number, total_fen=total)
    least = draw(st.integers(1, 500))
    most = draw(st.integers(least, 3_000))
    total = draw(st.integers(number * least, number * most))
    amounts = {"total_fen": total, "least_fen": least, "most_fen": most}
    return spec_of(split="random", number=number, **amounts)


def published(seed: str, spec: PacketSpec, *, taken: int) -> dict[str, Any]:
    """The public file of a red packet of which so many portions were taken, by the rules."""
    parts = portions(seed, spec)
    terms = {name: getattr(spec, name) for name in ("total_fen", "number", "split")}
    return {
        "terms": terms | {"least_fen": spec.least_fen, "most_fen": spec.most_fen},
        "commit": commitment(seed),
        "seed": seed,
        "portions": [
            {"place": place, "fen": fen} for place, fen in enumerate(parts[:taken], start=1)
        ],
        "returned_fen": sum(parts[taken:]),
    }


@pytest.mark.row("R-051")
@given(specs(), st.text(st.characters(codec="utf-8"), max_size=20), st.data())
def test_portions_sum_to_the_total_within_their_bounds(
    spec: PacketSpec, seed: str, data: st.DataObject
) -> None:
    check_packet_publishable(spec)
    parts = portions(seed, spec)
    assert spec.number is not None
    assert sum(parts) == spec.total_fen
    assert len(parts) == spec.number
    assert parts == portions(seed, spec)
    least = 1 if spec.split == "equal" else spec.least_fen
    assert least is not None
    assert 1 <= least <= min(parts) <= max(parts) <= most_portion_fen(spec)
    if spec.split == "equal":
        assert max(parts) - min(parts) <= 1
        assert parts == sorted(parts, reverse=True)
    taken = data.draw(st.integers(0, spec.number))
    assert verify(published(seed, spec, taken=taken)) == []


def test_the_script_agrees_with_the_pages() -> None:
    assert verify(json.loads(PROOFS.read_text())["packet"]) == []


@pytest.mark.parametrize("part", ["seed", "amount", "order", "left out", "returned", "total"])
def test_what_was_altered_does_not_verify(part: str) -> None:
    proof = published("seed", spec_of(number=6, total_fen=1_200), taken=4)
    assert verify(proof) == []
    false = copy.deepcopy(proof)
    match part:
        case "seed":
            false["seed"] = "another"
        case "amount":
            false["portions"][1]["fen"] += 1
        case "order":
            first, second = false["portions"][:2]
            first["fen"], second["fen"] = second["fen"], first["fen"]
        case "left out":
            del false["portions"][0]
        case "returned":
            false["returned_fen"] -= 1
        case "total":
            false["terms"]["total_fen"] += 1
    assert verify(false) != []


def test_no_place_is_better() -> None:
    """2,000 packets of five portions with a mean of 2 yuan: so has each place, to five sigma."""
    sums = [0] * 5
    for number in range(2_000):
        spec = spec_of(number=5, total_fen=1_000, least_fen=1, most_fen=900)
        for place, fen in enumerate(portions(f"seed {number}", spec)):
            sums[place] += fen
    assert sum(sums) == 2_000 * 1_000
    assert all(abs(fen / 2_000 - 200) < 16 for fen in sums), sums


@pytest.mark.row("LM-101")
@pytest.mark.parametrize(
    ("missing", "without"),
    [
        ("total", {"total_fen": None}),
        ("number", {"number": None}),
        ("amounts", {"most_fen": None}),
        ("amounts", {"least_fen": None}),
        ("conditions", {"audience": ""}),
        ("opens_at", {"opens_at": None}),
        ("closes_at", {"closes_at": None}),
        ("credit_days", {"credit_days": None}),
        ("organiser", {"organiser": ""}),
    ],
)
def test_what_is_missing_is_named(missing: str, without: dict[str, Any]) -> None:
    with pytest.raises(PacketIncomplete) as refused:
        check_packet_publishable(spec_of(**without))
    assert refused.value.data["missing"] == [missing]


def test_bounds_that_cannot_sum_to_the_total_are_refused() -> None:
    for wrong in ({"total_fen": 399}, {"total_fen": 1_601}, {"split": "equal", "total_fen": 3}):
        with pytest.raises(PacketCannotBe):
            check_packet_publishable(spec_of(**wrong))
    for right in ({"total_fen": 400}, {"total_fen": 1_600}, {"split": "equal", "total_fen": 4}):
        check_packet_publishable(spec_of(**right))


@pytest.mark.row("LM-102")
def test_the_cap_of_a_portion() -> None:
    """50,000.00 yuan passes, 50,000.01 does not."""
    one = {"number": 2, "total_fen": PRIZE_FEN_MAX, "least_fen": 1}
    check_packet_publishable(spec_of(**one, most_fen=PRIZE_FEN_MAX))
    with pytest.raises(PrizeAboveCap):
        check_packet_publishable(spec_of(**one, most_fen=PRIZE_FEN_MAX + 1))


def test_who_gets_a_portion() -> None:
    good: dict[str, Any] = {"traits": NOBODY, "is_barred": False, "won_fen": 0, "left": 1}
    room_fen = PRIZE_FEN_MAX - 400
    assert judge_packet(spec_of(), **good) is None
    assert judge_packet(spec_of(), **good | {"won_fen": room_fen}) is None
    assert judge_packet(spec_of(), **good | {"won_fen": room_fen + 1}) == "over_cap"
    assert judge_packet(spec_of(), **good | {"left": 0}) == "gone"
    assert judge_packet(spec_of(), **good | {"left": 0, "is_barred": True}) == "barred"
    assert judge_packet(spec_of(audience="follower"), **good) == "not_for_you"
