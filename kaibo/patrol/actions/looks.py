"""Looking at the room that chance and risk choose, and signing what was seen."""

import datetime as dt
import secrets
from typing import Final, Literal

from django.db import IntegrityError, transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.inputs import clean_text
from kaibo.facts.patrol import LookBegan, LookEnded
from kaibo.hosts import reads as hosts
from kaibo.journal.actions import append
from kaibo.patrol.errors import FindingNoteMissing, NoSuchLook, NothingOnAir, NotOnDuty
from kaibo.patrol.models import Look
from kaibo.patrol.reads.duty import is_heard
from kaibo.patrol.reads.wall import LookView, look_view, wall_rooms
from kaibo.patrol.rules.duty import LOOK_LAPSES_AFTER, NOTE_CHARS_MAX
from kaibo.patrol.rules.sampling import Chance, Room, chances, draw
from kaibo.planning import reads as plans

SEED_BYTES: Final = 16


def next_look(*, by: Actor, now: dt.datetime, seed: str = "") -> LookView:
    """Draw the next room to look at; who has begun one already gets that one.

    A room that a colleague is looking at is left out, unless there is no other; one's own room
    always.

    Args:
        seed: what the draw is made with; one is drawn where none is given.

    Raises:
        NotOnDuty, NothingOnAir: nothing was written.

    Source: R-125.
    """
    if not is_heard(by.org_id, by.id, now=now):
        raise NotOnDuty()
    lapse_looks(now=now, org_id=by.org_id)
    begun = Look.objects.filter(organisation_id=by.org_id, person_id=by.id, result="").first()
    if begun is not None:
        return look_view(begun)
    among = _chances(by, now=now)
    if not among:
        raise NothingOnAir()
    seed = seed or secrets.token_hex(SEED_BYTES)
    pairs = tuple((one.show_id, one.weight) for one in among)
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = Look.objects.create(
                    organisation_id=by.org_id,
                    show_id=draw(among, seed=seed),
                    person_id=by.id,
                    seed=seed,
                    chances=[list(pair) for pair in pairs],
                    began_at=now,
                )
        except IntegrityError:  # another page of the same person was quicker
            return look_view(
                Look.objects.get(organisation_id=by.org_id, person_id=by.id, result="")
            )
        fact = LookBegan(look_id=row.pk, person_id=by.id, seed=seed, chances=pairs)
        append(fact, at=now, org_id=by.org_id, show_id=row.show_id, actor=by)
    return look_view(row)


@transaction.atomic
def sign_look(
    *, look_id: int, result: Literal["nothing", "found"], note: str, by: Actor, now: dt.datetime
) -> LookView:
    """Sign what one saw in a room.

    Raises:
        NoSuchLook: it is somebody else's, signed, or was begun too long ago; nothing was written.
        FindingNoteMissing, TextTooLong, TextUnreadable: neither.

    Source: R-125, LM-052.
    """
    text = clean_text("note", note, chars_max=NOTE_CHARS_MAX)
    if result == "found" and not text:
        raise FindingNoteMissing()
    rows = Look.objects.select_for_update().filter(organisation_id=by.org_id, person_id=by.id)
    row = rows.filter(pk=look_id, result="").first()
    if row is None or now - row.began_at >= LOOK_LAPSES_AFTER:
        raise NoSuchLook(id=look_id)
    _end(row, result, note=text, by=by, now=now)
    return look_view(row)


def lapse_looks(*, now: dt.datetime, org_id: int | None = None) -> int:
    """Close looks that nobody signed within 15 minutes; they count as not having looked.

    Returns:
        How many.
    """
    due = Look.objects.filter(result="", began_at__lte=now - LOOK_LAPSES_AFTER)
    if org_id is not None:
        due = due.filter(organisation_id=org_id)
    gone = 0
    for id in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            row = due.select_for_update().filter(pk=id).first()
            if row is not None:
                _end(row, "lapsed", note="", by=SYSTEM(row.organisation_id), now=now)
                gone += 1
    return gone


def _chances(by: Actor, *, now: dt.datetime) -> list[Chance]:
    own = hosts.host_ids_of(by.org_id, by.id)
    shows = [show for show in plans.live_shows_of(by.org_id) if show.host_id not in own]
    rooms = wall_rooms(by.org_id, shows, now=now)
    free = [room for room in rooms if not room.watched_by] or rooms
    return chances(
        [
            Room(
                show_id=room.show_id,
                letter=room.letter,
                is_key=bool(room.key_whys),
                rung=room.rung,
                viewers=room.viewers,
                unseen_s=room.unseen_s,
            )
            for room in free
        ]
    )


def _end(row: Look, result: str, *, note: str, by: Actor, now: dt.datetime) -> None:
    row.result, row.note, row.signed_at = result, note, now
    row.save(update_fields=["result", "note", "signed_at"])
    fact = LookEnded(look_id=row.pk, result=result)
    append(fact, at=now, org_id=row.organisation_id, show_id=row.show_id, actor=by)
