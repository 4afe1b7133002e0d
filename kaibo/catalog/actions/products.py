"""Writing down suppliers, products and SKUs, and letting them through review."""

import datetime as dt
from dataclasses import asdict, replace

from django.db import IntegrityError, transaction

from kaibo.base.actor import Actor
from kaibo.base.inputs import clean_text
from kaibo.base.times import shop_day
from kaibo.catalog import rules
from kaibo.catalog.actions.negative import Subject, judge_goods, judge_product
from kaibo.catalog.actions.stock import Line, lock_stock, set_buffer, write_level
from kaibo.catalog.errors import (
    CodeTaken,
    NoSuchProduct,
    NoSuchSupplier,
    SupplierNameTaken,
)
from kaibo.catalog.models import ListPrice, Product, Sku, Stock, Supplier
from kaibo.catalog.reads import (
    ProductView,
    SkuView,
    SupplierView,
    facts_of,
    product,
    product_view,
    sku,
)
from kaibo.catalog.rules import (
    NAME_CHARS_MAX,
    TITLE_CHARS_MAX,
    ProductChanges,
    ProductSpec,
    SkuChanges,
    SkuSpec,
)
from kaibo.compliance.actions import clear_words, judged
from kaibo.compliance.reads import Goods
from kaibo.facts.catalog import (
    ProductApproved,
    ProductChanged,
    ProductCreated,
    ProductRefused,
    ProductSubmitted,
    SkuAdded,
    SkuChanged,
    SupplierAdded,
)
from kaibo.journal.actions import append


@transaction.atomic
def add_supplier(*, name: str, contact: str = "", by: Actor, now: dt.datetime) -> SupplierView:
    """Make a supplier selectable everywhere.

    Raises:
        BadInput, SupplierNameTaken: nothing was written.
    """
    name = clean_text("name", name, chars_max=NAME_CHARS_MAX, required=True)
    contact = clean_text("contact", contact, chars_max=TITLE_CHARS_MAX)
    try:
        with transaction.atomic():
            row = Supplier.objects.create(organisation_id=by.org_id, name=name, contact=contact)
    except IntegrityError:
        raise SupplierNameTaken(name=name) from None
    append(SupplierAdded(supplier_id=row.pk), at=now, org_id=by.org_id, actor=by)
    return SupplierView(id=row.pk, name=row.name, contact=row.contact)


@judged
def create_product(
    *, spec: ProductSpec, by: Actor, now: dt.datetime, on_date: dt.date | None = None
) -> ProductView:
    """Write a product down as a draft.

    Args:
        on_date: the day this is the state of, when it is told later than that.

    Raises:
        BadInput, CodeTaken, NoSuchSupplier: nothing was written.
        GoodsBanned: only what was found was written.
    """
    spec = rules.clean_product(spec)
    goods = Goods(category=spec.category, titles=(spec.title,), attributes=(spec.brand,))
    judge_goods(goods, subject=Subject("product", 0, "written"), by=by, now=now)
    _check_supplier(by.org_id, spec.supplier_id)
    try:
        with transaction.atomic():
            row = Product.objects.create(
                organisation_id=by.org_id,
                created_at=now,
                as_of=on_date or shop_day(now),
                **asdict(spec),
            )
    except IntegrityError:
        raise CodeTaken(value=spec.code) from None
    fact = ProductCreated(product_id=row.pk, on_date=on_date, **asdict(spec))
    append(fact, at=now, org_id=by.org_id, actor=by)
    return product_view(row)


@judged
def change_product(
    *,
    product_id: int,
    changes: ProductChanges,
    by: Actor,
    now: dt.datetime,
    on_date: dt.date | None = None,
) -> ProductView:
    """Let a product read differently; any real change returns it to draft for a new review.

    Raises:
        NoSuchProduct, NoSuchSupplier, BadInput: nothing was written.
        GoodsBanned: only what was found was written.
    """
    row = lock_product(by.org_id, product_id)
    before = _spec_of(row)
    after = rules.clean_product(replace(before, **changes))
    if after == before:
        return product(by.org_id, product_id)
    _check_supplier(by.org_id, after.supplier_id)
    for field, value in asdict(after).items():
        setattr(row, field, value)
    judge_product(row, "written", by=by, now=now)
    row.state, row.refused_reason = "draft", ""
    row.as_of = on_date or shop_day(now)
    row.save()
    fields = asdict(after)
    del fields["code"]
    append(
        ProductChanged(product_id=row.pk, state=row.state, on_date=on_date, **fields),
        at=now,
        org_id=by.org_id,
        actor=by,
    )
    return product(by.org_id, product_id)


