"""Draws for the tests, set up by the product's own actions."""

import itertools
from typing import Any

import msgspec

from kaibo.audience.actions import enter
from kaibo.promotions import actions
from kaibo.promotions.actions import DrawSpec, Prize, Receiver
from kaibo.promotions.models import Offer
from kaibo.promotions.reads import AwardView, DrawView, EntryView
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after, list_link

PHONE = "13912345678"
HOME = Receiver(name="欧阳静海", phone=PHONE, region="四川省成都市", detail="琴台路 47 号")
PHONES = Prize(name="手机", value_fen=299_900, proof="官网售价 2026-11-20", count=1)
CREAMS = Prize(name="面霜", value_fen=9_900, proof="门店价 2026-11", count=2)
_keys = itertools.count(1)


def spec_of(**changes: Any) -> DrawSpec:
    """Everything said: a phone and two creams for everybody, open for a minute."""
    spec = DrawSpec(
        show_id=SHOW,
        title="开播福袋",
        prizes=(PHONES, CREAMS),
        audience="everyone",
        opens_at=NOW,
        closes_at=after(60),
        claim_days=7,
        claim_how="填写收货地址",
        organiser="安娜商贸",
    )
    return msgspec.structs.replace(spec, **changes)


def draft(shop: Shop, **changes: Any) -> DrawView:
    """A draft in a show with a link."""
    if not Offer.objects.filter(organisation_id=shop.org_id).exists():
        list_link(shop)
    key = f"draw-{next(_keys)}"
    return actions.save_draw(spec=spec_of(**changes), request_key=key, by=shop.by, now=NOW)


def open_one(shop: Shop, **changes: Any) -> DrawView:
    """One that takes entries."""
    made = draft(shop, **changes)
    actions.publish_draw(draw_id=made.id, by=shop.by, now=NOW)
    return actions.open_draw(draw_id=made.id, by=shop.by, now=changes.get("opens_at", NOW))


def viewer_of(shop: Shop, number: int) -> int:
    """Somebody who entered the shop's rooms."""
    return enter(org_id=shop.org_id, device=f"device-{number:020}", nickname="看客", now=NOW).id


def join(shop: Shop, draw_id: int, viewer_id: int, *, at: float = 1, **more: Any) -> EntryView:
    """One viewer's entry."""
    return actions.enter_draw(
        draw_id=draw_id,
        org_id=shop.org_id,
        show_id=SHOW,
        viewer_id=viewer_id,
        now=after(at),
        **more,
    )


def finish(shop: Shop, draw_id: int, *, at: float = 60) -> DrawView:
    """Close and reveal."""
    actions.close_draw(draw_id=draw_id, by=shop.by, now=after(at))
    return actions.reveal_draw(draw_id=draw_id, by=shop.by, now=after(at))


def claim(shop: Shop, award_id: int, viewer_id: int, *, at: float = 61) -> AwardView:
    """A winner says where the prize goes."""
    return actions.claim_prize(
        award_id=award_id, org_id=shop.org_id, viewer_id=viewer_id, receiver=HOME, now=after(at)
    )
