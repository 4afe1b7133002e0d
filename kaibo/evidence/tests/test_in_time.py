"""What breaks a rule on air is judged at once, the room with it, and the film of it is kept."""

import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from kaibo.base.actor import SYSTEM
from kaibo.compliance.errors import WordsBlocked
from kaibo.compliance.reads import rung_now
from kaibo.evidence.tests import stage
from kaibo.evidence.tests.stage import RECORDED_AT, make_evening
from kaibo.evidence.tests.test_packs import opened
from kaibo.promises.actions import Line
from kaibo.room import actions as room
from kaibo.room.actions import Draft

BUDGET_S = 5.0


@pytest.mark.django_db
@pytest.mark.row("LM-049")
def test_speech_chat_and_cards_are_judged_in_time_and_the_film_is_kept(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recogniser's last word to the paused room: one call, and far below the five seconds."""
    settings.KAIBO_PACKS = tmp_path / "packs"
    settings.KAIBO_RECORDINGS = tmp_path / "recordings"
    monkeypatch.setattr(stage, "NOW", RECORDED_AT - dt.timedelta(hours=1))
    evening = make_evening()
    said = RECORDED_AT + dt.timedelta(seconds=4)
    here: dict[str, Any] = {"org_id": evening.by.org_id, "show_id": evening.show_id}
    # A card, and a viewer's line.
    with pytest.raises(WordsBlocked):
        room.pin_notice(**here, text="能治好湿疹", by=evening.by, now=said)
    draft = Draft(viewer_id=9, nickname="路人", kind="viewer", text="加微信 13987654321", at=said)
    (posted,) = room.post_messages(**here, drafts=[draft], now=said)
    assert posted.state == "hidden"
    assert rung_now(**here).rung == "clear"

    began = time.monotonic()
    line = Line(said, said, "这个面霜能治好湿疹")
    by = SYSTEM(evening.by.org_id)
    heard = room.hear_lines(**here, lines=[line], source="speech", by=by, now=said)
    assert heard.findings == 1
    assert rung_now(**here).rung == "pause"
    assert time.monotonic() - began < BUDGET_S

    evening.seal()
    files = opened(evening.pack("show", "authority"))
    (finding,) = (
        one for one in json.loads(files["findings.json"])["findings"] if one["severity"] == "S1"
        and one["surface"] == "speech"
    )  # fmt: skip
    assert finding["rule_id"] == "C3.heal"
    version = r"\"rule_id\":\"C3.heal\",\"pack_version\":\"2026.10.1\""
    assert files["journal.jsonl"].decode().count(version) == 2
    assert "能治好湿疹" in files["said.jsonl"].decode()
    assert [name for name in files if name.startswith("clips/")]
