"""The rulebook, what an organisation added to it, and the scan of a text through both."""

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from kaibo.base.text import Lexicon, LexiconEntry
from kaibo.base.yamls import read_yaml
from kaibo.compliance.errors import NoSuchSurface
from kaibo.compliance.models import PackVersion
from kaibo.compliance.reads.packaged import packaged
from kaibo.compliance.rules.added import Added, load_added, with_added
from kaibo.compliance.rules.floors import check_floor
from kaibo.compliance.rules.hits import SURFACES, Hit, Situation, Surface
from kaibo.compliance.rules.packs import load_pack
from kaibo.compliance.rules.parts import BadPack, Pack, Rule
from kaibo.compliance.rules.scan import Rulebook, scan_text

_LEXICON = "lexicon.yaml"


@cache
def rulebook() -> Rulebook:
    """Every pack that ships with the product, compiled once.

    Raises:
        BadPack: a pack is broken, or they let pass what must be refused; says where.
    """
    return check_floor(Rulebook(_shipped(), lexicon=lexicon()))


@cache
def _shipped() -> list[tuple[Pack, tuple[Rule, ...]]]:
    return [load_pack(name, source) for name, source in packaged("packs") if name != _LEXICON]


@cache
def law_digest() -> str:
    """A digest of the packs that ship: another one means that the rules changed."""
    told = hashlib.sha256()
    for name, source in packaged("packs"):
        told.update(f"{name}\n{source}".encode())
    return told.hexdigest()


@cache
def lexicon() -> Lexicon:
    """The disguises of ``packs/lexicon.yaml``."""
    source = resources.files("kaibo.compliance").joinpath("packs", _LEXICON).read_text("utf-8")
    return Lexicon(_entries(read_yaml(source)))


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


def read_added(name: str, source: str) -> Added:
    """One added pack, judged against what ships, and nothing else.

    Raises:
        BadPack: lists everything wrong with it.
    """
    return load_added(name, source, shipped=rulebook().rules)


@lru_cache(maxsize=64)
def rulebook_with(sources: tuple[str, ...]) -> Rulebook:
    """What ships with these added packs behind it, compiled once for the same texts.

    Raises:
        BadPack: one of them is broken or weakens, or together they let pass what must be refused.
    """
    if not sources:
        return rulebook()
    added = [read_added(f"pack {number}", source) for number, source in enumerate(sources, 1)]
    return check_floor(Rulebook(with_added(_shipped(), added), lexicon=lexicon()))


def current_sources(org_id: int) -> dict[str, str]:
    """The added packs in force, family to YAML, in the order of their families."""
    rows = PackVersion.objects.filter(organisation_id=org_id, is_current=True).exclude(source="")
    return dict(rows.order_by("family").values_list("family", "source"))


def rulebook_of(org_id: int) -> Rulebook:
    """The rulebook of an organisation as it stands now.

    One look at the database at every call, so that words that were saved count from the next
    text on, whichever process judges it; what was compiled is kept.
    """
    return _standing(tuple(current_sources(org_id).values()))


def rulebook_trial(org_id: int, source: str) -> Rulebook:
    """The rulebook of an organisation as it would be with this pack saved; nothing is written.

    Raises:
        BadPack: it would not be taken; says where.
    """
    family = read_added("pack", source).pack.family
    sources = current_sources(org_id) | {family: source}
    return rulebook_with(tuple(one for _, one in sorted(sources.items())))


@lru_cache(maxsize=64)
def _standing(sources: tuple[str, ...]) -> Rulebook:
    """As ``rulebook_with``; a text that what ships today refuses is left out, not the others."""
    try:
        return rulebook_with(sources)
    except BadPack:
        return rulebook_with(tuple(one for one in sources if not problems_of(one)))


def problems_of(source: str) -> tuple[str, ...]:
    """What is wrong with an added pack by the rules that ship today; empty for nothing."""
    try:
        rulebook_with((source,))
    except BadPack as error:
        return error.problems
    return ()


def scan(
    text: str,
    *,
    surface: Surface,
    now: dt.datetime | dt.date | None = None,
    allow: Sequence[str] = (),
    category: str = "",
    rehearsal: bool = False,
    book: Rulebook | None = None,
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
        book: ``rulebook_of`` the organisation; None: what ships alone.

    Raises:
        NoSuchSurface: ``surface`` is none of the four.
    """
    if surface not in SURFACES:
        raise NoSuchSurface(surface=surface)
    on = now.date() if isinstance(now, dt.datetime) else now
    situation = _situation(on, tuple(allow), category, rehearsal)
    return scan_text(text, surface=surface, packs=book or rulebook(), situation=situation)


@lru_cache(maxsize=256)
def _situation(
    on: dt.date | None, allow: tuple[str, ...], category: str, rehearsal: bool
) -> Situation:
    # A room's lines share one; making it anew would cost as much as searching a line.
    return Situation(on=on, allow=allow, category=category, rehearsal=rehearsal)
