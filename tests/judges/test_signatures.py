"""The judge of signatures: on others' vectors, and on what it must find wrong or cannot read."""

import base64
import hashlib
import hmac
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.judges import signatures
from tests.paths import ROOT, shared_data

SIGNED: dict[str, Any] = {
    "id": "ours",
    "scheme": "standard-webhooks",
    "expect": "valid",
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "msg_id": "msg_1",
    "timestamp": 1_700_000_000,
    "payload": "{}",
}


def written(folder: Path, *rows: object) -> Path:
    file = folder / "vectors.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return file


def signature() -> str:
    """Of ``SIGNED``, by the standard library alone."""
    secret = base64.b64decode(SIGNED["secret"].removeprefix("whsec_"))
    text = f"{SIGNED['msg_id']}.{SIGNED['timestamp']}.{SIGNED['payload']}"
    return "v1," + base64.b64encode(hmac.digest(secret, text.encode(), hashlib.sha256)).decode()


def test_the_open_vectors() -> None:
    """Standard Webhooks' and WeChat Pay's own: signed, tampered, replayed, old and future."""
    file = shared_data("signature_vectors", "vectors.jsonl")
    command = [sys.executable, "-m", "tests.judges.signatures", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {"n": 14, "right": 14, "wrong": []}


def test_it_would_notice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A vector that says the opposite of what is true is told with both words."""
    good = {**SIGNED, "signature": signature()}
    rows = [
        good,
        {**good, "id": "late", "expect": "rejected", "now": SIGNED["timestamp"] + 301},
        {**good, "id": "not so", "expect": "invalid"},
        {**good, "id": "changed", "payload": "{ }"},
    ]
    assert signatures.main([str(written(tmp_path, *rows))]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "n": 4,
        "right": 2,
        "wrong": [
            {"id": "not so", "expect": "invalid", "ours": "valid"},
            {"id": "changed", "expect": "valid", "ours": "refused: signature"},
        ],
    }


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("{", "scheme must be one of"),
        ({"scheme": "rot13", "expect": "valid"}, "scheme must be one of"),
        ({**SIGNED, "expect": "perhaps"}, "expect must begin with"),
        ({**SIGNED, "secret": "whsec_x"}, "ours: Error"),
        ({"scheme": "wechatpay v3 notify", "expect": "valid"}, "vectors.jsonl:1: KeyError"),
    ],
)
def test_unreadable_input_ends_with_two(
    row: object, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert signatures.main([str(written(tmp_path, row))]) == 2
    seen = capsys.readouterr()
    assert why in seen.err
    assert seen.out == ""


def test_nothing_to_judge_ends_with_two(tmp_path: Path) -> None:
    assert signatures.main([]) == 2
    assert signatures.main([str(tmp_path / "absent")]) == 2
    assert signatures.main([str(written(tmp_path))]) == 2
