"""Promotions as rows: saved, started, at work in orders, given back, returned."""

import contextlib
import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from kaibo.audience.actions import enter
from kaibo.base.errors import NumberOutOfRange, Refusal
from kaibo.compliance.errors import WordsBlocked, WordsUnconfirmed
from kaibo.compliance.reads import findings
from kaibo.facts.promotions import (
    PromotionSaved,
    PromotionStarted,
    PromotionsUsed,
    StackingRuleSet,
    UsesMoved,
)
from kaibo.promotions import actions, reads
from kaibo.promotions.errors import (
    BelowFloor,
    CouponCannotBeUsed,
    PromotionCannotBe,
    PromotionStateWrong,
    PromotionUsedUp,
    StackingStands,
    UnknownAudience,
    WindowCannotBe,
)
from kaibo.promotions.models import Coupon, Promotion, PromotionUse
from kaibo.promotions.reads.basket import Buyer, offered_to
from kaibo.promotions.rules import AmountOff, CheapestFree, Gift, PercentOff
from kaibo.promotions.tests.promoting import (
    DAY,
    basket,
    counters,
    give,
    quote,
    run,
    save,
    spec_of,
    told,
    use,
    wish,
)
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after, make_shop

pytestmark = pytest.mark.django_db


def test_a_draft_prices_nothing_and_a_started_one_does(shop: Shop) -> None:
    draft = save(shop)
    assert quote(shop).total_fen == 9_900
    actions.start_promotion(promotion_id=draft.id, by=shop.by, now=NOW)
    assert quote(shop).total_fen == 9_400
    assert quote(shop, at=-1).total_fen == 9_900
    assert quote(shop, at=DAY).total_fen == 9_900
    assert [fact.promotion_id for fact in told(PromotionSaved)] == [draft.id]
    assert [fact.promotion_id for fact in told(PromotionStarted)] == [draft.id]


def test_pausing_resuming_ending(shop: Shop) -> None:
    row = run(shop)
    step: dict[str, Any] = {"promotion_id": row.pk, "by": shop.by, "now": NOW}
    for act, state, total in (
        (actions.pause_promotion, "paused", 9_900),
        (actions.pause_promotion, "paused", 9_900),
        (actions.resume_promotion, "running", 9_400),
        (actions.end_promotion, "ended", 9_900),
        (actions.end_promotion, "ended", 9_900),
    ):
        assert act(**step).state == state
        assert quote(shop).total_fen == total
    with pytest.raises(PromotionStateWrong):
        actions.resume_promotion(**step)


def test_an_order_holds_spends_gives_back_retakes_and_returns(shop: Shop) -> None:
    row = run(shop, AmountOff(501), uses_total=1, budget_fen=501)
    used = use(shop, wish(shop, key="x"), wish(shop, key="y"))
    assert used.quote.total_fen == 19_299
    assert counters(row) == (1, 0, 0, 501)
    (kept,) = reads.uses(used.use_ids, org_id=shop.org_id)
    assert kept.shares == [
        {"key": "x", "fen": 251, "payers": {"shop": 251}},
        {"key": "y", "fen": 250, "payers": {"shop": 250}},
    ]
    move: dict[str, Any] = {"use_ids": used.use_ids, "now": after(60)}
    for act, expected in (
        (actions.give_back_uses, (0, 0, 0, 0)),
        (actions.give_back_uses, (0, 0, 0, 0)),
        (actions.retake_uses, (0, 1, 0, 501)),
        (actions.mark_uses_sold, (0, 1, 0, 501)),
        (actions.return_uses, (0, 0, 0, 0)),
        (actions.return_uses, (0, 0, 0, 0)),
    ):
        act(**move)
        assert counters(row) == expected, act
    assert len(told(PromotionsUsed)) == 1
    assert [fact.verb for fact in told(UsesMoved)] == ["give_back", "retake", "return"]


def test_what_ran_out_is_left_out_and_told(shop: Shop) -> None:
    run(shop, uses_total=1)
    use(shop)
    second = use(shop, viewer_id=2)
    assert (second.quote.total_fen, second.use_ids) == (9_900, ())
    assert [note.why for note in second.notes] == ["used_up"]


def test_the_limit_of_one_buyer_and_the_budget(shop: Shop) -> None:
    run(shop, per_buyer_max=1)
    run(shop, AmountOff(300), budget_fen=500, of={"stacking": "platform"})
    assert use(shop).quote.total_fen == 9_100
    again = use(shop)
    assert again.quote.total_fen == 9_900
    assert sorted(note.why for note in again.notes) == ["buyer_limit", "no_budget"]
    assert use(shop, viewer_id=2).quote.total_fen == 9_400


def test_a_late_payment_finds_the_stock_gone(shop: Shop) -> None:
    row = run(shop, uses_total=1)
    late = use(shop)
    actions.give_back_uses(use_ids=late.use_ids, now=NOW)
    use(shop, viewer_id=2)
    with pytest.raises(PromotionUsedUp):
        actions.retake_uses(use_ids=late.use_ids, now=NOW)
    assert counters(row) == (1, 0, 0, 500)


