"""Findings that are seen in a picture rather than read in a text."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kaibo.compliance.reads.book import rulebook_of, scan
from kaibo.compliance.reads.rules import rule
from kaibo.compliance.rules.hits import SEVERITIES, Hit, Surface

# The rule that words meet when they send viewers to a code on the screen: the code is the same
# thing, seen. Family C7, 直播电商监督管理办法第三十一条第二款.
QR_RULE: Final = "C7.scan-code"


def code_hit(text: str, *, suppressed_reason: str) -> Hit:
    """A QR code in a picture.

    Args:
        suppressed_reason: ``allow_list`` when it leads to the shop itself, ``rehearsal`` before
            the show, empty when it counts.
    """
    found = rule(QR_RULE)
    return Hit(
        family=found.family,
        rule_id=found.rule_id,
        law=found.law,
        article=found.article,
        item=found.item,
        span_start=0,
        span_end=len(text),
        matched=text,
        view="V0",
        verdict="violation",
        severity=next(one for one in SEVERITIES if one == found.severity),
        action="warn",
        message_zh="画面中出现非本店的二维码；请立即移出画面，交易请在直播间内完成。",
        message_en="A QR code that is not the shop's is in the picture; take it out at once.",
        suppressed_reason=suppressed_reason,
        notify_viewers=True,
        pack_version=found.pack_version,
    )


# What stands in a picture is written as cards are, and lures as chat does.
_READ_AS: Final[tuple[Surface, ...]] = ("title", "chat")


def text_hits(text: str, *, org_id: int, allow: Sequence[str], now: dt.datetime) -> list[Hit]:
    """Every rule of cards and of chat that words in a picture touch, each place once.

    Nothing that viewers have seen can be held back: who reads it is warned.

    Args:
        allow: the shop's own registered contacts.
    """
    book = rulebook_of(org_id)
    found: dict[tuple[str, int, int], Hit] = {}
    for surface in _READ_AS:
        for hit in scan(text, surface=surface, now=now, allow=allow, book=book):
            found.setdefault((hit.rule_id, hit.span_start, hit.span_end), hit)
    return [replace(hit, action="warn") for hit in found.values()]
