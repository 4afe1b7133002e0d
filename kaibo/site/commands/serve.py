"""``kaibo serve``: everything under one command and one port; ``kaibo prepare``: its tables."""

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from kaibo.access.models import Organisation
from kaibo.site import asgi
from kaibo.site.commands.listening import address, host_option, listen, port_option
from kaibo.site.commands.words import say
from kaibo.site.keeper import Keeper, private_path
from kaibo.site.passing import PassOn

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
        "在一台机器上启动全部服务；空库会自动建表并放入演示店铺。",
        "Run everything on one machine; an empty database gets its tables and a demo shop.",
    ),
)
@host_option
@port_option
@click.option("--no-demo", is_flag=True, help=say("不放演示数据", "no demo data"))
def serve_command(host: str | None, port: int | None, no_demo: bool) -> None:
    prepare(demo=not no_demo)
    host, port = address(host, port)
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
    connections.close_all()
    with private_path(settings.KAIBO_HOME) as path:
        app = asgi.room_app(PassOn(uds=path), keeper=Keeper(path), with_eyes=True)
        listen(app, host=host, port=port)


@click.command(
    "prepare",
    help=say(
        "建立或更新数据库表；多机部署时，在启动其余进程之前运行一次。",
        "Make or update the tables; on several machines once, before the rest starts.",
    ),
)
def prepare_command() -> None:
    prepare(demo=False)


def prepare(*, demo: bool) -> None:
    """Bring the tables up to date, and fill an empty installation with the demo shop."""
    call_command("migrate", interactive=False, verbosity=0)
    if demo and not Organisation.objects.exists():
        from kaibo.site.demo import seed  # only this once; it loads every context

        click.echo(say("正在放入演示店铺……", "Putting in the demo shop…"))
        seed()