@judged
def submit_product(*, product_id: int, by: Actor, now: dt.datetime) -> ProductView:
    """Hand a draft (or a mended refusal) to the reviewers, its words judged as buyers read them.

    Raises:
        NoSuchProduct, ReviewAlreadyAsked, ProductWithoutSku: nothing was written.
        WordsBlocked, WordsUnconfirmed, GoodsBanned: only what was found was written.
    """
    row = lock_product(by.org_id, product_id)
    row.state = rules.next_state(row.pk, row.review_state, verb="submit")
    rules.check_submit_product(title=row.title, sku_count=row.skus.count())
    judge_product(row, "written", by=by, now=now)
    specs = row.skus.order_by("pk").values_list("spec", flat=True)
    clear_words(
        [row.title, row.description, *specs, *facts_of([row.pk]).get(row.pk, {}).values()],
        subject=f"product:{row.pk}",
        org_id=by.org_id,
        show_id=None,
        by=by,
        now=now,
    )
    row.refused_reason = ""
    row.save(update_fields=["state", "refused_reason"])
    append(ProductSubmitted(product_id=row.pk), at=now, org_id=by.org_id, actor=by)
    return product(by.org_id, product_id)


@judged
def approve_product(*, product_id: int, by: Actor, now: dt.datetime) -> ProductView:
    """Let a submitted product be sold.

    Raises:
        NoSuchProduct, ReviewNotAsked, QualificationExpired: nothing was written.
        GoodsBanned: only what was found was written.
    """
    row = lock_product(by.org_id, product_id)
    row.state = rules.next_state(row.pk, row.review_state, verb="approve")
    rules.check_qualification(product_id=row.pk, expires_on=row.qualification_expires_on, now=now)
    version = judge_product(row, "approved", by=by, now=now)
    row.save(update_fields=["state"])
    fact = ProductApproved(product_id=row.pk, list_version=version)
    append(fact, at=now, org_id=by.org_id, actor=by)
    return product(by.org_id, product_id)


@transaction.atomic
def refuse_product(*, product_id: int, reason: str, by: Actor, now: dt.datetime) -> ProductView:
    """Refuse a submitted product, or take an approval back; the reason is shown to its owner.

    Units already held or sold stay so; no new unit can be promised.

    Raises:
        NoSuchProduct, ReviewNotAsked, BadInput: nothing was written.
    """
    reason = clean_text("reason", reason, chars_max=TITLE_CHARS_MAX, required=True)
    row = lock_product(by.org_id, product_id)
    row.state = rules.next_state(row.pk, row.review_state, verb="refuse")
    row.refused_reason = reason
    row.save(update_fields=["state", "refused_reason"])
    append(ProductRefused(product_id=row.pk, reason=reason), at=now, org_id=by.org_id, actor=by)
    return product(by.org_id, product_id)


@judged
def add_sku(
    *,
    product_id: int,
    spec: SkuSpec,
    by: Actor,
    now: dt.datetime,
    on_date: dt.date | None = None,
) -> SkuView:
    """Add a specification with its first stock; an approved product must be reviewed again.

    Raises:
        NoSuchProduct, BadInput, CodeTaken: nothing was written.
        GoodsBanned: only what was found was written.
    """
    spec = rules.clean_sku(spec)
    row = lock_product(by.org_id, product_id)
    judge_product(row, "written", spec.spec, by=by, now=now)
    try:
        with transaction.atomic():
            added = Sku.objects.create(
                organisation_id=by.org_id,
                product=row,
                code=spec.code,
                spec=spec.spec,
                list_price_fen=spec.list_price_fen,
                cost_fen=spec.cost_fen,
                floor_price_fen=spec.floor_price_fen,
                as_of=on_date or shop_day(now),
            )
    except IntegrityError:
        raise CodeTaken(value=spec.code) from None
    stock = Stock.objects.create(sku=added)
    _note_list_price(added)
    reopen(row)
    append(
        SkuAdded(
            sku_id=added.pk,
            product_id=row.pk,
            code=spec.code,
            spec=spec.spec,
            list_price_fen=spec.list_price_fen,
            cost_fen=spec.cost_fen,
            floor_price_fen=spec.floor_price_fen,
            product_state=row.state,
            on_date=on_date,
        ),
        at=now,
        org_id=by.org_id,
        actor=by,
    )
    if spec.on_hand:
        after = rules.move_stock(stock.level, delta=spec.on_hand)
        write_level(stock, after, line=Line("move", spec.on_hand, ""), by=by, now=now)
    if spec.buffer:
        set_buffer(stock, buffer=spec.buffer, by=by, now=now)
    return sku(by.org_id, added.pk)


