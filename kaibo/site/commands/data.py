"""``kaibo seed``, ``kaibo import`` and ``kaibo export``."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import click
from django.core.management import call_command
from django.utils import timezone

from kaibo.access.models import Organisation
from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.errors import BadInput
from kaibo.catalog import actions as catalog
from kaibo.catalog.actions import ImportPreview, ImportResult
from kaibo.journal.reads import as_json as one_line
from kaibo.journal.reads import evidence
from kaibo.site.commands.words import json_option, lang, refusals_exit_1, say, show, stop
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


@click.command(
    "import",
    help=say(
        "导入商品表（CSV、XLSX、XLS）；有被拒的行时以 1 结束，读不了的文件以 2 结束。",
        "Import a sheet of goods (CSV, XLSX, XLS); ends with 1 when lines were refused, "
        "with 2 when the file cannot be read.",
    ),
)
@click.argument("file", type=click.File("rb"))
@click.option("--org", help=say("机构代码；只有一个机构时可省略", "the organisation's code"))
@click.option(
    "--map",
    "pairs",
    multiple=True,
    metavar=say("列=字段", "COLUMN=FIELD"),
    help=say("指定某列对应的字段；“列=”表示不导入", "what a column means; COLUMN= skips it"),
)
@click.option("--dry-run", is_flag=True, help=say("只检查，不写入", "look only, write nothing"))
@click.option(
    "--errors",
    "errors_to",
    type=click.Path(dir_okay=False, path_type=Path),
    help=say("把被拒的行写入此文件（.csv 或 .xlsx）", "write refused lines to this .csv or .xlsx"),
)
@json_option
@refusals_exit_1
def import_command(
    file: Any,
    org: str | None,
    pairs: tuple[str, ...],
    dry_run: bool,
    errors_to: Path | None,
    as_json: bool,
) -> None:
    by = SYSTEM(_organisation(org))
    mapping = _mapping(pairs)
    data, name = file.read(), Path(getattr(file, "name", "-")).name
    try:
        if dry_run:
            preview = catalog.check_import(
                org_id=by.org_id, data=data, filename=name, mapping=mapping
            )
        else:
            preview = catalog.start_import(
                data=data, filename=name, by=by, now=timezone.now(), mapping=mapping
            )
        result = None if dry_run else _apply(preview.id, by)
    except BadInput as refusal:
        stop(refusal.message(lang()), status=2)
    if result is not None:
        preview = catalog.import_preview(import_id=preview.id, by=by)
        if errors_to is not None and preview.errors_total:
            kind: Literal["csv", "xlsx"] = "xlsx" if errors_to.suffix.lower() == ".xlsx" else "csv"
            errors_to.write_bytes(
                catalog.import_errors_file(import_id=preview.id, kind=kind, lang=lang(), by=by)
            )
    refused = preview.rows - preview.rows_ok if result is None else result.refused
    came = {} if result is None else asdict(result)
    show(_answer(preview) | came, as_json=as_json, text=_words(preview, came, refused))
    sys.exit(1 if refused else 0)


def _apply(import_id: int, by: Actor) -> ImportResult:
    def progress(done: int, total: int) -> None:
        click.echo(f"{done}/{total}", err=True)

    return catalog.apply_import(import_id=import_id, by=by, now=timezone.now(), progress=progress)


def _organisation(code: str | None) -> int:
    rows = Organisation.objects.all() if code is None else Organisation.objects.filter(code=code)
    found = list(rows.values_list("pk", flat=True)[:2])
    if len(found) != 1:
        stop(
            say(
                "请用 --org 指明一个已有的机构代码。",
                "Name one organisation that exists with --org.",
            ),
            status=2,
        )
    return found[0]


def _mapping(pairs: tuple[str, ...]) -> dict[str, str | None]:
    mapping: dict[str, str | None] = {}
    for pair in pairs:
        column, equals, target = pair.rpartition("=")
        if not equals:
            stop(say(f"应写作 列=字段：{pair}", f"Write COLUMN=FIELD: {pair}"), status=2)
        mapping[column] = target or None
    return mapping


def _answer(preview: ImportPreview) -> dict[str, Any]:
    return {
        "rows": preview.rows,
        "rows_ok": preview.rows_ok,
        "mapping": preview.mapping,
        "errors_total": preview.errors_total,
        "errors": [asdict(error) for error in preview.errors],
    }


def _words(preview: ImportPreview, came: dict[str, int], refused: int) -> str:
    lines = [
        f"{error.line}: {error.column} “{error.value}” {say(error.message_zh, error.message_en)}"
        for error in preview.errors
    ]
    if came:
        lines.append(
            say(
                "共 {rows} 行：新增 {created}，更新 {changed}，无变化 {unchanged}，被拒 {refused}",
                "{rows} lines: {created} new, {changed} changed, {unchanged} the same, "
                "{refused} refused",
            ).format(**came)
        )
    else:
        lines.append(
            say(
                f"共 {preview.rows} 行，可导入 {preview.rows_ok}，有问题 {refused}；未写入",
                f"{preview.rows} lines, {preview.rows_ok} fit, {refused} do not; nothing written",
            )
        )
    return "\n".join(lines)
