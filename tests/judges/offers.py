"""Judge the pricing engine on baskets with one promotion and a known discount.

    python -m tests.judges.offers FILE [FILE …]

Each file is JSON lines with ``condition`` (count, value, coverage), ``benefit`` (amount_off,
amount_off_each, percent_off, bundle_price, cheapest_free), ``basket`` (price, qty) and ``expect``.
The last line of standard output is one JSON object: ``n``, ``agree`` and ``differ``, a list of
``id``, ``ours``, ``expected`` and ``why``. Exit status 0 when it could judge, 2 when it could not.

A case agrees when everything it expects is ours: the discount, the units that took part and those
that did not, the discount of each line. ``why`` names the rule of ours that explains a difference,
worked out from the case; where none does, it says so.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaibo.site.settings")
django.setup()

from kaibo.base.errors import Refusal  # noqa: E402 - Django has to be ready first
from kaibo.promotions import rules  # noqa: E402

CONDITIONS = ("count", "value", "coverage")
BENEFITS = ("amount_off", "amount_off_each", "percent_off", "bundle_price", "cheapest_free")
EXPECTED = ("discount", "items_with_discount", "items_without_discount", "discount_each_line")

DEAREST = "ours counts the dearest units into a bundle, to the buyer's favour"
ROUNDING = "ours rounds what a percentage takes off up to a whole fen, once for the basket"
SHARES = "ours shares a discount over its lines by amount, to the largest remainder"
UNSOUND = "ours refuses such a promotion when it is saved, so it takes nothing off"
UNEXPLAINED = "no rule of ours explains it"


class Unreadable(Exception):
    """The input is not what the judge can judge."""


class Case(NamedTuple):
    """One basket, one promotion, and what is expected of them."""

    id: str
    lines: list[rules.BasketLine]
    promotion: rules.Promotion
    is_sound: bool
    expect: dict[str, Any]


def cases(path: Path) -> Iterator[Case]:
    """Read one file; every line has to be a case."""
    try:
        rows = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path}: {error}") from error
    for number, row in enumerate(rows, start=1):
        if row.strip():
            where = f"{path.name}:{number}"
            try:
                yield _case(where, json.loads(row))
            except (ValueError, KeyError, TypeError, AssertionError, InvalidOperation) as error:
                raise Unreadable(f"{where}: not a case: {error!r}") from error


def _case(where: str, row: dict[str, Any]) -> Case:
    expect = {name: row["expect"][name] for name in EXPECTED if name in row["expect"]}
    if not expect:
        raise ValueError("nothing is expected")
    promotion = rules.Promotion(
        id=1,
        title_zh="活动",
        title_en="promotion",
        stacking="activity",
        condition=_condition(row["condition"]),
        benefit=_benefit(row["benefit"]),
    )
    lines = [
        rules.BasketLine(
            key=str(number),
            sku_id=number,
            units=int(line["qty"]),
            unit_price_fen=_fen(line["price"]),
        )
        for number, line in enumerate(row["basket"], start=1)
    ]
    return Case(str(row.get("id", where)), lines, promotion, _is_sound(promotion), expect)


def _is_sound(promotion: rules.Promotion) -> bool:
    try:
        rules.check_promotion(promotion)
    except Refusal:
        return False
    return True


def _condition(said: dict[str, Any]) -> rules.Condition:
    match said["type"]:
        case "count":
            return rules.AtLeastUnits(int(said["value"]))
        case "value":
            return rules.AtLeastFen(_fen(said["value"]))
        case "coverage":
            return rules.AtLeastKinds(int(said["value"]))
    raise ValueError(f"condition must be one of {', '.join(CONDITIONS)}")


def _benefit(said: dict[str, Any]) -> rules.Benefit:
    most = None if said.get("max_items") is None else int(said["max_items"])
    match said["type"]:
        case "amount_off":
            return rules.AmountOff(_fen(said["value"]), max_units=most)
        case "amount_off_each":
            return rules.AmountOffEach(_fen(said["value"]), max_units=most)
        case "percent_off":
            return rules.PercentOff(_fen(said["value"]), max_units=most)
        case "bundle_price":
            return rules.BundlePrice(_fen(said["value"]))
        case "cheapest_free":
            return rules.CheapestFree()
    raise ValueError(f"benefit must be one of {', '.join(BENEFITS)}")


def _fen(text: str) -> int:
    """A hundredth of the unit: yuan to fen, percent to basis points."""
    hundredths = Decimal(text) * 100
    if hundredths != int(hundredths):
        raise ValueError(f"finer than a fen: {text}")
    return int(hundredths)


def answer(case: Case) -> dict[str, Any]:
    """What the engine says, in the case's own terms."""
    quote = rules.price_basket(case.lines, [case.promotion] if case.is_sound else [])
    units = sum(line.units for line in case.lines)
    used = quote.applied[0] if quote.applied else None
    took_part = used.units if used else 0
    said: dict[str, Any] = {
        "discount": _yuan(used.off_fen if used else 0),
        "items_with_discount": took_part,
        "items_without_discount": units - took_part,
    }
    if "discount_each_line" in case.expect:
        shares = {_yuan(share) for share in used.shares} if used else {_yuan(0)}
        said["discount_each_line"] = shares.pop() if len(shares) == 1 else sorted(shares)
    return {name: said[name] for name in case.expect}


def _yuan(fen: int) -> str:
    return str(Decimal(fen).scaleb(-2))


def _same(name: str, ours: Any, expected: Any) -> bool:
    if name.startswith("discount") and not isinstance(ours, list):
        return Decimal(ours) == Decimal(str(expected))
    return bool(ours == expected)


def why(case: Case, differs: Sequence[str]) -> str:
    """The rule of ours behind a difference: what kind of promotion it is decides."""
    if not case.is_sound:
        return UNSOUND
    benefit, prices = case.promotion.benefit, {line.unit_price_fen for line in case.lines}
    if isinstance(benefit, rules.BundlePrice) and len(prices) > 1:
        return DEAREST
    if isinstance(benefit, rules.PercentOff) and "discount" in differs:
        return ROUNDING
    if list(differs) == ["discount_each_line"]:
        return SHARES
    return UNEXPLAINED


def judge(listed: Sequence[Case]) -> dict[str, Any]:
    """Price every basket and compare."""
    differ = []
    for case in listed:
        ours = answer(case)
        wrong = [name for name in ours if not _same(name, ours[name], case.expect[name])]
        if wrong:
            differ.append(
                {"id": case.id, "ours": ours, "expected": case.expect, "why": why(case, wrong)}
            )
    return {"n": len(listed), "agree": len(listed) - len(differ), "differ": differ}


def main(arguments: Sequence[str]) -> int:
    """Judge the files named on the command line."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__, file=sys.stderr)  # noqa: T201
        return 0 if arguments else 2
    try:
        listed = [case for name in arguments for case in cases(Path(name))]
        if not listed:
            raise Unreadable("no case in the input")
    except Unreadable as error:
        print(f"offers: {error}", file=sys.stderr)  # noqa: T201
        return 2
    print(json.dumps(judge(listed), ensure_ascii=False))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
