"""A viewer's own address book, and how an order or cart names an address."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from kaibo.audience.reads import ViewerActor, asker, viewer_auth
from kaibo.orders import actions
from kaibo.orders.actions import Address
from kaibo.orders.errors import AddressOrId
from kaibo.orders.reads import book as reads
from kaibo.orders.reads.book import SavedAddressView
from kaibo.orders.web.bodies import AddressIn, Body, Whole

router = Router()


class AddressSave(AddressIn):
    """An address to keep, and whether it is the first choice."""

    is_default: bool = False


class AddressShown(AddressIn):
    """An address in full, for its buyer."""


@router.get("/my/addresses", response=list[SavedAddressView], auth=viewer_auth)
def my_addresses(request: HttpRequest) -> list[SavedAddressView]:
    viewer = asker(request)
    return reads.addresses_of_viewer(viewer.id, org_id=viewer.org_id)


@router.post("/my/addresses", response={201: SavedAddressView}, auth=viewer_auth)
def add_address(request: HttpRequest, body: AddressSave) -> Status[SavedAddressView]:
    return Status(201, _save(request, body))


@router.get("/my/addresses/{int:id}", response=AddressShown, auth=viewer_auth)
def my_address(request: HttpRequest, id: int) -> Address:
    viewer = asker(request)
    return reads.saved_address(id, viewer_id=viewer.id, org_id=viewer.org_id)


@router.put("/my/addresses/{int:id}", response=SavedAddressView, auth=viewer_auth)
def change_address(request: HttpRequest, id: int, body: AddressSave) -> SavedAddressView:
    return _save(request, body, address_id=id)


@router.delete("/my/addresses/{int:id}", response={204: None}, auth=viewer_auth)
def delete_address(request: HttpRequest, id: int) -> Status[None]:
    actions.delete_address(address_id=id, by=asker(request), now=timezone.now())
    return Status(204, None)


def chosen_address(
    viewer: ViewerActor, address: AddressIn | None, address_id: Whole | None
) -> Address:
    """The address typed into an order, or the saved one that it names.

    Raises:
        AddressOrId: both or neither. NoSuchAddress: not theirs.
    """
    if (address is None) == (address_id is None):
        raise AddressOrId(field="address")
    if address_id is not None:
        return reads.saved_address(address_id, viewer_id=viewer.id, org_id=viewer.org_id)
    assert address is not None
    return Address(**address.model_dump())


def _save(
    request: HttpRequest, body: AddressSave, *, address_id: int | None = None
) -> SavedAddressView:
    return actions.save_address(
        address=Address(**body.model_dump(exclude={"is_default"})),
        is_default=body.is_default,
        address_id=address_id,
        by=asker(request),
        now=timezone.now(),
    )
