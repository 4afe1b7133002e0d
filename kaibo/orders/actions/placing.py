"""Placing an order: units taken, promotions held, priced as the page said, all or nothing."""

import datetime as dt
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from django.db import IntegrityError, transaction

from kaibo.access.crypto import encrypt_text
from kaibo.base.actor import Actor
from kaibo.base.errors import BadInput
from kaibo.base.inputs import check_whole, clean_text
from kaibo.base.money import FEN_MAX
from kaibo.base.times import shop_day
from kaibo.facts.orders import OrderPlaced
from kaibo.journal.actions import append
from kaibo.orders import reads
from kaibo.orders.actions.gifts import check_gifts, write_gifts
from kaibo.orders.actions.parcel_units import promise_shipping
from kaibo.orders.actions.presales import PresaleWish, check_shown, place_presale
from kaibo.orders.actions.seats import GroupWish, take_seat
from kaibo.orders.actions.shown import Held, snapshot_of
from kaibo.orders.actions.units import fact_lines
from kaibo.orders.errors import (
    GroupAlone,
    KeyOfAnotherShow,
    LineTwice,
    LinkOrClaim,
    NothingToPay,
)
from kaibo.orders.models import Order, OrderLine
from kaibo.orders.reads import OrderView
from kaibo.orders.rules import (
    LINES_MAX,
    NOTE_CHARS_MAX,
    PAY_WITHIN,
    Address,
    check_request_key,
    check_total,
    clean_address,
    mask_receiver,
    order_no,
)
from kaibo.promotions.actions import (
    PaidUnits,
    Taken,
    Used,
    lock_links,
    lock_promotions,
    note_paid,
    order_claim,
    take_group_units,
    take_presale_units,
    take_units,
    take_win,
    use_promotions,
)
from kaibo.promotions.reads import (
    GroupOfferView,
    LineWish,
    offer_id,
    payer_amounts,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderWish:
    """One line that a buyer asks for: units of a link, or a claim's units; never both.

    Args:
        units: with a claim, the claim's own number.
    """

    units: int
    link_no: int | None = None
    claim_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuctionWish:
    """Order what was won in an auction."""

    win_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSpec:
    """What a buyer asks for.

    Args:
        wishes: one line each; a link or a claim stands in one of them.
        expected_total_fen: what the page showed; another total is refused, not charged.
        confirmed_links: links whose goods the buyer confirmed, each by a mark of its own, not to
            send back without a reason.
        coupon_ids: the coupons to use; None is the best of all they hold, () is none.
        group: open or join a group; then the one line is the link of its group buy.
        presale: pay a deposit now, the balance later; as for a group.
        auction: order one unit that was won, at the price it was won at; as for a group.
        note: a word to whoever packs; 200 characters.
        gifts_shown: what the page said goes with it for nothing, units by SKU; less is refused.
    """

    org_id: int
    show_id: int
    viewer_id: int
    request_key: str
    wishes: tuple[OrderWish, ...]
    address: Address
    expected_total_fen: int
    coupon_ids: tuple[int, ...] | None = None
    confirmed_links: frozenset[int] = frozenset()
    group: GroupWish | None = None
    presale: PresaleWish | None = None
    auction: AuctionWish | None = None
    note: str = ""
    gifts_shown: Mapping[int, int] = field(default_factory=dict)


@transaction.atomic
def place_order(*, spec: OrderSpec, now: dt.datetime) -> OrderView:
    """Hold units and promotions, keep what the page said, and wait for the money.

    Until ``pay_before``: the earliest of the claims', or a quarter of an hour. Safe to repeat: the
    same ``request_key`` returns the first order unchanged. Prices, promotions and floors are read
    anew under their locks: no path sells below a floor.

    Raises:
        BadInput and its kin: something typed cannot be used.
        KeyOfAnotherShow: the key stands for an order of another show.
        NoSuchLink, NotOnSale, SoldOut, BuyerLimit: a link does not give the units.
        NoSuchClaim, ClaimUsed, ClaimLapsed: a claim does not.
        NoSuchGroupOffer, NoSuchGroup, GroupOver, GroupFull, InGroupAlready: no seat in a group.
        RefundDeadlineMissing, NoSuchPresale, PresaleOver, PresaleTermsChanged: no presale.
        NoSuchWin, WinLapsed, WinUsed: nothing was won, or it is gone.
        CouponCannotBeUsed: a chosen coupon is not theirs or not good here and now.
        PriceChanged, GiftGone, BelowFloor: the price does not stand, or what goes with it.
        NothingToPay: the page showed a total of 0.
        Nothing was written in any of these cases.
    """
    address = _check(spec)
    order, is_new = _write_order(spec, address, now=now)
    if not is_new:
        return reads.order(order.no, viewer_id=spec.viewer_id)
    held = _hold(order, spec, now=now)
    taken, used = held.taken, held.used
    check_total(expected_fen=spec.expected_total_fen, actual_fen=used.quote.total_fen)
    check_gifts(spec.gifts_shown, used.gifts)
    _write_lines(order, taken, used)
    write_gifts(order, used.gifts)
    _note_paid(taken, used, now=now)
    ends = [one.pay_before for one in taken if one.pay_before is not None]
    order.pay_before = min(ends, default=order.pay_before)
    if held.presale is not None:
        place_presale(order, held.presale, units=taken[0].units, now=now)
    order.snapshot = snapshot_of(held, now=now)
    order.use_ids = list(used.use_ids)
    order.save(update_fields=["pay_before", "snapshot", "use_ids"])
    _tell(order, spec, now=now)
    return reads.order(order.no, viewer_id=spec.viewer_id)


def _check(spec: OrderSpec) -> Address:
    check_request_key(spec.request_key)
    if spec.expected_total_fen == 0:
        raise NothingToPay(field="expected_total_fen")
    check_whole("expected_total_fen", spec.expected_total_fen, least=1, most=FEN_MAX)
    check_whole("lines", len(spec.wishes), least=1, most=LINES_MAX)
    sources = [(wish.link_no, wish.claim_id) for wish in spec.wishes]
    if any((link_no is None) == (claim_id is None) for link_no, claim_id in sources):
        raise LinkOrClaim(field="link_no")
    if len(set(sources)) < len(sources):
        raise LineTwice(field="lines")
    special = [wish for wish in (spec.group, spec.presale, spec.auction) if wish is not None]
    if special and (len(special) > 1 or len(sources) > 1 or sources[0][0] is None):
        raise GroupAlone(field="lines")
    return clean_address(spec.address)


def _hold(order: Order, spec: OrderSpec, *, now: dt.datetime) -> Held:
    """Units and promotions of all lines, or the one line of a group, presale or win, priced."""
    if spec.auction is not None:
        return _hold_win(spec, spec.auction, now=now)
    if spec.presale is not None:
        shown = check_shown(spec.presale, show_id=spec.show_id)
        _check_link(spec, shown.link_no)
        taken, used = take_presale_units(
            presale_offer_id=shown.id,
            viewer_id=spec.viewer_id,
            units=spec.wishes[0].units,
            now=now,
        )
        return Held([taken], used, presale=shown)
    group = None if spec.group is None else take_seat(order, spec.group, now=now)
    buyer = {"org_id": spec.org_id, "show_id": spec.show_id, "viewer_id": spec.viewer_id}
    among = lock_promotions(**buyer, coupon_ids=spec.coupon_ids, now=now)
    all_taken = _take_all(spec, group, now=now)
    lines = [
        LineWish(
            key=str(place),
            sku_id=one.sku_id,
            units=one.units,
            unit_price_fen=one.unit_price_fen,
        )
        for place, one in enumerate(all_taken)
    ]
    used = use_promotions(**buyer, lines=lines, coupon_ids=spec.coupon_ids, among=among, now=now)
    return Held(all_taken, used, group=group)


def _hold_win(spec: OrderSpec, wish: AuctionWish, *, now: dt.datetime) -> Held:
    """One unit that was won; its price is the bid's, and no promotion applies."""
    taken, used, win = take_win(
        win_id=wish.win_id, viewer_id=spec.viewer_id, show_id=spec.show_id, now=now
    )
    _check_link(spec, taken.link_no)
    check_whole("units", spec.wishes[0].units, least=1, most=1)
    return Held([taken], used, win=win)


def _check_link(spec: OrderSpec, link_no: int) -> None:
    if spec.wishes[0].link_no != link_no:
        raise GroupAlone(field="link_no")


def _take_all(spec: OrderSpec, group: GroupOfferView | None, *, now: dt.datetime) -> list[Taken]:
    """Every line's units, in the order of the wishes; links are locked before any goods."""
    if group is not None:
        assert spec.group is not None
        _check_link(spec, group.link_no)
        taken = take_group_units(
            group_offer_id=group.id,
            viewer_id=spec.viewer_id,
            units=spec.wishes[0].units,
            leads=spec.group.group_id is None,
            now=now,
        )
        return [taken]
    offers = [
        None if wish.link_no is None else offer_id(spec.show_id, wish.link_no)
        for wish in spec.wishes
    ]
    lock_links(
        offer_ids=[id for id in offers if id is not None],
        claim_ids=[wish.claim_id for wish in spec.wishes if wish.claim_id is not None],
    )
    return [
        _take(wish, offer, spec, now=now) for wish, offer in zip(spec.wishes, offers, strict=True)
    ]


def _take(wish: OrderWish, offer: int | None, spec: OrderSpec, *, now: dt.datetime) -> Taken:
    if offer is not None:
        return take_units(offer_id=offer, viewer_id=spec.viewer_id, units=wish.units, now=now)
    assert wish.claim_id is not None
    taken = order_claim(
        claim_id=wish.claim_id, viewer_id=spec.viewer_id, show_id=spec.show_id, now=now
    )
    if wish.units != taken.units:
        raise BadInput(field="units", why=f"≠ {taken.units}")
    return taken


def _write_lines(order: Order, taken: Sequence[Taken], used: Used) -> None:
    borne = payer_amounts(used.quote)
    for one, fen, by in zip(taken, used.quote.line_fen, borne, strict=True):
        OrderLine.objects.create(
            order=order,
            sku_id=one.sku_id,
            offer_id=one.offer_id,
            taking_id=one.taking_id,
            claim_id=one.claim_id,
            link_no=one.link_no,
            title=one.title,
            spec=one.spec,
            units=one.units,
            unit_price_fen=one.unit_price_fen,
            discount_fen=one.units * one.unit_price_fen - fen,
            borne={payer: part for payer, part in sorted(by.items()) if payer != "shop"},
            amount_fen=fen,
        )


def _note_paid(taken: Sequence[Taken], used: Used, *, now: dt.datetime) -> None:
    """What each line really costs: for the history of prices, and for the breaker."""
    parts = [
        PaidUnits(
            taking_id=one.taking_id,
            claim_id=one.claim_id,
            paid_fen=fen,
            gift_fen=fen - net,
        )
        for one, fen, net in zip(taken, used.quote.line_fen, used.quote.net_fen, strict=True)
    ]
    note_paid(parts=parts, now=now)


def _tell(order: Order, spec: OrderSpec, *, now: dt.datetime) -> None:
    claims = [wish.claim_id for wish in spec.wishes if wish.claim_id is not None]
    fact = OrderPlaced(
        order_id=order.pk,
        no=order.no,
        viewer_id=order.viewer_id,
        total_fen=order.total_fen,
        pay_before=order.pay_before,
        lines=fact_lines(order),
        claim_id=claims[0] if claims else None,
        use_ids=order.use_ids,
    )
    buyer = Actor("viewer", spec.viewer_id, spec.org_id)
    append(fact, at=now, org_id=spec.org_id, show_id=spec.show_id, actor=buyer)
    promise_shipping(
        order,
        confirmed=spec.confirmed_links,
        is_at_shelf=spec.group is None and spec.presale is None and spec.auction is None,
        by=buyer,
        now=now,
    )


def _write_order(spec: OrderSpec, address: Address, *, now: dt.datetime) -> tuple[Order, bool]:
    """The order's row first: its key is the lock on which a repeated request waits."""
    note = clean_text("note", spec.note, chars_max=NOTE_CHARS_MAX)
    row = Order(
        organisation_id=spec.org_id,
        no=order_no(shop_day(now), secrets.token_hex(5)),
        show_id=spec.show_id,
        viewer_id=spec.viewer_id,
        total_fen=spec.expected_total_fen,
        address_encrypted=encrypt_text(json.dumps(asdict(address), ensure_ascii=False)),
        receiver_masked=mask_receiver(address),
        note_encrypted=encrypt_text(note) if note else "",
        placed_at=now,
        pay_before=now + PAY_WITHIN,
        snapshot={},
        request_key=spec.request_key,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        earlier = Order.objects.filter(viewer_id=spec.viewer_id, request_key=spec.request_key)
        found = earlier.first()
        if found is None:
            raise
        check_same_show(found, spec.show_id)
        return found, False
    return row, True


def check_same_show(earlier: Order, show_id: int) -> None:
    """Refuse a key that already stands for an order of another show; say nothing if it does not.

    Raises:
        KeyOfAnotherShow: nothing was written.
    """
    if earlier.show_id != show_id:
        raise KeyOfAnotherShow(no=earlier.no)
