"""AI people that the gate lets through."""

import datetime as dt
from typing import Any

from kaibo.base.actor import Actor
from kaibo.hosts.tests.people import picture
from kaibo.personas import actions
from kaibo.personas.actions import ConsentSpec, PersonaSpec
from kaibo.personas.reads import PersonaView


def made(*, by: Actor, now: dt.datetime, name: str = "小云", **fields: Any) -> PersonaView:
    """An AI person with the face and voice of somebody who lives, unless told otherwise."""
    values: dict[str, Any] = {"name": name, "face": "real", "voice": "real"} | fields
    return actions.add_persona(spec=PersonaSpec(**values), by=by, now=now)


def consented(persona_id: int, part: Any, *, by: Actor, now: dt.datetime, **more: Any) -> int:
    """A consent for a year, unless told otherwise; returns its id."""
    day = now.date()
    values: dict[str, Any] = {
        "part": part, "giver": "李云", "scope": "本店直播", "since_on": day - dt.timedelta(days=1),
        "until_on": day + dt.timedelta(days=365),
    }  # fmt: skip
    spec = ConsentSpec(**values | more)
    view = actions.give_consent(
        persona_id=persona_id, spec=spec, paper=picture("white"), by=by, now=now
    )
    return max(one.id for one in view.consents)


def cast_ready(show_id: int, *, by: Actor, now: dt.datetime) -> int:
    """One AI person with everything, in a show, watched by ``by`` with the label in sight."""
    id = made(by=by, now=now).id
    actions.assess_persona(persona_id=id, number="AI-2026-1", through_on=None, by=by, now=now)
    for part in ("face", "voice"):
        consented(id, part, by=by, now=now)
    actions.cast_personas(show_id=show_id, persona_ids=[id], remind_every_min=5, by=by, now=now)
    actions.take_duty(show_id=show_id, by=by, now=now)
    actions.beat(show_id=show_id, label="on", by=by, now=now)
    return id
