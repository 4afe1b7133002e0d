"""A show that the gate would open, to be spoiled one thing at a time."""

import datetime as dt

from kaibo.agreements.tests.ready import ruled
from kaibo.catalog.tests.desk import Desk
from kaibo.hosts.tests.people import id_number, operating, stand
from kaibo.planning import actions as planning
from kaibo.planning.tests.plan import Plan, make_plan
from kaibo.promotions.tests.shop import prove_store_price
from kaibo.roster.tests.ready import cleared

NUMBER = id_number(dt.date(1995, 3, 8))


def make_ready(code: str = "ana", *, now: dt.datetime, number: str = NUMBER) -> tuple[Plan, Desk]:
    """A plan with every field, a verified host and two links, and a manager's desk."""
    plan = make_plan(code)
    desk = Desk(plan.org_id)
    host_id = plan.show.host_id
    operating(by=desk.by, now=now)
    ruled(by=desk.by, now=now)
    stand(host_id, number, by=desk.by, now=now)
    cleared(plan.show.id, by=desk.by, now=now)
    changes = planning.ShowChanges(
        theme="初冬护肤",
        goal="新增会员 200 人",
        audience_card="25–35 岁上班族，一二线，100–200 元，换季干燥",
        policy_text="全场包邮，七天无理由退货",
    )
    planning.change_show(show_id=plan.show.id, changes=changes, by=plan.by, now=now)
    prove_store_price(plan.cream.product_id, by=plan.by, now=now)
    plan.set(
        plan.item(1, day_price_fen=19_900, price_basis="门店价（2026年11月）"),
        plan.item(2, sku_id=plan.mask.id, buffer_units=1, units_planned=5, first_batch_units=0),
    )
    return plan, desk
