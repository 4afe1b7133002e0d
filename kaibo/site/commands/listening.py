"""What the commands that serve have in common: where they listen, and how they end."""

import gc
import os
import signal
import sys

import click
import uvicorn
from django.conf import settings
from django.core.management import call_command
from starlette.types import ASGIApp

from kaibo.room.protocol import RoomProtocol
from kaibo.site.commands.words import say, stop

GRACE_S = 5
IDLE_S = 5
# A front lets go of an idle connection first, so that none closes under a request.
BEHIND_IDLE_S = 75

host_option = click.option("--host", help=say("监听地址", "address to listen on"))
port_option = click.option("--port", type=int, help=say("端口", "port"))


def address(host: str | None, port: int | None) -> tuple[str, int]:
    """Where a front listens; chosen by hand, it is also how browsers find it unless they are told.

    The environment is set too, for the processes that this one starts.
    """
    if (host or port) and not os.environ.get("KAIBO_PUBLIC_URL"):
        url = f"http://{host or settings.KAIBO_HOST}:{port or settings.KAIBO_PORT}"
        settings.KAIBO_PUBLIC_URL, settings.CSRF_TRUSTED_ORIGINS = url, [url]
        os.environ["KAIBO_PUBLIC_URL"] = url
    return host or settings.KAIBO_HOST, port or settings.KAIBO_PORT


def listen(
    app: ASGIApp, *, host: str, port: int, uds: str | None = None, behind: bool = False
) -> None:
    """Serve until told to stop; then everything ends within a few seconds.

    Args:
        uds: a unix socket that nobody but the front reaches, instead of host and port.
        behind: whether a front is before it, which keeps its connections.
    """
    # Loaded modules are no garbage: no collection looks at their half a million objects again,
    # neither while a room waits for it nor at the end, where it took a second.
    gc.freeze()
    # uvicorn ends in order and then raises the signal again: what is open here closes too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run(
        app,
        host=host,
        port=port,
        uds=uds,
        ws=RoomProtocol,
        log_level="warning",
        lifespan="on",
        # Nobody but the front reaches the socket in its private folder, so its word is taken.
        forwarded_allow_ips="*" if uds else settings.KAIBO_TRUSTED_PROXIES,
        timeout_graceful_shutdown=GRACE_S,
        timeout_keep_alive=BEHIND_IDLE_S if behind else IDLE_S,
        server_header=False,
    )


def check_tables() -> None:
    """End with a sentence where the tables are missing or old: one process alone makes them."""
    try:
        call_command("migrate", check_unapplied=True, verbosity=0)
    except SystemExit:
        stop(
            say(
                "数据库表不是最新的，请先运行一次 kaibo prepare。",
                "The tables are not up to date; run kaibo prepare once.",
            ),
            status=1,
        )
