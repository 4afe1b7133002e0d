"""Papers of goods: written down by one, accepted by another, and asked for before a promise."""

import datetime as dt
from dataclasses import replace

import pytest

from kaibo.base.actor import Actor
from kaibo.base.errors import Refusal
from kaibo.catalog import actions, reads
from kaibo.catalog.actions import PaperSpec
from kaibo.catalog.errors import (
    NoSuchPaper,
    NoSuchProduct,
    PaperDaysCrossed,
    PaperHashWrong,
    PaperJudged,
    PaperKindUnknown,
    PaperNumberWrong,
    PapersMissing,
    PaperTwice,
    SecondPersonForPaper,
)
from kaibo.catalog.reads import SkuView
from kaibo.catalog.tests.conftest import NOW, stocked
from kaibo.catalog.tests.desk import Desk
from kaibo.facts.catalog import PaperAccepted, PaperAdded, PaperRefused
from kaibo.journal.reads import last_position, read

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 22)
SPEC = PaperSpec(
    kind="food_licence",
    number="JY13301060123456",
    issuer="杭州市市场监督管理局",
    valid_from=dt.date(2025, 1, 1),
    valid_to=TODAY,
)


def second(by: Actor) -> Actor:
    """A colleague who may approve."""
    return replace(by, id=by.id + 1)


def food(by: Actor) -> SkuView:
    """An approved product of food, without papers."""
    sku = stocked(by)
    changes = actions.ProductChanges(category="食品/粮油")
    actions.change_product(product_id=sku.product_id, changes=changes, by=by, now=NOW)
    actions.submit_product(product_id=sku.product_id, by=by, now=NOW)
    actions.approve_product(product_id=sku.product_id, by=by, now=NOW)
    return sku


@pytest.mark.row("LM-027")
def test_food_sells_once_a_second_person_has_accepted_its_licence(ana: Actor) -> None:
    sku, place = food(ana), last_position()
    with pytest.raises(PapersMissing) as refused:
        reads.check_sellable(sku.id, now=NOW)
    assert refused.value.data == {
        "product_id": sku.product_id,
        "lacks_zh": "食品生产或经营许可证或仅销售预包装食品备案",
        "lacks_en": (
            "Food production or trading licence or Filing of who sells prepacked food alone"
        ),
    }
    with pytest.raises(PapersMissing):
        actions.hold_stock(org_id=ana.org_id, sku_id=sku.id, units=1, reason="r", now=NOW)
    assert reads.sku(ana.org_id, sku.id).held == 0
    paper = actions.add_paper(product_id=sku.product_id, spec=SPEC, by=ana, now=NOW)
    with pytest.raises(PapersMissing):
        reads.check_sellable(sku.id, now=NOW)
    with pytest.raises(SecondPersonForPaper):
        actions.accept_paper(paper_id=paper.id, by=ana, now=NOW)
    actions.accept_paper(paper_id=paper.id, by=second(ana), now=NOW)
    reads.check_sellable(sku.id, now=NOW)
    assert [need.met for need in reads.papers(ana.org_id, sku.product_id, now=NOW).needs] == [True]
    assert [type(entry.fact) for entry in read(place)] == [PaperAdded, PaperAccepted]


@pytest.mark.row("LM-027")
def test_papers_hold_to_the_end_of_their_last_day_in_the_shop_s_zone(ana: Actor) -> None:
    sku = food(ana)
    paper = actions.add_paper(product_id=sku.product_id, spec=SPEC, by=ana, now=NOW)
    actions.accept_paper(paper_id=paper.id, by=second(ana), now=NOW)
    midnight = dt.datetime(2026, 11, 22, 16, tzinfo=dt.UTC)
    before = midnight - dt.timedelta(microseconds=1)
    reads.check_sellable(sku.id, now=before)
    assert reads.papers_ran_out([sku.id], now=before) == set()
    with pytest.raises(PapersMissing):
        reads.check_sellable(sku.id, now=midnight)
    assert reads.papers_ran_out([sku.id], now=midnight) == {sku.id}


