"""Rules that are published and noted, and contracts, as the gate wants them."""

import datetime as dt
from typing import Any

from kaibo.agreements import actions
from kaibo.agreements.actions import ContractSpec, VersionSpec
from kaibo.agreements.reads import ContractView, VersionCard
from kaibo.agreements.rules import NEEDED
from kaibo.base.actor import Actor
from kaibo.hosts.tests.made import CREDIT_CODE, picture


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


def contracted(*, by: Actor, now: dt.datetime, **fields: Any) -> ContractView:
    """A contract that names all three duties, unless told otherwise."""
    values: dict[str, Any] = {
        "party_name": "青山经纪", "party_code": CREDIT_CODE, "since_on": now.date(),
        "has_security": True, "has_quality": True, "has_consumer": True,
    }  # fmt: skip
    spec = ContractSpec(**values | fields)
    return actions.record_contract(spec=spec, paper=picture("white"), by=by, now=now)
