"""Coupons: claimed, dropped by the desk, redeemed with codes, refused with a reason."""

from typing import Any

import pytest

from kaibo.base.errors import BadInput, Refusal
from kaibo.facts.promotions import CodesMade, CouponClaimed, CouponDropped
from kaibo.insight import watching
from kaibo.insight.lake import LakeEvent, lake
from kaibo.promotions import actions, reads
from kaibo.promotions.errors import (
    CodeTaken,
    CouponRefused,
    NoSuchCode,
    PromotionCannotBe,
    PromotionStateWrong,
    TooManyTries,
    WindowCannotBe,
)
from kaibo.promotions.models import CodeTry, Coupon, CouponCode, Promotion
from kaibo.promotions.rules import AmountOff
from kaibo.promotions.tests.promoting import DAY, counters, give, quote, run, save, told
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after, make_shop

pytestmark = pytest.mark.django_db


def redeem(shop: Shop, code: str, *, viewer_id: int = 1, key: str = "k", at: float = 0) -> Any:
    who: dict[str, Any] = {"org_id": shop.org_id, "show_id": SHOW, "viewer_id": viewer_id}
    return actions.redeem_code(code=code, **who, request_key=key, now=after(at))


def test_a_claim_is_told_and_safe_to_repeat(shop: Shop) -> None:
    row = run(shop, got="claim", uses_total=2, per_buyer_max=1, coupon_lasts_s=60)
    coupon = give(shop, row, key="k")
    assert give(shop, row, key="k") == coupon
    assert coupon.good_until == after(60)
    assert [fact.coupon_id for fact in told(CouponClaimed)] == [coupon.id]
    assert reads.coupons_of(1, org_id=shop.org_id) == [coupon]
    assert reads.coupons_of(2, org_id=shop.org_id) == []
    assert counters(row) == (0, 0, 1, 0)
    assert quote(shop, at=60).total_fen == 9_900


def test_a_refused_claim_says_why_and_writes_nothing(shop: Shop) -> None:
    full = run(shop, got="claim", uses_total=1)
    give(shop, full)
    mine = run(shop, got="claim", per_buyer_max=1)
    give(shop, mine)
    poor = run(shop, AmountOff(500), got="claim", budget_fen=999)
    give(shop, poor)
    tries = [
        (full, "used_up"),
        (mine, "buyer_limit"),
        (poor, "used_up"),
        (run(shop), "not_running"),
        (run(shop, got="claim", show_id=SHOW + 1), "not_running"),
        (run(shop, got="claim", starts_at=after(60)), "closed"),
        (run(shop, got="claim", unlock="drop", show_id=SHOW), "locked"),
        (run(shop, got="claim", unlock="keyword", keyword="上车"), "locked"),
        (run(shop, got="code"), "locked"),
        (run(shop, got="claim", audience="fan"), "not_for_you"),
    ]
    for row, reason in tries:
        with pytest.raises(CouponRefused) as caught:
            give(shop, row)
        assert caught.value.data["reason"] == reason
    assert Coupon.objects.count() == len(told(CouponClaimed)) == 3


def test_a_coupon_with_a_budget_is_always_kept(shop: Shop) -> None:
    """So many coupons are handed out as the budget can bear, and each of them is honoured."""
    row = run(shop, AmountOff(500), got="claim", budget_fen=1_499)
    for viewer in (1, 2):
        give(shop, row, viewer)
    with pytest.raises(CouponRefused):
        give(shop, row, 3)
    assert quote(shop, viewer_id=1).total_fen == quote(shop, viewer_id=2).total_fen == 9_400


