"""Red packets: exact rows and facts, and nothing written on a refusal."""

import json
import runpy
from dataclasses import asdict
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kaibo.access.crypto import decrypt_text
from kaibo.audience.actions import follow
from kaibo.base.errors import BadInput, Refusal
from kaibo.facts import promotions as told
from kaibo.journal.models import Entry
from kaibo.promotions import actions, reads
from kaibo.promotions.actions import Extension, Prize
from kaibo.promotions.errors import (
    BelowFloor,
    CouponRefused,
    NoSuchPacket,
    PacketAlreadyOn,
    PacketIncomplete,
    PacketKeeps,
    PacketNotNow,
    PacketRefused,
    PacketStateWrong,
    PacketWithoutShow,
    WindowCannotBe,
)
from kaibo.promotions.models import Coupon, PacketClaim, Promotion, RedPacket
from kaibo.promotions.rules import commitment, portions
from kaibo.promotions.tests import drawing
from kaibo.promotions.tests.packing import draft, grab, open_one, spec_of
from kaibo.promotions.tests.promoting import quote, use
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after, facts, make_shop
from tests.paths import DOCS

pytestmark = pytest.mark.django_db

verify = runpy.run_path(str(DOCS / "verify_packet.py"))["verify"]
WEEK = 7 * 86_400


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def refuses(kind: type[Refusal], act: Any, **args: Any) -> Refusal:
    """The refusal, after which nothing is new in journal and tables."""
    before = counts()
    with pytest.raises(kind) as refused:
        act(**args)
    assert counts() == before
    return refused.value


def counts() -> list[Any]:
    tables = (Entry, RedPacket, PacketClaim, Promotion, Coupon)
    states = sorted(RedPacket.objects.values_list("pk", "state"))
    return [table.objects.count() for table in tables] + states


def published(packet_id: int) -> dict[str, Any]:
    """The public file as it goes over the wire."""
    proof: dict[str, Any] = json.loads(
        json.dumps(asdict(reads.packet_proof(packet_id)), default=str)
    )
    return proof


@pytest.mark.row("R-051", "LM-104")
def test_a_red_packet_from_the_promise_to_the_rest(shop: Shop) -> None:
    made = draft(shop, number=5, total_fen=1_200)
    by: dict[str, Any] = {"packet_id": made.id, "by": shop.by}
    promised = actions.publish_packet(**by, now=NOW)
    assert actions.publish_packet(**by, now=NOW) == promised
    row = RedPacket.objects.get()
    seed = decrypt_text(row.seed_encrypted)
    assert promised.commit == commitment(seed)
    assert not any(seed in entry.body for entry in Entry.objects.all())
    refuses(PacketStateWrong, grab, shop=shop, packet_id=made.id, viewer_id=1)
    actions.open_packet(**by, now=NOW)
    due = portions(seed, spec_of(number=5, total_fen=1_200))
    mine = [grab(shop, made.id, viewer, at=viewer) for viewer in (1, 2, 3)]
    assert [portion.fen for portion in mine] == due[:3]
    assert [portion.place for portion in mine] == [1, 2, 3]
    assert mine[0].good_until == after(1 + WEEK)
    assert grab(shop, made.id, 1, at=9) == mine[0]
    # What large claims ask for is done for all: each stands in the proof as it happens (LM-105).
    shown = published(made.id)
    assert (shown["seed"], shown["returned_fen"]) == ("", None)
    assert [one["fen"] for one in shown["portions"]] == due[:3]
    assert shown["portions"][1]["token"] == mine[1].token
    refuses(PacketNotNow, actions.finish_packet, **by, now=after(59))
    assert refuses(PacketRefused, grab, shop=shop, packet_id=made.id, viewer_id=4, at=60).data == {
        "reason": "over",
        "zh": "已结束",
        "en": "it has ended",
    }
    assert actions.run_due_packets(now=after(59)) == 0
    assert actions.run_due_packets(now=after(60)) == 1
    assert actions.run_due_packets(now=after(61)) == 0
    (end,) = facts(told.PacketFinished)
    assert end == told.PacketFinished(
        packet_id=made.id,
        title="开播红包",
        seed=seed,
        claims=3,
        claimed_fen=sum(due[:3]),
        returned=2,
        returned_fen=sum(due[3:]),
    )
    proof = published(made.id)
    assert verify(proof) == []
    assert proof["returned_fen"] == 1_200 - sum(due[:3])
    assert "viewer" not in json.dumps(proof)
    credit = Promotion.objects.get()
    assert (credit.budget_fen, credit.uses_total, credit.coupons_given) == (sum(due[:3]), 3, 3)
    assert grab(shop, made.id, 1, at=99) == mine[0]
    refuses(PacketRefused, grab, shop=shop, packet_id=made.id, viewer_id=4, at=99)