def test_audiences_are_declared_traits(shop: Shop) -> None:
    with pytest.raises(UnknownAudience):
        save(shop, audience="iphone")
    run(shop, audience="new")
    run(shop, AmountOff(100), audience="returning", of={"stacking": "platform"})
    run(shop, AmountOff(200), audience="follower", of={"stacking": "coupon"})
    viewer = enter(org_id=shop.org_id, device="a" * 24, nickname="甲", now=NOW).id
    first = use(shop, viewer_id=viewer)
    assert first.quote.total_fen == 9_400
    actions.mark_uses_sold(use_ids=first.use_ids, now=NOW)
    assert quote(shop, viewer_id=viewer).total_fen == 9_800


def test_two_viewers_alike_see_one_price(shop: Shop) -> None:
    run(shop, PercentOff(1_000))
    run(shop, AmountOff(100), audience="new", of={"stacking": "platform"})
    names = {quote(shop, viewer_id=id) for id in range(1, 6)}
    assert len(names) == 1


def test_a_coupon_is_held_spent_and_comes_back(shop: Shop) -> None:
    row = run(shop, got="claim", of={"stacking": "coupon"})
    assert quote(shop).total_fen == 9_900
    coupon = give(shop, row)
    assert quote(shop).total_fen == 9_400
    assert quote(shop, coupon_ids=()).total_fen == 9_900
    assert quote(shop, viewer_id=2).total_fen == 9_900
    used = use(shop, coupon_ids=[coupon.id])
    stored = Coupon.objects.get()
    assert stored.state == "held"
    with pytest.raises(CouponCannotBeUsed):
        use(shop, coupon_ids=[coupon.id])
    for act, state in (
        (actions.give_back_uses, "open"),
        (actions.retake_uses, "used"),
        (actions.return_uses, "open"),
    ):
        act(use_ids=used.use_ids, now=after(60))
        stored.refresh_from_db()
        assert stored.state == state
    assert actions.expire_coupons(now=after(DAY)) == 1
    assert actions.expire_coupons(now=after(DAY)) == 0


def test_a_coupon_refunded_after_its_time_stays_used(shop: Shop) -> None:
    row = run(shop, got="claim", coupon_lasts_s=60)
    give(shop, row)
    used = use(shop)
    actions.mark_uses_sold(use_ids=used.use_ids, now=after(30))
    actions.return_uses(use_ids=used.use_ids, now=after(60))
    assert Coupon.objects.get().state == "used"
    assert PromotionUse.objects.get().state == "returned"
    assert counters(row) == (0, 0, 1, 0)


def test_a_claimed_coupon_outlives_a_pause_and_an_end(shop: Shop) -> None:
    row = run(shop, got="claim")
    give(shop, row)
    actions.pause_promotion(promotion_id=row.pk, by=shop.by, now=NOW)
    assert quote(shop).total_fen == 9_400
    actions.end_promotion(promotion_id=row.pk, by=shop.by, now=NOW)
    assert quote(shop).total_fen == 9_400
    assert quote(shop, at=DAY).total_fen == 9_900


def test_below_the_floor_nothing_is_held(shop: Shop) -> None:
    row = run(shop, AmountOff(500))
    with pytest.raises(BelowFloor) as caught:
        use(shop, wish(shop, price_fen=5_400))
    assert caught.value.data["combination"] == [{"zh": "立减", "en": "Off"}]
    assert counters(row) == (0, 0, 0, 0)
    assert not PromotionUse.objects.exists()
    assert not told(PromotionsUsed)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"ends_at": NOW}, WindowCannotBe),
        ({"starts_at": after(-2), "ends_at": after(-1)}, WindowCannotBe),
        ({"ends_at": NOW + dt.timedelta(days=500)}, WindowCannotBe),
        ({"uses_total": 0}, NumberOutOfRange),
        ({"benefit": Gift(1, 1, 600)}, PromotionCannotBe),
        ({"unlock": "drop"}, PromotionCannotBe),
        ({"got": "claim", "unlock": "watch"}, PromotionCannotBe),
        ({"got": "claim", "keyword": "上车"}, PromotionCannotBe),
        ({"got": "claim", "benefit": PercentOff(1_000), "budget_fen": 10_000}, PromotionCannotBe),
        ({"got": "claim", "benefit": CheapestFree(), "budget_fen": 10_000}, PromotionCannotBe),
        ({"got": "claim", "budget_fen": 499}, PromotionCannotBe),
    ],
)
def test_what_cannot_be_is_not_kept(
    shop: Shop, changes: dict[str, object], error: type[Refusal]
) -> None:
    with pytest.raises(error):
        save(shop, **changes)  # type: ignore[arg-type]
    assert not Promotion.objects.exists()
    assert not told(PromotionSaved)


