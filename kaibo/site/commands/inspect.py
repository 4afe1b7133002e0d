"""``kaibo verify``, ``kaibo report`` and ``kaibo doctor``: looking, never changing."""

import json
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any, NoReturn

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection

from kaibo.evidence.checking import check_pack
from kaibo.evidence.rules.container import HEADER_MARK
from kaibo.insight import files, reads
from kaibo.journal.errors import EvidenceUnreadable
from kaibo.journal.rules import check_evidence
from kaibo.media.words import can_read
from kaibo.orders import edge as payments
from kaibo.planning.reads import show_by_id
from kaibo.site import front
from kaibo.site.commands.words import json_option, lang, refusals_exit_1, say, show, stop
from kaibo.site.environment import seal_key

_HEX_KEY = re.compile(r"[0-9a-f]{64}")


@click.command(
    "verify",
    help=say(
        "离线核验证据包或证据文件；第一个被改动的条目会被指名。",
        "Check an evidence pack or file offline; the first changed item is named.",
    ),
)
@click.argument("file", type=click.File("rb"), default="-")
@click.option(
    "--key",
    metavar="PEM|HEX",
    help=say(
        "签名方公钥：PEM 文件，或 kaibo doctor 显示的 64 位十六进制；缺省为本机公钥",
        "the signer's public key: a PEM file, or the 64 hex digits that kaibo doctor shows;"
        " this machine's if left out",
    ),
)
@json_option
@refusals_exit_1
def verify_command(file: Any, key: str | None, as_json: bool) -> None:
    public_key = _public_key(key)
    if isinstance(file, BufferedReader) and file.peek(4)[:4] == HEADER_MARK and file.seekable():
        _verify_pack(file, public_key, as_json=as_json)
    verdict = check_evidence(_lines(file), public_key)
    words = say(
        f"{'完整无改动' if verdict.holds else '核验不通过'}：{verdict.leaves} 条事实，"
        f"{verdict.heads} 个签名",
        f"{'Intact' if verdict.holds else 'NOT intact'}: {verdict.leaves} facts,"
        f" {verdict.heads} signatures",
    )
    show(
        {**asdict(verdict), "holds": verdict.holds},
        as_json=as_json,
        text="\n".join([words, *verdict.problems]),
    )
    sys.exit(0 if verdict.holds else 1)


def _verify_pack(file: BufferedReader, public_key: Ed25519PublicKey, *, as_json: bool) -> NoReturn:
    verdict = check_pack(file, public_key)
    told = say(
        f"完整无改动：{verdict.items} 个条目，{verdict.facts} 条事实，树根 {verdict.root}",
        f"Intact: {verdict.items} items, {verdict.facts} facts, root {verdict.root}",
    )
    wrong = say(f"核验不通过：{verdict.wrong}", f"NOT intact: {verdict.wrong}")
    text = told if verdict.holds else wrong
    show({**asdict(verdict), "holds": verdict.holds}, as_json=as_json, text=text)
    sys.exit(0 if verdict.holds else 1)


