"""Views of a text that undo the usual disguises, each with a map back to what was typed.

Four views, from literal to bold:

- ``V0``: compatibility forms, case and invisible characters folded (ＶＸ → vx, 最\u200b好 → 最好).
- ``V1``: separators and pictographs between characters gone, stretched repeats folded.
- ``V2``: traditional → simplified, look-alike letters, and a guarded lexicon of homophones,
  code words and pinyin (the lexicon is data and comes from the caller).
- ``V3``: runs of Chinese, banker's and radio digits written as 0–9 (幺三八 → 138); ``digits``.

A clean line costs one or two searches: every view has a cheap gate and is built only when
the gate opens. Nothing here raises on any string, lone surrogates included.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from kaibo.base.views import View, rewrite

CJK = "\u3400-\u4dbf\u4e00-\u9fff"

# Invisible: zero-width, bidi marks, soft hyphen, fillers, variation selectors, the keycap
# ring, combining accents (zalgo), tags, controls but tab and newline, lone surrogates.
_INVISIBLE = (
    "\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e01ef"
)
_INVISIBLES = re.compile(f"[{_INVISIBLE}]")
# What disguised words are sprinkled with. Comma, 。, ! and ? stay: they end a clause.
_SEPARATOR = (
    "[ \t\u00a0\u3000\\-_.\u00b7\u2022\u2027\u2219\u30fb*/\\\\~\u4e36|^`'\"=#&@\u2010-\u2015\u2026]"
)
_PICTOGRAPH = (
    "[\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u2500-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
)
_ASTRAL_FOLDED = ((0x1D400, 0x1D7FF), (0x1F100, 0x1F1FF), (0x1FBF0, 0x1FBF9), (0x2F800, 0x2FA1F))
_BANKERS = dict(
    zip("壹贰叁肆伍陆柒捌玖拾佰仟貳參陸", "一二三四五六七八九十百千二三六", strict=True)
)
_LOOKALIKES = dict(
    zip(
        "авекмнорстухѵѕіјԛԝνχωοαικρτυ",
        "abekmhopctyxvsijqwvxwoaikptu",
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class LexiconEntry:
    """One disguise: where ``written`` stands and its guard allows it, ``means`` is read.

    ``after``/``before``: at least one of these words must stand at most ``reach`` characters
    to the left/right. ``not_after``/``not_before``: none of these may touch. Latin words
    match whole words only.
    """

    written: str
    means: str
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    reach: int = 0


class Lexicon:
    """Disguises that ``v2`` undoes, compiled once.

    ``keys`` are all written forms, folded: finding none of them (nor ``needs_v2``) in a text
    means that ``v2`` would change nothing.
    """

    def __init__(self, entries: Iterable[LexiconEntry]) -> None:
        folded = [(_folded(entry.written), entry) for entry in entries]
        self.keys = tuple(dict.fromkeys(key for key, _ in folded))
        pictographic = re.compile(_PICTOGRAPH)
        self._pictographs = _Replacer([p for p in folded if pictographic.search(p[0])])
        self._words = _Replacer([p for p in folded if not pictographic.search(p[0])])

    def may_read(self, text: str, bare: str) -> bool:
        """Whether a guard lets any entry be read: pictographs in a V0, words in its ``bare``."""
        return self._pictographs.is_in(text) or self._words.is_in(bare)

    def read_pictographs(self, view: View) -> View:
        """Replace the pictographs that stand for a word, before they are stripped."""
        return self._pictographs(view)

    def read_words(self, view: View) -> View:
        """Replace homophones, code words and pinyin."""
        return self._words(view)


class _Replacer:
    """All entries as one pattern, but one that tries only those of a place's first character.

    As a single alternation every place would try every entry: guards hide from ``re`` how a
    branch begins.
    """

    def __init__(self, folded: list[tuple[str, LexiconEntry]]) -> None:
        folded = sorted(folded, key=lambda pair: -len(pair[0]))
        self._means = {f"w{i}": entry.means for i, (_, entry) in enumerate(folded)}
        branches: dict[str, list[str]] = {}
        for i, (key, entry) in enumerate(folded):
            branches.setdefault(key[0], []).append(f"(?P<w{i}>{_guarded(key, entry)})")
        self._branches = {ch: re.compile("|".join(found)) for ch, found in branches.items()}
        self._first = re.compile(f"[{''.join(map(re.escape, branches))}]") if branches else None

    def __call__(self, view: View) -> View:
        if self._first is None:
            return view
        return rewrite(view, self, lambda m: self._means[m.lastgroup or ""])

    def is_in(self, text: str) -> bool:
        """Whether anything would be replaced."""
        return self._first is not None and self.search(text) is not None

    def search(self, text: str, /) -> re.Match[str] | None:
        """The first match."""
        return next(self.finditer(text), None)

    def finditer(self, text: str, /) -> Iterator[re.Match[str]]:
        """Matches from left to right; of several at a place the longest entry."""
        assert self._first is not None
        seen = self._first.search(text)
        while seen is not None:
            at = seen.start()
            match = self._branches[text[at]].match(text, at)
            if match is not None:
                yield match
            seen = self._first.search(text, match.end() if match is not None else at + 1)


def _guarded(key: str, entry: LexiconEntry) -> str:
    parts = [re.escape(key)]
    if key.isascii() and key[0].isalpha():
        parts.insert(0, "(?<![a-z])")
        parts.append("(?![a-z])")
    reaches = range(entry.reach + 1)
    if entry.after:
        near = [f"(?<={re.escape(w)}{'.' * n})" for w in entry.after for n in reaches]
        parts.insert(0, f"(?:{'|'.join(near)})")
    if entry.before:
        words = "|".join(map(re.escape, entry.before))
        parts.append(f"(?=.{{0,{entry.reach}}}(?:{words}))")
    parts[:0] = [f"(?<!{re.escape(word)})" for word in entry.not_after]
    if entry.not_before:
        parts.append(f"(?!{'|'.join(map(re.escape, entry.not_before))})")
    return "".join(parts)


def _folded_character(code: int) -> str:
    """What one character becomes in V0: several characters, one, or none."""
    ch = chr(code)
    if 0x1F1E6 <= code <= 0x1F1FF:  # flag letters
        return chr(code - 0x1F1E6 + 97)
    if 0x1F150 <= code <= 0x1F169 or 0x1F170 <= code <= 0x1F189:  # white on black letters
        return chr((code - 0x1F150) % 32 + 97)
    if unicodedata.category(ch) == "No":
        number = unicodedata.numeric(ch)
        if number == int(number):
            return str(int(number))
    folded = _INVISIBLES.sub("", unicodedata.normalize("NFKC", ch).casefold())
    if len(folded) == 3 and folded[0] == "(" and folded[2] == ")":  # ㈤ ⒦
        return folded[1]
    return folded


@cache
def _folds() -> tuple[dict[int, str], dict[str, str], re.Pattern[str], re.Pattern[str]]:
    """Table of one-to-one folds, table of the others, gate for either, gate for the others."""
    single: dict[int, str] = {}
    other: dict[str, str] = {}
    codes = [*range(0x10000), *(c for a, b in _ASTRAL_FOLDED for c in range(a, b + 1))]
    for code in codes:
        ch = chr(code)
        folded = "" if _INVISIBLES.match(ch) else _folded_character(code)
        if folded == ch:
            continue
        if len(folded) == 1:
            single[code] = folded
        else:
            other[ch] = folded
    odd = _character_class({ord(ch) for ch in other}) + "\ud800-\udfff\U000e0000-\U000e01ef"
    # Beyond the BMP any character opens the gate: sre would walk their ranges for every other.
    low = {code for code in (*single, *map(ord, other)) if code < 0x10000}
    changed = _character_class(low) + "\ud800-\udfff\U00010000-\U0010ffff"
    return single, other, re.compile(f"[{changed}]"), re.compile(f"[{odd}]")


def _character_class(codes: set[int]) -> str:
    """The inside of a regex class, as ranges: sre walks what lies beyond the BMP one by one."""
    parts = []
    ordered = sorted(codes)
    start = previous = ordered[0]
    for code in [*ordered[1:], -1]:
        if code == previous + 1:
            previous = code
            continue
        parts.append(f"{re.escape(chr(start))}-{re.escape(chr(previous))}")
        start = previous = code
    return "".join(parts)


def _folded(text: str) -> str:
    return v0(text).text


def v0(text: str) -> View:
    """Fold compatibility forms and case, drop invisible characters."""
    single, other, changed, odd = _folds()
    if changed.search(text) is None:
        return View("V0", text)
    if odd.search(text) is None:
        return View("V0", text.translate(single))
    chars: list[str] = []
    starts: list[int] = []
    for position, ch in enumerate(text):
        # Invisible characters beyond the tables (tags) fold to nothing as well.
        folded = single.get(ord(ch)) or other.get(ch, "" if odd.match(ch) else ch)
        chars.append(folded)
        starts.extend([position] * len(folded))
    return View("V0", "".join(chars), tuple(starts), tuple(n + 1 for n in starts))


_PICTOGRAPHS = re.compile(f"{_PICTOGRAPH}+")
_SEPARATORS = re.compile(
    f"(?<=[{CJK}a-z0-9]){_SEPARATOR}+(?=[{CJK}])|(?<=[{CJK}]){_SEPARATOR}+(?=[a-z0-9])"
)
# A plus is no mere separator: before a name it says 加, so it is taken out where nobody reads it.
_PLUSES = re.compile(f"(?<=[{CJK}])\\++(?=[{CJK}])")
_SPACED_LETTERS = re.compile(
    f"(?<![a-z0-9])[a-z](?:{_SEPARATOR}{{1,3}}[a-z])+(?![a-z0-9])", re.ASCII
)
_NOT_LETTERS = re.compile("[^a-z]+")
_REPEATS = re.compile(f"([{CJK}]{{1,2}}?)\\1+|([a-z])\\2{{2,}}")
_V1_GATE = re.compile(f"{_PICTOGRAPH}|{_SEPARATOR}|\\+|([{CJK}]{{1,2}}?)\\1|([a-z])\\2\\2")


def needs_v1(text: str) -> bool:
    """Whether ``v1`` may differ from this V0 text."""
    return _V1_GATE.search(text) is not None


def bare_text(text: str) -> str:
    """A V0 text without pictographs and separators; pluses stand, repeats are not yet folded."""
    text = _PICTOGRAPHS.sub("", text)
    text = _SPACED_LETTERS.sub(_letters_alone, text)
    return _SEPARATORS.sub("", text)


def without_repeats(text: str) -> str:
    """What ``v1`` makes of a ``bare_text``: all that a search needs before it finds anything."""
    return _REPEATS.sub(_once, _PLUSES.sub("", text))


def v1(view: View) -> View:
    """Strip pictographs and separators, join spaced letters, fold stretched repeats."""
    view = rewrite(_bare(view), _PLUSES, lambda m: "")
    return rewrite(view, _REPEATS, _once)._replace(name="V1")


def _bare(view: View) -> View:
    view = rewrite(view, _PICTOGRAPHS, lambda m: "")
    view = rewrite(view, _SPACED_LETTERS, _letters_alone)
    return rewrite(view, _SEPARATORS, lambda m: "")


def _letters_alone(match: re.Match[str]) -> str:
    return _NOT_LETTERS.sub("", match.group())


def _once(match: re.Match[str]) -> str:
    return match.group(1) or match.group(2)


@cache
def _simplifications() -> tuple[dict[int, str], re.Pattern[str]]:
    """Traditional characters, banker's numerals, accented and look-alike letters → plain."""
    import opencc  # a dictionary of its own, where the first text is read

    table: dict[int, str] = {ord(a): b for a, b in (_LOOKALIKES | _BANKERS).items()}
    codes = [*range(0x3400, 0xA000)]
    simple = opencc.OpenCC("t2s").convert("\n".join(map(chr, codes))).split("\n")
    for code, char in zip(codes, simple, strict=True):
        if len(char) == 1 and char != chr(code):
            table.setdefault(code, char)
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFKD", chr(code))[0]
        if base.isascii() and base.isalpha():
            table[code] = base.lower()
    return table, re.compile(f"[{_character_class(set(table))}]")


def needs_v2(text: str) -> bool:
    """Whether ``v2`` may differ for reasons of script; lexicon keys are the caller's to find."""
    return _simplifications()[1].search(text) is not None


def simplified(text: str) -> str:
    """Traditional characters, banker's numerals and look-alike letters as plain ones."""
    table, changed = _simplifications()
    return text if changed.search(text) is None else text.translate(table)


def v2(view: View, lexicon: Lexicon) -> View:
    """Read a V0 as a reader who knows the disguises would."""
    table, _ = _simplifications()
    view = _bare(lexicon.read_pictographs(view))
    view = View("V2", view.text.translate(table), view.starts, view.ends)
    # Repeats are folded last: 微微信信 is a stutter, but 威威 may be part of a code word.
    view = rewrite(lexicon.read_words(view), _SEPARATORS, lambda m: "")
    view = rewrite(view, _PLUSES, lambda m: "")
    return rewrite(view, _REPEATS, _once)
