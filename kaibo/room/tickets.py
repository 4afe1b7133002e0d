"""Who a ticket lets in. When many come at once, their tickets are read together."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from kaibo.access.errors import SignInNeeded, TokenInvalid
from kaibo.access.reads import people_names, read_staff_token
from kaibo.audience.reads import ViewerToken, read_viewer_token, viewers
from kaibo.base.actor import Actor
from kaibo.room.bridge import Bridge
from kaibo.room.rules import Limits
from kaibo.room.tray import Tray

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a ticket says of its holder; ``actor`` for staff only."""

    org_id: int
    show_id: int
    viewer_id: int
    nickname: str
    actor: Actor | None = None


Unknown = TokenInvalid | SignInNeeded


class TicketDesk:
    """Queue of tickets, in order of arrival; one question to the database for a batch of them."""

    def __init__(self, *, bridge: Bridge, limits: Limits) -> None:
        self._bridge, self._limits = bridge, limits
        self._tray: Tray[tuple[str, asyncio.Future[Identity]]] = Tray(limit=limits.inbox_max)

    async def identify(self, token: str) -> Identity:
        """Whose ticket this is.

        Raises:
            TokenInvalid, SignInNeeded: forged, too old, or the person was switched off.
            TrayFull: too many wait.
            TimeoutError: the database did not answer.
        """
        future: asyncio.Future[Identity] = asyncio.get_running_loop().create_future()
        self._tray.put((token, future))
        return await future

    async def run(self) -> None:
        """Read tickets for ever."""
        while True:
            batch = await self._tray.take(
                gather_s=self._limits.ticket_gather_s, most=self._limits.ticket_batch
            )
            found: Sequence[Identity | Exception]
            try:
                found = await self._bridge.call(identify_all, [token for token, _ in batch])
            except Exception as error:
                _log.exception("tickets_not_read", tickets=len(batch))
                found = [error] * len(batch)
            for (_, future), who in zip(batch, found, strict=True):
                if future.done():
                    # Whoever asked is gone.
                    continue
                if isinstance(who, Exception):
                    future.set_exception(who)
                else:
                    future.set_result(who)


def identify_all(tokens: Sequence[str]) -> list[Identity | Unknown]:
    """What each ticket says, in the same order: its holder, or why it opens nothing."""
    found: list[Identity | ViewerToken | Unknown] = []
    for token in tokens:
        try:
            found.append(_read(token))
        except (TokenInvalid, SignInNeeded) as refusal:
            found.append(refusal)
    tickets = [ticket for ticket in found if isinstance(ticket, ViewerToken)]
    names = {
        org_id: viewers({t.viewer_id for t in tickets if t.org_id == org_id}, org_id=org_id)
        for org_id in {ticket.org_id for ticket in tickets}
    }
    answers: list[Identity | Unknown] = []
    for ticket in found:
        if not isinstance(ticket, ViewerToken):
            answers.append(ticket)
        elif viewer := names[ticket.org_id].get(ticket.viewer_id):
            answers.append(Identity(ticket.org_id, ticket.show_id, viewer.id, viewer.nickname))
        else:
            answers.append(TokenInvalid())
    return answers


def _read(token: str) -> Identity | ViewerToken:
    try:
        return read_viewer_token(token)
    except TokenInvalid:
        staff = read_staff_token(token)
    name = people_names({staff.actor.id}).get(staff.actor.id, "")
    return Identity(staff.actor.org_id, staff.show_id, 0, name, staff.actor)
