"""Ids of what is on file of the host of a show, and of the shop's published rules."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kaibo.agreements.reads import desk_rules
from kaibo.agreements.tests.ready import contracted
from kaibo.base.actor import Actor
from kaibo.hosts.reads import editions, host_file
from kaibo.personas.tests.ready import consented, made
from kaibo.roster.reads import roster


def filed(by: Actor, show_id: int, host_id: int, *, now: dt.datetime) -> dict[str, Any]:
    """Portrait, check for the show, proof of affiliation, course, and a version of the rules."""
    (person,) = roster(by.org_id, show_id, now=now).people
    assert person.check is not None
    papers = host_file(by.org_id, host_id).papers
    persona = made(by=by, now=now)
    version = desk_rules(by.org_id, now=now).versions[0].card
    return {
        "rule-version": version.id,
        "version": version.id,
        "contract": contracted(by=by, now=now).id,
        "ai-people": persona.id,
        "ai-consent": consented(persona.id, "face", by=by, now=now),
        "host-paper": person.person.portrait_id,
        "roster-check": person.check.id,
        "affiliation-paper": next(one.id for one in papers if one.kind == "affiliation"),
        "edition": next(one.id for one in editions(by.org_id) if one.kind == "course"),
    }
