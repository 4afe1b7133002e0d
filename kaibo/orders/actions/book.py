"""A buyer's address book: kept, changed and deleted by nobody else."""

import datetime as dt
import json
from dataclasses import asdict
from typing import Final

from django.db import transaction

from kaibo.access.crypto import encrypt_text
from kaibo.base.actor import Actor
from kaibo.facts.orders import AddressDeleted, AddressSaved
from kaibo.journal.actions import append
from kaibo.orders.errors import BookFull, NoSuchAddress
from kaibo.orders.models import SavedAddress
from kaibo.orders.reads import book as reads
from kaibo.orders.reads.book import SavedAddressView
from kaibo.orders.rules import Address, clean_address, mask_receiver

ADDRESSES_MAX: Final = 20


@transaction.atomic
def save_address(
    *,
    address: Address,
    is_default: bool,
    by: Actor,
    now: dt.datetime,
    address_id: int | None = None,
) -> SavedAddressView:
    """Keep an address, or change the one of this id; the first one is the first choice.

    Raises:
        BadInput and its kin: something typed cannot be used. NoSuchAddress: not theirs.
        BookFull: 20 are kept. Nothing was written in any of these cases.
    """
    clean = clean_address(address)
    book = SavedAddress.objects.select_for_update(no_key=True).filter(
        organisation_id=by.org_id, viewer_id=by.id
    )
    rows = {row.pk: row for row in book}
    if address_id is None:
        if len(rows) >= ADDRESSES_MAX:
            raise BookFull(most=ADDRESSES_MAX)
        row = SavedAddress(organisation_id=by.org_id, viewer_id=by.id)
    else:
        row = _theirs(rows, address_id)
    row.address_encrypted = encrypt_text(json.dumps(asdict(clean), ensure_ascii=False))
    row.receiver_masked = mask_receiver(clean)
    row.saved_at = now
    row.is_default = is_default or not any(one.is_default for one in rows.values() if one != row)
    if row.is_default:
        book.exclude(pk=row.pk).update(is_default=False)
    row.save()
    fact = AddressSaved(address_id=row.pk, viewer_id=by.id, is_default=row.is_default)
    append(fact, at=now, org_id=by.org_id, actor=by)
    return reads.saved_view(row)


@transaction.atomic
def delete_address(*, address_id: int, by: Actor, now: dt.datetime) -> None:
    """Delete an address for good; orders keep the copy they were placed with.

    Raises:
        NoSuchAddress: not theirs; nothing was written.
    """
    rows = SavedAddress.objects.select_for_update().filter(
        organisation_id=by.org_id, viewer_id=by.id, pk=address_id
    )
    row = _theirs({row.pk: row for row in rows}, address_id)
    row.delete()
    append(
        AddressDeleted(address_id=address_id, viewer_id=by.id),
        at=now,
        org_id=by.org_id,
        actor=by,
    )


def _theirs(rows: dict[int, SavedAddress], id: int) -> SavedAddress:
    row = rows.get(id)
    if row is None:
        raise NoSuchAddress(what="收货地址")
    return row
