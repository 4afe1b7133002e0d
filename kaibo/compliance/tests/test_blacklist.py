"""The blacklist: whole entries only, found under a new account, ended by itself or on appeal."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from kaibo.access import crypto
from kaibo.base.actor import Actor
from kaibo.base.errors import BadInput, TextMissing
from kaibo.compliance import actions, reads
from kaibo.compliance.errors import (
    AppealBySamePerson,
    ListingStateWrong,
    NoSuchListing,
    OnBlacklist,
)
from kaibo.compliance.models import ListedMark, Listing
from kaibo.compliance.tests.conftest import NOW
from kaibo.facts import registry
from kaibo.facts.compliance import ListingAnswered, ListingAppealed, ListingEnded, ListingMade
from kaibo.hosts.actions import HostSpec, add_host, change_host
from kaibo.journal.models import Entry

pytestmark = pytest.mark.django_db

ID_NUMBER = "11010519491231002X"
ENDS_AT = NOW + dt.timedelta(days=365)
SPEC = actions.ListingSpec(
    who="host",
    name="林某",
    identifiers={"id_number": ID_NUMBER, "phone": "138 0000 1234"},
    facts="2026-11-20 直播中两次宣称食品治疗疾病",
    reason="经警示后再犯，情节严重",
    basis="《直播电商监督管理办法》第十四条",
    appeal_to="合规部 compliance@example.com，15 日内",
    ends_at=ENDS_AT,
)


def told() -> list[Any]:
    kinds = (ListingMade, ListingAppealed, ListingAnswered, ListingEnded)
    facts = [registry.decode(row.tag, row.body) for row in Entry.objects.order_by("id")]
    return [fact for fact in facts if isinstance(fact, kinds)]


def comes(by: Actor, *, now: dt.datetime, id_number: str = ID_NUMBER) -> int:
    spec = HostSpec(name="林某某", stage_name="新名字", id_number=id_number)
    return add_host(spec=spec, by=by, now=now).id


@pytest.mark.row("LM-011")
def test_who_is_listed_does_not_come_back_under_a_new_name(ana: Actor, dai: Actor) -> None:
    """The same number is refused however it is written, until the term is over."""
    actions.add_listing(spec=SPEC, by=ana, now=NOW)
    for written in (ID_NUMBER, "110105 19491231 002x", "１１０１０５１９４９１２３１００２Ｘ"):
        with pytest.raises(OnBlacklist) as refused:
            comes(ana, now=NOW, id_number=written)
        assert refused.value.data["ends_at"] == ENDS_AT
    host_id = comes(ana, now=NOW, id_number="")
    with pytest.raises(OnBlacklist):
        change_host(host_id=host_id, changes={"id_number": ID_NUMBER}, by=ana, now=NOW)
    with pytest.raises(OnBlacklist):
        reads.check_not_listed(ana.org_id, "phone", "13800001234", now=NOW)
    comes(dai, now=NOW)
    # After the term at once, whether the entry was taken out by then or not.
    comes(ana, now=ENDS_AT)


def test_only_keyed_hashes_are_kept(ana: Actor, settings: Any) -> None:
    """Without a field key nothing is found; with an older one beside the new it is."""
    actions.add_listing(spec=SPEC, by=ana, now=NOW)
    marks = {mark.kind: mark for mark in ListedMark.objects.all()}
    assert marks["id_number"].masked == "110************02X"
    assert all(len(mark.digest) == 64 for mark in marks.values())
    bodies = "".join(str(entry.body) for entry in Entry.objects.all())
    assert ID_NUMBER not in bodies
    assert "林某" not in bodies
    (old, *_) = settings.KAIBO_FIELD_KEYS
    with override_settings(KAIBO_FIELD_KEYS=["another"]):
        reads.check_not_listed(ana.org_id, "id_number", ID_NUMBER, now=NOW)
    with override_settings(KAIBO_FIELD_KEYS=["another", old]):
        assert len(crypto.keyed_digests("blacklist.id_number", ID_NUMBER)) == 2
        with pytest.raises(OnBlacklist):
            reads.check_not_listed(ana.org_id, "id_number", ID_NUMBER, now=NOW)


@pytest.mark.row("LM-139")
@pytest.mark.parametrize("field", ["facts", "reason", "basis", "appeal_to", "name"])
def test_an_entry_says_everything(ana: Actor, field: str) -> None:
    """None of the five of art. 14 may be missing, nor whom it is about."""
    blank: dict[str, Any] = {field: " "}
    with pytest.raises(TextMissing):
        actions.add_listing(spec=replace(SPEC, **blank), by=ana, now=NOW)
    assert not Listing.objects.exists()


@pytest.mark.row("LM-139")
@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_at": NOW},
        {"ends_at": NOW + dt.timedelta(days=9_999)},
        {"identifiers": {"phone": " "}},
        {"identifiers": {"phone": "12"}},
        {"identifiers": {"credit_code": "1"}},
        {"who": "cat"},
    ],
)
def test_an_entry_has_a_term_and_somebody_it_is_about(ana: Actor, wrong: dict[str, Any]) -> None:
    """Refused, and nothing written."""
    with pytest.raises(BadInput):
        actions.add_listing(spec=replace(SPEC, **wrong), by=ana, now=NOW)
    assert not Listing.objects.exists()


@pytest.mark.row("LM-139")
def test_another_person_answers_the_appeal_and_its_effects_go(ana: Actor, dai: Actor) -> None:
    """Removed at once when it is right; the letter told the five things and the way."""
    made = actions.add_listing(spec=SPEC, by=ana, now=NOW)
    for words in (SPEC.facts, SPEC.reason, SPEC.basis, SPEC.appeal_to, "2027-11-22"):
        assert words in made.letter
    other, id = replace(ana, id=2), made.id
    with pytest.raises(ListingStateWrong):
        actions.answer_appeal(listing_id=id, is_upheld=False, answer="x", by=other, now=NOW)
    with pytest.raises(NoSuchListing):
        actions.appeal_listing(listing_id=id, appeal="不是我", by=dai, now=NOW)
    view = actions.appeal_listing(listing_id=id, appeal="不是我", by=ana, now=NOW)
    assert view.answer_by == NOW + dt.timedelta(days=15)
    with pytest.raises(OnBlacklist):
        comes(ana, now=NOW)
    with pytest.raises(AppealBySamePerson):
        actions.answer_appeal(listing_id=id, is_upheld=False, answer="属实", by=ana, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Listing.objects.update(answered_by=ana.id)
    answered = actions.answer_appeal(
        listing_id=id, is_upheld=False, answer="证据不足", by=other, now=NOW
    )
    assert (answered.state, answered.answered_by, answered.answer) == ("removed", 2, "证据不足")
    comes(ana, now=NOW)
    assert [type(fact) for fact in told()] == [ListingMade, ListingAppealed, ListingAnswered]


def test_the_term_ends_by_itself_and_once(ana: Actor) -> None:
    """An upheld entry too; one that was removed has no term any more."""
    other = replace(ana, id=2)
    ids = [actions.add_listing(spec=SPEC, by=ana, now=NOW).id for _ in range(3)]
    for id in ids[1:]:
        actions.appeal_listing(listing_id=id, appeal="申诉", by=ana, now=NOW)
        is_upheld = id == ids[1]
        actions.answer_appeal(listing_id=id, is_upheld=is_upheld, answer="复核", by=other, now=NOW)
    assert actions.end_due_listings(now=ENDS_AT - dt.timedelta(seconds=1)) == 0
    assert actions.end_due_listings(now=ENDS_AT) == 2
    assert actions.end_due_listings(now=ENDS_AT) == 0
    states = {view.id: view.state for view in reads.listings(ana.org_id)}
    assert states == {ids[0]: "ended", ids[1]: "ended", ids[2]: "removed"}
