"""A viewer's own orders."""

from dataclasses import dataclass
from typing import Annotated, Literal

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status
from pydantic import Field

from kaibo.audience.reads import ViewerActor, asker, viewer_auth
from kaibo.base.actor import Actor
from kaibo.base.errors import BadInput
from kaibo.orders import actions, edge, reads
from kaibo.orders.actions import AuctionWish, GroupWish, OrderSpec, OrderWish, PresaleWish
from kaibo.orders.ports import PayBy
from kaibo.orders.qr import qr_picture
from kaibo.orders.reads import OrderView
from kaibo.orders.rules.cancels import Ground
from kaibo.orders.web.bodies import AddressIn, Body, Whole
from kaibo.orders.web.my_address import chosen_address

router = Router()

# Nowhere but to a room of this installation.
Back = Annotated[str, Query("", pattern=r"^(/room/[0-9A-Za-z_-]{1,40})?$")]


class LineIn(Body):
    units: Whole
    link_no: Whole | None = None
    claim_id: Whole | None = None


class GroupIn(Body):
    """Join ``group_id``, or open a group of one's own."""

    group_offer_id: Whole
    group_id: Whole | None = None


class PresaleIn(Body):
    """Pay a deposit now, and what the page showed of its terms."""

    presale_offer_id: Whole
    deposit_fen: Whole
    late_rule: str
    refund_deadline_days: Whole | None = None


class AuctionIn(Body):
    """Order what was won."""

    win_id: Whole


class NewOrder(Body):
    """One line by itself (``units`` of a ``link_no`` or ``claim_id``), or several in ``lines``.

    ``confirmed_links`` are those whose goods the buyer confirmed, each by a mark of its own that
    nobody set for them, not to send back without a reason (R7 §7). ``gifts_shown``: units by SKU
    that the page said go with it for nothing. The address is typed, or the
    ``address_id`` of a saved one.
    """

    request_key: str
    expected_total_fen: Whole
    address: AddressIn | None = None
    address_id: Whole | None = None
    units: Whole | None = None
    link_no: Whole | None = None
    claim_id: Whole | None = None
    lines: Annotated[list[LineIn], Field(max_length=100)] = []
    coupon_ids: Annotated[list[Whole], Field(max_length=100)] | None = None
    confirmed_links: Annotated[list[Whole], Field(max_length=100)] = []
    group: GroupIn | None = None
    presale: PresaleIn | None = None
    auction: AuctionIn | None = None
    note: str = ""
    gifts_shown: dict[int, Whole] = {}

    @property
    def wishes(self) -> tuple[OrderWish, ...]:
        """The lines that are asked for."""
        alone = (self.units, self.link_no, self.claim_id)
        if self.lines and alone != (None, None, None):
            raise BadInput(field="lines", why="units / link_no / claim_id")
        one = LineIn(units=self.units or 0, link_no=self.link_no, claim_id=self.claim_id)
        return tuple(OrderWish(**line.model_dump()) for line in self.lines or [one])


class RefundWish(Body):
    """All that is left of an order, or some ``units`` by line id under a key of their own."""

    reason: str = ""
    units: dict[int, Whole] | None = None
    request_key: str = ""


@dataclass(frozen=True, slots=True)
class PayPage:
    """Where to go to pay; ``kind`` as ``OpenedPage``. ``picture``: the QR code of a ``code``."""

    pay_url: str
    kind: Literal["page", "frame", "code"]
    picture: str | None


@router.post("/my/orders", response={201: OrderView}, auth=viewer_auth)
def place_order(request: HttpRequest, body: NewOrder) -> Status[OrderView]:
    viewer = asker(request)
    spec = OrderSpec(
        org_id=viewer.org_id,
        show_id=viewer.show_id,
        viewer_id=viewer.id,
        request_key=body.request_key,
        wishes=body.wishes,
        address=chosen_address(viewer, body.address, body.address_id),
        expected_total_fen=body.expected_total_fen,
        coupon_ids=None if body.coupon_ids is None else tuple(body.coupon_ids),
        confirmed_links=frozenset(body.confirmed_links),
        group=None if body.group is None else GroupWish(**body.group.model_dump()),
        presale=None if body.presale is None else PresaleWish(**body.presale.model_dump()),
        auction=None if body.auction is None else AuctionWish(**body.auction.model_dump()),
        note=body.note,
        gifts_shown=body.gifts_shown,
    )
    return Status(201, actions.place_order(spec=spec, now=timezone.now()))


@router.get("/my/orders", response=list[OrderView], auth=viewer_auth)
def my_orders(request: HttpRequest) -> list[OrderView]:
    return reads.orders_of_viewer(asker(request).id)


@router.get("/my/orders/{no}", response=OrderView, auth=viewer_auth)
def my_order(request: HttpRequest, no: str) -> OrderView:
    return reads.order(no, viewer_id=asker(request).id)


@router.get("/my/providers", response=list[str], auth=viewer_auth)
def offered_providers(request: HttpRequest) -> list[str]:
    """Where one may pay: ``sandbox``, ``wechat``, ``alipay``; the first is taken by itself."""
    return edge.offered(asker(request).org_id)


@router.post("/my/orders/{no}/pay", response=PayPage, auth=viewer_auth)
def open_payment(
    request: HttpRequest, no: str, back: Back, provider: str = "", by: PayBy = "page"
) -> PayPage:
    """``back``: the room to which a provider's page sends the buyer back, with ``?order=``."""
    home = settings.KAIBO_PUBLIC_URL.rstrip("/")
    page = actions.open_payment(
        no=no,
        viewer_id=asker(request).id,
        now=timezone.now(),
        provider_name=provider,
        payer_ip=request.META.get("REMOTE_ADDR", ""),
        by=by,
        back_url=f"{home}{back}?order={no}" if home and back else "",
    )
    picture = qr_picture(page.url) if page.kind == "code" else None
    return PayPage(page.url, page.kind, picture)


@router.post("/my/orders/{no}/cancel", response=OrderView, auth=viewer_auth)
def cancel_order(request: HttpRequest, no: str) -> OrderView:
    return actions.cancel_order(no=no, viewer_id=asker(request).id, now=timezone.now())


@router.post("/my/orders/{no}/refund", response=OrderView, auth=viewer_auth)
def refund_order(request: HttpRequest, no: str, body: RefundWish) -> OrderView:
    return undo(no, body, by=asker(request))


def undo(no: str, wish: RefundWish, *, by: Actor, ground: Ground = "buyer_asked") -> OrderView:
    """Refund what is asked for."""
    now = timezone.now()
    if wish.units is None:
        return actions.refund_order(no=no, reason=wish.reason, by=by, now=now, ground=ground)
    return actions.refund_units(
        no=no,
        units=wish.units,
        request_key=wish.request_key,
        reason=wish.reason,
        by=by,
        now=now,
        ground=ground,
    )

