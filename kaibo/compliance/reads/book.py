"""The rulebook, and the scan of a text through it."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml

from kaibo.base.text import Lexicon, LexiconEntry
from kaibo.compliance.errors import NoSuchSurface
from kaibo.compliance.reads.packaged import packaged
from kaibo.compliance.rules.hits import SURFACES, Hit, Situation, Surface
from kaibo.compliance.rules.packs import BadPack, load_pack
from kaibo.compliance.rules.scan import Rulebook, scan_text

_LEXICON = "lexicon.yaml"


@cache
def rulebook() -> Rulebook:
    """Every pack that ships with the product, compiled once.

    Raises:
        BadPack: a pack is broken; says where.
    """
    packs = []
    for name, source in packaged("packs"):
        if name != _LEXICON:
            packs.append(load_pack(name, source))
    return Rulebook(packs, lexicon=lexicon())


@cache
def lexicon() -> Lexicon:
    """The disguises of ``packs/lexicon.yaml``."""
    source = resources.files("kaibo.compliance").joinpath("packs", _LEXICON).read_text("utf-8")
    return Lexicon(_entries(yaml.safe_load(source)))


def _entries(groups: Sequence[Mapping[str, Any]]) -> Iterator[LexiconEntry]:
    for group in groups:
        guards: dict[str, Any] = {
            key: value if isinstance(value, int) else tuple(value)
            for key, value in group.items()
            if key not in ("written", "means")
        }
        try:
            yield from (LexiconEntry(str(w), group["means"], **guards) for w in group["written"])
        except (KeyError, TypeError) as error:
            raise BadPack([f"{_LEXICON}: {dict(group)}: {error}"]) from error


def scan(
    text: str,
    *,
    surface: Surface,
    now: dt.datetime | dt.date | None = None,
    allow: Sequence[str] = (),
    category: str = "",
    rehearsal: bool = False,
) -> tuple[Hit, ...]:
    """Every rule that a text touches; nothing is written.

    Hits with a ``suppressed_reason`` do not count; ``verdict_of`` gives the strongest verdict
    of those that do.

    Args:
        text: any string.
        surface: where it stands: ``script``, ``title``, ``chat`` or ``speech``.
        now: the day whose rules apply; None: all that are not repealed.
        allow: the shop's own registered contacts, which are no diversion.
        category: trade of the product being explained; some trades raise the severity.
        rehearsal: every hit is suppressed, nobody is watching.

    Raises:
        NoSuchSurface: ``surface`` is none of the four.
    """
    if surface not in SURFACES:
        raise NoSuchSurface(surface=surface)
    on = now.date() if isinstance(now, dt.datetime) else now
    situation = _situation(on, tuple(allow), category, rehearsal)
    return scan_text(text, surface=surface, packs=rulebook(), situation=situation)


@lru_cache(maxsize=256)
def _situation(
    on: dt.date | None, allow: tuple[str, ...], category: str, rehearsal: bool
) -> Situation:
    # A room's lines share one; making it anew would cost as much as searching a line.
    return Situation(on=on, allow=allow, category=category, rehearsal=rehearsal)
