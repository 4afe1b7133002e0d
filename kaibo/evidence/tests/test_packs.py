"""Packs: what is in which version, that every changed byte is found, that none is half built."""

import io
import json
import zipfile
import zlib
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from kaibo.base.trees import canonical
from kaibo.catalog.tests.conftest import NOW
from kaibo.evidence import actions, reads
from kaibo.evidence.checking import PackVerdict, check_pack
from kaibo.evidence.errors import NoSuchExport, PackNotReady, PackReasonMissing
from kaibo.evidence.models import Download, Export
from kaibo.evidence.pieces import plain
from kaibo.evidence.rules import container
from kaibo.evidence.rules.packs import PackHead, Version
from kaibo.evidence.tests.stage import KEY, Evening
from kaibo.evidence.writing import PackWriter
from kaibo.facts import evidence as told
from kaibo.facts.base import Fact
from kaibo.journal.reads import facts_of_show
from kaibo.media.recorder import INDEX_NAME, read_index
from kaibo.media.tests import mp4
from kaibo.preflight.tests.ready import NUMBER
from kaibo.site.commands.inspect import verify_command

HEAD = PackHead(
    pack_id="ab" * 16, organisation_id=1, organisation="安", subject_kind="show", subject_id="7",
    show_id=7, version="authority", reason="核查", recipient="监管", exported_by="林",
    asked_at_ms=1, built_at_ms=2,
)  # fmt: skip


def small(path: Path) -> bytes:
    """A pack of three items, one of them empty."""
    writer = PackWriter(path)
    for name, data in (("一.json", b'{"a":1}'), ("empty", b""), ("clip.mp4", bytes(range(200)))):
        writer.add(name, [data], media_type="x/y", what=("甲", "a"), at_ms=5, source="test")
    writer.finish(HEAD, key=KEY)
    return path.read_bytes()


def check(data: bytes) -> PackVerdict:
    return check_pack(io.BytesIO(data), KEY.public_key())


@pytest.mark.row("LM-140")
def test_every_flipped_bit_of_every_byte_is_found_and_named(tmp_path: Path) -> None:
    """All bytes of a small pack, one bit each: headers, names, items, manifest, seal, directory."""
    whole = small(tmp_path / "a.zip")
    assert check(whole).holds
    dice = Random(1)
    named = set()
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 1 << dice.randrange(8)
        verdict = check(bytes(changed))
        assert not verdict.holds, at
        named.add(verdict.wrong.split(":")[0])
    assert {
        "item 1 一.json", "item 2 empty", "item 3 clip.mp4", "item 4 manifest.json",
        "item 5 seal.json", "the directory at the end of the file is not that of its items",
    } <= named  # fmt: skip


def test_a_changed_item_with_its_sums_mended_is_named(tmp_path: Path) -> None:
    """Whoever mends the container cannot mend the manifest, and not the seal."""
    whole = small(tmp_path / "a.zip")
    forged = whole.replace(b'{"a":1}', b'{"a":2}')
    old, new = (zlib.crc32(v).to_bytes(4, "little") for v in (b'{"a":1}', b'{"a":2}'))
    assert check(forged.replace(old, new)).wrong == (
        "item 1 一.json: its bytes are not those of the manifest"
    )


@pytest.mark.parametrize("change", ["item", "pack", "order", "hex", "seal"])
def test_a_manifest_written_anew_is_not_sealed(change: str, tmp_path: Path) -> None:
    """A forger with every tool but the key: the container is right, the seal is not."""
    with zipfile.ZipFile(io.BytesIO(small(tmp_path / "a.zip"))) as pack:
        files = {name: pack.read(name) for name in pack.namelist()}
    manifest, seal = (json.loads(files[name]) for name in ("manifest.json", "seal.json"))
    if change == "item":
        manifest["items"][0]["source"] = "elsewhere"
    elif change == "pack":
        manifest["pack"]["recipient"] = "别人"
    elif change == "order":
        manifest["items"].reverse()
        names = ["clip.mp4", "empty", "一.json"]
        files = {name: files[name] for name in [*names, "manifest.json", "seal.json"]}
    elif change == "hex":
        seal["signature"] = seal["signature"].upper()
    else:
        seal["at_ms"] += 1
    files |= {"manifest.json": canonical(manifest), "seal.json": canonical(seal)}
    assert (
        check(_contained(files)).wrong
        == {
            "item": "seal.json: the items do not fold to the sealed root",
            "pack": "seal.json: the items do not fold to the sealed root",
            "order": "seal.json: the items do not fold to the sealed root",
            "hex": "seal.json: the signature is not lower-case hex",
            "seal": "seal.json: the signature is not the key's",
        }[change]
    )


@pytest.mark.parametrize("cut", [0, 1, 29, 30, 40, 300, -1, -22])
def test_a_pack_cut_short_or_made_longer_is_found(cut: int, tmp_path: Path) -> None:
    whole = small(tmp_path / "a.zip")
    assert not check(whole[:cut]).holds
    assert not check(whole + b"\x00").holds


