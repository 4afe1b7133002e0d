"""Moving units through the ledger: lock the level, judge it, write it with its line and fact."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.inputs import check_whole, clean_text
from kaibo.catalog import rules
from kaibo.catalog.actions.negative import Subject, judge_goods
from kaibo.catalog.errors import NoSuchSku
from kaibo.catalog.models import Sku, Stock, StockMove
from kaibo.catalog.reads import ID_MAX, SkuView, check_papers_held, facts_of, goods_of, sku_view
from kaibo.catalog.rules import TITLE_CHARS_MAX, UNITS_MAX, StockLevel
from kaibo.facts.catalog import StockChange, StockChanged
from kaibo.journal.actions import append


@dataclass(frozen=True, slots=True)
class Line:
    """What happens to a level, as the ledger and the journal will say it."""

    change: StockChange
    units: int
    reason: str


@transaction.atomic
def move_stock(*, sku_id: int, delta: int, reason: str, by: Actor, now: dt.datetime) -> SkuView:
    """Receive goods (``delta > 0``) or write them off (``delta < 0``).

    Raises:
        NoSuchSku: none of this id in the actor's organisation.
        StockBelowHeld, NumberOutOfRange: nothing was written.
    """
    stock = lock_stock(by.org_id, sku_id)
    after = rules.move_stock(stock.level, delta=delta)
    return write_level(stock, after, line=Line("move", delta, reason), by=by, now=now)


@transaction.atomic
def hold_stock(*, org_id: int, sku_id: int, units: int, reason: str, now: dt.datetime) -> SkuView:
    """Promise units of an approved product; the buffer stays untouched.

    Raises:
        NoSuchSku: none of this id in the organisation.
        ProductNotApproved, QualificationExpired, PapersMissing, GoodsBanned, NotEnoughStock:
            nothing was written.
    """
    stock = lock_stock(org_id, sku_id)
    product = stock.sku.product
    rules.check_sellable(
        product_id=product.pk,
        state=product.review_state,
        expires_on=product.qualification_expires_on,
        now=now,
    )
    check_papers_held(product, now=now)
    said = facts_of([product.pk]).get(product.pk, {})
    goods = goods_of(product, specs=[stock.sku.spec], facts=said)
    held = Subject("product", product.pk, "held")
    judge_goods(goods, subject=held, by=SYSTEM(org_id), now=now)
    after = rules.hold_stock(stock.level, units=units)
    line = Line("hold", units, reason)
    return write_level(stock, after, line=line, by=SYSTEM(org_id), now=now)


@transaction.atomic
def release_stock(
    *, org_id: int, sku_id: int, units: int, reason: str, now: dt.datetime
) -> SkuView:
    """Take a promise of units back.

    Raises:
        NoSuchSku: none of this id in the organisation.
        NotThatManyHeld: nothing was written.
    """
    stock = lock_stock(org_id, sku_id)
    after = rules.release_stock(stock.level, units=units)
    line = Line("release", units, reason)
    return write_level(stock, after, line=line, by=SYSTEM(org_id), now=now)


@transaction.atomic
def sell_stock(*, org_id: int, sku_id: int, units: int, reason: str, now: dt.datetime) -> SkuView:
    """Held units were bought: they leave what is held and what is on hand.

    Raises:
        NoSuchSku: none of this id in the organisation.
        NotThatManyHeld: nothing was written.
    """
    stock = lock_stock(org_id, sku_id)
    after = rules.sell_stock(stock.level, units=units)
    line = Line("sell", units, reason)
    return write_level(stock, after, line=line, by=SYSTEM(org_id), now=now)


@transaction.atomic
def return_stock(*, org_id: int, sku_id: int, units: int, reason: str, now: dt.datetime) -> SkuView:
    """Sold units came back and may be promised again.

    Raises:
        NoSuchSku: none of this id in the organisation.
        NotThatManySold: nothing was written.
    """
    stock = lock_stock(org_id, sku_id)
    after = rules.return_stock(stock.level, units=units)
    line = Line("return", units, reason)
    return write_level(stock, after, line=line, by=SYSTEM(org_id), now=now)


def lock_floors(*, org_id: int, sku_ids: Iterable[int]) -> dict[int, int]:
    """The floor of each SKU in fen, under row locks taken in the order of ids.

    No floor rises between this look and the caller's commit. Writes nothing.

    Raises:
        NoSuchSku: none of this id in the organisation.
    """
    wanted = sorted(set(sku_ids))
    rows = Sku.objects.select_for_update(no_key=True).order_by("pk")
    rows = rows.filter(organisation_id=org_id, pk__in=[id for id in wanted if 0 < id <= ID_MAX])
    floors = {row.pk: row.floor_price_fen for row in rows}
    for id in wanted:
        if id not in floors:
            raise NoSuchSku(id=id)
    return floors


def set_buffer(stock: Stock, *, buffer: int, by: Actor, now: dt.datetime) -> None:
    """Keep ``buffer`` units back from now on; the caller holds the level's lock."""
    check_whole("buffer", buffer, most=UNITS_MAX)
    level = stock.level
    after = StockLevel(
        sku_id=level.sku_id,
        on_hand=level.on_hand,
        held=level.held,
        sold=level.sold,
        buffer=buffer,
    )
    write_level(stock, after, line=Line("buffer", buffer, ""), by=by, now=now)


def lock_stock(org_id: int, sku_id: int) -> Stock:
    """The level under its row lock: everything judged about it afterwards stays true."""
    rows = Stock.objects.select_for_update(of=("self",)).select_related("sku__product")
    # Through the primary key, whose lookup also bears numbers that no column holds.
    known = Sku.objects.filter(pk=sku_id, organisation_id=org_id)
    stock = rows.filter(sku__in=known).first()
    if stock is None:
        raise NoSuchSku(id=sku_id)
    return stock


def write_level(
    stock: Stock, after: StockLevel, *, line: Line, by: Actor, now: dt.datetime
) -> SkuView:
    """Write a judged level with its ledger line and its fact."""
    reason = clean_text("reason", line.reason, chars_max=TITLE_CHARS_MAX)
    stock.on_hand, stock.held = after.on_hand, after.held
    stock.sold, stock.buffer = after.sold, after.buffer
    stock.save(update_fields=["on_hand", "held", "sold", "buffer"])
    StockMove.objects.create(
        sku_id=stock.sku_id,
        kind=line.change,
        units=line.units,
        reason=reason,
        on_hand_after=after.on_hand,
        held_after=after.held,
        at=now,
        actor=by.tag,
    )
    append(
        StockChanged(sku_id=stock.sku_id, change=line.change, units=line.units, reason=reason),
        at=now,
        org_id=by.org_id,
        actor=by,
    )
    stock.sku.stock = stock
    return sku_view(stock.sku, stock.sku.product)
