"""A show and a server for the room's tests."""

from collections.abc import Callable, Iterator

import pytest

from kaibo.room.rules import Limits
from kaibo.room.tests.scene import Scene, Server, make_scene

Serve = Callable[..., Server]


@pytest.fixture
def scene() -> Scene:
    """A show with two links."""
    return make_scene()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start servers; all are stopped at the end."""
    servers: list[Server] = []

    def start(**limits: object) -> Server:
        server = Server(Limits(**limits)).start()  # type: ignore[arg-type]
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.stop()
