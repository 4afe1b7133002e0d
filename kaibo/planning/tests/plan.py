"""A shop with a host, goods, and a show to fill."""

import datetime as dt
from dataclasses import dataclass

from kaibo.access.actions import SellerCard, create_organisation
from kaibo.base.actor import Actor
from kaibo.catalog.reads import SkuView
from kaibo.catalog.tests.conftest import NOW, stocked
from kaibo.hosts.actions import HostSpec, add_host
from kaibo.planning import actions
from kaibo.planning.actions import RunItemSpec, ShowSpec
from kaibo.planning.reads import ShowView

# 20:00 in Shanghai.
STARTS_AT = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Plan:
    """A draft show of an organisation with two SKUs."""

    by: Actor
    show: ShowView
    cream: SkuView
    mask: SkuView

    @property
    def org_id(self) -> int:
        return self.by.org_id

    def item(self, link_no: int = 1, **fields: object) -> RunItemSpec:
        """A line that is right unless told otherwise."""
        values: dict[str, object] = {
            "link_no": link_no,
            "sku_id": self.cream.id,
            "starts_minute": 10 * (link_no - 1),
            "minutes": 10,
            "price_fen": 9_900,
            "units_planned": 4,
            "first_batch_units": 2,
            **fields,
        }
        return RunItemSpec(**values)  # type: ignore[arg-type]

    def set(self, *items: RunItemSpec) -> None:
        """Make these the run of show."""
        actions.set_run_of_show(
            org_id=self.org_id, show_id=self.show.id, items=items, by=self.by, now=NOW
        )


def make_plan(code: str = "ana", *, minutes: int = 120) -> Plan:
    """A show of two hours with nothing in it yet."""
    seller = SellerCard(
        name=f"{code}商贸", licence_no="91310000X", address="上海市静安区 1 号", contact="400-1"
    )
    org_id = create_organisation(code=code, name=code, seller=seller, now=NOW)
    by = Actor("person", 1, org_id, frozenset({"management"}))
    host = add_host(spec=HostSpec(name="林小满", stage_name="小满"), by=by, now=NOW)
    spec = ShowSpec(
        title="初冬护肤专场", host_id=host.id, starts_at=STARTS_AT, planned_minutes=minutes
    )
    show = actions.plan_show(spec=spec, by=by, now=NOW)
    return Plan(by, show, stocked(by, code="A1"), stocked(by, code="B2"))
