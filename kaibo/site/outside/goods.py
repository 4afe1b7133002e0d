"""Products and stock, for other programs."""

import datetime as dt
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from pydantic import Field

from kaibo.access.actions import answer_once, by_key
from kaibo.access.reads import caller
from kaibo.catalog import actions, reads
from kaibo.catalog.actions import ProductSpec
from kaibo.catalog.reads import ProductView, SkuView, StockMoveView
from kaibo.catalog.rules import CODE_CHARS_MAX, TITLE_CHARS_MAX
from kaibo.site.outside.shapes import After, Body, Id, Limit, Once, Router, answers, example

router = Router(tags=["goods"])

Whole = Annotated[int, Field(strict=True)]


class Products(Body):
    items: list[ProductView]
    next: int | None


class StockMoves(Body):
    items: list[StockMoveView]
    next: int | None


class NewProduct(Body):
    code: str = Field(min_length=1, max_length=CODE_CHARS_MAX)
    title: str = Field(min_length=1, max_length=TITLE_CHARS_MAX)
    category: str = ""
    brand: str = ""
    supplier_id: Whole | None = None
    image_url: str = ""
    description: str = ""
    qualification_expires_on: dt.date | None = None


class StockDelta(Body):
    """``delta`` units come in, or go out if it is below 0."""

    delta: Whole
    reason: str = ""


@router.get("/products", response=answers(Products), auth=by_key("catalog.read"))
def list_products(request: HttpRequest, after: After, limit: Limit) -> Products:
    """Products with their SKUs and stock, newest first."""
    piece = reads.products_after(caller(request).org_id, after=after, limit=limit)
    return Products(items=piece.items, next=piece.next)


@router.get("/products/{int:id}", response=answers(ProductView), auth=by_key("catalog.read"))
def show_product(request: HttpRequest, id: Id) -> ProductView:
    """One product."""
    return reads.product(caller(request).org_id, id)


@router.post(
    "/products",
    response=answers(ProductView, status=201, body=True),
    auth=by_key("catalog.edit"),
    openapi_extra=example('{"code": "TEA-01", "title": "明前龙井 50g"}'),
)
def create_product(request: HttpRequest, body: NewProduct, once: Once) -> HttpResponse:
    """A new product, as a draft: people approve it at the desk."""
    spec = ProductSpec(**body.model_dump())
    return answer_once(
        request,
        lambda by, now: actions.create_product(spec=spec, by=by, now=now),
        name=once,
        status=201,
    )


@router.get("/skus/{int:id}/stock", response=answers(StockMoves), auth=by_key("catalog.read"))
def list_stock_moves(request: HttpRequest, id: Id, after: After, limit: Limit) -> StockMoves:
    """Every movement of a SKU's stock, newest first."""
    piece = reads.stock_moves_after(caller(request).org_id, id, after=after, limit=limit)
    return StockMoves(items=piece.items, next=piece.next)


@router.post(
    "/skus/{int:id}/stock",
    response=answers(SkuView, body=True),
    auth=by_key("catalog.edit"),
    openapi_extra=example('{"delta": 200, "reason": "到货"}'),
)
def move_stock(request: HttpRequest, id: Id, body: StockDelta, once: Once) -> HttpResponse:
    """Units that arrive or are taken out; never repeated under one `Idempotency-Key`."""
    return answer_once(
        request,
        lambda by, now: actions.move_stock(
            sku_id=id, delta=body.delta, reason=body.reason, by=by, now=now
        ),
        name=once,
    )
