"""Why a price is what it is, promotion by promotion, in words for the buyer."""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from kaibo.base.money import yuan
from kaibo.promotions.rules.conditions import AtLeastFen, AtLeastKinds, Condition
from kaibo.promotions.rules.promotion import Promotion
from kaibo.promotions.rules.quote import Quote
from kaibo.promotions.rules.search import Basket, Chance

Why = Literal[
    "used",
    "gift",
    "not_in_scope",
    "short",
    "not_with",
    "no_gain",
    "dearer",
    "used_up",
    "buyer_limit",
    "no_budget",
    "gifts_gone",
    "gift_kept",
    "not_for_you",
    "priority",
]


class Note(msgspec.Struct, frozen=True):
    """One promotion's part in a price.

    Args:
        why: used; gift: given beside; not_in_scope: no line is covered; short: ``missing`` more
            fen, units or SKUs are needed; not_with: what it needs has the promotions ``others``
            of its class; no_gain: the price is as low already; dearer: the total would be no
            lower with it; used_up, buyer_limit, no_budget, gifts_gone: not enough of it is left;
            gift_kept: its gift is kept from sale; not_for_you: the buyer is not of its audience;
            priority: of no promotion (id 0), but how the shop chooses among them.
        off_fen: what it took off; 0 unless used.
    """

    promotion_id: int
    why: Why
    text_zh: str
    text_en: str
    off_fen: int = 0
    missing: int = 0
    others: tuple[int, ...] = ()


IN_FIXED_ORDER = Note(
    0,
    "priority",
    "本店优惠按公布的固定顺序使用",
    "This shop applies its promotions in a fixed order, as published",
)


def explain(quote: Quote, promotions: Iterable[Promotion]) -> list[Note]:
    """A note on every promotion: those in use in their order, then the rest in the order given.

    Args:
        promotions: those that the quote was made with.
    """
    used = {applied.promotion.id for applied in quote.applied}
    given = {gift.promotion.id for gift in quote.gifts}
    notes = [_note(applied.promotion, "used", off_fen=applied.off_fen) for applied in quote.applied]
    notes += [_note(gift.promotion, "gift", count=gift.units) for gift in quote.gifts]
    basket = Basket(quote.lines)
    for promotion in promotions:
        if promotion.id not in used and promotion.id not in given:
            notes.append(_unused(promotion, quote, basket))
    return notes


def _unused(promotion: Promotion, quote: Quote, basket: Basket) -> Note:
    chance = Chance(promotion, basket)
    if not chance.at:
        return _note(promotion, "not_in_scope")
    fen = quote.fen_before(promotion.stacking)
    part = chance.part(fen)
    if not chance.times(part):
        return _note(promotion, "short", count=promotion.condition.missing(part))
    if not chance.off(part):
        return _note(promotion, "no_gain")
    others, held = [], 0
    for used in quote.applied:
        mask = Chance(used.promotion, basket).mask
        if used.promotion.stacking == promotion.stacking and mask & chance.mask:
            others.append(used.promotion)
            held |= mask
    free = basket.part([at for at in chance.at if not held >> at & 1], fen)
    if others and not chance.off(free):
        return _note(promotion, "not_with", others=others)
    return _note(promotion, "dearer")


def _note(
    promotion: Promotion,
    why: Why,
    *,
    off_fen: int = 0,
    count: int = 0,
    others: Sequence[Promotion] = (),
) -> Note:
    names_zh = "、".join(f"“{other.title_zh}”" for other in others)
    names_en = ", ".join(f"“{other.title_en}”" for other in others)
    more_zh, more_en = _more(promotion.condition, count)
    zh, en = {
        "used": (f"已优惠 ¥{yuan(off_fen)}", f"¥{yuan(off_fen)} off"),
        "gift": (
            f"随单赠送 {count} 件，送完即止",
            f"{count} free with it, while they last",
        ),
        "not_in_scope": ("不适用于所选商品", "covers nothing in this basket"),
        "short": (f"还差 {more_zh}可用", f"{more_en} more and it applies"),
        "not_with": (f"与{names_zh}不同享", f"not together with {names_en}"),
        "no_gain": ("现价已不高于此优惠", "the price is as low already"),
        "dearer": ("使用后总价不会更低，未使用", "left out: the total would be no lower with it"),
    }[why]
    return Note(
        promotion.id,
        why,
        f"{promotion.title_zh}：{zh}",
        f"{promotion.title_en}: {en}",
        off_fen,
        count if why == "short" else 0,
        tuple(other.id for other in others),
    )


def _more(condition: Condition, missing: int) -> tuple[str, str]:
    match condition:
        case AtLeastFen():
            return f"¥{yuan(missing)} ", f"¥{yuan(missing)}"
        case AtLeastKinds():
            return f"{missing} 种商品", f"{missing} different goods"
    return f"{missing} 件", f"{missing} units"
