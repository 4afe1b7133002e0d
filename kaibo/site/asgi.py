"""The two servers: Django alone, and the front with sockets, picture, pages and the way to Django.

They run in processes of their own, because a page that computes would hold the interpreter while
a frame waits for it (docs/mechanisms/processes.md).
"""

import contextlib
import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, cast

import django
import structlog
from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from django.utils import timezone
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaibo.site.settings")
django.setup()

from kaibo.journal import edge  # noqa: E402 - after django.setup()
from kaibo.media.actions import end_forgotten_streams  # noqa: E402
from kaibo.media.service import MediaService  # noqa: E402
from kaibo.room.rules import Limits  # noqa: E402
from kaibo.room.service import RoomService  # noqa: E402
from kaibo.site import front, picture  # noqa: E402
from kaibo.site.keeper import EYES, Keeper  # noqa: E402
from kaibo.site.worker import Relay  # noqa: E402

if TYPE_CHECKING:
    from kaibo.room.redis_bus import RedisBus

_log = structlog.get_logger(__name__)

# Threads that Django's synchronous code runs in. A request holds one while it works.
DJANGO_THREADS = 12


def web_app() -> ASGIApp:
    """Django and nothing else."""
    # Loads every page's code now, so that the first visitor does not wait for it.
    _ = get_resolver().url_patterns
    # Two type stubs disagree about WSGI and ASGI callables; at run time they fit.
    django_app: Any = WSGIMiddleware(cast(Any, get_wsgi_application()), workers=DJANGO_THREADS)
    return cast(ASGIApp, django_app)


def room_app(rest: ASGIApp, *, keeper: Keeper | None = None, with_eyes: bool = False) -> Starlette:
    """The front: rooms, picture and pages, and ``rest`` for every other address.

    Everything it runs is started and stopped by its lifespan, ``keeper`` and ``rest`` too where
    they are something to open. ``with_eyes``: a process looks at the pictures while there are any,
    unless the settings leave its eyes shut.
    """
    chat_per_s = settings.KAIBO_CHAT_PER_S
    limits = Limits(
        chat_per_s=chat_per_s, chat_burst=5 * chat_per_s, frames_per_s=40.0 * chat_per_s
    )
    bus = _bus(settings.REDIS_URL) if settings.REDIS_URL else None
    room = RoomService(limits, listen=edge.listen, bus=bus)
    media = MediaService(
        authorise=picture.authorise,
        on_start=picture.on_start,
        on_stop=picture.on_stop,
        root=settings.KAIBO_RECORDINGS,
        host=settings.KAIBO_HOST,
        port=settings.KAIBO_RTMP_PORT,
    )

    eyes = _eyes(media) if with_eyes and settings.KAIBO_EYES_EVERY_S else None

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            for part in (keeper, eyes, rest):
                if isinstance(part, AbstractAsyncContextManager):
                    await stack.enter_async_context(part)
            stack.enter_context(Relay())
            await stack.enter_async_context(_running(room, media))
            if keeper is not None:
                await keeper.answers()
            yield

    routes: list[BaseRoute] = [
        *room.routes(),
        *media.routes(),
        *front.routes(),
        Mount("/", rest),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


def _bus(url: str) -> "RedisBus":
    from kaibo.room.redis_bus import RedisBus

    return RedisBus(url)


def _eyes(media: MediaService) -> Keeper:
    return Keeper(
        None,
        command=EYES,
        name="eyes",
        on_death=picture.on_eyes_shut,
        wanted=lambda: media.engine.is_live,
    )


@contextlib.asynccontextmanager
async def _running(room: RoomService, media: MediaService) -> AsyncIterator[None]:
    await room.bridge.call(end_forgotten_streams, now=timezone.now())
    try:
        await media.start()
    except OSError as error:
        # No encoder can connect, but shelf, chat and orders do not need one.
        _log.error("no_encoder_port", port=settings.KAIBO_RTMP_PORT, error=str(error))
    await room.start()
    try:
        yield
    finally:
        await room.stop()
        await media.stop()
