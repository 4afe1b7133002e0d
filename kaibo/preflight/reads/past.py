"""Past shows looked at again by the rules of today, or by a pack before it is saved."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kaibo.base.inputs import check_whole
from kaibo.base.sheets import Cell
from kaibo.compliance import reads as compliance
from kaibo.facts.room import NoticePinned
from kaibo.journal.reads import facts_of_show
from kaibo.planning import reads as planning
from kaibo.planning.reads import ShowView
from kaibo.preflight.errors import PackUnfit
from kaibo.preflight.reads.gate import Text, texts_of
from kaibo.preflight.rules import Said

DAYS_MAX: Final = 400
SHOWS_MAX: Final = 200
FAILING_MAX: Final = 500
PAST_COLUMNS: Final = (
    "场次 Show", "开播 On air", "位置 Place", "Place", "原文 Text", "命中 Words", "规则 Rule",
    "依据 Article", "结论 Verdict", "处理 Action", "当时已发现 Met then",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PastHit:
    """Words of a past show that would be refused, hidden or asked about now.

    ``was_met``: the same rule was found in the same text then; ``is_new``: only the pack that is
    tried meets it.
    """

    show_id: int
    show_title: str
    started_at: dt.datetime
    place_zh: str
    place_en: str
    text: str
    matched: str
    rule_id: str
    law: str
    article: str
    item: str
    verdict: str
    severity: str
    action: str
    message_zh: str
    message_en: str
    was_met: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class PastLook:
    """How many shows and texts were looked at, and what would fail; at most 500 places are told.

    ``has_more``: there were more shows in these days than are looked at, or more that fails.
    """

    shows: int
    texts: int
    failing: list[PastHit]
    has_more: bool


def past_failures(org_id: int, *, days: int, now: dt.datetime, source: str = "") -> PastLook:
    """What past shows said that would fail now: plans and notices, the newest show first.

    Judged by the rules in force today, whatever was in force then. What viewers wrote is not
    looked at again. Nothing is written.

    Args:
        days: shows that went on air so many days ago at most.
        source: the YAML of a pack to try; empty: the rulebook as it stands.

    Raises:
        NumberOutOfRange. PackUnfit: the pack would not be taken; says where.
    """
    check_whole("days", days, least=1, most=DAYS_MAX)
    stands = compliance.rulebook_of(org_id)
    try:
        book = compliance.rulebook_trial(org_id, source) if source else stands
    except compliance.BadPack as error:
        raise PackUnfit(
            count=len(error.problems), first=error.problems[0], problems=list(error.problems)
        ) from error
    since = now - dt.timedelta(days=days)
    shows = planning.past_shows(org_id, since=since, limit=SHOWS_MAX + 1)
    texts, failing = 0, []
    for show in shows[:SHOWS_MAX]:
        met = compliance.rules_met(org_id, show.id)
        for said, place in _texts(show):
            texts += 1
            now_hits = _hits(said, book, now)
            if not now_hits:
                continue
            before = now_hits if book is stands else _hits(said, stands, now)
            known = {(hit.rule_id, hit.action) for hit in before}
            failing += [
                _past_hit(
                    show,
                    place,
                    said.text,
                    hit,
                    was_met=(said.text, hit.rule_id) in met,
                    is_new=(hit.rule_id, hit.action) not in known,
                )
                for hit in now_hits
            ]
    has_more = len(shows) > SHOWS_MAX or len(failing) > FAILING_MAX
    return PastLook(min(len(shows), SHOWS_MAX), texts, failing[:FAILING_MAX], has_more)


def past_rows(look: PastLook) -> list[list[Cell]]:
    """What fails, for a sheet."""
    return [
        [
            one.show_title,
            one.started_at,
            one.place_zh,
            one.place_en,
            one.text,
            one.matched,
            one.rule_id,
            f"{one.law}{one.article}{one.item}",
            one.verdict,
            one.action,
            "是" if one.was_met else "否",
        ]
        for one in look.failing
    ]


def _texts(show: ShowView) -> Iterator[tuple[Text, Said]]:
    yield from texts_of(show, planning.run_of_show(show.id))
    for entry in facts_of_show(show.id, [NoticePinned]):
        if isinstance(entry.fact, NoticePinned) and entry.fact.text:
            yield Text(entry.fact.text, "title"), Said("公告", "notice")


def _hits(said: Text, book: compliance.Rulebook, now: dt.datetime) -> list[compliance.Hit]:
    hits = compliance.scan(said.text, surface=said.surface, now=now, book=book)
    return [hit for hit in hits if compliance.refusing([hit]) or compliance.asking([hit])]


def _past_hit(
    show: ShowView, place: Said, text: str, hit: compliance.Hit, *, was_met: bool, is_new: bool
) -> PastHit:
    assert show.started_at is not None
    return PastHit(
        show_id=show.id,
        show_title=show.title,
        started_at=show.started_at,
        place_zh=place.zh,
        place_en=place.en,
        text=text,
        matched=hit.matched,
        rule_id=hit.rule_id,
        law=hit.law,
        article=hit.article,
        item=hit.item,
        verdict=hit.verdict,
        severity=hit.severity,
        action=hit.action,
        message_zh=hit.message_zh,
        message_en=hit.message_en,
        was_met=was_met,
        is_new=is_new,
    )
