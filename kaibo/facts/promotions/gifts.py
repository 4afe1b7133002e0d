"""What can happen to gifts."""

from kaibo.facts.base import Fact


class GiftsSetAside(Fact, frozen=True, kw_only=True, tag="promotions.gifts_set_aside.1"):
    """A promotion has so many more units to give."""

    promotion_id: int
    sku_id: int
    units: int


class GiftsReleased(Fact, frozen=True, kw_only=True, tag="promotions.gifts_released.1"):
    """What a promotion did not give went back to the catalogue."""

    promotion_id: int
    sku_id: int
    units: int


class GiftTaken(Fact, frozen=True, kw_only=True, tag="promotions.gift_taken.1"):
    """An order holds units of a gift; ``again`` when a late payment took them a second time."""

    gift_id: int
    promotion_id: int
    use_id: int
    viewer_id: int
    sku_id: int
    units: int
    again: bool = False


class GiftGivenBack(Fact, frozen=True, kw_only=True, tag="promotions.gift_given_back.1"):
    """Held units are free again; ``to_catalog`` when the promotion had ended meanwhile."""

    gift_id: int
    promotion_id: int
    viewer_id: int
    sku_id: int
    units: int
    to_catalog: bool


class GiftSold(Fact, frozen=True, kw_only=True, tag="promotions.gift_sold.1"):
    """The order that earned the units is paid for."""

    gift_id: int
    promotion_id: int
    viewer_id: int
    sku_id: int
    units: int


class GiftReturned(Fact, frozen=True, kw_only=True, tag="promotions.gift_returned.1"):
    """Units came back to the catalogue, not to the promotion; the buyer has ``units_kept``."""

    gift_id: int
    promotion_id: int
    viewer_id: int
    sku_id: int
    units: int
    units_kept: int
