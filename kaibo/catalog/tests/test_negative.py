"""The negative list of a shop: goods are refused by it, and what it decided stays on record."""

import datetime as dt
from dataclasses import replace

import pytest

from kaibo.base.actor import Actor
from kaibo.base.errors import Refusal
from kaibo.catalog import actions, reads
from kaibo.catalog.actions import OwnEntry, ProductSpec, SkuSpec
from kaibo.catalog.errors import (
    EntryEmpty,
    EntryKindUnknown,
    GoodsBanned,
    ListChanged,
    WordTooShort,
)
from kaibo.catalog.models import GoodsJudgement, Product
from kaibo.catalog.tests.conftest import NOW, stocked
from kaibo.catalog.tests.desk import Desk
from kaibo.compliance.reads import shipped_negative
from kaibo.facts.catalog import GoodsJudged, NegativeListSaved
from kaibo.journal.reads import last_position, read

pytestmark = pytest.mark.django_db

PETS = OwnEntry(
    kind="live", title_zh="活体宠物", words=("活体宠物", "活猫"), basis="平台规则第 9 条"
)
SHIPPED = shipped_negative().version


def add(by: Actor, title: str, category: str = "") -> int:
    spec = ProductSpec(code=title, title=title, category=category)
    return actions.create_product(spec=spec, by=by, now=NOW).id


@pytest.mark.row("LM-025")
def test_goods_of_the_list_are_not_written_down_and_the_refusal_stays(ana: Actor) -> None:
    place = last_position()
    with pytest.raises(GoodsBanned) as refused:
        add(ana, "电子烟 西瓜味", "数码")
    assert refused.value.data | {"entry": "tobacco", "version": f"{SHIPPED}+0"} == (
        refused.value.data
    )
    assert "《广告法》第二十二条" in refused.value.message("zh")
    assert not Product.objects.exists()
    (kept,) = reads.judgements(ana.org_id)
    assert (kept.subject_kind, kept.subject_id, kept.step, kept.entry, kept.matched) == (
        "product",
        0,
        "written",
        "tobacco",
        "电子烟",
    )
    assert (kept.list_version, kept.title) == (f"{SHIPPED}+0", "电子烟 西瓜味")
    assert [type(entry.fact) for entry in read(place)] == [GoodsJudged]


@pytest.mark.row("LM-025")
def test_edits_specifications_reviews_and_holds_are_judged(ana: Actor) -> None:
    sku = stocked(ana)
    with pytest.raises(GoodsBanned):
        actions.change_product(
            product_id=sku.product_id, changes={"category": "烟草"}, by=ana, now=NOW
        )
    with pytest.raises(GoodsBanned):
        actions.change_sku(sku_id=sku.id, changes={"spec": "烟弹三枚"}, by=ana, now=NOW)
    spec = SkuSpec(code="A2", spec="烟弹三枚")
    with pytest.raises(GoodsBanned):
        actions.add_sku(product_id=sku.product_id, spec=spec, by=ana, now=NOW)
    assert reads.product(ana.org_id, sku.product_id).state == "approved"
    assert reads.sku(ana.org_id, sku.id).spec == "50ml"
    assert GoodsJudgement.objects.filter(entry="tobacco", step="written").count() == 3
    # A later version meets goods that stand already.
    cream = replace(PETS, words=("保湿面霜",))
    actions.save_negative_list(entries=[cream], number=0, by=ana, now=NOW)
    with pytest.raises(GoodsBanned):
        actions.hold_stock(org_id=ana.org_id, sku_id=sku.id, units=1, reason="r", now=NOW)
    with pytest.raises(GoodsBanned):
        actions.change_product(
            product_id=sku.product_id, changes={"brand": "某牌"}, by=ana, now=NOW
        )
    assert reads.sku(ana.org_id, sku.id).held == 0
    assert set(reads.banned_skus(ana.org_id, [sku.id])) == {sku.id}


def test_a_line_of_a_sheet_is_refused_alone_and_told(ana: Actor) -> None:
    data = "商品编码,商品名称\nA,大米\nB,电子烟\n".encode()
    job = actions.start_import(data=data, filename="goods.csv", by=ana, now=NOW)
    done = actions.apply_import(import_id=job.id, by=ana, now=NOW)
    assert (done.created, done.refused) == (1, 1)
    (fault,) = actions.import_preview(import_id=job.id, by=ana).errors
    assert "负面目录" in fault.message_zh
    assert [one.title for one in reads.judgements(ana.org_id)] == ["电子烟"]


