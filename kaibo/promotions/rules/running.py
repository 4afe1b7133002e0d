"""A promotion at work: who it is for, how much of it is left, and the price within that."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import msgspec

from kaibo.promotions.rules.benefits import AmountOff, AmountOffEach, Gift, PercentOff
from kaibo.promotions.rules.explain import Note
from kaibo.promotions.rules.pricing import price_basket
from kaibo.promotions.rules.promotion import Choose, Promotion
from kaibo.promotions.rules.quote import BasketLine, Quote
from kaibo.promotions.rules.search import Basket, Chance

LeftOut = Literal[
    "used_up", "buyer_limit", "no_budget", "gifts_gone", "gift_kept", "not_for_you"
]  # fmt: skip

# Everything a price may depend on about a person, in words the pages show (LM-100). A promotion
# for anybody else cannot be stored.
AUDIENCES: Final[dict[str, tuple[str, str]]] = {
    "everyone": ("所有人", "everyone"),
    "new": ("新客（在本店没有付过款）", "new buyers, who have paid no order here"),
    "returning": ("老客（在本店付过款）", "returning buyers, who have paid an order here"),
    "follower": ("粉丝（已关注）", "followers"),
    "fan": ("铁粉（关注满30天）", "fans: followers for 30 days"),
    "old_fan": ("挚友粉丝（关注满180天）", "old fans: followers for 180 days"),
}
# Fan tiers are the shop's own words, published with what earns them (``kaibo.audience``); whoever
# stands on a higher one belongs to the lower ones too.
FAN_TIERS: Final = tuple(f"tier{place}" for place in range(1, 6))
_DAYS: Final = {"follower": 0, "fan": 30, "old_fan": 180}
_WHY: Final[dict[LeftOut, tuple[str, str]]] = {
    "used_up": ("已用完", "none are left"),
    "buyer_limit": ("已达每人使用次数", "you have used it as often as one may"),
    "no_budget": ("活动预算不足", "its budget does not cover this basket"),
    "gifts_gone": ("赠品已送完", "the gifts have run out"),
    "gift_kept": ("赠品已停售，暂不赠送", "its gift is kept from sale for now"),
    "not_for_you": ("仅限{zh}，您不在其中", "for {en} only, and you are not one"),
}


class Traits(msgspec.Struct, frozen=True):
    """What is asked about a viewer, and nothing more.

    Args:
        followed_days: whole days since they followed; None if they do not.
        fan_place: the fan tier they stand on, 1 the lowest; 0 is none.
    """

    has_paid: bool
    followed_days: int | None
    fan_place: int = 0


class Room(msgspec.Struct, frozen=True):
    """How much of a promotion is left for one buyer; None is without end.

    ``is_gift_kept``: its gift may not be given now, whatever is left of it.
    """

    uses: int | None = None
    mine: int | None = None
    budget_fen: int | None = None
    gift_units: int | None = None
    is_gift_kept: bool = False


def is_for(audience: str, traits: Traits) -> bool:
    """Whether a viewer belongs to a declared audience.

    >>> is_for("fan", Traits(has_paid=False, followed_days=29))
    False
    >>> is_for("tier2", Traits(has_paid=False, followed_days=None, fan_place=3))
    True
    """
    if tier := tier_of(audience):
        return traits.fan_place >= tier
    match audience:
        case "everyone":
            return True
        case "new" | "returning":
            return traits.has_paid == (audience == "returning")
    days = traits.followed_days
    return days is not None and days >= _DAYS[audience]


def tier_of(audience: str) -> int:
    """The fan tier that an audience asks for, 1 the lowest; 0 where it asks for none.

    >>> tier_of("tier3"), tier_of("fan")
    (3, 0)
    """
    return int(audience.removeprefix("tier")) if audience.startswith("tier") else 0


def audience_words(audience: str, tiers: Sequence[str]) -> tuple[str, str]:
    """Whom an offer is for, in zh and en, with the shop's own name of a tier.

    >>> audience_words("tier2", ["铁粉", "挚友"])
    ('粉丝等级 2“挚友”及以上', 'fan tier 2 “挚友” and above')
    """
    if audience in AUDIENCES:
        return AUDIENCES[audience]
    place = tier_of(audience)
    name = tiers[place - 1]
    return f"粉丝等级 {place}“{name}”及以上", f"fan tier {place} “{name}” and above"


def read_terms(stored: Mapping[str, Any], *, id: int) -> Promotion:
    """Terms as they were stored, under the id of their row.

    >>> from kaibo.promotions.rules.benefits import AmountOff
    >>> one = Promotion(id=7, title_zh="减", title_en="Off", stacking="coupon",
    ...     benefit=AmountOff(500))
    >>> read_terms(msgspec.to_builtins(one), id=7) == one
    True
    """
    return msgspec.convert({**stored, "id": id}, Promotion)


def most_off_fen(terms: Promotion) -> int | None:
    """The most that one use takes off, in fen; None when it depends on the basket alone."""
    match terms.benefit:
        case AmountOff(fen=fen):
            return None if terms.times_max is None else fen * terms.times_max
        case AmountOffEach(fen=fen, max_units=units):
            return None if units is None else fen * units
        case PercentOff(cap_fen=cap):
            return cap
        case Gift():
            return 0
    return None


def price_within(
    lines: Sequence[BasketLine],
    promotions: Mapping[Promotion, Room],
    *,
    choose: Choose = "best",
) -> tuple[Quote, dict[int, LeftOut]]:
    """The price with what is left of each promotion, and why some take no part.

    Whether one takes part depends on itself and the basket alone: its budget must cover the most
    it could take off here. So, where the best is chosen, one more never raises a price. Gifts
    change no price: they are given as often as units and budget are left (送完即止).
    """
    basket = Basket(sorted(lines, key=lambda line: (line.sku_id, line.key)))
    left_out: dict[int, LeftOut] = {}
    gifts_left: dict[int, int] = {}
    for terms, room in promotions.items():
        if room.uses is not None and room.uses < 1:
            left_out[terms.id] = "used_up"
        elif room.mine is not None and room.mine < 1:
            left_out[terms.id] = "buyer_limit"
        elif room.budget_fen is not None and Chance(terms, basket).most_fen > room.budget_fen:
            left_out[terms.id] = "no_budget"
        elif room.is_gift_kept:
            left_out[terms.id] = "gift_kept"
        elif isinstance(terms.benefit, Gift):
            most, why = _gifts_left(terms.benefit, room)
            if most is not None:
                gifts_left[terms.id] = most
                if most < terms.benefit.units:
                    left_out[terms.id] = why
    among = [terms for terms in promotions if terms.id not in left_out]
    return price_basket(lines, among, choose=choose, gifts_left=gifts_left), left_out


def _gifts_left(gift: Gift, room: Room) -> tuple[int | None, LeftOut]:
    """How many units may still be given, and what ends it; None is without end."""
    ends: list[tuple[int, LeftOut]] = []
    if room.gift_units is not None:
        ends.append((room.gift_units, "gifts_gone"))
    if room.budget_fen is not None:
        ends.append((room.budget_fen // max(1, gift.value_fen), "no_budget"))
    return min(ends) if ends else (None, "gifts_gone")


def left_out_note(terms: Promotion, why: LeftOut, whom: tuple[str, str] = ("", "")) -> Note:
    """Why a promotion took no part, as the page shows it; ``whom`` it is for, in zh and en."""
    zh, en = (text.format(zh=whom[0], en=whom[1]) for text in _WHY[why])
    return Note(terms.id, why, f"{terms.title_zh}：{zh}", f"{terms.title_en}: {en}")