def test_a_drop_opens_a_window(shop: Shop) -> None:
    row = run(shop, got="claim", unlock="drop", show_id=SHOW)
    drop: dict[str, Any] = {"promotion_id": row.pk, "by": shop.by, "lasts_s": 60}
    actions.drop_coupon(**drop, now=after(10))
    give(shop, row, 1, at=10)
    give(shop, row, 2, at=69)
    with pytest.raises(CouponRefused):
        give(shop, row, 3, at=70)
    view = actions.drop_coupon(**drop, now=after(30))
    assert (view.claim_from, view.claim_until) == (after(10), after(90))
    assert [fact.closes_at for fact in told(CouponDropped)] == [after(70), after(90)]
    # Who comes in between finds it, as does a room that starts anew.
    found = [reads.coupon_dropped(SHOW, now=after(at)) for at in (30, 89, 90)]
    assert [one and (one.promotion_id, one.closes_at) for one in found] == [
        (row.pk, after(90)),
        (row.pk, after(90)),
        None,
    ]
    assert reads.coupon_dropped(SHOW + 1, now=after(30)) is None
    with pytest.raises(PromotionStateWrong):
        actions.drop_coupon(promotion_id=run(shop).pk, lasts_s=60, by=shop.by, now=NOW)
    with pytest.raises(Refusal):
        actions.drop_coupon(**drop, now=after(DAY))


@pytest.mark.row("R-058")
def test_a_coupon_is_claimed_in_its_time_and_good_beyond_it(shop: Shop) -> None:
    """定时领取: told with its opening before, refused before and after, used after."""
    row = run(shop, AmountOff(500), got="claim", claim_from=after(600), claim_until=after(660))
    offers = [
        reads.coupons_on_offer(1, org_id=shop.org_id, show_id=SHOW, now=after(at))[0]
        for at in (599, 600)
    ]
    assert [offer.refused for offer in offers] == ["closed", ""]
    assert (offers[0].claim_from, offers[0].claim_until) == (after(600), after(660))
    for at in (599, 660):
        with pytest.raises(CouponRefused):
            give(shop, row, 1, at=at)
    give(shop, row, 1, at=659)
    assert quote(shop, viewer_id=1, at=700).total_fen == 9_400


@pytest.mark.parametrize(
    "wrong",
    [
        {"claim_from": after(-1)},
        {"claim_until": after(8 * DAY)},
        {"claim_from": after(60), "claim_until": after(60)},
        {"claim_from": after(60), "got": "code"},
        {"claim_from": after(60), "got": "auto"},
        {"claim_from": after(60), "unlock": "drop", "show_id": SHOW},
        {"claim_until": after(60), "unlock": "prize"},
    ],
)
def test_a_time_to_claim_that_cannot_be(shop: Shop, wrong: dict[str, Any]) -> None:
    with pytest.raises((WindowCannotBe, PromotionCannotBe)):
        run(shop, AmountOff(500), **{"got": "claim"} | wrong)
    assert not Promotion.objects.exists()


@pytest.mark.row("R-058")
def test_the_word_that_the_host_says_opens_a_coupon(shop: Shop) -> None:
    row = run(shop, got="claim", unlock="keyword", keyword="上车")
    who: dict[str, Any] = {"org_id": shop.org_id, "show_id": SHOW, "viewer_id": 1}
    (offer,) = reads.coupons_on_offer(1, org_id=shop.org_id, show_id=SHOW, now=NOW)
    assert (offer.unlock, offer.refused) == ("keyword", "locked")
    assert "上车" not in repr(offer)
    assert reads.proof_of(row.pk, **who, keyword="下车") == "open"
    by = reads.proof_of(row.pk, **who, keyword=" 上车 ")
    actions.claim_coupon(promotion_id=row.pk, **who, request_key="k", now=NOW, by=by)
    assert [fact.by for fact in told(CouponClaimed)] == ["keyword"]
    # Whoever has all they may have is not asked for the word again.
    mine = run(shop, got="claim", unlock="keyword", keyword="上车", per_buyer_max=1)
    actions.claim_coupon(promotion_id=mine.pk, **who, request_key="m", now=NOW, by="keyword")
    offers = {
        offer.promotion_id: offer.refused
        for offer in reads.coupons_on_offer(1, org_id=shop.org_id, show_id=SHOW, now=NOW)
    }
    assert offers == {row.pk: "locked", mine.pk: "buyer_limit"}


