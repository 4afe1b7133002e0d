"""The synchronous side of one room: every method runs on a thread of the bridge."""

from collections.abc import Sequence
from typing import Protocol

import msgspec
from django.utils import timezone

from kaibo.audience import actions as audience
from kaibo.audience.reads import viewers
from kaibo.base.errors import NotFound
from kaibo.insight import reads as insight
from kaibo.insight.actions import BehaviourEvent, record_events
from kaibo.insight.reads import Recount
from kaibo.journal import reads as journal
from kaibo.journal.reads import Position
from kaibo.orders.reads import order
from kaibo.promotions.actions import Attempt, claim_flash_sale_batch
from kaibo.promotions.reads import ClaimAnswer, flash_sale
from kaibo.room import actions, reads
from kaibo.room.feed import Told, events_for
from kaibo.room.shown import Board, LinkView, OrderView, SaleView


class Backstage(Protocol):
    """What a stage needs of the synchronous side."""

    def shelf(self) -> tuple[list[LinkView], list[SaleView]]:
        """Links and sales as they stand."""

    def judge(self, sale_id: int, attempts: Sequence[Attempt]) -> list[ClaimAnswer]:
        """Judge a batch of claims."""

    def post(self, drafts: Sequence[actions.Draft]) -> list[actions.Posted]:
        """Keep and judge a batch of chat."""

    def record(self, events: Sequence[BehaviourEvent]) -> None:
        """Bring behaviour to the lake; durable on return."""

    def recount(self, life: str, *, until_ms: int | None = None) -> Recount:
        """The room as the lake has it."""

    def facts(self, after: Position, *, limit: int) -> list[Told]:
        """Facts of this show after a place of the journal, oldest first."""

    def board(self) -> Board:
        """The staff's figures as they stand."""

    def order(self, viewer_id: int, no: str) -> OrderView | None:
        """One order of a viewer."""

    def nickname(self, viewer_id: int) -> str:
        """A viewer's name; empty when there is no such viewer."""

    def follow(self, viewer_id: int, *, on: bool) -> bool:
        """Follow or unfollow; whether that changed anything."""


class ShowBackstage:
    """Actions and reads of one show, with the server's clock."""

    def __init__(self, *, org_id: int, show_id: int, allow: tuple[str, ...] = ()) -> None:
        self._org_id, self._show_id, self._allow = org_id, show_id, allow
        self._sales: set[int] = set()

    def shelf(self) -> tuple[list[LinkView], list[SaleView]]:
        """Links and sales as they stand."""
        return reads.shelf(self._show_id)

    def judge(self, sale_id: int, attempts: Sequence[Attempt]) -> list[ClaimAnswer]:
        """Judge a batch of claims; a ticket opens its own show's sales only.

        Raises:
            NoSuchSale: the show has no such sale; nothing was written.
        """
        if sale_id not in self._sales:
            flash_sale(sale_id, show_id=self._show_id)
            self._sales.add(sale_id)
        return claim_flash_sale_batch(sale_id=sale_id, attempts=attempts, now=timezone.now())

    def post(self, drafts: Sequence[actions.Draft]) -> list[actions.Posted]:
        """Keep and judge a batch of chat."""
        return actions.post_messages(
            org_id=self._org_id,
            show_id=self._show_id,
            drafts=drafts,
            now=timezone.now(),
            allow=self._allow,
        )

    def record(self, events: Sequence[BehaviourEvent]) -> None:
        """Bring behaviour to the lake; durable on return."""
        record_events(events)

    def recount(self, life: str, *, until_ms: int | None = None) -> Recount:
        """The room as the lake has it."""
        return insight.recount(self._show_id, life=life, until_ms=until_ms)

    def facts(self, after: Position, *, limit: int) -> list[Told]:
        """Facts of this show after a place of the journal, oldest first."""
        entries = journal.read(after, limit=limit, show_id=self._show_id)
        return [Told(entry.position, events_for(entry.fact, at=entry.at)) for entry in entries]

    def board(self) -> Board:
        """The staff's figures as they stand."""
        return reads.staff_board(self._org_id, self._show_id)

    def order(self, viewer_id: int, no: str) -> OrderView | None:
        """One order of a viewer."""
        try:
            return msgspec.convert(order(no, viewer_id=viewer_id), OrderView, from_attributes=True)
        except NotFound:
            return None

    def nickname(self, viewer_id: int) -> str:
        """A viewer's name; empty when there is no such viewer."""
        found = viewers({viewer_id}, org_id=self._org_id).get(viewer_id)
        return found.nickname if found else ""

    def follow(self, viewer_id: int, *, on: bool) -> bool:
        """Follow or unfollow; whether that changed anything."""
        act = audience.follow if on else audience.unfollow
        return act(org_id=self._org_id, viewer_id=viewer_id, now=timezone.now())
