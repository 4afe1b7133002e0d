"""Contracts with agencies: three duties, on file, or the show stays shut."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kaibo.agreements import actions, reads
from kaibo.agreements.errors import ContractOver, ContractTermWrong, NoSuchContract, PartyCodeWrong
from kaibo.agreements.rules import CLAUSES, Covered, contracted
from kaibo.agreements.tests.ready import contracted as signed
from kaibo.catalog.tests.conftest import manager_of
from kaibo.catalog.tests.desk import Desk
from kaibo.facts.agreements import ContractEnded, ContractRecorded
from kaibo.hosts import actions as hosts
from kaibo.hosts.actions import AffiliationSpec
from kaibo.hosts.reads import host_file
from kaibo.hosts.tests.people import picture
from kaibo.journal.reads import last_position, read
from kaibo.planning import reads as plans
from kaibo.preflight.actions import open_show
from kaibo.preflight.errors import NotReady
from kaibo.preflight.reads import preflight
from kaibo.preflight.tests.ready import make_ready

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
TODAY, DAY = dt.date(2026, 11, 22), dt.timedelta(days=1)
AGENCY = "91330106MADEM0000A"
ALL = frozenset(CLAUSES)


@pytest.mark.row("LM-024")
def test_a_contract_without_a_duty_keeps_the_show_shut() -> None:
    """An agency's host appears; only a contract of today with all three duties opens the gate."""
    plan, desk = make_ready(now=NOW)
    by, host_id = desk.by, plan.show.host_id
    paper = next(one for one in host_file(plan.org_id, host_id).papers if one.kind == "affiliation")
    spec = AffiliationSpec(
        kind="agency", since_on=TODAY, paper_id=paper.id, party_name="青山经纪", party_code=AGENCY
    )
    show: dict[str, Any] = {"org_id": plan.org_id, "show_id": plan.show.id, "by": by, "now": NOW}

    def state() -> tuple[str, str]:
        checks = preflight(plan.org_id, plan.show.id, NOW).checks
        return next((one.state, one.detail_en) for one in checks if one.code == "contracts")

    assert state() == ("green", "none needed")
    hosts.affiliate_host(host_id=host_id, spec=spec, by=by, now=NOW)
    assert state() == ("red", "no contract with 青山经纪 holds")
    signed(by=by, now=NOW, party_code=AGENCY, has_consumer=False)
    assert state() == ("red", "the one with 青山经纪 lacks: consumer protection")
    with pytest.raises(NotReady) as shut:
        open_show(**show)
    assert shut.value.data["red"] == ["contracts"]
    assert plans.show(plan.org_id, plan.show.id).state == "draft"
    place = last_position()
    whole = signed(by=by, now=NOW, party_code=AGENCY.lower(), until_on=TODAY)
    assert state() == ("green", "青山经纪")
    actions.end_contract(contract_id=whole.id, by=by, now=NOW)
    assert state()[0] == "red"
    recorded, ended = (one.fact for one in read(place))
    assert isinstance(recorded, ContractRecorded)
    assert (recorded.contract_id, recorded.clauses) == (whole.id, tuple(CLAUSES))
    assert ended == ContractEnded(contract_id=whole.id)
    with pytest.raises(ContractOver):
        actions.end_contract(contract_id=whole.id, by=by, now=NOW)
    signed(by=by, now=NOW, party_code=AGENCY)
    open_show(**show)


@pytest.mark.row("LM-024")
@pytest.mark.parametrize(
    ("changed", "answer"),
    [
        ({}, ("held", ())),
        ({"clauses": frozenset({"security"})}, ("clauses", ("quality", "consumer"))),
        ({"since_on": TODAY + DAY}, ("none", ())),
        ({"until_on": TODAY}, ("none", ())),
        ({"until_on": TODAY + DAY}, ("held", ())),
        ({"is_ended": True}, ("none", ())),
    ],
)
def test_one_contract_covers_the_whole_show(changed: dict[str, Any], answer: Any) -> None:
    values: dict[str, Any] = {
        "clauses": ALL, "since_on": TODAY, "until_on": None, "is_ended": False,
    }  # fmt: skip
    one = Covered(**values | changed)
    assert contracted([one], first=TODAY, last=TODAY + DAY) == answer


def test_contracts_over_http() -> None:
    desk = Desk(manager_of("ana").org_id)
    form = {
        "party_name": "青山经纪", "party_code": AGENCY, "since_on": "2026-11-01",
        "has_quality": True, "file": SimpleUploadedFile("p.jpg", picture("white"), "image/jpeg"),
    }  # fmt: skip
    made = desk.client.post("/api/desk/contracts", form)
    assert made.status_code == 201, made.content
    id = made.json()["id"]
    (one,) = desk.get("/contracts")
    assert (one["has_quality"], one["has_security"], one["ended_at"]) == (True, False, None)
    assert desk.download(f"/contracts/{id}/paper").startswith(b"\xff\xd8")
    assert desk.post(f"/contracts/{id}/end")["ended_at"]
    with pytest.raises(PartyCodeWrong):
        signed(by=desk.by, now=NOW, party_code=AGENCY[:-1] + "B")
    with pytest.raises(ContractTermWrong):
        signed(by=desk.by, now=NOW, until_on=TODAY - DAY)
    other = Desk(manager_of("dai").org_id).by
    with pytest.raises(NoSuchContract):
        actions.end_contract(contract_id=id, by=other, now=NOW)
    with pytest.raises(NoSuchContract):
        reads.contract_paper(other.org_id, id)