def test_another_key_is_not_the_signers(tmp_path: Path) -> None:
    whole = small(tmp_path / "a.zip")
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    assert check_pack(io.BytesIO(whole), other).wrong == "seal.json: the signature is not the key's"


@pytest.mark.row("LM-140")
def test_an_authority_gets_the_show_whole(evening: Evening) -> None:
    path = evening.pack("show", "authority")
    verdict = check(path.read_bytes())
    assert verdict.holds, verdict.wrong
    files = opened(path)
    assert verdict.items == len(files) - 2
    assert verdict.facts == len(files["journal.jsonl"].splitlines()) - 1 > 10
    lines = [json.loads(line) for line in files["chat.jsonl"].splitlines()]
    assert [line["nickname"] for line in lines] == ["王小花", "李大力"]
    assert json.loads(files["findings.json"])["findings"]
    assert [json.loads(line)["no"] for line in files["orders.jsonl"].splitlines()] == [
        evening.order_no
    ]
    recorded = json.loads(files["recordings.json"])["recordings"]
    assert [len(one["segments"]) for one in recorded] == [5]
    clips = [name for name in files if name.startswith("clips/")]
    assert len(clips) == 1
    assert len([s for s in mp4.samples(files[clips[0]]) if s.track == 1]) == 225
    assert "静安区市场监督管理局" in files["custody.html"].decode()
    roster = json.loads(files["parties.json"])["roster"]
    assert [one["checked"] for one in roster["people"]] == ["match"]
    assert [one["receipt"] for one in roster["sent"]] == ["R-1"]
    assert NUMBER not in files["parties.json"].decode()


def test_a_consumer_gets_their_order_and_nobody_else(evening: Evening) -> None:
    """Their own name, number and words in the open; of others neither names nor numbers."""
    path = evening.pack("order", "consumer")
    verdict = check(path.read_bytes())
    assert verdict.holds, verdict.wrong
    files = opened(path)
    order = json.loads(files["order.json"])
    assert order["receiver"]["phone"] == "13812345678"
    assert order["snapshot"]["lines"][0]["unit_price_fen"] == 9_900
    assert "ledger" not in order
    assert "roster" not in json.loads(files["parties.json"])
    mine, other = (json.loads(line) for line in files["chat.jsonl"].splitlines())
    assert (mine["nickname"], mine["text"]) == ("王小花", "我是13812345678")
    assert (other["nickname"], other["text"]) == ("李**", "加微信 ***")
    assert other["viewer"].startswith("viewer-")
    assert "viewer_id" not in other
    everything = b"".join(files.values()).decode("utf-8", "replace")
    for word in ("李大力", "13987654321"):
        assert word not in everything
    facts = [json.loads(line) for line in files["journal.jsonl"].splitlines()][1:]
    tags = {fact["entry"]["tag"] for fact in facts}
    assert {"orders.order_placed.1", "promotions.price_opened.1"} <= tags
    assert "room.messages_posted.1" not in tags
    assert verdict.facts == len(facts)
    assert [name for name in files if name.startswith("clips/")]


def test_a_consumers_show_names_no_viewer(evening: Evening) -> None:
    files = opened(evening.pack("show", "consumer"))
    assert "orders.jsonl" not in files
    assert "findings.json" not in files
    assert evening.order_no.encode() not in b"".join(files.values())
    assert b'"viewer_id"' not in files["journal.jsonl"]


def test_a_fact_changed_in_a_consumers_pack_does_not_lead_to_the_root(evening: Evening) -> None:
    """Even if the pack is sealed anew by the shop: heads signed at the time say otherwise."""
    files = opened(evening.pack("order", "consumer"))
    lines = files["journal.jsonl"].splitlines(keepends=True)
    lines[1] = lines[1].replace(b'"at_ms":', b'"at_ms":1')
    path = evening.pack("order", "consumer")
    writer = PackWriter(path)
    writer.add("journal.jsonl", lines, media_type="x", what=("甲", "a"), at_ms=1, source="forged")
    writer.finish(HEAD, key=KEY)
    assert "does not lead to the root" in check(path.read_bytes()).wrong


def test_asking_building_and_taking_are_told(evening: Evening) -> None:
    export_id = evening.ask("order", "consumer")
    with pytest.raises(PackNotReady):
        actions.hand_out(export_id=export_id, by=evening.by, now=NOW)
    with pytest.raises(PackNotReady):
        reads.custody_sheet(evening.by.org_id, export_id)
    assert actions.build_due(key=KEY, now=NOW) == 1
    assert actions.build_due(key=KEY, now=NOW) == 0
    path = actions.hand_out(export_id=export_id, by=evening.by, now=NOW)
    view = reads.export(evening.by.org_id, export_id)
    assert (view.state, view.byte_count) == ("ready", path.stat().st_size)
    assert [one.person_id for one in view.downloads] == [evening.by.id]
    assert view.sha256 in reads.custody_sheet(evening.by.org_id, export_id).decode()
    kinds: list[type[Fact]] = [told.PackAsked, told.PackBuilt, told.PackHandedOut]
    facts = [entry.fact for entry in facts_of_show(evening.show_id, kinds)]
    assert facts == [
        told.PackAsked(
            export_id=export_id, subject_kind="order", subject_id=evening.order_no,
            version="consumer",
        ),
        told.PackBuilt(
            export_id=export_id, pack_id=view.pack_id, items=view.items,
            byte_count=view.byte_count, root=view.root, sha256=view.sha256,
        ),
        told.PackHandedOut(export_id=export_id, download_id=Download.objects.get().pk),
    ]  # fmt: skip


