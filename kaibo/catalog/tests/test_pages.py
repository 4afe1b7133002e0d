"""The catalogue over HTTP: roles, bad input, other shops, exports."""

import io
import json
from typing import Any

import pytest
from openpyxl import load_workbook

from kaibo.base.actor import Actor
from kaibo.catalog import reads
from kaibo.catalog.tests.conftest import stocked
from kaibo.catalog.tests.desk import Desk
from kaibo.journal.reads import last_position, read

# On PostgreSQL every route is called by the walk of access/tests/test_matrix.py.
pytestmark = [pytest.mark.django_db, pytest.mark.once]

HUGE = 10**40


@pytest.fixture
def desk(ana: Actor) -> Desk:
    return Desk(ana.org_id)


def test_a_product_from_supplier_to_shelf_ready(ana: Actor, desk: Desk) -> None:
    supplier = desk.post("/suppliers", {"name": "花间集"}, 201)
    assert desk.get("/suppliers") == [supplier]
    body = {"code": "P1", "title": "面霜", "supplier_id": supplier["id"]}
    product = desk.post("/products", body, 201)
    assert (product["state"], product["supplier_name"]) == ("draft", "花间集")
    sku = desk.post(f"/products/{product['id']}/skus", {"code": "A1", "list_price_fen": 19900}, 201)
    moved = desk.post(f"/skus/{sku['id']}/stock", {"delta": 30, "reason": "入库"})
    assert (moved["on_hand"], moved["available"]) == (30, 30)
    assert [line["reason"] for line in desk.get(f"/skus/{sku['id']}/stock")] == ["入库"]
    desk.post(f"/products/{product['id']}/submit")
    assert desk.post(f"/products/{product['id']}/approve")["state"] == "approved"
    changed = desk.patch(f"/products/{product['id']}", {"brand": "花间"})
    assert (changed["state"], changed["supplier_id"]) == ("draft", supplier["id"])
    assert desk.patch(f"/products/{product['id']}", {"supplier_id": None})["supplier_id"] is None


def test_roles_decide(ana: Actor) -> None:
    sku = stocked(ana)
    operations, service = Desk(ana.org_id, "operations"), Desk(ana.org_id, "service")
    technical = Desk(ana.org_id, "technical")
    refused = operations.post(f"/products/{sku.product_id}/refuse", {"reason": "x"}, 403)
    assert refused["code"] == "not_allowed"
    service.get("/products")
    service.post("/products", {"code": "P2", "title": "t"}, 403)
    technical.get("/products", 403)
    technical.client.logout()
    assert technical.get("/products", 401)["code"] == "sign_in_needed"
    assert reads.products(ana.org_id).total == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/products", {}),
        ("/products", []),
        ("/products", {"code": "", "title": "t"}),
        ("/products", {"code": "P9", "title": " "}),
        ("/products", {"code": "P9", "title": "a\x00b"}),
        ("/products", '{"code": "P9", "title": "\\ud800"}'),
        ("/products", {"code": "P9", "title": "t" * 201}),
        ("/products", {"code": "P9", "title": "t", "image_url": "javascript:alert(1)"}),
        ("/products", {"code": "P9", "title": "t", "colour": "red"}),
        ("/products", {"code": "P9", "title": "t", "qualification_expires_on": "2026-13-01"}),
        ("/products", {"code": 9, "title": "t"}),
        ("/products/{product}/skus", {"code": "B", "list_price_fen": -1}),
        ("/products/{product}/skus", {"code": "B", "list_price_fen": 12.5}),
        ("/products/{product}/skus", {"code": "B", "list_price_fen": "12"}),
        ("/products/{product}/skus", {"code": "B", "list_price_fen": True}),
        ("/products/{product}/skus", {"code": "B", "on_hand": HUGE}),
        ("/skus/{sku}/stock", {"delta": 0}),
        ("/skus/{sku}/stock", {"delta": HUGE}),
        ("/skus/{sku}/stock", {"delta": -HUGE}),
        ("/skus/{sku}/stock", {}),
        ("/suppliers", {"name": ""}),
        ("/suppliers", {"name": "n" * 101}),
        ("/suppliers", None),
    ],
)  # fmt: skip
def test_bad_input_is_answered_and_nothing_is_written(
    ana: Actor, desk: Desk, path: str, body: Any
) -> None:
    sku = stocked(ana)
    before, place = reads.products(ana.org_id), last_position()
    desk.post(path.format(product=sku.product_id, sku=sku.id), "{", 400)
    answer = desk.post(path.format(product=sku.product_id, sku=sku.id), body, 422)
    assert answer["code"]
    assert answer["message"]
    assert reads.products(ana.org_id) == before
    assert read(place) == []


