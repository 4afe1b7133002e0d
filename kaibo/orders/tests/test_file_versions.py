"""Which of two tellings of an order is stored: the newer, whichever was uploaded last."""

import datetime as dt
from typing import Any

import pytest

from kaibo.base.actor import Actor
from kaibo.catalog.tests.conftest import NOW, manager_of
from kaibo.orders import actions
from kaibo.orders.models import PlatformOrder

pytestmark = pytest.mark.django_db

HEAD = "订单编号,下单时间,金额,订单更新时间\n"
PLAIN = "订单编号,下单时间,金额\n"


@pytest.fixture
def ana() -> Actor:
    return manager_of("ana")


def bring(by: Actor, name: str, text: str, hours: int = 0) -> tuple[Any, Any]:
    """Look at a file, and write it."""
    now = NOW + dt.timedelta(hours=hours)
    preview = actions.start_order_file(data=text.encode(), filename=name, by=by, now=now)
    return preview, actions.apply_order_file(file_id=preview.id, by=by, now=now)


def total(no: str = "1") -> int:
    return PlatformOrder.objects.get(no=no).total_minor


def counts(result: Any) -> tuple[int, int, int, int]:
    return result.created, result.replaced, result.unchanged, result.older


def test_an_older_export_uploaded_late_changes_nothing(ana: Actor) -> None:
    bring(ana, "订单_20261112090000.csv", PLAIN + "1,2026-11-01,30\n")
    older = PLAIN + "1,2026-11-01,10\n2,2026-11-01,5\n"
    preview, result = bring(ana, "订单_20261110090000.csv", older, hours=1)
    assert (preview.older, preview.exported_from) == (1, "name")
    assert preview.told_at == dt.datetime(2026, 11, 10, 1, 0, tzinfo=dt.UTC)
    assert (counts(result), result.orders, total()) == ((1, 0, 0, 1), 2, 3_000)
    # The same orders in the export of a later day.
    preview, result = bring(ana, "订单_20261113.csv", older, hours=2)
    assert (preview.older, counts(result), total()) == (0, (0, 1, 1, 0), 1_000)


def test_what_was_said_again_later_is_as_new_as_that(ana: Actor) -> None:
    """The state of the 10th was still so on the 12th: an export of the 11th is older."""
    for day, fen, came in (("10", 1_000, (1, 0, 0, 0)), ("12", 1_000, (0, 0, 1, 0))):
        _, result = bring(
            ana, f"{day}.csv", f"导出时间：2026-11-{day} 08:00,,\n{PLAIN}1,2026-11-01,10"
        )
        assert (counts(result), total()) == (came, fen)
    _, result = bring(ana, "11.csv", f"导出时间：2026-11-11 08:00,,\n{PLAIN}1,2026-11-01,99")
    assert (counts(result), total()) == ((0, 0, 0, 1), 1_000)


def test_the_orders_own_change_goes_before_the_file(ana: Actor) -> None:
    """A file that was exported later, and tells an earlier change of the order."""
    bring(ana, "20261110.csv", HEAD + "1,2026-11-01,30,2026-11-09 12:00\n")
    preview, result = bring(ana, "20261112.csv", HEAD + "1,2026-11-01,10,2026-11-09 11:59\n")
    assert (preview.has_changed_at, preview.older) == (True, 1)
    assert (counts(result), total()) == ((0, 0, 0, 1), 3_000)
    _, result = bring(ana, "20261111.csv", HEAD + "1,2026-11-01,20,2026-11-09 12:01\n")
    assert (counts(result), total()) == ((0, 1, 0, 0), 2_000)


def test_without_any_time_the_later_upload_counts(ana: Actor) -> None:
    bring(ana, "a.csv", PLAIN + "1,2026-11-01,30\n")
    preview, result = bring(ana, "b.csv", PLAIN + "1,2026-11-01,10\n", hours=1)
    assert (preview.exported_from, preview.told_at) == ("", NOW + dt.timedelta(hours=1))
    assert (counts(result), total()) == ((0, 1, 0, 0), 1_000)
    # An export of before that upload is older than it.
    _, result = bring(ana, "20261101.csv", PLAIN + "1,2026-11-01,77\n", hours=2)
    assert (counts(result), total()) == ((0, 0, 0, 1), 1_000)
