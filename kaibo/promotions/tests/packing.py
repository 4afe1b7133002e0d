"""Red packets for the tests, set up by the product's own actions."""

import itertools
from typing import Any

import msgspec

from kaibo.promotions import actions
from kaibo.promotions.actions import PacketSpec
from kaibo.promotions.models import Offer
from kaibo.promotions.reads import PacketView, PortionView
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after, list_link

_keys = itertools.count(1)


def spec_of(**changes: Any) -> PacketSpec:
    """Everything said: 10 yuan in four portions of 1 to 4 yuan for everybody, for a minute."""
    spec = PacketSpec(
        show_id=SHOW,
        title="开播红包",
        total_fen=1_000,
        number=4,
        split="random",
        least_fen=100,
        most_fen=400,
        audience="everyone",
        opens_at=NOW,
        closes_at=after(60),
        credit_days=7,
        organiser="安娜商贸",
    )
    return msgspec.structs.replace(spec, **changes)


def draft(shop: Shop, **changes: Any) -> PacketView:
    """A draft in a show with a link."""
    if not Offer.objects.filter(organisation_id=shop.org_id).exists():
        list_link(shop)
    key = f"packet-{next(_keys)}"
    return actions.save_packet(spec=spec_of(**changes), request_key=key, by=shop.by, now=NOW)


def open_one(shop: Shop, **changes: Any) -> PacketView:
    """One that can be claimed."""
    made = draft(shop, **changes)
    actions.publish_packet(packet_id=made.id, by=shop.by, now=NOW)
    return actions.open_packet(packet_id=made.id, by=shop.by, now=changes.get("opens_at", NOW))


def grab(shop: Shop, packet_id: int, viewer_id: int, *, at: float = 1) -> PortionView:
    """One viewer's portion."""
    return actions.claim_packet(
        packet_id=packet_id,
        org_id=shop.org_id,
        show_id=SHOW,
        viewer_id=viewer_id,
        now=after(at),
    )