def test_the_last_portion_ends_it(shop: Shop) -> None:
    opened = open_one(shop, split="equal", number=3, total_fen=1_000)
    fens = [grab(shop, opened.id, viewer).fen for viewer in (1, 2, 3)]
    assert fens == [334, 333, 333]
    refused = refuses(PacketRefused, grab, shop=shop, packet_id=opened.id, viewer_id=4)
    assert refused.data["reason"] == "gone"
    (end,) = facts(told.PacketFinished)
    assert isinstance(end, told.PacketFinished)
    assert (end.claims, end.claimed_fen, end.returned, end.returned_fen) == (3, 1_000, 0, 0)
    assert verify(published(opened.id)) == []
    finished = actions.finish_packet(packet_id=opened.id, by=shop.by, now=after(2))
    assert (finished.state, finished.finished_at) == ("finished", after(1))


def test_a_portion_takes_off_exactly_what_it_is(shop: Shop) -> None:
    """Each is a coupon of its own amount without a threshold, honoured to the last fen."""
    opened = open_one(shop)
    fens = {viewer: grab(shop, opened.id, viewer).fen for viewer in (1, 2, 3, 4)}
    assert sum(fens.values()) == 1_000
    for viewer, fen in fens.items():
        (coupon,) = reads.coupons_of(viewer, org_id=shop.org_id)
        assert coupon.terms["benefit"]["fen"] == fen
        assert quote(shop, viewer_id=viewer).total_fen == 9_900 - fen
        used = use(shop, viewer_id=viewer)
        assert used.quote.total_fen == 9_900 - fen
        actions.mark_uses_sold(use_ids=used.use_ids, now=NOW)
    assert quote(shop, viewer_id=5).total_fen == 9_900
    credit = Promotion.objects.get()
    assert (credit.off_fen, credit.budget_fen, credit.uses_spent) == (1_000, 1_000, 4)
    claimed = [fact.off_fen for fact in facts(told.CouponClaimed)]  # type: ignore[attr-defined]
    assert claimed == list(fens.values())


def test_a_portion_unused_expires_with_its_time(shop: Shop) -> None:
    opened = open_one(shop)
    grab(shop, opened.id, 1)
    assert quote(shop, viewer_id=1, at=WEEK).total_fen < 9_900
    assert quote(shop, viewer_id=1, at=WEEK + 1).total_fen == 9_900
    assert actions.expire_coupons(now=after(WEEK + 1)) == 1
    assert Coupon.objects.get().state == "expired"


@pytest.mark.row("LM-101", "LM-103")
def test_nothing_opens_unsaid_and_nothing_said_changes(shop: Shop) -> None:
    bare = draft(shop, number=None, organiser="")
    by: dict[str, Any] = {"packet_id": bare.id, "by": shop.by, "now": NOW}
    refused = refuses(PacketIncomplete, actions.publish_packet, **by)
    assert refused.data["missing"] == ["number", "organiser"]
    refuses(PacketStateWrong, actions.open_packet, **by)
    assert reads.packet_cards(1, org_id=shop.org_id, show_id=SHOW) == []
    refuses(NoSuchPacket, reads.packet_proof, packet_id=bare.id)
    actions.save_packet(spec=spec_of(), request_key="whole", **by)
    actions.publish_packet(**by)
    (card,) = reads.packet_cards(1, org_id=shop.org_id, show_id=SHOW)
    assert (card.left, card.portion, card.terms["total_fen"]) == (4, None, 1_000)
    assert card.way_zh
    more = {"spec": spec_of(total_fen=2_000, most_fen=900), "request_key": "more"}
    refuses(PacketStateWrong, actions.save_packet, **more, **by)


