"""Links of goods that lose their papers while they are on air."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from kaibo.catalog import actions as catalog
from kaibo.catalog.errors import PapersMissing
from kaibo.facts.promotions import OfferClosed
from kaibo.promotions import actions
from kaibo.promotions.models import Offer
from kaibo.promotions.reads import link
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, facts, list_link
from kaibo.site.worker import TIMERS

pytestmark = pytest.mark.django_db

# The evening of 2026-11-22; its midnight in the shop's zone.
MIDNIGHT = dt.datetime(2026, 11, 22, 16, tzinfo=dt.UTC)


def make_food(shop: Shop) -> int:
    """The shop's product becomes food with a licence that holds today; returns the paper."""
    product_id = shop.stock().product_id
    common: dict[str, Any] = {"by": shop.by, "now": NOW}
    catalog.change_product(product_id=product_id, changes={"category": "食品"}, **common)
    spec = catalog.PaperSpec(
        kind="food_filing",
        number="YB13301060123456",
        issuer="市场监管局",
        valid_from=dt.date(2026, 1, 1),
        valid_to=dt.date(2026, 11, 22),
    )
    facts = dict.fromkeys(("net_content", "ingredients", "shelf_life", "storage", "maker"), "写明")
    catalog.set_card_facts(product_id=product_id, facts=facts, **common)
    paper = catalog.add_paper(product_id=product_id, spec=spec, **common)
    catalog.accept_paper(paper_id=paper.id, by=replace(shop.by, id=2), now=NOW)
    catalog.submit_product(product_id=product_id, **common)
    catalog.approve_product(product_id=product_id, **common)
    return paper.id


@pytest.mark.row("LM-027")
def test_a_link_closes_when_its_papers_run_out(shop: Shop) -> None:
    make_food(shop)
    list_link(shop, units=10)
    actions.put_on_shelf(show_id=SHOW, link_no=1, by=shop.by, now=NOW)
    actions.open_price(show_id=SHOW, link_no=1, by=shop.by, now=NOW)
    assert actions.close_unpapered(now=MIDNIGHT - dt.timedelta(microseconds=1)) == 0
    assert link(SHOW, 1).state == "open"
    assert actions.close_unpapered(now=MIDNIGHT) == 1
    assert link(SHOW, 1).state == "closed"
    assert shop.levels() == (100, 0, 0)
    assert facts(OfferClosed) == [
        OfferClosed(offer_id=Offer.objects.get().pk, link_no=1, units_returned=10, reason="papers")
    ]
    assert actions.close_unpapered(now=MIDNIGHT) == 0
    with pytest.raises(PapersMissing):
        actions.put_on_shelf(show_id=SHOW, link_no=1, by=shop.by, now=MIDNIGHT)


@pytest.mark.row("LM-027")
def test_without_papers_a_link_is_neither_shelved_nor_opened(shop: Shop) -> None:
    paper_id = make_food(shop)
    list_link(shop)
    catalog.refuse_paper(paper_id=paper_id, reason="已注销", by=shop.by, now=NOW)
    with pytest.raises(PapersMissing):
        actions.put_on_shelf(show_id=SHOW, link_no=1, by=shop.by, now=NOW)
    with pytest.raises(PapersMissing):
        actions.open_price(show_id=SHOW, link_no=1, by=shop.by, now=NOW)
    assert link(SHOW, 1).state == "planned"


def test_the_worker_looks_several_times_a_minute() -> None:
    (timer,) = (timer for timer in TIMERS if timer.name == "close_unpapered")
    assert timer.every_s <= 30
