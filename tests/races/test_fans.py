"""Fan points under a race: no deed counts twice, none is lost, and no claim slips in early."""

from functools import partial
from typing import Any

import pytest

from kaibo.audience.actions import fans
from kaibo.audience.models import FanPoints, FanStanding, FanStep
from kaibo.promotions import actions
from kaibo.promotions.models import Claim
from kaibo.promotions.tests.fanning import fan, publish_tiers
from kaibo.promotions.tests.shop import Shop, after, make_shop, open_link
from kaibo.promotions.tests.test_fans import run_early
from tests.races.at_once import at_once, slowed, without_locks

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.row("R-101")]


@pytest.fixture
def shop() -> Shop:
    shop = make_shop()
    publish_tiers(shop)
    return shop


def paid(shop: Shop, viewer_id: int, no: str) -> None:
    """An order of one hundred yuan: a hundred points."""
    order: dict[str, Any] = {"viewer_id": viewer_id, "order_no": no, "paid_fen": 10_000}
    fans.count_fan_order(**order, org_id=shop.org_id, now=after(1))


def test_every_order_counts_once_whoever_counts_it(shop: Shop) -> None:
    bo = fan(shop, 0)
    calls = [partial(paid, shop, bo, f"N{number % 3}") for number in range(6)]
    give = {"viewer_id": bo, "place": 1, "reason": "补偿", "by": shop.by, "now": after(1)}
    assert at_once([*calls, partial(fans.give_fan_tier, **give)])[:6] == [None] * 6  # type: ignore[arg-type]
    row = FanStanding.objects.get()
    assert (row.points, row.earned, row.given, row.place) == (300, 2, 1, 2)
    assert FanPoints.objects.count() == 3
    steps = list(FanStep.objects.order_by("pk").values_list("before", "after"))
    assert (steps[0][0], steps[-1][1]) == (0, 2)
    assert [after for _, after in steps[:-1]] == [before for before, _ in steps[1:]]


@pytest.mark.scale
def test_control_without_the_lock_points_are_lost(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each adds to what it read before the others wrote."""
    bo = fan(shop, 0)
    paid(shop, bo, "N0")
    without_locks(monkeypatch)
    slowed(monkeypatch, fans, "_standings", seconds=0.3)
    at_once([partial(paid, shop, bo, f"N{number}") for number in range(1, 5)])
    assert FanStanding.objects.get().points < 500


def test_a_tier_that_is_taken_back_at_the_same_moment_is_one_of_two_stories(shop: Shop) -> None:
    """The claim is won while the tier stands, or refused; it is never won and unwritten."""
    open_link(shop)
    sale_id, bo = run_early(shop, tier=2, early_s=30), fan(shop, 2)
    claim = partial(
        actions.claim_flash_sale,
        sale_id=sale_id,
        viewer_id=bo,
        units=1,
        request_key="k",
        now=after(5),
    )
    take = {"viewer_id": bo, "reason": "到期", "by": shop.by, "now": after(5)}
    answer, _ = at_once([claim, partial(fans.take_fan_tier_back, **take)])  # type: ignore[arg-type]
    assert answer.code in ("won", "early_only")
    assert Claim.objects.count() == int(answer.ok)
    assert claim().code == answer.code
