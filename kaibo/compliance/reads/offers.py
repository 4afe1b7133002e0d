"""Findings that are read off what is on offer rather than off a text."""

from typing import Final, Literal

from kaibo.compliance.reads.rules import rule
from kaibo.compliance.rules.hits import Hit

# The rule that words meet when they say that a price is about to end. A price that stays, or is
# back within a day, is the same thing, done.
COUNTDOWN_RULE: Final = "C6.countdown"
_CITED: Final = ("明码标价和禁止价格欺诈规定", "第二十条", "第一款（三）")


def countdown_hit(text: str, *, mark: Literal["restarted", "price_stays"]) -> Hit:
    """A limit of time that the offers belie (LM-098).

    ``price_stays`` is a violation: what was said to end goes on. ``restarted`` is for a person to
    judge: a sale may be repeated, and it was called the last one or it was not.

    Args:
        text: what was found, for people to read.
    """
    found = rule(COUNTDOWN_RULE)
    stays = mark == "price_stays"
    law, article, item = _CITED
    return Hit(
        family=found.family,
        rule_id=found.rule_id,
        law=law,
        article=article,
        item=item,
        span_start=0,
        span_end=len(text),
        matched=text,
        view="V0",
        verdict="violation" if stays else "needs_evidence",
        severity="S2" if stays else "S3",
        action="warn" if stays else "review",
        message_zh="限时优惠与实际不符：请恢复价格，或停止限时表述。",
        message_en="A limited price did not end: put the price back, or stop calling it limited.",
        evidence=found.evidence,
        pack_version=found.pack_version,
    )
