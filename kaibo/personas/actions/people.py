"""AI-made people, the consents they rest on, and the shows they appear in."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from kaibo.access.crypto import encrypt_bytes, encrypt_text
from kaibo.base.actor import Actor
from kaibo.base.inputs import check_whole, clean_text
from kaibo.base.photos import clean_photo
from kaibo.base.times import shop_day
from kaibo.facts.personas import (
    ConsentGiven,
    ConsentWithdrawn,
    PersonaAssessed,
    PersonaMade,
    PersonasCast,
)
from kaibo.journal.actions import append
from kaibo.personas import reads
from kaibo.personas.errors import (
    CastClosed,
    CastTwice,
    ConsentOver,
    ConsentUseless,
    NoSuchConsent,
    NoSuchPersona,
)
from kaibo.personas.models import Casting, Consent, Persona, Watch
from kaibo.personas.reads import PersonaView, ShowAiView
from kaibo.personas.rules import (
    CAST_MAX,
    NAME_CHARS_MAX,
    NUMBER_CHARS_MAX,
    PARTS,
    REMIND_EVERY_MIN_MAX,
    SCOPE_CHARS_MAX,
    Face,
    Part,
    Voice,
    check_name,
    check_term,
)
from kaibo.planning import actions as planning
from kaibo.planning import reads as plans

PAGE_SIDE_MAX: Final = 1_600


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaSpec:
    """An AI person as written; whether its face and voice are of somebody who lives."""

    name: str
    face: Face
    voice: Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentSpec:
    """What somebody agreed to in writing, both days inclusive; ``scope`` in their words."""

    part: Part
    giver: str
    scope: str
    since_on: dt.date
    until_on: dt.date
    for_live: bool = True
    for_clips: bool = False


@transaction.atomic
def add_persona(*, spec: PersonaSpec, by: Actor, now: dt.datetime) -> PersonaView:
    """Write an AI person down.

    Raises:
        TextMissing, TextTooLong, TextUnreadable: nothing was written.
        PersonaPoses: its name makes it pass for an expert or a star; neither.

    Source: LM-089.
    """
    name = clean_text("name", spec.name, chars_max=NAME_CHARS_MAX, required=True)
    check_name("name", name)
    row = Persona.objects.create(
        organisation_id=by.org_id, name=name, face=spec.face, voice=spec.voice, made_at=now
    )
    fact = PersonaMade(persona_id=row.pk, face=row.face, voice=row.voice)
    append(fact, at=now, org_id=by.org_id, actor=by)
    return _seen(row, now)


@transaction.atomic
def assess_persona(
    *, persona_id: int, number: str, through_on: dt.date | None, by: Actor, now: dt.datetime
) -> PersonaView:
    """Record the number of the safety assessment; the same again changes nothing.

    Args:
        through_on: the last day it holds; None is without an end.

    Raises:
        NoSuchPersona, TextMissing, TextTooLong, TextUnreadable: nothing was written.

    Source: LM-088.
    """
    clean = clean_text("number", number, chars_max=NUMBER_CHARS_MAX, required=True)
    row = _locked(by.org_id, persona_id)
    if (row.assessment_no, row.assessed_through) != (clean, through_on):
        row.assessment_no, row.assessed_through = clean, through_on
        row.save(update_fields=["assessment_no", "assessed_through"])
        fact = PersonaAssessed(persona_id=row.pk, number=clean, through_on=through_on)
        append(fact, at=now, org_id=by.org_id, actor=by)
    return _seen(row, now)


def give_consent(
    *, persona_id: int, spec: ConsentSpec, paper: bytes, by: Actor, now: dt.datetime
) -> PersonaView:
    """Record that somebody let their face, or their voice, be used; each is a consent of its own.

    Raises:
        NoSuchPersona, PhotoTooLarge, PhotoUnreadable, TextMissing, TextTooLong, TextUnreadable:
            nothing was written.
        ConsentUseless: the AI person has nobody's face, or voice; neither.
        ConsentTermWrong: neither.

    Source: LM-089; 民法典 art. 1019, 1023.
    """
    if not Persona.objects.filter(organisation_id=by.org_id, pk=persona_id).exists():
        raise NoSuchPersona(id=persona_id)
    giver = clean_text("giver", spec.giver, chars_max=NAME_CHARS_MAX, required=True)
    scope = clean_text("scope", spec.scope, chars_max=SCOPE_CHARS_MAX, required=True)
    check_term(spec.since_on, spec.until_on)
    photo = clean_photo(paper, side_max=PAGE_SIDE_MAX)
    with transaction.atomic():
        persona = _locked(by.org_id, persona_id)
        if getattr(persona, spec.part) != "real":
            zh, en = PARTS[spec.part]
            raise ConsentUseless(of_zh=zh, of_en=en)
        row = Consent.objects.create(
            organisation_id=by.org_id,
            persona=persona,
            part=spec.part,
            giver_encrypted=encrypt_text(giver),
            giver_masked=f"{giver[:1]}**",
            for_live=spec.for_live,
            for_clips=spec.for_clips,
            scope=scope,
            since_on=spec.since_on,
            until_on=spec.until_on,
            paper_encrypted=encrypt_bytes(photo.data),
            paper_digest=hashlib.sha256(photo.data).hexdigest(),
            recorded_at=now,
        )
        uses = (("live", row.for_live), ("clips", row.for_clips))
        fact = ConsentGiven(
            consent_id=row.pk,
            persona_id=persona.pk,
            part=row.part,
            uses=tuple(use for use, on in uses if on),
            since_on=row.since_on,
            until_on=row.until_on,
            digest=row.paper_digest,
        )
        append(fact, at=now, org_id=by.org_id, actor=by)
        return _seen(persona, now)


@transaction.atomic
def withdraw_consent(*, consent_id: int, by: Actor, now: dt.datetime) -> PersonaView:
    """Record that a consent holds no longer; a show that is on is paused within a second.

    Raises:
        NoSuchConsent, ConsentOver: nothing was written.
    """
    found = Consent.objects.filter(organisation_id=by.org_id, pk=consent_id).first()
    if found is None:
        raise NoSuchConsent(id=consent_id)
    persona = _locked(by.org_id, found.persona_id)
    row = persona.consents.defer("paper_encrypted").get(pk=consent_id)
    if row.withdrawn_at is not None:
        raise ConsentOver()
    row.withdrawn_at = now
    row.save(update_fields=["withdrawn_at"])
    fact = ConsentWithdrawn(consent_id=row.pk, persona_id=persona.pk)
    append(fact, at=now, org_id=by.org_id, actor=by)
    return _seen(persona, now)


@transaction.atomic
def cast_personas(
    *, show_id: int, persona_ids: Sequence[int], remind_every_min: int, by: Actor, now: dt.datetime
) -> ShowAiView:
    """Say which AI people appear in a show that has not begun; none is none.

    Args:
        remind_every_min: how often viewers are told again, 1 to 30.

    Raises:
        NoSuchShow, NoSuchPersona, CastClosed, CastTwice, NumberOutOfRange: nothing was written.

    Source: LM-083.
    """
    planning.queue_at_show(org_id=by.org_id, show_id=show_id)
    if plans.show(by.org_id, show_id).state != "draft":
        raise CastClosed()
    check_whole("remind_every_min", remind_every_min, least=1, most=REMIND_EVERY_MIN_MAX)
    if len(persona_ids) > CAST_MAX or len(set(persona_ids)) < len(persona_ids):
        raise CastTwice(field="persona_ids", most=CAST_MAX)
    mine = Persona.objects.filter(organisation_id=by.org_id, pk__in=persona_ids)
    known = set(mine.values_list("pk", flat=True))
    for id in persona_ids:
        if id not in known:
            raise NoSuchPersona(id=id)
    rows = Casting.objects.filter(organisation_id=by.org_id, show_id=show_id).order_by("pk")
    watch = Watch.objects.filter(organisation_id=by.org_id, show_id=show_id).first()
    before = (list(rows.values_list("persona_id", flat=True)), watch and watch.remind_every_min)
    if before != (list(persona_ids), remind_every_min):
        rows.delete()
        Casting.objects.bulk_create(
            Casting(organisation_id=by.org_id, show_id=show_id, persona_id=id) for id in persona_ids
        )
        Watch.objects.update_or_create(
            organisation_id=by.org_id,
            show_id=show_id,
            defaults={"remind_every_min": remind_every_min},
        )
        fact = PersonasCast(persona_ids=tuple(persona_ids), remind_every_min=remind_every_min)
        append(fact, at=now, org_id=by.org_id, show_id=show_id, actor=by)
    return reads.show_ai(by.org_id, show_id, now=now)


def _locked(org_id: int, persona_id: int) -> Persona:
    rows = Persona.objects.select_for_update(no_key=True)
    row = rows.filter(organisation_id=org_id, pk=persona_id).first()
    if row is None:
        raise NoSuchPersona(id=persona_id)
    return row


def _seen(row: Persona, now: dt.datetime) -> PersonaView:
    today = shop_day(now)
    return reads.persona_view(row, first=today, last=today)
