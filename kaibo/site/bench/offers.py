"""Baskets priced a second, beside django-oscar's own Applicator on the same baskets.

The peer is a process of its own with its own Python (``peers/oscar_app.py``); it takes part of
the same baskets in turns with ours. Each of the five promotions is first priced alone by both,
and both must take off the same.
"""

import contextlib
import json
import random
import statistics
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kaibo.base.money import yuan
from kaibo.promotions.rules import (
    Always,
    AmountOff,
    AmountOffEach,
    AtLeastFen,
    AtLeastUnits,
    BasketLine,
    Benefit,
    Condition,
    Everything,
    OfSkus,
    PercentOff,
    PriceBook,
    Promotion,
    Stacking,
    explain,
    worst_prices,
)
from kaibo.site.bench.figures import Outcome, Say, Stopwatch, pairwise
from kaibo.site.bench.servers import PEERS, PEERS_VARIABLE, Absent, peers_folder
from kaibo.site.bench.solver import SolverSizes, agree, grow, tries_log10

BAR = 20.0
NAME = "offers.ours_vs_oscar"
LINES, PROMOTIONS = 10, 5
# A percentage is rounded up here and down there.
ROUNDING_FEN = 1


@dataclass(frozen=True, slots=True)
class Sizes:
    """Baskets a round for us, how many of them for the peer, rounds, the curves' points, the
    shelves whose lowest prices are looked for, and what the exhaustive search is asked.
    """

    baskets: int
    of_peer: int
    rounds: int
    lines: tuple[int, ...]
    promotions: tuple[int, ...]
    shelves: tuple[tuple[int, int], ...]
    solver: SolverSizes


SIZES = {
    "tiny": Sizes(
        baskets=20,
        of_peer=5,
        rounds=1,
        lines=(1, 10),
        promotions=(1, 5),
        shelves=((5, 3),),
        solver=SolverSizes(instances=40, searched=2),
    ),
    "quick": Sizes(
        baskets=2_000,
        of_peer=100,
        rounds=5,
        lines=(1, 10, 50),
        promotions=(1, 5, 10, 16),
        shelves=((50, 10), (500, 30)),
        solver=SolverSizes(instances=1_000, searched=4),
    ),
    "full": Sizes(
        baskets=10_000,
        of_peer=300,
        rounds=9,
        lines=(1, 5, 10, 20, 50, 100),
        promotions=(1, 2, 5, 8, 10, 12, 16),
        shelves=((50, 10), (100, 10), (200, 20), (500, 30)),
        solver=SolverSizes(instances=10_000, searched=6),
    ),
}


def run(sizes: Sizes, *, say: Say) -> Outcome:
    """Measure CPU time a basket, ours and the peer's, and how ours grows."""
    outcome = Outcome(runs=sizes.rounds)
    baskets, listed = make_baskets(sizes.baskets, LINES), make_promotions(PROMOTIONS)
    some = baskets[: sizes.of_peer]
    ours_us, told_us, peer_us = [], [], []
    with contextlib.ExitStack() as stack:
        peer = None
        try:
            peer = stack.enter_context(oscar(some, listed))
            check_same(peer, some, listed)
        except Absent as absent:
            outcome.cannot_judge(NAME, BAR, sense="at_least", why=str(absent))
        for number in range(1, sizes.rounds + 1):
            say(f"offers {number}/{sizes.rounds}: {len(baskets)} baskets")
            ours_us.append(price_us(listed, baskets))
            told_us.append(explain_us(listed, some))
            if peer:
                peer_us.append(peer.apply(range(PROMOTIONS))["cpu_s"] / len(some) * 1e6)
    outcome.tell("offers.quote.cpu", ours_us, "µs/basket")
    outcome.tell("offers.quote.rate", [1e6 / us for us in ours_us], "baskets/s")
    outcome.tell("offers.explain.cpu", told_us, "µs/basket")
    if peer:
        outcome.tell("offers.oscar.cpu", peer_us, "µs/basket")
        note = f"{LINES} lines, {PROMOTIONS} promotions, no query on either side"
        outcome.judge(NAME, pairwise(peer_us, ours_us), BAR, sense="at_least", note=note)
    _curves(outcome, sizes, say)
    for skus, promotions in sizes.shelves:
        _shelf(outcome, skus, promotions, sizes.rounds, say)
    agree(outcome, sizes.solver, say=say)
    grow(outcome, sizes.solver, say=say)
    return outcome


