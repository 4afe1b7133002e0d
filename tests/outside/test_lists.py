"""Lists in pieces, and questions that are asked twice."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from kaibo.access import actions as access
from kaibo.access.models import Answer
from kaibo.catalog import actions as catalog
from kaibo.catalog.models import Product, StockMove
from tests.outside.conftest import program
from tests.safety.shop import EVENING, Shop
from tests.safety.tables import everything

pytestmark = pytest.mark.django_db

TEA = {"code": "TEA-1", "title": "明前龙井"}


def pieces(client: Client, path: str, limit: int) -> list[Any]:
    """Every item, asked for piece by piece."""
    found: list[Any] = []
    after = ""
    while True:
        answer = client.get(f"/api/v1/{path}?limit={limit}{after}")
        assert answer.status_code == 200, answer.content
        body = answer.json()
        assert len(body["items"]) <= limit
        found += body["items"]
        if body["next"] is None:
            return found
        after = f"&after={body['next']}"


def test_every_list_is_the_same_in_pieces_of_any_size(ana: Shop) -> None:
    for n in range(3):
        spec = catalog.ProductSpec(code=f"P-{n}", title=f"第{n}")
        catalog.create_product(spec=spec, by=ana.by, now=EVENING)
    client = program(ana)
    claims = f"shows/{ana.ids['show']}/claims"
    for path in ("products", "shows", "orders", "ledger", claims):
        whole = pieces(client, path, 200)
        assert whole, path
        for limit in (1, 2, 3):
            assert pieces(client, path, limit) == whole, (path, limit)
    ids = [product["id"] for product in pieces(client, "products", 2)]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == len(set(ids)) == Product.objects.filter(organisation_id=ana.org_id).count()


def test_a_row_that_comes_in_between_moves_no_other(ana: Shop) -> None:
    """Newest first by id: what is added stands before the first piece."""
    client = program(ana)
    first = client.get("/api/v1/products?limit=1").json()
    catalog.create_product(spec=catalog.ProductSpec(code="NEW", title="新"), by=ana.by, now=EVENING)
    rest = client.get(f"/api/v1/products?after={first['next']}").json()
    seen = [row["id"] for row in first["items"] + rest["items"]]
    assert (
        len(seen)
        == len(set(seen))
        == Product.objects.filter(organisation_id=ana.org_id).exclude(code="NEW").count()
    )


def test_a_piece_that_cannot_be_is_refused(mia: Shop) -> None:
    client = program(mia)
    for query in ("limit=0", "limit=201", "limit=x", "after=0", "after=x", "page=2"):
        answer = client.get(f"/api/v1/products?{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_input"), query


def test_orders_of_one_show_in_one_state(ana: Shop) -> None:
    client = program(ana, "orders.read")
    show_id = ana.ids["show"]
    assert len(client.get(f"/api/v1/orders?show_id={show_id}&state=paid").json()["items"]) == 2
    assert client.get(f"/api/v1/orders?show_id={show_id}&state=closed").json()["items"] == []
    assert client.get(f"/api/v1/orders?show_id={ana.ids['draft']}").json()["items"] == []


def post(client: Client, path: str, body: Any, name: str | None) -> Any:
    headers = {} if name is None else {"Idempotency-Key": name}
    return client.post(f"/api/v1/{path}", body, "application/json", headers=headers)


def test_the_same_question_gets_the_same_answer_done_once(mia: Shop) -> None:
    client = program(mia)
    first = post(client, "products", TEA, "k-1")
    assert first.status_code == 201
    before = everything()
    again = post(client, "products", TEA, "k-1")
    assert (again.status_code, again.content) == (201, first.content)
    assert (first.headers.get("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (
        None,
        "true",
    )
    assert everything() == before
    kept = Answer.objects.get()
    assert TEA["title"] not in kept.body_encrypted
    without = post(client, "products", TEA, None)
    assert (without.status_code, without.json()["code"]) == (409, "code_taken")


def test_another_question_under_the_same_name_is_refused(mia: Shop) -> None:
    client = program(mia)
    post(client, "products", TEA, "k-1")
    before = everything()
    stock = f"skus/{mia.ids['sku']}/stock"
    for path, body in (("products", {**TEA, "code": "TEA-2"}), (stock, {"delta": 1})):
        answer = post(client, path, body, "k-1")
        assert (answer.status_code, answer.json()["code"]) == (422, "asked_otherwise")
    assert everything() == before
    other_key = program(mia)
    assert post(other_key, "products", TEA, "k-1").json()["code"] == "asked_otherwise"


def test_names_are_an_organisations_own(mia: Shop, ana: Shop) -> None:
    for shop in (mia, ana):
        assert post(program(shop), "products", TEA, "k-1").status_code == 201


def test_a_refusal_is_not_kept(mia: Shop) -> None:
    """It wrote nothing, so the repetition is judged anew."""
    client = program(mia)
    stock = f"skus/{mia.ids['sku']}/stock"
    assert post(client, stock, {"delta": -1_000}, "k-1").status_code == 409
    assert Answer.objects.count() == 0
    assert post(client, stock, {"delta": 1_000}, "k-1").status_code == 200


def test_after_a_day_a_name_is_free_again(mia: Shop) -> None:
    client = program(mia)
    stock = f"skus/{mia.ids['sku']}/stock"
    moves = StockMove.objects.count()
    post(client, stock, {"delta": 1}, "k-1")
    Answer.objects.update(created_at=EVENING - dt.timedelta(hours=24))
    assert "Idempotency-Replayed" not in post(client, stock, {"delta": 1}, "k-1").headers
    assert StockMove.objects.count() == moves + 2
    assert access.forget_answers(now=EVENING + dt.timedelta(hours=23)) == 0
    assert access.forget_answers(now=EVENING + dt.timedelta(hours=24)) == 1


def test_a_name_that_cannot_be_is_refused(mia: Shop) -> None:
    client = program(mia)
    for name in ("", "两 个", "x" * 201):
        assert post(client, "products", TEA, name).status_code == 422, name
    assert not Product.objects.filter(code=TEA["code"]).exists()
