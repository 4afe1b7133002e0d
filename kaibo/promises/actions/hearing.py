"""What was said on air: kept, judged by the rulebook, and held against what is configured.

Lines come from a recogniser, from hands or from captions, by one path. Each promise in them is a
row beside the configuration of that second; one that differs opens a correction.
"""

import datetime as dt
import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.inputs import clean_text
from kaibo.compliance.actions import Scanned, confirm_findings, record_all_findings
from kaibo.compliance.reads import Hit, rulebook_of, scan
from kaibo.facts.promises import HeardLine, LinesHeard, PromiseNoted
from kaibo.facts.room import ExplainingStarted, ExplainingStopped
from kaibo.journal.actions import append
from kaibo.journal.reads import facts_of_show
from kaibo.planning.reads import ShowView, show
from kaibo.promises.actions.corrections import heard_right, open_for_finding, open_for_promise
from kaibo.promises.errors import SaidTooEarly, ShowNotStarted
from kaibo.promises.judging import Configured, Judged, judge
from kaibo.promises.models import CONFIGURED_CHARS_MAX, Promise, Utterance
from kaibo.promises.promised import link_named, promises_in
from kaibo.promises.reads import configured
from kaibo.promises.rules.captions import LINE_CHARS_MAX, read_captions
from kaibo.promises.rules.corrections import WORDS_CHARS_MAX
from kaibo.promises.rules.draws import DRAW_KINDS
from kaibo.promotions.errors import NoSuchLink
from kaibo.promotions.reads import draw_configured

HeardBy = Literal["speech", "typed", "captions"]
Source = Literal["speech", "chat", "notice", "picture"]
# A line older than this is held against what is known of its moment, not against what is now.
STILL_NOW = dt.timedelta(seconds=60)
_PROVEN = "承诺台账：与当时设置一致"


