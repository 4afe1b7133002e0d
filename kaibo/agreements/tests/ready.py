"""Rules that are published and noted, as the gate wants them."""

import datetime as dt
from typing import Any

from kaibo.agreements import actions
from kaibo.agreements.actions import VersionSpec
from kaibo.agreements.reads import VersionCard
from kaibo.agreements.rules import NEEDED
from kaibo.base.actor import Actor


def publish(*, by: Actor, now: dt.datetime, **fields: Any) -> VersionCard:
    """A version of the live-marketing rules, unless told otherwise."""
    values: dict[str, Any] = {
        "kind": "marketing", "number": 0, "title_zh": "直播营销管理规则", "text_zh": "第一条",
    }  # fmt: skip
    return actions.publish_rules(spec=VersionSpec(**values | fields), by=by, now=now)


def ruled(*, by: Actor, now: dt.datetime) -> list[VersionCard]:
    """The two documents that a platform needs, in force and acknowledged."""
    made = [publish(by=by, now=now, kind=kind) for kind in NEEDED]
    for one in made:
        actions.acknowledge_rules(version_id=one.id, by=by, now=now)
    return made
