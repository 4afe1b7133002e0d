"""Invoices, from the wish to the red one; and the address book and note beside them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.access.crypto import decrypt_text
from kaibo.base.codes import is_credit_code
from kaibo.base.errors import BadInput, Refusal
from kaibo.facts import orders as told
from kaibo.journal.reads import last_position, read
from kaibo.orders import actions
from kaibo.orders.actions import Address, InvoiceWish
from kaibo.orders.actions.book import ADDRESSES_MAX
from kaibo.orders.errors import (
    BookFull,
    InvoiceNumberTaken,
    InvoiceStateWrong,
    NoSuchAddress,
    NoSuchOrder,
    NothingToInvoice,
    RegionCodeUnusable,
    TaxNumberUnusable,
)
from kaibo.orders.models import Invoice, Order, SavedAddress
from kaibo.orders.reads import book, invoices
from kaibo.orders.rules import clean_address
from kaibo.orders.rules.invoices import clean_wish
from kaibo.orders.tests.buying import HOME, place
from kaibo.orders.tests.shipping import bought, buyer, line_id
from kaibo.promotions.tests.shop import NOW, Shop, make_shop, open_link

# The unified social credit code that GB 32100-2015 gives as its example.
CODE = "91350100M000100Y43"
PERSON = InvoiceWish(kind="person", title="王小花")
COMPANY = InvoiceWish(kind="company", title="山野集", tax_no=CODE)


@pytest.fixture
def shop(db: None) -> Shop:
    """A shop with link 1 on sale at 99 yuan."""
    made = make_shop(on_hand=40)
    open_link(made, units=40)
    return made


def ask(
    shop: Shop, no: str, wish: InvoiceWish = PERSON, *, viewer_id: int = 1
) -> invoices.InvoiceView:
    return actions.ask_invoice(no=no, wish=wish, by=buyer(shop, viewer_id), now=NOW)


def issue(shop: Shop, id: int, number: str = "25312000000000000001") -> invoices.InvoiceView:
    return actions.issue_invoice(invoice_id=id, number=number, by=shop.by, now=NOW)


def test_asked_issued_refunded_reversed_and_asked_again(shop: Shop) -> None:
    start = last_position()
    order = bought(shop, units=3, key="k1")
    asked = ask(shop, order.no, COMPANY)
    assert (asked.state, asked.title_masked, asked.due_fen) == ("asked", "山野集", 29_700)
    assert ask(shop, order.no) == asked
    issued = issue(shop, asked.id)
    assert (issued.state, issued.amount_fen, issued.due_fen) == ("issued", 29_700, 29_700)
    with pytest.raises(InvoiceStateWrong):
        actions.withdraw_invoice(no=order.no, by=buyer(shop), now=NOW)
    actions.refund_units(
        no=order.no,
        units={line_id(order): 1},
        reason="少一件",
        request_key="r1",
        by=shop.by,
        now=NOW,
    )
    (seen,) = invoices.invoices_of_order(order.no, viewer_id=1)
    assert (seen.amount_fen, seen.due_fen) == (29_700, 19_800)
    red = actions.reverse_invoice(
        invoice_id=asked.id,
        red_number="25312000000000000002",
        reason="部分退款",
        by=shop.by,
        now=NOW,
    )
    assert red.state == "reversed"
    again = issue(shop, ask(shop, order.no, COMPANY).id, "25312000000000000003")
    assert again.amount_fen == 19_800
    kinds = (told.InvoiceAsked, told.InvoiceMoved)
    facts = [entry.fact for entry in read(start, limit=1_000) if isinstance(entry.fact, kinds)]
    assert [getattr(fact, "state", "asked") for fact in facts] == [
        "asked", "issued", "reversed", "asked", "issued",
    ]  # fmt: skip


def test_what_a_person_wrote_is_encrypted_and_masked(shop: Shop) -> None:
    order = bought(shop, key="k1")
    asked = ask(shop, order.no)
    row = Invoice.objects.get(pk=asked.id)
    assert asked.title_masked == "王**"
    assert "王小花" not in row.wish_encrypted
    assert json.loads(decrypt_text(row.wish_encrypted))["title"] == "王小花"
    data = actions.export_to_issue(kind="csv", by=shop.by, now=NOW).decode("utf-8-sig")
    assert data.splitlines()[1].split(",")[:5] == [order.no, "个人", "王小花", "", "198.00"]


def test_who_has_not_paid_or_has_it_back_gets_none(shop: Shop) -> None:
    unpaid = place(shop)
    with pytest.raises(NothingToInvoice):
        ask(shop, unpaid.no)
    paid = bought(shop, key="k2")
    asked = ask(shop, paid.no)
    actions.refund_order(no=paid.no, reason="不要了", by=shop.by, now=NOW)
    with pytest.raises(NothingToInvoice):
        issue(shop, asked.id)
    with pytest.raises(NoSuchOrder):
        ask(shop, paid.no, viewer_id=2)
    assert Invoice.objects.get().state == "asked"
    assert actions.withdraw_invoice(no=paid.no, by=buyer(shop), now=NOW).state == "withdrawn"


def test_one_number_is_on_one_invoice(shop: Shop) -> None:
    first, second = (ask(shop, bought(shop, key=key).no) for key in ("k1", "k2"))
    issue(shop, first.id)
    with pytest.raises(InvoiceNumberTaken):
        issue(shop, second.id)
    assert Invoice.objects.get(pk=second.id).state == "asked"


@pytest.mark.parametrize("tax_no", ["", "123", CODE[:-1] + "4", "税" * 18, CODE + "000"])
def test_a_company_needs_a_number_that_can_be(tax_no: str) -> None:
    with pytest.raises(TaxNumberUnusable):
        clean_wish(InvoiceWish(kind="company", title="山野集", tax_no=tax_no))


@given(st.integers(0, 16), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_changed_character_is_seen(place: int, char: str) -> None:
    changed = CODE[:place] + char + CODE[place + 1 :]
    assert is_credit_code(changed) == (changed == CODE)


def test_the_book_keeps_one_first_choice(shop: Shop) -> None:
    by = buyer(shop)
    first = actions.save_address(address=HOME, is_default=False, by=by, now=NOW)
    assert (first.is_default, first.receiver_masked) == (True, "张** 138****5678")
    office = Address("李四", "13900000000", "浙江省 杭州市", "文三路 1 号", "330100")
    second = actions.save_address(address=office, is_default=True, by=by, now=NOW)
    listed = book.addresses_of_viewer(1, org_id=shop.org_id)
    assert [(one.id, one.is_default) for one in listed] == [(second.id, True), (first.id, False)]
    assert book.saved_address(second.id, viewer_id=1, org_id=shop.org_id) == office
    stored = SavedAddress.objects.get(pk=second.id)
    assert "李四" not in stored.address_encrypted + stored.receiver_masked
    with pytest.raises(NoSuchAddress):
        book.saved_address(second.id, viewer_id=2, org_id=shop.org_id)
    with pytest.raises(NoSuchAddress):
        actions.delete_address(address_id=second.id, by=buyer(shop, 2), now=NOW)
    actions.delete_address(address_id=second.id, by=by, now=NOW)
    assert [one.id for one in book.addresses_of_viewer(1, org_id=shop.org_id)] == [first.id]


def test_the_book_ends_at_twenty(shop: Shop) -> None:
    by = buyer(shop)
    for _ in range(ADDRESSES_MAX):
        kept = actions.save_address(address=HOME, is_default=False, by=by, now=NOW)
    with pytest.raises(BookFull):
        actions.save_address(address=HOME, is_default=False, by=by, now=NOW)
    changed = actions.save_address(
        address=HOME, is_default=True, address_id=kept.id, by=by, now=NOW
    )
    assert changed.is_default
    assert SavedAddress.objects.filter(is_default=True).count() == 1


@pytest.mark.parametrize("code", ["33", "990000", "33010a", "3301000", "３３０１００"])
def test_a_region_code_is_of_a_province(code: str) -> None:
    with pytest.raises(RegionCodeUnusable):
        clean_address(Address("张三", "13812345678", "浙江省", "某路 1 号", code))


def test_a_note_goes_to_whoever_packs_and_to_nobody_else(shop: Shop) -> None:
    order = bought(shop, key="k1", note="请放门口，电话 13800138000")
    row = Order.objects.get(no=order.no)
    assert "门口" not in row.note_encrypted
    data = actions.export_to_ship(kind="csv", by=shop.by, now=NOW).decode("utf-8-sig")
    assert "请放门口，电话 13800138000" in data.splitlines()[1].split(",")
    with pytest.raises(BadInput):
        place(shop, request_key="k2", note="长" * 201)
    assert issubclass(BadInput, Refusal)
