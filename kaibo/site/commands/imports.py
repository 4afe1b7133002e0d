"""``kaibo import``: sheets of goods, and files of other platforms' orders."""

import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import click
from django.utils import timezone

from kaibo.access.models import Organisation
from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.errors import BadInput
from kaibo.base.problems import RowError
from kaibo.catalog import actions as catalog
from kaibo.orders import actions as orders
from kaibo.orders.actions import TermsWish
from kaibo.site.commands.words import json_option, lang, refusals_exit_1, say, show, stop

Mapping = dict[str, str | None]


@dataclass(frozen=True)
class Done:
    """What a kind of import came to, in the words of the command's answer."""

    answer: dict[str, Any]
    errors: tuple[RowError, ...]
    refused: int
    text: str
    error_file: Callable[[Literal["csv", "xlsx"]], bytes] | None


@click.command(
    "import",
    help=say(
        "导入商品表或其他平台的订单文件（CSV、XLSX、XLS）；有被拒的行时以 1 结束，"
        "读不了的文件以 2 结束。",
        "Import a sheet of goods or a file of another platform's orders (CSV, XLSX, XLS); ends "
        "with 1 when lines were refused, with 2 when the file cannot be read.",
    ),
)
@click.argument("file", type=click.File("rb"))
@click.option(
    "--kind",
    type=click.Choice(["goods", "orders"]),
    default="goods",
    show_default=True,
    help=say("文件内容：商品或订单", "what the file holds"),
)
@click.option("--org", help=say("机构代码；只有一个机构时可省略", "the organisation's code"))
@click.option(
    "--map",
    "pairs",
    multiple=True,
    metavar=say("列=字段", "COLUMN=FIELD"),
    help=say("指定某列对应的字段；“列=”表示不导入", "what a column means; COLUMN= skips it"),
)
@click.option(
    "--terms",
    "terms",
    multiple=True,
    metavar="NAME=VALUE",
    help=say(
        "订单文件的 platform、shop、zone（时区）、currency（币种），可多次给出",
        "an order file's platform, shop, zone or currency; may be given several times",
    ),
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
    kind: str,
    org: str | None,
    pairs: tuple[str, ...],
    terms: tuple[str, ...],
    dry_run: bool,
    errors_to: Path | None,
    as_json: bool,
) -> None:
    by = SYSTEM(_organisation(org))
    mapping, wish = _mapping(pairs), _wish(terms)
    data, name = file.read(), Path(getattr(file, "name", "-")).name
    try:
        if kind == "goods":
            done = _goods(data, name, mapping, by=by, dry_run=dry_run)
        else:
            done = _orders(data, name, mapping, wish, by=by, dry_run=dry_run)
    except BadInput as refusal:
        stop(refusal.message(lang()), status=2)
    if errors_to is not None and done.errors and done.error_file is not None:
        errors_to.write_bytes(
            done.error_file("xlsx" if errors_to.suffix.lower() == ".xlsx" else "csv")
        )
    lines = [
        f"{error.line}: {error.column} “{error.value}” {say(error.message_zh, error.message_en)}"
        for error in done.errors
    ]
    show(done.answer, as_json=as_json, text="\n".join([*lines, done.text]))
    sys.exit(1 if done.refused else 0)


def _goods(data: bytes, name: str, mapping: Mapping, *, by: Actor, dry_run: bool) -> Done:
    if dry_run:
        preview = catalog.check_import(org_id=by.org_id, data=data, filename=name, mapping=mapping)
        refused = preview.rows - preview.rows_ok
        text = say(
            f"共 {preview.rows} 行，可导入 {preview.rows_ok}，有问题 {refused}；未写入",
            f"{preview.rows} lines, {preview.rows_ok} fit, {refused} do not; nothing written",
        )
        return Done(_answer(preview, "rows_ok"), preview.errors, refused, text, None)
    now = timezone.now()
    started = catalog.start_import(data=data, filename=name, by=by, now=now, mapping=mapping)
    result = catalog.apply_import(import_id=started.id, by=by, now=now, progress=_progress)
    preview = catalog.import_preview(import_id=started.id, by=by)
    text = say(
        "共 {rows} 行：新增 {created}，更新 {changed}，无变化 {unchanged}，被拒 {refused}",
        "{rows} lines: {created} new, {changed} changed, {unchanged} the same, {refused} refused",
    ).format(**asdict(result))
    return Done(
        _answer(preview, "rows_ok") | asdict(result), preview.errors, result.refused, text,
        lambda kind: catalog.import_errors_file(
            import_id=started.id, kind=kind, lang=lang(), by=by
        ),
    )  # fmt: skip


def _orders(
    data: bytes, name: str, mapping: Mapping, wish: TermsWish, *, by: Actor, dry_run: bool
) -> Done:
    told = ("orders_ok", "platform", "shop", "zone", "currency", "left_out", "refused", "repeats")
    now = timezone.now()
    if dry_run:
        preview = orders.check_order_file(
            data=data, filename=name, by=by, now=now, mapping=mapping, wish=wish
        )
        text = say(
            f"共 {preview.rows} 行：可导入 {preview.orders_ok} 单，"
            f"有问题 {preview.refused} 行；未写入",
            f"{preview.rows} lines: {preview.orders_ok} orders fit, {preview.refused} lines do "
            "not; nothing written",
        )
        return Done(_answer(preview, *told), preview.errors, preview.refused, text, None)
    preview = orders.start_order_file(
        data=data, filename=name, by=by, now=now, mapping=mapping, wish=wish
    )
    result = orders.apply_order_file(file_id=preview.id, by=by, now=now, progress=_progress)
    text = say(
        "共 {rows} 行、{orders} 单：新增 {created}，更新 {replaced}，无变化 {unchanged}；"
        "被拒 {refused} 行，重复 {repeats} 行",
        "{rows} lines, {orders} orders: {created} new, {replaced} replaced, {unchanged} the same; "
        "{refused} lines refused, {repeats} repeated",
    ).format(**asdict(result))
    return Done(
        _answer(preview, *told) | asdict(result), preview.errors, result.refused, text,
        lambda kind: orders.order_file_errors(
            file_id=preview.id, kind=kind, lang=lang(), by=by
        ),
    )  # fmt: skip


def _progress(done: int, total: int) -> None:
    click.echo(f"{done}/{total}", err=True)


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


def _mapping(pairs: tuple[str, ...]) -> Mapping:
    mapping: Mapping = {}
    for pair in pairs:
        column, equals, target = pair.rpartition("=")
        if not equals:
            stop(say(f"应写作 列=字段：{pair}", f"Write COLUMN=FIELD: {pair}"), status=2)
        mapping[column] = target or None
    return mapping


def _wish(terms: tuple[str, ...]) -> TermsWish:
    said = dict(term.partition("=")[::2] for term in terms)
    if set(said) - set(TermsWish.__dataclass_fields__):
        names = ", ".join(TermsWish.__dataclass_fields__)
        stop(say(f"--terms 只接受 {names}", f"--terms takes {names}"), status=2)
    return TermsWish(**said)


def _answer(preview: Any, *names: str) -> dict[str, Any]:
    return {
        "rows": preview.rows,
        **{name: getattr(preview, name) for name in names},
        "mapping": preview.mapping,
        "errors_total": preview.errors_total,
        "errors": [asdict(error) for error in preview.errors],
    }
