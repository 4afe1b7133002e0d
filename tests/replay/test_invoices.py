"""Facts of invoices and address books replayed equal the tables, after any sequence of actions."""

from contextlib import suppress
from random import Random

import pytest

from kaibo.base.errors import Refusal
from kaibo.facts import orders as told
from kaibo.facts.base import Fact
from kaibo.journal.reads import last_position, read
from kaibo.orders import actions
from kaibo.orders.actions import InvoiceWish
from kaibo.orders.models import Invoice, SavedAddress
from kaibo.orders.tests.buying import HOME
from kaibo.orders.tests.shipping import bought, buyer
from kaibo.promotions.tests.shop import Shop, after, make_shop, open_link

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.InvoiceAsked,
        told.InvoiceMoved,
        told.InvoicesExported,
        told.AddressSaved,
        told.AddressDeleted,
    }
)


class Papers:
    """What the facts alone say of invoices and address books."""

    def __init__(self) -> None:
        self.invoices: dict[int, tuple[str, str, str, int | None]] = {}
        self.books: dict[int, dict[int, bool]] = {}
        self.exported = 0

    def replay(self, fact: Fact) -> None:
        """Take one fact in."""
        match fact:
            case told.InvoiceAsked():
                self.invoices[fact.invoice_id] = (fact.no, "asked", "", None)
            case told.InvoiceMoved():
                moved = (fact.no, fact.state, fact.number, fact.amount_fen)
                self.invoices[fact.invoice_id] = moved
            case told.InvoicesExported():
                self.exported += fact.invoices
            case told.AddressSaved():
                book = self.books.setdefault(fact.viewer_id, {})
                if fact.is_default:
                    book.update(dict.fromkeys(book, False))
                book[fact.address_id] = fact.is_default
            case told.AddressDeleted():
                del self.books[fact.viewer_id][fact.address_id]


@pytest.mark.parametrize("seed", range(2))
def test_replay_equals_the_tables(seed: int) -> None:
    chance, shop, start = Random(seed), make_shop(on_hand=40), last_position()
    open_link(shop, units=40)
    nos = [bought(shop, units=3, viewer_id=n, key=f"k{n}").no for n in (1, 2, 3)]
    for step in range(120):
        with suppress(Refusal):
            _any_act(shop, chance, nos, step=step)
    papers = Papers()
    for entry in read(start, limit=10_000):
        papers.replay(entry.fact)
    rows = Invoice.objects.select_related("order")
    assert papers.invoices == {
        row.pk: (row.order.no, row.state, row.number, row.amount_fen) for row in rows
    }
    assert {state for _, state, _, _ in papers.invoices.values()} >= {"reversed", "withdrawn"}
    books: dict[int, dict[int, bool]] = {}
    for saved in SavedAddress.objects.all():
        books.setdefault(saved.viewer_id, {})[saved.pk] = saved.is_default
    assert {id: book for id, book in papers.books.items() if book} == books
    assert papers.exported > 0


def _any_act(shop: Shop, chance: Random, nos: list[str], *, step: int) -> None:
    viewer_id, now = chance.randint(1, 3), after(step)
    by, no = buyer(shop, viewer_id), nos[viewer_id - 1]
    some = Invoice.objects.filter(order__no=no).order_by("-pk").first()
    kept = SavedAddress.objects.filter(viewer_id=viewer_id).order_by("-pk").first()
    luck = chance.random()
    if luck < 0.2:
        actions.ask_invoice(no=no, wish=InvoiceWish(kind="person", title="张三"), by=by, now=now)
    elif luck < 0.3:
        actions.withdraw_invoice(no=no, by=by, now=now)
    elif luck < 0.45 and some is not None:
        actions.issue_invoice(invoice_id=some.pk, number=f"F-{step:06}", by=shop.by, now=now)
    elif luck < 0.55 and some is not None:
        red = {"red_number": f"R-{step:06}", "reason": "退款"}
        actions.reverse_invoice(invoice_id=some.pk, by=shop.by, now=now, **red)
    elif luck < 0.6:
        actions.export_to_issue(kind="csv", by=shop.by, now=now)
    elif luck < 0.85 or kept is None:
        id = kept.pk if kept is not None and chance.random() < 0.3 else None
        is_default = chance.random() < 0.3
        actions.save_address(address=HOME, is_default=is_default, address_id=id, by=by, now=now)
    else:
        actions.delete_address(address_id=kept.pk, by=by, now=now)
