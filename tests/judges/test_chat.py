"""The judge of chat, on lines made here and on the open part of a real room."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.judges import chat
from tests.paths import shared_data

pytestmark = [pytest.mark.slow, pytest.mark.once]

COLUMNS = ("room_id", "offset_s", "kind", "user", "text")


def test_what_breaks_the_rules_is_flagged_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Forty lines of four viewers, one of them a diversion; entries are not lines."""
    file = tmp_path / "events.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        for number in range(40):
            text = "加微信 abc12345 拿货" if number == 20 else f"<b>第{number}条</b>"
            writer.writerow((1, number / 2, "danmaku", f"u{number % 4}", text))
            writer.writerow((1, number / 2, "enter", f"u{number % 4}", ""))
    assert chat.main([str(file), "--speed", "5"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert found.pop("p99_ms") > 0
    assert found == {
        "sent": 40,
        "lost": 0,
        "reordered": 0,
        "flagged": 1,
        "flagged_share": 0.025,
    }


def test_a_real_rooms_chat(capsys: pytest.CaptureFixture[str]) -> None:
    """Its first lines: nothing lost, nothing reordered, hardly anything flagged."""
    file = shared_data("bilibili_live_rooms", "events.csv")
    assert chat.main([str(file), "--speed", "20", "--most", "300"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (found["sent"], found["lost"], found["reordered"]) == (300, 0, 0)
    assert found["flagged_share"] < 0.01


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "offset_s,kind,user,text\nx,danmaku,u,t\n"])
def test_what_cannot_be_judged_is_said(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """No such columns, no number, no line: status 2 and a sentence."""
    file = tmp_path / "events.csv"
    file.write_text(text, encoding="utf-8")
    assert chat.main([str(file)]) == 2
    assert capsys.readouterr().err
    assert chat.main([str(tmp_path / "absent.csv")]) == 2


def test_a_swapped_line_is_seen() -> None:
    """The judge itself: a later line before an answered one, a line with another text, a gap."""
    said = [
        chat.Line(
            user="a", text="一", at_s=0, sent_at=1.0, answered_at=1.1, message_id=1, state="shown"
        ),
        chat.Line(
            user="b", text="二", at_s=1, sent_at=2.0, answered_at=2.1, message_id=2, state="shown"
        ),
        chat.Line(
            user="c", text="三", at_s=2, sent_at=3.0, answered_at=3.1, message_id=3, state="hidden"
        ),
    ]
    one = {"id": 1, "text": "一", "_at": 3.0}
    two = {"id": 2, "text": "二", "_at": 3.0}
    right = chat.verdict([*map(_again, said)], [[one, two], [one, two]])
    assert (right["lost"], right["reordered"], right["flagged"]) == (0, 0, 1)
    swapped = chat.verdict([*map(_again, said)], [[two, one], [two, one]])
    assert (swapped["lost"], swapped["reordered"]) == (0, 1)
    differ = chat.verdict([*map(_again, said)], [[one, two], [two, one]])
    assert differ["reordered"] == 2
    other = chat.verdict([*map(_again, said)], [[one, {**two, "text": "贰"}], [one, two]])
    assert other["lost"] == 1
    gap = chat.verdict([*map(_again, said)], [[one], [one]])
    assert gap["lost"] == 1


def _again(line: chat.Line) -> chat.Line:
    return chat.Line(**{**vars(line), "seen_at": []})
