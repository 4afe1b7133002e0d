"""Why a buyer gets a price by audience, or does not, in words and on record (LM-100)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.promotions.models import Promotion
from kaibo.promotions.reads import explain_basket
from kaibo.promotions.rules import AmountOff, Traits
from kaibo.promotions.rules.running import AUDIENCES, FAN_TIERS, audience_words, is_for
from kaibo.promotions.tests.fanning import fan, publish_tiers
from kaibo.promotions.tests.promoting import basket, run, use
from kaibo.promotions.tests.shop import Shop, open_link

pytestmark = [pytest.mark.row("LM-100")]


@given(
    paid=st.booleans(),
    days=st.none() | st.integers(0, 400),
    place=st.integers(0, 5),
    audience=st.sampled_from([*AUDIENCES, *FAN_TIERS]),
)
def test_an_audience_is_what_its_words_say_and_nothing_else(
    paid: bool, days: int | None, place: int, audience: str
) -> None:
    traits = Traits(paid, days, place)
    said = {
        "everyone": True,
        "new": not paid,
        "returning": paid,
        "follower": days is not None,
        "fan": days is not None and days >= 30,
        "old_fan": days is not None and days >= 180,
        **{tier: place >= n for n, tier in enumerate(FAN_TIERS, start=1)},
    }
    assert is_for(audience, traits) == said[audience]
    zh, en = audience_words(audience, ["一", "二", "三", "四", "五"])
    assert zh
    assert en


def off(shop: Shop, audience: str, title: str) -> Promotion:
    of = {"stacking": "price", "title_zh": title, "title_en": title}
    return run(shop, AmountOff(1_000), of=of, audience=audience)


@pytest.mark.django_db
def test_both_sides_of_an_audience_read_why_and_the_order_keeps_it(shop: Shop) -> None:
    publish_tiers(shop)
    open_link(shop)
    new, tier = off(shop, "new", "新客价"), off(shop, "tier2", "会员价")
    found, notes = explain_basket(**basket(shop, viewer_id=8))
    assert found.total_fen == 8_900
    assert [(note.why, note.text_zh) for note in notes] == [
        ("used", "新客价：已优惠 ¥10.00（限新客（在本店没有付过款））"),
        ("not_for_you", "会员价：仅限粉丝等级 2“挚友”及以上，您不在其中"),
    ]
    used = use(shop, viewer_id=8)
    assert {id: (of.code, of.is_for) for id, of in used.audiences.items()} == {
        new.pk: ("new", True),
        tier.pk: ("tier2", False),
    }
    regular = fan(shop, 2)
    again = use(shop, viewer_id=regular)
    assert again.audiences[tier.pk].is_for
