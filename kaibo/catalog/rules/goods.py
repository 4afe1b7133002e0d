"""What stock may do and when a product may be sold; values in, value or refusal out."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal, TypedDict

from kaibo.base.inputs import check_whole, clean_text, clean_url
from kaibo.base.money import FEN_MAX
from kaibo.base.times import shop_day
from kaibo.catalog.errors import (
    NotEnoughStock,
    NotThatManyHeld,
    NotThatManySold,
    ProductNotApproved,
    ProductWithoutSku,
    QualificationExpired,
    ReviewAlreadyAsked,
    ReviewNotAsked,
    StockBelowHeld,
)

State = Literal["draft", "submitted", "approved", "refused"]
Verb = Literal["submit", "approve", "refuse"]

UNITS_MAX = 100_000_000
CODE_CHARS_MAX = 64
TITLE_CHARS_MAX = 200
NAME_CHARS_MAX = 100
TEXT_CHARS_MAX = 5_000

STATE_ZH = {"draft": "草稿", "submitted": "待审核", "approved": "已通过", "refused": "未通过"}

# Which review step follows from which state. Editing what a reviewer judged returns to draft.
STEPS: dict[Verb, tuple[frozenset[State], State]] = {
    "submit": (frozenset({"draft", "refused"}), "submitted"),
    "approve": (frozenset({"submitted"}), "approved"),
    "refuse": (frozenset({"submitted", "approved"}), "refused"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSpec:
    """What a product says about itself."""

    code: str
    title: str
    category: str = ""
    brand: str = ""
    supplier_id: int | None = None
    image_url: str = ""
    description: str = ""
    qualification_expires_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuSpec:
    """A specification, its prices in fen (0: none set) and the units it starts with."""

    code: str
    spec: str = ""
    list_price_fen: int = 0
    cost_fen: int = 0
    floor_price_fen: int = 0
    on_hand: int = 0
    buffer: int = 0


class ProductChanges(TypedDict, total=False):
    """What of a product shall read differently; what is left out stays."""

    title: str
    category: str
    brand: str
    supplier_id: int | None
    image_url: str
    description: str
    qualification_expires_on: dt.date | None


class SkuChanges(TypedDict, total=False):
    """What of a SKU shall be different; what is left out stays."""

    spec: str
    list_price_fen: int
    cost_fen: int
    floor_price_fen: int
    buffer: int


@dataclass(frozen=True, slots=True)
class StockLevel:
    """One SKU's stock: ``held`` is promised and still on hand; ``buffer`` is kept back."""

    sku_id: int
    on_hand: int
    held: int
    sold: int
    buffer: int

    @property
    def available(self) -> int:
        """Units that may still be promised, never below 0."""
        return max(0, self.on_hand - self.held - self.buffer)


def clean_product(spec: ProductSpec) -> ProductSpec:
    """The product as it will be written.

    Raises:
        BadInput: a text is missing, too long or unreadable; the image is no web address.
    """
    return ProductSpec(
        code=clean_text("code", spec.code, chars_max=CODE_CHARS_MAX, required=True),
        title=clean_text("title", spec.title, chars_max=TITLE_CHARS_MAX, required=True),
        category=clean_text("category", spec.category, chars_max=NAME_CHARS_MAX),
        brand=clean_text("brand", spec.brand, chars_max=NAME_CHARS_MAX),
        supplier_id=spec.supplier_id,
        image_url=clean_url("image_url", spec.image_url),
        description=clean_text("description", spec.description, chars_max=TEXT_CHARS_MAX),
        qualification_expires_on=spec.qualification_expires_on,
    )


def clean_sku(spec: SkuSpec) -> SkuSpec:
    """The SKU as it will be written.

    Raises:
        BadInput: a text or number cannot be used.
    """
    return SkuSpec(
        code=clean_text("code", spec.code, chars_max=CODE_CHARS_MAX, required=True),
        spec=clean_text("spec", spec.spec, chars_max=TITLE_CHARS_MAX),
        list_price_fen=check_price("list_price_fen", spec.list_price_fen),
        cost_fen=check_price("cost_fen", spec.cost_fen),
        floor_price_fen=check_price("floor_price_fen", spec.floor_price_fen),
        on_hand=check_whole("on_hand", spec.on_hand, most=UNITS_MAX),
        buffer=check_whole("buffer", spec.buffer, most=UNITS_MAX),
    )


