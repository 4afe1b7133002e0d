"""Who wins, and what terms cannot stand."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.errors import Refusal
from kaibo.promotions import rules
from kaibo.promotions.errors import BelowFloor, BuyerLimit, NoDayPriceBasis, NotOnSale, SoldOut
from kaibo.promotions.rules import Attempt, Judgement, SaleState, SaleTerms, judge_claims
from kaibo.promotions.tests.shop import NOW, after, attempt

TERMS = SaleTerms("running", NOW, after(60), units_per_buyer_max=1)

attempts = st.lists(
    st.builds(
        Attempt,
        viewer_id=st.integers(1, 6),
        units=st.integers(-1, 4),
        request_key=st.sampled_from(["a", "b", "", "坏"]),
        arrived_at=st.integers(-2, 62).map(after),
        wait=st.booleans(),
    ),
    max_size=30,
)


@given(
    attempts=attempts,
    units_left=st.integers(0, 12),
    most=st.integers(1, 4),
    state=st.sampled_from(["planned", "running", "ended"]),
    line=st.none() | st.sets(st.integers(1, 9), max_size=3),
)
def test_a_batch_is_judged_as_its_attempts_one_by_one(
    attempts: list[Attempt], units_left: int, most: int, state: SaleState, line: set[int] | None
) -> None:
    terms = replace(TERMS, state=state, units_per_buyer_max=most, has_waitlist=line is not None)
    so_far = Judgement([], units_left, {}, len(line or ()), line or set())
    batch = judge(terms, so_far, attempts)

    singles = ["?"] * len(attempts)
    for place in sorted(range(len(attempts)), key=lambda i: attempts[i].arrived_at):
        so_far = judge(terms, so_far, [attempts[place]])
        singles[place] = so_far.verdicts[0]

    assert replace(batch, verdicts=[]) == replace(so_far, verdicts=[])
    assert batch.verdicts == singles
    assert batch.waiting == len(batch.in_line)
    # Whoever wins after somebody waits has overtaken them.
    order = sorted(range(len(attempts)), key=lambda i: attempts[i].arrived_at)
    verdicts = [batch.verdicts[i] for i in order]
    behind = (
        verdicts if line else verdicts[verdicts.index("waiting") :] if "waiting" in verdicts else []
    )
    assert "won" not in behind


def judge(terms: SaleTerms, before: Judgement, attempts: list[Attempt]) -> Judgement:
    """Go on from what judging left behind."""
    return judge_claims(
        terms,
        units_left=before.units_left,
        held_by_viewer=before.held_by_viewer,
        attempts=attempts,
        waiting=before.waiting,
        in_line=before.in_line,
    )


@given(attempts=attempts, units_left=st.integers(0, 12), most=st.integers(1, 4))
def test_never_more_than_there_is_and_never_more_than_the_limit(
    attempts: list[Attempt], units_left: int, most: int
) -> None:
    terms = replace(TERMS, units_per_buyer_max=most)
    judged = judge_claims(terms, units_left=units_left, held_by_viewer={}, attempts=attempts)
    won = [a for a, v in zip(attempts, judged.verdicts, strict=True) if v == "won"]
    assert sum(a.units for a in won) == units_left - judged.units_left <= units_left
    assert all(a.units >= 1 and NOW <= a.arrived_at < after(60) for a in won)
    for viewer in {a.viewer_id for a in won}:
        assert sum(a.units for a in won if a.viewer_id == viewer) <= most


def test_first_come_first_served_whatever_the_order_of_the_list() -> None:
    late, early = attempt(1, at=2.0), attempt(2, at=1.0)
    judged = judge_claims(TERMS, units_left=1, held_by_viewer={}, attempts=[late, early])
    assert judged.verdicts == ["sold_out", "won"]


@pytest.mark.parametrize(
    ("at", "verdict"),
    [(-0.001, "window_closed"), (0, "won"), (59.999, "won"), (60, "window_closed")],
)
def test_the_window_is_half_open(at: float, verdict: str) -> None:
    judged = judge_claims(TERMS, units_left=1, held_by_viewer={}, attempts=[attempt(1, at=at)])
    assert judged.verdicts == [verdict]


@pytest.mark.parametrize("units", [0, -1, -(10**30)])
def test_no_units_is_a_bad_request(units: int) -> None:
    tries = [attempt(1, units=units)]
    judged = judge_claims(TERMS, units_left=1, held_by_viewer={}, attempts=tries)
    assert judged.verdicts == ["bad_request"]
    assert judged.units_left == 1


def test_a_smaller_wish_may_still_win_when_a_larger_one_does_not() -> None:
    terms = replace(TERMS, units_per_buyer_max=3)
    tries = [attempt(1, units=3, at=1), attempt(2, units=2, at=2)]
    judged = judge_claims(terms, units_left=2, held_by_viewer={}, attempts=tries)
    assert judged.verdicts == ["sold_out", "won"]


def test_a_passed_opening_slides_and_the_length_stays() -> None:
    terms = replace(TERMS, state="planned")
    assert rules.opened_window(terms, after(30)) == SaleTerms("running", after(30), after(90), 1)
    assert rules.opened_window(terms, after(-30)) == SaleTerms("running", NOW, after(60), 1)


def test_below_the_floor_names_sku_price_and_floor() -> None:
    rules.check_price_floor("A1", price_fen=5_000, floor_fen=5_000)
    with pytest.raises(BelowFloor) as refused:
        rules.check_price_floor("A1", price_fen=4_999, floor_fen=5_000)
    assert refused.value.data == {"sku": "A1", "price_fen": 4_999, "floor_fen": 5_000}
    assert "¥49.99" in refused.value.message("zh")
    assert "¥50.00" in refused.value.message("en")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"state": "listed"}, NotOnSale),
        ({"state": "closed"}, NotOnSale),
        ({"held": 1, "per_buyer_max": 2}, BuyerLimit),
        ({"units_left": 1}, SoldOut),
    ],
)
def test_units_that_may_not_be_taken(change: dict[str, object], refusal: type[Refusal]) -> None:
    allowed: dict[str, object] = {
        "link_no": 1,
        "state": "open",
        "units": 2,
        "units_left": 2,
        "held": 0,
        "per_buyer_max": 0,
    }
    rules.check_take_units(**allowed)  # type: ignore[arg-type]
    with pytest.raises(refusal):
        rules.check_take_units(**{**allowed, **change})  # type: ignore[arg-type]


def test_a_compared_price_says_what_it_is() -> None:
    terms: dict[str, object] = {"link_no": 1, "price_fen": 9_900, "per_buyer_max": 0}
    rules.check_offer_terms(**terms, day_price_fen=19_900, price_basis="专柜价")  # type: ignore[arg-type]
    rules.check_offer_terms(**terms, day_price_fen=None, price_basis="")  # type: ignore[arg-type]
    with pytest.raises(NoDayPriceBasis):
        rules.check_offer_terms(**terms, day_price_fen=19_900, price_basis=" ")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"price_fen": 0},
        {"price_fen": 10**13},
        {"units": 0},
        {"pay_within_s": 9},
        {"pay_within_s": 7_201},
        {"terms": replace(TERMS, closes_at=NOW)},
        {"terms": replace(TERMS, closes_at=NOW + dt.timedelta(days=2))},
        {"terms": replace(TERMS, opens_at=after(-90), closes_at=after(-30))},
        {"terms": replace(TERMS, units_per_buyer_max=0)},
    ],
)
def test_sale_terms_that_cannot_be_kept(change: dict[str, object]) -> None:
    good: dict[str, object] = {
        "terms": TERMS,
        "price_fen": 1,
        "units": 1,
        "pay_within_s": 60,
        "now": NOW,
    }
    rules.check_sale_terms(**good)  # type: ignore[arg-type]
    with pytest.raises(Refusal):
        rules.check_sale_terms(**{**good, **change})  # type: ignore[arg-type]
