"""Coupons as prizes: kept, valued, given exactly once to who wins, or let go."""

from typing import Any

import msgspec
import pytest
from django.db import IntegrityError, transaction

from kaibo.base.errors import Refusal
from kaibo.facts import promotions as told
from kaibo.promotions import actions, reads
from kaibo.promotions.actions import Favour, Prize
from kaibo.promotions.actions.coupons import put_in_purses
from kaibo.promotions.errors import (
    BelowFloor,
    CouponRefused,
    DrawIncomplete,
    DrawStateWrong,
    DrawTermsStand,
    EntryRefused,
    PacketRefused,
    PrizeAboveCap,
    PrizeCouponCannotBe,
    PrizeKeeps,
    PromotionCannotBe,
)
from kaibo.promotions.models import Award, Coupon, Draw, Promotion
from kaibo.promotions.rules import AmountOff, AtLeastFen, PercentOff
from kaibo.promotions.rules.draws import PRIZE_FEN_MAX, DrawSpec, coupons_in, valued
from kaibo.promotions.tests import drawing, packing, promoting, quizzing
from kaibo.promotions.tests.drawing import CREAMS, finish, join, viewer_of
from kaibo.promotions.tests.packing import grab
from kaibo.promotions.tests.prizing import counts, kept, refuses, won
from kaibo.promotions.tests.promoting import DAY, GOOD, prize_of, quote
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after, facts, make_shop

pytestmark = pytest.mark.django_db


@pytest.mark.row("R-051", "R-058", "LM-102")
def test_a_coupon_is_kept_valued_and_in_the_winners_purse_with_the_result(shop: Shop) -> None:
    promotion = prize_of(shop)
    things = (won(promotion, 2), CREAMS)
    made = drawing.draft(shop, prizes=things)
    published = actions.publish_draw(draw_id=made.id, by=shop.by, now=NOW)
    assert published.terms["prizes"][0]["value_fen"] == 1_000
    assert kept(promotion) == (2, 0)
    # What became public is told: whoever replays the facts knows the worth.
    said = [fact.terms["prizes"][0]["value_fen"] for fact in promoting.told(told.DrawSaved)]
    assert said == [None, 1_000]
    actions.open_draw(draw_id=made.id, by=shop.by, now=NOW)
    viewers = [viewer_of(shop, number) for number in range(6)]
    for viewer in viewers:
        join(shop, made.id, viewer)
    finish(shop, made.id, at=60)
    coupons = {one.viewer_id: one for one in Coupon.objects.all()}
    awards = list(Award.objects.order_by("prize_no", "pk"))
    assert [(one.prize_no, one.state) for one in awards] == [
        (1, "given"),
        (1, "given"),
        (2, "awarded"),
        (2, "awarded"),
    ]
    assert {one.viewer_id: one.coupon for one in awards if one.coupon} == coupons
    for award in awards[:2]:
        coupon = coupons[award.viewer_id]
        assert (coupon.promotion_id, coupon.state) == (promotion.pk, "open")
        assert (coupon.claimed_at, coupon.good_until) == (after(60), after(60 + GOOD))
        assert (award.value_fen, award.claimed_at) == (1_000, after(60))
        assert quote(shop, viewer_id=award.viewer_id, at=61).total_fen == 8_900
    assert kept(promotion) == (0, 2)
    (revealed,) = facts(told.DrawRevealed)
    assert isinstance(revealed, told.DrawRevealed)
    assert [one.coupon_id for one in revealed.awards] == [one.coupon_id for one in awards]
    claimed = promoting.told(told.CouponClaimed)
    assert [(one.by, one.coupon_id) for one in claimed] == [
        ("draw", one.coupon_id) for one in awards[:2]
    ]
    (card,) = reads.draw_cards(awards[0].viewer_id, org_id=shop.org_id, show_id=SHOW)
    assert card.award is not None
    assert (card.award.state, card.award.good_until) == ("given", after(60 + GOOD))
    # It cannot be claimed or sent as a thing is.
    for act in (
        {"act": drawing.claim, "shop": shop, "viewer_id": awards[0].viewer_id},
        {"act": actions.ship_prize, "by": shop.by, "now": after(61)},
    ):
        refuses(DrawStateWrong, award_id=awards[0].pk, **act)


