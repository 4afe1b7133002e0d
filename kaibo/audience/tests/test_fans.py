"""Fan tiers: the plan, points from deeds, a tier given by the desk; exact rows and facts."""

import datetime as dt
from typing import Any

import msgspec
import pytest

from kaibo.access.actions import SellerCard, create_organisation
from kaibo.audience import actions
from kaibo.audience.actions import fans
from kaibo.audience.errors.fans import FanTermsStand, FanTierNotGiven, NoFanPlan, NoSuchFan
from kaibo.audience.follow import on_entry
from kaibo.audience.models import FanPlan, FanPoints, FanStanding, FanStep
from kaibo.audience.reads.fans import fan_audit, fan_members, fan_of, fan_places, fan_plan
from kaibo.audience.rules.fans import FanTerms, FanTier
from kaibo.base.actor import Actor
from kaibo.base.errors import NumberOutOfRange, Refusal, TextMissing
from kaibo.facts import registry
from kaibo.facts.audience import (
    FanChange,
    FanCount,
    FanPlanSet,
    FanPointsCounted,
    FanTiersChanged,
    ViewerFollowed,
    ViewerUnfollowed,
)
from kaibo.facts.base import Fact
from kaibo.facts.orders import OrderPaid, OrderRefundStarted
from kaibo.facts.planning import ShowEnded
from kaibo.insight.lake import LakeEvent, lake
from kaibo.journal.models import Entry as EntryRow
from kaibo.journal.reads import START, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.row("R-101")]

NOW = dt.datetime(2026, 11, 27, 12, 0, tzinfo=dt.UTC)
TERMS = FanTerms(
    tiers=(FanTier("铁粉", 100), FanTier("挚友", 300)),
    follow_points=100,
    minute_points=2,
    minutes_max=60,
    yuan_points=1,
)


@pytest.fixture
def by() -> Actor:
    return _found("shanye")


def _found(code: str) -> Actor:
    seller = SellerCard(name=code, licence_no="1", address="杭州", contact="0571")
    org_id = create_organisation(code=code, name=code, seller=seller, now=NOW)
    return Actor("person", 12, org_id, frozenset({"operations"}))


def viewer(by: Actor, name: str) -> int:
    device = name.encode().hex() * 4
    return actions.enter(org_id=by.org_id, device=device, nickname=name, now=NOW).id


def publish(by: Actor, terms: FanTerms = TERMS) -> None:
    fans.set_fan_plan(terms=terms, by=by, now=NOW)


def heard(by: Actor, fact: Fact, *, id: int = 1, show_id: int | None = 7) -> None:
    """What the follower of the journal does with a fact."""
    tag = registry.tag_of(type(fact))
    on_entry(Entry(START, id, tag, fact, NOW, by.org_id, show_id, "viewer:1"))


def paid(by: Actor, viewer_id: int, fen: int, no: str = "N1") -> None:
    order: dict[str, Any] = {"order_id": 1, "no": no, "viewer_id": viewer_id, "lines": []}
    heard(by, OrderPaid(total_fen=fen, payment_id=1, **order))


def refunded(by: Actor, viewer_id: int, fen: int, *, id: int, no: str = "N1") -> None:
    order: dict[str, Any] = {"order_id": 1, "no": no, "viewer_id": viewer_id, "lines": []}
    heard(by, OrderRefundStarted(amount_fen=fen, is_all=False, **order), id=id)


def told(kind: type[Fact]) -> list[Any]:
    rows = EntryRow.objects.filter(tag=registry.tag_of(kind)).order_by("pk")
    return [registry.decode(row.tag, row.body) for row in rows]


def test_a_plan_counts_who_follows_already(by: Actor) -> None:
    bo = viewer(by, "小波")
    viewer(by, "路人")
    actions.follow(org_id=by.org_id, viewer_id=bo, now=NOW)
    publish(by)
    publish(by)
    stored = msgspec.to_builtins(TERMS)
    stored["tiers"] = list(stored["tiers"])
    assert told(FanPlanSet) == [FanPlanSet(version=1, terms=stored)]
    assert told(FanPointsCounted) == [
        FanPointsCounted(source="follow", about="", version=1, counts=[FanCount(bo, 1, 100, 100)])
    ]
    assert told(FanTiersChanged) == [
        FanTiersChanged(why="points", version=1, changes=[FanChange(bo, 0, 1, 1, 0, 100)])
    ]
    row = FanStanding.objects.get()
    assert (row.viewer_id, row.points, row.earned, row.given, row.place) == (bo, 100, 1, 0, 1)
    step = FanStep.objects.get()
    assert (step.before, step.after, step.why, step.by) == (0, 1, "points", "system:0")
    plan = fan_plan(by.org_id)
    assert plan is not None
    assert [(tier.place, tier.name, tier.members) for tier in plan.tiers] == [
        (1, "铁粉", 1), (2, "挚友", 0)
    ]  # fmt: skip


