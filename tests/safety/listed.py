"""Which lists of the desk have no file and why, where a page shows what a file holds, more rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Model

from kaibo.access.models import ApiKey
from kaibo.catalog.models import StockMove, Supplier
from kaibo.evidence.models import Export
from kaibo.hooks.models import Delivery, Endpoint
from kaibo.media.models import PictureTrouble, StreamSession
from kaibo.orders.models import Commission, CommissionRate, OrderFile, OrderLine, Statement
from kaibo.planning.models import Campaign
from kaibo.promotions import actions as promotions
from kaibo.promotions.models import (
    Auction,
    Bid,
    Change,
    Claim,
    Coupon,
    CouponCode,
    Draw,
    DrawEntry,
    FlashSale,
    GroupOffer,
    InviteCampaign,
    Offer,
    PacketClaim,
    Place,
    PresaleOffer,
    Promotion,
    PromotionUse,
    RedPacket,
)
from tests.safety.shop import Shop

_ONE = "one thing with its parts; what is a list among them is a file of its own"
_OF_ORDER = "of one order; the shop's file has it with all others"
# A list, or something with a list among its parts, that is no file of its own.
NO_FILE = {
    "GET /desk/carriers": "constants of the program",
    "GET /desk/exports/*": _ONE,
    "GET /desk/fans/members/*": _ONE,
    "GET /desk/hosts/*/file": "pictures of people and their papers stay in the house",
    "GET /desk/imports/*": "a preview; what is refused is a file",
    "GET /desk/order-files/*": "a preview; what is refused is a file",
    "GET /desk/orders/*/cancel-asks": _OF_ORDER,
    "GET /desk/orders/*/ledger": _OF_ORDER,
    "GET /desk/orders/*/parcels": _OF_ORDER,
    "GET /desk/orders/*/promised": "the order's pack of evidence has it, signed",
    "GET /desk/notices": "three books, one workbook: /desk/notices/register.xlsx",
    "GET /desk/paper-kinds": "constants of the program",
    "GET /desk/patrol": "rooms of this moment; looks are a file",
    "GET /desk/patrollers": "names to choose from",
    "GET /desk/products/*": _ONE,
    "GET /desk/products/*/card": _ONE,
    "GET /desk/profile": "questions with yes and no",
    "GET /desk/returns/*": _ONE,
    "GET /desk/rule-versions/*": _ONE,
    "GET /desk/rules/*": _ONE,
    "GET /desk/shows/*/ai": "who watches now; AI people are a file",
    "GET /desk/shows/*": "its run of show is a file",
    "GET /desk/shows/*/board": "figures of this moment; the report has those of the whole show",
    "GET /desk/shows/*/guards": _ONE,
    "GET /desk/shows/*/keeping": _ONE,
    "GET /desk/shows/*/report": "a workbook and a PDF; its tables are files too",
    "GET /desk/shows/*/risk": _ONE,
    "GET /desk/shows/*/room": "what the live desk opens with; its lists are files",
    "GET /desk/to-ship": "taken with addresses, which is a fact: POST /desk/to-ship.csv, .xlsx",
}
# What hardly ever has rows, and has none in the shop of these tests.
SELDOM = {
    "/desk/cancel-asks",
    "/desk/fans/members/{int:viewer_id}/deeds",
    "/desk/fans/members/{int:viewer_id}/uses",
    "/desk/fans/rights",
    "/desk/invites/{int:id}/board",
    "/desk/price-drops",
    "/desk/rule-versions/{int:id}/opinions",
    "/desk/rulebook/past",
    "/desk/shows/{int:show_id}/fan-prices",
    "/desk/shows/{int:show_id}/risk/changes",
    "/desk/skus/{int:id}/prices/deals",
}

# A file has a line for each part of what the page lists: of an order, a parcel, a product.
LINES = {
    "/desk/products",
    "/desk/coverage",
    "/desk/rulebook/rules",
    "/desk/shows/{int:show_id}/orders",
    "/desk/platform-orders",
    "/desk/parcels",
    "/desk/returns",
    "/desk/ledger",
    "/desk/ledger/balances",
    "/desk/shows/{int:id}/promises",
    "/desk/shows/{int:id}/run",
    "/desk/shows/{int:id}/roster",
    "/desk/invites/{int:id}/invitees",
}
# What no page lists row by row.
FILE_ONLY = {
    "/desk/ai-people/{int:id}/consents",
    "/desk/promotions/{int:id}/coupons",
    "/desk/promotions/{int:id}/codes",
    "/desk/promotions/{int:id}/uses",
    "/desk/flash-sales/{int:sale_id}/claims",
    "/desk/flash-sales/{int:sale_id}/waiting",
    "/desk/auctions/{int:id}/bids",
    "/desk/draws/{int:id}/entries",
    "/desk/packets/{int:id}/portions",
    "/desk/barred-viewers",
    "/desk/shows/{int:show_id}/auctions",
    "/desk/shows/{int:show_id}/auctions/wins",
    "/desk/draws/{int:id}/quiz",
}
# Inside which part of an answer the rows are; ``../``: of the address above.
SHOWN_IN = {
    "/desk/ledger/commissions": "payees",
    "/desk/fans": "plan.tiers",
    "/desk/fans/members/{int:viewer_id}/moves": "../moves",
    "/desk/fans/members/{int:viewer_id}/deeds": "../deeds",
    "/desk/negative-list": "entries",
    "/desk/products/{int:id}/papers": "papers",
    "/desk/rulebook/words": "entries",
    "/desk/rule-versions": "versions",
    "/desk/rule-versions/{int:id}/acknowledgements": "../acknowledgements",
    "/desk/rule-versions/{int:id}/opinions": "../opinions",
    "/desk/sanctions": "sanctions",
    "/desk/promotions/calendar": "entries",
    "/desk/promotions/calendar/prices": "../prices",
    "/desk/shows/{int:id}/preflight": "checks",
    "/desk/shows/{int:show_id}/keeping/deletions": "../deletions",
    "/desk/shows/{int:show_id}/keeping/holds": "../holds",
    "/desk/shows/{int:show_id}/risk/changes": "../changes",
    "/desk/shows/{int:show_id}/guards/trips": "../trips",
    "/desk/shows/{int:show_id}/guards/changes": "../changes",
    "/desk/skus/{int:id}/prices": "shown",
    "/desk/skus/{int:id}/prices/deals": "../deals",
    "/desk/shows/{int:show_id}/report/products": "../products",
    "/desk/shows/{int:show_id}/report/minutes": "../minutes",
}


def things_of(shop: Shop) -> dict[str, Any]:
    """The shop's ids by noun; of two of a kind the one with something in its list."""
    org = {"organisation_id": shop.org_id}
    return shop.ids | {
        "auction": Bid.objects.filter(**_by("auction", org))[0].auction_id,
        "draw": DrawEntry.objects.filter(**org)[0].draw_id,
        "order-file": OrderFile.objects.filter(**org, state="applied")[0].pk,
        "packet": PacketClaim.objects.filter(**org)[0].packet_id,
        "promotion": Coupon.objects.filter(**org, off_fen=None)[0].promotion_id,
        # Which draw is answered, and not only entered.
        "quiz": shop.ids["draw"],
        "sku": Offer.objects.filter(**org).order_by("link_no")[0].sku_id,
    }


