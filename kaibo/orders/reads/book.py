"""A buyer's address book, for that buyer alone."""

import json
from dataclasses import dataclass

from kaibo.access.crypto import decrypt_text
from kaibo.orders.errors import NoSuchAddress
from kaibo.orders.models import SavedAddress
from kaibo.orders.rules import Address


@dataclass(frozen=True, slots=True)
class SavedAddressView:
    """An address as lists show it."""

    id: int
    receiver_masked: str
    region: str
    is_default: bool


def addresses_of_viewer(viewer_id: int, *, org_id: int) -> list[SavedAddressView]:
    """A buyer's addresses, the first choice first, then the newest."""
    rows = SavedAddress.objects.filter(organisation_id=org_id, viewer_id=viewer_id)
    return [saved_view(row) for row in rows.order_by("-is_default", "-pk")]


def saved_address(id: int, *, viewer_id: int, org_id: int) -> Address:
    """One address in full, for its buyer: to change it, or to order with it.

    Raises:
        NoSuchAddress: not theirs.
    """
    row = SavedAddress.objects.filter(organisation_id=org_id, viewer_id=viewer_id, pk=id).first()
    if row is None:
        raise NoSuchAddress(what="收货地址")
    return _open(row)


def saved_view(row: SavedAddress) -> SavedAddressView:
    """A row as a value."""
    return SavedAddressView(row.pk, row.receiver_masked, _open(row).region, row.is_default)


def _open(row: SavedAddress) -> Address:
    return Address(**json.loads(decrypt_text(row.address_encrypted)))
