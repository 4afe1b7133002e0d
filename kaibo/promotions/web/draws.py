"""Draws over HTTP: for the desk, for viewers, and the proof for everybody."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status
from pydantic import AwareDatetime, Field

from kaibo.access.reads import caller, staff
from kaibo.audience.reads import asker, viewer_auth
from kaibo.base.sheets import CSV_TYPE, XLSX_TYPE
from kaibo.promotions import actions, reads
from kaibo.promotions.actions import DrawSpec, Favour, Prize, Receiver
from kaibo.promotions.reads import AwardView, DrawCard, DrawView, EntryView, Proof
from kaibo.promotions.web.selling import Body, Whole

router = Router()

Key = Annotated[str, Field(max_length=200)]


class PrizeBody(Body):
    name: str
    kind: Literal["goods", "right", "coupon"] = "goods"
    value_fen: Whole | None = None
    proof: str = ""
    count: Whole | None = None
    promotion_id: Whole | None = None


class DrawBody(Body):
    show_id: Whole
    title: str
    prizes: list[PrizeBody] = []
    audience: str = ""
    keyword: str = ""
    opens_at: AwareDatetime | None = None
    closes_at: AwareDatetime | None = None
    claim_days: Whole | None = None
    claim_how: str = ""
    organiser: str = ""
    request_key: Key


class FavourBody(Body):
    prizes: list[PrizeBody] | None = None
    claim_days: Whole | None = None


class BarredBody(Body):
    viewer_id: Whole
    reason: Literal["staff", "affiliate"]


class CarriedBody(Body):
    """Who carries a prize, and its number; both empty for a right to use something."""

    carrier: Annotated[str, Field(max_length=60)] = ""
    waybill: Annotated[str, Field(max_length=60)] = ""


class ArrivedBody(Body):
    """When, if not just now."""

    delivered_at: AwareDatetime | None = None


class EntryBody(Body):
    keyword: str = ""


class ReceiverBody(Body):
    name: str
    phone: str
    region: str
    detail: str


class ReceiverShown(ReceiverBody):
    """Where a prize goes; empty before it is claimed."""


@router.get("/desk/shows/{int:show_id}/draws", response=list[DrawView], auth=staff("room.desk"))
def list_draws(request: HttpRequest, show_id: int) -> list[DrawView]:
    return reads.draws(caller(request).org_id, show_id)


@router.post("/desk/draws", response={201: DrawView}, auth=staff("room.desk"))
def save_draw(request: HttpRequest, body: DrawBody) -> Status[DrawView]:
    made = actions.save_draw(
        spec=_spec(body), request_key=body.request_key, by=caller(request), now=timezone.now()
    )
    return Status(201, made)


@router.get("/desk/draws/{int:id}", response=DrawView, auth=staff("room.desk"))
def show_draw(request: HttpRequest, id: int) -> DrawView:
    return reads.draw(caller(request).org_id, id)


@router.put("/desk/draws/{int:id}", response=DrawView, auth=staff("room.desk"))
def change_draft(request: HttpRequest, id: int, body: DrawBody) -> DrawView:
    return actions.save_draw(
        spec=_spec(body),
        request_key=body.request_key,
        draw_id=id,
        by=caller(request),
        now=timezone.now(),
    )


@router.post("/desk/draws/{int:id}/publish", response=DrawView, auth=staff("room.desk"))
def publish_draw(request: HttpRequest, id: int) -> DrawView:
    return actions.publish_draw(draw_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/draws/{int:id}/cancel", response=DrawView, auth=staff("room.desk"))
def cancel_draw(request: HttpRequest, id: int) -> DrawView:
    return actions.cancel_draw(draw_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/draws/{int:id}/open", response=DrawView, auth=staff("room.desk"))
def open_draw(request: HttpRequest, id: int) -> DrawView:
    return actions.open_draw(draw_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/draws/{int:id}/change", response=DrawView, auth=staff("room.desk"))
def change_draw(request: HttpRequest, id: int, body: FavourBody) -> DrawView:
    prizes = None if body.prizes is None else tuple(Prize(**one.dict()) for one in body.prizes)
    return actions.change_draw(
        draw_id=id,
        changes=Favour(prizes=prizes, claim_days=body.claim_days),
        by=caller(request),
        now=timezone.now(),
    )


@router.post("/desk/draws/{int:id}/close", response=DrawView, auth=staff("room.desk"))
def close_draw(request: HttpRequest, id: int) -> DrawView:
    return actions.close_draw(draw_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/draws/{int:id}/reveal", response=DrawView, auth=staff("room.desk"))
def reveal_draw(request: HttpRequest, id: int) -> DrawView:
    return actions.reveal_draw(draw_id=id, by=caller(request), now=timezone.now())


@router.delete("/desk/draws/{int:id}/file", response={204: None}, auth=staff("guards.edit"))
def delete_draw_file(request: HttpRequest, id: int) -> Status[None]:
    actions.delete_draw_file(draw_id=id, by=caller(request), now=timezone.now())
    return Status(204, None)


@router.get("/desk/draws/{int:id}/awards", response=list[AwardView], auth=staff("room.desk"))
def list_awards(request: HttpRequest, id: int) -> list[AwardView]:
    return reads.awards(caller(request).org_id, id)


@router.get(
    "/desk/awards/{int:id}/receiver", response=ReceiverShown | None, auth=staff("orders.refund")
)
def show_receiver(request: HttpRequest, id: int) -> dict[str, str] | None:
    return reads.receiver(caller(request).org_id, id)


@router.post("/desk/awards/{int:id}/ship", response=AwardView, auth=staff("room.desk"))
def ship_prize(request: HttpRequest, id: int, body: CarriedBody) -> AwardView:
    return actions.ship_prize(
        award_id=id,
        carrier=body.carrier,
        waybill=body.waybill,
        by=caller(request),
        now=timezone.now(),
    )


@router.post("/desk/awards/{int:id}/deliver", response=AwardView, auth=staff("room.desk"))
def deliver_prize(request: HttpRequest, id: int, body: ArrivedBody) -> AwardView:
    return actions.deliver_prize(
        award_id=id, delivered_at=body.delivered_at, by=caller(request), now=timezone.now()
    )


@router.post("/desk/draws/{int:id}/winners.csv", auth=staff("orders.addresses"))
def export_winners_csv(request: HttpRequest, id: int) -> HttpResponse:
    """With addresses; it is written down who took them."""
    return _winners(request, id, "csv")


@router.post("/desk/draws/{int:id}/winners.xlsx", auth=staff("orders.addresses"))
def export_winners_xlsx(request: HttpRequest, id: int) -> HttpResponse:
    """With addresses; it is written down who took them."""
    return _winners(request, id, "xlsx")


@router.post("/desk/barred-viewers", response={204: None}, auth=staff("room.desk"))
def bar_viewer(request: HttpRequest, body: BarredBody) -> Status[None]:
    actions.bar_viewer(
        viewer_id=body.viewer_id, reason=body.reason, by=caller(request), now=timezone.now()
    )
    return Status(204, None)


@router.get("/my/draws", response=list[DrawCard], auth=viewer_auth)
def my_draws(request: HttpRequest) -> list[DrawCard]:
    viewer = asker(request)
    return reads.draw_cards(viewer.id, org_id=viewer.org_id, show_id=viewer.show_id)


@router.post("/my/draws/{int:id}/enter", response=EntryView, auth=viewer_auth)
def enter_draw(request: HttpRequest, id: int, body: EntryBody) -> EntryView:
    viewer = asker(request)
    return actions.enter_draw(
        draw_id=id,
        org_id=viewer.org_id,
        show_id=viewer.show_id,
        viewer_id=viewer.id,
        keyword=body.keyword,
        now=timezone.now(),
    )


@router.post("/my/awards/{int:id}/claim", response=AwardView, auth=viewer_auth)
def claim_prize(request: HttpRequest, id: int, body: ReceiverBody) -> AwardView:
    viewer = asker(request)
    return actions.claim_prize(
        award_id=id,
        org_id=viewer.org_id,
        viewer_id=viewer.id,
        receiver=Receiver(**body.dict()),
        now=timezone.now(),
    )


@router.get("/draws/{int:draw_id}/proof", response=Proof)
def draw_proof(request: HttpRequest, draw_id: int) -> Proof:
    return reads.proof(draw_id)


def _winners(request: HttpRequest, id: int, kind: Literal["csv", "xlsx"]) -> HttpResponse:
    data = actions.export_winners(draw_id=id, kind=kind, by=caller(request), now=timezone.now())
    headers = {"Content-Disposition": f'attachment; filename="winners-{id}.{kind}"'}
    content_type = CSV_TYPE if kind == "csv" else XLSX_TYPE
    return HttpResponse(data, content_type=content_type, headers=headers)


def _spec(body: DrawBody) -> DrawSpec:
    values = body.dict(exclude={"prizes", "request_key"})
    return DrawSpec(prizes=tuple(Prize(**one.dict()) for one in body.prizes), **values)
