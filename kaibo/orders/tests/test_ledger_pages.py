"""The ledger read over HTTP: balances, entries, one order, exports; each shop its own."""

import csv
import datetime as dt
import io
from typing import Any

import pytest

from kaibo.base.sheets import read_xlsx
from kaibo.orders import actions, reads
from kaibo.orders.models import LedgerEntry, Payment, Refund
from kaibo.orders.tests.buying import open_payment, pay, place, tell
from kaibo.promotions.tests.http import Caller, desk
from kaibo.promotions.tests.shop import NOW, Shop, after, make_shop

# On PostgreSQL every route is called by the walk of access/tests/test_matrix.py.
pytestmark = [pytest.mark.django_db, pytest.mark.once]

DAY_S = 24 * 3_600
# NOW is 20:00 of this day in the shop's zone.
TODAY, TOMORROW = "2026-11-22", "2026-11-23"


def three_days(shop: Shop) -> None:
    """Two sales today, one undone tomorrow and paid back the day after; a wrong amount tomorrow."""
    kept, undone = place(shop), place(shop, request_key="2", viewer_id=2)
    pay(kept)
    pay(undone, viewer_id=2, now=after(600))
    wrong = open_payment(place(shop, request_key="3", now=after(DAY_S)), now=after(DAY_S))
    actions.refund_order(no=undone.no, reason="", by=shop.by, now=after(DAY_S + 1))
    tell(wrong, now=after(DAY_S + 2), amount_fen=1)
    Refund.objects.filter(payment=wrong).update(next_at=after(9 * DAY_S))
    assert actions.retry_refunds(now=after(2 * DAY_S)) == 1


def figures(found: Any) -> dict[str, tuple[int, int, int, int]]:
    """Opening, debits, credits, closing of the accounts that are not empty."""
    return {
        row["account"]: tuple(
            row[name] for name in ("opening_fen", "debit_fen", "credit_fen", "closing_fen")
        )
        for row in found["accounts"]
        if any(row[name] for name in ("opening_fen", "debit_fen", "credit_fen"))
    }


def test_the_trial_balance_of_a_period(shop: Shop) -> None:
    three_days(shop)
    boss = desk(shop.org_id, "management")
    first = boss.get(f"/desk/ledger/balances?until={TODAY}")
    assert figures(first) == {
        "provider_receivable": (0, 19_800, 0, 19_800),
        "buyer_deposits": (0, 19_800, 19_800, 0),
        "sales": (0, 0, 19_800, 19_800),
    }
    second = boss.get(f"/desk/ledger/balances?since={TOMORROW}&until={TOMORROW}")
    assert figures(second) == {
        "provider_receivable": (19_800, 1, 0, 19_801),
        "buyer_deposits": (0, 9_901, 9_901, 0),
        "refunds_payable": (0, 0, 9_901, 9_901),
        "sales": (19_800, 9_900, 0, 9_900),
    }
    everything = boss.get("/desk/ledger/balances")
    assert figures(everything) == {
        "provider_receivable": (0, 19_801, 9_900, 9_901),
        "buyer_deposits": (0, 29_701, 29_701, 0),
        "refunds_payable": (0, 9_900, 9_901, 1),
        "sales": (0, 9_900, 19_800, 9_900),
    }
    for found in (first, second, everything):
        assert found["debit_fen"] == found["credit_fen"]
        assert [row["zh"] for row in found["accounts"]][:2] == ["应收支付渠道款", "预收货款"]


def test_both_sides_are_read_at_one_moment(shop: Shop, django_assert_num_queries: Any) -> None:
    pay(place(shop))
    with django_assert_num_queries(1):
        found = reads.trial_balance(shop.org_id)
    assert found.debit_fen == found.credit_fen == 19_800


def test_the_entries_of_an_account_newest_first(shop: Shop) -> None:
    three_days(shop)
    may = desk(shop.org_id)
    page = may.get("/desk/ledger?account=refunds_payable")
    assert (page["total"], page["page"], page["pages"]) == (3, 1, 1)
    assert [(row["why"], row["amount_fen"]) for row in page["items"]] == [
        ("pay_back", 9_900),
        ("owe", 1),
        ("owe", 9_900),
    ]
    newest = page["items"][0]
    back = Payment.objects.get(state="refunded")
    assert newest == {
        "at": "2026-11-24T12:00:00Z",
        "order_no": back.order.no,
        "provider": "sandbox",
        "provider_no": back.provider_ref,
        "why": "pay_back",
        "debit": "refunds_payable",
        "credit": "provider_receivable",
        "amount_fen": 9_900,
    }
    assert may.get(f"/desk/ledger?since={TOMORROW}&until={TOMORROW}")["total"] == 4
    assert may.get("/desk/ledger?account=commission")["items"] == []