def test_without_reason_or_receiver_nothing_is_asked(evening: Evening) -> None:
    values: dict[str, Any] = {
        "subject_kind": "order", "subject_id": evening.order_no, "version": "consumer",
        "by": evening.by, "now": NOW,
    }  # fmt: skip
    for reason, recipient in (("", "买家"), ("投诉", " ")):
        with pytest.raises(PackReasonMissing):
            actions.ask_export(**values, reason=reason, recipient=recipient)
    assert not Export.objects.exists()
    with pytest.raises(NoSuchExport):
        reads.export(evening.by.org_id, 1)


def test_a_build_that_is_cut_off_leaves_nothing_to_take_and_is_done_again(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off at every item in turn, as by a kill: no file has the name of a pack."""
    export_id = evening.ask("show", "authority")

    class Killed(BaseException):
        pass

    now, add = NOW, PackWriter.add
    for stop in (1, 3):

        def dying(self: PackWriter, *args: Any, _stop: int = stop, **kwargs: Any) -> Any:
            if len(self.items) == _stop:
                raise Killed
            return add(self, *args, **kwargs)

        monkeypatch.setattr(PackWriter, "add", dying)
        with pytest.raises(Killed):
            actions.build_due(key=KEY, now=now)
        assert list(Path(reads.pack_path(Export.objects.get()).parent).glob("*.zip")) == []
        assert actions.build_due(key=KEY, now=now) == 0
        now += actions.LEASE * 2
    monkeypatch.setattr(PackWriter, "add", add)
    assert actions.build_due(key=KEY, now=now) == 1
    assert reads.export(evening.by.org_id, export_id).state == "ready"
    assert check(reads.pack_path(Export.objects.get()).read_bytes()).holds


def opened(path: Path) -> dict[str, bytes]:
    """A pack as any ZIP program sees it."""
    with zipfile.ZipFile(path) as pack:
        assert pack.testzip() is None
        return {name: pack.read(name) for name in pack.namelist()}


def _contained(files: dict[str, bytes]) -> bytes:
    """Files in the pack's own container."""
    out, entries = b"", []
    for path, data in files.items():
        crc = zlib.crc32(data)
        entries.append(container.Entry(path, len(data), crc, "", len(out)))
        out += container.header(path, byte_count=len(data), crc=crc) + data
    return out + container.directory(entries, offset=len(out))


@pytest.mark.row("LM-140")
@pytest.mark.parametrize("version", ["authority", "consumer"])
def test_a_byte_of_the_picture_changed_on_the_disk_is_named(
    evening: Evening, version: Version
) -> None:
    """Before the pack was built, so the pack itself is whole: its clip is not what was recorded."""
    folder = Path(settings.KAIBO_RECORDINGS) / "ana" / "one"
    (film,) = folder.glob("*.mp4")
    data = bytearray(film.read_bytes())
    first = read_index(folder)[0]
    data[first.offset + first.byte_count // 2] ^= 1
    film.write_bytes(data)
    path = evening.pack("order", version)
    clip = next(name for name in opened(path) if name.startswith("clips/"))
    assert check(path.read_bytes()).wrong == (
        f"{clip}: the segment of {plain(first.begins_at)} is not the one that was recorded"
    )


@pytest.mark.row("LM-140")
def test_an_index_changed_to_fit_is_not_the_one_that_was_sealed(evening: Evening) -> None:
    """With the picture's digest mended in the index, the list does not fold to what was told."""
    index = Path(settings.KAIBO_RECORDINGS) / "ana" / "one" / INDEX_NAME
    lines = index.read_text("utf-8").splitlines()
    first = json.loads(lines[0])
    lines[0] = json.dumps(first | {"duration_ms": first["duration_ms"] + 1})
    index.write_text("\n".join([*lines, ""]), "utf-8")
    verdict = check(evening.pack("show", "authority").read_bytes())
    assert verdict.wrong.startswith("recordings.json: the segments of ana-session are not those")


def test_the_command_takes_the_key_as_doctor_shows_it(tmp_path: Path) -> None:
    pack = tmp_path / "a.zip"
    small(pack)
    key = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    for given, status in ((key, 0), (key[::-1], 1), ("nowhere.pem", 2)):
        done = CliRunner().invoke(verify_command, [str(pack), "--key", given])
        assert done.exit_code == status, done.output
