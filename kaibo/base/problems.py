"""What is wrong with lines of a file, and the file that goes back to be mended."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from kaibo.base.columns import PROBLEM_COLUMNS, Sheet
from kaibo.base.errors import Refusal
from kaibo.base.sheets import cell_text, write_csv, write_xlsx

VALUE_SHOWN_CHARS: Final = 100
# A spreadsheet's cell holds no more.
_CELL_CHARS_MAX: Final = 32_000


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong at one place of a file, and what to do."""

    line: int
    column: str
    value: str
    message_zh: str
    message_en: str


def line_error(refusal: Refusal, *, line: int, column: str, value: Any = None) -> RowError:
    """A refusal with its place in the file."""
    text = cell_text(value)
    shown = text if len(text) <= VALUE_SHOWN_CHARS else text[: VALUE_SHOWN_CHARS - 1] + "…"
    return RowError(
        line=line,
        column=column,
        value=shown,
        message_zh=refusal.message("zh"),
        message_en=refusal.message("en"),
    )


def problem_file(
    sheet: Sheet, errors: Sequence[RowError], *, kind: Literal["csv", "xlsx"], lang: str
) -> bytes:
    """Every line that an error names as it was uploaded, with what to mend in a last column.

    Mended and uploaded again, the file is read as the first one was; the last column is skipped.
    """
    chinese = lang.lower().startswith("zh")
    said: dict[int, list[str]] = {}
    for error in errors:
        message = error.message_zh if chinese else error.message_en
        said.setdefault(error.line, []).append(f"{error.column}：{message}")
    columns = sheet.columns
    kept = [n for n, name in enumerate(columns) if name not in PROBLEM_COLUMNS.values()]
    header = [*(columns[n] for n in kept), PROBLEM_COLUMNS["zh" if chinese else "en"]]
    table = []
    for line in sheet.lines:
        if line.number in said:
            cells = [cell_text(cell)[:_CELL_CHARS_MAX] for cell in line.cells]
            own = [cells[n] if n < len(cells) else "" for n in kept]
            # Cells beyond the header stay beyond it, so that the line is refused until mended.
            table.append([*own, "；".join(said[line.number]), *cells[len(columns) :]])
    return write_csv(header, table) if kind == "csv" else write_xlsx("问题行", header, table)
