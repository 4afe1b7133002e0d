"""What can happen to a group buy of a link."""

from kaibo.facts.base import Fact


class GroupOfferStarted(Fact, frozen=True, kw_only=True, tag="promotions.group_offer_started.1"):
    """Groups of ``size`` may be opened at these prices; a group has ``fill_s`` seconds."""

    group_offer_id: int
    offer_id: int
    link_no: int
    sku_id: int
    size: int
    price_fen: int
    leader_price_fen: int | None
    fill_s: int
    per_buyer_max: int


class GroupOfferEnded(Fact, frozen=True, kw_only=True, tag="promotions.group_offer_ended.1"):
    """No new groups are opened; those that are open go on."""

    group_offer_id: int
    link_no: int