def test_a_follow_counts_while_it_lasts(by: Actor) -> None:
    publish(by)
    bo = viewer(by, "小波")
    for verb, kind in [
        (actions.follow, ViewerFollowed),
        (actions.unfollow, ViewerUnfollowed),
        (actions.follow, ViewerFollowed),
    ]:
        verb(org_id=by.org_id, viewer_id=bo, now=NOW)
        heard(by, kind(viewer_id=bo))
        heard(by, kind(viewer_id=bo))
    rows = FanPoints.objects.order_by("pk").values_list("source", "ref", "points")
    assert list(rows) == [("follow", "0", 100), ("unfollow", "1", -100), ("follow", "2", 100)]
    steps = FanStep.objects.order_by("pk").values_list("before", "after")
    assert list(steps) == [(0, 1), (1, 0), (0, 1)]
    assert fan_places([bo], org_id=by.org_id) == {bo: 1}


def test_an_order_counts_once_and_refunds_take_their_part_back(by: Actor) -> None:
    publish(by)
    bo = viewer(by, "小波")
    paid(by, bo, 30_050)
    paid(by, bo, 30_050)
    assert fan_of(bo, org_id=by.org_id).place == 2
    refunded(by, bo, 10_000, id=5)
    refunded(by, bo, 10_000, id=5)
    kept = 300 * 20_050 // 30_050
    fan = fan_of(bo, org_id=by.org_id)
    assert (fan.points, fan.place, fan.name, fan.needs) == (kept, 1, "铁粉", 300)
    refunded(by, bo, 20_050, id=6)
    fan = fan_of(bo, org_id=by.org_id)
    assert (fan.points, fan.place, fan.name, fan.needs, fan.since) == (0, 0, "", 100, None)
    deeds = fan_audit(by.org_id, bo).deeds
    assert [(deed.source, deed.about, deed.amount, deed.points) for deed in deeds] == [
        ("refund", "N1", 20_050, -kept),
        ("refund", "N1", 10_000, kept - 300),
        ("order", "N1", 30_050, 300),
    ]


@pytest.mark.usefixtures("empty_lake")
def test_minutes_count_for_who_follows_when_the_show_ends(by: Actor) -> None:
    """Beats in front, ten seconds each, up to the number of minutes; of a show nobody saw none."""
    publish(by, msgspec.structs.replace(TERMS, minutes_max=3))
    bo, dai, chen = viewer(by, "小波"), viewer(by, "阿呆"), viewer(by, "小陈")
    for fan in (bo, chen):
        actions.follow(org_id=by.org_id, viewer_id=fan, now=NOW)
    here: dict[str, Any] = {"org_id": by.org_id, "show_id": 7, "kind": "beat", "value": 1}
    beats = [(bo, 29), (dai, 60), (chen, 17)]
    events = [
        LakeEvent(**here, viewer_id=id, event_id=f"a-{id}-{n}", at_ms=n * 10_000)
        for id, count in beats
        for n in range(count)
    ]
    lake().append(events)
    for _ in range(2):
        heard(by, ShowEnded(code="S1", seconds=9_000), show_id=7)
    heard(by, ShowEnded(code="S2", seconds=9_000), show_id=8)
    rows = FanPoints.objects.filter(source="watch").order_by("viewer_id")
    assert list(rows.values_list("viewer_id", "ref", "amount", "points")) == [
        (bo, "7", 290, 6),
        (chen, "7", 170, 4),
    ]


def test_without_a_plan_nothing_counts(by: Actor) -> None:
    bo = viewer(by, "小波")
    paid(by, bo, 99_900)
    heard(by, ViewerFollowed(viewer_id=bo))
    heard(by, ShowEnded(code="S1", seconds=9_000))
    assert not FanPoints.objects.exists()
    fan = fan_of(bo, org_id=by.org_id)
    assert (fan.place, fan.points, fan.needs, fan.version) == (0, 0, None, 0)
    assert fan_plan(by.org_id) is None
    with pytest.raises(NoFanPlan):
        fans.give_fan_tier(viewer_id=bo, place=1, reason="老客", by=by, now=NOW)


