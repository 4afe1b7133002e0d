"""The built pages: the addresses that answer HTML, and their hashed assets."""

import re
from pathlib import Path

from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "pages"
DEMO_PICTURES = Path(__file__).parent / "demo" / "pictures"

# Everything comes from this server; pictures of goods may live elsewhere.
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob: https:; media-src 'self' blob:; worker-src 'self' blob:; "
        "connect-src 'self' ws: wss:; frame-ancestors 'self'; "
        # Alipay's QR code is a page of its own; the gateway sends it on to another name.
        "frame-src 'self' https://*.alipay.com; "
        "base-uri 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
_HASHED = re.compile(r"-[\w-]{8}\.\w+$")
_NOT_BUILT = (
    "页面尚未构建。请运行 make pages（需要 Node 20.19 以上）后刷新。\n"
    "The pages are not built yet. Run make pages (Node 20.19 or newer), then reload.\n"
)


class _Assets(StaticFiles):
    """A name that carries a hash of its content may be kept for a year; others are asked for."""

    async def check_config(self) -> None:
        """The pages may be built later; until then each file is 404."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["X-Content-Type-Options"] = "nosniff"
        if response.status_code == 200:
            kept = "public, max-age=31536000, immutable" if _HASHED.search(path) else "no-cache"
            response.headers["Cache-Control"] = kept
        return response


def routes() -> list[BaseRoute]:
    """Routes of the pages, for the outer application."""
    return [
        Route("/", _room),
        Route("/room/{code}", _room),
        Route("/room/{code}/rights", _room),
        Route("/rights/{code}", _room),
        Route("/draws/{id:int}", _room),
        Route("/packets/{id:int}", _room),
        Route("/rules", _room),
        Route("/rules/{code}", _room),
        Route("/desk", _desk),
        Route("/desk/{path:path}", _desk),
        Mount("/assets", GZipMiddleware(_Assets(directory=FOLDER, check_dir=False))),
        Mount("/demo", _Assets(directory=DEMO_PICTURES)),
    ]


def _room(request: Request) -> Response:
    return _page("room.html")


def _desk(request: Request) -> Response:
    return _page("desk.html")


def _page(name: str) -> Response:
    file = FOLDER / name
    if not file.exists():
        return PlainTextResponse(_NOT_BUILT, status_code=503)
    return FileResponse(file, headers=_HEADERS)