def test_what_was_accepted_can_be_taken_back_and_entered_anew(ana: Actor) -> None:
    sku, place = food(ana), last_position()
    first = actions.add_paper(product_id=sku.product_id, spec=SPEC, by=ana, now=NOW)
    actions.accept_paper(paper_id=first.id, by=second(ana), now=NOW)
    with pytest.raises(PaperTwice):
        actions.add_paper(product_id=sku.product_id, spec=SPEC, by=ana, now=NOW)
    actions.refuse_paper(paper_id=first.id, reason="已被吊销", by=ana, now=NOW)
    with pytest.raises(PaperJudged):
        actions.refuse_paper(paper_id=first.id, reason="再次", by=ana, now=NOW)
    with pytest.raises(PaperJudged):
        actions.accept_paper(paper_id=first.id, by=second(ana), now=NOW)
    with pytest.raises(PapersMissing):
        reads.check_sellable(sku.id, now=NOW)
    actions.add_paper(product_id=sku.product_id, spec=SPEC, by=ana, now=NOW)
    told = [PaperAdded, PaperAccepted, PaperRefused, PaperAdded]
    assert [type(entry.fact) for entry in read(place)] == told


@pytest.mark.parametrize(
    ("spec", "refusal"),
    [
        (replace(SPEC, kind="x"), PaperKindUnknown),
        (replace(SPEC, number="JY1"), PaperNumberWrong),
        (replace(SPEC, valid_to=dt.date(2024, 12, 31)), PaperDaysCrossed),
        (replace(SPEC, sha256="abc"), PaperHashWrong),
        (replace(SPEC, issuer=" "), Refusal),
    ],
)
def test_what_cannot_be_a_paper_is_not_written(
    ana: Actor, spec: PaperSpec, refusal: type[Refusal]
) -> None:
    sku = stocked(ana)
    place = last_position()
    with pytest.raises(refusal):
        actions.add_paper(product_id=sku.product_id, spec=spec, by=ana, now=NOW)
    assert reads.papers(ana.org_id, sku.product_id, now=NOW).papers == ()
    assert read(place) == []


def test_another_shop_s_papers_are_not_there(ana: Actor, dai: Actor) -> None:
    sku = stocked(ana)
    paper = actions.add_paper(product_id=sku.product_id, spec=SPEC, by=ana, now=NOW)
    with pytest.raises(NoSuchProduct):
        actions.add_paper(product_id=sku.product_id, spec=SPEC, by=dai, now=NOW)
    with pytest.raises(NoSuchProduct):
        reads.papers(dai.org_id, sku.product_id, now=NOW)
    with pytest.raises(NoSuchPaper):
        actions.accept_paper(paper_id=paper.id, by=dai, now=NOW)
    with pytest.raises(NoSuchPaper):
        actions.refuse_paper(paper_id=paper.id, reason="x", by=dai, now=NOW)
    assert reads.papers(ana.org_id, sku.product_id, now=NOW).papers == (paper,)


@pytest.mark.once
def test_papers_over_http(ana: Actor) -> None:
    sku = food(ana)
    writer, judge = Desk(ana.org_id, "operations"), Desk(ana.org_id)
    body = {
        "kind": "food_licence",
        "number": "jy1330106 0123456",
        "issuer": "市场监管局",
        "valid_from": "2020-01-01",
    }
    path = f"/products/{sku.product_id}/papers"
    paper = writer.post(path, body, 201)
    assert paper["number"] == "JY13301060123456"
    assert writer.post(f"/papers/{paper['id']}/accept", status=403)["code"] == "not_allowed"
    assert judge.post(f"/papers/{paper['id']}/accept")["verdict"] == "accepted"
    found = writer.get(path)
    assert [(need["article"], need["met"]) for need in found["needs"]] == [("第二十七条", True)]
    wrong = writer.post(path, body | {"number": "1"}, 422)
    assert (wrong["code"], "JY13301060123456" in str(wrong)) == ("paper_number_wrong", True)
    assert "food_licence" in {kind["code"] for kind in writer.get("/paper-kinds")}