@judged
def change_sku(
    *,
    sku_id: int,
    changes: SkuChanges,
    by: Actor,
    now: dt.datetime,
    on_date: dt.date | None = None,
) -> SkuView:
    """Change a specification, its prices or its buffer.

    A new wording or list price (what buyers read and compare with) asks for a new review;
    cost, floor and buffer do not.

    Raises:
        NoSuchSku, BadInput: nothing was written.
        GoodsBanned: only what was found was written.
    """
    stock = lock_stock(by.org_id, sku_id)
    row = stock.sku
    before = SkuSpec(
        code=row.code,
        spec=row.spec,
        list_price_fen=row.list_price_fen,
        cost_fen=row.cost_fen,
        floor_price_fen=row.floor_price_fen,
        on_hand=stock.on_hand,
        buffer=stock.buffer,
    )
    after = rules.clean_sku(replace(before, **changes))
    if after.buffer != before.buffer:
        set_buffer(stock, buffer=after.buffer, by=by, now=now)
    if replace(after, buffer=before.buffer) != before:
        row.as_of = on_date or shop_day(now)
        _write_sku(row, after, voids=rules.voids_approval(before, after), by=by, now=now)
    return sku(by.org_id, sku_id)


def lock_product(org_id: int, product_id: int) -> Product:
    """The product under its row lock, so that two reviewers queue."""
    rows = Product.objects.select_for_update()
    row = rows.filter(organisation_id=org_id, pk=product_id).first()
    if row is None:
        raise NoSuchProduct(id=product_id)
    return row


def reopen(row: Product) -> None:
    """Ask for a new review of a product whose lock the caller holds, if it had one."""
    if row.state in ("approved", "submitted"):
        row.state = "draft"
        row.save(update_fields=["state"])


def _write_sku(row: Sku, after: SkuSpec, *, voids: bool, by: Actor, now: dt.datetime) -> None:
    owner = lock_product(by.org_id, row.product_id)
    if after.spec != row.spec:
        judge_product(owner, "written", after.spec, by=by, now=now)
    row.spec, row.list_price_fen = after.spec, after.list_price_fen
    row.cost_fen, row.floor_price_fen = after.cost_fen, after.floor_price_fen
    row.save()
    _note_list_price(row)
    if voids:
        reopen(owner)
    append(
        SkuChanged(
            sku_id=row.pk,
            product_id=owner.pk,
            spec=row.spec,
            list_price_fen=row.list_price_fen,
            cost_fen=row.cost_fen,
            floor_price_fen=row.floor_price_fen,
            product_state=owner.state,
            on_date=row.as_of,
        ),
        at=now,
        org_id=by.org_id,
        actor=by,
    )


def _note_list_price(row: Sku) -> None:
    """Keep the price with its day, for questions such as the lowest of the last 30 days."""
    if row.list_price_fen and row.as_of is not None:
        ListPrice.objects.get_or_create(sku=row, on_date=row.as_of, price_fen=row.list_price_fen)


def _check_supplier(org_id: int, supplier_id: int | None) -> None:
    if supplier_id is None:
        return
    if not Supplier.objects.filter(organisation_id=org_id, pk=supplier_id).exists():
        raise NoSuchSupplier(id=supplier_id)


def _spec_of(row: Product) -> ProductSpec:
    return ProductSpec(
        code=row.code,
        title=row.title,
        category=row.category,
        brand=row.brand,
        supplier_id=row.supplier_id,
        image_url=row.image_url,
        description=row.description,
        qualification_expires_on=row.qualification_expires_on,
    )
