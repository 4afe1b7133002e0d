"""Red packets whose portions are coupons, and coupons that exchange goods as prizes."""

import json
import runpy
from dataclasses import asdict
from typing import Any

import pytest

from kaibo.facts import promotions as told
from kaibo.promotions import actions, reads
from kaibo.promotions.errors import PrizeCouponCannotBe
from kaibo.promotions.models import Coupon, Promotion
from kaibo.promotions.rules import OfSkus, UnitPrice
from kaibo.promotions.tests import drawing, packing
from kaibo.promotions.tests.gifting import add_gift
from kaibo.promotions.tests.packing import grab
from kaibo.promotions.tests.prizing import kept, refuses, won
from kaibo.promotions.tests.promoting import GOOD, prize_of, quote
from kaibo.promotions.tests.shop import NOW, Shop, after, facts
from tests.paths import DOCS

pytestmark = pytest.mark.django_db


@pytest.mark.row("R-051", "R-058")
def test_every_portion_of_a_red_packet_is_a_coupon(shop: Shop) -> None:
    promotion = prize_of(shop)
    made = packing.draft(shop, promotion_id=promotion.pk, number=3)
    assert (made.terms["split"], made.terms["total_fen"], made.coupon) == ("equal", None, None)
    by: dict[str, Any] = {"packet_id": made.id, "by": shop.by}
    published = actions.publish_packet(**by, now=NOW)
    assert (published.terms["total_fen"], published.promotion_id) == (3_000, promotion.pk)
    assert published.coupon is not None
    assert (published.coupon.title_zh, published.coupon.title_en) == ("立减", "Off")
    assert kept(promotion) == (3, 0)
    actions.open_packet(**by, now=NOW)
    mine = [grab(shop, made.id, viewer, at=5) for viewer in (1, 2)]
    assert grab(shop, made.id, 1, at=9) == mine[0]
    assert [(one.place, one.fen) for one in mine] == [(1, 1_000), (2, 1_000)]
    # By the coupon's own terms: three days from now, and what its promotion takes off.
    assert mine[0].good_until == after(5 + GOOD)
    assert Coupon.objects.get(pk=mine[0].coupon_id).off_fen is None
    assert quote(shop, viewer_id=1, at=6).total_fen == 8_900
    assert kept(promotion) == (1, 2)
    actions.run_due_packets(now=after(60))
    assert kept(promotion) == (0, 2)
    assert Promotion.objects.get().state == "running"
    (end,) = facts(told.PacketFinished)
    assert isinstance(end, told.PacketFinished)
    assert (end.claims, end.claimed_fen, end.returned, end.returned_fen) == (2, 2_000, 1, 1_000)
    proof = json.loads(json.dumps(asdict(reads.packet_proof(made.id)), default=str))
    assert runpy.run_path(str(DOCS / "verify_packet.py"))["verify"](proof) == []
    # The same coupon serves another red packet; one that is cancelled keeps nothing.
    again = packing.draft(shop, promotion_id=promotion.pk, number=8)
    actions.publish_packet(packet_id=again.id, by=shop.by, now=NOW)
    assert kept(promotion) == (8, 2)
    for _ in range(2):
        actions.cancel_packet(packet_id=again.id, by=shop.by, now=NOW)
    assert (kept(promotion), Promotion.objects.get().state) == ((0, 2), "running")


@pytest.mark.row("LM-102", "R-058")
def test_an_exchange_coupon_is_worth_its_dearest_goods_at_the_list_price(shop: Shop) -> None:
    dipper = add_gift(shop, list_fen=1_500, floor_fen=500)

    def exchange(fen: int, *sku_ids: int) -> Promotion:
        of = {"stacking": "coupon", "scope": OfSkus(frozenset(sku_ids))}
        return prize_of(shop, UnitPrice(fen, max_units=1), of=of)

    packet = packing.open_one(shop, promotion_id=exchange(500, dipper).pk, number=2)
    assert grab(shop, packet.id, 1).fen == 1_000
    # The cream has no list price, and 15 yuan is no less than that of the dipper.
    for promotion in (exchange(5_000, dipper, shop.sku_id), exchange(1_500, dipper)):
        made = drawing.draft(shop, prizes=(won(promotion),))
        by: dict[str, Any] = {"draw_id": made.id, "by": shop.by, "now": NOW}
        refused = refuses(PrizeCouponCannotBe, actions.publish_draw, **by)
        assert "has to be known" in str(refused.data["why_en"])
