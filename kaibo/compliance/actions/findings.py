"""The writers of findings."""

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

from kaibo.base.actor import Actor
from kaibo.base.errors import Refusal
from kaibo.compliance.actions.ladder import count_findings, recount_room
from kaibo.compliance.errors import (
    FindingClosed,
    NoSuchFinding,
    ReasonMissing,
    WordsBlocked,
    WordsUnconfirmed,
)
from kaibo.compliance.models import Finding
from kaibo.compliance.reads import rulebook_of, scan
from kaibo.compliance.rules.gate import ASKING, asking, refusing
from kaibo.compliance.rules.hits import FoundOn, Hit
from kaibo.facts.compliance import ComplianceHit, FindingConfirmed, FindingDismissed
from kaibo.journal.actions import append, append_all

REASON_CHARS_MAX = 200
# What reaches viewers the moment it is said, shown or sold.
ON_AIR: tuple[FoundOn, ...] = ("speech", "chat", "picture", "offer")
_P = ParamSpec("_P")
_R = TypeVar("_R")
# Subject, text, and where in it which rule was met.
_Key = tuple[str, int, str, str, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """One text that was scanned, and what was found in it.

    ``subject``: what it is, as ``kind:id`` (``chat_message:12``, ``run_item:5``). ``text``: as it
    was scanned. ``on_air``: viewers saw or heard it.
    """

    subject: str
    text: str
    hits: Sequence[Hit]
    actor: Actor
    on_air: bool = True


def record_findings(
    *,
    org_id: int,
    show_id: int | None,
    surface: FoundOn,
    subject: str,
    text: str,
    hits: Sequence[Hit],
    actor: Actor,
    now: dt.datetime,
) -> list[int]:
    """Keep what a scan of one text found; see ``record_all_findings``.

    Returns:
        Ids of the new findings, in the order of the hits.
    """
    scanned = Scanned(subject=subject, text=text, hits=hits, actor=actor)
    return record_all_findings([scanned], org_id=org_id, show_id=show_id, surface=surface, now=now)


@transaction.atomic
def record_all_findings(
    scanned: Sequence[Scanned],
    *,
    org_id: int,
    show_id: int | None,
    surface: FoundOn,
    now: dt.datetime,
) -> list[int]:
    """Keep what scans found, suppressed hits included, and tell it; all of it or nothing.

    Safe to repeat: a hit that is already on record for the same subject and the same text is
    left alone. Nothing is hidden or blocked here: that is for the caller, by ``hit.action``.
    What the shop itself said or wrote on air counts on the room's ladder at once (art. 13).

    Returns:
        Ids of the new findings, in the order of the texts and their hits.
    """
    known: set[_Key] = set(
        Finding.objects.filter(
            organisation_id=org_id, subject_id__in={_subject(one)[1] for one in scanned}
        ).values_list(
            "subject_kind", "subject_id", "text_sha256", "rule_id", "span_start", "span_end"
        )
    )
    fresh: dict[_Key, tuple[Scanned, Hit]] = {}
    for one in scanned:
        place = (*_subject(one), _digest(one.text))
        for hit in one.hits:
            key = (*place, hit.rule_id, hit.span_start, hit.span_end)
            if key not in known:
                fresh[key] = one, hit
    rows = Finding.objects.bulk_create(
        Finding(
            organisation_id=org_id,
            show_id=show_id,
            surface=surface,
            subject_kind=kind,
            subject_id=number,
            text=_storable(one.text),
            text_sha256=digest,
            found_at=now,
            state="suppressed" if hit.suppressed_reason else "open",
            **_columns(hit),
        )
        for (kind, number, digest, *_), (one, hit) in fresh.items()
    )
    doers = [one.actor for one, _ in fresh.values()]
    told = [(_fact(row), doer) for row, doer in zip(rows, doers, strict=True)]
    append_all(told, at=now, org_id=org_id, show_id=show_id)
    counted = [row for row, (one, _) in zip(rows, fresh.values(), strict=True) if _counts(row, one)]
    if counted and show_id is not None:
        count_findings(counted, org_id=org_id, show_id=show_id, now=now)
    return [row.pk for row in rows]


def _counts(row: Finding, scanned: Scanned) -> bool:
    """Viewers cannot talk a room down, and what never went on air harmed nobody.

    Words that only want evidence are answered for by who sent them with a reason.
    """
    if row.verdict == "needs_evidence" and scanned.actor.reason:
        return False
    is_own = scanned.actor.kind != "viewer" and scanned.on_air
    return is_own and row.state == "open" and row.surface in ON_AIR


def judged(action: Callable[_P, _R]) -> Callable[_P, _R]:
    """Run an action in one transaction; what its words or goods were refused for stays on record.

    Everything else is undone. An action that calls another such action is one itself.
    """

    @wraps(action)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            with transaction.atomic():
                return action(*args, **kwargs)
        except Refusal as refusal:
            keep_found(refusal)
            raise

    return run


def keep_found(refusal: Refusal) -> None:
    """Write what a refusal is to leave on record, where it has such a thing."""
    if (found := getattr(refusal, "found", None)) is not None:
        found()


def clear_words(
    texts: Sequence[str],
    *,
    subject: str,
    org_id: int,
    show_id: int | None,
    by: Actor,
    now: dt.datetime,
    allow: Sequence[str] = (),
    proven: Sequence[str] = (),
    proven_rules: Sequence[str] = (),
) -> None:
    """Let words of the shop go before buyers, or refuse; what was found is kept either way.

    Written words are judged as titles are. Called inside an action that is ``judged``. A warning
    wants ``by.reason``, which is kept with the finding; the system, which can give none, is let
    go on.

    Args:
        subject: what carries the words, as ``kind:id``; empty texts are nothing.
        allow: contacts of the shop itself.
        proven: words that the system's own records bear out, so that nobody has to.
        proven_rules: rules whose evidence is what the words stand on, such as a registered draw.

    Raises:
        WordsBlocked, WordsUnconfirmed: only the findings were written.
    """
    book = rulebook_of(org_id)
    scans = [
        (text, scan(text, surface="title", now=now, allow=allow, book=book))
        for text in texts
        if text
    ]
    found = [
        Scanned(subject=subject, text=text, hits=hits, actor=by) for text, hits in scans if hits
    ]
    if not found:
        return

    def keep() -> None:
        record_all_findings(found, org_id=org_id, show_id=show_id, surface="title", now=now)

    hits = [hit for one in found for hit in one.hits]
    asked = [
        hit
        for hit in asking(hits)
        if hit.rule_id not in proven_rules and not _borne_out(hit.matched, proven)
    ]
    if worst := refusing(hits):
        blocked = WordsBlocked(**_told(worst))
        blocked.found = keep
        raise blocked
    if asked and by.kind == "person" and not by.reason:
        unconfirmed = WordsUnconfirmed(**_told(asked[0]), hits=[_told(hit) for hit in asked])
        unconfirmed.found = keep
        raise unconfirmed
    keep()
    if asked and by.kind == "person":
        confirm_findings(found, org_id=org_id, by=by, now=now)


def _borne_out(words: str, proven: Sequence[str]) -> bool:
    return any(words in one or one in words for one in proven)


def _told(hit: Hit) -> dict[str, str]:
    return {
        "words": hit.matched,
        "rule_id": hit.rule_id,
        "article": f"{hit.law}{hit.article}{hit.item}",
        "message_zh": hit.message_zh,
        "message_en": hit.message_en,
    }


@transaction.atomic
def confirm_findings(
    scanned: Sequence[Scanned], *, org_id: int, by: Actor, now: dt.datetime
) -> None:
    """Keep who put words out in spite of open warnings, and why (``by.reason``).

    The findings stay open: somebody else may still look at them. Said again, the last word counts.
    """
    assert by.reason
    for one in scanned:
        kind, number = _subject(one)
        rows = Finding.objects.select_for_update().filter(
            organisation_id=org_id, subject_kind=kind, subject_id=number,
            text_sha256=_digest(one.text), state="open", action__in=ASKING,
        )  # fmt: skip
        for row in rows.order_by("pk"):
            row.confirmed_by, row.confirmed_reason = by.id, _storable(by.reason)
            row.save(update_fields=["confirmed_by", "confirmed_reason"])
            fact = FindingConfirmed(finding_id=row.pk, reason=row.confirmed_reason)
            append(fact, at=now, org_id=org_id, show_id=row.show_id, actor=by)


def _subject(scanned: Scanned) -> tuple[str, int]:
    kind, _, number = scanned.subject.partition(":")
    return kind, int(number)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _storable(text: str) -> str:
    """NUL and lone surrogates have no place in a database; the hash still tells the original."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def _columns(hit: Hit) -> dict[str, str | int]:
    names = (
        "span_start", "span_end", "family", "rule_id", "pack_version", "law", "article", "item",
        "verdict", "severity", "action", "view", "suppressed_reason",
    )  # fmt: skip
    return {name: getattr(hit, name) for name in names}


def _fact(row: Finding) -> ComplianceHit:
    return ComplianceHit(
        finding_id=row.pk,
        surface=row.surface,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        text_sha256=row.text_sha256,
        span_start=row.span_start,
        span_end=row.span_end,
        family=row.family,
        rule_id=row.rule_id,
        pack_version=row.pack_version,
        law=row.law,
        article=row.article,
        item=row.item,
        verdict=row.verdict,
        severity=row.severity,
        action=row.action,
        view=row.view,
        suppressed_reason=row.suppressed_reason,
    )


@transaction.atomic
def dismiss_finding(
    *, org_id: int, finding_id: int, reason: str, by: Actor, now: dt.datetime
) -> None:
    """Decide that an open finding does not count; it stays on record with the reason.

    Raises:
        ReasonMissing: the reason is empty.
        NoSuchFinding: not in this organisation.
        FindingClosed: it was suppressed or dismissed already. Nothing was written.
    """
    reason = reason.strip()[:REASON_CHARS_MAX]
    if not reason:
        raise ReasonMissing()
    row = Finding.objects.select_for_update().filter(organisation_id=org_id, pk=finding_id).first()
    if row is None:
        raise NoSuchFinding()
    if row.state != "open":
        raise FindingClosed(state=row.state)
    row.state, row.dismissed_reason = "dismissed", _storable(reason)
    row.save(update_fields=["state", "dismissed_reason"])
    append(
        FindingDismissed(finding_id=row.pk), at=now, org_id=org_id, show_id=row.show_id, actor=by
    )
    recount_room(row, now=now)
