"""AI-made people: what each lacks, where they appear, and who watches them there."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

from django.db.models import Prefetch, QuerySet

from kaibo.access.crypto import decrypt_bytes
from kaibo.access.reads import people_names
from kaibo.base.times import shop_day
from kaibo.personas import rules
from kaibo.personas.errors import NoSuchConsent, NoSuchPersona
from kaibo.personas.models import Casting, Consent, Persona, Watch
from kaibo.personas.rules import DutyState, Face, Fault, Label, Part, Voice
from kaibo.planning import reads as planning
from kaibo.planning.reads import ShowView


@dataclass(frozen=True, slots=True)
class ConsentView:
    """A consent as pages show it; the giver's name is masked."""

    id: int
    part: Part
    giver: str
    for_live: bool
    for_clips: bool
    scope: str
    since_on: dt.date
    until_on: dt.date
    recorded_at: dt.datetime
    withdrawn_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class PersonaView:
    """An AI person, and what it lacks to be on air today."""

    id: int
    name: str
    face: Face
    voice: Voice
    assessment_no: str
    assessed_through: dt.date | None
    faults: tuple[Fault, ...]
    consents: list[ConsentView]


@dataclass(frozen=True, slots=True)
class DutyView:
    """Who is on duty now. ``label``: what their screen said last; empty before the first beat."""

    state: DutyState
    officer_id: int | None
    officer: str
    on_since: dt.datetime | None
    beat_at: dt.datetime | None
    label: Label | None


@dataclass(frozen=True, slots=True)
class ShowAiView:
    """The AI people of a show and who watches them; ``personas`` lack what the show needs."""

    show_id: int
    show_state: str
    room_code: str
    remind_every_min: int
    personas: list[PersonaView]
    duty: DutyView


@dataclass(frozen=True, slots=True)
class AiStanding:
    """What the gate asks: names with what they lack, and whether somebody watches."""

    names: tuple[str, ...]
    faults: tuple[tuple[str, Fault], ...]
    duty: DutyState
    label: Label | None


def personas(org_id: int, *, now: dt.datetime) -> list[PersonaView]:
    """Every AI person of the organisation, the newest first."""
    today = shop_day(now)
    rows = Persona.objects.filter(organisation_id=org_id).order_by("-pk")
    return [persona_view(row, first=today, last=today) for row in _with_consents(rows)]


def persona(org_id: int, id: int, *, now: dt.datetime) -> PersonaView:
    """One AI person.

    Raises:
        NoSuchPersona: none of this id in the organisation.
    """
    today = shop_day(now)
    row = _with_consents(Persona.objects.filter(organisation_id=org_id, pk=id)).first()
    if row is None:
        raise NoSuchPersona(id=id)
    return persona_view(row, first=today, last=today)


def show_ai(org_id: int, show_id: int, *, now: dt.datetime) -> ShowAiView:
    """The AI people of a show, judged for the time it takes.

    Raises:
        NoSuchShow: none of this id in the organisation.
    """
    show = planning.show(org_id, show_id)
    row = Watch.objects.filter(organisation_id=org_id, show_id=show_id).first()
    return ShowAiView(
        show_id=show_id,
        show_state=show.state,
        room_code=show.code,
        remind_every_min=row.remind_every_min if row else rules.REMIND_EVERY_MIN,
        personas=cast_of(show, now=now),
        duty=duty_view(row, now=now),
    )


def cast_of(show: ShowView, *, now: dt.datetime) -> list[PersonaView]:
    """The AI people of a show with what they lack from now to its planned end."""
    castings = Casting.objects.filter(organisation_id=show.org_id, show_id=show.id)
    ids = list(castings.order_by("pk").values_list("persona_id", flat=True))
    rows = {row.pk: row for row in _with_consents(Persona.objects.filter(pk__in=ids))}
    starts_at = max(now, show.starts_at) if show.state == "draft" else now
    length = dt.timedelta(minutes=show.planned_minutes if show.state == "draft" else 0)
    first, last = shop_day(min(now, starts_at)), shop_day(starts_at + length)
    return [persona_view(rows[id], first=first, last=last) for id in ids]


def ai_standing(show: ShowView, *, now: dt.datetime) -> AiStanding:
    """What keeps the AI people of a show off the air; nothing without any."""
    found = cast_of(show, now=now)
    row = Watch.objects.filter(organisation_id=show.org_id, show_id=show.id).first()
    duty = duty_view(row, now=now)
    return AiStanding(
        names=tuple(one.name for one in found),
        faults=tuple((one.name, fault) for one in found for fault in one.faults),
        duty=duty.state,
        label=duty.label,
    )


def has_ai(show_id: int) -> bool:
    """Whether AI people appear in a show, so that its label is shown."""
    return Casting.objects.filter(show_id=show_id).exists()


def shows_with_ai(show_ids: Collection[int]) -> set[int]:
    """Those of these shows in which AI people appear."""
    rows = Casting.objects.filter(show_id__in=show_ids)
    return set(rows.values_list("show_id", flat=True))


def consent_paper(org_id: int, id: int) -> bytes:
    """The picture of a signed consent, as JPEG.

    Raises:
        NoSuchConsent: none of this id in the organisation.
    """
    row = Consent.objects.filter(organisation_id=org_id, pk=id).first()
    if row is None:
        raise NoSuchConsent(id=id)
    return decrypt_bytes(row.paper_encrypted)


def duty_view(row: Watch | None, *, now: dt.datetime) -> DutyView:
    """A row as a value."""
    if row is None:
        return DutyView("none", None, "", None, None, None)
    names = people_names({row.officer_id} if row.officer_id else set())
    return DutyView(
        state=rules.duty_state(row.officer_id, row.beat_at, now=now),
        officer_id=row.officer_id,
        officer=names.get(row.officer_id or 0, ""),
        on_since=row.on_since,
        beat_at=row.beat_at,
        label=cast(Label, row.label) if row.label else None,
    )


def persona_view(row: Persona, *, first: dt.date, last: dt.date) -> PersonaView:
    """A row with its consents as a value, judged for these days, both inclusive."""
    consents = [_consent(one) for one in row.consents.all()]
    return PersonaView(
        id=row.pk,
        name=row.name,
        face=cast(Face, row.face),
        voice=cast(Voice, row.voice),
        assessment_no=row.assessment_no,
        assessed_through=row.assessed_through,
        faults=rules.faults_of(_judged(row, consents), first=first, last=last),
        consents=consents,
    )


def _with_consents(rows: "QuerySet[Persona]") -> "QuerySet[Persona]":
    return rows.prefetch_related(
        Prefetch("consents", Consent.objects.defer("paper_encrypted").order_by("-pk"))
    )


def _judged(row: Persona, consents: list[ConsentView]) -> rules.Persona:
    return rules.Persona(
        face=row.face,
        voice=row.voice,
        assessment_no=row.assessment_no,
        assessed_through=row.assessed_through,
        consents=tuple(
            rules.Consent(
                part=one.part,
                uses=frozenset(
                    use for use, on in (("live", one.for_live), ("clips", one.for_clips)) if on
                ),
                since_on=one.since_on,
                until_on=one.until_on,
                is_withdrawn=one.withdrawn_at is not None,
            )
            for one in consents
        ),
    )


def _consent(row: Consent) -> ConsentView:
    return ConsentView(
        id=row.pk,
        part=cast(Part, row.part),
        giver=row.giver_masked,
        for_live=row.for_live,
        for_clips=row.for_clips,
        scope=row.scope,
        since_on=row.since_on,
        until_on=row.until_on,
        recorded_at=row.recorded_at,
        withdrawn_at=row.withdrawn_at,
    )
