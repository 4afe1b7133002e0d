"""Published rules as anybody may read them, and whether a room operator took note of them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal, cast

from django.conf import settings
from django.db.models import Count, QuerySet

from kaibo.access import reads as access
from kaibo.agreements.errors import NoSuchRules
from kaibo.agreements.models import Acknowledgement, Opinion, Version
from kaibo.agreements.rules import KINDS, NEEDED, Impact, Kind, State, Term, state_of, terms_of
from kaibo.base.pages import PIECE_ROWS
from kaibo.base.times import day_begins

Standing = Literal["none", "unread", "announced", "read"]
OPINIONS_SHOWN: Final = 500


@dataclass(frozen=True, slots=True)
class VersionCard:
    """A version without its text; half-open, ``until`` is when the next one took over."""

    id: int
    kind: Kind
    number: int
    title_zh: str
    title_en: str
    summary_zh: str
    summary_en: str
    impact: Impact
    digest: str
    published_at: dt.datetime
    effective_at: dt.datetime
    until: dt.datetime | None
    state: State


@dataclass(frozen=True, slots=True)
class VersionText:
    """A version in full. Without an English text the Chinese one is all there is."""

    card: VersionCard
    publisher: str
    text_zh: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Publisher:
    """Whose rules can be read here."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Document:
    """All versions of one document, the newest first, and the one in force."""

    kind: Kind
    name_zh: str
    name_en: str
    in_force: int | None
    versions: list[VersionCard]


@dataclass(frozen=True, slots=True)
class PublishedRules:
    """What a publisher has published; ``on`` is the day that was asked for, if any."""

    publisher: Publisher
    on: dt.date | None
    documents: list[Document]


@dataclass(frozen=True, slots=True)
class DeskVersion:
    """A version for the desk of a room operator, with their own note of it."""

    card: VersionCard
    acknowledged_at: dt.datetime | None
    acknowledged_by: str
    opinions: int


@dataclass(frozen=True, slots=True)
class DeskRules:
    """The rules that bind an organisation's rooms. ``is_own``: it publishes them itself."""

    publisher: Publisher
    is_own: bool
    standing: Standing
    versions: list[DeskVersion]


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A room operator that took note."""

    operator: str
    person: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Said:
    """An opinion; nobody's name stands with it."""

    id: int
    text: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class DeskVersionText:
    """A version in full; who took note and what was said are its publisher's to see."""

    version: VersionText
    acknowledgements: list[Acknowledged]
    opinions: list[Said]


@dataclass(frozen=True, slots=True)
class RulesStanding:
    """What the gate asks. ``unread``: titles in force that the operator took no note of.

    ``announced``: the same of what comes; ``version_ids``: in force and noted.
    """

    standing: Standing
    unread: tuple[str, ...]
    announced: tuple[str, ...]
    version_ids: tuple[int, ...]


def publisher_of(org_id: int) -> int:
    """Whose rules bind the rooms of an organisation: the platform's, else its own."""
    if settings.KAIBO_PLATFORM:
        found = access.organisation_coded(settings.KAIBO_PLATFORM)
        if found is not None:
            return found.id
    return org_id


def publishers() -> list[Publisher]:
    """Everybody who has published rules, by name."""
    rows = Version.objects.order_by("organisation__name", "organisation_id")
    found = rows.values_list("organisation__code", "organisation__name").distinct()
    return [Publisher(code, name) for code, name in found]


def published_rules(code: str, *, on: dt.date | None, now: dt.datetime) -> PublishedRules:
    """What a publisher has published, as it stands now, or stood at the end of a day.

    A version that was not published by then is left out, and decides nothing about the others.

    Raises:
        NoSuchRules: nobody of this code has published any.
    """
    found = access.organisation_coded(code)
    rows = list(_rows(found.id)) if found else []
    if not found or not rows:
        raise NoSuchRules(id=code[:40])
    at, kinds = _moment(on, now), {row.kind for row in rows}
    cards = _carded([row for row in rows if row.published_at <= at], at)
    documents = []
    for kind, (zh, en) in KINDS.items():
        mine = [card for card in cards if card.kind == kind]
        held = next((card.id for card in mine if card.state == "in_force"), None)
        if kind in kinds:
            documents.append(Document(kind, zh, en, held, mine))
    return PublishedRules(_publisher(found.id), on, documents)


def version_text(id: int, *, now: dt.datetime) -> VersionText:
    """Any version in full, whoever asks.

    Raises:
        NoSuchRules: none of this id.
    """
    row = Version.objects.filter(pk=id).first()
    if row is None:
        raise NoSuchRules(id=id)
    return _text(row, now)


def desk_rules(org_id: int, *, now: dt.datetime) -> DeskRules:
    """The rules that bind an organisation's rooms, and its own notes of them."""
    home = publisher_of(org_id)
    rows = Acknowledgement.objects.filter(organisation_id=org_id).select_related("person")
    noted = {row.version_id: row for row in rows}
    opinions = Opinion.objects.filter(organisation_id=home)
    counted = opinions.values_list("version_id").annotate(Count("pk")) if home == org_id else ()
    said = dict(counted)
    versions = [
        DeskVersion(
            card=card,
            acknowledged_at=noted[card.id].at if card.id in noted else None,
            acknowledged_by=_name(noted[card.id]) if card.id in noted else "",
            opinions=said.get(card.id, 0),
        )
        for card in _cards(home, now)
    ]
    standing = rules_standing(org_id, now=now).standing
    return DeskRules(_publisher(home), home == org_id, standing, versions)