@dataclass(frozen=True, slots=True)
class Line:
    """What was said between two moments."""

    began_at: dt.datetime
    ended_at: dt.datetime
    text: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of lines: how many were new, what they promised, what has to be corrected."""

    lines: int
    promises: int
    differing: int
    findings: int


@dataclass(frozen=True, slots=True)
class _Said:
    source: Source
    source_id: int
    at: dt.datetime
    text: str


@transaction.atomic
def hear(
    *,
    org_id: int,
    show_id: int,
    lines: Sequence[Line],
    source: HeardBy,
    link_no: int | None,
    by: Actor,
    now: dt.datetime,
) -> Heard:
    """Keep lines that were said in a show, judge them, and note what they promise.

    Safe to repeat: a line that was heard before at the same moment is left alone. What breaks a
    rule is a finding of the shop's own speech and counts on the room's ladder.

    Args:
        link_no: the link on air; a line that names another speaks of that one.

    Raises:
        NoSuchShow, ShowNotStarted, SaidTooEarly, TextTooLong, TextUnreadable: nothing was written.
    """
    view = show(org_id, show_id)
    lines = [_cleaned(line) for line in lines]
    _check_said(lines, view, now=now)
    on_air = [link_no] * len(lines)
    return _hear(lines, on_air, view=view, source=source, by=by, now=now)


@transaction.atomic
def hear_captions(
    *, org_id: int, show_id: int, data: bytes, begins_at: dt.datetime | None, by: Actor,
    now: dt.datetime,
) -> Heard:  # fmt: skip
    """Hear a WebVTT or SRT file; each line speaks of the link that was on air at its moment.

    Args:
        begins_at: the moment of 00:00:00 in it; None: the start of the show.

    Raises:
        NoSuchShow, ShowNotStarted, CaptionsUnreadable, SaidTooEarly: nothing was written.
    """
    view = show(org_id, show_id)
    cues = read_captions(data)
    if view.started_at is None:
        raise ShowNotStarted
    zero = begins_at or view.started_at
    lines = [Line(zero + cue.begins, zero + cue.ends, cue.text) for cue in cues]
    _check_said(lines, view, now=now)
    explained = _explained(show_id)
    on_air = [_link_at(explained, line.began_at) for line in lines]
    return _hear(lines, on_air, view=view, source="captions", by=by, now=now)


def note_written(
    text: str,
    *,
    org_id: int,
    show_id: int,
    source: Source,
    source_id: int,
    link_no: int | None,
    now: dt.datetime,
) -> None:
    """Note what the shop's own written or shown words promise; the caller's transaction.

    What differs opens a correction, as if it had been said.
    """
    said = _Said(source, source_id, now, text)
    _note(said, link_named(text) or link_no, org_id=org_id, show_id=show_id, now=now)


def _cleaned(line: Line) -> Line:
    text = clean_text("text", line.text, chars_max=LINE_CHARS_MAX, required=True)
    return Line(line.began_at, max(line.began_at, line.ended_at), text)


def _check_said(lines: Sequence[Line], view: ShowView, *, now: dt.datetime) -> None:
    if view.started_at is None:
        raise ShowNotStarted
    end = view.ended_at or now
    for place, line in enumerate(lines, start=1):
        if line.began_at < view.started_at or line.began_at > end:
            raise SaidTooEarly(place=place)


def _hear(
    lines: Sequence[Line],
    on_air: Sequence[int | None],
    *,
    view: ShowView,
    source: HeardBy,
    by: Actor,
    now: dt.datetime,
) -> Heard:
    rows = [
        Utterance(
            organisation_id=view.org_id,
            show_id=view.id,
            source=source,
            link_no=link_named(line.text) or link_no,
            began_at=line.began_at,
            ended_at=line.ended_at,
            text=line.text,
            text_sha256=hashlib.sha256(line.text.encode()).hexdigest(),
            heard_at=now,
            heard_by=by.tag,
        )
        for line, link_no in zip(lines, on_air, strict=True)
    ]
    fresh = _unheard(rows, show_id=view.id)
    Utterance.objects.bulk_create(fresh)
    if not fresh:
        return Heard(0, 0, 0, 0)
    told = [HeardLine(row.pk, row.began_at, row.ended_at, row.text_sha256) for row in fresh]
    fact = LinesHeard(source=source, lines=told)
    append(fact, at=now, org_id=view.org_id, show_id=view.id, actor=by)
    noted = [
        _note(
            _Said("speech", row.pk, row.began_at, row.text),
            row.link_no,
            org_id=view.org_id,
            show_id=view.id,
            now=now,
        )
        for row in fresh
    ]
    findings = _judge_words(fresh, noted, view=view, now=now)
    every = [judged for of_line in noted for judged in of_line]
    differing = sum(judged.verdict == "differs" for judged in every)
    return Heard(len(fresh), len(every), differing, findings)


def _unheard(rows: list[Utterance], *, show_id: int) -> list[Utterance]:
    """Lines that are not on record, each once."""
    digests = {row.text_sha256 for row in rows}
    known = set(
        Utterance.objects.filter(show_id=show_id, text_sha256__in=digests).values_list(
            "began_at", "text_sha256"
        )
    )
    return list(
        {
            (row.began_at, row.text_sha256): row
            for row in rows
            if (row.began_at, row.text_sha256) not in known
        }.values()
    )


def _judge_words(
    rows: Sequence[Utterance],
    noted: Sequence[Sequence[Judged]],
    *,
    view: ShowView,
    now: dt.datetime,
) -> int:
    """Read the lines by the rulebook; what is grave has to be corrected too.

    Words that want evidence have it where the ledger says that they agree with the settings.

    Returns:
        How many findings stand.
    """
    book = rulebook_of(view.org_id)
    allow = (view.seller_contact,) if view.seller_contact else ()
    scanned: list[tuple[Utterance, Scanned, bool]] = []
    for row, judged in zip(rows, noted, strict=True):
        hits = scan(row.text, surface="speech", now=row.began_at, allow=allow, book=book)
        is_proven = _is_proven(hits, judged)
        by = replace(SYSTEM(view.org_id), reason=_PROVEN if is_proven else "")
        one = Scanned(
            subject=f"utterance:{row.pk}",
            text=row.text,
            hits=hits,
            actor=by,
            on_air=view.state == "live",
        )
        if hits:
            scanned.append((row, one, is_proven))
    found = [one for _, one, _ in scanned]
    ids = iter(
        record_all_findings(found, org_id=view.org_id, show_id=view.id, surface="speech", now=now)
    )
    standing = 0
    for row, one, is_proven in scanned:
        if is_proven:
            confirm_findings([one], org_id=view.org_id, by=one.actor, now=now)
        for hit in one.hits:
            finding_id = next(ids)
            if hit.is_live and not is_proven:
                standing += 1
                open_for_finding(finding_id, hit, row, now=now)
    return standing


def _is_proven(hits: Sequence[Hit], judged: Sequence[Judged]) -> bool:
    """Whether everything that wants evidence in a line agrees with the settings."""
    agreed = [one.promised.words for one in judged if one.verdict == "agrees"]
    live = [hit for hit in hits if hit.is_live]
    return bool(live) and all(
        hit.verdict == "needs_evidence" and any(_meet(hit.matched, words) for words in agreed)
        for hit in live
    )


def _meet(matched: str, words: str) -> bool:
    folded = unicodedata.normalize("NFKC", matched).casefold()
    return folded in words or words in folded


def _note(
    said: _Said, link_no: int | None, *, org_id: int, show_id: int, now: dt.datetime
) -> list[Judged]:
    """Write a row for each promise of one text about a link; open and settle corrections."""
    found = promises_in(said.text, link_no=link_no)
    if not found:
        return []
    is_past = now - said.at > STILL_NOW
    setting, sku_id = _setting(org_id, show_id, link_no, now=now, at=said.at if is_past else None)
    if any(promised.kind in DRAW_KINDS for promised in found):
        draw = draw_configured(org_id, show_id, at=said.at if is_past else now, is_past=is_past)
        setting = replace(setting, draw=draw)
    judged = [judge(promised, setting) for promised in found]
    for one in judged:
        row = Promise.objects.create(
            organisation_id=org_id,
            show_id=show_id,
            source=said.source,
            source_id=said.source_id,
            said_at=said.at,
            link_no=None if one.promised.kind in DRAW_KINDS else setting.link_no,
            sku_id=None if one.promised.kind in DRAW_KINDS else sku_id,
            kind=one.promised.kind,
            words=one.promised.words[:WORDS_CHARS_MAX],
            configured_zh=one.configured_zh[:CONFIGURED_CHARS_MAX],
            configured_en=one.configured_en[:CONFIGURED_CHARS_MAX],
            verdict=one.verdict,
            noted_at=now,
        )
        fact = PromiseNoted(
            promise_id=row.pk,
            source=said.source,
            source_id=said.source_id,
            said_at=said.at,
            link_no=row.link_no,
            kind=row.kind,
            words=row.words,
            configured=row.configured_zh,
            verdict=one.verdict,
        )
        append(fact, at=now, org_id=org_id, show_id=show_id, actor=SYSTEM(org_id))
        if one.verdict == "differs":
            open_for_promise(row, now=now)
        elif one.verdict == "agrees" and said.source == "speech":
            heard_right(row, now=now)
    return judged


def _setting(
    org_id: int, show_id: int, link_no: int | None, *, now: dt.datetime, at: dt.datetime | None
) -> tuple[Configured, int | None]:
    try:
        return configured(org_id, show_id, link_no, now=now, at=at)
    except NoSuchLink:
        # A number that is no link of this show: nobody can say what was meant.
        return Configured(), None


def _explained(show_id: int) -> list[tuple[dt.datetime, int | None]]:
    """Which link was on air from which moment on, in order."""
    kinds = [ExplainingStarted, ExplainingStopped]
    return [
        (entry.at, entry.fact.link_no if isinstance(entry.fact, ExplainingStarted) else None)
        for entry in facts_of_show(show_id, kinds)
    ]


def _link_at(explained: Sequence[tuple[dt.datetime, int | None]], at: dt.datetime) -> int | None:
    return next((link_no for since, link_no in reversed(explained) if since <= at), None)
