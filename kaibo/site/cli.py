"""``kaibo``: one well-behaved command. Files or standard input in, ``--json`` out, 0/1/2 as status.

0 done · 1 refused or found wanting (the answer says why) · 2 used wrongly or unreadable input.
"""

import os

import click
import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaibo.site.settings")


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
from kaibo.site.commands.bench import bench_command  # noqa: E402
from kaibo.site.commands.data import (  # noqa: E402
    export_command,
    seed_command,
)
from kaibo.site.commands.imports import import_command  # noqa: E402
from kaibo.site.commands.inspect import doctor_command, report_command, verify_command  # noqa: E402
from kaibo.site.commands.parts import room_command, web_command, worker_command  # noqa: E402
from kaibo.site.commands.scan import scan_command  # noqa: E402
from kaibo.site.commands.serve import prepare_command, serve_command  # noqa: E402
from kaibo.site.commands.words import say  # noqa: E402


@click.group(
    help=say("开播：自建直播电商系统。", "Kaibo: self-hosted live commerce."),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="kaibo")
def main() -> None:
    pass


for _command in (
    serve_command,
    prepare_command,
    room_command,
    web_command,
    worker_command,
    seed_command,
    import_command,
    export_command,
    scan_command,
    report_command,
    verify_command,
    doctor_command,
    bench_command,
):
    main.add_command(_command)


if __name__ == "__main__":
    main()