def test_the_desk_gives_a_tier_with_a_reason_and_takes_it_back(by: Actor) -> None:
    publish(by)
    bo = viewer(by, "小波")
    paid(by, bo, 10_000)
    for _ in range(2):
        fan = fans.give_fan_tier(viewer_id=bo, place=2, reason=" 售后补偿 ", by=by, now=NOW)
        assert (fan.place, fan.earned, fan.given, fan.name) == (2, 1, 2, "挚友")
    fan = fans.take_fan_tier_back(viewer_id=bo, reason="到期", by=by, now=NOW)
    assert (fan.place, fan.earned, fan.given) == (1, 1, 0)
    assert told(FanTiersChanged)[1:] == [
        FanTiersChanged(
            why="given", version=1, changes=[FanChange(bo, 1, 2, 1, 2, 100)], reason="售后补偿"
        ),
        FanTiersChanged(
            why="taken_back", version=1, changes=[FanChange(bo, 2, 1, 1, 0, 100)], reason="到期"
        ),
    ]
    moves = fan_audit(by.org_id, bo).moves
    assert [(move.before, move.after, move.why, move.reason, move.by) for move in moves] == [
        (2, 1, "taken_back", "到期", "person:12"),
        (1, 2, "given", "售后补偿", "person:12"),
        (0, 1, "points", "", "system:0"),
    ]


def test_what_cannot_be_given_is_refused_and_changes_nothing(by: Actor) -> None:
    publish(by)
    bo, other = viewer(by, "小波"), _found("other")
    publish(other)
    give: dict[str, Any] = {"viewer_id": bo, "place": 1, "reason": "老客", "by": by, "now": NOW}
    wrong: list[tuple[dict[str, Any], type[Refusal]]] = [
        ({"place": 3}, NumberOutOfRange),
        ({"place": 0}, NumberOutOfRange),
        ({"reason": " "}, TextMissing),
        ({"by": other}, NoSuchFan),
        ({"viewer_id": 2**70}, NoSuchFan),
    ]
    for change, refusal in wrong:
        with pytest.raises(refusal):
            fans.give_fan_tier(**{**give, **change})
    with pytest.raises(FanTierNotGiven):
        fans.take_fan_tier_back(viewer_id=bo, reason="到期", by=by, now=NOW)
    assert not FanStanding.objects.exists()
    assert not told(FanTiersChanged)


def test_a_plan_is_free_until_somebody_has_points_and_then_moves_up_only(by: Actor) -> None:
    publish(by)
    dear = msgspec.structs.replace(TERMS, tiers=(FanTier("铁粉", 200), FanTier("挚友", 900)))
    publish(by, dear)
    bo = viewer(by, "小波")
    paid(by, bo, 20_000)
    with pytest.raises(FanTermsStand):
        publish(by, msgspec.structs.replace(dear, yuan_points=0))
    assert FanPlan.objects.get().version == 2
    publish(by, msgspec.structs.replace(dear, tiers=(FanTier("铁粉", 150), FanTier("老铁", 200))))
    assert told(FanTiersChanged)[-1] == FanTiersChanged(
        why="plan", version=3, changes=[FanChange(bo, 1, 2, 2, 0, 200)]
    )
    assert FanStep.objects.latest("pk").by == "person:12"


def test_members_are_masked_and_the_shops_own(by: Actor) -> None:
    publish(by)
    bo = viewer(by, "小波")
    paid(by, bo, 10_000)
    page = fan_members(by.org_id)
    assert (page.total, [(row.name, row.place, row.points) for row in page.rows]) == (
        1, [("小**", 1, 100)]
    )  # fmt: skip
    assert fan_members(by.org_id, place=2).total == 0
    other = _found("other")
    assert fan_members(other.org_id).total == 0
    assert fan_places([bo], org_id=other.org_id) == {}
    with pytest.raises(NoSuchFan):
        fan_audit(other.org_id, bo)


def test_what_was_earned_before_the_plan_is_not_counted(by: Actor) -> None:
    """A follower of the journal that comes late finds the plan, and old facts."""
    fans.set_fan_plan(terms=TERMS, by=by, now=NOW + dt.timedelta(seconds=1))
    bo = viewer(by, "小波")
    paid(by, bo, 99_900)
    assert not FanPoints.objects.exists()
