"""Notices that are whole, to be spoiled one thing at a time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.times import SHOP_ZONE
from kaibo.facts import registry
from kaibo.journal.models import Entry
from kaibo.notices import actions
from kaibo.notices.actions import NoticeSpec, Received, UnreachableSpec

# A Tuesday; the holidays of 1 to 5 May lie ahead.
FILED_AT = dt.datetime(2026, 4, 28, 10, 0, tzinfo=SHOP_ZONE)


def at(text: str) -> dt.datetime:
    """A moment on the shop's clock."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHOP_ZONE)


def notice(org_id: int, show_id: int, *links: int, **changes: Any) -> NoticeSpec:
    """What a holder files about links of a show."""
    spec = NoticeSpec(
        org_id=org_id,
        show_id=show_id,
        link_nos=links or (1,),
        right="trademark",
        right_name="小满",
        right_no="第 1234567 号",
        holder_kind="company",
        holder="小满商标有限公司",
        contact="ip@example.com",
        proof="商标注册证第 1234567 号，第 3 类",
        evidence="1 号链接商品瓶身使用“小满”标识，见 https://example.com/a.jpg",
        is_true=True,
    )
    return replace(spec, **changes)


def filed(org_id: int, show_id: int, *links: int, now: dt.datetime = FILED_AT) -> Received:
    """A notice that came in by the public page."""
    spec = notice(org_id, show_id, *links)
    return actions.file_infringement(spec=spec, by=SYSTEM(org_id), now=now)


def unreachable(**changes: Any) -> UnreachableSpec:
    """An authority's notice about the operator."""
    spec = UnreachableSpec(
        who="operator",
        host_id=None,
        name="安娜商贸",
        authority="静安区市场监督管理局",
        order_no="静市监函〔2026〕12 号",
        details="上海市静安区 1 号，400-1",
        received_at=FILED_AT,
    )
    return replace(spec, **changes)


def another(by: Actor) -> Actor:
    """A colleague."""
    return replace(by, id=by.id + 1)


def told(*kinds: type) -> list[Any]:
    """Facts of these kinds, in their order."""
    facts = [registry.decode(row.tag, row.body) for row in Entry.objects.order_by("id")]
    return [fact for fact in facts if isinstance(fact, kinds)]
