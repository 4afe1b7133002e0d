"""The ledger: what each movement of money writes, and that it always balances and means it."""

import os
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.machines import Move
from kaibo.base.money import FEN_MAX
from kaibo.orders import actions, edge
from kaibo.orders.actions.moves import move_payment
from kaibo.orders.models import LedgerEntry, Payment, Refund
from kaibo.orders.rules import PAYMENT, REFUND
from kaibo.orders.rules.ledger import POSTINGS, Account, balances
from kaibo.orders.sandbox import bank
from kaibo.orders.tests.books import audit
from kaibo.orders.tests.buying import open_payment, pay, place, tell
from kaibo.promotions.tests.shop import NOW, Shop, after, make_shop, open_link
from tests.paths import DOCS

pytestmark = pytest.mark.django_db

RECEIVE = ("receive", "provider_receivable", "buyer_deposits")
SELL = ("sell", "buyer_deposits", "sales")
UNSELL = ("unsell", "sales", "buyer_deposits")
OWE = ("owe", "buyer_deposits", "refunds_payable")
PAY_BACK = ("pay_back", "refunds_payable", "provider_receivable")


def entered() -> list[tuple[str, str, str, int, float]]:
    """Everything in the ledger: why, debited, credited, fen, seconds after NOW."""
    return [
        (e.why, e.debit, e.credit, e.amount_fen, (e.at - NOW).total_seconds())
        for e in LedgerEntry.objects.order_by("pk")
    ]


def test_a_sale_a_refund_asked_and_paid(shop: Shop) -> None:
    order = place(shop, units=2, expected_total_fen=19_800)
    payment = open_payment(order)
    assert entered() == []
    bank.press(payment.attempt_token, "pay", now=after(3))
    tell(payment, now=after(3))
    sold = [(*RECEIVE, 19_800, 3), (*SELL, 19_800, 3)]
    assert entered() == sold
    actions.refund_order(no=order.no, reason="", by=shop.by, now=after(9))
    undone = [*sold, (*UNSELL, 19_800, 9), (*OWE, 19_800, 9)]
    assert entered() == undone
    assert actions.retry_refunds(now=after(20)) == 1
    assert entered() == [*undone, (*PAY_BACK, 19_800, 20)]
    entry = LedgerEntry.objects.order_by("pk")[0]
    assert (entry.organisation_id, entry.order_id) == (shop.org_id, payment.order_id)
    assert entry.key == f"receive:{payment.pk}"


@pytest.mark.parametrize("received_fen", [1, 9_899, 9_901])
def test_money_that_is_not_kept_is_received_and_owed(shop: Shop, received_fen: int) -> None:
    payment = open_payment(place(shop))
    tell(payment, now=after(1), amount_fen=received_fen)
    assert entered() == [(*RECEIVE, received_fen, 1), (*OWE, received_fen, 1)]


def test_a_second_payment_of_one_order_is_owed_beside_the_sale(shop: Shop) -> None:
    order = place(shop)
    first = open_payment(order)
    tell(first, now=after(1), failed=True)
    assert entered() == []
    tell(open_payment(order, now=after(2)), now=after(3))
    tell(first, now=after(4), event_id="after all")
    assert entered() == [
        (*RECEIVE, 9_900, 3),
        (*SELL, 9_900, 3),
        (*RECEIVE, 9_900, 4),
        (*OWE, 9_900, 4),
    ]


def test_money_of_nothing_is_no_entry(shop: Shop) -> None:
    payment = open_payment(place(shop))
    tell(payment, now=after(1), amount_fen=0)
    payment.refresh_from_db()
    assert (payment.state, entered()) == ("refund_due", [])


def test_the_key_makes_a_repeat_harmless(shop: Shop) -> None:
    """The same movement entered again, as by a writer that came too late to know."""
    payment = pay(place(shop))
    before = entered()
    payment.state = "opened"
    move_payment(payment.order, payment, "sell", now=after(60))
    assert entered() == before