@pytest.mark.row("LM-025")
def test_versions_are_kept_and_two_do_not_overwrite_each_other(ana: Actor, dai: Actor) -> None:
    place = last_position()
    first = actions.save_negative_list(entries=[PETS], number=0, by=ana, now=NOW)
    with pytest.raises(ListChanged):
        actions.save_negative_list(entries=[], number=0, by=ana, now=NOW)
    found = reads.negative_list(ana.org_id)
    (own,) = [one for one in found.entries if one.own]
    assert (first.number, found.version, own.id, own.title_en) == (
        1,
        f"{SHIPPED}+1",
        "own.1.1",
        "活体宠物",
    )
    with pytest.raises(GoodsBanned):
        add(ana, "活猫一只")
    add(dai, "活猫一只")
    again = [replace(PETS, id=own.id), replace(PETS, title_zh="另一条", words=("盲盒快递",))]
    actions.save_negative_list(entries=again, number=1, by=ana, now=NOW)
    found = reads.negative_list(ana.org_id)
    assert [one.id for one in found.entries if one.own] == ["own.1.1", "own.2.2"]
    assert [one.number for one in found.versions] == [2, 1]
    assert reads.negative_list(dai.org_id).number == 0
    assert reads.list_versions([ana.org_id, dai.org_id]) == {
        ana.org_id: f"{SHIPPED}+2",
        dai.org_id: f"{SHIPPED}+0",
    }
    told = [entry.fact for entry in read(place) if isinstance(entry.fact, NegativeListSaved)]
    assert [(fact.number, fact.entries) for fact in told] == [(1, 1), (2, 2)]


@pytest.mark.parametrize(
    ("entry", "refusal"),
    [
        (replace(PETS, kind="x"), EntryKindUnknown),
        (replace(PETS, words=()), EntryEmpty),
        (replace(PETS, words=("猫",)), WordTooShort),
        (replace(PETS, basis=" "), Refusal),
    ],
)
def test_what_cannot_be_an_entry_is_not_written(
    ana: Actor, entry: OwnEntry, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        actions.save_negative_list(entries=[entry], number=0, by=ana, now=NOW)
    assert reads.negative_list(ana.org_id).number == 0


@pytest.mark.once
def test_the_list_over_http(ana: Actor) -> None:
    desk, seller = Desk(ana.org_id), Desk(ana.org_id, "operations")
    body = {
        "number": 0,
        "entries": [
            {"kind": "live", "title_zh": "活体", "words": ["活体宠物"], "basis": "平台规则"}
        ],
    }
    assert desk.put("/negative-list", body)["number"] == 1
    assert desk.put("/negative-list", body, 409)["code"] == "negative_list_changed"
    assert seller.post("/products", {"code": "X", "title": "活体宠物"}, 422)["code"] == (
        "goods_banned"
    )
    assert [one["entry"] for one in desk.get("/negative-list/judgements")] == ["own.1.1"]
    assert desk.get("/negative-list")["version"] == f"{SHIPPED}+1"
    assert dt.datetime.fromisoformat(desk.get("/negative-list")["versions"][0]["made_at"]).tzinfo


@pytest.mark.row("LM-025")
def test_what_a_card_says_of_its_goods_is_an_attribute(ana: Actor) -> None:
    """The title says nothing of ivory; what the card is to say does."""
    id = add(ana, "手串", "饰品")
    with pytest.raises(GoodsBanned) as refused:
        actions.set_card_facts(product_id=id, facts={"material": "天然象牙"}, by=ana, now=NOW)
    assert refused.value.data["entry"] == "wildlife"
    assert [one.entry for one in reads.judgements(ana.org_id)] == ["wildlife"]
    said = {"material": "菩提子", "warnings": "本品不是象牙"}
    actions.set_card_facts(product_id=id, facts=said, by=ana, now=NOW)
    sku = actions.add_sku(product_id=id, spec=SkuSpec(code="S"), by=ana, now=NOW)
    actions.submit_product(product_id=id, by=ana, now=NOW)
    actions.approve_product(product_id=id, by=ana, now=NOW)
    own = OwnEntry(kind="live", title_zh="菩提子", words=("菩提子",), basis="平台规则第 9 条")
    actions.save_negative_list(entries=[own], number=0, by=ana, now=NOW)
    assert {*reads.banned_skus(ana.org_id, [sku.id])} == {sku.id}
    with pytest.raises(GoodsBanned):
        actions.hold_stock(org_id=ana.org_id, sku_id=sku.id, units=1, reason="", now=NOW)
