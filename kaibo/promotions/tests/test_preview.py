"""The lowest price promotions can make together: seen before saving, refused below the floor."""

from typing import Any

import pytest
from msgspec.structs import replace

from kaibo.base.errors import Refusal
from kaibo.facts.promotions import PromotionExtended
from kaibo.promotions import actions, reads
from kaibo.promotions.actions import Extension
from kaibo.promotions.errors import BelowFloor, FloorUnproven, TermsStand
from kaibo.promotions.models import FlashSale, Offer, Promotion
from kaibo.promotions.rules import AmountOff, BasketLine, OfSkus, PercentOff, Worst, check_worst
from kaibo.promotions.tests.promoting import DAY, give, quote, run, save, spec_of, told
from kaibo.promotions.tests.shop import (
    NOW,
    SHOW,
    Shop,
    after,
    list_link,
    make_shop,
    open_link,
    plan_sale,
)

pytestmark = pytest.mark.django_db

PLATFORM = {"stacking": "platform"}


@pytest.mark.row("R-017")
def test_two_promotions_on_one_sku_show_their_final_price_before_saving(shop: Shop) -> None:
    list_link(shop)
    run(shop, AmountOff(1_000))
    spec = spec_of(PercentOff(2_000), of=PLATFORM)
    (shown,) = reads.preview_promotion(spec, org_id=shop.org_id, now=NOW)
    assert (shown.lowest_fen, shown.verdict) == (7_120, "safe")
    assert [met.title_zh for met in shown.combination] == ["立减", "立减"]
    assert [(part.sku, part.units) for part in shown.basket] == [("A1", 1)]
    assert Promotion.objects.count() == 1
    run(shop, PercentOff(2_000), of=PLATFORM)
    assert quote(shop).total_fen == shown.lowest_fen


def test_a_start_below_the_floor_names_the_combination(shop: Shop) -> None:
    list_link(shop)
    run(shop, AmountOff(4_000), of={"title_zh": "满减", "title_en": "Cut"})
    draft = save(shop, AmountOff(901), of=PLATFORM)
    with pytest.raises(BelowFloor) as caught:
        actions.start_promotion(promotion_id=draft.id, by=shop.by, now=NOW)
    assert [met["zh"] for met in caught.value.data["combination"]] == ["满减", "立减"]
    assert caught.value.data["price_fen"] == 4_999
    assert Promotion.objects.get(pk=draft.id).state == "draft"


def test_what_cannot_be_proved_is_refused_with_that_word() -> None:
    line = BasketLine(key="a", sku_id=1, units=1, unit_price_fen=200, floor_fen=100, sku="A1")
    worst = Worst(line, 99, (line,), 0, 100, (), is_exact=False)
    check_worst([replace(worst, bound_fen=100)])
    with pytest.raises(FloorUnproven) as caught:
        check_worst([worst])
    assert "unproven" in caught.value.message("zh")
    with pytest.raises(BelowFloor):
        check_worst([worst, replace(worst, line_fen=99)])


def test_promotions_that_never_meet_are_not_added_up(shop: Shop) -> None:
    list_link(shop)
    run(shop, AmountOff(4_000))
    later: dict[str, Any] = {"starts_at": after(DAY), "ends_at": after(2 * DAY)}
    run(shop, AmountOff(4_000), of=PLATFORM, **later)
    elsewhere = {"stacking": "coupon", "scope": OfSkus(frozenset({shop.sku_id + 999}))}
    run(shop, AmountOff(4_000), of=elsewhere)
    run(shop, AmountOff(4_000), of={"stacking": "payment"}, show_id=SHOW + 1)
    assert [row.state for row in Promotion.objects.all()] == ["running"] * 4
    # Where they do meet, the floor of 60 holds.
    with pytest.raises(BelowFloor):
        run(shop, AmountOff(1), of=PLATFORM)


def test_a_link_price_and_a_flash_sale_meet_what_runs(shop: Shop) -> None:
    open_link(shop, price_fen=9_900)
    run(shop, AmountOff(1_000))
    with pytest.raises(BelowFloor):
        actions.open_price(show_id=SHOW, link_no=1, price_fen=5_999, by=shop.by, now=NOW)
    assert Offer.objects.get().price_fen == 9_900
    with pytest.raises(BelowFloor):
        plan_sale(shop, price_fen=5_999)
    assert not FlashSale.objects.exists()
    plan_sale(shop, price_fen=6_000)
    with pytest.raises(BelowFloor):
        list_link(shop, 2, price_fen=5_999)


