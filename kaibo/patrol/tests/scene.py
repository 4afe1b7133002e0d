"""A shop with a show to open, people who patrol, and short words for both."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kaibo.access.actions import add_person
from kaibo.base.actor import Actor
from kaibo.catalog.tests.desk import Desk
from kaibo.compliance import actions as compliance
from kaibo.hosts.tests.people import id_number
from kaibo.patrol import actions
from kaibo.planning.tests.plan import Plan
from kaibo.preflight.actions import open_show
from kaibo.preflight.tests.ready import make_ready

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
PLATFORM = {
    "others_sell": True,
    "own_rooms": True,
    "own_goods": False,
    "hosts_for_others": False,
    "closed_rooms": False,
    "sells_food": False,
    "shows_ai": False,
}


def after(seconds: float) -> dt.datetime:
    """So many seconds after the beginning."""
    return NOW + dt.timedelta(seconds=seconds)


@dataclass(frozen=True)
class Scene:
    """A draft show that the gate would open, and its manager."""

    plan: Plan
    desk: Desk

    @property
    def by(self) -> Actor:
        return self.desk.by

    @property
    def org_id(self) -> int:
        return self.plan.org_id

    @property
    def show_id(self) -> int:
        return self.plan.show.id

    @property
    def host_id(self) -> int:
        return self.plan.show.host_id

    @property
    def show(self) -> dict[str, Any]:
        """The show, by its organisation's and its own id."""
        return {"org_id": self.org_id, "show_id": self.show_id}

    def open(self, *, now: dt.datetime = NOW) -> None:
        """Through the gate."""
        open_show(**self.show, by=self.by, now=now)

    def patroller(self, name: str = "patrol", role: str = "service") -> Actor:
        """A colleague who may patrol, unless the role may not."""
        made: Actor = add_person(
            org_id=self.org_id, username=f"{name}-{self.org_id}", name=name, password="x",
            roles=[role], now=NOW,
        )  # fmt: skip
        return made

    def key(self, *, now: dt.datetime = NOW) -> None:
        """Name the host's rooms key rooms."""
        actions.name_key_room(host_id=self.host_id, reason="粉丝多", by=self.by, now=now)


def make_scene(code: str = "ana", profile: Mapping[str, bool] | None = None) -> Scene:
    """A ready show; with a profile, the organisation has answered what it is."""
    number = id_number(dt.date(1995, 3, 8), sum(code.encode()) % 900)
    plan, desk = make_ready(code, now=NOW, number=number)
    if profile:
        compliance.answer_profile(answers=profile, by=desk.by, now=NOW)
    return Scene(plan, desk)
