"""Seats of a group: taken with an order, paid, left, refunded, each under the group's row lock.

The group's lock comes after the order's and the payment's, before promotions and links.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from kaibo.base.actor import SYSTEM, Actor
from kaibo.facts.base import Fact
from kaibo.facts.orders import GroupOpened, GroupSeatMoved, GroupSucceeded
from kaibo.journal.actions import append
from kaibo.orders.actions.parcel_units import start_promise
from kaibo.orders.errors import GroupNotComplete, GroupOver, NoSuchGroup
from kaibo.orders.models import Group, Member, Order
from kaibo.orders.models.group import SEATED
from kaibo.orders.rules import GROUP, MEMBER, check_seat
from kaibo.promotions.reads import GroupOfferView, group_offer

Verb = Literal["join", "pay", "leave", "retake", "refund"]
# What a member's move does to the group's seats: held, paid.
_SEATS: dict[Verb, tuple[int, int]] = {
    "join": (1, 0),
    "pay": (-1, 1),
    "leave": (-1, 0),
    "retake": (1, 0),
    "refund": (0, -1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupWish:
    """Buy with a group: join ``group_id``, or open a new one (None)."""

    group_offer_id: int
    group_id: int | None = None


def take_seat(order: Order, wish: GroupWish, *, now: dt.datetime) -> GroupOfferView:
    """Give an order a seat, in a group that is open or in a new one it leads.

    The order is to be paid before the group's time is over.

    Raises:
        NoSuchGroupOffer, NoSuchGroup, GroupOver, InGroupAlready, GroupFull.
    """
    offer = group_offer(wish.group_offer_id, show_id=order.show_id)
    if wish.group_id is None:
        group = _open(order, offer, now=now)
    else:
        group = lock_group(wish.group_id, show_id=order.show_id)
        if group.group_offer_id != offer.id:
            raise NoSuchGroup(id=group.pk)
        _check(group, order.viewer_id, fills_before=group.fills_before, now=now)
    member = Member(
        group=group, order=order, viewer_id=order.viewer_id, is_leader=wish.group_id is None
    )
    order.pay_before = min(order.pay_before, group.fills_before)
    _move(group, member, "join", by=_buyer(order), now=now)
    return offer


def pay_seat(order: Order, *, now: dt.datetime) -> None:
    """The order's money is here: its member has paid; with the last of them the group succeeds.

    Of an order that closed unpaid the seat is taken again first. Orders without a group pass.

    Raises:
        GroupOver, InGroupAlready, GroupFull: there is no seat for it any more; the caller keeps
            nothing of what was written and gives the money back.
    """
    found = _seat_of(order)
    if found is None:
        return
    group, member = found
    by = SYSTEM(order.organisation_id)
    if member.state == "left":
        _check(group, member.viewer_id, fills_before=None, now=now)
        _move(group, member, "retake", by=by, now=now)
    elif group.state not in ("open", "full"):
        raise GroupOver(id=group.pk)
    _move(group, member, "pay", by=by, now=now)
    if group.paid == group.size:
        move_group(group, "succeed", ended_at=now)
        paid = group.members.filter(state="paid").select_related("order").order_by("pk")
        for one in paid.exclude(order=order):
            # This order's own begins when it is marked paid.
            start_promise(one.order, now=now)
        fact = GroupSucceeded(
            group_id=group.pk,
            group_offer_id=group.group_offer_id,
            link_no=group.link_no,
            size=group.size,
            order_ids=list(paid.values_list("order_id", flat=True)),
        )
        tell_group(group, fact, by=by, now=now)


def leave_seat(order: Order, *, by: Actor, now: dt.datetime) -> None:
    """The order ended, unpaid or refunded: its seat is free while the group is open.

    A group that succeeded stays so: the others keep their price and their goods.
    """
    found = _seat_of(order)
    if found is not None:
        group, member = found
        _move(group, member, "refund" if member.state == "paid" else "leave", by=by, now=now)


def may_ship(order: Order) -> bool:
    """Whether the order is in no group, or in one that is complete."""
    return not Member.objects.filter(order=order).exclude(group__state="succeeded").exists()


def check_may_ship(order: Order) -> None:
    """Refuse to ship an order whose group is not complete.

    Raises:
        GroupNotComplete: nothing was written.
    """
    if not may_ship(order):
        raise GroupNotComplete(no=order.no)


def lock_group(id: int, *, show_id: int | None = None) -> Group:
    """The group under its row lock: the queue of all who want a seat of it.

    Raises:
        NoSuchGroup: none of this id (in this show).
    """
    rows = Group.objects.select_for_update(no_key=True).filter(pk=id)
    if show_id is not None:
        rows = rows.filter(show_id=show_id)
    row = rows.first()
    if row is None:
        raise NoSuchGroup(id=id)
    return row


def move_group(group: Group, verb: str, **changes: object) -> None:
    """Move a group by its table and save it with these columns; the caller holds its lock."""
    group.state = GROUP.after(group.state, verb)
    for name, value in changes.items():
        setattr(group, name, value)
    group.save(update_fields=["state", *changes])


def tell_group(group: Group, fact: Fact, *, by: Actor, now: dt.datetime) -> None:
    """Append a fact of a group."""
    append(fact, at=now, org_id=group.organisation_id, show_id=group.show_id, actor=by)


def _open(order: Order, offer: GroupOfferView, *, now: dt.datetime) -> Group:
    group = Group.objects.create(
        organisation_id=order.organisation_id,
        group_offer_id=offer.id,
        show_id=order.show_id,
        link_no=offer.link_no,
        size=offer.size,
        opened_at=now,
        fills_before=now + dt.timedelta(seconds=offer.fill_s),
    )
    fact = GroupOpened(
        group_id=group.pk,
        group_offer_id=offer.id,
        link_no=group.link_no,
        size=group.size,
        fills_before=group.fills_before,
    )
    tell_group(group, fact, by=_buyer(order), now=now)
    return group


def _seat_of(order: Order) -> tuple[Group, Member] | None:
    """An order's group under its lock, and its member; None for an order without one."""
    found = Member.objects.filter(order=order).values_list("group_id", flat=True).first()
    if found is None:
        return None
    group = lock_group(found)
    return group, Member.objects.get(order=order)


