"""Invitations: what has to be said before, who counts, and how many rewards that makes. Pure.

One level only (LM-060): a reward is counted from an inviter's own invitees, and nothing here
knows whom these invited in turn.
"""

import datetime as dt
import hashlib
import hmac
from typing import Final, Literal

import msgspec

from kaibo.base.inputs import check_whole, clean_text
from kaibo.base.machines import Machine, Move, State
from kaibo.promotions.errors import InviteIncomplete, WindowCannotBe
from kaibo.promotions.rules.draws import TEXT_CHARS_MAX, clean_at

LASTS_MAX: Final = dt.timedelta(days=31)
WATCH_MINUTES_MAX: Final = 240
INVITEES_PER_REWARD_MAX: Final = 100
REWARDS_PER_INVITER_MAX: Final = 100
REWARDS_MAX: Final = 100_000
PER_ADDRESS_MAX: Final = 20
# So many refusals of one address are kept as evidence; what knocks on changes nothing.
REFUSED_PER_ADDRESS_MAX: Final = 50
# What was done before the end and is heard of a moment later still counts.
SETTLE: Final = dt.timedelta(minutes=1)
BOARD_ROWS: Final = 10

# An invitation campaign, from idea to end.
INVITE: Final = Machine(
    "invite",
    "邀请活动",
    (
        State("draft", "草稿", is_final=True),
        State("published", "已公示"),
        State("open", "进行中"),
        State("finished", "已结束", is_final=True),
        State("cancelled", "已取消", is_final=True),
    ),
    (
        Move("draft", "publish", "published", by="publish_invite"),
        Move("published", "open", "open", by="run_due_invites"),
        Move("open", "finish", "finished", by="run_due_invites"),
        Move("draft", "cancel", "cancelled", by="cancel_invite"),
        Move("published", "cancel", "cancelled", by="cancel_invite"),
    ),
)
# One viewer who came by another's link.
INVITEE: Final = Machine(
    "invitee",
    "受邀人",
    (
        State("pending", "待完成", is_final=True),
        State("counted", "已计入", is_final=True),
        State("uncounted", "已退出", is_final=True),
        State("refused", "未计入", is_final=True),
    ),
    (
        Move("pending", "refuse", "refused", by="accept_invite"),
        Move("pending", "count", "counted", by="count_invitees"),
        Move("counted", "uncount", "uncounted", by="uncount_invitees"),
    ),
)
# One reward in an inviter's purse.
INVITE_REWARD: Final = Machine(
    "invite_reward",
    "邀请奖励",
    (
        State("granted", "已发放", is_final=True),
        State("undone", "已收回", is_final=True),
    ),
    (Move("granted", "undo", "undone", by="uncount_invitees"),),
)

Task = Literal["watch", "follow", "order"]
Newcomer = Literal["visitor", "buyer"]
Reason = Literal["own", "barred", "already", "not_new", "same_device", "address_full"]
# Why somebody does not count, as the desk reads it.
REASONS: Final[dict[str, str]] = {
    "own": "自己邀请自己",
    "barred": "本店人员或关联人员",
    "already": "已由他人邀请",
    "not_new": "不是新人",
    "same_device": "同一设备",
    "address_full": "同一网络人数已满",
}


class InviteSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Everything viewers are told before; a draft may leave parts open, a published one none.

    Args:
        task: what an invitee does after coming: watch for ``watch_minutes``, follow, or pay a
            first order, all in this show; "" is not said yet.
        newcomer: ``visitor`` never entered a room of the shop before it opened, ``buyer`` never
            paid an order here; "" is not said yet.
        invitees_per_reward: so many invitees who did the task make one reward.
        per_address: at most so many invitees from one address, over all links.
        promotion_id: the promotion whose coupons are the rewards.
    """

    show_id: int
    title: str
    task: Literal["", "watch", "follow", "order"] = ""
    watch_minutes: int | None = None
    newcomer: Literal["", "visitor", "buyer"] = ""
    invitees_per_reward: int | None = None
    rewards_per_inviter: int | None = None
    rewards_total: int | None = None
    per_address: int = 3
    promotion_id: int | None = None
    opens_at: dt.datetime | None = None
    closes_at: dt.datetime | None = None
    organiser: str = ""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at when somebody comes by a link.

    Args:
        is_invited: they count, or may count, by another link of the campaign.
        is_inviter: they have a link in it themselves, so they were here before.
        from_address: people of the campaign at their address; None where it is not known.
    """

    is_own: bool = False
    is_barred: bool = False
    is_invited: bool = False
    is_inviter: bool = False
    first_seen_at: dt.datetime
    has_paid: bool = False
    is_follower: bool = False
    is_same_device: bool = False
    from_address: int | None = None


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where a request came from: the network as ``network_of`` names it, and what asked."""

    network: str = ""
    browser: str = ""


def check_invite_spec(spec: InviteSpec) -> InviteSpec:
    """The terms with clean texts.

    Raises:
        BadInput and its kin: a text, number or time that cannot be stored.
    """
    for field, value, most in (
        ("watch_minutes", spec.watch_minutes, WATCH_MINUTES_MAX),
        ("invitees_per_reward", spec.invitees_per_reward, INVITEES_PER_REWARD_MAX),
        ("rewards_per_inviter", spec.rewards_per_inviter, REWARDS_PER_INVITER_MAX),
        ("rewards_total", spec.rewards_total, REWARDS_MAX),
        ("per_address", spec.per_address, PER_ADDRESS_MAX),
        ("promotion_id", spec.promotion_id, 2**63 - 1),
    ):
        if value is not None:
            check_whole(field, value, least=1, most=most)
    opens_at, closes_at = clean_at("opens_at", spec.opens_at), clean_at("closes_at", spec.closes_at)
    if opens_at and closes_at and not opens_at < closes_at <= opens_at + LASTS_MAX:
        raise WindowCannotBe(
            field="closes_at",
            why_zh="须晚于开始时间，且不超过 31 天",
            why_en="it has to be after the start, by 31 days at most",
        )
    return msgspec.structs.replace(
        spec,
        title=clean_text("title", spec.title, chars_max=60, required=True),
        organiser=clean_text("organiser", spec.organiser, chars_max=TEXT_CHARS_MAX),
        watch_minutes=spec.watch_minutes if spec.task == "watch" else None,
        opens_at=opens_at,
        closes_at=closes_at,
    )


def check_invite_publishable(spec: InviteSpec) -> None:
    """Refuse a campaign of which something is not said.

    Raises:
        InviteIncomplete: names everything that is missing.
    """
    missing = [
        name
        for name, is_missing in (
            ("task", not spec.task),
            ("watch_minutes", spec.task == "watch" and spec.watch_minutes is None),
            ("newcomer", not spec.newcomer),
            ("invitees_per_reward", spec.invitees_per_reward is None),
            ("rewards_per_inviter", spec.rewards_per_inviter is None),
            ("rewards_total", spec.rewards_total is None),
            ("reward", spec.promotion_id is None),
            ("opens_at", spec.opens_at is None),
            ("closes_at", spec.closes_at is None),
            ("organiser", not spec.organiser),
        )
        if is_missing
    ]
    if missing:
        raise InviteIncomplete(missing=missing)


def judge_invitee(spec: InviteSpec, seen: Seen) -> Reason | None:
    """Why somebody who came by a link does not count; None if they may, once the task is done.

    Who did the task before they were invited is no newcomer: nobody brought them to it.
    """
    assert spec.opens_at is not None
    if seen.is_own:
        return "own"
    if seen.is_barred:
        return "barred"
    if seen.is_invited:
        return "already"
    is_new = seen.first_seen_at >= spec.opens_at if spec.newcomer == "visitor" else True
    has_done = {"order": seen.has_paid, "follow": seen.is_follower}.get(spec.task, False)
    is_buyer = spec.newcomer == "buyer" and seen.has_paid
    if not is_new or has_done or is_buyer or seen.is_inviter:
        return "not_new"
    if seen.is_same_device:
        return "same_device"
    if seen.from_address is not None and seen.from_address >= spec.per_address:
        return "address_full"
    return None


def has_watched(spec: InviteSpec, *, before_s: int, now_s: int) -> bool:
    """Whether an invitee stayed as long as asked, counted from when they came by the link."""
    assert spec.watch_minutes is not None
    return now_s - before_s >= 60 * spec.watch_minutes


def rewards_due(spec: InviteSpec, counted: int) -> int:
    """How many rewards so many invitees make, never more than one inviter may have.

    >>> spec = InviteSpec(show_id=1, title="t", invitees_per_reward=3, rewards_per_inviter=2)
    >>> [rewards_due(spec, counted) for counted in (2, 3, 8, 9, 99)]
    [0, 1, 2, 2, 2]
    """
    assert spec.invitees_per_reward is not None
    assert spec.rewards_per_inviter is not None
    return min(spec.rewards_per_inviter, counted // spec.invitees_per_reward)


def reward_step(spec: InviteSpec, *, counted: int, granted: int, unspent: int, left: int) -> int:
    """How many rewards an inviter gets now; below zero, how many go back.

    What was spent stays spent; the next invitees make up for it before there is another.

    Args:
        granted: rewards they have, spent or not. unspent: of these, what can go back.
        left: rewards that nobody has.
    """
    more = rewards_due(spec, counted) - granted
    return min(more, left) if more >= 0 else -min(-more, unspent)


def traces(origin: Origin, *, invite_id: int, secret: bytes) -> tuple[str, str]:
    """The only form in which a campaign keeps an address and a device: two keyed hashes.

    They differ from campaign to campaign, so that nobody can be followed through several. Both
    are empty where the address is not known: then they would make one of everybody.
    """
    if not origin.network:
        return "", ""

    def kept(*parts: str) -> str:
        text = "\n".join((str(invite_id), *parts))
        return hmac.new(secret, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    return kept(origin.network), kept(origin.network, origin.browser)
