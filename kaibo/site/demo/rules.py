"""The demo's published rules: two documents in force, and a change under public notice."""

import datetime as dt
from typing import Final

from kaibo.agreements import actions
from kaibo.agreements.actions import VersionSpec
from kaibo.base.actor import Actor

MARKETING_ZH: Final = (
    "一、直播间如实介绍商品，划线价注明比价依据，优惠条件说全。\n"
    "二、不虚构人气、销量与评价，不诱导站外交易。\n"
    "三、出镜人员经实名核验并报送；每场开播前再核对一次。\n"
    "四、口误当场更正；已下单的买家可以要求退款。\n（演示文本，不是规则范本）"
)
MARKETING_EN: Final = (
    "1. Goods are described as they are; a compared price says what it is compared with.\n"
    "2. No invented viewers, sales or reviews; nobody is led to trade elsewhere.\n"
    "3. Whoever appears is verified, reported, and checked again before every show.\n"
    "4. A slip of the tongue is put right on air; buyers since may have their money back.\n"
    "(A demo text, no model for rules)"
)
CHANGED_ZH: Final = MARKETING_ZH.replace("四、口误当场更正", "四、口误在五分钟内更正")
CHANGED_EN: Final = MARKETING_EN.replace("put right on air", "put right within five minutes")
NEGATIVE_ZH: Final = (
    "不得在直播间销售或宣传：\n烟草与电子烟、处方药、麻醉与精神药品、管制器具、野生保护动植物、"
    "假冒商品、博彩、已召回商品，以及法律禁止网上交易的其他商品。\n（演示文本）"
)
NEGATIVE_EN: Final = (
    "Neither sold nor promoted here:\ntobacco and e-cigarettes, prescription drugs, narcotics, "
    "weapons, protected wildlife, counterfeits, gambling, recalled goods, and whatever else the "
    "law keeps off the net.\n(A demo text)"
)


def publish_rules(*, by: Actor, operator: Actor, long_ago: dt.datetime, now: dt.datetime) -> None:
    """Both documents in force and acknowledged, and version 2 of the first under notice."""
    first = VersionSpec(
        kind="marketing",
        number=0,
        title_zh="山野集直播营销管理规则",
        title_en="Shanye live-marketing rules",
        text_zh=MARKETING_ZH,
        text_en=MARKETING_EN,
    )
    negative = VersionSpec(
        kind="negative_list",
        number=0,
        title_zh="山野集商品负面目录",
        title_en="Shanye negative list",
        text_zh=NEGATIVE_ZH,
        text_en=NEGATIVE_EN,
    )
    change = VersionSpec(
        kind="marketing",
        number=1,
        title_zh=first.title_zh,
        title_en=first.title_en,
        text_zh=CHANGED_ZH,
        text_en=CHANGED_EN,
        summary_zh="第四条：口误更正须在五分钟内完成。",
        summary_en="Article 4: a slip of the tongue is put right within five minutes.",
    )
    for spec, at in ((first, long_ago), (negative, long_ago), (change, now)):
        made = actions.publish_rules(spec=spec, by=by, now=at)
        actions.acknowledge_rules(version_id=made.id, by=operator, now=at)
