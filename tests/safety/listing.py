"""An entry of the blacklist for each shop."""

from __future__ import annotations

import datetime as dt

from kaibo.base.actor import Actor
from kaibo.compliance.actions import ListingSpec, add_listing


def listed(by: Actor, mark: str, *, now: dt.datetime) -> dict[str, int]:
    """Somebody whose entry bears the mark of the shop."""
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
    return {"blacklist": add_listing(spec=spec, by=by, now=now).id}
