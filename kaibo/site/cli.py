"""``kaibo``: one well-behaved command. Files or standard input in, ``--json`` out, 0/1/2 as status.

0 done · 1 refused or found wanting (the answer says why) · 2 used wrongly or unreadable input.
"""

import gc
import os
from importlib import import_module

import click
import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaibo.site.settings")
# Modules are no garbage: looking for some while they load takes a quarter of the start.
gc.disable()


def _settings_or_exit() -> None:
    """A bad setting is a sentence, not a traceback."""
    from kaibo.site.environment import SettingError

    try:
        django.setup()
    except SettingError as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from error


_settings_or_exit()

from kaibo import __version__  # noqa: E402 - the commands import models
from kaibo.site.commands.words import say  # noqa: E402

# In the order of the help; each is ``<name>_command`` of its module.
_MODULES = {
    "serve": "serve",
    "prepare": "serve",
    "room": "parts",
    "web": "parts",
    "eyes": "parts",
    "worker": "parts",
    "seed": "data",
    "import": "imports",
    "export": "data",
    "key": "keys",
    "scan": "scan",
    "hear": "hear",
    "report": "inspect",
    "verify": "inspect",
    "doctor": "inspect",
    "bench": "bench",
}


class _Commands(click.Group):
    """Imports the command that is run and no other: workbooks and PDFs take seconds to load."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_MODULES)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _MODULES:
            return None
        module = import_module(f"kaibo.site.commands.{_MODULES[name]}")
        command: click.Command = getattr(module, f"{name}_command")
        gc.enable()
        return command


@click.group(
    cls=_Commands,
    help=say("开播：自建直播电商系统。", "Kaibo: self-hosted live commerce."),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="kaibo")
def main() -> None:
    pass


if __name__ == "__main__":
    main()