@click.command("report", help=say("输出一场直播的报告。", "Print or write a show's report."))
@click.argument("show_id", type=int)
@click.option("--xlsx", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path))
@json_option
@refusals_exit_1
def report_command(show_id: int, xlsx: Path | None, pdf: Path | None, as_json: bool) -> None:
    planned = show_by_id(show_id)
    report = reads.report(org_id=planned.org_id, show_id=show_id)
    if xlsx:
        xlsx.write_bytes(files.workbook(report, title=planned.title, lang=lang()))
    if pdf:
        pdf.write_bytes(files.pdf(report, title=planned.title, lang=lang()))
    rows = [f"{planned.title}  ({report.events})"]
    names = {m.code: m.name_en if lang() == "en" else m.name_zh for m in reads.metrics()}
    rows += [f"  {names[f.code]}: {files.shown(f.code, f.value)}" for f in report.headline]
    show(asdict(report), as_json=as_json, text="\n".join(rows))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the doctor looked at."""

    what: str
    ok: bool
    said: str


@click.command(
    "doctor",
    help=say("检查环境与配置，说明怎么修。", "Check this installation and say what to mend."),
)
@json_option
def doctor_command(as_json: bool) -> None:
    findings = [_database(), _home(), _pages(), _ffmpeg(), _words(), _bus(), *_payments()]
    findings += [_one_machine(), _many()]
    words = [f"{'✓' if f.ok else '✗'} {f.what}: {f.said}" for f in findings]
    words += [f"  {name} = {value}" for name, value in _settings().items()]
    show(
        {"findings": [asdict(f) for f in findings], "settings": _settings()},
        as_json=as_json,
        text="\n".join(words),
    )
    sys.exit(0 if all(f.ok for f in findings) else 1)


def _lines(file: Any) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(file, start=1):
        try:
            value = json.loads(line)
            if value["kind"] not in {"head", "leaf"}:
                raise EvidenceUnreadable(line=number, why="kind")
        except (ValueError, TypeError, KeyError) as error:
            raise EvidenceUnreadable(line=number, why=str(error)) from error
        yield value


def _public_key(given: str | None) -> Ed25519PublicKey:
    """The key of a PEM file, of 64 hex digits as ``kaibo doctor`` prints them, or our own."""
    if given is None:
        return seal_key(settings.KAIBO_KEYS).public_key()
    try:
        if _HEX_KEY.fullmatch(given):
            return Ed25519PublicKey.from_public_bytes(bytes.fromhex(given))
        key = load_pem_public_key(Path(given).read_bytes())
    except (OSError, ValueError) as error:
        stop(f"--key {given}: {error}", status=2)
    if not isinstance(key, Ed25519PublicKey):
        stop(say("公钥不是 Ed25519。", "The key is not an Ed25519 public key."), status=2)
    return key


def _database() -> Finding:
    try:
        call_command("migrate", check_unapplied=True, verbosity=0)
    except SystemExit:
        return Finding(
            "database",
            False,
            say("有未执行的建表步骤，请运行 kaibo prepare", "run kaibo prepare once"),
        )
    except OperationalError as error:
        return Finding("database", False, str(error))
    return Finding("database", True, f"{connection.vendor}, {reads.database_version()}")


def _home() -> Finding:
    free = shutil.disk_usage(settings.KAIBO_HOME).free // 2**30
    return Finding("KAIBO_HOME", free >= 5, f"{settings.KAIBO_HOME}, {free} GiB free")


def _pages() -> Finding:
    built = all((front.FOLDER / name).exists() for name in ("room.html", "desk.html"))
    return Finding("pages", built, "built" if built else "make pages")


def _ffmpeg() -> Finding:
    path = shutil.which("ffmpeg")
    return Finding(
        "ffmpeg",
        True,
        path or say("未安装：画面巡查无法进行", "absent: nothing can look at the picture"),
    )


def _words() -> Finding:
    absent = say("未安装：不读画面文字", "absent: words in the picture are not read")
    return Finding("RapidOCR", True, "kaibo[ocr]" if can_read() else absent)


def _bus() -> Finding:
    return Finding("bus", True, "Redis" if settings.REDIS_URL else "in process")


def _payments() -> Iterator[Finding]:
    """Every provider that buyers are offered: what it lacks; and who sells for nothing."""
    real = [name for name in settings.KAIBO_PAY if name != "sandbox"]
    for name in settings.KAIBO_PAY:
        missing = list(payments.problems(name))
        if name in real and not settings.KAIBO_PUBLIC_URL.startswith("https:"):
            missing.append("KAIBO_PUBLIC_URL=https://…")
        if name == "sandbox" and real:
            missing.append(
                say(
                    "沙箱不收款，却与真实渠道并列，请从 KAIBO_PAY 去掉",
                    "it takes no money and stands beside one that does: take it out of KAIBO_PAY",
                )
            )
        told = say("可用", "ready") if name in real else say("不收款", "takes no money")
        yield Finding(f"KAIBO_PAY {name}", not missing, ", ".join(missing) or told)
    if not settings.KAIBO_PAY:
        yield Finding("KAIBO_PAY", False, say("没有支付渠道", "nobody can pay"))


def _one_machine() -> Finding:
    told = say("一台机器、一条命令即可", "one machine and this one command")
    return Finding("kaibo serve", True, told)


def _many() -> Finding:
    """What the parts need, each in a process or on a machine of its own."""
    is_set = {
        "DATABASE_URL=postgres://…": connection.vendor == "postgresql",
        "REDIS_URL": bool(settings.REDIS_URL),
    }
    missing = ", ".join(name for name, found in is_set.items() if not found)
    if missing:
        told = say(f"多机部署时还需要 {missing}", f"for several machines: set {missing} first")
    else:
        told = say(
            "可以多机部署：先 kaibo prepare；web 的 KAIBO_TRUSTED_PROXIES 写网关地址；"
            "KAIBO_HOME 需共享",
            "ready for several machines: kaibo prepare first; KAIBO_TRUSTED_PROXIES of web names"
            " the gateways; KAIBO_HOME is shared",
        )
    return Finding("kaibo room · web · worker", True, told)


def _accounts() -> dict[str, str]:
    """The seller's accounts with providers, as far as set; keys are only said to be there."""
    secret = {"key", "api_v3_key", "platform_key"}
    groups = {"KAIBO_WECHAT": settings.KAIBO_WECHAT, "KAIBO_ALIPAY": settings.KAIBO_ALIPAY}
    return {
        f"{prefix}_{name.upper()}": "****" if name in secret else value
        for prefix, group in groups.items()
        for name, value in group.items()
        if value
    }


def _settings() -> dict[str, str]:
    """What is set, secrets masked."""
    public = seal_key(settings.KAIBO_KEYS).public_key()
    return {
        "KAIBO_HOST": settings.KAIBO_HOST,
        "KAIBO_PORT": str(settings.KAIBO_PORT),
        "KAIBO_RTMP_PORT": str(settings.KAIBO_RTMP_PORT),
        "KAIBO_PUBLIC_URL": settings.KAIBO_PUBLIC_URL,
        "KAIBO_TRUSTED_PROXIES": settings.KAIBO_TRUSTED_PROXIES,
        "KAIBO_PAY": ",".join(settings.KAIBO_PAY),
        "KAIBO_PLATFORM": settings.KAIBO_PLATFORM,
        **_accounts(),
        "KAIBO_SECRET_KEY": "****",
        "KAIBO_FIELD_KEYS": f"**** × {len(settings.KAIBO_FIELD_KEYS)}",
        "seal public key": public.public_bytes(Encoding.Raw, PublicFormat.Raw).hex(),
    }
