"""What becomes of words that the shop itself puts before buyers. Pure."""

from collections.abc import Iterable
from typing import Final

from kaibo.compliance.rules.hits import Action, Hit

# A viewer's line is hidden for these; the shop's own words are not let out at all.
REFUSING: Final[frozenset[Action]] = frozenset({"block", "pause", "hide"})
# A person has to look, and to say why the words may stand.
ASKING: Final[frozenset[Action]] = frozenset({"warn", "evidence", "review"})


def refusing(hits: Iterable[Hit]) -> Hit | None:
    """The first hit that keeps the words from going out."""
    return next((hit for hit in hits if hit.is_live and hit.action in REFUSING), None)


def asking(hits: Iterable[Hit]) -> list[Hit]:
    """Hits that a person must answer for."""
    return [hit for hit in hits if hit.is_live and hit.action in ASKING]
