"""What is on file of people: documents, guardians, affiliations, agreements, courses, terms."""

import csv
import dataclasses
import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.actor import Actor
from kaibo.base.codes import is_credit_code
from kaibo.base.errors import NumberOutOfRange, PhotoUnreadable, TextMissing
from kaibo.base.times import shop_day
from kaibo.catalog.tests.conftest import NOW, manager_of
from kaibo.catalog.tests.desk import Desk
from kaibo.compliance.actions import add_listing
from kaibo.compliance.errors import OnBlacklist
from kaibo.compliance.tests.test_blacklist import SPEC
from kaibo.facts.hosts import HostPaperAdded, IdentityTermsSet, IdNumberRevealed
from kaibo.hosts import actions, reads, rules
from kaibo.hosts.actions import AffiliationSpec, EditionSpec, HostSpec, IdentityTerms
from kaibo.hosts.errors import (
    BornOnMissing,
    BornOnWrong,
    CreditCodeWrong,
    DayAhead,
    DocumentNumberWrong,
    EditionMoved,
    GuardianIsHost,
    GuardianTooYoung,
    HostTooYoung,
    IdentityMismatch,
    IdentityTaken,
    IdNumberWrong,
    NoSuchEdition,
    NoSuchPaper,
    RevealReasonMissing,
    SignerUnverified,
    TermBackwards,
)
from kaibo.hosts.rules.documents import read_document
from kaibo.hosts.rules.standing import Published, agreement_state, training_state
from kaibo.hosts.tests.people import (
    CREDIT_CODE,
    affiliated,
    consented,
    id_number,
    picture,
    published,
    stand,
)
from kaibo.journal.reads import last_position, read
from tests.paths import shared_data

pytestmark = pytest.mark.django_db

NUMBER = id_number(dt.date(1995, 3, 8))
MINOR = id_number(dt.date(2010, 1, 5))
TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def ana() -> Actor:
    return Desk(manager_of("ana").org_id).by


def added(by: Actor, number: str = NUMBER, **more: Any) -> int:
    spec = HostSpec(name="林小满", stage_name="小满", id_number=number, **more)
    return actions.add_host(spec=spec, by=by, now=NOW).id


def test_the_codes_of_the_data_set_are_judged_as_it_says() -> None:
    """GB 11643 and GB 32100; somebody born in the future is refused by age, not by number."""
    with shared_data("cn_id_codes", "cases.csv").open(encoding="utf-8", newline="") as file:
        cases = list(csv.DictReader(file))
    assert len(cases) == 19
    for case in cases:
        code, is_valid = case["code"], case["valid"] == "True"
        if case["kind"] == "uscc":
            assert is_credit_code(code.upper()) == is_valid, case
            continue
        try:
            rules.check_age(rules.read_id_number(code).born_on, now=NOW)
            found = True
        except (IdNumberWrong, HostTooYoung):
            found = False
        # A blank at the end is forgiven, as the data set allows.
        assert found == (is_valid or code.endswith(" ")), case


def test_other_documents_need_a_date_of_birth(ana: Actor) -> None:
    with pytest.raises(BornOnMissing):
        read_document("passport", "E12345678")
    with pytest.raises(DocumentNumberWrong):
        read_document("taiwan", "台12", born_on=TODAY)
    with pytest.raises(BornOnWrong):
        read_document("resident_id", NUMBER, born_on=dt.date(1995, 3, 9))
    born = {"document": "passport", "born_on": dt.date(2011, 1, 1)}
    with pytest.raises(HostTooYoung):
        added(ana, "E12345678", **born)
    host_id = added(ana, " e1234 5678", **born | {"born_on": dt.date(1990, 1, 1)})
    assert reads.host(ana.org_id, host_id).id_number_masked == "E*******8"
    verified = actions.verify_host(
        host_id=host_id, id_number="E12345678", method="document", by=ana, now=NOW
    )
    assert verified.verified_at == NOW
    with pytest.raises(TextMissing):
        actions.change_host(host_id=host_id, changes={"document": "taiwan"}, by=ana, now=NOW)


def test_one_person_is_written_down_once(ana: Actor, settings: Any) -> None:
    """Known again by a keyed hash, also after the key was changed; another shop does not know."""
    host_id, place = added(ana), last_position()
    with pytest.raises(IdentityTaken) as taken:
        added(ana, NUMBER.lower())
    assert taken.value.data["id"] == host_id
    other = added(ana, id_number(dt.date(1995, 3, 8), 2))
    with pytest.raises(IdentityTaken):
        actions.change_host(host_id=other, changes={"id_number": NUMBER}, by=ana, now=NOW)
    assert len(reads.hosts(ana.org_id)) == 2
    assert len(read(place)) == 1
    added(manager_of("dai"))


