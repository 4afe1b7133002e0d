"""Terms of sale: the exceptions from the seven days are the law's list and no longer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.actor import Actor
from kaibo.base.errors import BadInput, NumberOutOfRange, Refusal
from kaibo.catalog import actions, reads
from kaibo.catalog.actions import ProductSpec, SaleTerms, SkuSpec
from kaibo.catalog.errors import ExceptionNeeded, NoSuchSku
from kaibo.catalog.models import SkuTerms
from kaibo.catalog.rules.terms import BY_NATURE, STATUTORY, clean_terms
from kaibo.catalog.tests.conftest import NOW, manager_of
from kaibo.facts.catalog import SaleTermsSet
from kaibo.journal.reads import last_position, read

LISTED = sorted(STATUTORY | BY_NATURE)


@given(st.booleans(), st.sampled_from(["", *LISTED, "discount", "clearance", "opened_package"]))
def test_a_return_is_excluded_only_with_a_ground_of_the_list(takes: bool, ground: str) -> None:
    terms = SaleTerms(takes, ground)
    lawful = ground == "" if takes else ground in LISTED
    try:
        assert clean_terms(terms) == terms
        assert lawful
    except Refusal:
        assert not lawful


@pytest.fixture
def by(db: None) -> Actor:
    return manager_of("ana")


@pytest.fixture
def sku_id(by: Actor) -> int:
    spec = ProductSpec(code="P1", title="刻字项链")
    product = actions.create_product(spec=spec, by=by, now=NOW)
    return actions.add_sku(product_id=product.id, spec=SkuSpec(code="S1"), by=by, now=NOW).id


def test_engraving_is_excluded_and_a_special_offer_is_not(by: Actor, sku_id: int) -> None:
    assert reads.sale_terms(by.org_id, [sku_id]) == {sku_id: SaleTerms()}
    start = last_position()
    refused = [
        (SaleTerms(False, ""), ExceptionNeeded),
        (SaleTerms(False, "special_offer"), BadInput),
        (SaleTerms(True, "perishable"), ExceptionNeeded),
        (SaleTerms(True, "", 24 * 93), NumberOutOfRange),
    ]
    for terms, wrong in refused:
        with pytest.raises(wrong):
            actions.set_sale_terms(sku_id=sku_id, terms=terms, by=by, now=NOW)
    assert (SkuTerms.objects.count(), last_position()) == (0, start)
    engraved = SaleTerms(False, "made_to_order", 72)
    for _ in range(2):
        assert actions.set_sale_terms(sku_id=sku_id, terms=engraved, by=by, now=NOW) == engraved
    assert reads.sale_terms(by.org_id, [sku_id]) == {sku_id: engraved}
    facts = [entry.fact for entry in read(start)]
    assert facts == [
        SaleTermsSet(
            sku_id=sku_id, no_reason_return=False, exception_type="made_to_order", ship_within_h=72
        )
    ]


def test_another_shops_sku_has_no_terms_here(by: Actor, sku_id: int) -> None:
    other = manager_of("ben")
    with pytest.raises(NoSuchSku):
        actions.set_sale_terms(sku_id=sku_id, terms=SaleTerms(True, "", 1), by=other, now=NOW)
    actions.set_sale_terms(sku_id=sku_id, terms=SaleTerms(True, "", 1), by=by, now=NOW)
    assert reads.sale_terms(other.org_id, [sku_id]) == {sku_id: SaleTerms()}
