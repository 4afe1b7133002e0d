"""What can happen to draws with prizes. Entries are told by opaque tokens and viewers' ids."""

import datetime as dt
from typing import Any, Literal

import msgspec

from kaibo.facts.base import Fact


class DrawSaved(Fact, frozen=True, kw_only=True, tag="promotions.draw_saved.1"):
    """A draft of a draw has these terms now."""

    draw_id: int
    terms: dict[str, Any]


class DrawPublished(Fact, frozen=True, kw_only=True, tag="promotions.draw_published.1"):
    """The terms are public, and so is the hash of the seed that will decide."""

    draw_id: int
    title: str
    commit: str
    opens_at: dt.datetime
    closes_at: dt.datetime


class DrawCancelled(Fact, frozen=True, kw_only=True, tag="promotions.draw_cancelled.1"):
    """It will not take place; nobody had entered."""

    draw_id: int


class DrawOpened(Fact, frozen=True, kw_only=True, tag="promotions.draw_opened.1"):
    """Viewers can enter until ``closes_at``."""

    draw_id: int
    title: str
    closes_at: dt.datetime


class DrawChanged(Fact, frozen=True, kw_only=True, tag="promotions.draw_changed.1"):
    """Terms changed in the entrants' favour; these are the terms of this version."""

    draw_id: int
    version: int
    terms: dict[str, Any]


class DrawEntered(Fact, frozen=True, kw_only=True, tag="promotions.draw_entered.1"):
    """A viewer entered at ``place``; without a place they are kept out, for the reason given."""

    draw_id: int
    entry_id: int
    viewer_id: int
    place: int | None
    token: str
    head: str
    kept_out: str = ""


class DrawClosed(Fact, frozen=True, kw_only=True, tag="promotions.draw_closed.1"):
    """Nobody enters any more; the root binds entries, prizes and exclusions."""

    draw_id: int
    title: str
    root: str
    entries: int
    barred: list[int]


class AwardTold(msgspec.Struct, frozen=True, array_like=True):
    """One prize won; ``coupon_id`` where it is a coupon, which came with it."""

    award_id: int
    place: int
    prize_no: int
    viewer_id: int
    value_fen: int
    coupon_id: int | None = None


class DrawRevealed(Fact, frozen=True, kw_only=True, tag="promotions.draw_revealed.1"):
    """The seed is public, and with it who won."""

    draw_id: int
    title: str
    seed: str
    awards: list[AwardTold]
    lapses_at: dt.datetime


class PrizeClaimed(Fact, frozen=True, kw_only=True, tag="promotions.prize_claimed.1"):
    """A winner said where the prize goes; the address is not in the fact."""

    draw_id: int
    award_id: int
    value_fen: int


class PrizeShipped(Fact, frozen=True, kw_only=True, tag="promotions.prize_shipped.1"):
    """The shop sent the prize; carrier and number are empty for a right to use something."""

    draw_id: int
    award_id: int
    carrier: str = ""
    waybill: str = ""


class PrizeDelivered(Fact, frozen=True, kw_only=True, tag="promotions.prize_delivered.1"):
    """The prize is with its winner since then."""

    draw_id: int
    award_id: int
    delivered_at: dt.datetime


class WinnersExported(Fact, frozen=True, kw_only=True, tag="promotions.winners_exported.1"):
    """Somebody took the addresses of winners whose prizes wait to be sent out of the house."""

    draw_id: int
    awards: int
    kind: Literal["csv", "xlsx"]


class DrawSettled(Fact, frozen=True, kw_only=True, tag="promotions.draw_settled.1"):
    """The term to claim is over; what nobody claimed has lapsed."""

    draw_id: int
    lapsed: list[int]


class DrawFileDeleted(Fact, frozen=True, kw_only=True, tag="promotions.draw_file_deleted.1"):
    """Entries and awards of an old draw were deleted, after the years the law wants them kept."""

    draw_id: int


class ViewerBarred(Fact, frozen=True, kw_only=True, tag="promotions.viewer_barred.1"):
    """A viewer belongs to the shop and wins no draw of it."""

    viewer_id: int
    reason: Literal["staff", "affiliate"]