@pytest.mark.row("R-120")
def test_a_number_is_seen_in_full_only_for_a_reason(ana: Actor) -> None:
    host_id, place = added(ana), last_position()
    for reason in ("", "  ", f"号码 {NUMBER.lower()}"):
        with pytest.raises(RevealReasonMissing):
            actions.reveal_id_number(host_id=host_id, reason=reason, by=ana, now=NOW)
    assert read(place) == []
    shown = actions.reveal_id_number(host_id=host_id, reason="税务报送", by=ana, now=NOW)
    assert shown == NUMBER
    (entry,) = read(place)
    assert entry.fact == IdNumberRevealed(host_id=host_id, reason="税务报送")
    assert entry.actor == ana.tag
    desk = Desk(ana.org_id, "operations")
    desk.post(f"/hosts/{host_id}/reveal", {"reason": "看看"}, 403)


def test_a_picture_is_kept_encrypted_and_a_new_portrait_ends_the_verification(ana: Actor) -> None:
    host_id = added(ana)
    with pytest.raises(PhotoUnreadable):
        actions.add_paper(host_id=host_id, kind="portrait", data=b"GIF", by=ana, now=NOW)
    put: dict[str, Any] = {"host_id": host_id, "kind": "portrait", "by": ana, "now": NOW}
    first = actions.add_paper(**put, data=picture())
    actions.verify_host(host_id=host_id, id_number=NUMBER, method="document", by=ana, now=NOW)
    place = last_position()
    assert actions.add_paper(**put, data=picture()).id == first.id
    assert reads.standing(ana.org_id, host_id, now=NOW).identity == "valid"
    second = actions.add_paper(**put, data=picture("blue"))
    today = reads.standing(ana.org_id, host_id, now=NOW)
    assert (today.identity, today.portrait_id) == ("missing", second.id)
    (entry,) = read(place)
    assert entry.fact == HostPaperAdded(
        host_id=host_id, paper_id=second.id, kind="portrait", digest=second.digest,
        ends_verification=True,
    )  # fmt: skip
    assert reads.paper_data(ana.org_id, second.id).startswith(b"\xff\xd8")
    with connection.cursor() as cursor:
        cursor.execute("SELECT content_encrypted FROM hosts_paper")
        assert {row[0][:4] for row in cursor.fetchall()} == {"gAAA"}
    with pytest.raises(NoSuchPaper):
        reads.paper_data(manager_of("dai").org_id, second.id)


@pytest.mark.row("LM-007")
def test_a_guardian_is_somebody_else_of_age_with_a_signed_paper(ana: Actor) -> None:
    host_id = added(ana, MINOR)
    paper = actions.add_paper(host_id=host_id, kind="consent", data=picture(), by=ana, now=NOW)
    good = actions.GuardianSpec(
        name="林大满", document="resident_id", id_number=id_number(dt.date(1980, 1, 1)),
        relation="parent", signed_on=TODAY, paper_id=paper.id,
    )  # fmt: skip
    place = last_position()
    wrong: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"id_number": MINOR}, GuardianIsHost),
        ({"id_number": id_number(dt.date(2008, 11, 23))}, GuardianTooYoung),
        ({"signed_on": TODAY + dt.timedelta(days=1)}, DayAhead),
        ({"paper_id": paper.id + 1}, NoSuchPaper),
        ({"name": " "}, TextMissing),
    ]
    for change, refusal in wrong:
        with pytest.raises(refusal):
            actions.record_guardian_consent(
                host_id=host_id, spec=dataclasses.replace(good, **change), by=ana, now=NOW
            )
    assert read(place) == []
    assert reads.standing(ana.org_id, host_id, now=NOW).age == "needs_guardian"
    grown_today = dataclasses.replace(good, id_number=id_number(dt.date(2008, 11, 22)))
    view = actions.record_guardian_consent(host_id=host_id, spec=grown_today, by=ana, now=NOW)
    assert (view.name_masked, view.relation) == ("林**", "parent")
    assert reads.standing(ana.org_id, host_id, now=NOW).age == "with_guardian"
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM hosts_guardian")
        stored = repr(cursor.fetchall())
    assert "林大满" not in stored
    assert grown_today.id_number not in stored