@pytest.mark.parametrize(
    "change", [{"amount_fen": 0}, {"amount_fen": -1}, {"debit": "sales"}, {"credit": "elsewhere"}]
)
def test_the_table_refuses_what_cannot_be(shop: Shop, change: Mapping[str, Any]) -> None:
    payment = pay(place(shop))
    values: dict[str, Any] = {
        "organisation_id": shop.org_id, "at": NOW, "order": payment.order, "payment": payment,
        "why": "sell", "debit": "buyer_deposits", "credit": "sales", "amount_fen": 1, "key": "new",
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(**{**values, **change})
    LedgerEntry.objects.create(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(**values)
    LedgerEntry.objects.filter(key="new").delete()


def test_the_auditor_notices_what_is_wrong(shop: Shop) -> None:
    """The control: an entry that is missing, and one that says another amount."""
    payment = pay(place(shop))
    audit()
    sale = LedgerEntry.objects.get(key=f"sell:{payment.pk}")
    LedgerEntry.objects.filter(pk=sale.pk).delete()
    with pytest.raises(AssertionError):
        audit()
    sale.amount_fen -= 1
    sale.save(force_insert=True)
    with pytest.raises(AssertionError):
        audit()
    LedgerEntry.objects.filter(pk=sale.pk).update(amount_fen=9_900)
    audit()


def everything_happens(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """One payment in each state, by each way there is into it."""
    opened = [open_payment(place(shop, request_key=f"k{n}")) for n in range(8)]
    for payment in opened:
        bank.press(payment.attempt_token, "pay", now=after(1))
    unpaid, failed, paid, asked, back, wrong, wrong_back, after_all = opened
    tell(failed, now=after(2), failed=True)
    tell(after_all, now=after(2), failed=True, event_id="no")
    for n, payment in enumerate([paid, asked, back, after_all]):
        tell(payment, now=after(3 + n))
    tell(wrong_back, now=after(10), amount_fen=1)
    actions.refund_order(no=back.order.no, reason="", by=shop.by, now=after(11))
    assert actions.retry_refunds(now=after(12)) == 2
    actions.refund_order(no=asked.order.no, reason="", by=shop.by, now=after(20))
    tell(wrong, now=after(21), amount_fen=9_901)
    with monkeypatch.context() as patch:
        patch.setattr(edge, "provider", None)  # whoever asks it, fails
        assert actions.retry_refunds(now=after(30)) == 0
    states = Payment.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [
        "opened", "failed", "paid", "refund_due", "refunded", "refund_due", "refunded", "paid",
    ]  # fmt: skip
    assert unpaid.received_fen == 0


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif("KAIBO_TEST_HISTORY" not in os.environ, reason="make test-history plays it")
@pytest.mark.django_db(transaction=True)
def test_an_installation_that_upgrades_gets_the_entries_of_its_past(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The migration enters what the actions would have: the same movements, amounts and times."""
    shop = make_shop()
    open_link(shop, units=10)
    everything_happens(shop, monkeypatch)
    columns = [
        f.attname
        for f in LedgerEntry._meta.concrete_fields
        if f.attname not in ("id", "refund_id", "key", "statement_id", "number")
    ]
    entries = sorted(LedgerEntry.objects.values_list(*columns), key=str)
    assert len(entries) == 18
    owed = sorted(Refund.objects.values_list("payment_id", "state", "why", "tries", "next_at"))
    try:
        migrate("0001_initial")
        assert LedgerEntry._meta.db_table not in connection.introspection.table_names()
        migrate(newest_migration())
        assert sorted(LedgerEntry.objects.values_list(*columns), key=str) == entries
        refunds = Refund.objects.values_list("payment_id", "state", "why", "tries", "next_at")
        assert sorted(refunds) == owed
        audit()
    finally:
        # Every later test needs all tables.
        migrate(newest_migration())


def migrate(name: str) -> None:
    """Bring the tables of orders to a migration."""
    MigrationExecutor(connection).migrate([("orders", name)])


def newest_migration() -> str:
    """The last of orders."""
    ((_, name),) = MigrationExecutor(connection).loader.graph.leaf_nodes("orders")
    return str(name)


# What stands on the accounts for one payment in each of its states.
MEANING: dict[str, set[Account]] = {
    "opened": set(),
    "failed": set(),
    "kept": {Account.PROVIDER_RECEIVABLE, Account.BUYER_DEPOSITS},
    "forfeited": {Account.PROVIDER_RECEIVABLE, Account.FORFEITED_DEPOSITS},
    "paid": {Account.PROVIDER_RECEIVABLE, Account.SALES},
    "refund_due": {Account.PROVIDER_RECEIVABLE, Account.REFUNDS_PAYABLE},
    "refunded": set(),
}
# A deposit was never sold.
REFUND_VERB = {"opened": "owe", "failed": "owe", "kept": "owe", "paid": "undo"}
WALKS = st.lists(st.sampled_from(PAYMENT.moves), max_size=12)


@given(wishes=WALKS, fen=st.integers(1, FEN_MAX))
def test_every_way_through_a_payment_leaves_what_its_state_means(
    wishes: list[Move], fen: int
) -> None:
    state, entries = PAYMENT.names[0], []
    for wish in wishes:
        if not PAYMENT.may(state, wish.verb):
            continue
        move, before = PAYMENT.move(state, wish.verb), state
        state = move.target
        entries += written(move, fen)
        # What a refund owes and pays back beside it: all of the money, at once.
        if move.verb in ("quarantine", "undo"):
            entries += written(REFUND.move("asked", REFUND_VERB[before]), fen)
        if move.verb == "pay_back":
            entries += written(REFUND.move("due", "pay_back"), fen)
        assert balances(entries) == dict.fromkeys(MEANING[state], fen)


def written(move: Move, fen: int) -> list[tuple[Account, Account, int]]:
    """What a move enters."""
    return [(POSTINGS[why].debit, POSTINGS[why].credit, fen) for why in move.books]


def test_all_money_that_comes_in_can_go_back() -> None:
    """From wherever a move brings money in, moves lead to where it went back."""
    way_back = {"refunded"}
    for _ in PAYMENT.moves:
        way_back |= {move.source for move in PAYMENT.moves if move.target in way_back}
    comes_in = [move.target for move in PAYMENT.moves if "receive" in move.books]
    assert comes_in
    assert {*comes_in} <= way_back


def test_accounts_and_postings_speak_in_two_languages() -> None:
    for named in (*Account, *POSTINGS.values()):
        assert named.zh
        assert named.en
    by_tables = {why for move in (*PAYMENT.moves, *REFUND.moves) for why in move.books}
    by_payers = {why for why in POSTINGS if why.endswith("share")}
    by_defaults = {"penalty", "pay_penalty"}
    by_rates = {"commission", "uncommission"}
    told = {"fee", "fee_back", "payout"}
    assert by_tables | by_payers | by_defaults | by_rates | told == set(POSTINGS)


def test_the_page_knows_every_account_and_posting() -> None:
    text = (DOCS / "mechanisms" / "ledger.md").read_text(encoding="utf-8")
    assert [account for account in Account if f"`{account}`" not in text] == []
    for posting in POSTINGS.values():
        row = f"| `{posting.why}` | {posting.zh} | `{posting.debit}` | `{posting.credit}` |"
        assert row in text
