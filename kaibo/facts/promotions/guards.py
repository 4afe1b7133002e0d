"""What can happen to the guards of a show: the breaker, and changes that need a second person."""

import datetime as dt
from typing import Literal

from kaibo.facts.base import Fact


class BreakerTripped(Fact, frozen=True, kw_only=True, tag="promotions.breaker_tripped.1"):
    """Too much was given away within a window: a link or its flash sale takes no more units.

    ``promotion_id``: a promotion over all links together; it takes nothing off any more.
    """

    trip_id: int
    offer_id: int | None
    sale_id: int | None
    link_no: int | None
    window_s: int
    off_fen: int
    off_fen_max: int
    promotion_id: int | None = None


class BreakerResetAsked(Fact, frozen=True, kw_only=True, tag="promotions.breaker_reset_asked.1"):
    """One person asks to sell again; a second has to confirm."""

    trip_id: int
    link_no: int | None
    reason: str
    promotion_id: int | None = None


class BreakerResetRefused(
    Fact, frozen=True, kw_only=True, tag="promotions.breaker_reset_refused.1"
):
    """The second person said no; the link stays stopped."""

    trip_id: int
    link_no: int | None
    promotion_id: int | None = None


class BreakerReset(Fact, frozen=True, kw_only=True, tag="promotions.breaker_reset.1"):
    """Two people agreed: it sells again, and the window begins anew."""

    trip_id: int
    offer_id: int | None
    sale_id: int | None
    link_no: int | None
    promotion_id: int | None = None


class LinkStopped(Fact, frozen=True, kw_only=True, tag="promotions.link_stopped.1"):
    """A link or its flash sale takes no more units: what was said of it is not corrected."""

    trip_id: int
    offer_id: int
    sale_id: int | None
    link_no: int


class LinkStopLifted(Fact, frozen=True, kw_only=True, tag="promotions.link_stop_lifted.1"):
    """What was said of it is corrected: it sells again."""

    trip_id: int
    offer_id: int
    sale_id: int | None
    link_no: int


class GuardsSet(Fact, frozen=True, kw_only=True, tag="promotions.guards_set.1"):
    """The shop's thresholds from now on."""

    short_s: int
    short_off_fen_max: int
    long_s: int
    long_off_fen_max: int
    price_share_bp_min: int
    undo_s: int
    ask_lasts_s: int
    tag_days: int


class StackingRuleSet(Fact, frozen=True, kw_only=True, tag="promotions.stacking_rule_set.1"):
    """How the shop's promotions are chosen for a basket, from now on."""

    choose: Literal["best", "priority"]


ChangeKind = Literal[
    "price",
    "units",
    "flash_sale",
    "group_buy",
    "presale",
    "auction",
    "promotion",
    "drop",
    "extension",
]


class ChangeAsked(Fact, frozen=True, kw_only=True, tag="promotions.change_asked.1"):
    """A dangerous change waits for a second person."""

    change_id: int
    offer_id: int | None
    link_no: int | None
    kind: ChangeKind
    dangers: list[str]
    expires_at: dt.datetime
    promotion_id: int | None = None


class ChangeMade(Fact, frozen=True, kw_only=True, tag="promotions.change_made.1"):
    """A change is on air; ``asked`` when a second person confirmed it."""

    change_id: int
    offer_id: int | None
    link_no: int | None
    kind: ChangeKind
    asked: bool
    promotion_id: int | None = None


class ChangeRejected(Fact, frozen=True, kw_only=True, tag="promotions.change_rejected.1"):
    """The second person said no; nothing on air changed."""

    change_id: int
    link_no: int | None
    promotion_id: int | None = None


class ChangeUndone(Fact, frozen=True, kw_only=True, tag="promotions.change_undone.1"):
    """A change nobody had bought under was taken back; the link stands like this again.

    ``units_returned`` went back to the catalogue. Of a promotion only its state stands here.
    """

    change_id: int
    offer_id: int | None
    link_no: int | None
    state: str
    price_fen: int
    units_returned: int
    promotion_id: int | None = None