@pytest.mark.row("LM-005", "LM-020")
def test_an_affiliation_is_proved_dated_and_names_who_answers(ana: Actor) -> None:
    host_id = added(ana)
    paper = actions.add_paper(host_id=host_id, kind="affiliation", data=picture(), by=ana, now=NOW)
    good = AffiliationSpec(
        kind="agency", since_on=TODAY, until_on=TODAY, paper_id=paper.id,
        party_name="好主播公司", party_code=CREDIT_CODE.lower(),
    )  # fmt: skip
    place = last_position()
    wrong: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"party_name": ""}, TextMissing),
        ({"party_code": CREDIT_CODE[:-1] + "4"}, CreditCodeWrong),
        ({"until_on": TODAY - dt.timedelta(days=1)}, TermBackwards),
        ({"paper_id": paper.id + 1}, NoSuchPaper),
        ({"kind": "self", "responsible_name": "某店", "responsible_code": "1"}, CreditCodeWrong),
        ({"kind": "self", "responsible_code": CREDIT_CODE}, TextMissing),
    ]
    for change, refusal in wrong:
        with pytest.raises(refusal):
            actions.affiliate_host(
                host_id=host_id, spec=dataclasses.replace(good, **change), by=ana, now=NOW
            )
    assert read(place) == []
    at = actions.affiliate_host(host_id=host_id, spec=good, by=ana, now=NOW)
    assert (at.responsible_name, at.responsible_code) == ("好主播公司", CREDIT_CODE)
    days = [NOW - dt.timedelta(days=1), NOW, NOW + dt.timedelta(days=1)]
    held = [reads.standing(ana.org_id, host_id, now=day).affiliation for day in days]
    assert held == [None, at, None]
    alone = dataclasses.replace(good, kind="self", since_on=TODAY, until_on=None)
    own = actions.affiliate_host(host_id=host_id, spec=alone, by=ana, now=NOW)
    assert (own.party_name, own.responsible_name) == ("", "")
    listed = dataclasses.replace(SPEC, who="agency", identifiers={"credit_code": CREDIT_CODE})
    add_listing(spec=listed, by=ana, now=NOW)
    with pytest.raises(OnBlacklist):
        actions.affiliate_host(host_id=host_id, spec=good, by=ana, now=NOW)


@pytest.mark.row("LM-013", "LM-018")
def test_a_new_edition_is_signed_and_learned_anew(ana: Actor) -> None:
    host_id = added(ana)
    page = actions.add_paper(host_id=host_id, kind="agreement", data=picture(), by=ana, now=NOW)
    published(by=ana, now=NOW)
    first = {one.kind: one.id for one in reads.editions(ana.org_id)}
    proof: dict[str, Any] = {"host_id": host_id, "done_on": TODAY, "by": ana, "now": NOW}
    with pytest.raises(SignerUnverified):
        actions.record_proof(**proof, edition_id=first["agreement"], paper_id=page.id)
    actions.verify_host(host_id=host_id, id_number=NUMBER, method="document", by=ana, now=NOW)
    wrong: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"edition_id": first["agreement"]}, NoSuchPaper),
        ({"edition_id": 10**9}, NoSuchEdition),
        ({"edition_id": first["course"], "score": 101}, NumberOutOfRange),
        ({"edition_id": first["course"], "done_on": TODAY + dt.timedelta(days=1)}, DayAhead),
        ({"edition_id": first["course"], "done_on": TODAY - dt.timedelta(days=1)}, DayAhead),
    ]
    for change, refusal in wrong:
        with pytest.raises(refusal):
            actions.record_proof(**proof | change)
    actions.record_proof(**proof, edition_id=first["agreement"], paper_id=page.id)
    failed = actions.record_proof(**proof, edition_id=first["course"], score=59)
    assert not failed.is_passed
    standing = reads.standing(ana.org_id, host_id, now=NOW)
    assert (standing.agreement, standing.training) == ("signed", "untrained")
    actions.record_proof(**proof, edition_id=first["course"], score=60)
    standing = reads.standing(ana.org_id, host_id, now=NOW)
    assert (standing.training, standing.trained_through) == ("trained", dt.date(2027, 11, 22))
    behind = EditionSpec(kind="course", number=0, title="二", text="二")
    with pytest.raises(EditionMoved):
        actions.publish_edition(spec=behind, by=ana, now=NOW)
    for kind in ("agreement", "course"):
        spec = EditionSpec(kind=kind, number=1, title="二", text="二", is_mandatory=False)
        actions.publish_edition(spec=spec, by=ana, now=NOW)
    standing = reads.standing(ana.org_id, host_id, now=NOW)
    assert (standing.agreement, standing.training) == ("unsigned", "trained")
    spec = EditionSpec(kind="course", number=2, title="三", text="三")
    actions.publish_edition(spec=spec, by=ana, now=NOW)
    assert reads.standing(ana.org_id, host_id, now=NOW).training == "untrained"


