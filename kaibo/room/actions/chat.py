"""Chat: kept and judged in batches; hidden by a rule or by a person."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import connection, transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.inputs import clean_text
from kaibo.compliance.actions import Scanned, confirm_findings, record_all_findings
from kaibo.compliance.reads import (
    Hit,
    Rulebook,
    TextModel,
    asking,
    models,
    read_by_models,
    refusing,
    rulebook_of,
    scan,
)
from kaibo.facts.room import MessageHidden, MessagesPosted, OffPlatformWarned, PostedMessage
from kaibo.journal.actions import append
from kaibo.promises.actions import note_written
from kaibo.room.actions.board import lock_board, tell
from kaibo.room.errors import NoSuchMessage
from kaibo.room.models import ChatMessage
from kaibo.room.reads import link_on_air
from kaibo.room.rules import chat_state, warning_due

REASON_CHARS_MAX = 200

State = Literal["shown", "hidden", "warned"]

_COLUMNS = (
    "organisation_id", "show_id", "viewer_id", "person_id", "nickname", "kind",
    "text", "reply_to", "at", "state", "rule_id",
)  # fmt: skip
_PLACES = f"({','.join(['%s'] * len(_COLUMNS))})"
# Both engines take this many rows of so many columns in one statement.
_ROWS_MAX = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A line of chat as it came, already trimmed to what a line may be.

    ``viewer_id`` is 0 for staff, who are named by ``person_id``. ``at`` is its arrival.
    ``because`` is why a line of staff may stand in spite of a warning.
    """

    viewer_id: int
    nickname: str
    kind: Literal["viewer", "host", "staff"]
    text: str
    at: dt.datetime
    reply_to: int | None = None
    person_id: int | None = None
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What became of a line; the article is cited when a rule was broken.

    ``needs_reason``: a line of staff that is hidden until they send it with a reason.
    """

    message_id: int
    state: State
    needs_reason: bool = False
    article: str = ""
    message_zh: str = ""
    message_en: str = ""


def post_messages(
    *,
    org_id: int,
    show_id: int,
    drafts: Sequence[Draft],
    now: dt.datetime,
    allow: tuple[str, ...] = (),
) -> list[Posted]:
    """Keep a batch of chat and judge each line; all of it or nothing.

    A line that breaks a rule is hidden or warned, with its article, and becomes a finding. When
    one leads buyers off the platform, the whole room is warned, at most once a minute. What staff
    write is the shop's own word: it is judged as speech too, and a warning keeps it back until
    they say why it may stand, which is kept with the finding. Where a model was trained it reads
    what viewers write, never what staff do, and only what no rule has hidden.

    Args:
        allow: contacts of the shop itself, which chat may name.

    Returns:
        One result per draft, in the same order; ids rise in that order.
    """
    # Judged before the transaction: the database is not held while texts are read.
    book = rulebook_of(org_id)
    readers = models()
    scans = [_scan(draft, now=now, allow=allow, book=book, readers=readers) for draft in drafts]
    findings = [[hit for hit in hits if hit.is_live] for hits in scans]
    waits = [_waits(draft, hits) for draft, hits in zip(drafts, findings, strict=True)]
    states: list[State] = [
        "hidden" if wait else chat_state(frozenset(hit.action for hit in hits))
        for wait, hits in zip(waits, findings, strict=True)
    ]
    with transaction.atomic():
        rules = [hits[0].rule_id if hits else "" for hits in findings]
        ids = _keep(drafts, states, rules, org_id=org_id, show_id=show_id)
        scanned = [
            (_scanned(draft, message_id, hits, state, org_id=org_id), state)
            for draft, message_id, hits, state in zip(drafts, ids, scans, states, strict=True)
            if hits
        ]
        record_all_findings(
            [one for one, _ in scanned], org_id=org_id, show_id=show_id, surface="chat", now=now
        )
        for one, state in scanned:
            if one.actor.reason and state != "hidden":
                confirm_findings([one], org_id=org_id, by=one.actor, now=now)
        fact = MessagesPosted(messages=list(map(_told, drafts, ids, states)))
        append(fact, at=now, org_id=org_id, show_id=show_id, actor=SYSTEM(org_id))
        _note_own(drafts, ids, states, org_id=org_id, show_id=show_id, now=now)
        _warn_once(ids, findings, org_id=org_id, show_id=show_id, now=now)
    return list(map(_posted, ids, states, findings, waits))


def _scan(
    draft: Draft,
    *,
    now: dt.datetime,
    allow: tuple[str, ...],
    book: Rulebook,
    readers: Sequence[TextModel],
) -> tuple[Hit, ...]:
    hits = scan(draft.text, surface="chat", now=now, allow=allow, book=book)
    if draft.person_id is None:
        if refusing(hits) is not None:
            return hits
        return (*hits, *read_by_models(draft.text, of=readers))
    known = {(hit.rule_id, hit.span_start, hit.span_end) for hit in hits}
    said = scan(draft.text, surface="speech", now=now, allow=allow, book=book)
    new = (hit for hit in said if (hit.rule_id, hit.span_start, hit.span_end) not in known)
    return (*hits, *new)


def _waits(draft: Draft, hits: Sequence[Hit]) -> bool:
    """Whether a line of staff is kept back until they say why it may stand."""
    if draft.person_id is None or draft.because:
        return False
    return refusing(hits) is None and bool(asking(hits))


@transaction.atomic
def hide_message(
    *, org_id: int, show_id: int, message_id: int, reason: str, by: Actor, now: dt.datetime
) -> None:
    """Take a line of chat off every screen. Safe to repeat; the line itself is kept.

    Raises:
        NoSuchMessage, TextTooLong, TextUnreadable: nothing was written.
    """
    why = clean_text("reason", reason, chars_max=REASON_CHARS_MAX)
    rows = ChatMessage.objects.select_for_update()
    row = rows.filter(pk=message_id, show_id=show_id, organisation_id=org_id).first()
    if row is None:
        raise NoSuchMessage(message_id=message_id)
    if row.state == "hidden":
        return
    row.state = "hidden"
    row.save(update_fields=["state"])
    fact = MessageHidden(message_id=message_id, reason=why)
    append(fact, at=now, org_id=org_id, show_id=show_id, actor=by)


def _note_own(
    drafts: Sequence[Draft],
    ids: Sequence[int],
    states: Sequence[State],
    *,
    org_id: int,
    show_id: int,
    now: dt.datetime,
) -> None:
    """What staff promise in chat is held against what is configured, as if it had been said."""
    own = [
        (draft, id)
        for draft, id, state in zip(drafts, ids, states, strict=True)
        if draft.person_id is not None and state != "hidden"
    ]
    if not own:
        return
    link_no = link_on_air(show_id)
    for draft, id in own:
        note_written(
            draft.text,
            org_id=org_id,
            show_id=show_id,
            source="chat",
            source_id=id,
            link_no=link_no,
            now=now,
        )


def _keep(
    drafts: Sequence[Draft],
    states: Sequence[State],
    rules: Sequence[str],
    *,
    org_id: int,
    show_id: int,
) -> list[int]:
    """Insert the lines as rows; returns their ids, which rise in the order of the lines.

    By hand: ``bulk_create`` builds an object and an expression for every field of every line,
    which costs several times as much as the insert itself.
    """
    moment = connection.ops.adapt_datetimefield_value
    rows = [
        (
            org_id, show_id, draft.viewer_id, draft.person_id, draft.nickname, draft.kind,
            draft.text, draft.reply_to, moment(draft.at), state, rule_id,
        )
        for draft, state, rule_id in zip(drafts, states, rules, strict=True)
    ]  # fmt: skip
    ids: list[int] = []
    with connection.cursor() as cursor:
        for start in range(0, len(rows), _ROWS_MAX):
            part = rows[start : start + _ROWS_MAX]
            values = ",".join([_PLACES] * len(part))
            cursor.execute(
                f"INSERT INTO {ChatMessage._meta.db_table} ({','.join(_COLUMNS)})"
                f" VALUES {values} RETURNING id",
                [value for row in part for value in row],
            )
            ids += sorted(message_id for (message_id,) in cursor.fetchall())
    return ids


def _scanned(
    draft: Draft, message_id: int, hits: Sequence[Hit], state: State, *, org_id: int
) -> Scanned:
    if draft.person_id is None:
        actor = Actor("viewer", draft.viewer_id, org_id)
    else:
        actor = Actor("person", draft.person_id, org_id, reason=draft.because)
    subject = f"chat_message:{message_id}"
    on_air = state != "hidden"
    return Scanned(subject=subject, text=draft.text, hits=hits, actor=actor, on_air=on_air)


def _posted(message_id: int, state: State, hits: Sequence[Hit], needs_reason: bool) -> Posted:
    if state == "shown":
        return Posted(message_id=message_id, state=state)
    cited = refusing(hits) or hits[0]
    return Posted(
        message_id=message_id,
        state=state,
        needs_reason=needs_reason,
        article=f"{cited.law}{cited.article}{cited.item}",
        message_zh=cited.message_zh,
        message_en=cited.message_en,
    )


def _told(draft: Draft, message_id: int, state: State) -> PostedMessage:
    digest = hashlib.sha256(draft.text.encode()).hexdigest()
    return PostedMessage(
        message_id=message_id, viewer_id=draft.viewer_id, state=state, digest=digest
    )


def _warn_once(
    ids: Sequence[int],
    findings: Sequence[Sequence[Hit]],
    *,
    org_id: int,
    show_id: int,
    now: dt.datetime,
) -> None:
    for message_id, hits in zip(ids, findings, strict=True):
        leading = [hit for hit in hits if hit.notify_viewers]
        if not leading:
            continue
        board = lock_board(org_id, show_id)
        if warning_due(board.warned_at, now=now):
            board.warned_at = now
            board.save(update_fields=["warned_at"])
            article = f"{leading[0].law}{leading[0].article}{leading[0].item}"
            fact = OffPlatformWarned(message_id=message_id, article=article)
            tell(board, fact, by=SYSTEM(org_id), now=now)
        return
