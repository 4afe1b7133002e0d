"""Holding a link against the negative list."""

import datetime as dt

from kaibo.base.actor import Actor
from kaibo.catalog.actions import Subject, judge_sku
from kaibo.facts.catalog import GoodsStep
from kaibo.promotions.models import Offer


def judge_link(
    row: Offer, step: GoodsStep, *, by: Actor, now: dt.datetime, is_new: bool = False
) -> str:
    """Hold the goods of a link, under its own title, against the list in force.

    Args:
        is_new: the link was made in this transaction.

    Returns:
        The version that let it stand.

    Raises:
        GoodsBanned: what was found stays on record if the action is ``judged``.
    """
    subject = Subject(
        "offer", row.pk, step, show_id=row.show_id, known=row.goods_list, is_new=is_new
    )
    return judge_sku(
        sku_id=row.sku_id, title=row.title, spec=row.spec, subject=subject, by=by, now=now
    )
