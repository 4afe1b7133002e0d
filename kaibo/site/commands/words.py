"""The language of the command line, its output, and how it fails."""

import json
import locale
import os
from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn, ParamSpec

import click

from kaibo.base.errors import Refusal

P = ParamSpec("P")


def lang() -> str:
    """``KAIBO_LANG``, else the terminal's locale; Chinese unless it clearly says otherwise."""
    chosen = os.environ.get("KAIBO_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG")
    chosen = chosen or (locale.getlocale()[0] or "zh")
    return "en" if chosen.lower().startswith("en") else "zh"


def say(zh: str, en: str) -> str:
    """One of two sentences, by the language of the terminal."""
    return en if lang() == "en" else zh


def show(value: Any, *, as_json: bool, text: str) -> None:
    """Print a result: one JSON object on standard output, or words for a person."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str) if as_json else text)


def stop(message: str, *, status: int) -> NoReturn:
    """Say what is wrong on standard error and end with a status."""
    click.echo(message, err=True)
    raise SystemExit(status)


def refusals_exit_1(command: Callable[P, None]) -> Callable[P, None]:
    """A refusal ends the command with its sentence and status 1."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except Refusal as refusal:
            stop(refusal.message(lang()), status=1)

    return wrapped


json_option = click.option(
    "--json", "as_json", is_flag=True, help=say("输出一个 JSON 对象", "print one JSON object")
)
