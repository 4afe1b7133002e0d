"""Safe changes on air: when a second person is needed, who it may be, what may be undone. Pure."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from kaibo.base.machines import Machine, Move, State
from kaibo.promotions.errors import ChangeLapsed, SamePerson, UndoTooLate
from kaibo.promotions.rules.breaker import GuardTerms, off_each_fen

LinkKind = Literal["price", "units", "flash_sale", "group_buy", "presale", "auction"]
PromotionKind = Literal["promotion", "drop", "extension"]
ChangeKind = LinkKind | PromotionKind
CHANGE_KINDS: Final = (*get_args(LinkKind), *get_args(PromotionKind))

# A change to what is on air.
CHANGE: Final = Machine(
    "change",
    "改动",
    (
        State("asked", "待确认"),
        State("made", "已生效", is_final=True),
        State("rejected", "已驳回", is_final=True),
        State("undone", "已撤销", is_final=True),
    ),
    (
        Move("asked", "make", "made", by="confirm_change"),
        Move("asked", "reject", "rejected", by="reject_change"),
        Move("made", "undo", "undone", by="undo_change"),
    ),
)
# One time a link or a flash sale was stopped, by the breaker or by a correction that is overdue.
TRIP: Final = Machine(
    "trip",
    "熔断",
    (
        State("tripped", "已熔断", is_final=True),
        State("asked", "待复核"),
        State("reset", "已恢复", is_final=True),
        State("lifted", "已解除", is_final=True),
    ),
    (
        Move("tripped", "ask", "asked", by="ask_reset"),
        Move("asked", "reset", "reset", by="confirm_reset"),
        Move("asked", "refuse", "tripped", by="refuse_reset"),
        Move("tripped", "lift", "lifted", by="lift_stop"),
        Move("asked", "lift", "lifted", by="lift_stop"),
    ),
)


def dangers(
    terms: GuardTerms,
    *,
    price_fen: int,
    units: int,
    reference_fen: int | None,
    known_fen: int | None,
    off_fen_max: int | None = None,
) -> tuple[str, ...]:
    """Why one person alone may not put this on air; empty if they may.

    ``deep_cut``: the price is below the shop's share of ``known_fen``, what the goods cost.
    ``large_sum``: units × discount is above ``off_fen_max``, else above the shop's slow limit.
    """
    found = []
    if price_fen * 10_000 < (known_fen or 0) * terms.price_share_bp_min:
        found.append("deep_cut")
    given_away = units * off_each_fen(reference_fen, price_fen)
    if given_away > (terms.long_off_fen_max if off_fen_max is None else off_fen_max):
        found.append("large_sum")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Low:
    """How low promotions together bring a SKU, and how much of it can be bought.

    Args:
        lowest_fen: of a unit. price_fen: the highest of its prices before promotions.
        units: free now, of all its links and flash sales.
    """

    lowest_fen: int
    price_fen: int
    units: int


def promotion_off_fen(
    lows: Sequence[Low], *, uses: int | None, most_fen: int | None, budget_fen: int | None
) -> int:
    """The most that a promotion can give away as goods stand now, in fen.

    Args:
        lows: of the SKUs it touches. uses: None is no limit.
        most_fen: what one use takes off at most; None depends on the basket alone.

    >>> promotion_off_fen([Low(100, 900, 10)], uses=None, most_fen=750, budget_fen=None)
    7500
    """
    bounds = [sum(low.units * max(0, low.price_fen - low.lowest_fen) for low in lows)]
    units = sum(low.units for low in lows)
    if most_fen is not None:
        bounds.append(most_fen * (units if uses is None else min(uses, units)))
    if budget_fen is not None:
        bounds.append(budget_fen)
    return min(bounds)


def promotion_dangers(terms: GuardTerms, lows: Sequence[Low], *, off_fen: int) -> tuple[str, ...]:
    """Why one person alone may not start or widen a promotion, as ``dangers`` of a price.

    ``deep_cut`` holds it against the link's own price, as a flash sale is.

    Args:
        off_fen: the most that it can give away.
    """
    found = []
    if any(low.lowest_fen * 10_000 < low.price_fen * terms.price_share_bp_min for low in lows):
        found.append("deep_cut")
    if off_fen > terms.long_off_fen_max:
        found.append("large_sum")
    return tuple(found)


def check_second_person(first_id: int, second_id: int) -> None:
    """Four eyes: whoever asked cannot be the one who confirms.

    Raises:
        SamePerson: nothing was written.
    """
    if first_id == second_id:
        raise SamePerson()


def check_waits(expires_at: dt.datetime, *, now: dt.datetime) -> None:
    """Refuse to decide about a change that nobody confirmed in time.

    Raises:
        ChangeLapsed: it has to be asked for anew.
    """
    if expires_at <= now:
        raise ChangeLapsed(expires_at=expires_at)


def check_undo(made_at: dt.datetime, *, undo_s: int, bought: int, now: dt.datetime) -> None:
    """Refuse to take a change back when its time is over or somebody bought under it.

    Args:
        bought: units taken or claimed since.

    Raises:
        UndoTooLate: says which of the two.
    """
    if bought:
        raise UndoTooLate(why_zh=f"已有 {bought} 件被下单", why_en=f"{bought} were bought under it")
    if now >= made_at + dt.timedelta(seconds=undo_s):
        raise UndoTooLate(why_zh=f"已超过 {undo_s} 秒", why_en=f"{undo_s} s have passed")
