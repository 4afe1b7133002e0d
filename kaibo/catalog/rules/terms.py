"""On what terms a SKU is sold: until when it is shipped, and whether it may be sent back."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from kaibo.base.errors import BadInput
from kaibo.base.inputs import check_whole
from kaibo.catalog.errors import ExceptionNeeded

# 消费者权益保护法 §25: the only goods that the right to return never covers.
Statutory = Literal["made_to_order", "perishable", "digital", "papers"]
# 网络购买商品七日无理由退货暂行办法 §7: by their nature, and only if the buyer confirmed it.
ByNature = Literal["health_once_opened", "worn_by_trial", "near_expiry_or_flawed"]
ExceptionType = Literal[
    "",
    "made_to_order", "perishable", "digital", "papers",
    "health_once_opened", "worn_by_trial", "near_expiry_or_flawed",
]  # fmt: skip

STATUTORY: Final[frozenset[str]] = frozenset(get_args(Statutory))
BY_NATURE: Final[frozenset[str]] = frozenset(get_args(ByNature))
EXCEPTION_ZH: Final[dict[str, str]] = {
    "made_to_order": "定作商品",
    "perishable": "鲜活易腐",
    "digital": "在线下载或已拆封的数字化商品",
    "papers": "交付的报纸、期刊",
    "health_once_opened": "拆封后易影响人身安全、健康或品质",
    "worn_by_trial": "激活或试用后价值贬损较大",
    "near_expiry_or_flawed": "已明示的临近保质期或瑕疵商品",
}
# Three months: what presales may promise at most here.
SHIP_WITHIN_H_MAX: Final = 24 * 92


@dataclass(frozen=True, slots=True)
class SaleTerms:
    """Terms of one SKU.

    Args:
        exception_type: why it cannot be returned without a reason; "" where it can.
        ship_within_h: hours from payment to handing over; 0 is the shop's default.
    """

    no_reason_return: bool = True
    exception_type: str = ""
    ship_within_h: int = 0

    @property
    def needs_confirmation(self) -> bool:
        """Whether the exclusion holds only if the buyer confirmed it when ordering."""
        return self.exception_type in BY_NATURE


def clean_terms(terms: SaleTerms) -> SaleTerms:
    """The terms as they will be written; the list of exceptions is the law's and no longer.

    A discount, a clearance or a special offer is no exception.

    Raises:
        ExceptionNeeded: no return without a reason, and no exception that the law knows; or an
            exception where returns are taken.
        BadInput, NumberOutOfRange: not such a word, not such a number of hours.

    >>> clean_terms(SaleTerms(False, "made_to_order")).needs_confirmation
    False
    """
    if terms.exception_type and terms.exception_type not in STATUTORY | BY_NATURE:
        raise BadInput(field="exception_type", why=" / ".join(sorted(EXCEPTION_ZH)))
    if terms.no_reason_return == bool(terms.exception_type):
        raise ExceptionNeeded(field="exception_type")
    check_whole("ship_within_h", terms.ship_within_h, most=SHIP_WITHIN_H_MAX)
    return terms
