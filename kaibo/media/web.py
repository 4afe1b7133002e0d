"""What players fetch: playlists, segments, parts, and whether there is a picture at all.

Anyone who knows the room code may look; the stream key never appears here.
"""

import dataclasses

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kaibo.base.errors import Refusal
from kaibo.media.engine import ROOM_CODE, Channel, Engine
from kaibo.media.errors import (
    NoPicture,
    NoSuchPicturePart,
    PlaylistLate,
    PlaylistRequestWrong,
    UnknownRoom,
)

PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
SEGMENT_TYPE = "video/mp4"
FIRST_SEGMENT_WAIT_S = 8.0
# A name is never used twice for different bytes, so a copy is good for as long as anyone likes.
FOREVER = "public, max-age=31536000, immutable"
_SHARED = {"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}
_ALLOW = {
    **_SHARED,
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Range",
    "Access-Control-Max-Age": "86400",
}
_NUMBER_LENGTH_MAX = 15


def routes(engine: Engine) -> list[Route]:
    """``/live/{code}/…`` for the outer application."""
    player = Player(engine)
    methods = ["GET", "HEAD", "OPTIONS"]
    return [
        Route("/live/{code}/state.json", player.state, methods=methods),
        Route("/live/{code}/index.m3u8", player.playlist, methods=methods),
        Route("/live/{code}/plain.m3u8", player.plain_playlist, methods=methods),
        Route("/live/{code}/{name}", player.piece, methods=methods),
    ]


class Player:
    """The answers of one engine to players."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def state(self, request: Request) -> Response:
        """``{"state": "off"|"live", "since", "width", "height", "bitrate_kbps", "fps"}``."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_ALLOW)
        code = request.path_params["code"]
        if not ROOM_CODE.fullmatch(code):
            return _refuse(UnknownRoom())
        state = dataclasses.asdict(self._engine.state(code))
        state["fps"] = state.pop("frames_per_s")
        headers = {**_SHARED, "Cache-Control": "no-cache"}
        return Response(msgspec.json.encode(state), media_type="application/json", headers=headers)

    async def playlist(self, request: Request) -> Response:
        """The playlist with parts; waits when the player asks for what is to come."""
        return await self._playlist(request, with_parts=True)

    async def plain_playlist(self, request: Request) -> Response:
        """The same window without parts, for players that stumble over them."""
        return await self._playlist(request, with_parts=False)

    async def _playlist(self, request: Request, *, with_parts: bool) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_ALLOW)
        try:
            channel = self._channel(request)
            await _wait_for_first(channel)
            await _wait_for_asked(request, channel)
        except Refusal as refusal:
            return _refuse(refusal)
        text = channel.window.playlist(with_parts=with_parts)
        headers = {**_SHARED, "Cache-Control": "no-cache"}
        return Response(text, media_type=PLAYLIST_TYPE, headers=headers)

    async def piece(self, request: Request) -> Response:
        """An init, a segment, a part, or the part that is just coming."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_ALLOW)
        name = request.path_params["name"]
        try:
            channel = self._channel(request)
            window = channel.window
            if window.is_next_part(name):
                await channel.wait_until(
                    lambda: not window.is_next_part(name), timeout_s=_patience_s(channel)
                )
            data = window.find(name)
            if data is None:
                raise NoSuchPicturePart
        except Refusal as refusal:
            return _refuse(refusal)
        headers = {**_SHARED, "Cache-Control": FOREVER}
        return Response(data, media_type=SEGMENT_TYPE, headers=headers)

    def _channel(self, request: Request) -> Channel:
        code = request.path_params["code"]
        if not ROOM_CODE.fullmatch(code):
            raise UnknownRoom
        channel = self._engine.channel(code)
        if channel is None:
            raise NoPicture
        return channel


async def _wait_for_first(channel: Channel) -> None:
    """An encoder that has just connected has no whole segment yet; players may wait for it."""
    window = channel.window
    if window.is_ready:
        return

    def settled() -> bool:
        return window.is_ready or channel.session is None

    await channel.wait_until(settled, timeout_s=FIRST_SEGMENT_WAIT_S)
    if not window.is_ready:
        raise NoPicture


async def _wait_for_asked(request: Request, channel: Channel) -> None:
    number = _number(request, "_HLS_msn")
    part = _number(request, "_HLS_part")
    if number is None:
        if part is not None:
            raise PlaylistRequestWrong
        return
    window = channel.window
    if window.is_too_far(number):
        raise PlaylistRequestWrong
    patience_s = _patience_s(channel)
    if await channel.wait_until(lambda: window.has(number, part), timeout_s=patience_s):
        return
    raise NoPicture if channel.is_gone else PlaylistLate


def _patience_s(channel: Channel) -> float:
    return 3.0 * channel.window.target_s


def _number(request: Request, name: str) -> int | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= _NUMBER_LENGTH_MAX):
        raise PlaylistRequestWrong
    return int(text)


def _refuse(refusal: Refusal) -> Response:
    body = {"code": refusal.code, "message": refusal.message("zh"), "data": refusal.data}
    headers = {**_SHARED, "Cache-Control": "no-store"}
    return Response(
        msgspec.json.encode(body),
        status_code=refusal.http_status,
        media_type="application/json",
        headers=headers,
    )
