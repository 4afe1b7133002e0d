"""What a pack can be made of. One more kind is one more class here."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

from kaibo.compliance import reads as compliance
from kaibo.evidence import pieces
from kaibo.evidence.errors import NoPackOfThis
from kaibo.evidence.pieces import Order, Piece, document, plain
from kaibo.facts.room import ExplainingStarted
from kaibo.hosts import reads as hosts
from kaibo.journal import reads as journal
from kaibo.orders import reads as orders
from kaibo.orders.reads import OrderRecord
from kaibo.planning import reads as plans
from kaibo.planning.reads import ShowView
from kaibo.roster import reads as roster

# Chat this long before and after an order was placed.
CHAT_AROUND: Final = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Found:
    """A subject that exists: its name in the pack and the show it belongs to."""

    id: str
    show_id: int


class Subject(Protocol):
    """One kind of thing that packs are made of."""

    def find(self, org_id: int, id: str) -> Found:
        """The subject, or a refusal if the organisation has none of this id."""

    def pieces(self, order: Order, show_id: int) -> Iterator[Piece]:
        """What belongs into its pack, in the order in which it is written."""


class OfShow:
    """A show: who, what, at which prices, what was said, found, bought and recorded."""

    def find(self, org_id: int, id: str) -> Found:
        number = int(id) if id.isascii() and id.isdecimal() and len(id) <= 15 else 0
        return Found(id, plans.show(org_id, number).id)

    def pieces(self, order: Order, show_id: int) -> Iterator[Piece]:
        show = plans.show(order.org_id, show_id)
        yield _parties(order, show)
        if order.is_full:
            yield pieces.whole_journal(show_id, now=order.now)
        else:
            yield pieces.some_journal(show_id, now=order.now)
        yield from pieces.shop_window(order, show_id)
        yield from pieces.said(order, show_id)
        yield pieces.chat(order, show_id)
        found = compliance.every_finding(order.org_id, show_id)
        if order.is_full:
            yield document(
                "findings.json",
                {"findings": found},
                what=("合规命中与处置", "what the rulebook found, and what became of it"),
                at=order.now,
                source=f"compliance.Finding show:{show_id}",
            )
            yield Piece(
                path="orders.jsonl",
                chunks=pieces.lines(
                    plain(one) for one in orders.order_views(order.org_id, show_id)
                ),
                what=("本场订单（收件人已掩码）", "orders of the show, receivers masked"),
                at=order.now,
                source=f"orders.Order show:{show_id}",
                media_type=pieces.LINES,
            )
        yield from pieces.picture(order, show_id, [one.found_at for one in found])


class OfOrder:
    """An order: what page and host promised, what was paid, sent and returned."""

    def find(self, org_id: int, id: str) -> Found:
        found = orders.order(id, org_id=org_id)
        return Found(found.no, found.show_id)

    def pieces(self, order: Order, show_id: int) -> Iterator[Piece]:
        record = orders.order_record(order.subject_id, org_id=order.org_id)
        yield _parties(order, plans.show(order.org_id, show_id))
        yield _order(order, record)
        yield pieces.some_journal(show_id, now=order.now, own=_names(record))
        yield pieces.prices(order, record.sku_ids)
        placed = record.view.placed_at
        near = (placed - CHAT_AROUND, placed + CHAT_AROUND)
        yield from pieces.said(order, show_id, span=near)
        yield pieces.chat(order, show_id, own=record.viewer_id, span=near)
        for id, at, data in orders.return_photos(record, org_id=order.org_id):
            yield Piece(
                path=f"photos/{id}.jpg",
                chunks=(data,),
                what=("退货照片", "photograph of a return"),
                at=at,
                source=f"orders.ReturnPhoto {id}",
                media_type="image/jpeg",
            )
        yield from pieces.picture(order, show_id, _moments(record, show_id))


SUBJECTS: Final[dict[str, Subject]] = {"order": OfOrder(), "show": OfShow()}


def subject_of(kind: str) -> Subject:
    """The kind of this name.

    Raises:
        NoPackOfThis: packs are not made of such things.
    """
    if kind not in SUBJECTS:
        raise NoPackOfThis(kind=kind[:16])
    return SUBJECTS[kind]


def _parties(order: Order, show: ShowView) -> Piece:
    """Who sold and who spoke (网络直播营销管理办法（试行） art. 15); colleagues are not named."""
    host = hosts.host(order.org_id, show.host_id)
    shown = {"name": host.name, "stage_name": host.stage_name, "verified_at": host.verified_at}
    seen = ("id", "code", "title", "starts_at", "started_at", "ended_at", "state")
    seller = ("seller_name", "seller_licence_no", "seller_address", "seller_contact")
    value: dict[str, Any] = {
        "show": show if order.is_full else {name: getattr(show, name) for name in seen},
        "seller": {name: getattr(show, name) for name in seller},
        "host": host if order.is_full else shown,
    }
    if order.is_full:
        value["run_of_show"] = plans.run_of_show(show.id)
        # Numbers masked; who was checked, by whom and when, but no photograph.
        value["roster"] = roster.roster(order.org_id, show.id, now=order.now)
    return document(
        "parties.json",
        value,
        what=("场次、经营者与主播", "the show, its seller and its host"),
        at=show.started_at or show.starts_at,
        source=f"planning.Show {show.id}",
    )


def _order(order: Order, record: OrderRecord) -> Piece:
    value = plain(record)
    if not order.is_full:
        # Their own order in the open; how the shop books money is its own affair.
        del value["ledger"]
    return document(
        "order.json",
        value,
        what=(
            "订单、下单时的页面承诺、物流与退货",
            "the order, what the page promised, parcels, returns",
        ),
        at=record.view.placed_at,
        source=f"orders.Order {record.view.no}",
    )


def _names(record: OrderRecord) -> Any:
    def own(tag: str, body: dict[str, Any]) -> bool:
        is_order = tag.startswith("orders.")
        return is_order and (body.get("order_id") == record.id or body.get("no") == record.view.no)

    return own


def _moments(record: OrderRecord, show_id: int) -> list[dt.datetime]:
    """When it was placed, and when the host last began to explain each of its links before."""
    placed = record.view.placed_at
    spoken: dict[int, dt.datetime] = {}
    for entry in journal.facts_of_show(show_id, [ExplainingStarted]):
        fact = entry.fact
        assert isinstance(fact, ExplainingStarted)
        if fact.link_no in record.link_nos and entry.at <= placed:
            spoken[fact.link_no] = entry.at
    return [placed, *spoken.values()]
