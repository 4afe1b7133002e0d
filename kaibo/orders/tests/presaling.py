"""Presales of the tests, made of the product's own actions."""

import datetime as dt
from typing import Any

from kaibo.orders.actions import PresaleWish
from kaibo.orders.models import Payment
from kaibo.orders.reads import OrderView
from kaibo.orders.tests.buying import pay, place
from kaibo.promotions import actions as promotions
from kaibo.promotions.actions import PresaleTerms
from kaibo.promotions.reads import PresaleOfferView
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after

DAY_S = 24 * 3600
# Of 99 yuan a deposit of 15 counts as 30: the balance is 69, in all 84.
PRICE_FEN, DEPOSIT_FEN, WORTH_FEN = 9_900, 1_500, 3_000
BALANCE_FEN = PRICE_FEN - WORTH_FEN
TOTAL_FEN = DEPOSIT_FEN + BALANCE_FEN
OPENS, CLOSES, SHIPS = after(DAY_S), after(2 * DAY_S), after(4 * DAY_S)


def terms(**changes: Any) -> PresaleTerms:
    """Earnest money that is lost when the balance is late."""
    values: dict[str, Any] = {
        "price_fen": PRICE_FEN,
        "deposit_fen": DEPOSIT_FEN,
        "worth_fen": WORTH_FEN,
        "kind": "earnest",
        "late_rule": "forfeit",
        "balance_opens_at": OPENS,
        "balance_closes_at": CLOSES,
        "ship_by": SHIPS,
        "refund_deadline_days": 3,
        "remind_s": 3_600,
        "per_buyer_max": 2,
    }
    return PresaleTerms(**values | changes)


def start(shop: Shop, **changes: Any) -> PresaleOfferView:
    """A presale of link 1."""
    return promotions.start_presale_offer(
        show_id=SHOW, link_no=1, terms=terms(**changes), by=shop.by, now=NOW
    )


def reserve(
    shop: Shop, offer: PresaleOfferView, *, units: int = 1, now: dt.datetime = NOW, **changes: Any
) -> OrderView:
    """An order that waits for its deposit; the page showed the terms."""
    wish = PresaleWish(
        presale_offer_id=offer.id,
        deposit_fen=offer.deposit_fen,
        late_rule=offer.late_rule,
        refund_deadline_days=offer.refund_deadline_days,
    )
    total_fen = (offer.deposit_fen + offer.balance_fen) * units
    values = {"presale": wish, "units": units, "expected_total_fen": total_fen}
    return place(shop, now=now, **values | changes)


def deposit(shop: Shop, offer: PresaleOfferView, **changes: Any) -> tuple[OrderView, Payment]:
    """An order whose deposit is paid."""
    order = reserve(shop, offer, **changes)
    return order, pay(order, viewer_id=changes.get("viewer_id", 1))
