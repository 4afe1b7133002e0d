"""Refusals of what a fan tier gives."""

from kaibo.base.errors import BadInput, Refusal


class NoSuchFanTier(BadInput):
    """A right is given to a tier that the shop has published, never to one nobody can reach."""

    code = "no_such_fan_tier"
    text_zh = "本店没有公布第 {place} 级粉丝等级，请先在“粉丝等级”页公布"
    text_en = "The shop has no fan tier {place}; publish it on the page of fan tiers first"


class EarlyOnly(Refusal):
    """The link opened to a fan tier first and does not sell to this buyer yet."""

    code = "early_only"
    text_zh = "{link_no} 号链接现在只对粉丝等级“{name}”及以上开放，{opens_at} 起所有人可买"
    text_en = "Link {link_no} sells to the fan tier “{name}” and above now, to all from {opens_at}"
