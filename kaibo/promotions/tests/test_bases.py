"""What a compared price says it is compared with, and what that rests on."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.errors import Refusal
from kaibo.catalog import actions as catalog
from kaibo.catalog.actions import PaperSpec
from kaibo.catalog.errors import PaperPriceMissing, PaperTooLong
from kaibo.catalog.models import Paper
from kaibo.facts.promotions import ComparisonDropped
from kaibo.promotions import actions, reads
from kaibo.promotions.actions import OfferSpec
from kaibo.promotions.errors import BaseAboveDeals, BaseNotShown, BaseUnproven
from kaibo.promotions.models import Offer
from kaibo.promotions.rules.bases import basis_kind, own_base
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, facts

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("厂商建议零售价（2026年11月）", "maker"),
        ("品牌官方指导价", "maker"),
        ("Manufacturer's suggested price", "maker"),
        ("门店价（2026年11月）", "elsewhere"),
        ("天猫官方旗舰店成交价", "elsewhere"),
        ("Store price", "elsewhere"),
        ("近7天成交最低价", "deals"),
        ("lowest deal of 7 days", "deals"),
        ("本店日常标价", "own"),
        ("our usual price", "own"),
        # What names nothing falls to the deals, by the law's own default.
        ("原价", "unsaid"),
        ("restored", "unsaid"),
    ],
)
def test_a_basis_is_of_what_it_names(words: str, kind: str) -> None:
    assert basis_kind(words) == kind


_ASKED = st.lists(
    st.tuples(st.integers(1, 9_999), st.integers(1, 60 * 24).map(lambda h: NOW - h * DAY / 24))
)


@given(asked=_ASKED, fen=st.integers(1, 99_999), hours=st.integers(1, 7 * 24 - 1))
def test_nothing_asked_within_the_week_lifts_the_shop_s_own_base(
    asked: list[tuple[int, dt.datetime]], fen: int, hours: int
) -> None:
    base = own_base(asked, now=NOW)
    with_one = own_base([*asked, (fen, NOW - hours * DAY / 24)], now=NOW)
    assert (with_one is None) == (base is None)
    if base is not None:
        assert with_one == min(base, fen)


def proof(shop: Shop, kind: str, price_fen: int, *, first: dt.date, last: dt.date | None) -> int:
    """A document that a second person accepted; its id."""
    product_id = shop.stock().product_id
    spec = PaperSpec(
        kind=kind, number=f"{kind} {first}", issuer="凭证", valid_from=first, valid_to=last,
        price_fen=price_fen, sku_id=shop.sku_id,
    )  # fmt: skip
    paper = catalog.add_paper(product_id=product_id, spec=spec, by=shop.by, now=NOW)
    catalog.accept_paper(paper_id=paper.id, by=replace(shop.by, id=shop.by.id + 1), now=NOW)
    return paper.id


def listed(shop: Shop, tag_fen: int, basis: str, *, link_no: int = 1, show_id: int = SHOW) -> None:
    spec = OfferSpec(
        org_id=shop.org_id, show_id=show_id, link_no=link_no, sku_id=shop.sku_id,
        price_fen=8_000, units=0, day_price_fen=tag_fen, price_basis=basis,
    )  # fmt: skip
    actions.list_offer(spec=spec, by=shop.by, now=NOW)


@pytest.mark.django_db
@pytest.mark.row("LM-093")
def test_every_basis_rests_on_rows_or_on_a_document(shop: Shop) -> None:
    Paper.objects.all().delete()
    refused: dict[str, type[Refusal]] = {
        "厂商建议零售价": BaseUnproven, "专柜价": BaseUnproven, "本店日常标价": BaseNotShown,
        "原价": BaseAboveDeals, "成交价": BaseAboveDeals,
    }  # fmt: skip
    for basis, refusal in refused.items():
        with pytest.raises(refusal) as said:
            listed(shop, 12_000, basis)
        assert "None" not in said.value.message("zh") + said.value.message("en")
    assert Offer.objects.count() == 0
    today = NOW.date()
    proof(shop, "maker_price", 13_000, first=today - 400 * DAY, last=None)
    proof(shop, "maker_price", 12_000, first=today - DAY, last=None)
    # The maker lowered it: the newest document counts.
    with pytest.raises(BaseUnproven) as above:
        listed(shop, 12_001, "厂商建议零售价")
    assert above.value.data["base_fen"] == 12_000
    listed(shop, 12_000, "厂商建议零售价")
    with pytest.raises(BaseUnproven):
        listed(shop, 12_000, "专柜价", link_no=2)
    # Of another show eight days ago; what was asked in this show is this promotion's own.
    open_at: dict[str, Any] = {"by": shop.by, "price_fen": 9_900}
    listed(shop, 8_000, "", link_no=1, show_id=SHOW - 1)
    actions.open_price(show_id=SHOW - 1, link_no=1, now=NOW - 8 * DAY, **open_at)
    with pytest.raises(BaseNotShown) as own:
        listed(shop, 9_901, "本店日常标价", link_no=2)
    assert own.value.data["base_fen"] == 9_900
    listed(shop, 9_900, "本店日常标价", link_no=2)


@pytest.mark.django_db
@pytest.mark.row("LM-091")
def test_a_compared_price_goes_when_its_document_does(shop: Shop) -> None:
    Paper.objects.all().delete()
    today = NOW.date()
    paper_id = proof(shop, "elsewhere_price", 12_000, first=today, last=today + DAY)
    listed(shop, 12_000, "专柜价")
    actions.open_price(show_id=SHOW, link_no=1, by=shop.by, now=NOW)
    assert actions.drop_unproven_comparisons(now=NOW + DAY) == 0
    catalog.refuse_paper(paper_id=paper_id, reason="照片不清", by=shop.by, now=NOW)
    assert actions.drop_unproven_comparisons(now=NOW) == 1
    assert actions.drop_unproven_comparisons(now=NOW) == 0
    link = reads.link(SHOW, 1)
    assert (link.state, link.price_fen, link.day_price_fen, link.price_basis) == (
        "open",
        8_000,
        None,
        "",
    )
    assert facts(ComparisonDropped) == [
        ComparisonDropped(
            offer_id=Offer.objects.get().pk, link_no=1, day_price_fen=12_000, price_basis="专柜价"
        )
    ]


@pytest.mark.django_db
def test_a_document_says_its_price_and_one_of_elsewhere_how_long(shop: Shop) -> None:
    of: dict[str, Any] = {"number": "1", "issuer": "甲", "valid_from": NOW.date()}
    add: dict[str, Any] = {"product_id": shop.stock().product_id, "by": shop.by, "now": NOW}
    with pytest.raises(PaperPriceMissing):
        catalog.add_paper(spec=PaperSpec(kind="maker_price", **of), **add)
    for last in (None, NOW.date() + 31 * DAY):
        spec = PaperSpec(kind="elsewhere_price", **of, valid_to=last, price_fen=1)
        with pytest.raises(PaperTooLong):
            catalog.add_paper(spec=spec, **add)
    assert Paper.objects.filter(number="1").count() == 0
