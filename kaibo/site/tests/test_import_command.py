"""``kaibo import``: files in, one answer out, 0 done, 1 lines refused, 2 unreadable."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook

from kaibo.base.actor import Actor
from kaibo.base.sheets import read_xlsx
from kaibo.catalog import reads
from kaibo.catalog.models import ImportJob
from kaibo.catalog.tests.conftest import manager_of
from kaibo.orders.models import OrderFile
from kaibo.orders.reads.files import platform_orders
from kaibo.site.commands.imports import import_command
from tests.paths import shared_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> Actor:
    return manager_of("ana")


def run(*arguments: Any, given: bytes | None = None) -> Result:
    return CliRunner().invoke(
        import_command, [str(one) for one in arguments], input=given, env={"KAIBO_LANG": "en"}
    )


def test_good_lines_go_in_and_refused_ones_into_a_file(ana: Actor, tmp_path: Path) -> None:
    file, errors = tmp_path / "goods.csv", tmp_path / "errors.csv"
    file.write_bytes("编号,名称,到手价\nA1,面霜,9.9\nA2,,5\n".encode("gbk"))
    arguments = (file, "--map", "到手价=list_price", "--json")
    looked = run(*arguments, "--dry-run")
    assert looked.exit_code == 1
    assert json.loads(looked.stdout)["rows_ok"] == 1
    assert (reads.products(ana.org_id).total, ImportJob.objects.count()) == (0, 0)
    done = run(*arguments, "--org", "ana", "--errors", errors)
    assert (done.exit_code, done.stderr) == (1, "1/1\n")
    answer = json.loads(done.stdout)
    assert (answer["created"], answer["refused"]) == (1, 1)
    assert errors.read_text(encoding="utf-8-sig").splitlines()[1].startswith("A2,,5,")
    mended = run("-", "--map", "到手价=", given="编号,名称,到手价\nA2,乳液,5\n".encode())
    assert mended.exit_code == 0
    assert "1 lines: 1 new" in mended.stdout or "新增 1" in mended.stdout
    assert [p.code for p in reads.all_products(ana.org_id)] == ["A1", "A2"]


def test_what_cannot_be_read_or_asked_ends_with_two(ana: Actor, tmp_path: Path) -> None:
    far = Workbook()
    far.active["XFD1048576"] = "远"
    out = io.BytesIO()
    far.save(out)
    for bad in (b"", b"PK\x03\x04", out.getvalue(), '编号\nA1,"'.encode()):
        (tmp_path / "bad").write_bytes(bad)
        assert run(tmp_path / "bad").exit_code == 2
    (tmp_path / "good.csv").write_bytes("编号,名称\nA1,x\n".encode())
    good = tmp_path / "good.csv"
    for options in (
        ("--org", "nobody"),
        ("--map", "编号"),
        ("--map", "无=title"),
        ("--map", "编号=x"),
    ):
        assert run(good, *options).exit_code == 2
    assert run(tmp_path / "absent.csv").exit_code == 2
    manager_of("dai")
    assert run(good).exit_code == 2
    assert (reads.products(ana.org_id).total, ImportJob.objects.count()) == (0, 0)


def test_orders_of_a_platform(ana: Actor, tmp_path: Path) -> None:
    """The kind is said; what the file does not tell is said too; refused lines go into a file."""
    file, errors = tmp_path / "orders.csv", tmp_path / "errors.xlsx"
    file.write_bytes(b"ref,created at,amount,tel\n1,2026-11-01,R$ 9.90,x\n2,?,1,x\n")
    arguments = (file, "--kind", "orders", "--map", "ref=no", "--terms", "shop=São Paulo")
    looked = run(*arguments, "--dry-run", "--json")
    assert looked.exit_code == 1
    told = json.loads(looked.stdout)
    assert (told["orders_ok"], told["currency"], told["platform"]) == (1, "BRL", "plain")
    assert OrderFile.objects.count() == 0
    done = run(*arguments, "--terms", "zone=America/Sao_Paulo", "--json", "--errors", errors)
    assert (done.exit_code, done.stderr) == (1, "1/1\n")
    answer = json.loads(done.stdout)
    assert (answer["created"], answer["refused"], answer["already"]) == (1, 1, False)
    assert read_xlsx(errors.read_bytes(), rows_max=9)[1][:3] == ["2", "?", "1"]
    again = run(*arguments, "--terms", "zone=America/Sao_Paulo")
    assert "1 lines refused" in again.stdout
    assert platform_orders(ana.org_id).total == 1
    for wrong in ("--terms=zone=Mars", "--terms=colour=red", "--kind=people"):
        assert run(*arguments, wrong).exit_code == 2
    (tmp_path / "bare.csv").write_bytes(b"ref\n1\n")
    assert run(tmp_path / "bare.csv", "--kind", "orders").exit_code == 2


@pytest.mark.once
def test_naughty_strings_go_in_as_text_or_come_back(ana: Actor, tmp_path: Path) -> None:
    """Every line is accounted for, and what went in reads exactly as typed."""
    naughty = json.loads(shared_data("blns", "blns.json").read_text(encoding="utf-8"))
    book = Workbook()
    book.active.append(["编号", "名称"])
    texts = [text for text in naughty if text.isprintable()]
    for n, text in enumerate(texts):
        book.active.append([f"N{n}"])
        cell = book.active.cell(row=n + 2, column=2)
        cell.value, cell.data_type = text, "s"
    book.save(tmp_path / "blns.xlsx")
    done = run(tmp_path / "blns.xlsx", "--json")
    answer = json.loads(done.stdout)
    assert answer["rows"] == len(texts)
    assert answer["created"] + answer["refused"] == len(texts)
    kept = {p.code: p.title for p in reads.all_products(ana.org_id)}
    assert len(kept) == answer["created"] > len(texts) * 0.8
    assert kept["N3"] == texts[3]
