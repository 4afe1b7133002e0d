"""What a change on air can be: each kind's terms, how it is made, and what it may give away."""

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from kaibo.base.actor import Actor
from kaibo.promotions.actions.auctions import plan_auction
from kaibo.promotions.actions.coupons import drop_coupon
from kaibo.promotions.actions.flash_sales import FlashSaleSpec, schedule_flash_sale
from kaibo.promotions.actions.groups import GroupOfferSpec, start_group_offer
from kaibo.promotions.actions.offers import Early, add_units, open_price
from kaibo.promotions.actions.presales import start_presale_offer
from kaibo.promotions.actions.promotions import extend_promotion, start_promotion
from kaibo.promotions.rules import AuctionTerms, ChangeKind, Extension, PresaleTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleTimes:
    """The rest of a flash sale's terms; times count from when the change is made."""

    per_buyer_max: int
    opens_in_s: int
    lasts_s: int
    pay_within_s: int
    has_waitlist: bool = False
    early_tier: int = 0
    early_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPart:
    """The rest of a group buy's terms."""

    size: int
    fill_s: int
    per_buyer_max: int = 1
    leader_price_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuctionPart:
    """An auction's terms; times count from when the change is made. See ``AuctionTerms``."""

    start_fen: int
    step_fen: int
    opens_in_s: int
    lasts_s: int
    units: int = 1
    reserve_fen: int | None = None
    buy_now_fen: int | None = None
    extend_within_s: int = 10
    extend_by_s: int = 10
    extend_max_s: int = 120
    bids_per_buyer_max: int = 100
    pay_within_s: int = 900
    next_offers_max: int = 0

    def at(self, now: dt.datetime) -> AuctionTerms:
        """The terms of one planned now."""
        opens_at = now + dt.timedelta(seconds=self.opens_in_s)
        closes_at = opens_at + dt.timedelta(seconds=self.lasts_s)
        values = asdict(self)
        del values["opens_in_s"], values["lasts_s"]
        return AuctionTerms(opens_at=opens_at, closes_at=closes_at, **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSpec:
    """What is to change on air, on a link of a show or on a promotion.

    Args:
        kind: ``price`` opens the link at ``price_fen``, to a fan tier first if ``early`` says so;
            ``units`` adds ``units``; ``flash_sale`` schedules one of ``units`` at ``price_fen``
            with the times of ``sale``; ``group_buy`` starts one at ``price_fen``, ``presale`` and
            ``auction`` one on their terms. ``promotion`` starts it, ``drop`` opens its coupons for
            ``lasts_s``, ``extension`` changes it in the buyer's favour.
    """

    kind: ChangeKind
    show_id: int | None = None
    link_no: int | None = None
    promotion_id: int | None = None
    price_fen: int = 0
    units: int = 0
    lasts_s: int = 0
    early: Early | None = None
    sale: SaleTimes | None = None
    group: GroupPart | None = None
    presale: PresaleTerms | None = None
    auction: AuctionPart | None = None
    extension: Extension | None = None

    @property
    def link(self) -> dict[str, Any]:
        """The link it is of, as actions name it."""
        assert self.show_id is not None
        assert self.link_no is not None
        return {"show_id": self.show_id, "link_no": self.link_no}


# Makes the change; the id of what it began, if that has one.
_Apply = Callable[[ChangeSpec, Actor, dt.datetime, int | None], int | None]


def apply_change(
    spec: ChangeSpec, *, by: Actor, now: dt.datetime, agreed_off_fen: int | None
) -> int | None:
    """Make the change; returns the id of the flash sale, group buy, presale or auction it began.

    Args:
        agreed_off_fen: what a second person confirmed; None: nobody did.

    Raises:
        SecondPersonNeeded, and what the action itself raises.
    """
    return _APPLY[spec.kind](spec, by, now, agreed_off_fen)


def _price(spec: ChangeSpec, by: Actor, now: dt.datetime, agreed: int | None) -> None:
    open_price(
        **spec.link,
        price_fen=spec.price_fen,
        early=spec.early,
        by=by,
        now=now,
        agreed_off_fen=agreed,
    )


def _units(spec: ChangeSpec, by: Actor, now: dt.datetime, agreed: int | None) -> None:
    add_units(**spec.link, units=spec.units, by=by, now=now, agreed_off_fen=agreed)


def _flash_sale(spec: ChangeSpec, by: Actor, now: dt.datetime, agreed: int | None) -> int:
    assert spec.sale is not None
    opens_at = now + dt.timedelta(seconds=spec.sale.opens_in_s)
    terms = FlashSaleSpec(
        **spec.link,
        price_fen=spec.price_fen,
        units=spec.units,
        units_per_buyer_max=spec.sale.per_buyer_max,
        opens_at=opens_at,
        closes_at=opens_at + dt.timedelta(seconds=spec.sale.lasts_s),
        pay_within_s=spec.sale.pay_within_s,
        has_waitlist=spec.sale.has_waitlist,
        early_tier=spec.sale.early_tier,
        early_s=spec.sale.early_s,
    )
    return schedule_flash_sale(spec=terms, by=by, now=now, agreed_off_fen=agreed).id


def _group_buy(spec: ChangeSpec, by: Actor, now: dt.datetime, agreed: int | None) -> int:
    assert spec.group is not None
    terms = GroupOfferSpec(**spec.link, price_fen=spec.price_fen, **asdict(spec.group))
    return start_group_offer(spec=terms, by=by, now=now, agreed_off_fen=agreed).id


def _presale(spec: ChangeSpec, by: Actor, now: dt.datetime, agreed: int | None) -> int:
    assert spec.presale is not None
    made = start_presale_offer(
        **spec.link, terms=spec.presale, by=by, now=now, agreed_off_fen=agreed
    )
    return made.id


def _auction(spec: ChangeSpec, by: Actor, now: dt.datetime, agreed: int | None) -> int:
    assert spec.auction is not None
    terms = spec.auction.at(now)
    made = plan_auction(**spec.link, terms=terms, by=by, now=now, agreed_off_fen=agreed)
    return made.auction.id


def _promotion(spec: ChangeSpec, by: Actor, now: dt.datetime, agreed: int | None) -> None:
    assert spec.promotion_id is not None
    start_promotion(promotion_id=spec.promotion_id, by=by, now=now, agreed_off_fen=agreed)


def _drop(spec: ChangeSpec, by: Actor, now: dt.datetime, agreed: int | None) -> None:
    assert spec.promotion_id is not None
    drop_coupon(promotion_id=spec.promotion_id, lasts_s=spec.lasts_s, by=by, now=now)


def _extension(spec: ChangeSpec, by: Actor, now: dt.datetime, agreed: int | None) -> None:
    assert spec.promotion_id is not None
    assert spec.extension is not None
    extend_promotion(
        promotion_id=spec.promotion_id,
        changes=spec.extension,
        by=by,
        now=now,
        agreed_off_fen=agreed,
    )


_APPLY: dict[ChangeKind, _Apply] = {
    "price": _price,
    "units": _units,
    "flash_sale": _flash_sale,
    "group_buy": _group_buy,
    "presale": _presale,
    "auction": _auction,
    "promotion": _promotion,
    "drop": _drop,
    "extension": _extension,
}
