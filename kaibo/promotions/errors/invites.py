"""Refusals of invitation campaigns."""

from typing import ClassVar

from kaibo.base.errors import BadInput, NotFound, Refusal
from kaibo.promotions.errors.incomplete import Incomplete


class NoSuchInvite(NotFound):
    """No invitation campaign of this id, and no invitation of this code, here."""

    code = "no_such_invite"
    text_zh = "没有找到这个邀请活动（{id}）"
    text_en = "This invitation ({id}) was not found"


class InviteIncomplete(Incomplete):
    """What has to be public before an invitation campaign is missing (促销行为规定 13)."""

    code = "invite_incomplete"
    text_zh = "邀请活动还不能公示，缺少：{missing_zh}（促销行为规定第13条）"
    text_en = "The invitation cannot be published; it lacks: {missing_en} (promotion rules, 13)"

    words: ClassVar[dict[str, tuple[str, str]]] = {
        "task": ("受邀人要做什么", "what an invitee has to do"),
        "watch_minutes": ("观看分钟数", "how many minutes"),
        "newcomer": ("怎样算新人", "who counts as new"),
        "invitees_per_reward": ("每几人一份奖励", "how many invitees a reward takes"),
        "rewards_per_inviter": ("每人最多几份", "the most rewards of an inviter"),
        "rewards_total": ("奖励总份数", "the rewards in all"),
        "reward": ("奖励券", "the coupon that is the reward"),
        "opens_at": ("开始时间", "the opening time"),
        "closes_at": ("结束时间", "the closing time"),
        "organiser": ("主办方", "the organiser"),
    }


class InviteRewardCannotBe(BadInput):
    """The promotion cannot honour the rewards that the terms promise."""

    code = "invite_reward_cannot_be"
    text_zh = "这张券不能作为邀请奖励：{why_zh}"
    text_en = "This coupon cannot be the reward: {why_en}"


class InviteStateWrong(Refusal):
    """The step does not follow from the state of the campaign."""

    code = "invite_state_wrong"
    text_zh = "邀请活动当前状态为“{state}”，不能执行此操作，请刷新后查看"
    text_en = "The invitation is “{state}” now and that step does not follow; look again"


class InviteNotNow(Refusal):
    """Too early or too late by the published times."""

    code = "invite_not_now"
    text_zh = "不在邀请活动公示的时间内（{opens_at} 至 {closes_at}）"
    text_en = "The invitation's published times do not allow this ({opens_at} to {closes_at})"


class InviteWithoutShow(Refusal):
    """The shop has no link in the show that the campaign names."""

    code = "invite_without_show"
    text_zh = "场次 {show_id} 还没有本店的链接，请先上架链接再公示邀请活动"
    text_en = "Show {show_id} has no link of this shop yet; list one, then publish the invitation"


class InviteAlreadyOn(Refusal):
    """One campaign of a show, and one of a coupon, at a time."""

    code = "invite_already_on"
    text_zh = "本场或这张奖励券已有邀请活动，请等它结束，或换一张券"
    text_en = "An invitation of this show or coupon is on; wait for its end, or take another coupon"


class InviteKeeps(Refusal):
    """A promotion whose coupons are promised as rewards runs until the campaign's end."""

    code = "invite_keeps"
    text_zh = "这张券是进行中的邀请活动的奖励，活动结束前不能停用"
    text_en = "These coupons are promised as rewards; they cannot be stopped before its end"


class NotAnInviter(Refusal):
    """Staff and affiliates invite nobody for a reward."""

    code = "not_an_inviter"
    text_zh = "本店人员和关联人员不能参与邀请活动"
    text_en = "Staff and affiliates do not take part in invitations"
