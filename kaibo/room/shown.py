"""Values shown to viewers and staff; the frames of ``kaibo.room.wire`` carry them."""

import datetime as dt
from typing import Literal

import msgspec


class SaleView(msgspec.Struct, frozen=True, kw_only=True):
    """One flash sale as published; ``waiting`` people are in its waitlist.

    Its first ``early_s`` seconds are for fans of ``early_tier`` and above, if it names one.
    """

    id: int
    link_no: int
    sku_id: int
    title: str
    price_fen: int
    units_total: int
    units_left: int
    units_per_buyer_max: int
    opens_at: dt.datetime | None
    closes_at: dt.datetime | None
    pay_within_s: int
    state: Literal["planned", "running", "ended"]
    has_waitlist: bool = False
    waiting: int = 0
    early_tier: int = 0
    early_s: int = 0
    early_name: str = ""


class CouponDrop(msgspec.Struct, frozen=True, kw_only=True):
    """A coupon the desk dropped: viewers can claim it until then (``POST /api/my/coupons``)."""

    promotion_id: int
    title_zh: str
    title_en: str
    closes_at: dt.datetime


class GroupTag(msgspec.Struct, frozen=True, kw_only=True):
    """The group buy of a link: so many pay this price; ``leader_price_fen`` for who opens one."""

    id: int
    size: int
    price_fen: int
    leader_price_fen: int | None
    per_buyer_max: int


class PresaleTag(msgspec.Struct, frozen=True, kw_only=True):
    """The presale of a link: a deposit before ``balance_opens_at``, the balance from then on."""

    id: int
    balance_opens_at: dt.datetime
    deposit_fen: int
    balance_fen: int
    per_buyer_max: int


class LinkView(msgspec.Struct, frozen=True, kw_only=True):
    """One numbered link of the shelf; ``price_fen`` is null until the price is opened.

    ``waiting`` people stand in its line; ``units_left`` is what is left beside them.
    """

    link_no: int
    sku_id: int
    product_title: str
    spec: str
    image_url: str
    price_fen: int | None
    day_price_fen: int | None
    price_basis: str
    units_left: int
    state: Literal["planned", "listed", "open", "closed"]
    per_buyer_max: int
    sale: SaleView | None = None
    group: GroupTag | None = None
    presale: PresaleTag | None = None
    early_tier: int = 0
    early_name: str = ""
    opens_to_all_at: dt.datetime | None = None
    waiting: int = 0


class ChatLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of chat; ``text`` is always plain text, never markup.

    Of kind ``order`` it is the number of the link that was bought, for each page to word.
    """

    id: int
    viewer_id: int
    nickname: str
    text: str
    at: int
    kind: Literal["viewer", "host", "staff", "order", "join"]
    reply_to: int | None = None


class Counters(msgspec.Struct, frozen=True, kw_only=True):
    """People and acts so far; ``online`` and ``peak`` are people, ``views`` entries."""

    online: int = 0
    peak: int = 0
    views: int = 0
    viewers: int = 0
    likes: int = 0
    comments: int = 0
    follows: int = 0
    shares: int = 0


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """The figures only staff see, beside the counters.

    ``chat_sampled``: viewers' lines that were kept and judged but left out of other screens.
    """

    gmv_paid_fen: int = 0
    gmv_created_fen: int = 0
    gmv_net_fen: int = 0
    orders_paid: int = 0
    buyers: int = 0
    units: int = 0
    gpm_fen: int = 0
    uv_value_fen: int = 0
    exposed: int = 0
    clicked: int = 0
    chat_sampled: int = 0


class Explaining(msgspec.Struct, frozen=True, kw_only=True):
    """The link on air and since when."""

    link_no: int
    since: int


class ViewerName(msgspec.Struct, frozen=True, kw_only=True):
    """Who the server takes this client for."""

    id: int
    nickname: str


Rung = Literal["clear", "record", "popup", "warning", "limit", "pause", "stop"]


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """What was said wrongly and what is right, on viewers' screens until then (milliseconds)."""

    id: int
    link_no: int | None
    text: str
    text_en: str
    until: int


class ToCorrect(msgspec.Struct, frozen=True, kw_only=True):
    """A correction that is still to be made, for staff: the words to say, and until when.

    ``is_said``, ``is_shown``: which of its parts are done. ``is_overdue``: its link is stopped.
    """

    id: int
    link_no: int | None
    wrong: str
    right_zh: str
    right_en: str
    due_at: dt.datetime
    is_said: bool = False
    is_shown: bool = False
    is_overdue: bool = False


class RoomState(msgspec.Struct, frozen=True, kw_only=True):
    """What the room itself says; ``rung``: where it stands on the ladder, ``viewers_max``: so
    many newcomers are let in up to, null: all; ``ai``: people on the picture are made by AI."""

    code: str
    title: str
    state: Literal["soon", "live", "ended"]
    notice: str
    rung: Rung = "clear"
    viewers_max: int | None = None
    ai: bool = False


class OrderLineView(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an order."""

    id: int
    link_no: int
    title: str
    spec: str
    units: int
    unit_price_fen: int
    amount_fen: int
    is_gift: bool = False
    protected_fen: int = 0


class OrderPresale(msgspec.Struct, frozen=True, kw_only=True):
    """The two parts of an order; ``words_…`` say what becomes of the deposit.

    ``reminded_at``: when the buyer was told that the time for the balance is nearly over.
    """

    state: Literal[
        "placed", "lapsed", "deposited", "complete", "forfeited", "returned", "defaulted"
    ]
    deposit_fen: int
    balance_fen: int
    balance_opens_at: dt.datetime
    balance_closes_at: dt.datetime
    ship_by: dt.datetime
    reminded_at: dt.datetime | None
    words_zh: str
    words_en: str


class OrderNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A correction of what was said of an order's goods; ``answer`` is "" until there is one."""

    id: int
    link_no: int
    text_zh: str
    text_en: str
    sent_at: dt.datetime
    answer: Literal["", "keep", "refund"]


class OrderShipment(msgspec.Struct, frozen=True, kw_only=True):
    """Lines of an order that are sent together; ``ship_by_at`` is null before it may be sent."""

    number: int
    ship_within_h: int
    ship_by_at: dt.datetime | None
    line_ids: list[int]
    waits: bool


class OrderView(msgspec.Struct, frozen=True, kw_only=True):
    """An order as its buyer sees it, part of ``GET /api/my/orders/{no}``."""

    no: str
    show_id: int
    state: Literal["created", "paid", "closed", "refunding", "refunded"]
    total_fen: int
    placed_at: dt.datetime
    pay_before: dt.datetime
    paid_at: dt.datetime | None
    close_reason: str
    lines: list[OrderLineView]
    receiver_masked: str
    refund_fen: int
    group_id: int | None = None
    presale: OrderPresale | None = None
    protected_until: dt.datetime | None = None
    notices: list[OrderNotice] = []
    bank_due_fen: int = 0
    bank_done_fen: int = 0
    shipments: list[OrderShipment] = []
