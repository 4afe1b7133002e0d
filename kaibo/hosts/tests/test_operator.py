"""The file of who runs the rooms: complete, verified within six months, its licence in force."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from kaibo.base.actor import Actor
from kaibo.base.errors import TextMissing
from kaibo.catalog.tests.conftest import NOW, manager_of
from kaibo.catalog.tests.desk import Desk
from kaibo.compliance.actions import add_listing
from kaibo.compliance.errors import OnBlacklist
from kaibo.compliance.tests.test_blacklist import SPEC as LISTING
from kaibo.facts.hosts import LicenceFiled, OperatorFiled, OperatorVerified
from kaibo.hosts import actions, reads
from kaibo.hosts.actions import HostSpec, OperatorSpec
from kaibo.hosts.errors import (
    CreditCodeWrong,
    LicenceMissing,
    LicenceOver,
    NoSuchHost,
    OperatorMissing,
    SignerUnverified,
)
from kaibo.hosts.tests.people import CREDIT_CODE, id_number, operating, picture
from kaibo.journal.reads import last_position, read

pytestmark = pytest.mark.django_db

GOOD = OperatorSpec(
    kind="company", name="安安商贸", address="上海市静安区 1 号", contact="400-1",
    credit_code=CREDIT_CODE.lower(),
)  # fmt: skip
TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def ana() -> Actor:
    return Desk(manager_of("ana").org_id).by


def state(by: Actor, now: dt.datetime = NOW) -> str:
    return reads.operator(by.org_id, now=now).state


@pytest.mark.row("LM-001")
def test_a_file_is_complete_before_it_is_verified(ana: Actor) -> None:
    wrong: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"name": " "}, TextMissing),
        ({"address": ""}, TextMissing),
        ({"contact": ""}, TextMissing),
        ({"credit_code": CREDIT_CODE[:-1]}, CreditCodeWrong),
        ({"kind": "person"}, NoSuchHost),
    ]
    place = last_position()
    for change, refusal in wrong:
        with pytest.raises(refusal):
            actions.file_operator(spec=dataclasses.replace(GOOD, **change), by=ana, now=NOW)
    with pytest.raises(OperatorMissing):
        actions.file_licence(data=picture(), by=ana, now=NOW)
    with pytest.raises(OperatorMissing):
        actions.verify_operator(by=ana, now=NOW)
    assert read(place) == []
    assert state(ana) == "missing"
    actions.file_operator(spec=GOOD, by=ana, now=NOW)
    with pytest.raises(LicenceMissing):
        actions.verify_operator(by=ana, now=NOW)
    assert state(ana) == "unverified"
    actions.file_licence(data=picture(), by=ana, now=NOW)
    view = actions.verify_operator(by=ana, now=NOW)
    assert (view.state, view.credit_code, view.verified_by) == ("valid", CREDIT_CODE, ana.id)
    kinds = [type(entry.fact) for entry in read(place)]
    assert kinds == [OperatorFiled, LicenceFiled, OperatorVerified]
    assert reads.licence_data(ana.org_id).startswith(b"\xff\xd8")
    with pytest.raises(LicenceMissing):
        reads.licence_data(manager_of("dai").org_id)


@pytest.mark.row("LM-001")
def test_what_reads_differently_is_verified_again(ana: Actor) -> None:
    operating(by=ana, now=NOW)
    place = last_position()
    operator = reads.operator(ana.org_id, now=NOW)
    same = dataclasses.replace(GOOD, name=operator.name)
    actions.file_operator(spec=same, by=ana, now=NOW)
    actions.file_licence(data=picture("yellow"), by=ana, now=NOW)
    assert (read(place), state(ana)) == ([], "valid")
    actions.file_operator(spec=dataclasses.replace(same, address="别处"), by=ana, now=NOW)
    assert state(ana) == "unverified"
    actions.verify_operator(by=ana, now=NOW)
    actions.file_licence(data=picture("blue"), by=ana, now=NOW)
    assert state(ana) == "unverified"


@pytest.mark.row("LM-001")
def test_a_licence_that_ends_ends_the_file(ana: Actor) -> None:
    ends = TODAY + dt.timedelta(days=40)
    operating(by=ana, now=NOW, expires_on=ends)
    days = [9, 10, 40, 41]
    found = [state(ana, NOW + dt.timedelta(days=day)) for day in days]
    assert found == ["valid", "licence_due", "licence_due", "licence_expired"]
    with pytest.raises(LicenceOver):
        actions.verify_operator(by=ana, now=NOW + dt.timedelta(days=41))


def test_a_natural_person_is_known_by_their_own_file(ana: Actor) -> None:
    number = id_number(dt.date(1990, 1, 2))
    spec = HostSpec(name="林", stage_name="林", id_number=number, part="operator")
    host_id = actions.add_host(spec=spec, by=ana, now=NOW).id
    own = dataclasses.replace(GOOD, kind="person", host_id=host_id)
    assert actions.file_operator(spec=own, by=ana, now=NOW).credit_code == ""
    with pytest.raises(SignerUnverified):
        actions.verify_operator(by=ana, now=NOW)
    actions.verify_host(host_id=host_id, id_number=number, method="document", by=ana, now=NOW)
    assert actions.verify_operator(by=ana, now=NOW).state == "valid"
    actions.change_host(host_id=host_id, changes={"name": "李"}, by=ana, now=NOW)
    assert state(ana) == "unverified"


def test_a_listed_operator_is_neither_filed_nor_verified(ana: Actor) -> None:
    operating(by=ana, now=NOW)
    listed = dataclasses.replace(LISTING, who="operator", identifiers={"credit_code": CREDIT_CODE})
    add_listing(spec=listed, by=ana, now=NOW)
    with pytest.raises(OnBlacklist):
        actions.file_operator(spec=GOOD, by=ana, now=NOW)
    with pytest.raises(OnBlacklist):
        actions.verify_operator(by=ana, now=NOW)


def test_the_operator_over_http() -> None:
    desk = Desk(manager_of("ana").org_id)
    assert desk.get("/operator")["state"] == "missing"
    assert desk.post("/operator/verify", None, 409)["code"] == "operator_missing"
    body = {"kind": "company", "name": "安", "address": "一号", "contact": "400"}
    desk.put("/operator", body, 422)
    assert desk.put("/operator", body | {"credit_code": CREDIT_CODE})["state"] == "unverified"
    Desk(desk.by.org_id, "operations").post("/operator/verify", None, 403)
