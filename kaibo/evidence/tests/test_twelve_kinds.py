"""A host who breaks the rules in twelve ways: ladder, ledger, corrections, and the pack of it."""

import datetime as dt
import io
import json
from random import Random
from typing import Any

import pytest

from kaibo.catalog.tests.conftest import NOW
from kaibo.compliance import reads as compliance
from kaibo.compliance.errors import WordsBlocked
from kaibo.evidence.checking import check_pack
from kaibo.evidence.tests.stage import KEY, Evening
from kaibo.evidence.tests.test_packs import opened
from kaibo.facts.compliance import RungChanged
from kaibo.journal.actions import follow
from kaibo.journal.reads import facts_of_show
from kaibo.planning.reads import show
from kaibo.preflight import follow as gate
from kaibo.promises.actions import Line
from kaibo.promises.reads import corrections, promises
from kaibo.room import actions as room
from kaibo.room.actions import Draft

# By voice; each breaks a rule of one family, the grave ones last.
SAID = {
    "C6": "最后500单",
    "C11": "今天的价格是全平台骨折价",
    "C13": "别家的都是烂脸货",
    "C14": "这个开过光能转运",
    "C20": "售出概不退换",
    "C12": "我们找人刷好评",
    "C9": "买这个稳赚不赔",
    "C3": "能治好湿疹",
    "C17": "爷爷奶奶别告诉儿女",
    "C16": "小朋友快让妈妈买",
}


@pytest.mark.row("LM-050", "LM-055", "LM-140")
def test_twelve_kinds_of_violation_in_one_show(evening: Evening) -> None:
    """One in a notice, one in staff's chat, ten by voice, and a price that is not so."""
    here: dict[str, Any] = {"org_id": evening.by.org_id, "show_id": evening.show_id}
    with pytest.raises(WordsBlocked):
        room.pin_notice(**here, text="国家级品质", by=evening.by, now=NOW)
    draft = Draft(
        viewer_id=0, nickname="客服", kind="staff", text="加我微信 abc12345 下单", at=NOW,
        person_id=evening.by.id,
    )  # fmt: skip
    room.post_messages(**here, drafts=[draft], now=NOW)
    for place, text in enumerate([*SAID.values(), "今天只要59块"], start=1):
        at = NOW + dt.timedelta(seconds=place)
        line = Line(at, at, text)
        room.hear_lines(**here, lines=[line], source="typed", by=evening.by, now=at)

    found = compliance.every_finding(evening.by.org_id, evening.show_id)
    assert {one.family for one in found if one.state == "open"} >= {"C1", "C7", *SAID}
    told = [one.fact for one in facts_of_show(evening.show_id, [RungChanged])]
    rungs = [fact.rung for fact in told if isinstance(fact, RungChanged)]
    assert rungs == ["popup", "limit", "pause", "stop"]
    risk = compliance.room_risk(evening.by.org_id, evening.show_id, now=NOW)
    assert risk.score == sum(reason.points for reason in risk.reasons)

    page = promises(evening.by.org_id, evening.show_id)
    assert [(one.kind, one.verdict) for one in page.items] == [
        ("price", "differs"), ("stock", "differs"),
    ]  # fmt: skip
    to_correct = {one.wrong for one in corrections(evening.by.org_id, evening.show_id)}
    assert {"今天只要59块", "最后500单", "概不退", "稳赚", "别告诉儿女"} <= to_correct

    while follow("gate", gate.on_entry):
        pass
    assert show(evening.by.org_id, evening.show_id).state == "ended"
    evening.seal()
    path = evening.pack("show", "authority")
    whole = path.read_bytes()
    files = opened(path)
    assert len(files["said.jsonl"].splitlines()) == len(SAID) + 1
    kept = json.loads(files["promises.json"])
    assert (len(kept["promises"]), len(kept["corrections"])) == (2, len(to_correct))
    assert check_pack(io.BytesIO(whole), KEY.public_key()).holds
    dice = Random(1)
    for place in (0, len(whole) - 1, *(dice.randrange(len(whole)) for _ in range(30))):
        changed = bytearray(whole)
        changed[place] ^= 1
        assert not check_pack(io.BytesIO(bytes(changed)), KEY.public_key()).holds, place
