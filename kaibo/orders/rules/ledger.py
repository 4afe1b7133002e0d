"""The ledger's accounts, and the postings that orders and payments write into it.

Double entry: a posting takes one amount from one account to another, so a ledger made of
postings balances at every moment (docs/mechanisms/ledger.md).
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, Self

from kaibo.base.errors import BadInput
from kaibo.base.times import day_begins

Kind = Literal["asset", "liability", "income", "expense"]

# No shop kept this ledger before, and nobody asks for what lies beyond a lifetime.
FIRST_DAY: Final = dt.date(2000, 1, 1)
LAST_DAY: Final = dt.date(2099, 12, 31)


class Account(StrEnum):
    """What money is called while it is there; the words are those of bookkeeping."""

    kind: Kind
    zh: str
    en: str

    PROVIDER_RECEIVABLE = (
        "provider_receivable", "asset", "应收支付渠道款", "Receivable from payment providers"
    )  # fmt: skip
    BUYER_DEPOSITS = "buyer_deposits", "liability", "预收货款", "Deposits of buyers"
    REFUNDS_PAYABLE = "refunds_payable", "liability", "应付退款", "Refunds payable"
    SALES = "sales", "income", "主营业务收入", "Sales"
    # Told by providers' statements alone.
    PROVIDER_FEES = "provider_fees", "expense", "支付手续费", "Payment provider fees"
    # Of hosts and agencies, and what of it they have not been paid.
    COMMISSION = "commission", "expense", "销售佣金", "Commission"
    COMMISSION_PAYABLE = "commission_payable", "liability", "应付佣金", "Commission payable"
    # Sent by bank and by the provider: one of the two is the shop's again.
    REFUNDS_TWICE = "refunds_twice", "asset", "应收重复退款", "Refunds paid twice"
    # What others bear of a buyer's discount.
    PLATFORM_SUBSIDY = "platform_subsidy", "asset", "应收平台补贴", "Subsidy due from platforms"
    HOST_SUBSIDY = "host_subsidy", "asset", "应收主播补贴", "Subsidy due from hosts"
    SUPPLIER_SUBSIDY = "supplier_subsidy", "asset", "应收供应商补贴", "Subsidy due from suppliers"

    # Deposits of presales that were not given back, and what the seller's own default costs.
    FORFEITED_DEPOSITS = "forfeited_deposits", "income", "定金罚没收入", "Deposits kept"
    DEPOSIT_PENALTIES = "deposit_penalties", "expense", "定金违约支出", "Penalties on deposits"
    PENALTIES_PAYABLE = "penalties_payable", "liability", "应付违约金", "Penalties payable"
    BANK = "bank", "asset", "银行存款", "Bank"

    def __new__(cls, code: str, kind: Kind = "asset", zh: str = "", en: str = "") -> Self:
        account = str.__new__(cls, code)
        account._value_ = code
        account.kind, account.zh, account.en = kind, zh, en
        return account

    def balance(self, *, debit_fen: int, credit_fen: int) -> int:
        """What stands on the account, positive on its own side.

        >>> Account.SALES.balance(debit_fen=1, credit_fen=3)
        2
        """
        is_debit_side = self.kind in ("asset", "expense")
        return debit_fen - credit_fen if is_debit_side else credit_fen - debit_fen


@dataclass(frozen=True, slots=True)
class Posting:
    """Why an amount goes from the account that is credited to the one that is debited."""

    why: str
    debit: Account
    credit: Account
    zh: str
    en: str


POSTINGS: Final = {
    posting.why: posting
    for posting in (
        Posting(
            "receive", Account.PROVIDER_RECEIVABLE, Account.BUYER_DEPOSITS, "收款", "Money received"
        ),
        Posting("sell", Account.BUYER_DEPOSITS, Account.SALES, "销售", "Goods sold"),
        Posting("unsell", Account.SALES, Account.BUYER_DEPOSITS, "销售退回", "Sale undone"),
        Posting("owe", Account.BUYER_DEPOSITS, Account.REFUNDS_PAYABLE, "应退", "Refund owed"),
        Posting(
            "pay_back", Account.REFUNDS_PAYABLE, Account.PROVIDER_RECEIVABLE, "退款", "Refund paid"
        ),
        # The provider keeps the buyer's money for us, who sent as much from the bank.
        Posting("bank_back", Account.REFUNDS_PAYABLE, Account.BANK, "线下退款", "Refund by bank"),
        Posting(
            "pay_twice",
            Account.REFUNDS_TWICE,
            Account.PROVIDER_RECEIVABLE,
            "重复退款",
            "Refund paid twice",
        ),
        Posting(
            "forfeit",
            Account.BUYER_DEPOSITS,
            Account.FORFEITED_DEPOSITS,
            "定金罚没",
            "Deposit kept",
        ),
        Posting(
            "penalty",
            Account.DEPOSIT_PENALTIES,
            Account.PENALTIES_PAYABLE,
            "应付违约金",
            "Penalty owed",
        ),
        Posting(
            "pay_penalty", Account.PENALTIES_PAYABLE, Account.BANK, "支付违约金", "Penalty paid"
        ),
        Posting(
            "fee", Account.PROVIDER_FEES, Account.PROVIDER_RECEIVABLE, "渠道手续费", "Provider fee"
        ),
        Posting(
            "fee_back",
            Account.PROVIDER_RECEIVABLE,
            Account.PROVIDER_FEES,
            "手续费退回",
            "Provider fee given back",
        ),
        Posting("payout", Account.BANK, Account.PROVIDER_RECEIVABLE, "提现到账", "Payout to bank"),
        Posting(
            "commission",
            Account.COMMISSION,
            Account.COMMISSION_PAYABLE,
            "计提佣金",
            "Commission owed",
        ),
        Posting(
            "uncommission",
            Account.COMMISSION_PAYABLE,
            Account.COMMISSION,
            "佣金冲回",
            "Commission undone",
        ),
        Posting(
            "platform_share",
            Account.PLATFORM_SUBSIDY,
            Account.SALES,
            "平台承担优惠",
            "Discount borne by the platform",
        ),
        Posting(
            "host_share",
            Account.HOST_SUBSIDY,
            Account.SALES,
            "主播承担优惠",
            "Discount borne by the host",
        ),
        Posting(
            "partner_share",
            Account.SUPPLIER_SUBSIDY,
            Account.SALES,
            "供应商承担优惠",
            "Discount borne by the supplier",
        ),
        Posting(
            "platform_unshare",
            Account.SALES,
            Account.PLATFORM_SUBSIDY,
            "平台承担冲回",
            "Share of the platform undone",
        ),
        Posting(
            "host_unshare",
            Account.SALES,
            Account.HOST_SUBSIDY,
            "主播承担冲回",
            "Share of the host undone",
        ),
        Posting(
            "partner_unshare",
            Account.SALES,
            Account.SUPPLIER_SUBSIDY,
            "供应商承担冲回",
            "Share of the supplier undone",
        ),
    )
}


def balances(entries: Iterable[tuple[Account, Account, int]]) -> dict[Account, int]:
    """What entries (debit, credit, fen) leave on each account, positive on its own side.

    Accounts where nothing is left are not in it.

    >>> sale = POSTINGS["sell"]
    >>> [int(fen) for fen in balances([(sale.debit, sale.credit, 5)]).values()]
    [-5, 5]
    """
    left: dict[Account, int] = {}
    for debit, credit, fen in entries:
        left[debit] = left.get(debit, 0) + debit.balance(debit_fen=fen, credit_fen=0)
        left[credit] = left.get(credit, 0) + credit.balance(debit_fen=0, credit_fen=fen)
    return {account: fen for account, fen in left.items() if fen}


def account_named(code: str) -> Account:
    """The account of this code.

    Raises:
        BadInput: there is none; the codes are told.
    """
    try:
        return Account(code)
    except ValueError:
        raise BadInput(field="account", why=" / ".join(Account)) from None


def check_period(
    since: dt.date | None, until: dt.date | None
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """The moments between which a period of the shop's days lies, half-open; None is open.

    Raises:
        BadInput: a day outside 2000 to 2099, or an end before the beginning.

    >>> check_period(dt.date(2026, 6, 1), dt.date(2026, 6, 1))[1].isoformat()
    '2026-06-01T16:00:00+00:00'
    """
    for field, day in (("since", since), ("until", until)):
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise BadInput(field=field, why=f"{FIRST_DAY} … {LAST_DAY}")
    if since is not None and until is not None and until < since:
        raise BadInput(field="until", why=f"≥ {since}")
    ends = None if until is None else day_begins(until + dt.timedelta(days=1))
    return (None if since is None else day_begins(since)), ends
