"""Judge what is found of abuse: posts labelled offensive or not.

    python -m tests.judges.abuse FILE [FILE …] [--model DIR]

Each file is a CSV with the columns ``text`` and ``label`` (1 offensive). Every post goes through
``kaibo scan`` as a line of chat, read by the rules and by the model in DIR; without ``--model`` by
word lists alone. A post counts as found when a rule of the family of abuse or a model of abuse
would have it hidden, warned or looked at. The last line of standard output is one JSON object:
``n``, ``accuracy``, ``precision``, ``recall`` (shares, null of nothing). Exit status 0 when it
could judge, 2 when it could not.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import Any

from tests.judges.installation import Unreadable, rows_of
from tests.judges.reading import hits, label, run, share

FAMILY = "C21"


def judge(asked: Namespace, home: str) -> dict[str, Any]:
    """Scan every post and count."""
    rows = [
        (row["text"], label(row, path))
        for path in asked.files
        for row in rows_of(path, ["text", "label"])
    ]
    if not rows:
        raise Unreadable("no post in the input")
    found = hits([text for text, _ in rows], home=home, model=asked.model)
    named = [any(hit["family"] == FAMILY for hit in one) for one in found]
    pairs = list(zip(named, (bool(truth) for _, truth in rows), strict=True))
    right = pairs.count((True, True))
    return {
        "n": len(pairs),
        "accuracy": share(right + pairs.count((False, False)), len(pairs)),
        "precision": share(right, sum(named)),
        "recall": share(right, right + pairs.count((False, True))),
    }


if __name__ == "__main__":
    sys.exit(run(__doc__, judge, sys.argv[1:]))
