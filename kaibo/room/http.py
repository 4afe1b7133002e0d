"""The HTTP door of a room: for claims, because sockets and HTTP share one order of arrival."""

import asyncio
from typing import Annotated, Protocol

import msgspec
from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kaibo.access.errors import SignInNeeded
from kaibo.audience.reads import ViewerToken, read_viewer_token
from kaibo.base.errors import BadInput, NotFound, Refusal
from kaibo.base.networks import network_of
from kaibo.promotions.errors import ClaimRefused, NoSuchSale
from kaibo.promotions.reads import ClaimAnswer, check_request_key
from kaibo.room import asked, wire
from kaibo.room.bridge import CALL_S_MAX, BridgeFull
from kaibo.room.bus import BusAway
from kaibo.room.claims import Claimant, SoldOut
from kaibo.room.errors import TryAgain

BODY_BYTES_MAX = wire.FRAME_BYTES_MAX
# Beyond the judge's own time: the queue before it.
ANSWER_S_MAX = 2 * CALL_S_MAX
SALE_ID_DIGITS_MAX = 15


class Stage(Protocol):
    """The room of a show, as far as this door needs it."""

    def claim(self, claimant: Claimant, claim: asked.Claim) -> None:
        """Take a claim; its claimant is told later."""


class House(Protocol):
    """Where rooms are."""

    async def stage(self, org_id: int, show_id: int) -> Stage:
        """The room of a show; raises ``NotFound``."""


class ClaimBody(BaseModel):
    """What a client without a socket asks for; a misspelt field is an error, not silence."""

    model_config = ConfigDict(extra="forbid")

    units: Annotated[int, Field(strict=True, ge=0, le=10**15)]
    request_key: str
    wait: StrictBool = False


class _Caller:
    """A viewer who waits for one answer."""

    def __init__(self, viewer_id: int, *, address: str) -> None:
        self.viewer_id, self.address = viewer_id, address
        self.answer: asyncio.Future[ClaimAnswer] = asyncio.get_running_loop().create_future()

    def claimed(self, claim: asked.Claim, answer: ClaimAnswer) -> None:
        if answer.ok:
            self._end(answer)
        else:
            self._end(ClaimRefused(reason=answer.code, units_left=answer.units_left))

    def lost(self, claim: asked.Claim, sold_out: SoldOut) -> None:
        self._end(ClaimRefused(reason="sold_out", units_left=0))

    def refuse(self, ref: str, refusal: Refusal) -> None:
        self._end(refusal)

    def _end(self, outcome: ClaimAnswer | Refusal) -> None:
        if self.answer.done():
            return
        if isinstance(outcome, Refusal):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)


def routes(house: House) -> list[BaseRoute]:
    """The door's addresses, for the outer application."""

    async def claim_flash_sale(request: Request) -> Response:
        try:
            answer = await _claim(request, house)
        except Refusal as refusal:
            return _refused(request, refusal)
        status = 201 if answer.code == "won" else 202
        return _json(msgspec.json.encode(answer), status=status)

    return [Route("/api/flash-sales/{sale_id}/claims", claim_flash_sale, methods=["POST"])]


async def _claim(request: Request, house: House) -> ClaimAnswer:
    ticket = _ticket(request)
    body = _claim_body(await _body(request))
    sale_id = _sale_id(request.path_params["sale_id"])
    try:
        stage = await house.stage(ticket.org_id, ticket.show_id)
    except NotFound as error:
        # A ticket opens one room: its sales and no others.
        raise NoSuchSale(id=sale_id) from error
    except (BridgeFull, BusAway, TimeoutError) as error:
        raise TryAgain from error
    address = network_of(request.client.host if request.client else None)
    caller = _Caller(ticket.viewer_id, address=address)
    claim = asked.Claim(
        ref="", sale_id=sale_id, units=body.units, key=body.request_key, wait=body.wait
    )
    stage.claim(caller, claim)
    try:
        async with asyncio.timeout(ANSWER_S_MAX):
            return await caller.answer
    except TimeoutError as error:
        raise TryAgain from error


def _ticket(request: Request) -> ViewerToken:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer":
        raise SignInNeeded
    return read_viewer_token(token)


def _claim_body(raw: bytes) -> ClaimBody:
    try:
        body = ClaimBody.model_validate_json(raw)
    except ValidationError as error:
        raise BadInput.of_faults([(item["loc"], item["msg"]) for item in error.errors()]) from error
    check_request_key(body.request_key)
    return body


def _sale_id(text: str) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) <= SALE_ID_DIGITS_MAX
    if not is_number:
        raise NoSuchSale(id=text[:SALE_ID_DIGITS_MAX])
    return int(text)


async def _body(request: Request) -> bytes:
    """The whole body; what is beyond the limit is read and forgotten, so that the caller hears."""
    kept = bytearray()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= BODY_BYTES_MAX:
            kept += chunk
    if size > BODY_BYTES_MAX:
        raise BadInput(field="body", why=f"≤ {BODY_BYTES_MAX} B")
    return bytes(kept)


def _refused(request: Request, refusal: Refusal) -> Response:
    lang = request.headers.get("accept-language", "zh")
    return _json(refusal.as_json(lang), status=refusal.http_status, headers=refusal.headers)


def _json(body: bytes, *, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(body, status, headers, media_type="application/json")
