"""An entry of the blacklist, and a decision, for each shop."""

from __future__ import annotations

import datetime as dt

from kaibo.base.actor import Actor
from kaibo.compliance.actions import ListingSpec, SanctionSpec, add_listing, decide_sanction


def listed(by: Actor, mark: str, *, now: dt.datetime) -> dict[str, int]:
    """Somebody whose entry bears the mark of the shop, and a warning to its operator."""
    spec = ListingSpec(
        who="host",
        name=mark,
        identifiers={"phone": "13800001234"},
        facts=mark,
        reason=mark,
        basis="《直播电商监督管理办法》第十四条",
        appeal_to=mark,
        ends_at=now + dt.timedelta(days=30),
    )
    warning = SanctionSpec(
        who="operator",
        host_id=None,
        name=mark,
        measure="warn",
        finding_ids=[],
        facts=mark,
        reason=mark,
        law="直播电商监督管理办法",
        article="第十二条",
        appeal_to=mark,
        starts_at=now,
        ends_at=now + dt.timedelta(days=30),
        authority=mark,
        order_no=mark,
    )
    return {
        "blacklist": add_listing(spec=spec, by=by, now=now).id,
        "sanction": decide_sanction(spec=warning, by=by, now=now).id,
    }