def desk_version(org_id: int, id: int, *, now: dt.datetime) -> DeskVersionText:
    """A version of the rules that bind an organisation, in full, with the newest opinions.

    Raises:
        NoSuchRules: none of this id among them.
    """
    home = publisher_of(org_id)
    row = Version.objects.filter(organisation_id=home, pk=id).first()
    if row is None:
        raise NoSuchRules(id=id)
    notes = row.acknowledgements.select_related("person").order_by("pk")
    is_own = home == org_id
    return DeskVersionText(
        version=_text(row, now),
        acknowledgements=[
            Acknowledged(one.operator, _name(one), one.at)
            for one in (notes if is_own else notes.filter(organisation_id=org_id))
        ],
        opinions=list(islice(_opinions(row), OPINIONS_SHOWN)) if is_own else [],
    )


def every_opinion(org_id: int, id: int) -> Iterator[Said]:
    """All opinions on a version, the newest first; none for who did not publish it.

    Raises:
        NoSuchRules: none of this id among the rules that bind here.
    """
    home = publisher_of(org_id)
    row = Version.objects.filter(organisation_id=home, pk=id).first()
    if row is None:
        raise NoSuchRules(id=id)
    return _opinions(row) if home == org_id else iter(())


def _opinions(row: Version) -> Iterator[Said]:
    rows = row.opinions.order_by("-pk").iterator(PIECE_ROWS)
    return (Said(one.pk, one.text, one.at) for one in rows)


def rules_standing(org_id: int, *, now: dt.datetime) -> RulesStanding:
    """Whether the room operator took note of every document in force, and of what comes.

    ``none``: not every document that a platform needs is in force.
    """
    cards = _cards(publisher_of(org_id), now)
    noted = set(
        Acknowledgement.objects.filter(organisation_id=org_id).values_list("version_id", flat=True)
    )
    held = [card for card in cards if card.state == "in_force"]
    coming = [card for card in cards if card.state == "announced"]
    unread = tuple(_label(card) for card in held if card.id not in noted)
    announced = tuple(_label(card) for card in coming if card.id not in noted)
    standing: Standing = "read"
    if unread:
        standing = "unread"
    elif not {card.kind for card in held}.issuperset(NEEDED):
        standing = "none"
    elif announced:
        standing = "announced"
    version_ids = tuple(sorted(card.id for card in held if card.id in noted))
    return RulesStanding(standing, unread, announced, version_ids)


def card_of(row: Version, now: dt.datetime) -> VersionCard:
    """One version among its siblings."""
    rows = Version.objects.filter(organisation_id=row.organisation_id, kind=row.kind)
    return next(
        card for card in _carded(rows.defer("text_zh", "text_en"), now) if card.id == row.pk
    )


def _moment(on: dt.date | None, now: dt.datetime) -> dt.datetime:
    """The end of the day that was asked for, in the shop's zone; without one, now."""
    if on is None:
        return now
    return day_begins(on) + dt.timedelta(days=1) - dt.timedelta(microseconds=1)


def _cards(org_id: int, at: dt.datetime) -> list[VersionCard]:
    return _carded(_rows(org_id), at)


def _rows(org_id: int) -> "QuerySet[Version]":
    return Version.objects.filter(organisation_id=org_id).defer("text_zh", "text_en")


def _carded(rows: Iterable[Version], at: dt.datetime) -> list[VersionCard]:
    """Cards by document, the newest version first."""
    by_kind: dict[str, list[Version]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row)
    found = []
    for kind in KINDS:
        mine = {row.number: row for row in by_kind[kind]}
        terms: Sequence[Term] = terms_of({no: row.effective_at for no, row in mine.items()})
        found += [_card(mine[term.number], term, at) for term in terms]
    return found


def _card(row: Version, term: Term, at: dt.datetime) -> VersionCard:
    return VersionCard(
        id=row.pk,
        kind=cast(Kind, row.kind),
        number=row.number,
        title_zh=row.title_zh,
        title_en=row.title_en,
        summary_zh=row.summary_zh,
        summary_en=row.summary_en,
        impact=cast(Impact, row.impact),
        digest=row.digest,
        published_at=row.published_at,
        effective_at=row.effective_at,
        until=term.until,
        state=state_of(term, at),
    )


def _text(row: Version, now: dt.datetime) -> VersionText:
    publisher = access.organisation(row.organisation_id).name
    return VersionText(card_of(row, now), publisher, row.text_zh, row.text_en)


def _publisher(org_id: int) -> Publisher:
    return Publisher(access.organisation_code(org_id), access.organisation(org_id).name)


def _label(card: VersionCard) -> str:
    return f"{card.title_zh} v{card.number}"


def _name(row: Acknowledgement) -> str:
    return row.person.name if row.person is not None else ""