def first_rows(shop: Shop, ids: dict[str, Any], *, now: dt.datetime) -> None:
    """One each of what the shop lacks, straight into the tables."""
    org = {"organisation_id": shop.org_id}
    promotions.bar_viewer(viewer_id=shop.viewer_id, reason="staff", by=shop.by, now=now)
    PromotionUse.objects.create(
        **org, promotion_id=ids["promotion"], show_id=ids["show"], viewer_id=shop.viewer_id,
        off_fen=1, units=1, shares=[], used_at=now,
    )  # fmt: skip
    CouponCode.objects.create(**org, promotion_id=ids["promotion"], digest="0", made_at=now)
    Place.objects.create(
        sale_id=ids["sale"], viewer_id=shop.viewer_id, units=1, request_key="p", joined_at=now,
        number=1, state="left",
    )  # fmt: skip
    _money_rows(org, ids, now=now)
    session = StreamSession.objects.filter(**org)[0]
    PictureTrouble.objects.create(
        **org, session=session, show_id=ids["show"], kind="black", began_at=now, over_at=now
    )


def _money_rows(org: dict[str, int], ids: dict[str, Any], *, now: dt.datetime) -> None:
    """A statement that was accepted, and a rate by which something is due."""
    Statement.objects.create(
        **org, provider="sandbox", sha256="0", since=now.date(), until=now.date(), lines=1,
        differences=0, unread=0, accepted_by=0, accepted_at=now,
    )  # fmt: skip
    rate = CommissionRate.objects.create(
        **org, show_id=ids["show"], payee="agency", payee_name="1", rate_bp=100, from_at=now,
        set_by=0, set_at=now,
    )  # fmt: skip
    line = OrderLine.objects.filter(order__organisation_id=org["organisation_id"])[0]
    Commission.objects.create(**org, line=line, rate=rate, accrued_fen=2, due_fen=1, accrued_at=now)


