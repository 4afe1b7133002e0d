"""The judges of order files: on lines made here, and on the open data."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from tests.judges import dirty, orders, retail
from tests.judges.installation import Unreadable
from tests.paths import ROOT, shared_data

pytestmark = pytest.mark.once

MONTH = "order_no,total_amount,paid_amount,province,created_at,paid_at,refund_amount\n"
LINES = "invoice,stock_code,description,quantity,invoice_date,price,customer_id,country,sheet\n"
GOODS = (
    "order_no,order_date,customer_no,region,province,city,product_no,quantity,unit_price,amount\n"
)


def run(name: str, *files: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", f"tests.judges.{name}", *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)


def judged(name: str, *files: Path) -> tuple[dict[str, Any], str]:
    """The answer, and what was said beside the progress."""
    done = run(name, *files)
    assert done.returncode == 0, done.stderr
    said = [line for line in done.stderr.splitlines() if not line.replace("/", "").isdigit()]
    return json.loads(done.stdout.splitlines()[-1]), "\n".join(said)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def cut(source: Path, to: Path, lines: int) -> Path:
    """The header and the first lines."""
    with source.open(encoding="utf-8-sig") as file:
        return written(to, "".join(islice(file, lines + 1)))


@pytest.mark.slow
def test_orders_made_here(tmp_path: Path) -> None:
    """Unpaid, paid, refunded; an order told anew by the second file; an unreadable amount."""
    first = MONTH + (
        "1,10.00,0.0,北京,2020-02-01 23:59:59,,0.0\n"
        "2,20.5,20.5,广东省,2020-02-02 00:00:00,2020-02-02 00:01:00,0.0\n"
        "3,30,0,上海,2020-02-02 10:00:00,2020-02-02 10:01:00,30\n"
        "4,many,0,上海,2020-02-02 10:00:00,,0\n"
    )
    second = MONTH + "1,10.00,10.0,北京,2020-02-01 23:59:59,2020-02-02 00:05:00,0.0\n"
    files = written(tmp_path / "a.csv", first), written(tmp_path / "b.csv", second)
    found, said = judged("orders", *files)
    assert found == {
        "orders": 3, "paid": 3, "refunded": 1,
        "total_fen": 6050, "paid_fen": 3050, "refund_fen": 3000,
    }  # fmt: skip
    assert said == ""


@pytest.mark.slow
def test_retail_made_here(tmp_path: Path) -> None:
    """A repeat, two lines of one product, a cancellation, and a line that cannot be read."""
    line = "1,A,BAG,6,2010-01-26 14:37:00,2.55,9,France,x\n"
    text = LINES + line + line + line.replace("x\n", "y\n").replace(",6,", ",2,")
    text += "C2,A,BAG,-1,2010-01-27 09:00:00,2.55,9,France,x\n"
    text += "3,B,BOX,1,2010-01-28 09:00:00,0.85,9,France,x\n"
    found, said = judged("retail", written(tmp_path / "lines.csv", text))
    assert found == {
        "invoices": 3, "cancelled": 1, "net_pence": 8 * 255 - 255 + 85, "lines": 5, "repeats": 1,
    }  # fmt: skip
    assert said == ""


@pytest.mark.slow
def test_dirty_made_here(tmp_path: Path) -> None:
    """What reads in one way is cleaned; what does not is given back with its order."""
    fine = [
        f"D{n},2019-03-0{n % 9 + 1},S{n},南区,广东省,广州市,X1,{n},5,{5 * n}\n"
        for n in range(1, 41)
    ]
    raw = [*fine, "D50,2019#3#11,S77,南 区,广东省,广州市,商品X1,7个,5元,35\n"]
    raw += ["D51,2019-03-11,S77,男区,广东省,广州市,X1,7,5,35\n", fine[0]]
    raw += ["D52,2019-03-11,S77,南区,广东省,广州市,X1,7,5,35\n"]
    raw += ["D52,2050-03-11,S77,南区,广东省,广州市,X2,7,5,35\n"]
    clean = [*fine, "D50,2019-03-11,S77,南区,广东省,广州市,X1,7,5,35\n"]
    clean += ["D51,2019-03-11,S77,南区,广东省,广州市,X1,7,5,35\n"]
    files = (
        written(tmp_path / "raw.csv", GOODS + "".join(raw)),
        written(tmp_path / "clean.csv", GOODS + "".join(clean)),
    )
    found, said = judged("dirty", *files)
    assert found == {"cells": 410, "right": 410, "wrong": 0, "refused_rows": 3}
    assert said == ""
    altered = written(tmp_path / "other.csv", (GOODS + "".join(clean)).replace("S77", "S6"))
    found, said = judged("dirty", files[0], altered)
    assert (found["wrong"], "S6" in said) == (1, True)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_real_month(tmp_path: Path) -> None:
    """Three thousand orders of a real shop; the product and the count agree on every day."""
    source = shared_data("tmall_orders_2020", "orders.csv")
    part = cut(source, tmp_path / "part.csv", 3000)
    found, said = judged("orders", part)
    assert (said, found["orders"]) == ("", 3000)
    assert found == orders.figures(orders.count([part])[0].values())


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_real_invoices(tmp_path: Path) -> None:
    source = shared_data("online_retail_ii_nonuk", "lines.csv")
    part = cut(source, tmp_path / "part.csv", 4000)
    found, said = judged("retail", part)
    assert (said, found["lines"]) == ("", 4000)
    assert found == retail.count([part])
    assert found["cancelled"] > 0


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(300)
def test_real_faults() -> None:
    """The whole file, because its faults are few: no cell is wrong, few lines come back."""
    folder = "cosmetics_b2b_orders_2019"
    raw, clean = (shared_data(folder, f"lines_{name}.csv") for name in ("raw", "clean"))
    found, said = judged("dirty", raw, clean)
    assert (found["wrong"], said) == (0, "")
    assert found["cells"] == found["right"] > 185_000
    assert 0 < found["refused_rows"] < 40


@pytest.mark.parametrize(("name", "header"), [("orders", MONTH), ("retail", LINES)])
def test_what_cannot_be_judged_is_said(name: str, header: str, tmp_path: Path) -> None:
    module = {"orders": orders, "retail": retail}[name]
    for text, why in (("", "no column"), ("a,b\n1,2\n", "no column"), (header, "no line")):
        with pytest.raises(Unreadable, match=why):
            module.judge([written(tmp_path / "x.csv", text)], str(tmp_path))
    with pytest.raises(Unreadable, match="two files"):
        dirty.judge([tmp_path / "x.csv"], str(tmp_path))
    assert run(name, tmp_path / "absent.csv").returncode == 2
