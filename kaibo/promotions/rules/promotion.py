"""What a promotion (优惠活动) is: whom it covers, what it asks for, what it gives, who pays.

Stored and sent as it stands here: ``msgspec.to_builtins`` and ``msgspec.convert`` are exact.
"""

from typing import Final, Literal

import msgspec

from kaibo.base.inputs import check_whole
from kaibo.base.money import FEN_MAX
from kaibo.promotions.errors import PromotionCannotBe
from kaibo.promotions.rules.benefits import (
    WHOLE_BP,
    AmountOff,
    AmountOffEach,
    Benefit,
    BundlePrice,
    CheapestFree,
    Gift,
    PercentOff,
    UnitPrice,
)
from kaibo.promotions.rules.conditions import (
    Always,
    AtLeastFen,
    AtLeastKinds,
    AtLeastUnits,
    Condition,
)

Stacking = Literal["price", "activity", "coupon", "platform", "payment"]
Payer = Literal["shop", "platform", "host", "partner"]
Choose = Literal["best", "priority"]

# In this order they apply; a threshold reads what the earlier classes left.
STACKING: Final[tuple[Stacking, ...]] = ("price", "activity", "coupon", "platform", "payment")
PAYERS: Final[tuple[Payer, ...]] = ("shop", "platform", "host", "partner")

TIMES_MAX: Final = 10_000
COUNT_MAX: Final = 10_000
PRIORITY_MAX: Final = 1_000_000


class Everything(msgspec.Struct, frozen=True, tag="everything"):
    """Every line of a basket (全店)."""


class OfSkus(msgspec.Struct, frozen=True, tag="skus"):
    """Lines of these SKUs (指定商品)."""

    ids: frozenset[int]


class OfTags(msgspec.Struct, frozen=True, tag="tags"):
    """Lines that carry at least one of these tags (指定分组)."""

    tags: frozenset[str]


Scope = Everything | OfSkus | OfTags


class Share(msgspec.Struct, frozen=True):
    """One payer's part of a promotion, in basis points of what is taken off."""

    payer: Payer
    bp: int


class Promotion(msgspec.Struct, frozen=True, kw_only=True):
    """One promotion as published.

    Args:
        id: unique; a newer promotion has a higher id.
        times_max: how often it may apply when its condition is met several times over (每满);
            1 is once, None is without end.
        priority: within its class a lower number comes first.
        payers: who bears what is taken off; 10,000 basis points together.
    """

    id: int
    title_zh: str
    title_en: str
    stacking: Stacking
    benefit: Benefit
    scope: Scope = Everything()
    condition: Condition = Always()
    times_max: int | None = 1
    priority: int = 0
    payers: tuple[Share, ...] = (Share("shop", WHOLE_BP),)


def order_of(promotion: Promotion) -> tuple[int, int, int, int]:
    """Its turn: class, then priority, then the narrower scope, then the lower id."""
    width = {OfSkus: 0, OfTags: 1, Everything: 2}[type(promotion.scope)]
    return STACKING.index(promotion.stacking), promotion.priority, width, promotion.id


def exchanges(promotion: Promotion) -> tuple[int, frozenset[int]] | None:
    """What an exchange coupon (兑换券) is good for: the price of one unit in fen, of these SKUs.

    None for every other promotion.

    >>> one = Promotion(id=1, title_zh="兑", title_en="One", stacking="coupon",
    ...     benefit=UnitPrice(100, max_units=1), scope=OfSkus(frozenset({7})))
    >>> exchanges(one)
    (100, frozenset({7}))
    """
    match promotion:
        case Promotion(
            stacking="coupon",
            benefit=UnitPrice(fen=fen, max_units=1),
            scope=OfSkus(ids=ids),
        ):
            return fen, ids
    return None


def check_promotion(promotion: Promotion) -> None:
    """Refuse a promotion that has no meaning; its price is judged elsewhere.

    Raises:
        NumberOutOfRange: a number outside what makes sense.
        PromotionCannotBe: empty scope, payers that do not sum to the whole, a bundle that counts
            nothing, a repeat of what cannot be met twice.
    """
    _check_parts(promotion)
    check_whole("priority", promotion.priority, least=-PRIORITY_MAX, most=PRIORITY_MAX)
    if promotion.times_max is not None:
        check_whole("times_max", promotion.times_max, least=1, most=TIMES_MAX)
    if not (promotion.title_zh.strip() and promotion.title_en.strip()):
        raise _cannot("title", "请填写中英文名称", "give it a title in both languages")
    if isinstance(promotion.scope, OfSkus) and not promotion.scope.ids:
        raise _cannot("scope", "请至少选择一个 SKU", "name at least one SKU")
    if isinstance(promotion.scope, OfTags) and not promotion.scope.tags:
        raise _cannot("scope", "请至少选择一个分组", "name at least one tag")
    if isinstance(promotion.condition, Always) and promotion.times_max != 1:
        raise _cannot("times_max", "无门槛优惠不能重复", "without a condition it applies once")
    counts = isinstance(promotion.condition, AtLeastUnits | AtLeastKinds)
    if isinstance(promotion.benefit, BundlePrice) and not counts:
        raise _cannot("condition", "一口价须规定件数", "a bundle price needs a number of units")
    payers = [share.payer for share in promotion.payers]
    if len(set(payers)) < len(payers) or any(share.bp < 1 for share in promotion.payers):
        raise _cannot("payers", "每个出资方只写一次且大于 0", "name each payer once, above 0")
    if sum(share.bp for share in promotion.payers) != WHOLE_BP:
        raise _cannot("payers", "出资比例之和须为 100%", "the payers' parts must sum to 100%")


def _check_parts(promotion: Promotion) -> None:
    match promotion.condition:
        case AtLeastUnits(units=count) | AtLeastKinds(kinds=count):
            check_whole("condition", count, least=1, most=COUNT_MAX)
        case AtLeastFen(fen=fen):
            check_whole("condition", fen, least=1, most=FEN_MAX)
        case Always():
            pass
    match promotion.benefit:
        case AmountOff(fen=fen, max_units=most) | AmountOffEach(fen=fen, max_units=most):
            check_whole("benefit", fen, least=1, most=FEN_MAX)
            _check_most(most)
        case BundlePrice(fen=fen):
            check_whole("benefit", fen, least=0, most=FEN_MAX)
        case UnitPrice(fen=fen, max_units=most):
            check_whole("benefit", fen, least=0, most=FEN_MAX)
            _check_most(most)
        case PercentOff(bp=bp, cap_fen=cap, max_units=most):
            check_whole("benefit", bp, least=1, most=WHOLE_BP)
            check_whole("cap_fen", 1 if cap is None else cap, least=1, most=FEN_MAX)
            _check_most(most)
        case CheapestFree(units=count):
            check_whole("benefit", count, least=1, most=COUNT_MAX)
        case Gift(units=count, value_fen=value):
            check_whole("benefit", count, least=1, most=COUNT_MAX)
            check_whole("value_fen", value, least=1, most=FEN_MAX)


def _check_most(max_units: int | None) -> None:
    check_whole("max_units", 1 if max_units is None else max_units, least=1, most=COUNT_MAX)


def _cannot(field: str, why_zh: str, why_en: str) -> PromotionCannotBe:
    return PromotionCannotBe(field=field, why_zh=why_zh, why_en=why_en)
