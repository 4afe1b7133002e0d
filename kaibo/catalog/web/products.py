"""Products, SKUs, stock and suppliers over HTTP."""

import datetime as dt
from typing import Annotated, cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from pydantic import ConfigDict

from kaibo.access.reads import caller, staff
from kaibo.base.actor import Actor
from kaibo.base.sheets import CSV_TYPE, XLSX_TYPE, write_csv, write_xlsx
from kaibo.catalog import actions, reads
from kaibo.catalog.actions import ProductChanges, ProductSpec, SaleTerms, SkuChanges, SkuSpec
from kaibo.catalog.reads import ProductPage, ProductView, SkuView, StockMoveView, SupplierView
from kaibo.catalog.rules.terms import ExceptionType

router = Router()

Whole = Annotated[int, Field(strict=True)]


class Body(Schema):
    """A misspelt field is an error, not silence."""

    model_config = ConfigDict(extra="forbid")


class NewProduct(Body):
    code: str
    title: str
    category: str = ""
    brand: str = ""
    supplier_id: Whole | None = None
    image_url: str = ""
    description: str = ""
    qualification_expires_on: dt.date | None = None


class ChangedProduct(Body):
    title: str = ""
    category: str = ""
    brand: str = ""
    supplier_id: Whole | None = None
    image_url: str = ""
    description: str = ""
    qualification_expires_on: dt.date | None = None


class NewSku(Body):
    code: str
    spec: str = ""
    list_price_fen: Whole = 0
    cost_fen: Whole = 0
    floor_price_fen: Whole = 0
    on_hand: Whole = 0
    buffer: Whole = 0


class ChangedSku(Body):
    spec: str = ""
    list_price_fen: Whole = 0
    cost_fen: Whole = 0
    floor_price_fen: Whole = 0
    buffer: Whole = 0


class StockDelta(Body):
    delta: Whole
    reason: str = ""


class Terms(Body):
    no_reason_return: bool = True
    exception_type: ExceptionType = ""
    ship_within_h: Whole = 0


class Reason(Body):
    reason: str


class NewSupplier(Body):
    name: str
    contact: str = ""


@router.get("/desk/products", response=ProductPage, auth=staff("catalog.read"))
def list_products(
    request: HttpRequest, query: str = "", state: str = "", page: int = 1, sku: int | None = None
) -> ProductPage:
    org_id = caller(request).org_id
    return reads.products(org_id, query=query, state=state, page=page, sku_id=sku)


@router.post("/desk/products", response={201: ProductView}, auth=staff("catalog.edit"))
def create_product(request: HttpRequest, body: NewProduct) -> Status[ProductView]:
    spec = ProductSpec(**body.model_dump())
    return Status(201, actions.create_product(spec=spec, by=caller(request), now=timezone.now()))


@router.get("/desk/products/{int:id}", response=ProductView, auth=staff("catalog.read"))
def show_product(request: HttpRequest, id: int) -> ProductView:
    return reads.product(caller(request).org_id, id)


@router.patch("/desk/products/{int:id}", response=ProductView, auth=staff("catalog.edit"))
def change_product(request: HttpRequest, id: int, body: ChangedProduct) -> ProductView:
    changes = cast(ProductChanges, body.model_dump(exclude_unset=True))
    return actions.change_product(
        product_id=id, changes=changes, by=caller(request), now=timezone.now()
    )


@router.post("/desk/products/{int:id}/submit", response=ProductView, auth=staff("catalog.edit"))
def submit_product(request: HttpRequest, id: int) -> ProductView:
    return actions.submit_product(product_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/products/{int:id}/approve", response=ProductView, auth=staff("catalog.approve"))
def approve_product(request: HttpRequest, id: int) -> ProductView:
    return actions.approve_product(product_id=id, by=caller(request), now=timezone.now())


@router.post("/desk/products/{int:id}/refuse", response=ProductView, auth=staff("catalog.approve"))
def refuse_product(request: HttpRequest, id: int, body: Reason) -> ProductView:
    return actions.refuse_product(
        product_id=id, reason=body.reason, by=caller(request), now=timezone.now()
    )


@router.post("/desk/products/{int:id}/skus", response={201: SkuView}, auth=staff("catalog.edit"))
def add_sku(request: HttpRequest, id: int, body: NewSku) -> Status[SkuView]:
    spec = SkuSpec(**body.model_dump())
    return Status(
        201, actions.add_sku(product_id=id, spec=spec, by=caller(request), now=timezone.now())
    )


@router.patch("/desk/skus/{int:id}", response=SkuView, auth=staff("catalog.edit"))
def change_sku(request: HttpRequest, id: int, body: ChangedSku) -> SkuView:
    changes = cast(SkuChanges, body.model_dump(exclude_unset=True))
    return actions.change_sku(sku_id=id, changes=changes, by=caller(request), now=timezone.now())


@router.post("/desk/skus/{int:id}/stock", response=SkuView, auth=staff("catalog.edit"))
def move_stock(request: HttpRequest, id: int, body: StockDelta) -> SkuView:
    return actions.move_stock(
        sku_id=id, delta=body.delta, reason=body.reason, by=caller(request), now=timezone.now()
    )


@router.get("/desk/skus/{int:id}/stock", response=list[StockMoveView], auth=staff("catalog.read"))
def list_stock_moves(request: HttpRequest, id: int) -> list[StockMoveView]:
    return reads.stock_moves(caller(request).org_id, id)


@router.get("/desk/skus/{int:id}/terms", response=SaleTerms, auth=staff("catalog.read"))
def show_sale_terms(request: HttpRequest, id: int) -> SaleTerms:
    org_id = caller(request).org_id
    reads.sku(org_id, id)
    return reads.sale_terms(org_id, [id])[id]


@router.put("/desk/skus/{int:id}/terms", response=SaleTerms, auth=staff("catalog.edit"))
def set_sale_terms(request: HttpRequest, id: int, body: Terms) -> SaleTerms:
    terms = SaleTerms(**body.model_dump())
    return actions.set_sale_terms(sku_id=id, terms=terms, by=caller(request), now=timezone.now())


@router.get("/desk/suppliers", response=list[SupplierView], auth=staff("catalog.read"))
def list_suppliers(request: HttpRequest) -> list[SupplierView]:
    return reads.suppliers(caller(request).org_id)


@router.post("/desk/suppliers", response={201: SupplierView}, auth=staff("catalog.edit"))
def add_supplier(request: HttpRequest, body: NewSupplier) -> Status[SupplierView]:
    return Status(
        201,
        actions.add_supplier(
            name=body.name, contact=body.contact, by=caller(request), now=timezone.now()
        ),
    )
