"""Findings of a wanted severity and family, without looking for words that have them."""

import datetime as dt
from itertools import count

from kaibo.base.actor import Actor
from kaibo.compliance import actions
from kaibo.compliance.rules.hits import Hit, Severity, Verdict

_numbers = count(1)
TEXT = "这句话有问题"


def hit(
    severity: Severity,
    *,
    family: str = "C1",
    suppressed: str = "",
    verdict: Verdict = "violation",
) -> Hit:
    """A hit over the whole of ``TEXT``."""
    return Hit(
        family=family,
        rule_id=f"{family}.test",
        law="广告法",
        article="第九条",
        item="",
        span_start=0,
        span_end=len(TEXT),
        matched=TEXT,
        view="V0",
        verdict=verdict,
        severity=severity,
        action="warn",
        message_zh="请更正",
        message_en="Correct it",
        suppressed_reason=suppressed,
        pack_version="1",
    )


def say(
    by: Actor,
    severity: Severity,
    *,
    show_id: int,
    now: dt.datetime,
    family: str = "C1",
    suppressed: str = "",
    on_air: bool = True,
    verdict: Verdict = "violation",
) -> int:
    """Let the shop, or a viewer, say something that is found; returns the finding's number."""
    scanned = actions.Scanned(
        subject=f"speech:{next(_numbers)}",
        text=TEXT,
        hits=[hit(severity, family=family, suppressed=suppressed, verdict=verdict)],
        actor=by,
        on_air=on_air,
    )
    [finding_id] = actions.record_all_findings(
        [scanned], org_id=by.org_id, show_id=show_id, surface="speech", now=now
    )
    return finding_id
