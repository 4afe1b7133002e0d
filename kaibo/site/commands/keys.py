"""``kaibo key make``: a key for another program, without the desk."""

import click
from django.utils import timezone

from kaibo.access import actions, reads
from kaibo.access.models import Person
from kaibo.access.rules import SCOPES
from kaibo.site.commands.words import json_option, refusals_exit_1, say, show, stop


@click.group("key", help=say("其他系统的 API 密钥。", "Keys of other programs."))
def key_command() -> None:
    pass


@key_command.command(
    "make", help=say("新建密钥；只打印这一次。", "Make a key; it is printed this once.")
)
@click.option("--name", required=True, help=say("用途名称", "what the key is for"))
@click.option("--by", "username", required=True, help=say("以谁的名义", "in whose name"))
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    metavar="SCOPE",
    help=say("权限，可多次：", "a permission, as often as needed: ") + ", ".join(SCOPES),
)
@json_option
@refusals_exit_1
def make_command(name: str, username: str, scopes: tuple[str, ...], as_json: bool) -> None:
    person = Person.objects.filter(username=username, is_active=True).first()
    by = reads.actor_of(person) if person else None
    if by is None:
        stop(say(f"没有账号 {username}。", f"There is no account {username}."), status=2)
    made = actions.make_key(name=name, scopes=scopes, by=by, now=timezone.now())
    show(
        {"id": made.key.id, "token": made.token, "scopes": made.key.scopes},
        as_json=as_json,
        text=made.token,
    )