def test_the_promotion_behind_it_follows_it_alone(shop: Shop) -> None:
    made = draft(shop)
    actions.publish_packet(packet_id=made.id, by=shop.by, now=NOW)
    credit = Promotion.objects.get()
    step: dict[str, Any] = {"promotion_id": credit.pk, "by": shop.by, "now": NOW}
    for act in (
        actions.undo_promotion_start,
        actions.pause_promotion,
        actions.resume_promotion,
        actions.end_promotion,
    ):
        refuses(PacketKeeps, act, **step)
    longer = Extension(budget_fen=2_000)
    refuses(PacketKeeps, actions.extend_promotion, changes=longer, **step)
    refuses(
        CouponRefused,
        actions.claim_coupon,
        promotion_id=credit.pk,
        org_id=shop.org_id,
        show_id=SHOW,
        viewer_id=1,
        request_key="k",
        now=after(1),
    )
    assert reads.coupons_on_offer(1, org_id=shop.org_id, show_id=SHOW, now=after(1)) == []
    with pytest.raises(Refusal):
        actions.make_codes(promotion_id=credit.pk, count=1, by=shop.by, now=NOW)
    with pytest.raises(Refusal):
        actions.drop_coupon(promotion_id=credit.pk, lasts_s=60, by=shop.by, now=NOW)
    cancelled = actions.cancel_packet(packet_id=made.id, by=shop.by, now=after(1))
    assert actions.cancel_packet(packet_id=made.id, by=shop.by, now=after(2)) == cancelled
    credit.refresh_from_db()
    assert (credit.state, len(facts(told.PacketCancelled))) == ("ended", 1)


def test_a_portion_below_the_floor_is_not_published(shop: Shop) -> None:
    """The floor is 50 yuan under a price of 99: 49.01 could break it, 49.00 cannot."""
    one: dict[str, Any] = {"split": "equal", "number": 1}
    made = draft(shop, **one, total_fen=4_901)
    refuses(BelowFloor, actions.publish_packet, packet_id=made.id, by=shop.by, now=NOW)
    made = draft(shop, **one, total_fen=4_900)
    actions.publish_packet(packet_id=made.id, by=shop.by, now=NOW)


def test_goods_can_be_named(shop: Shop) -> None:
    opened = open_one(shop, sku_ids=(shop.sku_id + 1,))
    grab(shop, opened.id, 1)
    assert quote(shop, viewer_id=1).total_fen == 9_900


@pytest.mark.row("LM-104")
def test_staff_affiliates_and_strangers_get_nothing(shop: Shop) -> None:
    opened = open_one(shop, audience="follower")
    viewer, staff = (drawing.viewer_of(shop, number) for number in (1, 2))
    follow(viewer_id=staff, org_id=shop.org_id, now=NOW)
    actions.bar_viewer(viewer_id=staff, reason="staff", by=shop.by, now=NOW)
    for who, reason in ((viewer, "not_for_you"), (staff, "barred")):
        refused = refuses(PacketRefused, grab, shop=shop, packet_id=opened.id, viewer_id=who)
        assert refused.data["reason"] == reason
    follow(viewer_id=viewer, org_id=shop.org_id, now=NOW)
    assert grab(shop, opened.id, viewer).place == 1


@pytest.mark.row("LM-102")
def test_what_one_viewer_wins_in_a_show_stays_within_the_cap(shop: Shop) -> None:
    """A draw they stand in counts with its top prize, before and after it is drawn."""
    gold = Prize(name="金条", value_fen=5_000_000 - 399, proof="金价", count=1)
    drawn = drawing.open_one(shop, prizes=(gold,))
    inside, outside = (drawing.viewer_of(shop, number) for number in (1, 2))
    drawing.join(shop, drawn.id, inside)
    opened = open_one(shop)
    refused = refuses(PacketRefused, grab, shop=shop, packet_id=opened.id, viewer_id=inside)
    assert refused.data["reason"] == "over_cap"
    assert grab(shop, opened.id, outside).place == 1
    drawing.finish(shop, drawn.id)
    refuses(PacketRefused, grab, shop=shop, packet_id=opened.id, viewer_id=inside, at=59)
    with pytest.raises(IntegrityError), transaction.atomic():
        PacketClaim.objects.update(fen=5_000_001)


