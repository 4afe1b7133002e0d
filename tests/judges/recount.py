"""Numbers of a room recounted from what was sent, apart from the product's own metrics code.

Plain Python over plain rows: no SQL, no import of the product.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field


@dataclass
class Recount:
    """A room as a witness saw it: every act in the order it was acknowledged."""

    doors: int = 0
    views: int = 0
    likes: int = 0
    comments: int = 0
    follows: int = 0
    shares: int = 0
    impressions: int = 0
    clicks: int = 0
    reached: set[int] = field(default_factory=set)
    viewers: set[int] = field(default_factory=set)
    interacted: set[int] = field(default_factory=set)
    commenters: set[int] = field(default_factory=set)
    exposed: set[int] = field(default_factory=set)
    clickers: set[int] = field(default_factory=set)
    created: dict[str, tuple[int, int]] = field(default_factory=dict)
    paid: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    refunded: dict[str, int] = field(default_factory=dict)
    present: set[int] = field(default_factory=set)
    peak: int = 0
    by_product: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def door(self, viewer: int) -> None:
        """The room was shown to somebody."""
        self.doors += 1
        self.reached.add(viewer)

    def enter(self, viewer: int) -> None:
        """Somebody came in."""
        self.views += 1
        self.viewers.add(viewer)
        self.present.add(viewer)
        self.peak = max(self.peak, len(self.present))

    def leave(self, viewer: int) -> None:
        """Somebody went."""
        self.present.discard(viewer)

    def comment(self, viewer: int) -> None:
        """A line that everyone saw."""
        self.comments += 1
        self.commenters.add(viewer)
        self.interacted.add(viewer)

    def like(self, viewer: int, n: int = 1) -> None:
        """Likes that the server took."""
        self.likes += n
        self.interacted.add(viewer)

    def follow(self, viewer: int) -> None:
        """A new follower."""
        self.follows += 1
        self.interacted.add(viewer)

    def share(self, viewer: int) -> None:
        """A share."""
        self.shares += 1
        self.interacted.add(viewer)

    def look(self, viewer: int, *, click: bool) -> None:
        """A product card seen, or opened."""
        if click:
            self.clicks += 1
            self.clickers.add(viewer)
        else:
            self.impressions += 1
            self.exposed.add(viewer)

    def order(self, no: str, viewer: int, fen: int) -> None:
        """An order that was acknowledged."""
        self.created[no] = (viewer, fen)

    def pay(self, no: str, units: int, link_no: int) -> None:
        """An order that its buyer saw as paid."""
        viewer, fen = self.created[no]
        self.paid[no] = (viewer, fen, units)
        self.by_product[link_no] += fen

    def metrics(self) -> dict[str, float | int | None]:
        """Every number that follows from the above, by the dictionary's codes."""
        gmv = sum(fen for _, fen, _ in self.paid.values())
        refunds = sum(self.refunded.values())
        buyers = {viewer for viewer, _, _ in self.paid.values()}
        ordered = {viewer for viewer, _ in self.created.values()}
        units = sum(n for _, _, n in self.paid.values())
        people = len(self.viewers)
        return {
            "room_impressions": self.doors,
            "room_reach": len(self.reached),
            "viewing_rate": _share(people, len(self.reached)),
            "views": self.views,
            "viewers": people,
            "peak_online": self.peak,
            "likes": self.likes,
            "comments": self.comments,
            "follows": self.follows,
            "shares": self.shares,
            "interaction_rate": _share(len(self.interacted), people),
            "comment_rate": _share(len(self.commenters), people),
            "attention_rate": _share(self.follows, people),
            "product_impressions": self.impressions,
            "product_reach": len(self.exposed),
            "product_clicks": self.clicks,
            "product_clickers": len(self.clickers),
            "enter_exposure_rate": _share(len(self.exposed), people),
            "viewing_click_rate": _share(len(self.clickers), len(self.exposed)),
            "gmv_created": sum(fen for _, fen in self.created.values()),
            "gmv_paid": gmv,
            "refunded": refunds,
            "gmv_net": gmv - refunds,
            "orders_created": len(self.created),
            "orders_paid": len(self.paid),
            "buyers": len(buyers),
            "units": units,
            "click_create_rate": _share(len(ordered), len(self.clickers)),
            "create_pay_rate": _share(len(buyers), len(ordered)),
            "click_transaction_rate": _share(len(buyers), len(self.clickers)),
            "enter_deal_rate": _share(len(buyers), people),
            "spend_per_buyer": _share(gmv, len(buyers)),
            "order_value": _share(gmv, len(self.paid)),
            "unit_price": _share(gmv, units),
            "units_per_order": _share(units, len(self.paid)),
            "gpm": _share(gmv * 1000, self.views),
            "opm": _share(len(self.paid) * 1000, self.views),
            "uv_value": _share(gmv, people),
            "unpaid_rate": _share(len(self.created) - len(self.paid), len(self.created)),
            "refund_rate": _share(refunds, gmv),
        }


def differences(
    ours: dict[str, float | int | None], recount: dict[str, float | int | None]
) -> list[dict[str, object]]:
    """Every number that is not the same on both sides, ratios to a billionth."""
    wrong: list[dict[str, object]] = []
    for name, expected in recount.items():
        mine = ours.get(name)
        same = (
            mine is None and expected is None
            if mine is None or expected is None
            else abs(mine - expected) <= 1e-9 * max(1.0, abs(expected))
        )
        if not same:
            wrong.append({"name": name, "ours": mine, "recount": expected})
    return wrong


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
