"""A wrong word of the host's that is to be corrected, and what its buyer was told."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kaibo.base.actor import Actor
from kaibo.orders.actions import notify_orders
from kaibo.orders.reads import order
from kaibo.promises.actions import Line
from kaibo.promises.reads import corrections
from kaibo.room.actions import hear_lines


def corrected(by: Actor, mark: str, show_id: int, no: str, *, now: dt.datetime) -> dict[str, int]:
    """The ids of the correction and of the notice in the order."""
    here: dict[str, Any] = {"org_id": by.org_id, "show_id": show_id, "now": now}
    said = Line(now, now, f"{mark}，邮费自理")
    hear_lines(**here, lines=[said], source="typed", by=by)
    (one,) = corrections(by.org_id, show_id)
    notify_orders(**here, link_no=1, since=now, correction_id=one.id, text_zh=mark, text_en=mark)
    return {"correction": one.id, "notice": order(no, org_id=by.org_id).notices[0].id}
