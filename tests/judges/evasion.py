"""Judge how words are found in disguise: cases of a word filter's own tests.

    python -m tests.judges.evasion FILE [FILE …]

Each file is JSON lines with ``id``, ``text``, ``options`` (pairs), ``expect_kind`` (words, first,
replaced, contains) and ``expect``. For each case a pack of a shop's own words is made of what its
options deny, and the text is scanned as chat through ``reads.rulebook_with`` and ``reads.scan``, as
on the page that tries a pack. A case without words to deny was written for that filter's own
dictionary: then the words that the file expects anywhere are denied, in plain form (folded,
simplified, without inserted marks), so that what is judged is finding them in disguise. Numbers and
addresses are the product's own rules, of the families of diversion and personal data; they count in
the cases whose options ask for them. The last line of standard output is one JSON object: ``n``,
``right``, ``wrong`` (a list with what was expected and found). Exit status 0 when it could judge, 2
when it could not.
"""

from __future__ import annotations

import json
import os
import re
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import django
import opencc
import yaml

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaibo.site.settings")
django.setup()

from kaibo.compliance import reads  # noqa: E402 - Django has to be ready first
from tests.judges.installation import Unreadable, say  # noqa: E402

FAMILY = "SHOP"
KINDS = ("words", "first", "replaced", "contains")
_RESULT = re.compile(r"startIndex=(\d+), endIndex=(\d+)")
_MARKS = re.compile(r"[^\w]+")
_CHECKS = ("enableNumCheck", "enableEmailCheck", "enableUrlCheck", "enableIpv4Check")
_CONTACTS = ("C7", "C23")


class Case(NamedTuple):
    """One text and what is to be found in it."""

    id: str
    text: str
    options: dict[str, Any]
    kind: str
    expect: Any


def cases(path: Path) -> list[Case]:
    """Read one file; every line has to be a case."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path}: {error}") from error
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            options = dict(row["options"])
            case = Case(row["id"], row["text"], options, row["expect_kind"], row["expect"])
        except (ValueError, KeyError, TypeError) as error:
            raise Unreadable(f"{path}:{number}: not a case: {error}") from error
        if case.kind not in KINDS or not isinstance(case.text, str):
            raise Unreadable(f"{path}:{number}: expect_kind must be one of {', '.join(KINDS)}")
        found.append(case)
    return found


def expected_words(case: Case) -> list[str]:
    """The words that a case expects, as they stand in its text."""
    if case.kind == "contains":
        return []
    said = str(case.expect)
    if case.kind == "replaced":
        return _replaced(case.text, said)
    places = [case.text[int(a) : int(b)] for a, b in _RESULT.findall(said)]
    if places or case.kind == "first":
        return places or [said]
    return [word.strip() for word in said.strip("[]").split(",") if word.strip()]


def _replaced(text: str, said: str) -> list[str]:
    """The runs of a text that another of the same length does not repeat."""
    if len(text) != len(said):
        return []
    runs: list[str] = []
    run = ""
    for ours, theirs in zip(text, said, strict=True):
        if ours != theirs:
            run += ours
        elif run:
            runs, run = [*runs, run], ""
    return [*runs, run] if run else runs


def plain(word: str) -> str:
    """A word as somebody would put it on a list."""
    folded = unicodedata.normalize("NFKC", word).casefold()
    return _MARKS.sub("", opencc.OpenCC("t2s").convert(folded))


def source_of(words: Sequence[str]) -> str:
    """A pack of a shop's own words; empty for none."""
    if not words:
        return ""
    pack = {
        "family": FAMILY, "version": "1", "layer": "shop", "group": "shop",
        "title": {"zh": "判例", "en": "Cases"}, "law": "本店规则", "severity": "S3",
        "actions": {"chat": "hide"},
        "message": {"zh": "请换一种说法。", "en": "Say it another way."},
        "rules": [{"id": f"{FAMILY}.1", "keywords": list(words)}],
    }  # fmt: skip
    text: str = yaml.safe_dump(pack, allow_unicode=True) + "from: 2020-01-01\n"
    return text


def answer(case: Case, known: Sequence[str]) -> Any:
    """What the product finds, in the words of the case."""
    words = list(case.options.get("deny") or known)
    families = {FAMILY}
    if any(case.options.get(name) == "true" for name in _CHECKS):
        families.update(_CONTACTS)
    try:
        book = reads.rulebook_with(tuple(filter(None, [source_of(words)])))
    except reads.BadPack as error:
        raise Unreadable(f"{case.id}: {error}") from error
    hits = reads.scan(case.text, surface="chat", book=book)
    spans = _apart(
        sorted(
            {
                (hit.span_start, hit.span_end)
                for hit in hits
                if hit.family in families and not hit.suppressed_reason
            },
            key=lambda span: (span[0], -span[1]),
        )
    )
    found = [case.text[start:end] for start, end in spans]
    if case.kind == "contains":
        return bool(found)
    if case.kind == "first":
        return found[:1]
    return spans if case.kind == "replaced" else found


def _apart(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans from left to right without those that begin inside another."""
    kept: list[tuple[int, int]] = []
    for span in spans:
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def wanted(case: Case) -> Any:
    """What the case wants, in the same form as the answer."""
    if case.kind == "contains":
        return case.expect
    words = expected_words(case)
    if case.kind == "first":
        return words[:1]
    if case.kind == "replaced":
        spans, at = [], 0
        for word in words:
            at = case.text.index(word, at)
            spans.append((at, at + len(word)))
            at += len(word)
        return spans
    return words


def judge(listed: Sequence[Case]) -> dict[str, Any]:
    """Scan every case and count."""
    known = {plain(word) for case in listed for word in expected_words(case)}
    # What a case finds in numbers and addresses is no word of a dictionary.
    known = {word for word in known if len(word) > 1 and not any(ch.isdigit() for ch in word)}
    checked = {plain(w) for case in listed for w in expected_words(case) if _is_checked(case)}
    words = sorted(known - checked)
    wrong = []
    for case in listed:
        ours, theirs = answer(case, words), wanted(case)
        if ours != theirs:
            wrong.append({"id": case.id, "text": case.text, "expected": theirs, "ours": ours})
    return {"n": len(listed), "right": len(listed) - len(wrong), "wrong": wrong}


def _is_checked(case: Case) -> bool:
    return any(case.options.get(name) == "true" for name in _CHECKS)


def main(arguments: Sequence[str]) -> int:
    """Judge the files named on the command line."""
    if not arguments or arguments[0] in ("-h", "--help"):
        say(__doc__ or "")
        return 0 if arguments else 2
    try:
        listed = [case for name in arguments for case in cases(Path(name))]
        if not listed:
            raise Unreadable("no case in the input")
        found = judge(listed)
    except Unreadable as error:
        say(f"evasion: {error}")
        return 2
    print(json.dumps(found, ensure_ascii=False))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
