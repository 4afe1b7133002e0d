"""What can happen to people made by AI. Names and papers never stand here."""

import datetime as dt

from kaibo.facts.base import Fact


class PersonaMade(Fact, frozen=True, kw_only=True, tag="personas.persona_made.1"):
    """An AI person was written down; ``real`` face or voice is of a living person."""

    persona_id: int
    face: str
    voice: str


class PersonaAssessed(Fact, frozen=True, kw_only=True, tag="personas.persona_assessed.1"):
    """The number of its safety assessment was recorded, and through which day it holds."""

    persona_id: int
    number: str
    through_on: dt.date | None


class ConsentGiven(Fact, frozen=True, kw_only=True, tag="personas.consent_given.1"):
    """Somebody let their face or voice be used, both days inclusive; ``digest`` of the paper."""

    consent_id: int
    persona_id: int
    part: str
    uses: tuple[str, ...]
    since_on: dt.date
    until_on: dt.date
    digest: str


class ConsentWithdrawn(Fact, frozen=True, kw_only=True, tag="personas.consent_withdrawn.1"):
    """A consent holds no longer."""

    consent_id: int
    persona_id: int


class PersonasCast(Fact, frozen=True, kw_only=True, tag="personas.personas_cast.1"):
    """Which AI people appear in a show; with any of them its label is on viewers' screens."""

    persona_ids: tuple[int, ...]
    remind_every_min: int


class DutyTaken(Fact, frozen=True, kw_only=True, tag="personas.duty_taken.1"):
    """Somebody is on duty for the AI people of a show; whoever was before is not."""

    person_id: int


class DutyLeft(Fact, frozen=True, kw_only=True, tag="personas.duty_left.1"):
    """Who was on duty left."""

    person_id: int


class DutyLost(Fact, frozen=True, kw_only=True, tag="personas.duty_lost.1"):
    """Nobody is on duty in a show that is on: left, or no beat since ``beat_at``."""

    person_id: int | None
    beat_at: dt.datetime | None


class LabelChanged(Fact, frozen=True, kw_only=True, tag="personas.label_changed.1"):
    """What the officer's screen says of the label is another thing: on, off or covered."""

    label: str


class ViewersReminded(Fact, frozen=True, kw_only=True, tag="personas.viewers_reminded.1"):
    """Viewers were told again that a person on the picture was made by AI."""

    remind_every_min: int
