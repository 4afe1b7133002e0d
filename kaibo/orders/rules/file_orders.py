"""Lines of an order file as orders: grouped, added up, each whole or not at all."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from kaibo.base.columns import Mapped, Sheet
from kaibo.base.errors import Refusal
from kaibo.base.money import FEN_MAX
from kaibo.base.problems import RowError, line_error
from kaibo.orders.errors import (
    AmountNeeded,
    AmountUnlike,
    CellNeeded,
    LinesDisagree,
    OrderHeldBack,
    OrderTooLarge,
    StateUnclear,
    TermsMissing,
)
from kaibo.orders.rules.file_cells import FileState, is_refunded, state_of
from kaibo.orders.rules.file_drafts import DayFigures, LineDraft, OrderDraft, add_to_day
from kaibo.orders.rules.file_lines import FileLine, read_lines
from kaibo.orders.rules.platforms import FIELDS, FileTerms

_OF_LINE: Final = (
    "line_no", "product_code", "sku_code", "title", "spec", "units", "unit_price", "amount",
)  # fmt: skip
# Where an order's value may stand, the best first.
_VALUES: Final = ("amount", "order_total", "order_paid", "paid", "unit_price")
_SAME: Final = (
    "customer_no", "region", "province", "city", "source", "order_total", "order_paid",
    "order_refund",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileReading:
    """A file read whole; ``repeats`` are lines that say again exactly what another said.

    ``days`` adds up all orders whose day can be read, also those that are refused.
    """

    orders: list[OrderDraft]
    errors: list[RowError]
    repeats: int
    refused: int
    days: dict[dt.date, DayFigures]


def check_terms(mapping: Mapped, terms: FileTerms) -> None:
    """Refuse a file that cannot be written as it is meant to be read.

    Raises:
        TermsMissing, AmountNeeded.
    """
    if not terms.zone or not terms.currency:
        raise TermsMissing(zone=terms.zone or "?", currency=terms.currency or "?")
    fields = set(mapping.values())
    if not fields & {"amount", "order_total", "order_paid", "paid"} and not (
        {"units", "unit_price"} <= fields
    ):
        raise AmountNeeded()


def read_orders(
    sheet: Sheet, mapping: Mapped, terms: FileTerms, *, now: dt.datetime
) -> FileReading:
    """Every order that can be written, everything wrong with the others, and the days' figures.

    Args:
        terms: with a zone and a currency.
        now: no order is later than a day after this.
    """
    lines = read_lines(sheet, mapping, terms, now=now)
    named = {target: column for column, target in mapping.items() if target}
    fresh, repeats = _without_repeats(lines)
    groups: dict[str, list[FileLine]] = {}
    for line in fresh:
        groups.setdefault(line.get("no") or f"\0{line.number}", []).append(line)
    zone, told = ZoneInfo(terms.zone), frozenset(named)
    orders: list[OrderDraft] = []
    days: dict[dt.date, DayFigures] = {}
    for group in groups.values():
        draft = _judge(group, named, told)
        if draft is not None:
            day = draft.ordered_at.astimezone(zone).date()
            add_to_day(days.setdefault(day, DayFigures()), draft)
            if not any(line.errors for line in group):
                orders.append(draft)
    errors = [error for line in fresh for error in line.errors]
    refused = sum(bool(line.errors) for line in fresh)
    return FileReading(orders, errors, repeats, refused, dict(sorted(days.items())))


def _without_repeats(lines: Sequence[FileLine]) -> tuple[list[FileLine], int]:
    seen: set[tuple[Any, ...]] = set()
    fresh = []
    for line in lines:
        key = tuple(line.values.values())
        if line.errors or key not in seen:
            fresh.append(line)
        if not line.errors:
            seen.add(key)
    return fresh, len(lines) - len(fresh)


def _judge(
    group: Sequence[FileLine], named: Mapping[str, str], told: frozenset[str]
) -> OrderDraft | None:
    """The order, as far as it can be read; what is wrong with it joins its lines' errors."""
    bad = next((line for line in group if line.errors), None)
    is_whole = bad is None
    draft: OrderDraft | None = None
    try:
        dated = [line for line in group if line.get("ordered_at") and line.get("no")]
        draft = _order(dated, told, is_whole=is_whole) if dated else None
    except Refusal as refusal:
        if bad is None:
            bad = group[0]
            column = named.get(refusal.data.get("name", "no"), named["no"])
            bad.errors.append(line_error(refusal, line=bad.number, column=column))
    if bad is not None:
        for line in group:
            if not line.errors:
                held = OrderHeldBack(other=bad.number)
                line.errors.append(
                    line_error(held, line=line.number, column=named["no"], value=line.get("no"))
                )
    return draft


