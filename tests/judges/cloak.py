"""Judge how much abuse is still found when it is written in disguise.

    python -m tests.judges.cloak FILE [FILE …] [--model DIR]

Each file is a CSV with the columns ``label`` (1 hateful), ``base``, and one column for each cloak:
the same text with homophones or pictographs in it. Every text goes through ``kaibo scan`` as a line
of chat, read by the rules and by the model in DIR. Without ``--model`` a model is trained by
``kaibo scan train`` on the base texts of one half of the rows, told by a hash of the base text,
and the other half is judged. The last line of standard output is one JSON object: ``recall_base``
and ``recall_<cloak>`` for each cloak, ``n`` rows that are hateful, ``false_alarms``: the share of
harmless base texts that were found too. Exit status 0 when it could judge, 2 when it could not.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import Any

from tests.judges.abuse import FAMILY
from tests.judges.installation import Unreadable, columns_of, rows_of
from tests.judges.reading import hits, is_learned_from, label, run, share, train

_NEITHER = {"id", "label", "base", "row_id", "split", "topic", "fine_label"}


def judge(asked: Namespace, home: str) -> dict[str, Any]:
    """Scan the base texts and every cloak of them."""
    rows_of(asked.files[0], ["label", "base"])
    cloaks = [name for name in _columns(asked) if name not in _NEITHER]
    rows = [
        (label(row, path), row)
        for path in asked.files
        for row in rows_of(path, ["label", "base", *cloaks])
    ]
    model = asked.model
    if model is None:
        learned = [(row["base"], truth) for truth, row in rows if is_learned_from(row["base"])]
        if {truth for _, truth in learned} != {0, 1}:
            raise Unreadable("too few rows to train on one half of them")
        model = train("abuse", learned, home=home)
        rows = [(truth, row) for truth, row in rows if not is_learned_from(row["base"])]
    hateful = [row for truth, row in rows if truth]
    if not hateful:
        raise Unreadable("no hateful row in the input")
    harmless = [row["base"] for truth, row in rows if not truth]

    def found(texts: list[str]) -> float | None:
        named = hits(texts, home=home, model=model)
        return share(sum(any(h["family"] == FAMILY for h in one) for one in named), len(texts))

    answer: dict[str, Any] = {"n": len(hateful), "false_alarms": found(harmless)}
    for name in ("base", *cloaks):
        answer[f"recall_{name}"] = found([row[name] for row in hateful])
    return answer


def _columns(asked: Namespace) -> list[str]:
    try:
        return columns_of(asked.files[0])
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{asked.files[0]}: {error}") from error


if __name__ == "__main__":
    sys.exit(run(__doc__, judge, sys.argv[1:]))