def _check(
    group: Group, viewer_id: int, *, fills_before: dt.datetime | None, now: dt.datetime
) -> None:
    check_seat(
        group.pk,
        state=group.state,  # type: ignore[arg-type]  # held to its words by a CHECK
        seats=group.seats,
        is_member=group.members.filter(viewer_id=viewer_id, state__in=SEATED).exists(),
        fills_before=fills_before,
        now=now,
    )


def _move(group: Group, member: Member, verb: Verb, *, by: Actor, now: dt.datetime) -> None:
    """Move a member, count the group's seats, and tell it; the caller holds the group's lock."""
    if verb != "join":
        member.state = MEMBER.after(member.state, verb)
    member.save()
    held, paid = _SEATS[verb]
    counts = {"held": group.held + held, "paid": group.paid + paid}
    is_full = sum(counts.values()) == group.size
    if is_full and GROUP.may(group.state, "fill"):
        move_group(group, "fill", **counts)
    elif not is_full and GROUP.may(group.state, "free"):
        move_group(group, "free", **counts)
    else:
        group.held, group.paid = counts["held"], counts["paid"]
        group.save(update_fields=["held", "paid"])
    fact = GroupSeatMoved(
        group_id=group.pk,
        order_id=member.order_id,
        no=member.order.no,
        viewer_id=member.viewer_id,
        is_leader=member.is_leader,
        state=member.state,  # type: ignore[arg-type]  # as above
        seats_free=group.seats.free,
    )
    tell_group(group, fact, by=by, now=now)


def _buyer(order: Order) -> Actor:
    return Actor("viewer", order.viewer_id, order.organisation_id)
