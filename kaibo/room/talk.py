"""Chat over the socket: kept and judged in batches, shown in the order it came."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog

from kaibo.room import wire
from kaibo.room.actions import Draft, Posted
from kaibo.room.bridge import Bridge
from kaibo.room.rules import Limits
from kaibo.room.session import Session
from kaibo.room.shown import ChatLine
from kaibo.room.tray import Tray

Post = Callable[[Sequence[Draft]], list[Posted]]

_log = structlog.get_logger(__name__)


class Shows(Protocol):
    """Where lines go that may be shown."""

    def show_line(self, line: ChatLine) -> None:
        """Put a line on every screen."""


class TalkDesk:
    """Queue of one room's chat, in order of arrival."""

    def __init__(self, *, bridge: Bridge, post: Post, shows: Shows, limits: Limits) -> None:
        self._bridge, self._post, self._shows, self._limits = bridge, post, shows, limits
        self._tray: Tray[tuple[Session, str, Draft]] = Tray(limit=limits.inbox_max)

    def put(self, session: Session, ref: str, draft: Draft) -> None:
        """Take a line; it is answered with its final state. Raises ``TrayFull``."""
        self._tray.put((session, ref, draft))

    async def run(self) -> None:
        """Keep, judge and show batches for ever."""
        while True:
            batch = await self._tray.take(
                gather_s=self._limits.chat_gather_s, most=self._limits.chat_batch
            )
            try:
                posted = await self._bridge.call(self._post, [draft for _, _, draft in batch])
            except Exception:
                _log.exception("chat_failed", messages=len(batch))
                for session, ref, _ in batch:
                    session.answer(ref, "try_again")
                continue
            for (session, ref, draft), done in zip(batch, posted, strict=True):
                self._tell(session, ref, draft, done)

    def _tell(self, session: Session, ref: str, draft: Draft, done: Posted) -> None:
        result = wire.ChatResult(
            message_id=done.message_id,
            state=done.state,
            article=done.article or None,
            needs_reason=done.needs_reason,
        )
        is_zh = session.lang.lower().startswith("zh")
        text = (done.message_zh if is_zh else done.message_en) or None
        session.answer(ref, done.state, ok=done.state != "hidden", message=text, data=result)
        if done.state != "hidden":
            self._shows.show_line(line_of(draft, done.message_id))


def line_of(draft: Draft, message_id: int) -> ChatLine:
    """A draft as the line that everyone sees."""
    return ChatLine(
        id=message_id,
        viewer_id=draft.viewer_id,
        nickname=draft.nickname,
        text=draft.text,
        at=round(draft.at.timestamp() * 1000),
        kind=draft.kind,
        reply_to=draft.reply_to,
    )


def draft_of(
    session: Session, *, text: str, reply_to: int | None, now: dt.datetime, because: str = ""
) -> Draft:
    """What a session says, under the name the server knows it by; viewers give no reason."""
    actor = session.actor
    if actor is None:
        return Draft(
            viewer_id=session.viewer_id,
            nickname=session.nickname,
            kind="viewer",
            text=text,
            reply_to=reply_to,
            at=now,
        )
    return Draft(
        viewer_id=0,
        person_id=actor.id,
        nickname=session.nickname,
        kind="host" if "host" in actor.roles else "staff",
        text=text,
        reply_to=reply_to,
        because=because,
        at=now,
    )