def _order(group: Sequence[FileLine], told: frozenset[str], *, is_whole: bool) -> OrderDraft:
    same = {name: _agreed(group, name) for name in _SAME}
    ordered_at = min(line.get("ordered_at") for line in group)
    if max(line.get("ordered_at") for line in group) - ordered_at >= dt.timedelta(days=1):
        raise _disagree("ordered_at")
    total, paid, refund = _money(group, same, told, is_whole=is_whole)
    if total is None:
        if is_whole:
            raise CellNeeded(name=next((name for name in _VALUES if name in told), "no"))
        total = 0
    paid_at = min((at for line in group if (at := line.get("paid_at"))), default=None)
    state = _state(group, told)
    is_return = all((whole_units(line) or 0) < 0 for line in group)
    is_undone = any(is_refunded(line.get("after_sales")) for line in group)
    is_paid = not is_return and _is_paid(state, paid_at, paid, told=told, is_undone=is_undone)
    paid = (total if paid is None else paid) if is_paid else 0
    if refund is None:
        refund = _implied_refund(group, state, paid=paid, was_paid=paid_at is not None, told=told)
    if is_return:
        state = "refunded"
    elif is_paid:
        # Some platforms write what was paid less what went back.
        is_all = refund >= total or (refund >= paid and paid + refund > total)
        state = "refunded" if refund and is_all else "paid"
    elif state != "closed":
        state = "created"
    if max(total, paid, refund) > FEN_MAX:
        raise OrderTooLarge()
    return OrderDraft(
        no=group[0].get("no"), state=state,
        state_text=next((text for line in group if (text := line.get("state"))), ""),
        total_minor=total, paid_minor=paid, refund_minor=refund, is_return=is_return,
        ordered_at=ordered_at, paid_at=paid_at,
        customer_no=same["customer_no"] or "", region=same["region"] or "",
        province=same["province"] or "", city=same["city"] or "", source=same["source"] or "",
        lines=tuple(part for line in group for part in _lines(line, told)),
        changed_at=max((at for line in group if (at := line.get("changed_at"))), default=None),
    )  # fmt: skip


def whole_units(line: FileLine) -> int | None:
    """Units of a line, all its items together."""
    units = line.get("units")
    return sum(units) if isinstance(units, tuple) else units


def _money(
    group: Sequence[FileLine], same: Mapping[str, Any], told: frozenset[str], *, is_whole: bool
) -> tuple[int | None, int | None, int | None]:
    """Total, and what the file says was paid and given back, None where it does not say."""
    found = [_amount(line, told) for line in group]
    if any(
        (whole_units(line) or 0) < 0 < (amount or 0)
        for line, amount in zip(group, found, strict=True)
    ):
        raise AmountUnlike(name="amount")
    amounts = [amount for amount in found if amount is not None]
    gross = sum(amount for amount in amounts if amount > 0)
    back = -sum(amount for amount in amounts if amount < 0)
    paid = _given(same["order_paid"], _summed(group, "paid"))
    # Lines add up to the order only if each tells its amount; a refused one is told as it is.
    added = gross if len(amounts) == len(group) or not is_whole else None
    total = _given(same["order_total"], added, paid if not amounts else None)
    refund = _given(same["order_refund"], _summed(group, "refund"))
    return total, paid, refund if not back else (refund or 0) + back