def test_what_nobody_won_is_let_go(shop: Shop) -> None:
    promotion = prize_of(shop)
    opened = drawing.open_one(shop, prizes=(won(promotion, 5),), claim_days=None, claim_how="")
    assert kept(promotion) == (5, 0)
    join(shop, opened.id, viewer_of(shop, 1))
    drawn = finish(shop, opened.id)
    assert kept(promotion) == (0, 1)
    # Nobody has to claim anything, so nothing is waited for.
    assert drawn.lapses_at == after(60)
    assert actions.settle_due_draws(now=after(60)) == 1
    assert Award.objects.get().state == "given"
    cancelled = drawing.draft(shop, prizes=(won(promotion, 9),))
    by: dict[str, Any] = {"draw_id": cancelled.id, "by": shop.by, "now": NOW}
    actions.publish_draw(**by)
    assert kept(promotion) == (9, 1)
    for _ in range(2):
        actions.cancel_draw(**by)
    assert kept(promotion) == (0, 1)
    never = drawing.draft(shop, prizes=(won(promotion, 9),))
    actions.cancel_draw(draw_id=never.id, by=shop.by, now=NOW)
    assert kept(promotion) == (0, 1)


@pytest.mark.row("R-051")
def test_a_result_that_is_told_again_or_broken_off_gives_each_winner_one(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that dies after the coupons and before the commit has given none."""
    promotion = prize_of(shop)
    opened = drawing.open_one(shop, prizes=(won(promotion, 3),))
    for number in range(3):
        join(shop, opened.id, viewer_of(shop, number))
    by: dict[str, Any] = {"draw_id": opened.id, "by": shop.by}
    actions.close_draw(**by, now=after(60))
    before = counts()

    def dies(*args: Any, **more: Any) -> Any:
        assert len(put_in_purses(*args, **more)) == 3
        raise KeyboardInterrupt

    monkeypatch.setattr("kaibo.promotions.actions.prizes.put_in_purses", dies)
    with pytest.raises(KeyboardInterrupt):
        actions.reveal_draw(**by, now=after(60))
    assert counts() == before
    monkeypatch.undo()
    first = actions.reveal_draw(**by, now=after(61))
    assert actions.reveal_draw(**by, now=after(62)) == first
    assert actions.run_due_draws(now=after(63)) == 0
    assert sorted(Coupon.objects.values_list("viewer_id", flat=True)) == sorted(
        Award.objects.values_list("viewer_id", flat=True)
    )
    assert (Coupon.objects.count(), kept(promotion)) == (3, (0, 3))
    # The table says it again: one coupon of a draw for a viewer, one award for a coupon.
    one, other = Award.objects.order_by("pk")[:2]
    with pytest.raises(IntegrityError), transaction.atomic():
        Coupon.objects.filter(viewer_id=one.viewer_id).update(viewer_id=other.viewer_id)
    for coupon_id in (other.coupon_id, None):
        with pytest.raises(IntegrityError), transaction.atomic():
            Award.objects.filter(pk=one.pk).update(coupon_id=coupon_id)


def test_a_limit_per_buyer_takes_no_prize_away(shop: Shop) -> None:
    """Such a coupon cannot be saved as a prize; who wins twice and has a portion has three."""
    refused = refuses(PromotionCannotBe, prize_of, shop=shop, per_buyer_max=1)
    assert refused.data["field"] == "unlock"
    for wrong in ({"audience": "new"}, {"got": "code"}):
        refuses(PromotionCannotBe, prize_of, shop=shop, **wrong)
    promotion, viewer = prize_of(shop), viewer_of(shop, 1)
    for _ in range(2):
        opened = drawing.open_one(shop, prizes=(won(promotion, 1),))
        join(shop, opened.id, viewer)
        finish(shop, opened.id)
    packet = packing.open_one(shop, promotion_id=promotion.pk)
    grab(shop, packet.id, viewer)
    mine = Coupon.objects.filter(viewer_id=viewer, promotion=promotion)
    assert (mine.count(), kept(promotion)) == (3, (3, 3))
    # Nobody has one in another way.
    refuses(CouponRefused, promoting.give, shop=shop, promotion=promotion, viewer_id=viewer)
    assert reads.coupons_on_offer(viewer, org_id=shop.org_id, show_id=SHOW, now=NOW) == []


@pytest.mark.row("LM-101", "LM-103")
def test_only_what_can_be_honoured_is_promised(shop: Shop) -> None:
    def why(promotion: Promotion, count: int = 1) -> str:
        made = drawing.draft(shop, prizes=(won(promotion, count),))
        by: dict[str, Any] = {"draw_id": made.id, "by": shop.by, "now": NOW}
        refused = refuses(PrizeCouponCannotBe, actions.publish_draw, **by)
        assert "不能作为奖品" in refused.message("zh")
        return str(refused.data["why_en"])

    coupon: dict[str, Any] = {"of": {"stacking": "coupon"}, "got": "claim"}
    assert why(promoting.run(shop, **coupon)) == "it has to be got as a prize"
    assert why(prize_of(shop, show_id=SHOW + 1)) == "it is for another show"
    assert why(prize_of(shop), 11) == "it has too few left"
    assert why(prize_of(shop, budget_fen=1_999), 2) == "it has too few left"
    assert "has to be known" in why(prize_of(shop, PercentOff(1_000)))
    # Three days of validity and one beyond the close of the draw.
    enough = 60 + GOOD + DAY
    assert "end at" in why(prize_of(shop, ends_at=after(enough - 1)))
    late = prize_of(shop, starts_at=after(1))
    assert "run from the start on" in why(late)
    draft = promoting.save(shop, AmountOff(1_000), **coupon, unlock="prize")
    assert why(Promotion.objects.get(pk=draft.id)) == "start it first"
    made = drawing.draft(shop, prizes=(won(prize_of(shop, ends_at=after(enough))),))
    actions.publish_draw(draw_id=made.id, by=shop.by, now=NOW)
    unsaid = drawing.draft(shop, prizes=(Prize(name="券", kind="coupon", count=1),))
    by: dict[str, Any] = {"draw_id": unsaid.id, "by": shop.by, "now": NOW}
    assert refuses(DrawIncomplete, actions.publish_draw, **by).data["missing"] == ["coupon"]


def test_promised_coupons_go_nowhere_else_and_their_promotion_runs_on(shop: Shop) -> None:
    promotion = prize_of(shop)
    opened = drawing.open_one(shop, prizes=(won(promotion, 7),))
    packet = packing.draft(shop, promotion_id=promotion.pk, number=4)
    refuses(PrizeCouponCannotBe, actions.publish_packet, packet_id=packet.id, by=shop.by, now=NOW)
    step: dict[str, Any] = {"promotion_id": promotion.pk, "by": shop.by, "now": after(1)}
    stops = (actions.pause_promotion, actions.end_promotion, actions.undo_promotion_start)
    for stop in stops:
        refuses(PrizeKeeps, stop, **step)
    with pytest.raises(IntegrityError), transaction.atomic():
        Promotion.objects.filter(pk=promotion.pk).update(coupons_promised=11)
    finish(shop, opened.id)
    actions.end_promotion(**step)


@pytest.mark.row("LM-103")
def test_more_coupons_are_kept_when_prizes_are_added(shop: Shop) -> None:
    ten, twenty = prize_of(shop), prize_of(shop, AmountOff(2_000))
    opened = drawing.open_one(shop, prizes=(won(ten, 2),))
    (was,) = Draw.objects.get(pk=opened.id).spec.prizes
    by: dict[str, Any] = {"draw_id": opened.id, "by": shop.by, "now": after(1)}

    def add(*prizes: Prize) -> Any:
        return actions.change_draw(changes=Favour(prizes=prizes), **by)

    more = msgspec.structs.replace(was, count=4)
    changed = add(more, won(twenty, 3), won(ten, 1))
    assert [one["value_fen"] for one in changed.terms["prizes"]] == [1_000, 2_000, 1_000]
    assert (kept(ten), kept(twenty)) == ((5, 0), (3, 0))
    stand = Draw.objects.get(pk=opened.id).spec.prizes
    assert add(*stand).version == changed.version == 2
    for less in (msgspec.structs.replace(stand[0], promotion_id=twenty.pk), was):
        refuses(
            DrawTermsStand, actions.change_draw, changes=Favour(prizes=(less, *stand[1:])), **by
        )
    over = (*stand, won(twenty, 8))
    refuses(PrizeCouponCannotBe, actions.change_draw, changes=Favour(prizes=over), **by)
    for number in range(9):
        join(shop, opened.id, viewer_of(shop, number))
    finish(shop, opened.id)
    assert (kept(ten), kept(twenty)) == ((0, 5), (0, 3))


@pytest.mark.row("LM-102")
def test_a_coupon_counts_for_the_cap_by_its_worth(shop: Shop) -> None:
    """Of a coupon the most that it takes off: 50,000.00 yuan passes, 50,000.01 does not."""
    far = {"stacking": "coupon", "condition": AtLeastFen(100_000_000)}
    top, over = (
        prize_of(shop, AmountOff(fen), of=far) for fen in (PRIZE_FEN_MAX, PRIZE_FEN_MAX + 1)
    )
    made = drawing.draft(shop, prizes=(won(over, 1, value_fen=1),))
    refused = refuses(PrizeAboveCap, actions.publish_draw, draw_id=made.id, by=shop.by, now=NOW)
    assert refused.data["value_fen"] == PRIZE_FEN_MAX + 1
    packet = packing.draft(shop, promotion_id=over.pk)
    refuses(PrizeAboveCap, actions.publish_packet, packet_id=packet.id, by=shop.by, now=NOW)
    viewer = viewer_of(shop, 1)
    opened = drawing.open_one(shop, prizes=(won(top, 1),))
    join(shop, opened.id, viewer)
    # Standing there, and afterwards having won, leaves no room for one fen more in this show.
    ten = packing.open_one(shop, promotion_id=prize_of(shop).pk, number=2)
    refused = refuses(PacketRefused, grab, shop=shop, packet_id=ten.id, viewer_id=viewer)
    assert refused.data["reason"] == "over_cap"
    finish(shop, opened.id)
    refuses(PacketRefused, grab, shop=shop, packet_id=ten.id, viewer_id=viewer)
    second = drawing.open_one(shop, prizes=(won(prize_of(shop), 1),))
    refused = refuses(EntryRefused, join, shop=shop, draw_id=second.id, viewer_id=viewer)
    assert refused.data["reason"] == "over_cap"


def test_a_quiz_gives_coupons_as_a_draw_does(shop: Shop) -> None:
    promotion = prize_of(shop)
    opened = quizzing.open_one(shop, prizes=(won(promotion, 2),))
    right, wrong = viewer_of(shop, 1), viewer_of(shop, 2)
    quizzing.say_all(shop, opened.id, right)
    quizzing.say_all(shop, opened.id, wrong, q1=1)
    finish(shop, opened.id)
    assert list(Coupon.objects.values_list("viewer_id", flat=True)) == [right]
    assert kept(promotion) == (0, 1)


def test_a_prize_below_the_floor_never_starts(shop: Shop) -> None:
    """Its promotion is judged as every other, with all that can meet it: 99 - 49.01 < 50."""
    drawing.draft(shop)
    with pytest.raises(BelowFloor), transaction.atomic():
        prize_of(shop, AmountOff(4_901))
    prize_of(shop, AmountOff(4_900))


def test_shops_win_their_own_coupons(shop: Shop) -> None:
    dai = make_shop("dai")
    theirs = prize_of(dai)
    made = drawing.draft(shop, prizes=(won(theirs),))
    refuses(Refusal, actions.publish_draw, draw_id=made.id, by=shop.by, now=NOW)
    packet = packing.draft(shop, promotion_id=theirs.pk)
    refuses(Refusal, actions.publish_packet, packet_id=packet.id, by=shop.by, now=NOW)
    assert kept(theirs) == (0, 0)


def test_worth_is_set_for_coupons_alone() -> None:
    spec = DrawSpec(
        show_id=1,
        title="t",
        prizes=(
            CREAMS,
            Prize(name="a", kind="coupon", promotion_id=7, count=2, value_fen=1),
            Prize(name="b", kind="coupon", promotion_id=8, count=1),
            Prize(name="c", kind="coupon", promotion_id=7, count=1),
        ),
    )
    found = [prize.value_fen for prize in valued(spec, {7: 500, 8: 900}).prizes]
    assert found == [9_900, 500, 900, 500]
    assert [prize.value_fen for prize in valued(spec, {7: 600}, after=3).prizes] == [
        9_900,
        1,
        None,
        600,
    ]
    assert coupons_in(spec.prizes) == {7: 3, 8: 1}
