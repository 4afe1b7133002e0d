"""Commission of hosts and agencies: by the rate of the moment, undone with what is undone."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.errors import BadInput, NotFound, NumberOutOfRange
from kaibo.facts.orders import CommissionMoved, CommissionRateSet
from kaibo.hosts.actions import HostSpec, add_host
from kaibo.orders import actions
from kaibo.orders.actions import RateWish
from kaibo.orders.errors import NoShowForRate, RateInThePast
from kaibo.orders.models import Commission, CommissionRate, LedgerEntry
from kaibo.orders.reads.commissions import commission_rates, commission_report
from kaibo.orders.rules.commissions import commission_fen
from kaibo.orders.tests.buying import pay, place
from kaibo.orders.tests.planned import plan_show
from kaibo.promotions.tests.shop import SHOW, Shop, after, facts, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _planned(shop: Shop) -> None:
    plan_show(shop.by)


def rate(shop: Shop, bp: int, *, agency: str = "星光机构", second: float = 0, **more: Any) -> Any:
    wish = RateWish(show_id=SHOW, rate_bp=bp, agency=agency, **more)
    return actions.set_commission_rate(wish=wish, by=shop.by, now=after(second))


def buy(shop: Shop, key: str, *, units: int = 1, second: float = 10) -> Any:
    total = 9_900 * units
    wish: dict[str, Any] = {"units": units, "expected_total_fen": total, "request_key": key}
    order = place(shop, now=after(second), **wish)
    pay(order, now=after(second))
    return order


def entered() -> list[tuple[str, int]]:
    rows = LedgerEntry.objects.filter(why__contains="commission").order_by("pk")
    return [(row.why, row.amount_fen) for row in rows]


@given(
    amount=st.integers(1, 10**9), units=st.integers(1, 40), bp=st.integers(1, 9_000), data=st.data()
)
def test_any_steps_of_a_refund_leave_nothing(
    amount: int, units: int, bp: int, data: st.DataObject
) -> None:
    """Commission of what is left only falls, and is nothing when all is undone."""
    due, undone, gone = commission_fen(amount, bp), 0, 0
    while gone < units:
        gone += data.draw(st.integers(1, units - gone))
        left = amount - amount * gone // units
        step = due - commission_fen(left, bp)
        assert step >= 0
        due, undone = due - step, undone + step
    assert (due, undone) == (0, commission_fen(amount, bp))


def test_a_line_owes_by_the_rate_of_its_payment(shop: Shop) -> None:
    buy(shop, "before", second=1)
    rate(shop, 1_000, second=2)
    rate(shop, 333, agency="小满工作室", link_no=1, second=3)
    rate(shop, 2_000, second=4, from_at=after(100))
    buy(shop, "now", units=3, second=10)
    rate(shop, 0, agency="小满工作室", link_no=1, second=20)
    buy(shop, "later", second=101)
    rows = Commission.objects.order_by("pk").values_list("rate__payee_name", "accrued_fen")
    assert list(rows) == [("星光机构", 2_970), ("小满工作室", 989), ("星光机构", 1_980)]
    assert entered() == [("commission", 2_970), ("commission", 989), ("commission", 1_980)]
    entry = LedgerEntry.objects.filter(why="commission").first()
    assert entry is not None
    assert (entry.debit, entry.credit) == ("commission", "commission_payable")
    report = commission_report(shop.org_id)
    assert [(one.payee_name, one.lines, one.due_fen) for one in report.payees] == [
        ("星光机构", 2, 4_950), ("小满工作室", 1, 989),
    ]  # fmt: skip
    assert (report.accrued_fen, report.due_fen) == (5_939, 5_939)
    assert len(facts(CommissionRateSet)) == 4
    assert commission_report(shop.org_id + 1).payees == []
    assert commission_rates(shop.org_id + 1) == []


def test_a_links_own_rate_goes_before_the_shows(shop: Shop) -> None:
    rate(shop, 1_000)
    rate(shop, 50, link_no=1)
    rate(shop, 9_000, link_no=2)
    buy(shop, "one")
    assert entered() == [("commission", 49)]


def test_what_is_undone_owes_no_commission(shop: Shop) -> None:
    rate(shop, 777)
    order = buy(shop, "three", units=3)
    line = order.lines[0].id
    for n, second in ((1, 20), (2, 30)):
        actions.refund_units(
            no=order.no, units={line: n}, request_key=f"r{n}", reason="", by=shop.by,
            now=after(second),
        )  # fmt: skip
    # 29,700 × 7.77 % = 2307.69; of 19,800 left 1538.46; of nothing 0.
    assert entered() == [("commission", 2_307), ("uncommission", 769), ("uncommission", 1_538)]
    assert Commission.objects.get().due_fen == 0
    assert [fact.refund_id is None for fact in facts(CommissionMoved)] == [True, False, False]  # type: ignore[attr-defined]


def test_a_host_by_id(shop: Shop) -> None:
    host = add_host(spec=HostSpec(name="王小丽", stage_name="小丽"), by=shop.by, now=after(0))
    made = rate(shop, 500, agency="", host_id=host.id)
    assert (made.payee, made.payee_name, made.host_id) == ("host", "小丽", host.id)
    buy(shop, "one")
    assert entered() == [("commission", 495)]
    with pytest.raises(NotFound):
        actions.set_commission_rate(
            wish=RateWish(show_id=SHOW, rate_bp=1, host_id=host.id),
            by=replace(shop.by, org_id=shop.org_id + 1),
            now=after(1),
        )


def test_what_is_no_rate(shop: Shop) -> None:
    with pytest.raises(NumberOutOfRange):
        rate(shop, 9_001)
    with pytest.raises(RateInThePast):
        rate(shop, 1, second=10, from_at=after(9))
    for wrong in ({"agency": ""}, {"host_id": 1}):
        with pytest.raises(BadInput):
            rate(shop, 1, **wrong)
    assert not CommissionRate.objects.exists()


def test_a_rate_is_of_a_show_of_the_organisation_s_own(shop: Shop) -> None:
    dai = make_shop("dai")
    with pytest.raises(NoShowForRate):
        rate(dai, 500)
    with pytest.raises(NoShowForRate):
        actions.set_commission_rate(
            wish=RateWish(show_id=SHOW + 1, rate_bp=500, agency="星光机构"),
            by=shop.by,
            now=after(1),
        )
    assert not CommissionRate.objects.exists()
    rate(shop, 500)
    assert CommissionRate.objects.count() == 1