def test_a_flash_sale_counts_when_a_promotion_starts(shop: Shop) -> None:
    open_link(shop)
    plan_sale(shop, price_fen=5_500)
    with pytest.raises(BelowFloor):
        run(shop, AmountOff(501))
    run(shop, AmountOff(500))


def test_a_coupon_in_a_purse_counts_after_its_promotion_ended(shop: Shop) -> None:
    list_link(shop)
    row = run(shop, AmountOff(4_000), got="claim", of={"stacking": "coupon"})
    coupon = give(shop, row)
    actions.end_promotion(promotion_id=row.pk, by=shop.by, now=NOW)
    with pytest.raises(BelowFloor):
        run(shop, AmountOff(1_000))
    used = actions.use_promotions(
        org_id=shop.org_id,
        show_id=SHOW,
        viewer_id=1,
        lines=[reads.LineWish(key="a", sku_id=shop.sku_id, units=1, unit_price_fen=9_900)],
        coupon_ids=[coupon.id],
        now=NOW,
    )
    actions.mark_uses_sold(use_ids=used.use_ids, now=NOW)
    run(shop, AmountOff(1_000))


@pytest.mark.row("LM-097")
def test_shortening_is_refused_and_extending_is_kept_and_logged(shop: Shop) -> None:
    row = run(shop, AmountOff(500), uses_total=5, budget_fen=5_000)
    step: dict[str, Any] = {"promotion_id": row.pk, "by": shop.by, "now": NOW}
    for against in (
        Extension(ends_at=after(DAY - 1)),
        Extension(uses_total=4),
        Extension(budget_fen=4_999),
        Extension(per_buyer_max=1),
    ):
        with pytest.raises(TermsStand):
            actions.extend_promotion(**step, changes=against)
    with pytest.raises(Refusal):
        actions.save_promotion(spec=spec_of(AmountOff(1)), request_key="x", **step)
    assert not told(PromotionExtended)
    longer = Extension(ends_at=after(2 * DAY), uses_total=9)
    view = actions.extend_promotion(**step, changes=longer)
    assert actions.extend_promotion(**step, changes=longer) == view
    assert (view.ends_at, view.uses_total, view.budget_fen) == (after(2 * DAY), 9, 5_000)
    assert quote(shop, at=DAY + 1).total_fen == 9_400
    (fact,) = told(PromotionExtended)
    assert (fact.ends_at, fact.uses_total) == (after(2 * DAY), 9)


def test_an_extension_must_keep_the_floor_too(shop: Shop) -> None:
    list_link(shop)
    row = run(shop, AmountOff(4_000))
    run(shop, AmountOff(4_000), of=PLATFORM, starts_at=after(DAY), ends_at=after(2 * DAY))
    with pytest.raises(BelowFloor):
        actions.extend_promotion(
            promotion_id=row.pk, changes=Extension(ends_at=after(DAY + 1)), by=shop.by, now=NOW
        )
    row.refresh_from_db()
    assert row.ends_at == after(DAY)


def test_the_calendar_shows_budgets_and_who_meets_whom(shop: Shop) -> None:
    list_link(shop)
    first = run(shop, AmountOff(500), budget_fen=5_000)
    second = save(shop, AmountOff(300), of=PLATFORM)
    later = {"starts_at": after(DAY), "ends_at": after(2 * DAY)}
    third = save(shop, AmountOff(100), of={"stacking": "coupon"}, **later)
    found = reads.calendar(shop.org_id, begins=NOW, ends=after(DAY / 2))
    assert [
        (entry.promotion.id, entry.budget_left_fen, entry.meets) for entry in found.entries
    ] == [
        (first.pk, 5_000, (second.id,)),
        (second.id, None, (first.pk,)),
    ]
    assert [price.lowest_fen for price in found.prices] == [9_100]
    wider = reads.calendar(shop.org_id, begins=NOW, ends=after(2 * DAY))
    assert [entry.promotion.id for entry in wider.entries][2] == third.id
    assert wider.entries[2].meets == ()
    assert reads.calendar(make_shop("ben").org_id, begins=NOW, ends=after(DAY)).entries == ()
