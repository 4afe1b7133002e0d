"""Presales: a deposit now, the balance in a window, goods by a day. Which terms can be kept. Pure.

Of the words, 定金 (earnest) is law: whoever pays it and breaks off loses it, and a seller who does
owes it twice (Civil Code art. 587); it is at most a fifth of the price (art. 586). 订金 (advance)
is a part payment that goes back.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

from kaibo.base.inputs import check_whole
from kaibo.base.money import FEN_MAX, yuan
from kaibo.promotions.errors import DepositTooLarge, PresaleCannotBe, RefundDeadlineMissing
from kaibo.promotions.rules.benefits import AmountOffEach
from kaibo.promotions.rules.pricing import PriceBook
from kaibo.promotions.rules.promotion import Promotion
from kaibo.promotions.rules.quote import BasketLine, Quote
from kaibo.promotions.rules.selling import PER_BUYER_MAX

DepositKind = Literal["earnest", "advance"]
LateRule = Literal["forfeit", "return"]
DEPOSIT_KINDS: Final[dict[DepositKind, tuple[str, str]]] = {
    "earnest": ("定金", "earnest money"),
    "advance": ("订金", "an advance"),
}
# Civil Code art. 586: at most 20% of what the contract is about.
DEPOSIT_PARTS: Final = 5
REFUND_DAYS_MAX: Final = 15
PRESALE_DAYS_MAX: Final = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class PresaleTerms:
    """The terms of a presale, of one unit; they never change.

    Args:
        price_fen: before the expansion.
        deposit_fen: paid at once; counts as ``worth_fen`` of the price (定金膨胀).
        late_rule: what becomes of the deposit if the balance is not paid in its window, or the
            buyer gives the order up.
        refund_deadline_days: money that goes back is on its way within so many days (LM-111).
        remind_s: a buyer who still owes the balance is reminded so long before its end.
    """

    price_fen: int
    deposit_fen: int
    worth_fen: int
    kind: DepositKind
    late_rule: LateRule
    balance_opens_at: dt.datetime
    balance_closes_at: dt.datetime
    ship_by: dt.datetime
    refund_deadline_days: int | None
    remind_s: int
    per_buyer_max: int

    @property
    def off_fen(self) -> int:
        """What the expansion takes off a unit; the shop bears it."""
        return self.worth_fen - self.deposit_fen

    @property
    def total_fen(self) -> int:
        """Deposit and balance of a unit."""
        return self.price_fen - self.off_fen


def check_presale_terms(terms: PresaleTerms, *, now: dt.datetime) -> None:
    """Refuse the terms of a presale that cannot be kept, or may not be asked.

    Raises:
        NumberOutOfRange: a number outside what makes sense.
        RefundDeadlineMissing: nobody said when money goes back (LM-111, CPR 20).
        DepositTooLarge: above a fifth of deposit and balance (Civil Code art. 586).
        PresaleCannotBe: an expansion below the deposit, a deposit to lose that is no 定金, or
            moments that do not follow each other.
    """
    check_whole("price_fen", terms.price_fen, least=1, most=FEN_MAX)
    check_whole("deposit_fen", terms.deposit_fen, least=1, most=terms.price_fen)
    check_whole("worth_fen", terms.worth_fen, least=1, most=terms.price_fen)
    check_whole("remind_s", terms.remind_s, least=0, most=7 * 24 * 3600)
    check_whole("per_buyer_max", terms.per_buyer_max, least=1, most=PER_BUYER_MAX)
    if terms.refund_deadline_days is None:
        raise RefundDeadlineMissing(field="refund_deadline_days")
    days = terms.refund_deadline_days
    check_whole("refund_deadline_days", days, least=1, most=REFUND_DAYS_MAX)
    if terms.worth_fen < terms.deposit_fen:
        raise PresaleCannotBe(
            field="worth_fen", why_zh="膨胀后不能低于定金", why_en="at least the deposit"
        )
    if terms.deposit_fen * DEPOSIT_PARTS > terms.total_fen:
        raise DepositTooLarge(field="deposit_fen", most_fen=terms.total_fen // DEPOSIT_PARTS)
    if terms.late_rule == "forfeit" and terms.kind != "earnest":
        raise PresaleCannotBe(
            field="late_rule",
            why_zh="只有定金可以约定不退，订金须退",
            why_en="earnest money alone may be kept; an advance goes back",
        )
    _check_moments(terms, now=now)


def _check_moments(terms: PresaleTerms, *, now: dt.datetime) -> None:
    moments = (now, terms.balance_opens_at, terms.balance_closes_at, terms.ship_by)
    last = now + dt.timedelta(days=PRESALE_DAYS_MAX)
    names = ("balance_opens_at", "balance_closes_at", "ship_by")
    for name, before, moment in zip(names, moments, moments[1:], strict=False):
        if not before < moment <= last:
            raise PresaleCannotBe(
                field=name,
                why_zh=f"须依次为尾款开始、尾款截止、发货时间，且在 {PRESALE_DAYS_MAX} 天内",
                why_en=f"balance opens, closes, goods leave, in {PRESALE_DAYS_MAX} days",
            )


def presale_words(terms: PresaleTerms) -> tuple[str, str]:
    """What a buyer is told before they pay, in zh and en (LM-111: way, procedure, time)."""
    zh, en = DEPOSIT_KINDS[terms.kind]
    deposit, worth = yuan(terms.deposit_fen), yuan(terms.worth_fen)
    late_zh, late_en = f"{zh}原路退回", f"the {en} goes back the way it came"
    if terms.late_rule == "forfeit":
        late_zh, late_en = f"{zh}不退", f"the {en} is not given back"
    days = terms.refund_deadline_days
    seller_zh = seller_en = ""
    if terms.kind == "earnest":
        seller_zh = "；卖家违约的，双倍返还定金"
        seller_en = "; if the seller fails, it is given back twice"
    return (
        f"{zh} ¥{deposit} 抵 ¥{worth}。尾款逾期未付或您取消的，{late_zh}{seller_zh}。"
        f"应退款项自确定之日起 {days} 天内原路退回。",
        f"{en} of ¥{deposit} counts as ¥{worth}. If the balance is late or you cancel, "
        f"{late_en}{seller_en}. Money owed is sent back within {days} days.",
    )


def presale_quote(line: BasketLine, *, terms: PresaleTerms) -> Quote:
    """The price of units in a presale: no promotion but the expansion applies."""
    off = Promotion(
        id=1,
        title_zh="定金膨胀",
        title_en="Deposit expansion",
        stacking="activity",
        benefit=AmountOffEach(terms.off_fen),
    )
    return PriceBook([off] if terms.off_fen else []).quote([line])