@pytest.mark.parametrize("id", [0, 999_999, HUGE])
def test_what_is_not_there_is_not_found(desk: Desk, id: int) -> None:
    desk.get(f"/products/{id}", 404)
    desk.patch(f"/products/{id}", {"title": "x"}, 404)
    desk.post(f"/products/{id}/approve", None, 404)
    desk.post(f"/products/{id}/skus", {"code": "A"}, 404)
    desk.post(f"/skus/{id}/stock", {"delta": 1}, 404)
    desk.post("/products", {"code": "P1", "title": "t", "supplier_id": id}, 404)
    for page in (0, -1, HUGE, "x"):
        desk.get(f"/products?page={page}", 422)
    desk.get("/products?query=%00", 422)


def test_a_neighbour_sees_and_changes_nothing(ana: Actor, dai: Actor) -> None:
    sku = stocked(ana)
    before, place = reads.product(ana.org_id, sku.product_id), last_position()
    theirs = Desk(dai.org_id)
    place = last_position()
    assert theirs.get("/products")["total"] == 0
    product = f"/products/{sku.product_id}"
    theirs.get(product, 404)
    theirs.patch(product, {"title": "x"}, 404)
    theirs.patch(f"/skus/{sku.id}", {"floor_price_fen": 1}, 404)
    theirs.get(f"/skus/{sku.id}/stock", 404)
    for verb in ("submit", "approve"):
        theirs.post(f"{product}/{verb}", None, 404)
    theirs.post(f"{product}/refuse", {"reason": "x"}, 404)
    assert b"A1" not in theirs.download("/products.csv")
    assert reads.product(ana.org_id, sku.product_id) == before
    assert read(place) == []


def test_exports_hold_every_sku_and_no_formula(ana: Actor, desk: Desk) -> None:
    stocked(ana, code="=1+1", on_hand=12, buffer=2)
    desk.post("/products", {"code": "P0", "title": '=HYPERLINK("http://x")'}, 201)
    book = load_workbook(io.BytesIO(desk.download("/products.xlsx")))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0] == reads.PRODUCT_COLUMNS
    cells = {cell.data_type for row in book.active.iter_rows() for cell in row}
    assert "f" not in cells
    by_code = {row[0]: row for row in rows[1:]}
    assert by_code["P0"][1] == '\'=HYPERLINK("http://x")'
    line = dict(zip(rows[0], by_code["P-=1+1"], strict=True))
    assert (line["SKU编码"], line["日常价"], line["可用"]) == ("'=1+1", 199, 10)
    text = desk.download("/products.csv").decode("utf-8-sig")
    assert text.splitlines()[0].split(",")[:2] == ["商品编码", "商品名称"]
    assert "'=1+1,50ml,199.00,0.00,0.00,12,0,0,2,10" in text


def test_refusals_speak_both_languages(desk: Desk) -> None:
    english = desk.get("/products/9", 404)
    desk.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
    answer = desk.client.get("/api/desk/products/9", headers={"Accept-Language": "zh-CN"})
    assert english["message"] == "Product 9 was not found"
    assert json.loads(answer.content)["message"] == "没有找到这个商品（编号 9）"
