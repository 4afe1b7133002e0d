"""Judge the scan on sentences with a known verdict.

    python -m tests.judges.scan FILE [FILE …]

Each file is JSON lines with ``text``, ``verdict`` (violation, needs_evidence, exempt) and
``basis``. The last line of standard output is one JSON object: ``n``, ``violation_caught``,
``exempt_passed``, ``needs_evidence_right``, ``article_right`` (shares 0..1, null when there is
nothing to share) and ``wrong``. Exit status 0 when it could judge, 2 when it could not.

``article_right`` counts the sentences that are not exempt and whose basis names an article:
right when a hit of the right verdict cites one of the named articles.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaibo.site.settings")
django.setup()

from kaibo.compliance import reads  # noqa: E402 - Django has to be ready first

VERDICTS = ("violation", "needs_evidence", "exempt")
_SHORT_TITLES = {"执法指南": "广告绝对化用语执法指南"}
_NUMBER = r"\d+(?:\(\d+\))?"
_CITED = re.compile(
    rf"([\u4e00-\u9fff]+?(?:法|条例|规定|办法|指南))({_NUMBER}(?:[,/、 ]+{_NUMBER})*)"
)


class Unreadable(Exception):
    """The input is not what the judge can judge."""


class Case(NamedTuple):
    """One sentence and what the law says of it."""

    where: str
    text: str
    verdict: str
    basis: str


def cases(path: Path) -> Iterator[Case]:
    """Read one file; every line has to be a case."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path}: {error}") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _case(f"{path.name}:{number}", line)


def _case(where: str, line: str) -> Case:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise Unreadable(f"{where}: not JSON: {error}") from error
    if not isinstance(row, dict) or not {"text", "verdict"} <= set(row):
        raise Unreadable(f"{where}: needs text and verdict")
    text, verdict = row["text"], row["verdict"]
    if not isinstance(text, str) or verdict not in VERDICTS:
        raise Unreadable(f"{where}: verdict must be one of {', '.join(VERDICTS)}, text a text")
    return Case(str(row.get("id", where)), text, verdict, str(row.get("basis", "")))


def cited(basis: str) -> set[tuple[str, int]]:
    """The articles that a basis names: 广告法9(3), 11(2) → 广告法 9 and 11."""
    found = set()
    for law, numbers in _CITED.findall(basis):
        title = _SHORT_TITLES.get(law, law)
        found |= {(title, int(n)) for n in re.findall(r"\d+", re.sub(r"\(\d+\)", "", numbers))}
    return found


def judge(listed: Sequence[Case]) -> dict[str, Any]:
    """Scan every sentence and count."""
    right: dict[str, list[bool]] = {verdict: [] for verdict in VERDICTS}
    articles: list[bool] = []
    wrong = []
    for case in listed:
        hits = reads.scan(case.text, surface="script")
        answer = reads.verdict_of(hits)
        ours = "exempt" if answer == "clear" else answer
        right[case.verdict].append(ours == case.verdict)
        named = cited(case.basis)
        if case.verdict != "exempt" and named:
            ours_cited = {
                (hit.law, _number(hit.article))
                for hit in hits
                if hit.is_live and hit.verdict == case.verdict
            }
            articles.append(bool(named & ours_cited))
        if ours != case.verdict:
            rules = [hit.rule_id for hit in hits]
            wrong.append(
                {
                    "id": case.where,
                    "text": case.text,
                    "expected": case.verdict,
                    "ours": ours,
                    "rules": rules,
                }
            )
    return {
        "n": len(listed),
        "violation_caught": _share(right["violation"]),
        "exempt_passed": _share(right["exempt"]),
        "needs_evidence_right": _share(right["needs_evidence"]),
        "article_right": _share(articles),
        "wrong": wrong,
    }


def _share(answers: Sequence[bool]) -> float | None:
    return round(sum(answers) / len(answers), 4) if answers else None


def _number(article: str) -> int:
    """第七十三条 → 73; the judge counts on its own."""
    digits = "零一二三四五六七八九"
    total = current = 0
    for ch in article:
        if ch in digits:
            current = digits.index(ch)
        elif ch in "十百":
            total += (current or 1) * (10 if ch == "十" else 100)
            current = 0
    return total + current


def main(arguments: Sequence[str]) -> int:
    """Judge the files named on the command line."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__, file=sys.stderr)  # noqa: T201
        return 0 if arguments else 2
    try:
        listed = [case for name in arguments for case in cases(Path(name))]
        if not listed:
            raise Unreadable("no sentence in the input")
    except Unreadable as error:
        print(f"scan: {error}", file=sys.stderr)  # noqa: T201
        return 2
    print(json.dumps(judge(listed), ensure_ascii=False))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