def make_baskets(count: int, lines: int, *, seed: int = 7) -> list[list[BasketLine]]:
    """Invented baskets of SKUs 1, 2, …; the same for the same seed."""
    dice = random.Random(seed)
    return [
        [
            BasketLine(
                key=str(sku),
                sku_id=sku,
                units=dice.randint(1, 3),
                unit_price_fen=dice.randint(500, 20_000),
                floor_fen=100,
            )
            for sku in range(1, lines + 1)
        ]
        for _ in range(count)
    ]


def make_promotions(count: int) -> list[Promotion]:
    """One of each class, then a dearer rung of each, and so on: 满300减40, 满600减60, …"""
    made = []
    for number in range(count):
        rung = number // 5 + 1
        stacking, condition, benefit = _of_class(number % 5, rung)
        some = OfSkus(frozenset({rung, rung + 1, rung + 2}))
        made.append(
            Promotion(
                id=number + 1,
                title_zh=f"活动{number + 1}",
                title_en=f"Promotion {number + 1}",
                stacking=stacking,
                condition=condition,
                benefit=benefit,
                scope=some if stacking == "price" else Everything(),
            )
        )
    return made


def price_us(listed: Sequence[Promotion], baskets: Sequence[Sequence[BasketLine]]) -> float:
    """CPU time a basket, the promotions put in order once; floors are looked at too."""
    quote = PriceBook(listed).quote
    with Stopwatch() as watch:
        for basket in baskets:
            quote(basket).below_floor()
    return watch.cpu_s / len(baskets) * 1e6


def explain_us(listed: Sequence[Promotion], baskets: Sequence[Sequence[BasketLine]]) -> float:
    """CPU time of the words alone."""
    quotes = list(map(PriceBook(listed).quote, baskets))
    with Stopwatch() as watch:
        for quote in quotes:
            explain(quote, listed)
    return watch.cpu_s / len(baskets) * 1e6


class Oscar:
    """The peer, started and told the baskets and promotions."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def apply(self, numbers: Iterable[int]) -> dict[str, Any]:
        """Apply these promotions to every basket: CPU seconds, and what came off each, in fen."""
        answer: dict[str, Any] = self.ask(list(numbers))
        return answer

    def ask(self, said: Any) -> Any:
        """One line to it, one line back."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(said) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("django-oscar ended; see above")
        return json.loads(answer)


