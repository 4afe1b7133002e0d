"""Judge signing and checking on vectors of others: webhooks and payment callbacks.

    python -m tests.judges.signatures FILE [FILE …]

Each file is JSON lines with ``id``, ``scheme`` and ``expect``, which begins with ``valid``,
``invalid`` or ``rejected``. ``standard-webhooks`` brings secret, id, timestamp, payload and
signature; ``wechatpay v3 notify`` brings headers, body, certificate and key, and may bring the
plain text; ``WECHATPAY2-SHA256-RSA2048`` brings a message, a private key and the signature. The
clock is ``now``, else the moment of signing. What is valid has to be deciphered, and signed the
same by us where we have the key.

The last line of standard output is one JSON object: ``n``, ``right`` and ``wrong`` (a list of id,
expect and what we say). Exit status 0 when it could judge, 2 when it could not.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaibo.site.settings")
django.setup()

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: E402
from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: E402

from kaibo.orders import alipay, wechat  # noqa: E402 - Django has to be ready first
from kaibo.orders.errors import CallbackRefused  # noqa: E402
from kaibo.orders.ports import NotSetUp  # noqa: E402
from kaibo.orders.sandbox import signing  # noqa: E402

VALID, NOT_VALID = "valid", ("invalid", "rejected")


class Unreadable(Exception):
    """The input is not what the judge can judge."""


def vectors(path: Path) -> Iterator[dict[str, Any]]:
    """Read one file; every line has to be a vector of a known scheme."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path}: {error}") from error
    for number, line in enumerate(lines, start=1):
        where = f"{path.name}:{number}"
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise Unreadable(f"{where}: not JSON: {error}") from error
        if not isinstance(row, dict) or row.get("scheme") not in SCHEMES:
            raise Unreadable(f"{where}: scheme must be one of {', '.join(SCHEMES)}")
        if not str(row.get("expect")).startswith((VALID, *NOT_VALID)):
            raise Unreadable(f"{where}: expect must begin with valid, invalid or rejected")
        yield {"id": where, **row}


def webhook(row: dict[str, Any]) -> str:
    """A webhook after the Standard Webhooks specification."""
    names = {
        "webhook-id": "msg_id",
        "webhook-timestamp": "timestamp",
        "webhook-signature": "signature",
    }
    given = {name: str(row[key]) for name, key in names.items() if row.get(key) is not None}
    at = _clock(row, given.get("webhook-timestamp"))
    signing.check(given, row["payload"].encode(), now=at, secret=row["secret"])
    ours = signing.sign(row["msg_id"], row["payload"], now=at, secret=row["secret"])
    if ours["webhook-signature"] not in given["webhook-signature"].split(" "):
        return "we sign otherwise"
    return VALID


def notice(row: dict[str, Any]) -> str:
    """A callback of WeChat Pay's API v3."""
    account = wechat.Account(
        mch_id="",
        app_id="",
        cert_serial="",
        key="",
        api_v3_key=row["api_v3_key"],
        platform_key=row["platform_certificate_pem"],
        platform_key_id="",
    )
    at = _clock(row, row["headers"].get("Wechatpay-Timestamp"))
    body = row["body"].encode()
    told = wechat.read_callback(wechat.clients(account), row["headers"], body, now=at)
    if "plaintext" in row and json.loads(row["plaintext"]) != told.resource:
        return "we decipher otherwise"
    return VALID


def message(row: dict[str, Any]) -> str:
    """A bare message under RSA with SHA-256."""
    key = load_pem_private_key(row["private_key_pem_public_test_key"].encode(), None)
    assert isinstance(key, RSAPrivateKey)
    text = row["message"].encode()
    if not alipay.is_signed(key.public_key(), text, row["signature"]):
        return "signature"
    return VALID if alipay.sign(key, text) == row["signature"] else "we sign otherwise"


SCHEMES = {
    "standard-webhooks": webhook,
    "wechatpay v3 notify": notice,
    "WECHATPAY2-SHA256-RSA2048": message,
}


def _clock(row: dict[str, Any], signed_at: str | None) -> dt.datetime:
    at = row.get("now", signed_at)
    try:
        return dt.datetime.fromtimestamp(int(at or 0), tz=dt.UTC)
    except ValueError:
        return dt.datetime.fromtimestamp(0, tz=dt.UTC)


def judge(listed: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Ask the product about every vector, and count."""
    wrong = []
    for row in listed:
        try:
            ours = SCHEMES[row["scheme"]](row)
        except CallbackRefused as refused:
            ours = f"refused: {refused.data['why']}"
        except (KeyError, TypeError, AttributeError, ValueError, NotSetUp) as error:
            raise Unreadable(f"{row['id']}: {type(error).__name__} {error}") from error
        is_valid = str(row["expect"]).startswith(VALID)
        if (ours == VALID) != is_valid:
            wrong.append({"id": row["id"], "expect": row["expect"], "ours": ours})
    return {"n": len(listed), "right": len(listed) - len(wrong), "wrong": wrong}


def main(arguments: Sequence[str]) -> int:
    """Judge the files named on the command line."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__, file=sys.stderr)  # noqa: T201
        return 0 if arguments else 2
    try:
        listed = [row for name in arguments for row in vectors(Path(name))]
        if not listed:
            raise Unreadable("no vector in the input")
        answer = judge(listed)
    except Unreadable as error:
        print(f"signatures: {error}", file=sys.stderr)  # noqa: T201
        return 2
    print(json.dumps(answer, ensure_ascii=False))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