def _may_enter(shop: Shop, draw_id: int, viewer_id: int) -> bool:
    try:
        drawing.join(shop, draw_id, viewer_id)
    except Refusal:
        return False
    return True


def test_portions_count_when_a_draw_is_entered(shop: Shop) -> None:
    opened = open_one(shop, split="equal", total_fen=1_600)
    viewer = drawing.viewer_of(shop, 1)
    assert grab(shop, opened.id, viewer).fen == 400
    for over, may in ((1, False), (0, True)):
        gold = Prize(name="金条", value_fen=5_000_000 - 400 + over, proof="金价", count=1)
        drawn = drawing.open_one(shop, prizes=(gold,))
        assert _may_enter(shop, drawn.id, viewer) is may
        drawing.finish(shop, drawn.id)


def test_one_at_a_time_and_nobody_waits_for_what_never_opened(shop: Shop) -> None:
    first = open_one(shop)
    second = draft(shop)
    by: dict[str, Any] = {"packet_id": second.id, "by": shop.by}
    actions.publish_packet(**by, now=NOW)
    refuses(PacketAlreadyOn, actions.open_packet, **by, now=NOW)
    refuses(PacketStateWrong, actions.cancel_packet, packet_id=first.id, by=shop.by, now=NOW)
    assert actions.run_due_packets(now=after(60)) == 2
    assert dict(RedPacket.objects.values_list("pk", "state")) == {
        first.id: "finished",
        second.id: "cancelled",
    }
    # Nobody had a portion of either: both promotions are over and hold no money.
    assert set(Promotion.objects.values_list("state", flat=True)) == {"ended"}


def test_steps_out_of_their_order_write_nothing(shop: Shop) -> None:
    made = draft(shop)
    by: dict[str, Any] = {"packet_id": made.id, "by": shop.by}
    for step in (actions.open_packet, actions.finish_packet):
        refuses(PacketStateWrong, step, **by, now=NOW)
    refuses(PacketNotNow, actions.publish_packet, **by, now=after(60))
    actions.publish_packet(**by, now=NOW)
    refuses(PacketNotNow, actions.open_packet, **by, now=after(-1))
    refuses(PacketNotNow, actions.open_packet, **by, now=after(60))
    opened = actions.open_packet(**by, now=NOW)
    assert actions.open_packet(**by, now=after(1)) == opened
    assert [len(facts(kind)) for kind in (told.PacketPublished, told.PacketOpened)] == [1, 1]
    wrong = {"request_key": "k", "by": shop.by, "now": NOW}
    refuses(WindowCannotBe, actions.save_packet, spec=spec_of(closes_at=NOW), **wrong)
    day = spec_of(closes_at=after(86_401))
    refuses(WindowCannotBe, actions.save_packet, spec=day, **wrong)
    refuses(BadInput, actions.save_packet, spec=spec_of(number=2_001), **wrong)


def test_red_packets_are_each_shops_own(shop: Shop) -> None:
    opened = open_one(shop)
    dai = make_shop("dai")
    assert reads.packets(dai.org_id, SHOW) == []
    assert reads.packet_cards(1, org_id=dai.org_id, show_id=SHOW) == []
    refuses(NoSuchPacket, grab, shop=dai, packet_id=opened.id, viewer_id=1)
    refuses(NoSuchPacket, actions.finish_packet, packet_id=opened.id, by=dai.by, now=after(60))
    made = actions.save_packet(spec=spec_of(), request_key="dai", by=dai.by, now=NOW)
    assert facts(told.PacketSaved) == []
    refuses(PacketWithoutShow, actions.publish_packet, packet_id=made.id, by=dai.by, now=NOW)
