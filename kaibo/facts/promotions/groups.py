"""What can happen to a group buy or a presale of a link."""

import datetime as dt

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


class PresaleStarted(Fact, frozen=True, kw_only=True, tag="promotions.presale_started.1"):
    """Deposits are taken for a link on these terms, of one unit."""

    presale_offer_id: int
    offer_id: int
    link_no: int
    price_fen: int
    deposit_fen: int
    worth_fen: int
    kind: str
    late_rule: str
    balance_opens_at: dt.datetime
    balance_closes_at: dt.datetime
    ship_by: dt.datetime
    refund_deadline_days: int
    per_buyer_max: int


class PresaleStopped(Fact, frozen=True, kw_only=True, tag="promotions.presale_stopped.1"):
    """No more deposits are taken; those that were stand."""

    presale_offer_id: int
    link_no: int
