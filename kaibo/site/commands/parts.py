"""``kaibo room``, ``web``, ``eyes`` and ``worker``: what ``kaibo serve`` runs, one by one.

For several machines, with one PostgreSQL and one Redis between them.
"""

import contextlib
import faulthandler
import os
import signal
import socket
import threading

import click
from django.conf import settings
from django.db import connections

from kaibo.site import asgi
from kaibo.site.commands.listening import (
    address,
    check_tables,
    host_option,
    listen,
    port_option,
)
from kaibo.site.commands.words import say
from kaibo.site.line import Line, end_with_the_front
from kaibo.site.passing import PassOn, nothing_here
from kaibo.site.worker import Packer, Relay, Worker

# One look takes twice eight seconds at most; the database may keep it waiting for twenty.
EYES_HANG_S = 120.0
EYES_IDLE_S = 30.0


@click.command(
    "room",
    help=say(
        "只运行前端网关：长连接、画面与页面；需要 DATABASE_URL 与 REDIS_URL。"
        "其余地址转给 --web；未指定则答 404。",
        "Run the gateway alone: sockets, picture and pages, with DATABASE_URL and REDIS_URL."
        " Every other address is passed on to --web, or answered with 404.",
    ),
)
@host_option
@port_option
@click.option(
    "--web",
    metavar="URL",
    help=say("kaibo web 的地址，如 http://10.0.0.5:8000", "where kaibo web answers"),
)
def room_command(host: str | None, port: int | None, web: str | None) -> None:
    check_tables()
    connections.close_all()
    host, port = address(host, port)
    rest = PassOn(url=web) if web else nothing_here
    listen(asgi.room_app(rest, with_eyes=True), host=host, port=port)


@click.command(
    "web",
    help=say(
        "只运行 Django：后台、接口与付款页，可开多个；需要 DATABASE_URL 与 REDIS_URL。"
        "请在 KAIBO_TRUSTED_PROXIES 写上网关的地址。",
        "Run Django alone: back office, API and payment pages; any number of them, with"
        " DATABASE_URL and REDIS_URL. KAIBO_TRUSTED_PROXIES names the gateways' addresses.",
    ),
)
@host_option
@port_option
@click.option("--uds", hidden=True, help="a unix socket that only the front can reach")
@click.option("--line", type=int, hidden=True, help="the descriptor of the line to the front")
@click.option("--chores", is_flag=True, hidden=True, help="do the worker's chores as well")
def web_command(
    host: str | None, port: int | None, uds: str | None, line: int | None, chores: bool
) -> None:
    if line is None:  # else the front has just seen to them
        check_tables()
    connections.close_all()
    host, port = host or settings.KAIBO_HOST, port or settings.KAIBO_PORT
    with contextlib.ExitStack() as stack:
        if line is not None:
            end = socket.socket(fileno=line)
            stack.enter_context(Line(end, on_end=end_with_the_front))
        if chores:
            stack.enter_context(Relay())
            stack.enter_context(Packer())
            stack.enter_context(Worker())
        listen(asgi.web_app(), host=host, port=port, uds=uds, behind=True)


@click.command(
    "eyes",
    help=say(
        "只看画面：对本机正在录制的直播逐秒抽帧；有画面时由 kaibo serve 与 kaibo room 自动启动。",
        "Look at the pictures recorded on this machine, a frame a second;"
        " kaibo serve and kaibo room start it by themselves while there is a picture.",
    ),
)
@click.option("--line", type=int, hidden=True, help="the descriptor of the line to the front")
def eyes_command(line: int | None) -> None:
    # Here, so that no other process carries a decoder of pictures.
    from kaibo.media.eyes import Eyes
    from kaibo.media.words import RapidReader, can_read

    read_every_s = settings.KAIBO_EYES_READ_EVERY_S
    check_tables()
    connections.close_all()
    with contextlib.suppress(OSError):
        os.nice(5)  # a room that waits for the eyes would be worse than eyes that are late
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    with contextlib.ExitStack() as stack:
        if line is not None:
            end = socket.socket(fileno=line)
            stack.enter_context(Line(end, on_end=end_with_the_front))
        # Nothing of ours can end a decoder that hangs inside this process; this can.
        eyes = Eyes(
            every_s=float(settings.KAIBO_EYES_EVERY_S or 1),
            pulse=lambda: faulthandler.dump_traceback_later(EYES_HANG_S, exit=True),
            reader=RapidReader() if read_every_s and can_read() else None,
            read_every_s=float(read_every_s),
        )
        eyes.run(over, idle_s=None if line is None else EYES_IDLE_S)
        faulthandler.cancel_dump_traceback_later()


@click.command(
    "worker",
    help=say(
        "只运行后台任务：定时、统计与封存；可开多个，由数据库安排先后。"
        "需要 DATABASE_URL 与 REDIS_URL。",
        "Run the chores alone: timers, followers, sealing; several take turns by the database."
        " With DATABASE_URL and REDIS_URL.",
    ),
)
def worker_command() -> None:
    check_tables()
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    with Relay(), Packer(), Worker():
        over.wait()
