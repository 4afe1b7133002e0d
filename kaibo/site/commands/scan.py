"""``kaibo scan``: texts through the rulebook; ``train`` and ``model``: trained readers."""

import io
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import click
import msgspec
from django.conf import settings

from kaibo.compliance.reads import about_models, models, read_by_models, scan
from kaibo.compliance.reads.models import model_at, model_path, pictographs
from kaibo.compliance.rules.textmodel import KINDS, BadModel, Counts, as_dictionary, load_model
from kaibo.site.commands.words import json_option, lang, say, show, stop
from kaibo.site.training.samples import BadData, read_samples


class _Scan(click.Group):
    """A group whose own work is to scan: ``kaibo scan FILE`` and ``kaibo scan train …``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in {*self.commands, "-h", "--help"}:
            args.insert(0, "texts")
        return super().parse_args(ctx, args)


@click.group(
    "scan",
    cls=_Scan,
    help=say(
        "逐行检查话术、标题或弹幕（kaibo scan 文件…，或标准输入）；有违规时以 1 结束。"
        "train 训练文本模型，model 查看模型及其错误率。",
        "Check scripts, titles or chat line by line (kaibo scan FILE…, or standard input); ends"
        " with 1 on a violation. train makes a text model, model shows one and its error rates.",
    ),
)
def scan_command() -> None:
    pass


@scan_command.command("texts", help=say("逐行检查（默认）", "check line by line (the default)"))
@click.argument("files", nargs=-1, type=click.File("r", encoding="utf-8-sig", errors="replace"))
@click.option(
    "--surface", type=click.Choice(["script", "chat", "speech", "title"]), default="script"
)
@click.option(
    "--model",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help=say("弹幕另由此目录的模型阅读", "chat is also read by the models in this folder"),
)
@json_option
def texts(files: tuple[Any, ...], surface: Any, folder: Path | None, as_json: bool) -> None:
    """Scan; models read chat only, as in a room."""
    stdin = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", errors="replace")
    sources: tuple[Any, ...] = files or (stdin,)
    readers = models(folder) if surface == "chat" else ()
    if folder is not None and not models(folder):
        stop(say(f"{folder}：没有可用的模型", f"{folder}: no usable model"), status=2)
    rows: list[dict[str, Any]] = []
    for source in sources:
        for number, line in enumerate(source, start=1):
            text = line.rstrip("\n")
            hits = (*scan(text, surface=surface), *read_by_models(text, of=readers))
            live = (hit for hit in hits if not hit.suppressed_reason)
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


@scan_command.command(
    "train",
    help=say(
        "用带标签的文本训练模型（CSV 或 JSON 行；文本一列，标签一列：1 是，0 不是）。"
        "同样的数据与种子得到逐字节相同的文件。",
        "Train a model on labelled texts (CSV or JSON lines; a column of texts, a column of labels:"
        " 1 it is, 0 it is not). The same data and seed give the same file, byte for byte.",
    ),
)
@click.argument("data", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--kind", type=click.Choice(KINDS), required=True)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help=say("写到此目录；默认为本机启用的目录", "write to this folder; by default the one in use"),
)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--text-column", default="")
@click.option("--label-column", default="")
@json_option
def train_command(
    data: tuple[Path, ...],
    kind: Any,
    out: Path | None,
    seed: int,
    text_column: str,
    label_column: str,
    as_json: bool,
) -> None:
    """Train, write the file, show its error rates."""
    from kaibo.site.training.fit import train

    try:
        samples, sources = read_samples(data, text_column=text_column, label_column=label_column)
        made = train(samples, sources, kind=kind, seed=seed, say=lambda s: click.echo(s, err=True))
    except BadData as error:
        stop(str(error), status=2)
    except ImportError:
        stop(
            say(
                "训练需要 scikit-learn：pip install 'kaibo[train]'",
                "training needs scikit-learn: pip install 'kaibo[train]'",
            ),
            status=2,
        )
    path = model_path(out or settings.KAIBO_TEXT_MODELS, kind)
    _write(path, made)
    about = as_dictionary(load_model(made, pictographs=pictographs()))
    show({"file": str(path), **about}, as_json=as_json, text=f"{path}\n{_told(about)}")


@scan_command.command(
    "model", help=say("模型的来源、阈值与错误率", "a model's sources, thresholds and error rates")
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@json_option
def model_command(file: Path | None, as_json: bool) -> None:
    """Show a model's file, or those in force."""
    if file is None:
        found = about_models()
    else:
        try:
            found = [as_dictionary(model_at(file))]
        except (OSError, BadModel) as error:
            stop(f"{file}: {error}", status=2)
    none = say("没有训练过的模型；只用词库。", "No model is trained; word lists alone are used.")
    text = "\n\n".join(map(_told, found)) or none
    show({"models": found}, as_json=as_json, text=text)


def _write(path: Path, made: bytes) -> None:
    """In one step, so that whoever reads has the old model or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(made)
    os.chmod(name, 0o644)
    os.replace(name, path)


def _told(about: dict[str, Any]) -> str:
    """A model in a few lines."""
    report = about["report"]
    lines = [
        f"{about['kind']} {about['digest']}  "
        + say(
            f"学习 {about['learned']} 条，留出 {about['held_back']} 条测错，"
            f"权重 {about['weights']}",
            f"learned from {about['learned']}, errors counted on {about['held_back']} held back, "
            f"{about['weights']} weights",
        )
    ]
    lines += [f"  {source['name']}  {source['rows']}" for source in about["sources"]]
    names = {
        "half": (say("把握一半", "half sure"), 0.5),
        "review": (say("请人看", "for review"), about["review_at"]),
        "hide": (say("隐藏", "hidden"), about["hide_at"]),
    }
    for key, (name, at) in names.items():
        lines.append(f"  {name} ≥ {at:.3f}: {_rates(report[key])}")
    for key, title in (("by_length", say("长度", "length")), ("by_source", say("来源", "source"))):
        lines += [f"  {title} {name}: {_rates(one)}" for name, one in report[key].items()]
    return "\n".join(lines)


def _rates(told: dict[str, int]) -> str:
    one = msgspec.convert(told, Counts)
    return say(
        f"准确率 {one.accuracy:.1%} 精确率 {one.precision:.1%} "
        f"召回率 {one.recall:.1%}（{one.n} 条）",
        f"accuracy {one.accuracy:.1%} precision {one.precision:.1%} recall {one.recall:.1%}"
        f" ({one.n} texts)",
    )