def voids_approval(before: SkuSpec, after: SkuSpec) -> bool:
    """Whether a reviewer must look again: what the buyer reads or compares with has changed."""
    return (before.spec, before.list_price_fen) != (after.spec, after.list_price_fen)


def hold_stock(level: StockLevel, *, units: int) -> StockLevel:
    """Promise units; the buffer is not touched.

    Raises:
        NotEnoughStock: fewer are available.
    """
    check_units(units)
    if units > level.available:
        raise NotEnoughStock(sku_id=level.sku_id, wanted=units, available=level.available)
    return replace(level, held=level.held + units)


def release_stock(level: StockLevel, *, units: int) -> StockLevel:
    """Take a promise back.

    Raises:
        NotThatManyHeld: more than is held.
    """
    check_units(units)
    _check_held(level, units)
    return replace(level, held=level.held - units)


def sell_stock(level: StockLevel, *, units: int) -> StockLevel:
    """Held units leave the house.

    Raises:
        NotThatManyHeld: more than is held.
    """
    check_units(units)
    _check_held(level, units)
    return replace(
        level, held=level.held - units, on_hand=level.on_hand - units, sold=level.sold + units
    )


def return_stock(level: StockLevel, *, units: int) -> StockLevel:
    """Sold units come back on hand, free to be promised again.

    Raises:
        NotThatManySold: more than was sold.
    """
    check_units(units)
    if units > level.sold:
        raise NotThatManySold(sku_id=level.sku_id, wanted=units, sold=level.sold)
    check_whole("on_hand", level.on_hand + units, most=UNITS_MAX)
    return replace(level, on_hand=level.on_hand + units, sold=level.sold - units)


def move_stock(level: StockLevel, *, delta: int) -> StockLevel:
    """Goods received (positive) or written off (negative); what is held stays covered.

    Raises:
        StockBelowHeld: fewer would be on hand than are promised.
    """
    check_whole("delta", abs(delta), least=1, most=UNITS_MAX)
    on_hand = level.on_hand + delta
    if on_hand < level.held:
        raise StockBelowHeld(
            sku_id=level.sku_id, on_hand=level.on_hand, held=level.held, wanted=-delta
        )
    check_whole("on_hand", on_hand, most=UNITS_MAX)
    return replace(level, on_hand=on_hand)


def check_units(units: int) -> int:
    """At least one unit, at most ``UNITS_MAX``."""
    return check_whole("units", units, least=1, most=UNITS_MAX)


def check_price(field: str, fen: int) -> int:
    """A price of 0 fen or more; a tag of 0 means none is set."""
    return check_whole(field, fen, least=0, most=FEN_MAX)


def next_state(product_id: int, state: State, *, verb: Verb) -> State:
    """The state after a review step.

    Raises:
        ReviewAlreadyAsked, ReviewNotAsked: the step does not follow.
    """
    allowed, after = STEPS[verb]
    if state not in allowed:
        wrong = ReviewAlreadyAsked if verb == "submit" else ReviewNotAsked
        raise wrong(product_id=product_id)
    return after


def check_submit_product(*, title: str, sku_count: int) -> None:
    """Refuse to submit what nobody could review.

    Raises:
        ProductWithoutSku: it has no SKU.
    """
    if sku_count == 0:
        raise ProductWithoutSku(title=title)


def check_qualification(*, product_id: int, expires_on: dt.date | None, now: dt.datetime) -> None:
    """Refuse papers that ran out; they hold to the end of ``expires_on`` in the shop's zone.

    Raises:
        QualificationExpired: the day after has begun.
    """
    if expires_on is not None and shop_day(now) > expires_on:
        raise QualificationExpired(product_id=product_id, expires_on=expires_on.isoformat())


def check_sellable(
    *, product_id: int, state: State, expires_on: dt.date | None, now: dt.datetime
) -> None:
    """Refuse to promise units of what nobody approved, or whose papers ran out.

    Raises:
        ProductNotApproved: the review has not ended well.
        QualificationExpired: the papers ran out.
    """
    if state != "approved":
        raise ProductNotApproved(product_id=product_id)
    check_qualification(product_id=product_id, expires_on=expires_on, now=now)


def _check_held(level: StockLevel, units: int) -> None:
    if units > level.held:
        raise NotThatManyHeld(sku_id=level.sku_id, wanted=units, held=level.held)
