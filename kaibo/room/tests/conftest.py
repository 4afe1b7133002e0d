"""A show and a server for the room's tests."""

import uuid
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings

from kaibo.room.redis_bus import RedisBus
from kaibo.room.rules import Limits
from kaibo.room.tests.scene import Scene, Server, make_scene

Serve = Callable[..., Server]


@pytest.fixture
def scene() -> Scene:
    """A show with two links."""
    return make_scene()


@pytest.fixture
def serve(empty_lake: None) -> Iterator[Serve]:
    """Start gateways of one installation, with a lake of its own; all are stopped at the end."""
    servers: list[Server] = []
    prefix = f"kaibo-test-{uuid.uuid4().hex}"

    def start(**limits: object) -> Server:
        bus = (
            RedisBus(settings.REDIS_URL, prefix=prefix, settle_s=0) if settings.REDIS_URL else None
        )
        server = Server(Limits(**limits), bus=bus).start()  # type: ignore[arg-type]
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.stop()
