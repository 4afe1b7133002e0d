"""Refusals of fan tiers."""

from kaibo.base.errors import BadInput, NotFound, Refusal


class NoFanPlan(NotFound):
    """The shop has published no fan tiers."""

    code = "no_fan_plan"
    text_zh = "本店还没有公布粉丝等级，请先在“粉丝等级”页公布"
    text_en = "The shop has no fan tiers yet; publish them on the page of fan tiers first"


class NoSuchFan(NotFound):
    """No viewer of this id in the organisation."""

    code = "no_such_fan"
    text_zh = "没有找到这位观众（编号 {id}）"
    text_en = "Viewer {id} was not found"


class FanTiersCannotBe(BadInput):
    """The tiers make no ladder."""

    code = "fan_tiers_cannot_be"
    text_zh = "粉丝等级设置有误：{why_zh}"
    text_en = "These fan tiers cannot be: {why_en}"


class FanTermsStand(Refusal):
    """Published tiers change in the fans' favour only, once somebody has points."""

    code = "fan_terms_stand"
    text_zh = "已有粉丝按公布的规则攒分，只能改得对粉丝更有利：{why_zh}"
    text_en = "Fans have points by the published rule; it changes in their favour only: {why_en}"


class FanTierNotGiven(Refusal):
    """Nothing to take back: the desk gave this viewer no tier."""

    code = "fan_tier_not_given"
    text_zh = "这位观众没有由中控给予的等级，无需收回"
    text_en = "The desk gave this viewer no tier; there is nothing to take back"
