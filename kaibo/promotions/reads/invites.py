"""Invitation campaigns as the desk and a viewer see them."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.db.models import Count, F, Q, QuerySet, Sum

from kaibo.audience.reads import masked_names, viewers
from kaibo.base.inputs import check_whole
from kaibo.base.pages import PIECE_ROWS, in_pieces
from kaibo.base.sheets import Cell
from kaibo.promotions.errors import NoSuchInvite
from kaibo.promotions.models import InviteCampaign, Invitee, Inviter, InviteReward
from kaibo.promotions.rules import most_off_fen
from kaibo.promotions.rules.invites import BOARD_ROWS

Heard = Literal["pending", "counted", "no"]

# What holds for every campaign, told with its terms.
WAY_ZH: Final = (
    "只按直接邀请的人数计算，受邀人再邀请的人不计入；每人在一次活动中只计一次，须为新人，"
    "不能邀请自己，同一设备、同一网络人数有限制；本店人员和关联人员不参与；"
    "任务为下单的，活动结束前整单退款即不再计入，对应的奖励未使用则收回；奖励发完即止"
)
WAY_EN: Final = (
    "Only those you invite yourself count, not whom they invite in turn. Everyone counts once, "
    "and only if new; not you yourself, not the same device, and only so many from one network. "
    "Staff and affiliates take no part. Where the task is an order, one that is refunded as a "
    "whole before the end no longer counts, and a reward for it goes back if unspent. Rewards "
    "are given while there are any."
)
PUBLIC: Final = ("published", "open", "finished")
PAGE_ROWS: Final = 50
PAGE_MAX: Final = 100_000
INVITEE_COLUMNS: Final = (
    "时间 Came at", "邀请人 Inviter", "邀请人编号 Inviter no", "受邀人 Invitee",
    "受邀人编号 Invitee no", "状态 State", "未计入原因 Not counted because",
    "完成时间 Done at", "订单编号 Order no",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteView:
    """A campaign as the desk sees it.

    Args:
        states: invitees by state. refused: of these who do not count, by reason.
        budget_fen: the most that all its rewards take off; None in a draft without a reward.
        owed: rewards that are due and that the budget has no room for.
    """

    id: int
    show_id: int
    state: str
    terms: dict[str, Any]
    promotion_id: int | None
    reward: str
    budget_fen: int | None
    inviters: int
    states: dict[str, int]
    refused: dict[str, int]
    rewards: int
    owed: int
    finished_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One place of the leaderboard; of strangers a masked name alone is shown."""

    place: int
    name: str
    counted: int
    rewards: int
    is_me: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteCard:
    """A campaign of the viewer's show, with their own part in it.

    Args:
        code: of their own link; empty until they ask for one.
        rewards: coupons they had by it. undone: of these that went back.
        place: their place on the board; None while nobody counts by their link.
        invited: how they stand themselves, where they came by somebody's link.
    """

    id: int
    state: str
    terms: dict[str, Any]
    way_zh: str
    way_en: str
    reward: dict[str, Any]
    left: int
    code: str
    counted: int
    pending: int
    not_counted: int
    rewards: int
    undone: int
    owed: int
    board: list[BoardRow]
    place: int | None
    invited: Literal["", "pending", "counted", "no"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteeView:
    """Who came by whose link, and what became of it."""

    id: int
    inviter: str
    invitee: str
    state: str
    reason: str
    order_no: str
    joined_at: dt.datetime
    done_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class InviteePage:
    """One page of a campaign's invitees; ``states`` and ``refused`` count all of them."""

    items: list[InviteeView]
    total: int
    page: int
    pages: int
    states: dict[str, int]
    refused: dict[str, int]


def invites(org_id: int, show_id: int) -> list[InviteView]:
    """The campaigns of a show, newest first."""
    rows = InviteCampaign.objects.filter(organisation_id=org_id, show_id=show_id)
    return _views(list(rows.select_related("promotion").order_by("-pk")))


def invite(org_id: int, id: int) -> InviteView:
    """One campaign.

    Raises:
        NoSuchInvite: not in the organisation.
    """
    return invite_view(_row(org_id, id))


def invite_board(org_id: int, id: int) -> list[BoardRow]:
    """The leaderboard as the desk sees it, with names.

    Raises:
        NoSuchInvite: not in the organisation.
    """
    top = list(_ranked(_row(org_id, id))[:PAGE_ROWS])
    names = viewers({one.viewer_id for one in top}, org_id=org_id)
    return [
        _board_row(place, one, names[one.viewer_id].nickname, me=0)
        for place, one in enumerate(top, start=1)
    ]


def invitees(
    org_id: int, id: int, *, state: str = "", reason: str = "", page: int = 1
) -> InviteePage:
    """A campaign's invitees, newest first; "" is every state, and every reason.

    Raises:
        NoSuchInvite: not in the organisation. NumberOutOfRange: no such page.
    """
    check_whole("page", page, least=1, most=PAGE_MAX)
    row = _row(org_id, id)
    found = _filtered(row, state=state, reason=reason)
    total, start = found.count(), (page - 1) * PAGE_ROWS
    return InviteePage(
        items=_invitee_views(list(found[start : start + PAGE_ROWS]), org_id=org_id),
        total=total,
        page=page,
        pages=-(-total // PAGE_ROWS),
        states=_states(row),
        refused=_refused(row),
    )


def invitee_rows(
    org_id: int, id: int, *, state: str = "", reason: str = ""
) -> Iterator[list[Cell]]:
    """All of ``invitees`` under ``INVITEE_COLUMNS``.

    Raises:
        NoSuchInvite: not in the organisation.
    """
    found = _filtered(_row(org_id, id), state=state, reason=reason)
    for rows in in_pieces(found.iterator(PIECE_ROWS)):
        for row, view in zip(rows, _invitee_views(rows, org_id=org_id), strict=True):
            yield [
                row.joined_at, view.inviter, row.inviter.viewer_id, view.invitee, row.viewer_id,
                row.get_state_display(), row.get_reason_display() if row.reason else "",
                row.done_at, row.order_no,
            ]  # fmt: skip


def invite_cards(viewer_id: int, *, org_id: int, show_id: int) -> list[InviteCard]:
    """The public campaigns of a viewer's show, newest first."""
    rows = InviteCampaign.objects.filter(organisation_id=org_id, show_id=show_id, state__in=PUBLIC)
    return [
        _card(row, viewer_id=viewer_id) for row in rows.select_related("promotion").order_by("-pk")
    ]


def heard_of(invitee: Invitee | None) -> Heard:
    """What an invitee is told of how they stand: never why."""
    if invitee is None or invitee.state in ("refused", "uncounted"):
        return "no"
    return "counted" if invitee.state == "counted" else "pending"


def invite_view(row: InviteCampaign) -> InviteView:
    """A campaign's row as a value."""
    return _views([row])[0]


def _views(rows: Sequence[InviteCampaign]) -> list[InviteView]:
    """Rows as values: one query for each kind, however many campaigns."""
    inviters = Inviter.objects.filter(invite__in=rows).order_by().values_list("invite_id")
    counts = {id: (n, owed) for id, n, owed in inviters.annotate(Count("pk"), Sum("owed"))}
    invitees = Invitee.objects.filter(invite__in=rows)
    states = _counted_of(invitees, "state")
    refused = _counted_of(invitees.filter(state="refused"), "reason")
    return [
        InviteView(
            id=row.pk,
            show_id=row.show_id,
            state=row.state,
            terms=row.terms,
            promotion_id=row.spec.promotion_id,
            reward="" if row.promotion is None else row.promotion.title,
            budget_fen=_budget_fen(row),
            inviters=counts.get(row.pk, (0, 0))[0],
            states=states.get(row.pk, {}),
            refused=refused.get(row.pk, {}),
            rewards=row.rewards,
            owed=counts.get(row.pk, (0, 0))[1],
            finished_at=row.finished_at,
        )
        for row in rows
    ]


def _budget_fen(row: InviteCampaign) -> int | None:
    each = None if row.promotion is None else most_off_fen(row.promotion.priced)
    return None if each is None else each * (row.rewards_total or 0)


def _counted_of(found: QuerySet[Invitee], by: str) -> dict[int, dict[str, int]]:
    counts: dict[int, dict[str, int]] = {}
    for id, name, count in found.order_by().values_list("invite_id", by).annotate(Count("pk")):
        counts.setdefault(id, {})[str(name)] = int(count)
    return counts


def _card(row: InviteCampaign, *, viewer_id: int) -> InviteCard:
    assert row.promotion is not None
    me = row.inviters.filter(viewer_id=viewer_id).first()
    mine = Invitee.objects.filter(inviter=me) if me else Invitee.objects.none()
    states = _counted(mine, "state")
    gone = InviteReward.objects.filter(inviter=me, state="undone").count() if me else 0
    # Of several tries the one that counts; of those that do not, any.
    came = row.invitees.filter(viewer_id=viewer_id).exclude(reason="own")
    invited = came.exclude(state="refused").first() or came.first()
    top = list(_ranked(row)[:BOARD_ROWS])
    names = masked_names({one.viewer_id for one in top}, org_id=row.organisation_id)
    return InviteCard(
        id=row.pk,
        state=row.state,
        terms=row.terms,
        way_zh=WAY_ZH,
        way_en=WAY_EN,
        reward=row.promotion.terms,
        left=(row.rewards_total or 0) - row.rewards,
        code=me.code if me else "",
        counted=me.counted if me else 0,
        pending=states.get("pending", 0),
        not_counted=states.get("refused", 0) + states.get("uncounted", 0),
        rewards=me.granted if me else 0,
        undone=gone,
        owed=me.owed if me else 0,
        board=[
            _board_row(place, one, names[one.viewer_id], me=viewer_id)
            for place, one in enumerate(top, start=1)
        ],
        place=_place(row, me),
        invited=heard_of(invited) if invited else "",
    )


def _board_row(place: int, one: Inviter, name: str, *, me: int) -> BoardRow:
    return BoardRow(
        place=place,
        name=name,
        counted=one.counted,
        rewards=one.granted,
        is_me=one.viewer_id == me,
    )


def _ranked(row: InviteCampaign) -> QuerySet[Inviter]:
    """By the number that counts; of equals who reached it first."""
    return row.inviters.filter(counted__gt=0).order_by("-counted", "reached_at", "pk")


def _place(row: InviteCampaign, me: Inviter | None) -> int | None:
    if me is None or not me.counted:
        return None
    earlier = Q(reached_at__lt=me.reached_at) | Q(reached_at=me.reached_at, pk__lt=me.pk)
    ahead = Q(counted__gt=me.counted) | Q(counted=me.counted) & earlier
    return row.inviters.filter(ahead).count() + 1


def _filtered(row: InviteCampaign, *, state: str, reason: str) -> QuerySet[Invitee]:
    found = row.invitees.select_related("inviter").order_by("-pk")
    found = found.filter(state=state) if state else found
    return found.filter(reason=reason) if reason else found


def _invitee_views(rows: list[Invitee], *, org_id: int) -> list[InviteeView]:
    ids = {id for row in rows for id in (row.viewer_id, row.inviter.viewer_id)}
    names = viewers(ids, org_id=org_id)
    return [
        InviteeView(
            id=row.pk,
            inviter=names[row.inviter.viewer_id].nickname,
            invitee=names[row.viewer_id].nickname,
            state=row.state,
            reason=row.reason,
            order_no=row.order_no,
            joined_at=row.joined_at,
            done_at=row.done_at,
        )
        for row in rows
    ]


def _states(row: InviteCampaign) -> dict[str, int]:
    return _counted(row.invitees.all(), "state")


def _refused(row: InviteCampaign) -> dict[str, int]:
    return _counted(row.invitees.filter(state="refused"), "reason")


def _counted(found: QuerySet[Invitee], by: str) -> dict[str, int]:
    counts = found.order_by().values_list(F(by)).annotate(Count("pk"))
    return {str(name): int(count) for name, count in counts}


def _row(org_id: int, id: int) -> InviteCampaign:
    rows = InviteCampaign.objects.select_related("promotion")
    row = rows.filter(organisation_id=org_id, pk=id).first()
    if row is None:
        raise NoSuchInvite(id=id)
    return row
