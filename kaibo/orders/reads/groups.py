"""Groups as frozen values; of other members a masked name alone is shown."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from kaibo.audience.reads import masked_names
from kaibo.base.inputs import check_whole
from kaibo.base.pages import PIECE_ROWS, in_pieces
from kaibo.orders.errors import NoSuchGroup
from kaibo.orders.models import Group, Member
from kaibo.orders.reads.orders import PAGE_MAX, PAGE_ROWS
from kaibo.orders.rules import GroupState
from kaibo.promotions.reads import GroupOfferView, group_offers_by_id

GROUPS_SHOWN_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    """One seat that is or was taken; ``order_no`` is told to its own buyer and to the desk."""

    name_masked: str
    is_leader: bool
    is_me: bool
    state: str
    order_no: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """A group as its show sees it; ``price_fen`` is what who joins pays for a unit.

    ``paid``: members who have paid and keep what they bought. ``refunded``: members who paid and
    were refunded; after success that changes nothing for the others. ``seats_left``: seats that
    can still be taken, none once the group is over.
    """

    id: int
    group_offer_id: int
    link_no: int
    title: str
    price_fen: int
    size: int
    paid: int
    refunded: int
    seats_left: int
    state: GroupState
    opened_at: dt.datetime
    fills_before: dt.datetime
    ended_at: dt.datetime | None
    members: tuple[MemberView, ...]


@dataclass(frozen=True, slots=True)
class GroupPage:
    """One page of a show's groups; ``states`` counts the whole show by state."""

    items: list[GroupView]
    total: int
    page: int
    pages: int
    states: dict[str, int]


def group(id: int, *, show_id: int, viewer_id: int) -> GroupView:
    """One group of a show, as one of its viewers sees it.

    Raises:
        NoSuchGroup: none of this id there.
    """
    views = _views(Group.objects.filter(pk=id, show_id=show_id), viewer_id=viewer_id)
    if not views:
        raise NoSuchGroup(id=id)
    return views[0]


def groups_to_join(show_id: int, *, viewer_id: int, now: dt.datetime) -> list[GroupView]:
    """The groups of a show with a free seat and time left, the most complete first; at most 50."""
    rows = Group.objects.filter(show_id=show_id, state="open", fills_before__gt=now)
    return _views(rows.order_by("-paid", "fills_before")[:GROUPS_SHOWN_MAX], viewer_id=viewer_id)


def groups_of_viewer(viewer_id: int, *, org_id: int) -> list[GroupView]:
    """The newest 50 groups in which a viewer has or had a seat."""
    rows = Group.objects.filter(members__viewer_id=viewer_id, organisation_id=org_id).distinct()
    return _views(rows.order_by("-pk")[:GROUPS_SHOWN_MAX], viewer_id=viewer_id)


def groups_of_show(org_id: int, show_id: int, *, state: str = "", page: int = 1) -> GroupPage:
    """A show's groups for the desk, newest first; names are masked there too.

    Args:
        state: one of the groups' states, or "" for all.
        page: from 1; a page beyond the last is empty.
    """
    check_whole("page", page, least=1, most=PAGE_MAX)
    found = Group.objects.filter(organisation_id=org_id, show_id=show_id)
    states: dict[str, int] = {}
    for name in found.order_by().values_list("state", flat=True):
        states[name] = states.get(name, 0) + 1
    total = states.get(state, 0) if state else sum(states.values())
    rows = (found.filter(state=state) if state else found).order_by("-pk")
    start = (page - 1) * PAGE_ROWS
    return GroupPage(
        items=_views(rows[start : start + PAGE_ROWS], viewer_id=None),
        total=total,
        page=page,
        pages=-(-total // PAGE_ROWS),
        states=states,
    )


def every_group(org_id: int, show_id: int) -> Iterator[GroupView]:
    """A show's groups as ``groups_of_show`` has them, all of them."""
    rows = Group.objects.filter(organisation_id=org_id, show_id=show_id).order_by("-pk")
    whole = rows.prefetch_related("members__order")
    for some in in_pieces(whole.iterator(PIECE_ROWS)):
        yield from _of(some, viewer_id=None)


def _views(rows: "QuerySet[Group]", *, viewer_id: int | None) -> list[GroupView]:
    """Rows as values; ``viewer_id`` None is the desk."""
    return _of(list(rows.prefetch_related("members__order")), viewer_id=viewer_id)


def _of(found: list[Group], *, viewer_id: int | None) -> list[GroupView]:
    members = {row.pk: sorted(row.members.all(), key=lambda one: one.pk) for row in found}
    ids = {one.viewer_id for seats in members.values() for one in seats}
    masked = masked_names(ids, org_id=found[0].organisation_id) if found else {}
    offers = group_offers_by_id(row.group_offer_id for row in found)
    return [
        _view(row, offers[row.group_offer_id], members[row.pk], masked, viewer_id) for row in found
    ]


def _view(
    row: Group,
    offer: GroupOfferView,
    members: Iterable[Member],
    masked: dict[int, str],
    viewer_id: int | None,
) -> GroupView:
    told = []
    for one in members:
        # Who left without paying was never in the group.
        if one.state == "left":
            continue
        is_me = one.viewer_id == viewer_id
        told.append(
            MemberView(
                name_masked=masked.get(one.viewer_id, "*"),
                is_leader=one.is_leader,
                is_me=is_me,
                state=one.state,
                order_no=one.order.no if is_me or viewer_id is None else None,
            )
        )
    return GroupView(
        id=row.pk,
        group_offer_id=row.group_offer_id,
        link_no=row.link_no,
        title=offer.title,
        price_fen=offer.price_fen,
        size=row.size,
        paid=row.paid,
        refunded=sum(one.state == "refunded" for one in told),
        seats_left=row.seats.free if row.state == "open" else 0,
        state=row.state,  # type: ignore[arg-type]  # held to its words by a CHECK
        opened_at=row.opened_at,
        fills_before=row.fills_before,
        ended_at=row.ended_at,
        members=tuple(told),
    )
