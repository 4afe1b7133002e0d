"""What cards say of a product: written down, judged, reviewed anew."""

import pytest

from kaibo.base.actor import Actor
from kaibo.base.errors import Refusal
from kaibo.catalog import actions, reads
from kaibo.catalog.errors import CardFieldUnknown, NoSuchProduct
from kaibo.catalog.tests.conftest import NOW, stocked
from kaibo.catalog.tests.desk import Desk
from kaibo.compliance.errors import WordsBlocked
from kaibo.facts.catalog import CardFactsSet
from kaibo.journal.reads import last_position, read

pytestmark = pytest.mark.django_db


@pytest.mark.row("LM-045")
def test_what_cards_say_is_kept_and_asks_for_a_new_review(ana: Actor, dai: Actor) -> None:
    sku, place = stocked(ana), last_position()
    facts = {"maker": " 某厂 ", "model": ""}
    found = actions.set_card_facts(product_id=sku.product_id, facts=facts, by=ana, now=NOW)
    assert {one.field: one.text for one in found.facts if one.text} == {"maker": "某厂"}
    assert reads.product(ana.org_id, sku.product_id).state == "draft"
    actions.set_card_facts(product_id=sku.product_id, facts={"maker": "某厂"}, by=ana, now=NOW)
    told = [entry.fact for entry in read(place)]
    assert told == [
        CardFactsSet(product_id=sku.product_id, facts={"maker": "某厂"}, product_state="draft")
    ]
    assert reads.sku_cards(dai.org_id, [sku.id]) == {}
    with pytest.raises(NoSuchProduct):
        reads.card_facts(dai.org_id, sku.product_id)
    with pytest.raises(NoSuchProduct):
        actions.set_card_facts(product_id=sku.product_id, facts={}, by=dai, now=NOW)


def test_its_words_are_judged_like_the_title(ana: Actor) -> None:
    sku = stocked(ana)
    facts = {"usage": "百分百有效，绝对不会过敏"}
    actions.set_card_facts(product_id=sku.product_id, facts=facts, by=ana, now=NOW)
    with pytest.raises(WordsBlocked):
        actions.submit_product(product_id=sku.product_id, by=ana, now=NOW)


@pytest.mark.parametrize(
    ("facts", "refusal"), [({"x": "1"}, CardFieldUnknown), ({"maker": "厂" * 501}, Refusal)]
)
def test_what_cannot_stand_on_a_card_is_not_written(
    ana: Actor, facts: dict[str, str], refusal: type[Refusal]
) -> None:
    sku = stocked(ana)
    with pytest.raises(refusal):
        actions.set_card_facts(product_id=sku.product_id, facts=facts, by=ana, now=NOW)
    assert reads.facts_of([sku.product_id]) == {}


@pytest.mark.once
def test_card_facts_over_http(ana: Actor) -> None:
    sku, desk = stocked(ana), Desk(ana.org_id, "operations")
    desk.patch(f"/products/{sku.product_id}", {"category": "零食"})
    path = f"/products/{sku.product_id}/card"
    found = desk.get(path)
    assert found["articles"] == ["《食品安全法》第六十七条"]
    assert [one["field"] for one in found["facts"] if one["needed"]] == [
        *("net_content", "ingredients", "shelf_life", "storage", "maker")
    ]
    said = desk.put(path, {"facts": {"maker": "见包装", "storage": "常温"}})
    assert [one["field"] for one in said["facts"] if one["said"]] == ["storage"]
    assert desk.put(path, {"facts": {"x": "1"}}, 422)["code"] == "card_field_unknown"
