"""Photographs of a return: added by its buyer, deleted when their time is over."""

import datetime as dt
import hashlib
from typing import Final

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.photos import clean_photo
from kaibo.facts.orders import ReturnPhotoAdded, ReturnPhotosForgotten
from kaibo.journal.actions import append
from kaibo.orders import photos
from kaibo.orders.actions.return_moves import lock_return
from kaibo.orders.errors import NoSuchReturn, PhotosFull, ReturnStateWrong
from kaibo.orders.models import Return, ReturnPhoto
from kaibo.orders.reads import returns as reads
from kaibo.orders.reads.returns import ReturnView
from kaibo.orders.rules.photos import KEPT_FOR, PHOTOS_MAX

# A file without a row is an addition that did not come to its end.
UNKNOWN_AFTER: Final = dt.timedelta(days=1)
_RETURNS_A_TIME: Final = 100


def add_return_photo(*, return_id: int, data: bytes, by: Actor, now: dt.datetime) -> ReturnView:
    """A buyer shows what is wrong with the goods; kept decoded and written anew.

    Safe to repeat: the same file of the same return is one photograph.

    Raises:
        NoSuchReturn, ReturnStateWrong, PhotosFull, PhotoTooLarge, PhotoUnreadable: nothing was
            written.
    """
    mine = Return.objects.filter(pk=return_id, organisation_id=by.org_id, order__viewer_id=by.id)
    if by.kind != "viewer" or not mine.exists():
        raise NoSuchReturn(id=return_id)
    # No stranger makes us decode anything, and nothing is locked meanwhile.
    photo, digest = clean_photo(data), hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        row = lock_return(return_id, by)
        if row.pictures.filter(digest=digest).exists():
            return reads.return_view(row)
        if row.ended_at is not None:
            raise ReturnStateWrong(state=row.get_state_display())
        if row.pictures.count() >= PHOTOS_MAX:
            raise PhotosFull(most=PHOTOS_MAX)
        added = ReturnPhoto.objects.create(
            organisation_id=row.organisation_id, back=row, name=photos.new_name(), digest=digest,
            width=photo.width, height=photo.height, size=len(photo.data), added_at=now,
        )  # fmt: skip
        # The file first, the commit after: a row never points at nothing.
        photos.write(added.name, photo.data)
        fact = ReturnPhotoAdded(return_id=row.pk, photo_id=added.pk, digest=digest)
        order = row.order
        append(fact, at=now, org_id=order.organisation_id, show_id=order.show_id, actor=by)
        return reads.return_view(row)


def forget_return_photos(*, now: dt.datetime) -> int:
    """Delete photographs whose return ended ``KEPT_FOR`` ago, and files that belong to none.

    Returns:
        How many photographs were deleted.
    """
    ended = Return.objects.filter(ended_at__lte=now - KEPT_FOR, pictures__isnull=False)
    gone = sum(_forget(id, now=now) for id in ended.distinct().order_by("pk")
               .values_list("pk", flat=True)[:_RETURNS_A_TIME])  # fmt: skip
    for name in photos.older_than((now - UNKNOWN_AFTER).timestamp()):
        if not ReturnPhoto.objects.filter(name=name).exists():
            photos.delete(name)
    return gone


def _forget(return_id: int, *, now: dt.datetime) -> int:
    with transaction.atomic():
        row = Return.objects.select_for_update().select_related("order").get(pk=return_id)
        known = list(row.pictures.order_by("pk"))
        if not known:
            return 0
        ReturnPhoto.objects.filter(pk__in=[one.pk for one in known]).delete()
        fact = ReturnPhotosForgotten(return_id=row.pk, photo_ids=[one.pk for one in known])
        order = row.order
        append(
            fact, at=now, org_id=order.organisation_id, show_id=order.show_id,
            actor=SYSTEM(order.organisation_id),
        )  # fmt: skip
    # After the commit: what cannot be deleted now is found as a file without a row.
    for one in known:
        photos.delete(one.name)
    return len(known)
