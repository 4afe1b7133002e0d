"""A notice of a rights holder, one of an authority, and a report, for each shop."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kaibo.base.actor import Actor
from kaibo.compliance.tests.words import say
from kaibo.notices.actions import (
    NoticeSpec,
    UnreachableSpec,
    file_infringement,
    note_unreachable,
    open_filing,
)

NOTICE = {
    "links": [1],
    "right": "trademark",
    "right_name": "小满",
    "holder": "小满商标有限公司",
    "contact": "ip@example.com",
    "proof": "注册证",
    "evidence": "瓶身使用标识",
    "is_true": True,
}
UNREACHABLE = {
    "who": "operator",
    "name": "安娜商贸",
    "authority": "市场监督管理局",
    "order_no": "1 号",
    "details": "登记地址",
}
BODIES: dict[str, Any] = {
    "POST /desk/infringements/*/accept": {},
    "POST /desk/infringements/*/reject": {"reason": "权属失效"},
    "POST /desk/infringements/*/forward": {"way": "邮件"},
    "POST /desk/infringements/*/answer": {"seller": "安娜", "statement": "自有商标"},
    "POST /desk/infringements/*/deliver": {"way": "邮件"},
    "POST /desk/infringements/*/suit": {"suit": "案号"},
    "POST /desk/infringements/*/settle": {"is_upheld": True, "outcome": "判决"},
    "POST /desk/infringements/*/withdraw": {"why": "许可"},
    "POST /desk/infringements/*/unjust": {"kind": "mistaken", "why": "误认"},
    "POST /desk/unreachables/*/remind": {"way": "短信"},
    "POST /desk/unreachables/*/update": {"how": "核对"},
    "POST /desk/filings/*/send": {"authority": "市监局", "receipt": "收字 1 号"},
    "POST /desk/filings/*/drop": {"reason": "误判"},
    "POST /infringements/*/suit": {"suit": "案号"},
    "POST /infringements/*/withdraw": {"why": "许可"},
}


def noticed(by: Actor, mark: str, show_id: int, *, now: dt.datetime) -> dict[str, Any]:
    """One of each, the mark of the shop in every text."""
    spec = NoticeSpec(
        org_id=by.org_id,
        show_id=show_id,
        link_nos=[1],
        right="trademark",
        right_name=mark,
        right_no=mark,
        holder_kind="company",
        holder=mark,
        contact=mark,
        proof=mark,
        evidence=mark,
        is_true=True,
    )
    got = file_infringement(spec=spec, by=by, now=now)
    missing = UnreachableSpec(
        who="operator",
        host_id=None,
        name=mark,
        authority=mark,
        order_no=mark,
        details=mark,
        received_at=now,
    )
    finding_id = say(by, "S1", show_id=show_id, now=now, on_air=False)
    return {
        "infringement": got.id,
        "notice-code": got.code,
        "unreachable": note_unreachable(spec=missing, by=by, now=now).id,
        "filing": open_filing(finding_id=finding_id, note=mark, by=by, now=now).id,
    }
