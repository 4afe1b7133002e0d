"""Ids of what is on file of the host of a show."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kaibo.base.actor import Actor
from kaibo.hosts.reads import editions, host_file
from kaibo.roster.reads import roster


def filed(by: Actor, show_id: int, host_id: int, *, now: dt.datetime) -> dict[str, Any]:
    """The portrait, the check for the show, the proof of affiliation, and the course."""
    (person,) = roster(by.org_id, show_id, now=now).people
    assert person.check is not None
    papers = host_file(by.org_id, host_id).papers
    return {
        "host-paper": person.person.portrait_id,
        "roster-check": person.check.id,
        "affiliation-paper": next(one.id for one in papers if one.kind == "affiliation"),
        "edition": next(one.id for one in editions(by.org_id) if one.kind == "course"),
    }