def test_pages_hold_fifty(shop: Shop) -> None:
    entry = LedgerEntry.objects.get(key=f"sell:{pay(place(shop)).pk}")
    for n in range(99):
        entry.pk, entry.key = None, f"copy:{n}"
        entry.save(force_insert=True)
    may = desk(shop.org_id)
    pages = [may.get(f"/desk/ledger?page={n}") for n in (1, 2, 3, 4)]
    assert [len(page["items"]) for page in pages] == [50, 50, 1, 0]
    assert {(page["total"], page["pages"]) for page in pages} == {(101, 3)}
    LedgerEntry.objects.filter(key__startswith="copy:").delete()


def test_one_order_with_its_running_balance(shop: Shop) -> None:
    order = place(shop)
    pay(order, now=after(1))
    actions.refund_order(no=order.no, reason="", by=shop.by, now=after(2))
    place(shop, viewer_id=2)
    found = desk(shop.org_id, "service").get(f"/desk/orders/{order.no}/ledger")
    assert (found["no"], found["total_fen"]) == (order.no, 9_900)
    assert [(m["entry"]["why"], m["balances"]) for m in found["movements"]] == [
        ("receive", {"provider_receivable": 9_900, "buyer_deposits": 9_900}),
        ("sell", {"provider_receivable": 9_900, "sales": 9_900}),
        ("unsell", {"provider_receivable": 9_900, "buyer_deposits": 9_900}),
        ("owe", {"provider_receivable": 9_900, "refunds_payable": 9_900}),
    ]
    assert actions.retry_refunds(now=after(3)) == 1
    assert reads.ledger_of_order(order.no, org_id=shop.org_id).movements[-1].balances == {}


def test_each_shop_reads_its_own(shop: Shop) -> None:
    order = place(shop)
    pay(order)
    dai = desk(make_shop("dai").org_id, "management")
    assert dai.get("/desk/ledger")["total"] == 0
    assert figures(dai.get("/desk/ledger/balances")) == {}
    assert dai.get(f"/desk/orders/{order.no}/ledger", status=404)["code"] == "no_such_order"
    assert len(rows_of(dai, "/desk/ledger.csv")) == 1
    service = desk(shop.org_id, "service")
    assert service.get("/desk/ledger", status=403)["code"] == "not_allowed"
    assert service.get(f"/desk/orders/{order.no}/ledger")["movements"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_exports(shop: Shop, kind: str) -> None:
    three_days(shop)
    boss = desk(shop.org_id, "management")
    rows = rows_of(boss, f"/desk/ledger.{kind}?since={TODAY}&until={TODAY}")
    assert rows[0] == list(reads.ENTRY_COLUMNS)
    assert len(rows) == 1 + 4
    first = Payment.objects.order_by("pk")[0]
    assert [str(cell) for cell in rows[1][:7]] == [
        "2026-11-22 20:00:00", first.order.no, "sandbox", first.provider_ref,
        "收款", "应收支付渠道款", "预收货款",
    ]  # fmt: skip
    assert float(rows[1][7]) == 99
    totals = rows_of(boss, f"/desk/ledger/balances.{kind}")
    assert totals[0] == list(reads.BALANCE_COLUMNS)
    by_code = {row[0]: row for row in totals[1:]}
    assert [float(cell) for cell in by_code["sales"][2:]] == [0, 99, 198, 99]
    assert totals[-1][1] == "合计 Total"
    assert float(totals[-1][3]) == float(totals[-1][4]) == 693.02


def rows_of(who: Caller, path: str) -> list[list[Any]]:
    """A table that was exported."""
    answer = who.client.get(f"/api{path}")
    assert answer.status_code == 200, answer.content
    if ".csv" in path:
        assert answer.content.startswith(b"\xef\xbb\xbf")
        return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    return read_xlsx(answer.content, rows_max=99)


@pytest.mark.parametrize(
    "query",
    [
        "account=money",
        "account=%00",
        "page=0",
        f"since={TOMORROW}&until={TODAY}",
        "since=0001-01-01",
        "until=9999-12-31",
        "since=yesterday",
        "until=2026-02-30",
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(shop: Shop, query: str) -> None:
    may = desk(shop.org_id)
    for path in ("/desk/ledger", "/desk/ledger/balances", "/desk/ledger.csv"):
        if path == "/desk/ledger" or query[:5] in ("since", "until"):
            assert may.get(f"{path}?{query}", status=422)["message"]


def test_a_day_is_the_shops(shop: Shop) -> None:
    """Midnight in Shanghai belongs to the new day, the moment before it to the old."""
    pay(place(shop))
    midnight = dt.datetime(2026, 11, 22, 16, tzinfo=dt.UTC)
    day = dt.date(2026, 11, 22)
    for at, count in ((midnight - dt.timedelta(microseconds=1), 2), (midnight, 0), (NOW, 2)):
        LedgerEntry.objects.update(at=at)
        assert reads.entries(shop.org_id, since=day, until=day).total == count
