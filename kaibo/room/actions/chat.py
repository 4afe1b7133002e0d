"""Chat: kept and judged in batches; hidden by a rule or by a person."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.inputs import clean_text
from kaibo.compliance.actions import record_findings
from kaibo.compliance.reads import Hit, scan
from kaibo.facts.room import MessageHidden, MessagesPosted, OffPlatformWarned, PostedMessage
from kaibo.journal.actions import append
from kaibo.room.actions.board import lock_board, tell
from kaibo.room.errors import NoSuchMessage
from kaibo.room.models import ChatMessage
from kaibo.room.rules import chat_state, warning_due

REASON_CHARS_MAX = 200

State = Literal["shown", "hidden", "warned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A line of chat as it came, already trimmed to what a line may be.

    ``viewer_id`` is 0 for staff, who are named by ``person_id``. ``at`` is its arrival.
    """

    viewer_id: int
    nickname: str
    kind: Literal["viewer", "host", "staff"]
    text: str
    at: dt.datetime
    reply_to: int | None = None
    person_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What became of a line; the article is cited when a rule was broken."""

    message_id: int
    state: State
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
    one leads buyers off the platform, the whole room is warned, at most once a minute.

    Args:
        allow: contacts of the shop itself, which chat may name.

    Returns:
        One result per draft, in the same order; ids rise in that order.
    """
    # Judged before the transaction: the database is not held while texts are read.
    scans = [scan(draft.text, surface="chat", now=now, allow=allow) for draft in drafts]
    findings = [[hit for hit in hits if hit.is_live] for hits in scans]
    with transaction.atomic():
        rows = ChatMessage.objects.bulk_create(
            _row(draft, hits, org_id=org_id, show_id=show_id)
            for draft, hits in zip(drafts, findings, strict=True)
        )
        posted = [_posted(row, hits) for row, hits in zip(rows, findings, strict=True)]
        for row, hits in zip(rows, scans, strict=True):
            if hits:
                _record(row, hits, now=now)
        fact = MessagesPosted(messages=[_told(row) for row in rows])
        append(fact, at=now, org_id=org_id, show_id=show_id, actor=SYSTEM(org_id))
        _warn_once(rows, findings, now=now)
    return posted


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


def _row(draft: Draft, hits: Sequence[Hit], *, org_id: int, show_id: int) -> ChatMessage:
    return ChatMessage(
        organisation_id=org_id,
        show_id=show_id,
        viewer_id=draft.viewer_id,
        person_id=draft.person_id,
        nickname=draft.nickname,
        kind=draft.kind,
        text=draft.text,
        reply_to=draft.reply_to,
        at=draft.at,
        state=chat_state(frozenset(hit.action for hit in hits)),
        rule_id=hits[0].rule_id if hits else "",
    )


def _posted(row: ChatMessage, hits: Sequence[Hit]) -> Posted:
    state = _state(row)
    if state == "shown":
        return Posted(message_id=row.pk, state=state)
    cited = hits[0]
    return Posted(
        message_id=row.pk,
        state=state,
        article=f"{cited.law}{cited.article}{cited.item}",
        message_zh=cited.message_zh,
        message_en=cited.message_en,
    )


def _told(row: ChatMessage) -> PostedMessage:
    digest = hashlib.sha256(row.text.encode()).hexdigest()
    return PostedMessage(
        message_id=row.pk, viewer_id=row.viewer_id, state=_state(row), digest=digest
    )


def _state(row: ChatMessage) -> State:
    # The column holds what ``chat_state`` gave.
    return row.state  # type: ignore[return-value]


def _record(row: ChatMessage, hits: Sequence[Hit], *, now: dt.datetime) -> None:
    org_id = row.organisation_id
    if row.person_id is None:
        actor = Actor("viewer", row.viewer_id, org_id)
    else:
        actor = Actor("person", row.person_id, org_id)
    record_findings(
        org_id=org_id,
        show_id=row.show_id,
        surface="chat",
        subject=f"chat_message:{row.pk}",
        text=row.text,
        hits=hits,
        actor=actor,
        now=now,
    )


def _warn_once(
    rows: Sequence[ChatMessage], findings: Sequence[Sequence[Hit]], *, now: dt.datetime
) -> None:
    for row, hits in zip(rows, findings, strict=True):
        leading = [hit for hit in hits if hit.notify_viewers]
        if not leading:
            continue
        board = lock_board(row.organisation_id, row.show_id)
        if warning_due(board.warned_at, now=now):
            board.warned_at = now
            board.save(update_fields=["warned_at"])
            article = f"{leading[0].law}{leading[0].article}{leading[0].item}"
            fact = OffPlatformWarned(message_id=row.pk, article=article)
            tell(board, fact, by=SYSTEM(row.organisation_id), now=now)
        return
