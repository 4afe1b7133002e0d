"""The features of a text that a trained model weighs: short runs of characters and of sounds. Pure.

A text is read as a person would who knows the usual disguises: pictographs as the characters
they stand for, compatibility forms folded, traditional as simplified. Of what is left every run
of one to three characters counts once, and so does every run of one to three sounds, written
in characters of the private area, so that a homophone changes half of the features and not all.
A model may also ask for the outline, every digit as 0 and every letter as a: it tells an account
name from a word.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from kaibo.base.sounds import sounds
from kaibo.base.text import bare_text, simplified, v0

VERSION: Final = 1  # of the features: a model made for another is refused
CHARS_MAX: Final = 400  # what a text says, it says at its beginning
RUN_MAX: Final = 3
OUTLINE_RUN_MAX: Final = 4
_PRIVATE: Final = 0xE000
_OUTLINE: Final = "\ue7ff"  # marks a run of the outline
_BLANK: Final = re.compile(r"\s+")
_SELECTOR: Final = re.compile("[\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff]")
_LETTER: Final = re.compile("[a-z]")
_DIGIT: Final = re.compile("[0-9]")
_HAN: Final = re.compile("[\u3400-\u9fff]+")
_ODD: Final = re.compile("[^\x00-\x7f\u2000-\u206f\u3000-\u9fff\uff00-\uffef字]")


class Reading:
    """How texts are read for one model.

    Args:
        pictographs: pictograph → the characters it stands for.
        syllables: every sound that the model knows, in its own order; others count as none.
        outline: whether runs of the outline count as well.
    """

    def __init__(
        self, pictographs: Mapping[str, str], syllables: Iterable[str], *, outline: bool
    ) -> None:
        self.syllables = tuple(syllables)
        self.outline = outline
        numbers = {sound: _PRIVATE + n for n, sound in enumerate(self.syllables)}
        self._sounds = {
            ord(ch): numbers[sound] for ch, sound in sounds().items() if sound in numbers
        }
        self._stands_for = {_bare(written): read for written, read in pictographs.items()}
        written = sorted(self._stands_for, key=len, reverse=True)
        self._pictographs = re.compile("|".join(map(re.escape, written)) or "(?!)")

    def grams(self, text: str) -> set[str]:
        """Every feature of a text, once each."""
        told = _bare(text[:CHARS_MAX])
        told = self._pictographs.sub(lambda m: self._stands_for[m.group()], told)
        folded = simplified(_BLANK.sub("", v0(told).text))
        found = runs(folded, RUN_MAX)
        found |= runs(bare_text(folded).translate(self._sounds), RUN_MAX)
        if self.outline:
            outline = _HAN.sub("字", _LETTER.sub("a", _DIGIT.sub("0", _ODD.sub("*", folded))))
            found.update([_OUTLINE + run for run in runs(outline, OUTLINE_RUN_MAX)])
        return found


def runs(text: str, longest: int) -> set[str]:
    """Every run of one to ``longest`` characters.

    >>> sorted(runs("aab", 2))
    ['a', 'aa', 'ab', 'b']
    """
    found = set(text)
    for length in range(2, longest + 1):
        found.update([text[at : at + length] for at in range(len(text) - length + 1)])
    return found


def _bare(text: str) -> str:
    """Without variation selectors, joiners and skin tones."""
    return _SELECTOR.sub("", text)