def test_grace_ends_to_the_second_and_never_helps_who_signed_nothing() -> None:
    editions = [
        Published(2, True, NOW, 7),
        Published(1, True, NOW - dt.timedelta(days=90), 0),
    ]
    ends = NOW + dt.timedelta(days=7)
    assert agreement_state(editions, {1}, now=ends - dt.timedelta(seconds=1)) == "grace"
    assert agreement_state(editions, {1}, now=ends) == "unsigned"
    assert agreement_state(editions, set(), now=NOW) == "unsigned"
    assert agreement_state(editions, {2}, now=ends) == "signed"
    assert agreement_state([], {1}, now=NOW) == "none"


@given(st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)), st.integers(1, 36))
def test_a_course_holds_to_its_last_day(passed: dt.date, months: int) -> None:
    course = [Published(1, True, NOW, 0)]
    through = rules.months_later(passed, months)
    noon = dt.datetime.combine(through, dt.time(4), dt.UTC)
    one = [(1, passed)]
    held = training_state(course, one, months=months, now=noon)
    over = training_state(course, one, months=months, now=noon + dt.timedelta(days=1))
    assert (held, over) == ("due", "expired")


@pytest.mark.row("R-120")
def test_a_shop_may_be_stricter_than_the_law_and_never_looser(ana: Actor) -> None:
    for change in (
        {"reverify_months": 7}, {"reverify_months": 0}, {"age_min": 15}, {"age_min": 19},
        {"training_months": 37}, {"check_hours": 25}, {"check_hours": 0},
    ):  # fmt: skip
        terms = IdentityTerms(**change)
        with pytest.raises(NumberOutOfRange):
            actions.set_identity_terms(terms=terms, by=ana, now=NOW)
    assert reads.terms_of(ana.org_id) == IdentityTerms()
    minor = added(ana, MINOR)
    grown = added(ana)
    stand(grown, NUMBER, by=ana, now=NOW)
    consented(minor, by=ana, now=NOW)
    place = last_position()
    strict = IdentityTerms(reverify_months=3, age_min=18, training_months=6, check_hours=2)
    for _ in range(2):
        actions.set_identity_terms(terms=strict, by=ana, now=NOW)
    assert [entry.fact for entry in read(place)] == [IdentityTermsSet(**dataclasses.asdict(strict))]
    cards = {card.id: card for card in reads.host_cards(ana.org_id, now=NOW)}
    assert cards[minor].age == "too_young"
    assert cards[grown].verified_through == dt.date(2027, 2, 22)
    assert cards[grown].days_left == 92
    assert cards[grown].trained_through == dt.date(2027, 5, 22)
    assert reads.terms_of(manager_of("dai").org_id) == IdentityTerms()


def test_a_file_over_http(ana: Actor) -> None:
    """Everything the page does, and nothing of it for a stranger."""
    desk = Desk(manager_of("dai").org_id)
    host = desk.post("/hosts", {"name": "林", "stage_name": "满", "id_number": NUMBER}, 201)
    at = f"/hosts/{host['id']}"
    assert desk.client.get(f"/api/desk{at}/file").json()["papers"] == []
    affiliated(host["id"], by=desk.by, now=NOW)
    (paper,) = desk.get(f"{at}/file")["papers"]
    shown = desk.client.get(f"/api/desk/host-papers/{paper['id']}")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert shown["Cache-Control"] == "no-store"
    Desk(desk.by.org_id, "host").get(f"/host-papers/{paper['id']}", 403)
    edition = desk.post(
        "/editions", {"kind": "course", "number": 0, "title": "课", "text": "文"}, 201
    )
    day = shop_day(timezone.now()).isoformat()
    body = {"edition_id": edition["id"], "done_on": day, "score": 80}
    (proof,) = desk.post(f"{at}/proofs", body)["proofs"]
    assert (proof["kind"], proof["is_passed"]) == ("course", True)
    assert desk.post(f"{at}/reveal", {"reason": "税务报送"}) == {"id_number": NUMBER}
    assert desk.get("/identity-terms")["reverify_months"] == 6
    strict = {"reverify_months": 5, "age_min": 16, "training_months": 12, "check_hours": 12}
    assert desk.put("/identity-terms", strict) == strict
    desk.put("/identity-terms", strict | {"reverify_months": 7}, 422)


def test_a_mismatch_ends_a_verification_until_the_document_fits(ana: Actor) -> None:
    host_id = added(ana)
    verify: dict[str, Any] = {"host_id": host_id, "method": "document", "by": ana, "now": NOW}
    actions.verify_host(**verify, id_number=NUMBER)
    with pytest.raises(IdentityMismatch):
        actions.verify_host(**verify, id_number=MINOR)
    assert reads.standing(ana.org_id, host_id, now=NOW).identity == "refused"
    actions.verify_host(**verify, id_number=NUMBER)
    assert reads.standing(ana.org_id, host_id, now=NOW).identity == "valid"
