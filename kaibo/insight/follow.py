"""Facts of trade and of what was on air, on their way from the journal to the lake."""

from collections.abc import Callable, Iterable
from typing import Any

from kaibo.facts import orders, planning, promotions, room
from kaibo.insight.actions import record_trade
from kaibo.insight.lake import LakeEvent
from kaibo.journal.reads import Entry, at_ms


def on_entry(entry: Entry) -> None:
    """Keep one fact's rows. Safe to repeat: ids come from the entry."""
    translate = _TRANSLATIONS.get(type(entry.fact))
    if translate is None or entry.show_id is None:
        return
    rows = [
        LakeEvent(
            event_id=f"fact-{entry.id}-{i}",
            org_id=entry.org_id,
            show_id=entry.show_id,
            at_ms=at_ms(entry.at),
            **row,
        )
        for i, row in enumerate(translate(entry.fact))
    ]
    record_trade(rows)


def _lines(kind: str) -> Callable[[Any], Iterable[dict[str, Any]]]:
    """One row a line of the order, so that products can be told apart; ``ref`` joins them."""

    def translate(fact: Any) -> Iterable[dict[str, Any]]:
        for line in fact.lines:
            # A gift was not sold; what is deducted for one that did not come back was.
            if not (line.link_no or line.amount_fen):
                continue
            yield {
                "kind": kind,
                "viewer_id": fact.viewer_id,
                "link_no": line.link_no or None,
                "sku_id": line.sku_id,
                "units": line.units,
                "value": line.amount_fen,
                "ref": fact.no,
            }

    return translate


def _on_air(kind: str) -> Callable[[Any], Iterable[dict[str, Any]]]:
    def translate(fact: Any) -> Iterable[dict[str, Any]]:
        yield {"kind": kind, "viewer_id": 0, "link_no": fact.link_no}

    return translate


def _moment(kind: str) -> Callable[[Any], Iterable[dict[str, Any]]]:
    def translate(fact: Any) -> Iterable[dict[str, Any]]:
        yield {"kind": kind, "viewer_id": 0}

    return translate


def _listed(fact: promotions.OfferListed) -> Iterable[dict[str, Any]]:
    yield {
        "kind": "link_listed",
        "viewer_id": 0,
        "link_no": fact.link_no,
        "sku_id": fact.sku_id,
        "value": fact.price_fen,
        "label": fact.title,
    }


def _judged(fact: promotions.FlashSaleClaimsJudged) -> Iterable[dict[str, Any]]:
    for won in fact.won:
        yield {
            "kind": "claim_won",
            "viewer_id": won.viewer_id,
            "link_no": fact.link_no,
            "units": won.units,
            "ref": str(fact.sale_id),
        }
    for code, count in fact.refused.items():
        yield {
            "kind": "claims_refused",
            "viewer_id": 0,
            "link_no": fact.link_no,
            "value": count,
            "ref": str(fact.sale_id),
            "label": code,
        }


def _served(fact: promotions.WaitlistServed) -> Iterable[dict[str, Any]]:
    for served in fact.served:
        yield {
            "kind": "claim_won",
            "viewer_id": served.viewer_id,
            "link_no": fact.link_no,
            "units": served.units,
            "ref": str(fact.sale_id),
        }


_TRANSLATIONS: dict[type, Callable[[Any], Iterable[dict[str, Any]]]] = {
    orders.OrderPlaced: _lines("order_created"),
    orders.OrderPaid: _lines("order_paid"),
    orders.OrderClosed: _lines("order_closed"),
    orders.OrderRefunded: _lines("order_refunded"),
    promotions.OfferListed: _listed,
    promotions.FlashSaleStarted: _on_air("sale_started"),
    promotions.FlashSaleStopped: _on_air("sale_stopped"),
    promotions.FlashSaleClaimsJudged: _judged,
    promotions.WaitlistServed: _served,
    room.LinkPopped: _on_air("link_popped"),
    room.ExplainingStarted: _on_air("explaining_started"),
    room.ExplainingStopped: _on_air("explaining_stopped"),
    planning.ShowStarted: _moment("show_started"),
    planning.ShowEnded: _moment("show_ended"),
}