@pytest.mark.row("R-058")
@pytest.mark.usefixtures("empty_lake")
def test_minutes_watched_open_a_coupon(shop: Shop) -> None:
    """Two minutes are twelve beats in front; beats from behind count for nothing."""
    row = run(shop, got="claim", unlock="watch", watch_minutes=2)
    who: dict[str, Any] = {"org_id": shop.org_id, "show_id": SHOW, "viewer_id": 1}

    def beat(n: int, *, in_front: bool = True) -> None:
        event = LakeEvent(
            **who, event_id=f"a-{n}", kind="beat", at_ms=n * 10_000, value=int(in_front)
        )
        lake().append([event])
        watching.of_show.cache_clear()

    for n in range(11):
        beat(n)
    beat(11, in_front=False)
    (offer,) = reads.coupons_on_offer(1, org_id=shop.org_id, show_id=SHOW, now=NOW)
    assert (offer.unlock, offer.watch_minutes, offer.watched_s) == ("watch", 2, 110)
    assert offer.refused == "locked"
    assert reads.proof_of(row.pk, **who, keyword="") == "open"
    assert reads.proof_of(row.pk, **who | {"show_id": SHOW + 1}, keyword="") == "open"
    beat(12)
    (offer,) = reads.coupons_on_offer(1, org_id=shop.org_id, show_id=SHOW, now=NOW)
    assert (offer.watched_s, offer.refused) == (120, "")
    by = reads.proof_of(row.pk, **who, keyword="")
    actions.claim_coupon(promotion_id=row.pk, **who, request_key="k", now=NOW, by=by)
    assert [fact.by for fact in told(CouponClaimed)] == ["watch"]
    (offer,) = reads.coupons_on_offer(2, org_id=shop.org_id, show_id=SHOW, now=NOW)
    assert (offer.watched_s, offer.refused) == (0, "locked")


def test_one_time_codes_give_one_coupon_each(shop: Shop) -> None:
    row = run(shop, got="code")
    make: dict[str, Any] = {"promotion_id": row.pk, "by": shop.by, "now": NOW}
    first, second = actions.make_codes(**make, count=2)
    assert first != second
    assert len(first) == 12
    assert all(first not in code.digest for code in CouponCode.objects.all())
    coupon = redeem(shop, f" {first[:6].lower()}-{first[6:]} ")
    assert redeem(shop, first) == coupon
    with pytest.raises(NoSuchCode):
        redeem(shop, first, viewer_id=2)
    assert quote(shop).total_fen == 9_400
    assert [len(fact.codes) for fact in told(CodesMade)] == [2]
    assert redeem(shop, second, viewer_id=2).promotion_id == row.pk
    with pytest.raises(NoSuchCode):
        redeem(make_shop("ben"), second)


def test_a_shared_code_is_limited_by_its_promotion(shop: Shop) -> None:
    row = run(shop, got="code", uses_total=2, per_buyer_max=1)
    make: dict[str, Any] = {"promotion_id": row.pk, "by": shop.by, "now": NOW, "count": 1}
    assert actions.make_codes(**make, shared="Kaibo-2026") == ["KAIBO2026"]
    with pytest.raises(CodeTaken):
        actions.make_codes(**make, shared="kaibo2026")
    for word in ("abc", "口令口令口令", "x" * 21):
        with pytest.raises(BadInput):
            actions.make_codes(**make, shared=word)
    redeem(shop, "kaibo2026")
    with pytest.raises(CouponRefused):
        redeem(shop, "kaibo2026", key="again")
    redeem(shop, "kaibo2026", viewer_id=2)
    with pytest.raises(CouponRefused):
        redeem(shop, "kaibo2026", viewer_id=3)
    assert CouponCode.objects.get().uses == 2


def test_wrong_codes_are_counted_and_then_not_looked_at(shop: Shop) -> None:
    row = run(shop, got="code")
    (code,) = actions.make_codes(promotion_id=row.pk, count=1, by=shop.by, now=NOW)
    for _ in range(10):
        with pytest.raises(NoSuchCode):
            redeem(shop, "WRONGWRONG22")
    with pytest.raises(TooManyTries):
        redeem(shop, code)
    assert redeem(shop, code, viewer_id=2).state == "open"
    assert CodeTry.objects.count() == 10
    with pytest.raises(NoSuchCode):
        redeem(shop, code, at=3_601)


def test_codes_are_only_for_promotions_got_by_code(shop: Shop) -> None:
    with pytest.raises(CouponRefused):
        actions.make_codes(promotion_id=save(shop).id, count=1, by=shop.by, now=NOW)
    assert not CouponCode.objects.exists()
