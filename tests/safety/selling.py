"""Group buys, presales and auctions of the whole shop, by the product's own actions."""

from __future__ import annotations

import datetime as dt

from kaibo.base.actor import Actor
from kaibo.orders import actions as orders
from kaibo.orders.actions import Address, GroupWish, OrderSpec, OrderWish
from kaibo.orders.models import Refund
from kaibo.promotions import actions as promotions
from kaibo.promotions.reads import wins_of

HOME = Address(name="欧阳静海", phone="13912345678", region="四川省成都市", detail="琴台路 47 号")


def grouped(show_id: int, viewer_id: int, *, by: Actor, now: dt.datetime) -> dict[str, int]:
    """A group buy of link 1, and a group that the viewer opened and has not paid."""
    terms = promotions.GroupOfferSpec(
        show_id=show_id, link_no=1, size=3, price_fen=8_900, fill_s=3_600, per_buyer_max=9
    )
    promotions.add_units(show_id=show_id, link_no=1, units=4, by=by, now=now)
    offer = promotions.start_group_offer(spec=terms, by=by, now=now)
    spec = OrderSpec(
        org_id=by.org_id,
        show_id=show_id,
        viewer_id=viewer_id,
        request_key="group-1",
        wishes=(OrderWish(units=1, link_no=1),),
        address=HOME,
        expected_total_fen=8_900,
        group=GroupWish(group_offer_id=offer.id),
    )
    order = orders.place_order(spec=spec, now=now)
    assert order.group_id is not None
    presale = promotions.start_presale_offer(
        show_id=show_id,
        link_no=1,
        terms=promotions.PresaleTerms(
            price_fen=9_900,
            deposit_fen=1_000,
            worth_fen=2_000,
            kind="earnest",
            late_rule="forfeit",
            balance_opens_at=now + dt.timedelta(days=100),
            balance_closes_at=now + dt.timedelta(days=101),
            ship_by=now + dt.timedelta(days=102),
            refund_deadline_days=3,
            remind_s=60,
            per_buyer_max=9,
        ),
        by=by,
        now=now,
    )
    return {"group-offer": offer.id, "group": order.group_id, "presale": presale.id}


def stuck(no: str, *, by: Actor, now: dt.datetime) -> dict[str, int]:
    """The refund of an order that its provider never makes."""
    orders.refund_order(no=no, reason="买家注销", by=by, now=now)
    refund = Refund.objects.get(order__no=no)
    Refund.objects.filter(pk=refund.pk).update(state="bank_due", next_at=None)
    return {"refund": refund.pk}


def bid_for(show_id: int, viewer_id: int, *, by: Actor, now: dt.datetime) -> dict[str, int]:
    """An auction of link 1 that the viewer won by buying now, and one that waits to begin."""
    promotions.add_units(show_id=show_id, link_no=1, units=2, by=by, now=now)

    def plan(opens_at: dt.datetime) -> int:
        terms = promotions.AuctionTerms(
            units=1,
            start_fen=8_000,
            step_fen=100,
            reserve_fen=None,
            buy_now_fen=8_900,
            opens_at=opens_at,
            closes_at=opens_at + dt.timedelta(minutes=5),
            extend_within_s=0,
            extend_by_s=0,
            extend_max_s=0,
            bids_per_buyer_max=9,
            pay_within_s=7_200,
            next_offers_max=0,
        )
        made = promotions.plan_auction(show_id=show_id, link_no=1, terms=terms, by=by, now=now)
        return made.auction.id

    promotions.place_bid(
        auction_id=plan(now),
        org_id=by.org_id,
        show_id=show_id,
        viewer_id=viewer_id,
        price_fen=8_900,
        request_key="bid-1",
        now=now,
    )
    (win,) = wins_of(viewer_id, org_id=by.org_id, show_id=show_id)
    return {"auction": plan(now + dt.timedelta(hours=12)), "win": win.id}