def more_rows(shop: Shop, ids: dict[str, Any]) -> None:
    """Three more of what lists hold."""
    org = {"organisation_id": shop.org_id}
    for n in range(2, 5):
        key = {"request_key": f"more-{n}"}
        _again(PromotionUse, org, coupon=None)
        _again(CouponCode, org, digest=str(n))
        _again(Place, _by("sale", org), number=n)
        _again(Claim, _by("sale", org), arrival=100 + n, **key)
        _again(Bid, _by("auction", org), number=100 + n, price_fen=10**9 + n, **key)
        _again(Coupon, org | {"promotion_id": ids["promotion"]}, **key)
        _again(DrawEntry, org | {"draw_id": ids["draw"]}, viewer_id=n, place=100 + n)
        _again(Draw, org, state="cancelled", seed="", **key)
        _again(InviteCampaign, org, state="cancelled", **key)
        _again(RedPacket, org, state="cancelled", **key)
        _again(Promotion, org, state="draft", **key)
        _again(FlashSale, org, state="ended", waiting=0)
        _again(GroupOffer, org, state="ended")
        _again(PresaleOffer, org, state="ended")
        _again(Auction, org, state="cancelled")
        _again(Change, org, state="rejected", **key)
        _again(Endpoint, org, url=f"https://hooks.example/{shop.mark.encode().hex()}{n}")
        _again(Delivery, _by("endpoint", org), entry_id=n)
        _again(Export, org, pack_id=f"{shop.org_id}{n}")
        _again(ApiKey, org, prefix=f"{n:08}")
        _again(Supplier, org, name=f"{shop.mark}{n}")
        _again(Campaign, org)
        _again(OrderFile, org, fingerprint=str(n))
        _again(StockMove, {"sku_id": ids["sku"]})
        _again(Statement, org, sha256=str(n))
        _again(Commission, org, rate=_again(CommissionRate, org, payee_name=str(n)))
        _again(
            PictureTrouble, org, session=_again(StreamSession, org, session_id=f"{shop.mark}{n}")
        )


def _by(parent: str, org: dict[str, int]) -> dict[str, int]:
    return {f"{parent}__organisation_id": org["organisation_id"]}


def _again(model: type[Model], where: dict[str, Any], **changes: Any) -> Model:
    row = model._default_manager.filter(**where).order_by("pk")[0]
    row.pk = None
    row._state.adding = True
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row
