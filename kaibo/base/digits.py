"""Digits of every script, and letters that look like them, written as 0–9."""

import re

from kaibo.base.views import View, rewrite

_DIGIT_WORDS = (
    "0零〇洞○ 1一壹弌幺壱 2二贰貳弍两兩 3三叁參弎叄 4四肆 5五伍 6六陆陸 7七柒拐 8八捌 9九玖勾"
)
_LEET = {"o": "0", "l": "1", "i": "1", "z": "2", "s": "5", "b": "8"}
_LEET_SHARE_MAX = 0.34
LONG_RUN_MIN = 7  # digits: below this a run is a price or a size, never a phone or an account
_DIGIT_OF = {ch: word[0] for word in _DIGIT_WORDS.split() for ch in word}
_HAN_DIGITS = "".join(ch for ch in _DIGIT_OF if not ch.isascii())
_RUN_GAP = "[ \t\\-_.\u00b7*/~,\u3001]{0,2}"
_LONG_RUN = re.compile(
    f"[0-9{_HAN_DIGITS}oliszb](?:{_RUN_GAP}[0-9{_HAN_DIGITS}oliszb]){{{LONG_RUN_MIN - 1},}}"
)
_SHORT_RUN = re.compile(f"[0-9{_HAN_DIGITS}]{{2,}}")
_V3_GATE = re.compile(
    f"[{_HAN_DIGITS}][0-9{_HAN_DIGITS}]|[0-9][{_HAN_DIGITS}]"
    f"|[0-9](?:{_RUN_GAP}[0-9oliszb]){{{LONG_RUN_MIN - 1}}}"
)


def needs_v3(text: str) -> bool:
    """Whether ``v3`` may differ from this text."""
    return _V3_GATE.search(text) is not None


def v3(view: View) -> View:
    """Write runs of two or more digits in any of their scripts as 0–9.

    Letters that look like digits, and separators, count only inside runs of at least
    ``LONG_RUN_MIN`` that are digits for the most part.
    """
    view = rewrite(view, _LONG_RUN, _long_run)
    view = rewrite(view, _SHORT_RUN, lambda m: "".join(map(_DIGIT_OF.__getitem__, m.group())))
    return view._replace(name="V3")


def _long_run(match: re.Match[str]) -> str:
    run = match.group()
    digits = [_DIGIT_OF[ch] if ch in _DIGIT_OF else _LEET.get(ch, "") for ch in run]
    leet = sum(ch in _LEET for ch in run)
    kept = "".join(digits)
    return run if leet > len(kept) * _LEET_SHARE_MAX else kept
