"""The lists of the desk as tables for files: what each column says, and how a value is written."""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import itemgetter
from typing import Any, Final, NamedTuple

from kaibo.base.sheets import Cell, money

# What a filter may be, and what it is when it is not said.
TEXT: Final = (str, "")
DAY: Final = (dt.date | None, None)
WHOLE: Final = (int | None, None)

_NO_WORDS: Final[Mapping[str, str]] = {}
_YES: Final = {True: "是", False: "否"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asks for which list: what its address and its query say, by name, and when."""

    org_id: int
    now: dt.datetime
    given: Mapping[str, Any]

    def id(self, name: str = "id") -> int:
        """A number of the address."""
        return int(self.given[name])

    def __getitem__(self, name: str) -> Any:
        """A text of the address, or a filter."""
        return self.given[name]


class Column(NamedTuple):
    """One column.

    Args:
        title: "订单编号 Order no", for readers of either language.
        of: how a row is asked: a dotted name (``terms.title_zh``) or a function.
        words: what is written for a stored word; others are written as they are.
    """

    title: str
    of: str | Callable[[Any], Any]
    words: Mapping[str, str] = _NO_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list of the desk that is also a CSV and an XLSX file.

    Args:
        path: the list's own address without ``/api``; the files' ends with ``.csv``, ``.xlsx``.
        may: the permission of the list itself.
        title: of the sheet, at most 31 characters.
        rows: what the list shows, in its order, of the asking organisation alone. A long one is
            an iterator that reads some hundred rows at a time.
        filters: the names of the query that ``rows`` reads, each ``TEXT``, ``DAY`` or ``WHOLE``.
        kinds: of files; one alone where the other has an address of its own.
    """

    path: str
    may: str
    title: str
    rows: Callable[[Asked], Iterable[Any]]
    columns: Sequence[Column]
    filters: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    kinds: tuple[str, ...] = ("csv", "xlsx")

    @property
    def header(self) -> list[str]:
        """The names of the columns."""
        return [column.title for column in self.columns]

    def lines(self, asked: Asked) -> Iterator[list[Cell]]:
        """Each row under ``header``.

        Raises:
            Refusal: what ``rows`` refuses, such as a parent that is not in the organisation.
        """
        for row in self.rows(asked):
            yield [cell_of(row, column) for column in self.columns]


def ready_columns(header: Sequence[str]) -> list[Column]:
    """Columns of rows that are cells already, in the order of the header."""
    return [Column(title, itemgetter(place)) for place, title in enumerate(header)]


def cell_of(row: Any, column: Column) -> Cell:
    """A row's value in a column: amounts in yuan, yes and no in words, lists joined.

    >>> cell_of({"price_fen": 990}, Column("价格 Price", "price_fen"))
    Decimal('9.90')
    >>> cell_of({"state": "open"}, Column("状态 State", "state", {"open": "进行中"}))
    '进行中'
    """
    if not isinstance(column.of, str):
        return _cell(column.of(row), column)
    value = row
    for name in column.of.split("."):
        if value is None:
            return None
        value = value.get(name) if isinstance(value, Mapping) else getattr(value, name)
    if column.of.endswith("_fen") and value is not None:
        return money(value)
    return _cell(value, column)


def _cell(value: Any, column: Column) -> Cell:
    if isinstance(value, bool):
        return _YES[value]
    if isinstance(value, str):
        return column.words.get(value, value)
    if value is None or isinstance(value, int | Decimal | dt.date):
        return value
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, default=str) if value else ""
    if isinstance(value, list | tuple | set | frozenset):
        return "、".join(str(_cell(one, column)) for one in value)
    raise TypeError(f"{column.title}: {type(value).__name__} has no form in a cell")