def test_saving_is_safe_to_repeat_and_a_draft_can_be_changed(shop: Shop) -> None:
    spec = spec_of()
    first = actions.save_promotion(spec=spec, request_key="k", by=shop.by, now=NOW)
    assert actions.save_promotion(spec=spec, request_key="k", by=shop.by, now=NOW) == first
    changed = spec_of(AmountOff(700))
    draft: dict[str, Any] = {"promotion_id": first.id, "by": shop.by, "now": NOW}
    actions.save_promotion(spec=changed, request_key="k2", **draft)
    actions.start_promotion(**draft)
    assert quote(shop).total_fen == 9_200
    with pytest.raises(PromotionStateWrong):
        actions.save_promotion(spec=spec, request_key="k3", **draft)


def test_a_start_is_undone_while_nobody_used_it(shop: Shop) -> None:
    row = run(shop)
    undo: dict[str, Any] = {"promotion_id": row.pk, "by": shop.by}
    assert actions.undo_promotion_start(**undo, now=after(60)).state == "draft"
    actions.start_promotion(**undo, now=after(60))
    with pytest.raises(PromotionStateWrong):
        actions.undo_promotion_start(**undo, now=after(121))
    use(shop, at=90)
    with pytest.raises(PromotionStateWrong):
        actions.undo_promotion_start(**undo, now=after(91))


def test_another_shops_promotions_do_not_exist(shop: Shop) -> None:
    row = run(shop)
    other = make_shop("ben")
    assert quote(other).total_fen == 9_900
    assert reads.promotions(other.org_id) == []
    with pytest.raises(Refusal):
        actions.end_promotion(promotion_id=row.pk, by=other.by, now=NOW)
    with pytest.raises(Refusal):
        reads.quote_basket(**basket(other) | {"lines": [wish(shop)]})


def test_what_was_locked_before_the_links_is_what_is_used(shop: Shop) -> None:
    run(shop)
    asked = basket(shop)
    del asked["lines"]
    among = actions.lock_promotions(**asked)
    run(shop, AmountOff(100), of={"stacking": "platform"})
    assert actions.use_promotions(**basket(shop), among=among).quote.total_fen == 9_400


@pytest.mark.row("LM-037", "LM-038")
def test_names_are_judged_when_a_promotion_starts(shop: Shop) -> None:
    """Blocked, asked for, and let go with a reason; a draft may be named anything."""
    bad = save(shop, of={"title_zh": "国家级福利"})
    with pytest.raises(WordsBlocked) as refused:
        actions.start_promotion(promotion_id=bad.id, by=shop.by, now=NOW)
    assert refused.value.data["rule_id"] == "C1.state-level"
    asked = save(shop, of={"title_zh": "专柜价399，立减"})
    with pytest.raises(WordsUnconfirmed):
        actions.start_promotion(promotion_id=asked.id, by=shop.by, now=NOW)
    assert {Promotion.objects.get(pk=one.id).state for one in (bad, asked)} == {"draft"}
    by = replace(shop.by, reason="小票已存档")
    assert actions.start_promotion(promotion_id=asked.id, by=by, now=NOW).state == "running"
    found = {
        (one.subject_kind, one.subject_id, one.confirmed_reason) for one in findings(shop.org_id)
    }
    assert found == {("promotion", bad.id, ""), ("promotion", asked.id, "小票已存档")}


@pytest.mark.row("R-058")
def test_the_shop_chooses_the_best_for_buyers_or_a_fixed_order(shop: Shop) -> None:
    """Priced and explained as the shop says; while anything is promised the rule stands."""
    assert reads.stacking_rule(shop.org_id) == "best"
    actions.set_stacking_rule(choose="priority", by=shop.by, now=NOW)
    # First in order, it takes the only line of its class and leaves nothing for the better one.
    first = run(shop, AmountOff(300), of={"priority": -1})
    run(shop, AmountOff(900))
    found, notes = reads.explain_basket(**basket(shop))
    assert [one.promotion.id for one in found.applied] == [first.pk]
    assert (found.total_fen, notes[0].why, notes[0].promotion_id) == (9_600, "priority", 0)
    for choose in ("priority", "best"):
        with contextlib.nullcontext() if choose == "priority" else pytest.raises(StackingStands):
            actions.set_stacking_rule(choose=choose, by=shop.by, now=NOW)
    assert [fact.choose for fact in told(StackingRuleSet)] == ["priority"]
    actions.set_stacking_rule(choose="best", by=shop.by, now=after(DAY))
    assert quote(shop).total_fen == 9_000


def test_a_promotion_counts_from_its_start_and_a_coupon_from_its_claim(shop: Shop) -> None:
    """So what is started or claimed now comes after all that a buyer could use before."""
    early, ticket = save(shop), run(shop, got="claim")
    running = run(shop)
    actions.start_promotion(promotion_id=early.id, by=shop.by, now=after(5))
    give(shop, ticket, at=9)
    buyer = Buyer(org_id=shop.org_id, show_id=SHOW, viewer_id=1, coupon_ids=None, now=after(10))
    assert list(offered_to(buyer)) == [running.pk, early.id, ticket.pk]
