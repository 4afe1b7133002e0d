"""``kaibo seed`` and ``kaibo export``."""

import sys
from pathlib import Path

import click
from django.core.management import call_command

from kaibo.access.models import Organisation
from kaibo.journal.reads import as_json as one_line
from kaibo.journal.reads import evidence
from kaibo.site.commands.words import json_option, say, show, stop
from kaibo.site.demo import PASSWORD, seed


@click.command(
    "seed", help=say("向空库放入演示店铺。", "Put the demo shop into an empty database.")
)
@json_option
def seed_command(as_json: bool) -> None:
    call_command("migrate", interactive=False, verbosity=0)
    if Organisation.objects.exists():
        stop(
            say(
                "库中已有机构，未做任何改动。",
                "There is an organisation already; nothing was done.",
            ),
            status=1,
        )
    org_id = seed()
    show(
        {"organisation_id": org_id, "password": PASSWORD},
        as_json=as_json,
        text=say(f"演示店铺已就绪，密码 {PASSWORD}", f"The demo shop is in; password {PASSWORD}"),
    )


@click.command(
    "export",
    help=say(
        "导出一场直播的签名证据（每行一个 JSON），可用 kaibo verify 离线核验。",
        "Export a show's signed evidence, one JSON a line, for kaibo verify.",
    ),
)
@click.argument("show_id", type=int)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help=say("写入的文件；缺省为标准输出", "the file to write; standard output if left out"),
)
def export_command(show_id: int, output: Path | None) -> None:
    lines = [one_line(line) for line in evidence(show_id)]
    if not lines:
        stop(
            say(f"直播 {show_id} 没有已封存的事实。", f"Show {show_id} has no sealed facts."),
            status=1,
        )
    if output is None:
        sys.stdout.buffer.writelines(line + b"\n" for line in lines)
        return
    output.write_bytes(b"\n".join(lines) + b"\n")
    click.echo(
        say(f"已写入 {len(lines)} 行到 {output}", f"{len(lines)} lines in {output}"), err=True
    )
