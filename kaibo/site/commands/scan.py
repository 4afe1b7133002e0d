"""``kaibo scan``: scripts and titles through the rulebook, from files or standard input."""

import io
import sys
from typing import Any

import click
import msgspec

from kaibo.compliance.reads import scan
from kaibo.site.commands.words import json_option, lang, say


@click.command(
    "scan",
    help=say(
        "逐行检查话术、标题或弹幕；有违规时以 1 结束。",
        "Check scripts, titles or chat line by line; ends with 1 on a violation.",
    ),
)
@click.argument("files", nargs=-1, type=click.File("r", encoding="utf-8-sig", errors="replace"))
@click.option(
    "--surface", type=click.Choice(["script", "chat", "speech", "title"]), default="script"
)
@json_option
def scan_command(files: tuple[Any, ...], surface: Any, as_json: bool) -> None:
    stdin = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", errors="replace")
    sources: tuple[Any, ...] = files or (stdin,)
    rows: list[dict[str, Any]] = []
    for source in sources:
        for number, line in enumerate(source, start=1):
            text = line.rstrip("\n")
            live = (hit for hit in scan(text, surface=surface) if not hit.suppressed_reason)
            for hit in live:
                row = {"file": getattr(source, "name", "-"), "line": number, "text": text}
                rows.append(row | msgspec.to_builtins(hit))
    violations = sum(row["verdict"] == "violation" for row in rows)
    if as_json:
        click.echo(msgspec.json.encode({"hits": rows, "violations": violations}).decode())
    else:
        for row in rows:
            message = row["message_en"] if lang() == "en" else row["message_zh"]
            click.echo(
                f"{row['file']}:{row['line']}: [{row['verdict']}] “{row['matched']}” "
                f"《{row['law']}》{row['article']} {message}"
            )
        click.echo(say(f"违规 {violations} 处", f"{violations} violations"), err=True)
    sys.exit(1 if violations else 0)
