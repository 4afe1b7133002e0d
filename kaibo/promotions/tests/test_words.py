"""What a shop publishes in a room is judged as buyers read it, before it is public."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from kaibo.compliance.errors import WordsBlocked, WordsUnconfirmed
from kaibo.compliance.reads import findings
from kaibo.promotions import actions, reads
from kaibo.promotions.actions import Favour, Prize, Question
from kaibo.promotions.tests import drawing, inviting, packing, quizzing
from kaibo.promotions.tests.shop import NOW, Shop

pytestmark = [pytest.mark.django_db, pytest.mark.row("LM-037", "LM-038")]

ASKING = Question(text="哪一款最好记？", choices=("国家级面霜", "乳液"), seconds=10)


def _quiz(shop: Shop, **_: Any) -> Any:
    spec = msgspec.structs.replace(quizzing.SPEC, questions=(ASKING, *quizzing.SPEC.questions[1:]))
    return quizzing.draft(shop, spec=spec)


@pytest.mark.parametrize(
    ("kind", "make", "publish"),
    [
        ("draw", drawing.draft, "publish_draw"),
        ("draw", _quiz, "publish_draw"),
        ("red_packet", packing.draft, "publish_packet"),
        ("invite", inviting.draft, "publish_invite"),
    ],
)
def test_what_breaks_a_rule_is_not_published(
    shop: Shop, kind: str, make: Callable[..., Any], publish: str
) -> None:
    made = make(shop, title="国家级福利")
    verb = {f"{publish.removeprefix('publish_')}_id": made.id, "now": NOW}
    with pytest.raises(WordsBlocked) as refused:
        getattr(actions, publish)(**verb, by=shop.by)
    assert (refused.value.data["words"], refused.value.data["rule_id"]) == (
        "国家级", "C1.state-level",
    )  # fmt: skip
    (finding,) = findings(shop.org_id)
    assert (finding.subject_kind, finding.subject_id, finding.show_id) == (
        kind, made.id, made.show_id,
    )  # fmt: skip


def test_what_must_be_looked_at_goes_out_with_a_reason(shop: Shop) -> None:
    """A red packet's money is a promotion of its own: one reason is enough for both."""
    made = packing.draft(shop, title="专柜价399，红包")
    with pytest.raises(WordsUnconfirmed):
        actions.publish_packet(packet_id=made.id, by=shop.by, now=NOW)
    assert reads.packet(shop.org_id, made.id).state == "draft"
    by = replace(shop.by, reason="小票已存档")
    assert actions.publish_packet(packet_id=made.id, by=by, now=NOW).state == "published"
    assert {one.confirmed_reason for one in findings(shop.org_id)} == {"小票已存档"}


def test_prizes_that_come_later_are_judged_too(shop: Shop) -> None:
    made = drawing.open_one(shop)
    prize = Prize(name="国家级面霜", count=1, value_fen=100, proof="标价")
    more = (*drawing.spec_of().prizes, prize)
    with pytest.raises(WordsBlocked):
        actions.change_draw(draw_id=made.id, changes=Favour(prizes=more), by=shop.by, now=NOW)
    assert len(reads.draw(shop.org_id, made.id).terms["prizes"]) == 2
