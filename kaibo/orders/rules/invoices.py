"""Invoices (发票): what may be asked for, in which title, and what becomes of it. Pure.

Whoever takes money owes an invoice to the payer who asks for it (Consumer Protection Law art. 22;
电子商务法 art. 14; 发票管理办法 art. 18); it says what was really paid, neither more nor less
(art. 21).
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from kaibo.base.codes import is_credit_code
from kaibo.base.errors import BadInput
from kaibo.base.inputs import clean_text
from kaibo.base.machines import Machine, Move, State
from kaibo.orders.errors import TaxNumberUnusable

TitleKind = Literal["person", "company"]
TITLE_KINDS: Final[dict[TitleKind, str]] = {"person": "个人", "company": "单位"}
TITLE_CHARS_MAX: Final = 100
NUMBER_CHARS_MAX: Final = 40
_TAX_NO: Final = re.compile(r"[0-9A-Z]{15,20}", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9A-Za-z-]{6,40}", re.ASCII)

INVOICE: Final = Machine(
    "invoice",
    "发票",
    (
        State("asked", "待开票"),
        State("issued", "已开票", is_final=True),
        State("withdrawn", "已撤回", is_final=True),
        # A red invoice takes back one that no longer says what was paid; then another may follow.
        State("reversed", "已冲红", is_final=True),
    ),
    (
        Move("asked", "issue", "issued", by="issue_invoice"),
        Move("asked", "withdraw", "withdrawn", by="withdraw_invoice"),
        Move("issued", "reverse", "reversed", by="reverse_invoice"),
    ),
)
# An order has one of these at a time.
STANDING: Final = ("asked", "issued")


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceWish:
    """What an invoice is to say of its payer. Kept encrypted; never in facts or logs.

    Args:
        tax_no: a company's taxpayer number; "" for a person.
    """

    kind: TitleKind
    title: str
    tax_no: str = ""


def clean_wish(wish: InvoiceWish) -> InvoiceWish:
    """The wish as it will be printed.

    Raises:
        TextMissing, TextTooLong, TextUnreadable: the title cannot be used.
        TaxNumberUnusable: a company without a taxpayer number, or one that cannot be.

    >>> clean_wish(InvoiceWish(kind="company", title="山野集", tax_no="9133 0106ma2cfgc81x")).tax_no
    Traceback (most recent call last):
    ...
    kaibo.orders.errors.invoices.TaxNumberUnusable: tax_number_unusable {'field': 'tax_no'}
    """
    title = clean_text("title", wish.title, chars_max=TITLE_CHARS_MAX, required=True)
    if wish.kind == "person":
        return InvoiceWish(kind="person", title=title)
    tax_no = re.sub(r"[\s-]", "", wish.tax_no).upper()
    if not _TAX_NO.fullmatch(tax_no) or (len(tax_no) == 18 and not is_credit_code(tax_no)):
        raise TaxNumberUnusable(field="tax_no")
    return InvoiceWish(kind="company", title=title, tax_no=tax_no)


def clean_number(number: str) -> str:
    """The number of an issued invoice: 6 to 40 letters and digits.

    Raises:
        BadInput: not the shape of one.
    """
    text = number.strip()
    if not _NUMBER.fullmatch(text):
        raise BadInput(field="number", why="6–40 × A-Z a-z 0-9 -")
    return text


def mask_title(wish: InvoiceWish) -> str:
    """The title as lists may show it: a company's in full, of a person the first character."""
    return wish.title if wish.kind == "company" else f"{wish.title[:1]}**"
