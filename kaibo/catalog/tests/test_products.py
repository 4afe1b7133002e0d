"""Products through review, one fact a step, nothing of it on a refusal."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kaibo.base.actor import Actor
from kaibo.base.errors import BadInput, Refusal
from kaibo.catalog import actions, reads
from kaibo.catalog.actions import ProductChanges, ProductSpec, SkuSpec
from kaibo.catalog.errors import (
    CodeTaken,
    NoSuchProduct,
    NoSuchSupplier,
    ProductWithoutSku,
    QualificationExpired,
    ReviewAlreadyAsked,
    ReviewNotAsked,
    SupplierNameTaken,
)
from kaibo.catalog.reads import ProductView
from kaibo.catalog.reads.negative import list_in_force
from kaibo.catalog.tests.conftest import NOW, stocked
from kaibo.compliance.errors import WordsBlocked, WordsUnconfirmed
from kaibo.compliance.reads import findings
from kaibo.facts.catalog import ProductApproved, ProductChanged, ProductRefused
from kaibo.journal.reads import last_position, read

pytestmark = pytest.mark.django_db


def draft(by: Actor, code: str = "P1") -> ProductView:
    """A product nobody has looked at."""
    return actions.create_product(spec=ProductSpec(code=code, title="面霜"), by=by, now=NOW)


def test_a_supplier_is_typed_once(ana: Actor) -> None:
    supplier = actions.add_supplier(name="花间集", contact="王经理", by=ana, now=NOW)
    with pytest.raises(SupplierNameTaken):
        actions.add_supplier(name=" 花间集 ", by=ana, now=NOW)
    spec = ProductSpec(code="P1", title="面霜", supplier_id=supplier.id)
    product = actions.create_product(spec=spec, by=ana, now=NOW)
    assert product.supplier_name == "花间集"
    assert reads.suppliers(ana.org_id) == [supplier]


def test_another_shops_supplier_cannot_be_taken(ana: Actor, dai: Actor) -> None:
    theirs = actions.add_supplier(name="花间集", by=dai, now=NOW)
    place = last_position()
    spec = ProductSpec(code="P1", title="面霜", supplier_id=theirs.id)
    with pytest.raises(NoSuchSupplier):
        actions.create_product(spec=spec, by=ana, now=NOW)
    assert reads.products(ana.org_id).total == 0
    assert read(place) == []


def test_codes_are_unique_within_a_shop_only(ana: Actor, dai: Actor) -> None:
    mine = draft(ana)
    draft(dai)
    with pytest.raises(CodeTaken):
        draft(ana)
    actions.add_sku(product_id=mine.id, spec=SkuSpec(code="A1"), by=ana, now=NOW)
    with pytest.raises(CodeTaken):
        actions.add_sku(product_id=mine.id, spec=SkuSpec(code="A1"), by=ana, now=NOW)
    assert len(reads.product(ana.org_id, mine.id).skus) == 1


def test_review_runs_from_draft_to_approved(ana: Actor) -> None:
    product = draft(ana)
    with pytest.raises(ProductWithoutSku):
        actions.submit_product(product_id=product.id, by=ana, now=NOW)
    with pytest.raises(ReviewNotAsked):
        actions.approve_product(product_id=product.id, by=ana, now=NOW)
    actions.add_sku(product_id=product.id, spec=SkuSpec(code="A1"), by=ana, now=NOW)
    assert actions.submit_product(product_id=product.id, by=ana, now=NOW).state == "submitted"
    with pytest.raises(ReviewAlreadyAsked):
        actions.submit_product(product_id=product.id, by=ana, now=NOW)
    place = last_position()
    assert actions.approve_product(product_id=product.id, by=ana, now=NOW).state == "approved"
    assert [entry.fact for entry in read(place)] == [
        ProductApproved(product_id=product.id, list_version=list_in_force(ana.org_id).version)
    ]


def test_a_refusal_gives_its_reason_and_can_be_mended(ana: Actor) -> None:
    sku = stocked(ana)
    with pytest.raises(BadInput):
        actions.refuse_product(product_id=sku.product_id, reason="  ", by=ana, now=NOW)
    place = last_position()
    refused = actions.refuse_product(
        product_id=sku.product_id, reason="功效无备案", by=ana, now=NOW
    )
    assert (refused.state, refused.refused_reason) == ("refused", "功效无备案")
    fact = ProductRefused(product_id=sku.product_id, reason="功效无备案")
    assert [entry.fact for entry in read(place)] == [fact]
    again = actions.submit_product(product_id=sku.product_id, by=ana, now=NOW)
    assert (again.state, again.refused_reason) == ("submitted", "")


def test_expired_papers_are_not_approved(ana: Actor) -> None:
    sku = stocked(ana)
    changes = ProductChanges(qualification_expires_on=dt.date(2026, 11, 21))
    actions.change_product(product_id=sku.product_id, changes=changes, by=ana, now=NOW)
    actions.submit_product(product_id=sku.product_id, by=ana, now=NOW)
    with pytest.raises(QualificationExpired):
        actions.approve_product(product_id=sku.product_id, by=ana, now=NOW)
    assert reads.product(ana.org_id, sku.product_id).state == "submitted"


def test_changing_what_was_reviewed_asks_for_a_new_review(ana: Actor) -> None:
    sku = stocked(ana)
    place = last_position()
    unchanged = actions.change_product(
        product_id=sku.product_id, changes={"title": "保湿面霜"}, by=ana, now=NOW
    )
    assert unchanged.state == "approved"
    assert read(place) == []
    changed = actions.change_product(
        product_id=sku.product_id, changes={"title": "祛斑面霜"}, by=ana, now=NOW
    )
    assert (changed.state, changed.title, changed.code) == ("draft", "祛斑面霜", "P-A1")
    (entry,) = read(place)
    assert isinstance(entry.fact, ProductChanged)
    assert (entry.fact.state, entry.fact.title) == ("draft", "祛斑面霜")


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"floor_price_fen": 9900}, "approved"),
        ({"cost_fen": 5000}, "approved"),
        ({"buffer": 3}, "approved"),
        ({"list_price_fen": 29900}, "draft"),
        ({"spec": "100ml"}, "draft"),
    ],
)
def test_a_new_tag_price_asks_for_a_new_review(
    ana: Actor, changes: actions.SkuChanges, state: str
) -> None:
    sku = stocked(ana)
    changed = actions.change_sku(sku_id=sku.id, changes=changes, by=ana, now=NOW)
    assert changed.product_state == state
    for field, value in changes.items():
        assert getattr(changed, field) == value


@pytest.mark.parametrize(
    "changes",
    [
        {"list_price_fen": -1},
        {"cost_fen": 10**30},
        {"floor_price_fen": -(10**5000)},
        {"buffer": -1},
        {"spec": "x" * 201},
        {"spec": "a\x00b"},
    ],
)
def test_a_bad_change_changes_nothing(ana: Actor, changes: actions.SkuChanges) -> None:
    sku = stocked(ana)
    before, place = reads.sku(ana.org_id, sku.id), last_position()
    with pytest.raises(BadInput):
        actions.change_sku(sku_id=sku.id, changes=changes, by=ana, now=NOW)
    assert reads.sku(ana.org_id, sku.id) == before
    assert read(place) == []


def test_another_shops_product_is_not_there(ana: Actor, dai: Actor) -> None:
    sku = stocked(ana)
    attempts: list[Callable[[], object]] = [
        lambda: reads.product(dai.org_id, sku.product_id),
        lambda: actions.submit_product(product_id=sku.product_id, by=dai, now=NOW),
        lambda: actions.approve_product(product_id=sku.product_id, by=dai, now=NOW),
        lambda: actions.refuse_product(product_id=sku.product_id, reason="x", by=dai, now=NOW),
        lambda: actions.change_product(product_id=sku.product_id, changes={}, by=dai, now=NOW),
        lambda: actions.add_sku(product_id=sku.product_id, spec=SkuSpec(code="B"), by=dai, now=NOW),
    ]
    for attempt in attempts:
        with pytest.raises(NoSuchProduct):
            attempt()
    with pytest.raises(Refusal, match="no_such_sku"):
        actions.change_sku(sku_id=sku.id, changes={"buffer": 1}, by=dai, now=NOW)
    assert reads.skus([sku.id], dai.org_id) == {}
    assert reads.skus_by_code(dai.org_id, ["A1"]) == {}


def test_products_are_found_by_text_state_and_page(ana: Actor, dai: Actor) -> None:
    for n in range(55):
        draft(ana, f"P{n:02}")
    sku = stocked(ana, code="XY-9")
    stocked(dai, code="XY-9")
    page = reads.products(ana.org_id)
    assert (page.total, page.pages, len(page.items)) == (56, 2, 50)
    assert page.states == {"draft": 55, "approved": 1}
    assert len(reads.products(ana.org_id, page=2).items) == 6
    assert reads.products(ana.org_id, page=99).items == ()
    found = reads.products(ana.org_id, query="xy-9")
    assert [item.id for item in found.items] == [sku.product_id]
    assert reads.products(ana.org_id, query="面霜", state="approved").total == 1
    assert reads.products(ana.org_id, query="100%").total == 0
    found = reads.products(ana.org_id, sku_id=sku.id)
    assert [item.id for item in found.items] == [sku.product_id]
    assert reads.products(dai.org_id, sku_id=sku.id).total == 0
    assert reads.products(ana.org_id, state="nonsense").items == ()
    with pytest.raises(BadInput):
        reads.products(ana.org_id, page=0)


@pytest.mark.row("LM-037", "LM-038")
def test_a_product_s_words_are_judged_when_it_is_handed_in(ana: Actor) -> None:
    """Title, description and specifications, as buyers read them; the draft stays a draft."""
    made = actions.create_product(
        spec=ProductSpec(code="W1", title="国家级面霜", description="清爽"), by=ana, now=NOW
    )
    actions.add_sku(product_id=made.id, spec=SkuSpec(code="W1-1", spec="50ml"), by=ana, now=NOW)
    with pytest.raises(WordsBlocked) as refused:
        actions.submit_product(product_id=made.id, by=ana, now=NOW)
    assert refused.value.data["words"] == "国家级"
    assert reads.product(ana.org_id, made.id).state == "draft"
    (finding,) = findings(ana.org_id)
    assert (finding.subject_kind, finding.subject_id) == ("product", made.id)
    changes: Any = {"title": "保湿面霜", "description": "专柜价399"}
    actions.change_product(product_id=made.id, changes=changes, by=ana, now=NOW)
    with pytest.raises(WordsUnconfirmed):
        actions.submit_product(product_id=made.id, by=ana, now=NOW)
    by = replace(ana, reason="小票已存档")
    assert actions.submit_product(product_id=made.id, by=by, now=NOW).state == "submitted"
