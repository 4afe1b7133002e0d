"""``kaibo serve``: everything under one command and one port."""

import os

import click
import uvicorn
from django.conf import settings
from django.core.management import call_command

from kaibo.access.models import Organisation
from kaibo.room.protocol import RoomProtocol
from kaibo.site.commands.words import say
from kaibo.site.demo import seed

_BANNER = {
    "zh": (
        "\n开播 Kaibo 已就绪\n"
        "  首页与直播间  {url}/\n"
        "  中控台        {url}/desk\n"
        "  推流地址      rtmp://{host}:{rtmp}/live（推流码在中控台“推流”处）\n"
        "{demo}"
        "  按 Ctrl+C 停止\n"
    ),
    "en": (
        "\nKaibo is ready\n"
        "  Home and rooms  {url}/\n"
        "  Desk            {url}/desk\n"
        "  Encoder         rtmp://{host}:{rtmp}/live (the stream key is on the desk)\n"
        "{demo}"
        "  Ctrl+C stops it\n"
    ),
}


@click.command(
    "serve",
    help=say(
        "启动全部服务；空库会自动建表并放入演示店铺。",
        "Run everything; an empty database gets its tables and a demo shop.",
    ),
)
@click.option("--host", default=None, help=say("监听地址", "address to listen on"))
@click.option("--port", default=None, type=int, help=say("端口", "port"))
@click.option("--no-demo", is_flag=True, help=say("不放演示数据", "no demo data"))
def serve_command(host: str | None, port: int | None, no_demo: bool) -> None:
    prepare(demo=not no_demo)
    if (host or port) and not os.environ.get("KAIBO_PUBLIC_URL"):
        url = f"http://{host or settings.KAIBO_HOST}:{port or settings.KAIBO_PORT}"
        settings.KAIBO_PUBLIC_URL, settings.CSRF_TRUSTED_ORIGINS = url, [url]
    host, port = host or settings.KAIBO_HOST, port or settings.KAIBO_PORT
    demo = Organisation.objects.filter(is_demo=True).exists()
    click.echo(
        say(_BANNER["zh"], _BANNER["en"]).format(
            url=f"http://{host}:{port}",
            host=host,
            rtmp=settings.KAIBO_RTMP_PORT,
            demo=say(
                "  演示账号      chen（运营） · lin（管理），密码 kaibo-demo\n",
                "  Demo accounts   chen (operations) · lin (management), password kaibo-demo\n",
            )
            if demo
            else "",
        )
    )
    uvicorn.run(
        "kaibo.site.asgi:build",
        factory=True,
        host=host,
        port=port,
        ws=RoomProtocol,
        log_level="warning",
        timeout_graceful_shutdown=5,
        server_header=False,
        proxy_headers=bool(settings.KAIBO_TRUSTED_PROXIES),
        forwarded_allow_ips=settings.KAIBO_TRUSTED_PROXIES,
    )


def prepare(*, demo: bool) -> None:
    """Bring the tables up to date, and fill an empty installation with the demo shop."""
    call_command("migrate", interactive=False, verbosity=0)
    if demo and not Organisation.objects.exists():
        click.echo(say("正在放入演示店铺……", "Putting in the demo shop…"))
        seed()
