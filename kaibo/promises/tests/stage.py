"""A live show with one link on air, and somebody who talks."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from kaibo.base.actor import Actor
from kaibo.catalog.models import Product
from kaibo.catalog.tests.conftest import NOW
from kaibo.facts.base import Fact
from kaibo.journal.reads import facts_of_show
from kaibo.orders.actions import OrderSpec, OrderWish, place_order
from kaibo.orders.reads import OrderView
from kaibo.orders.tests.buying import HOME
from kaibo.planning.tests.plan import Plan
from kaibo.preflight.actions import open_show
from kaibo.preflight.tests.ready import make_ready
from kaibo.promises.actions import Heard, Line
from kaibo.promotions.actions import open_price
from kaibo.room.actions import hear_lines, start_explaining

__all__ = ["NOW", "Show", "after", "make_show"]


def after(seconds: float) -> dt.datetime:
    """So long after the show began."""
    return NOW + dt.timedelta(seconds=seconds)


@dataclass(frozen=True)
class Show:
    """Link 1 is on air at 99 yuan, 2 units of it; cream from Guangdong that keeps moist."""

    plan: Plan

    @property
    def by(self) -> Actor:
        """The manager."""
        return self.plan.by

    @property
    def org_id(self) -> int:
        """The shop."""
        return self.plan.org_id

    @property
    def id(self) -> int:
        """The show."""
        return self.plan.show.id

    @property
    def here(self) -> dict[str, Any]:
        """Where it happens."""
        return {"org_id": self.org_id, "show_id": self.id}

    def say(self, *lines: str, at: float = 10, **more: Any) -> Heard:
        """The host says lines, half a second each; they are heard a second after the last."""
        said = [
            Line(after(at + place / 2), after(at + place / 2 + 0.5), text)
            for place, text in enumerate(lines)
        ]
        now = after(at + len(lines) / 2 + 1)
        given = {"source": "typed", "by": self.by, "now": now, **more}
        return hear_lines(**self.here, lines=said, **given)

    def order(self, viewer_id: int, *, at: float, units: int = 1) -> OrderView:
        """A viewer orders of link 1."""
        spec = OrderSpec(
            **self.here, viewer_id=viewer_id, request_key=f"order-{viewer_id}",
            wishes=(OrderWish(units=units, link_no=1, claim_id=None),), address=HOME,
            expected_total_fen=9_900 * units,
        )  # fmt: skip
        return place_order(spec=spec, now=after(at))

    def facts(self, kind: type[Fact]) -> list[Any]:
        """The show's facts of one kind, in order."""
        return [entry.fact for entry in facts_of_show(self.id, [kind])]


def make_show(code: str = "ana") -> Show:
    """Open the show and put link 1 on air."""
    plan, _ = make_ready(code, now=NOW)
    words = "保湿面霜，产地广东广州。"
    Product.objects.filter(organisation_id=plan.org_id).update(description=words)
    desk: dict[str, Any] = {"org_id": plan.org_id, "show_id": plan.show.id, "by": plan.by}
    open_show(**desk, now=NOW)
    open_price(show_id=plan.show.id, link_no=1, by=plan.by, now=NOW)
    start_explaining(**desk, link_no=1, now=NOW)
    return Show(plan)
