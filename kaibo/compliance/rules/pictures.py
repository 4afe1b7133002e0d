"""Findings that are seen in a picture rather than read in a text. Pure."""

from typing import Final

from kaibo.compliance.rules.hits import Hit

QR_RULE: Final = "C7.qr-on-air"
# Of the code itself, not of words: raised by hand when what is looked for changes.
_VERSION: Final = "2026.11.1"


def code_hit(text: str, *, is_own: bool) -> Hit:
    """A QR code on air; one that leads to the shop itself is suppressed (``allow_list``).

    Source: 网络直播营销管理办法（试行）第九条 (links and QR codes are safe) by way of
    直播电商监督管理办法第三十一条第二款, as the family C7 cites it.
    """
    return Hit(
        family="C7",
        rule_id=QR_RULE,
        law="直播电商监督管理办法",
        article="第三十一条",
        item="第二款",
        span_start=0,
        span_end=len(text),
        matched=text,
        view="V0",
        verdict="violation",
        severity="S2",
        action="warn",
        message_zh="画面中出现非本店的二维码；请立即移出画面，交易请在直播间内完成。",
        message_en="A QR code that is not the shop's is in the picture; take it out at once.",
        suppressed_reason="allow_list" if is_own else "",
        notify_viewers=True,
        pack_version=_VERSION,
    )