def _amount(line: FileLine, told: frozenset[str]) -> int | None:
    """What a line costs; units times price only where nothing better is told."""
    amount = line.get("amount")
    if amount is not None:
        return sum(amount) if isinstance(amount, tuple) else amount
    if told & {"amount", "order_total", "order_paid", "paid"}:
        return None
    units, price = _parts(line.get("units")), _parts(line.get("unit_price"))
    if len(units) != len(price):
        return None
    return sum(n * each for n, each in zip(units, price, strict=True)) if units else None


def _parts(value: Any) -> tuple[int, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _state(group: Sequence[FileLine], told: frozenset[str]) -> FileState | None:
    """The state of an order whose lines may have one each: paid if any of them is."""
    try:
        states = {state_of(line.get("state")) for line in group}
    except StateUnclear:
        if "paid_at" in told:
            return None
        raise
    order: tuple[FileState, ...] = ("paid", "refunded", "created", "closed")
    return next((state for state in order if state in states), None)


def _is_paid(
    state: FileState | None, paid_at: dt.datetime | None, paid: int | None, *,
    told: frozenset[str], is_undone: bool,
) -> bool:  # fmt: skip
    """A time of payment tells, else the state, else the amount; a list of sales was all paid."""
    if "paid_at" in told:
        return paid_at is not None
    if state is not None:
        # What went back had been paid, though its order reads as closed.
        return state in ("paid", "refunded") or (state == "closed" and is_undone)
    return bool(paid) if told & {"paid", "order_paid"} else True


def _implied_refund(
    group: Sequence[FileLine], state: FileState | None, *, paid: int, was_paid: bool,
    told: frozenset[str],
) -> int:  # fmt: skip
    """What went back where no column says how much: by after-sales, or by the order's end."""
    if "after_sales" in told:
        undone = [line for line in group if is_refunded(line.get("after_sales"))]
        if len(undone) == len(group):
            return paid
        return min(paid, sum(_amount(line, told) or 0 for line in undone))
    # An empty refund of an order that was paid and closed is none.
    is_silent = not told & {"refund", "order_refund"}
    return paid if state == "refunded" or (state == "closed" and was_paid and is_silent) else 0


def _lines(line: FileLine, told: frozenset[str]) -> list[LineDraft]:
    """One line, or one for each item where units are told for each."""
    said: dict[str, Any] = {name: line.get(name) for name in _OF_LINE if name in told}
    if all(value is None for value in said.values()):
        return []
    parted = {name: value for name, value in said.items() if isinstance(value, tuple)}
    counts = {len(value) for value in parted.values()}
    if "units" in parted and len(counts) == 1:
        alike = {n: v for n, v in said.items() if n not in parted and n != "amount"}
        return [
            _line({**alike, **{name: value[n] for name, value in parted.items()}})
            for n in range(counts.pop())
        ]
    whole = {name: _whole(name, value) if name in parted else value for name, value in said.items()}
    return [_line(whole | {"amount": _amount(line, told)}, is_unsplit=bool(parted))]


def _whole(name: str, parts: tuple[Any, ...]) -> Any:
    if name in ("units", "amount"):
        return sum(parts)
    return None if name == "unit_price" else ";".join(map(str, parts))


def _line(said: Mapping[str, Any], *, is_unsplit: bool = False) -> LineDraft:
    texts = {
        name: (said.get(name) or "")[: 200 if name in ("title", "spec") else 64]
        for name in ("line_no", "product_code", "sku_code", "title", "spec")
    }
    return LineDraft(
        **texts,
        units=said.get("units"),
        unit_price_minor=said.get("unit_price"),
        amount_minor=said.get("amount"),
        is_unsplit=is_unsplit,
    )


def _agreed(group: Sequence[FileLine], name: str) -> Any:
    """What all lines that say anything say.

    Raises:
        LinesDisagree: they say different things.
    """
    said = {value for line in group if (value := line.get(name)) is not None}
    if len(said) > 1:
        raise _disagree(name)
    return said.pop() if said else None


def _disagree(name: str) -> LinesDisagree:
    field = FIELDS.by_name[name]
    return LinesDisagree(name=name, label_zh=field.label_zh, label_en=field.label_en)


def _summed(group: Sequence[FileLine], name: str) -> int | None:
    said = [value for line in group if (value := line.get(name)) is not None]
    return sum(said) if said else None


def _given(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)
