"""The board's row and its facts, for the other writers of the room."""

import datetime as dt

from kaibo.base.actor import Actor
from kaibo.facts.base import Fact
from kaibo.journal.actions import append
from kaibo.room.models import RoomBoard


def lock_board(org_id: int, show_id: int) -> RoomBoard:
    """The show's board, locked: two buttons pressed at once queue here."""
    rows = RoomBoard.objects.select_for_update()
    return rows.get_or_create(show_id=show_id, defaults={"organisation_id": org_id})[0]


def tell(board: RoomBoard, fact: Fact, *, by: Actor, now: dt.datetime) -> None:
    """Append a fact of the board's show."""
    append(fact, at=now, org_id=board.organisation_id, show_id=board.show_id, actor=by)
