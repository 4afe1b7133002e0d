"""Refusals of red packets."""

from typing import ClassVar

from kaibo.base.errors import BadInput, NotFound, Refusal
from kaibo.promotions.errors.incomplete import Incomplete


class NoSuchPacket(NotFound):
    """No red packet of this id here."""

    code = "no_such_packet"
    text_zh = "没有找到这个红包（编号 {id}）"
    text_en = "Red packet {id} was not found"


class PacketIncomplete(Incomplete):
    """What has to be public before a red packet is missing (促销行为规定 13, LM-101)."""

    code = "packet_incomplete"
    text_zh = "红包还不能公示，缺少：{missing_zh}（促销行为规定第13条）"
    text_en = "The red packet cannot be published; it lacks: {missing_en} (promotion rules, 13)"

    words: ClassVar[dict[str, tuple[str, str]]] = {
        "total": ("总金额", "the total"),
        "number": ("份数", "the number of portions"),
        "amounts": ("单份最低和最高金额", "the least and the most of a portion"),
        "conditions": ("参与条件", "conditions"),
        "opens_at": ("开始时间", "the opening time"),
        "closes_at": ("结束时间", "the closing time"),
        "credit_days": ("使用期限", "how long a portion can be used"),
        "organiser": ("主办方", "the organiser"),
    }


class PacketCannotBe(BadInput):
    """Portions within these bounds do not sum to the total."""

    code = "packet_cannot_be"
    text_zh = "{number} 份、每份 {least_fen} 至 {most_fen}，凑不成总金额 {total_fen}，请调整"
    text_en = "{number} portions of {least_fen} to {most_fen} cannot sum to {total_fen}; adjust"


class PacketStateWrong(Refusal):
    """The step does not follow from the state of the red packet."""

    code = "packet_state_wrong"
    text_zh = "红包当前状态为“{state}”，不能执行此操作，请刷新后查看"
    text_en = "The red packet is “{state}” now and that step does not follow; look again"


class PacketNotNow(Refusal):
    """Too early or too late by the published times."""

    code = "packet_not_now"
    text_zh = "不在红包公示的时间内（{opens_at} 至 {closes_at}）"
    text_en = "The red packet's published times do not allow this ({opens_at} to {closes_at})"


class PacketWithoutShow(Refusal):
    """The shop has no link in the show that the red packet names."""

    code = "packet_without_show"
    text_zh = "场次 {show_id} 还没有本店的链接，请先上架链接再公示红包"
    text_en = "Show {show_id} has no link of this shop yet; list one, then publish the red packet"


class PacketAlreadyOn(Refusal):
    """One red packet of a show at a time, so that what one viewer wins adds up in order."""

    code = "packet_already_on"
    text_zh = "本场已有红包正在领取，请等它结束后再开始"
    text_en = "Another red packet of this show is on; wait until it is finished"


class PacketKeeps(Refusal):
    """The promotion behind a red packet follows it and takes no orders of its own."""

    code = "packet_keeps"
    text_zh = "这是红包的优惠，随红包生效和结束，不能单独修改"
    text_en = "This promotion belongs to a red packet and follows it; it cannot be changed alone"


class PacketRefused(Refusal):
    """A viewer gets no portion; ``reason`` says why."""

    code = "packet_refused"
    text_zh = "未领到红包：{zh}"
    text_en = "No portion for you: {en}"

    _TEXTS: dict[str, tuple[str, str]] = {
        "barred": ("本店人员和关联人员不能参与", "staff and affiliates do not take part"),
        "not_for_you": ("未满足参与条件", "the conditions are not met"),
        "over_cap": ("本场累计中奖金额将超过上限", "your prizes of this show would pass the cap"),
        "gone": ("已被领完", "all portions are taken"),
        "over": ("已结束", "it has ended"),
    }

    def __init__(self, *, reason: str) -> None:
        zh, en = self._TEXTS[reason]
        super().__init__(reason=reason, zh=zh, en=en)
