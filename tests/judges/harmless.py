"""Judge false alarms: real chat and real reviews, of which hardly any should be touched.

    python -m tests.judges.harmless FILE [FILE …] [--model DIR]

Each file is a CSV of events of a room (``kind``, ``text``; lines of kind ``danmaku`` count) or of
reviews (``review``), or a Parquet file of the latter. Every text goes through ``kaibo scan`` as a
line of chat, read by the rules and by the models in DIR, if given. The last line of standard output
is one JSON object: ``n``, ``flagged`` (texts that would be hidden, warned or looked at),
``flagged_share`` and ``examples``: up to 20 of them with the rules. Exit status 0 when it could
judge, 2 when it could not.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.judges.installation import Unreadable, columns_of, rows_of
from tests.judges.reading import hits, run, share

EXAMPLES_MAX = 20


def texts_of(path: Path) -> Iterator[str]:
    """What was said in one file."""
    if path.suffix == ".parquet":
        try:
            yield from filter(None, pq.read_table(path, columns=["review"])["review"].to_pylist())
        except (OSError, KeyError, ValueError, pa.ArrowInvalid) as error:
            raise Unreadable(f"{path}: {error}") from error
        return
    try:
        columns = columns_of(path)
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path}: {error}") from error
    if "review" in columns:
        yield from (row["review"] for row in rows_of(path, ["review"]) if row["review"])
        return
    for row in rows_of(path, ["kind", "text"]):
        if row["kind"] == "danmaku" and row["text"]:
            yield row["text"]


def judge(asked: Namespace, home: str) -> dict[str, Any]:
    """Scan everything and count."""
    texts = [text for path in asked.files for text in texts_of(path)]
    if not texts:
        raise Unreadable("no text in the input")
    found = hits(texts, home=home, model=asked.model)
    flagged = [(text, one) for text, one in zip(texts, found, strict=True) if one]
    return {
        "n": len(texts),
        "flagged": len(flagged),
        "flagged_share": share(len(flagged), len(texts)),
        "examples": [
            {"text": text, "rules": sorted({hit["rule_id"] for hit in one})}
            for text, one in flagged[:: max(1, len(flagged) // EXAMPLES_MAX)][:EXAMPLES_MAX]
        ],
    }


if __name__ == "__main__":
    sys.exit(run(__doc__, judge, sys.argv[1:]))
