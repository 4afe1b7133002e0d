"""The gate over HTTP: green opens, every red keeps the room closed and says what to do."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from kaibo.base.actor import SYSTEM
from kaibo.catalog import actions as catalog
from kaibo.catalog import reads as goods
from kaibo.catalog.tests.conftest import manager_of
from kaibo.catalog.tests.desk import Desk
from kaibo.facts.planning import ShowEnded, ShowStarted
from kaibo.facts.preflight import CheckPassed, PreflightPassed
from kaibo.hosts import actions as hosts
from kaibo.hosts.errors import IdentityMismatch
from kaibo.hosts.tests.people import consented, id_number
from kaibo.journal.reads import facts_of_show, last_position, read
from kaibo.planning import actions as planning
from kaibo.planning import reads as plans
from kaibo.planning.tests.plan import Plan
from kaibo.preflight import actions, reads
from kaibo.preflight.errors import NotReady
from kaibo.preflight.tests.ready import make_ready
from kaibo.promotions import reads as promotions

pytestmark = pytest.mark.django_db

EVENING = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def at_show_time() -> Any:
    """The gate's clock is the server's; here it is 20:00 in Shanghai."""
    with time_machine.travel(EVENING, tick=False):
        yield


def change(plan: Plan, **fields: Any) -> None:
    planning.change_show(
        show_id=plan.show.id,
        changes=fields,  # type: ignore[arg-type]
        by=plan.by,
        now=timezone.now(),
    )


def states(desk: Desk, plan: Plan) -> dict[str, str]:
    found = desk.get(f"/shows/{plan.show.id}/preflight")
    return {check["code"]: check["state"] for check in found["checks"]}


def test_a_ready_show_opens_and_closes() -> None:
    plan, desk = make_ready(now=EVENING)
    found = desk.get(f"/shows/{plan.show.id}/preflight")
    assert found["state"] == "amber"
    wanting = [check for check in found["checks"] if check["state"] != "green"]
    assert [check["code"] for check in wanting] == ["stream_key"]
    assert wanting[0]["do_zh"]
    assert wanting[0]["do_en"]
    opened = desk.post(f"/shows/{plan.show.id}/open")
    assert (opened["state"], opened["started_at"]) == ("live", "2026-11-22T12:00:00Z")
    links = promotions.shelf(plan.show.id, planned=True)
    assert [(link.link_no, link.units_left, link.state) for link in links] == [
        (1, 2, "planned"),
        (2, 4, "planned"),
    ]
    assert goods.sku(plan.org_id, plan.cream.id).held == 2
    assert goods.sku(plan.org_id, plan.mask.id).held == 4
    (passed,) = facts_of_show(plan.show.id, [PreflightPassed])
    assert isinstance(passed.fact, PreflightPassed)
    assert CheckPassed(code="stream_key", state="amber") in passed.fact.checks
    assert len(passed.fact.checks) == 29
    desk.post(f"/shows/{plan.show.id}/open", None, 409)
    closed = desk.post(f"/shows/{plan.show.id}/close")
    assert closed["state"] == "ended"
    assert goods.sku(plan.org_id, plan.cream.id).held == 0
    assert {link.state for link in promotions.shelf(plan.show.id, planned=True)} == {"closed"}
    assert len(facts_of_show(plan.show.id, [ShowStarted, ShowEnded])) == 2
    assert desk.post(f"/shows/{plan.show.id}/close", None, 409)["code"] == "show_not_live"


def unapproved(plan: Plan) -> None:
    catalog.refuse_product(
        product_id=plan.mask.product_id, reason="图片不实", by=plan.by, now=EVENING
    )


def short(plan: Plan) -> None:
    catalog.move_stock(sku_id=plan.cream.id, delta=-7, reason="", by=plan.by, now=EVENING)


def shared_short(plan: Plan) -> None:
    plan.set(plan.item(1, units_planned=6), plan.item(2, units_planned=5))


def below_floor(plan: Plan) -> None:
    catalog.change_sku(
        sku_id=plan.cream.id, changes={"floor_price_fen": 9_901}, by=plan.by, now=EVENING
    )


def absolute_claim(plan: Plan) -> None:
    plan.set(plan.item(1, script_text="这是全国销量第一的面霜，国家级品质"))


def unnamed_basis(plan: Plan) -> None:
    plan.set(plan.item(1, day_price_fen=19_900, price_basis="见详情"))


def without_card(plan: Plan) -> None:
    change(plan, audience_card="  ")


def without_policy(plan: Plan) -> None:
    change(plan, policy_text="待定")


def without_licence(plan: Plan) -> None:
    change(plan, seller_licence_no="")


def refused_host(plan: Plan) -> None:
    other = id_number(dt.date(1990, 1, 1))
    host_id, by = plan.show.host_id, SYSTEM(plan.org_id)
    with pytest.raises(IdentityMismatch):
        hosts.verify_host(host_id=host_id, id_number=other, method="document", by=by, now=EVENING)


SPOILT: list[tuple[Callable[[Plan], None], str]] = [
    (unapproved, "products_approved"),
    (short, "stock"),
    (shared_short, "stock"),
    (below_floor, "price_floor"),
    (absolute_claim, "scripts"),
    (unnamed_basis, "promotion_terms"),
    (lambda plan: plan.set(plan.item(1, price_fen=0)), "promotion_terms"),
    (lambda plan: plan.set(), "run_of_show"),
    (without_card, "plan_fields"),
    (without_policy, "plan_fields"),
    (without_licence, "seller_bar"),
    (refused_host, "host_identity"),
]


@pytest.mark.row("R-028", "R-106", "LM-002")
@pytest.mark.parametrize(
    ("spoil", "code"), SPOILT, ids=[f"{code}-{i}" for i, (_, code) in enumerate(SPOILT)]
)
def test_a_red_check_keeps_the_room_closed(spoil: Callable[[Plan], None], code: str) -> None:
    plan, desk = make_ready(now=EVENING)
    spoil(plan)
    place = last_position()
    before = goods.products(plan.org_id)
    found = desk.get(f"/shows/{plan.show.id}/preflight")
    red = [check for check in found["checks"] if check["state"] == "red"]
    assert [check["code"] for check in red] == [code]
    assert found["state"] == "red"
    for field in ("title", "detail", "do"):
        assert red[0][f"{field}_zh"]
        assert red[0][f"{field}_en"]
    assert red[0]["where"].startswith("/desk/")
    if code == "host_identity":
        assert "小满" in red[0]["detail_zh"]
    answer = desk.post(f"/shows/{plan.show.id}/open", None, 409)
    assert (answer["code"], answer["data"]["red"]) == ("not_ready", [code])
    with pytest.raises(NotReady):
        actions.open_show(org_id=plan.org_id, show_id=plan.show.id, by=desk.by, now=timezone.now())
    assert plans.show(plan.org_id, plan.show.id).state == "draft"
    assert promotions.shelf(plan.show.id, planned=True) == []
    assert goods.products(plan.org_id) == before
    assert read(place) == []


@pytest.mark.row("R-083")
def test_what_lost_its_approval_cannot_get_on_a_shelf_by_any_path() -> None:
    plan, desk = make_ready(now=EVENING)
    desk.post(f"/shows/{plan.show.id}/open")
    unapproved(plan)
    links, place = promotions.shelf(plan.show.id, planned=True), last_position()
    path = f"/shows/{plan.show.id}"
    answers = [
        desk.post(f"{path}/links/2/shelf", None, 409),
        desk.post(f"{path}/links/2/open", {}, 409),
        desk.post(f"{path}/pop", {"link_no": 2}, 409),
        desk.post(f"{path}/links/2/stock", {"units": 1}, 409),
    ]
    assert {answer["code"] for answer in answers} == {"product_not_approved"}
    assert promotions.shelf(plan.show.id, planned=True) == links
    assert read(place) == []
    assert desk.post(f"{path}/links/1/shelf")["state"] == "listed"
    second, other = make_ready("dai", now=EVENING)
    unapproved(second)
    answer = other.post(f"/shows/{second.show.id}/open", None, 409)
    assert answer["data"]["red"] == ["products_approved"]


def test_papers_that_end_during_the_show_are_amber_and_then_red() -> None:
    plan, desk = make_ready(now=EVENING)
    changes = catalog.ProductChanges(qualification_expires_on=dt.date(2026, 11, 22))
    catalog.change_product(
        product_id=plan.mask.product_id, changes=changes, by=plan.by, now=EVENING
    )
    catalog.submit_product(product_id=plan.mask.product_id, by=plan.by, now=EVENING)
    catalog.approve_product(product_id=plan.mask.product_id, by=plan.by, now=EVENING)
    assert states(desk, plan)["products_approved"] == "green"
    for hours, state in ((3, "amber"), (4, "red")):
        with time_machine.travel(EVENING + dt.timedelta(hours=hours), tick=False):
            assert states(desk, plan)["products_approved"] == state


@pytest.mark.row("R-120")
def test_an_identity_check_older_than_six_months_turns_amber_then_red() -> None:
    plan, desk = make_ready(now=dt.datetime(2026, 1, 31, 2, 0, tzinfo=dt.UTC))
    for day, state in (
        (dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC), "green"),
        (dt.datetime(2026, 7, 31, 12, tzinfo=dt.UTC), "amber"),
        (dt.datetime(2026, 8, 1, 12, tzinfo=dt.UTC), "red"),
    ):
        with time_machine.travel(day, tick=False):
            assert states(desk, plan)["host_identity"] == state


@pytest.mark.row("LM-007")
def test_a_host_of_sixteen_opens_only_with_consent_and_a_younger_one_never() -> None:
    number = id_number(dt.date(2010, 6, 2))
    born_day = dt.datetime(2026, 6, 2, 2, 0, tzinfo=dt.UTC)
    with time_machine.travel(born_day, tick=False):
        plan, desk = make_ready(now=born_day, number=number)
        opening = f"/shows/{plan.show.id}/open"
        assert desk.post(opening, None, 409)["data"]["red"] == ["host_age"]
    with time_machine.travel(born_day - dt.timedelta(days=1), tick=False):
        assert states(desk, plan)["host_age"] == "red"
    grown = reads.preflight(plan.org_id, plan.show.id, dt.datetime(2028, 6, 2, tzinfo=dt.UTC))
    assert {check.code: check.state for check in grown.checks}["host_age"] == "green"
    with time_machine.travel(born_day, tick=False):
        consented(plan.show.host_id, by=desk.by, now=born_day)
        assert states(desk, plan)["host_age"] == "amber"
        assert desk.post(opening)["state"] == "live"


def test_a_claim_that_needs_proof_is_amber_and_names_the_article() -> None:
    plan, desk = make_ready(now=EVENING)
    plan.set(plan.item(1, script_text="销量第一，全国销量第一"))
    found = desk.get(f"/shows/{plan.show.id}/preflight")
    (scripts,) = [check for check in found["checks"] if check["code"] == "scripts"]
    assert scripts["state"] in ("amber", "red")
    assert "广告法" in scripts["detail_zh"]


def test_who_may_not_open_does_not_open() -> None:
    plan, _ = make_ready(now=EVENING)
    for role in ("host", "technical", "service"):
        desk = Desk(plan.org_id, role)
        assert desk.get(f"/shows/{plan.show.id}/preflight")["show_id"] == plan.show.id
        assert desk.post(f"/shows/{plan.show.id}/open", None, 403)["code"] == "not_allowed"
    neighbour = Desk(manager_of("dai").org_id)
    for path in ("open", "close"):
        neighbour.post(f"/shows/{plan.show.id}/{path}", None, 404)
        neighbour.post(f"/shows/{10**40}/{path}", None, 404)
    neighbour.get(f"/shows/{plan.show.id}/preflight", 404)
    assert plans.show(plan.org_id, plan.show.id).state == "draft"