@contextlib.contextmanager
def oscar(baskets: Sequence[Sequence[BasketLine]], listed: Sequence[Promotion]) -> Iterator[Oscar]:
    """django-oscar with these baskets and promotions. Raises ``Absent`` without it."""
    python = peers_folder() / "venv" / "bin" / "python"
    has_it = (
        python.exists()
        and not subprocess.run(
            [python, "-c", "import oscar"], capture_output=True, check=False
        ).returncode
    )
    if not has_it:
        raise Absent(f"no Python with django-oscar (see {PEERS_VARIABLE} in docs/performance.md)")
    with subprocess.Popen(
        [python, PEERS / "oscar_app.py"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        peer = Oscar(process)
        lines = [[(line.unit_price_fen, line.units) for line in basket] for basket in baskets]
        assert peer.ask({"baskets": lines, "offers": list(map(_as_offer, listed))}) == "ready"
        yield peer


def check_same(
    peer: Oscar, baskets: Sequence[Sequence[BasketLine]], listed: Sequence[Promotion]
) -> None:
    """Each promotion alone takes the same off every basket here and there, or the bench fails."""
    for number, promotion in enumerate(listed):
        theirs = peer.apply([number])["off_fen"]
        book = PriceBook([promotion])
        for basket, off in zip(baskets, theirs, strict=True):
            quote = book.quote(basket)
            if abs(quote.before_fen - quote.total_fen - off) > ROUNDING_FEN:
                raise RuntimeError(f"{promotion.benefit} takes {off} fen off there: {quote}")


def _curves(outcome: Outcome, sizes: Sizes, say: Say) -> None:
    """What a basket costs as lines and promotions grow; a tenth of the baskets a round."""
    count = max(sizes.baskets // 10, 1)
    curves = [(lines, PROMOTIONS) for lines in sizes.lines]
    curves += [(LINES, promotions) for promotions in sizes.promotions if promotions != PROMOTIONS]
    for lines, promotions in curves:
        say(f"offers: {lines} lines, {promotions} promotions")
        baskets, listed = make_baskets(count, lines), make_promotions(promotions)
        found = [price_us(listed, baskets) for _ in range(sizes.rounds)]
        outcome.tell(f"offers.lines_{lines}.promotions_{promotions}.cpu", found, "µs/basket")


def _shelf(outcome: Outcome, skus: int, promotions: int, rounds: int, say: Say) -> None:
    """What it takes to find the lowest price of every SKU of a shelf, and how many stay open."""
    say(f"offers: lowest prices of {skus} SKUs with {promotions} promotions")
    listed = make_promotions(promotions)
    spent_s, gaps = [], []
    for number in range(rounds):
        [terms] = make_baskets(1, skus, seed=number)
        with Stopwatch() as watch:
            worsts = worst_prices(terms, listed)
        spent_s.append(watch.cpu_s)
        gaps.append(statistics.median(1 - w.bound_fen / max(w.unit_fen, 1) for w in worsts))
    of = f"offers.shelf.skus_{skus}.promotions_{promotions}"
    outcome.tell(f"{of}.cpu", spent_s, "s")
    outcome.tell(f"{of}.bound_below_found", gaps, "share")
    tries = tries_log10(terms, promotions)
    outcome.tell(f"{of}.exhaustive_tries", [tries], "power of ten")


def _of_class(number: int, rung: int) -> tuple[Stacking, Condition, Benefit]:
    """The rung of a class: each asks for more than the one before and gives more."""
    return (
        ("price", Always(), AmountOffEach(100 * rung)),
        ("activity", AtLeastFen(30_000 * rung), AmountOff(4_000 * rung)),
        ("coupon", AtLeastUnits(4 * rung - 3), PercentOff(500 + 100 * rung)),
        ("platform", AtLeastFen(20_000 * rung), AmountOff(2_000 * rung)),
        ("payment", AtLeastUnits(rung), AmountOff(500 + 20 * rung)),
    )[number]


def _as_offer(promotion: Promotion) -> dict[str, Any]:
    """A promotion in the peer's terms: amounts in yuan, percents, places in the basket."""
    condition: tuple[str, str] = ("count", "1")
    match promotion.condition:
        case AtLeastFen(fen=fen):
            condition = ("value", yuan(fen))
        case AtLeastUnits(units=units):
            condition = ("count", str(units))
    match promotion.benefit:
        case AmountOff(fen=fen):
            benefit = ("amount_off", yuan(fen))
        case AmountOffEach(fen=fen):
            benefit = ("amount_off_each", yuan(fen))
        case PercentOff(bp=bp):
            benefit = ("percent_off", yuan(bp))
        case other:
            raise ValueError(f"the peer is not told of {other}")
    scope = promotion.scope
    places = [sku - 1 for sku in sorted(scope.ids)] if isinstance(scope, OfSkus) else None
    return {"condition": condition, "benefit": benefit, "products": places}
