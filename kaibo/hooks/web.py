"""Webhooks at the desk."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import ConfigDict

from kaibo.access.reads import caller, staff
from kaibo.hooks import actions, reads
from kaibo.hooks.actions import EndpointMade
from kaibo.hooks.reads import DeliveryView, EndpointView

router = Router(tags=["hooks"])
may_edit = staff("hooks.edit")


class Body(Schema):
    """A misspelt field is an error, not silence."""

    model_config = ConfigDict(extra="forbid")


class NewEndpoint(Body):
    url: str
    kinds: list[str] = []


class Kinds(Body):
    kinds: list[str]


class Switch(Body):
    on: bool


class Endpoints(Schema):
    """The endpoints there are, and the kinds of fact that can be sent."""

    items: list[EndpointView]
    kinds: list[str]


@router.get("/desk/hooks", response=Endpoints, auth=may_edit)
def list_endpoints(request: HttpRequest) -> Endpoints:
    return Endpoints(items=reads.endpoints(caller(request).org_id), kinds=reads.kinds())


@router.post("/desk/hooks", response={201: EndpointMade}, auth=may_edit)
def add_endpoint(request: HttpRequest, body: NewEndpoint) -> Status[EndpointMade]:
    """The answer holds the secret, this once."""
    by, now = caller(request), timezone.now()
    return Status(201, actions.add_endpoint(url=body.url, kinds=body.kinds, by=by, now=now))


@router.patch("/desk/hooks/{int:id}", response=EndpointView, auth=may_edit)
def change_endpoint(request: HttpRequest, id: int, body: Kinds) -> EndpointView:
    by, now = caller(request), timezone.now()
    return actions.change_endpoint(endpoint_id=id, kinds=body.kinds, by=by, now=now)


@router.post("/desk/hooks/{int:id}/switch", response=EndpointView, auth=may_edit)
def switch_endpoint(request: HttpRequest, id: int, body: Switch) -> EndpointView:
    by, now = caller(request), timezone.now()
    return actions.switch_endpoint(endpoint_id=id, on=body.on, by=by, now=now)


@router.delete("/desk/hooks/{int:id}", response={204: None}, auth=may_edit)
def remove_endpoint(request: HttpRequest, id: int) -> Status[None]:
    actions.remove_endpoint(endpoint_id=id, by=caller(request), now=timezone.now())
    return Status(204, None)


@router.get("/desk/hooks/{int:id}/deliveries", response=list[DeliveryView], auth=may_edit)
def list_deliveries(request: HttpRequest, id: int) -> list[DeliveryView]:
    return reads.deliveries(caller(request).org_id, id)


@router.post("/desk/deliveries/{int:id}/replay", response=DeliveryView, auth=may_edit)
def replay_delivery(request: HttpRequest, id: int) -> DeliveryView:
    return actions.replay_delivery(delivery_id=id, by=caller(request), now=timezone.now())
