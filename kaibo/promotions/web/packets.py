"""Red packets over HTTP: for the desk, for viewers, and the proof for everybody."""

from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import AwareDatetime, Field

from kaibo.access.reads import caller, staff
from kaibo.audience.reads import asker, viewer_auth
from kaibo.promotions import actions, reads
from kaibo.promotions.actions import PacketSpec
from kaibo.promotions.reads import PacketCard, PacketProof, PacketView, PortionView
from kaibo.promotions.web.selling import Body, Whole

router = Router()

Key = Annotated[str, Field(max_length=200)]


class PacketBody(Body):
    show_id: Whole
    title: str
    total_fen: Whole | None = None
    number: Whole | None = None
    split: Literal["equal", "random"] = "equal"
    least_fen: Whole | None = None
    most_fen: Whole | None = None
    audience: str = ""
    opens_at: AwareDatetime | None = None
    closes_at: AwareDatetime | None = None
    credit_days: Whole | None = None
    organiser: str = ""
    promotion_id: Whole | None = None
    sku_ids: list[Whole] = []
    request_key: Key


@router.get("/desk/shows/{int:show_id}/packets", response=list[PacketView], auth=staff("room.desk"))
def list_packets(request: HttpRequest, show_id: int) -> list[PacketView]:
    return reads.packets(caller(request).org_id, show_id)


@router.post("/desk/packets", response={201: PacketView}, auth=staff("room.desk"))
def save_packet(request: HttpRequest, body: PacketBody) -> Status[PacketView]:
    made = actions.save_packet(
        spec=_spec(body), request_key=body.request_key, by=caller(request), now=timezone.now()
    )
    return Status(201, made)


@router.get("/desk/packets/{int:id}", response=PacketView, auth=staff("room.desk"))
def show_packet(request: HttpRequest, id: int) -> PacketView:
    return reads.packet(caller(request).org_id, id)


@router.put("/desk/packets/{int:id}", response=PacketView, auth=staff("room.desk"))
def change_draft_packet(request: HttpRequest, id: int, body: PacketBody) -> PacketView:
    return actions.save_packet(
        spec=_spec(body),
        request_key=body.request_key,
        packet_id=id,
        by=caller(request),
        now=timezone.now(),
    )


@router.post("/desk/packets/{int:id}/publish", response=PacketView, auth=staff("room.desk"))
def publish_packet(request: HttpRequest, id: int) -> PacketView:
    return actions.publish_packet(packet_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/packets/{int:id}/cancel", response=PacketView, auth=staff("room.desk"))
def cancel_packet(request: HttpRequest, id: int) -> PacketView:
    return actions.cancel_packet(packet_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/packets/{int:id}/open", response=PacketView, auth=staff("room.desk"))
def open_packet(request: HttpRequest, id: int) -> PacketView:
    return actions.open_packet(packet_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/packets/{int:id}/finish", response=PacketView, auth=staff("room.desk"))
def finish_packet(request: HttpRequest, id: int) -> PacketView:
    return actions.finish_packet(packet_id=id, by=caller(request), now=timezone.now())


@router.get("/my/packets", response=list[PacketCard], auth=viewer_auth)
def my_packets(request: HttpRequest) -> list[PacketCard]:
    viewer = asker(request)
    return reads.packet_cards(viewer.id, org_id=viewer.org_id, show_id=viewer.show_id)


@router.post("/my/packets/{int:id}/claim", response=PortionView, auth=viewer_auth)
def claim_packet(request: HttpRequest, id: int) -> PortionView:
    viewer = asker(request)
    return actions.claim_packet(
        packet_id=id,
        org_id=viewer.org_id,
        show_id=viewer.show_id,
        viewer_id=viewer.id,
        now=timezone.now(),
    )


@router.get("/packets/{int:packet_id}/proof", response=PacketProof)
def packet_proof(request: HttpRequest, packet_id: int) -> PacketProof:
    return reads.packet_proof(packet_id)


def _spec(body: PacketBody) -> PacketSpec:
    values = body.dict(exclude={"sku_ids", "request_key"})
    return PacketSpec(sku_ids=tuple(body.sku_ids), **values)
