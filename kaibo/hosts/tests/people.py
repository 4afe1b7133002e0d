"""People whom the gate lets through, put on file by the product's own actions."""

import datetime as dt

from kaibo.base.actor import Actor
from kaibo.base.times import shop_day
from kaibo.hosts import actions, reads
from kaibo.hosts.actions import AffiliationSpec, EditionSpec, GuardianSpec, OperatorSpec
from kaibo.hosts.tests.made import CREDIT_CODE, id_number, picture

__all__ = [
    "CREDIT_CODE",
    "affiliated",
    "consented",
    "id_number",
    "operating",
    "picture",
    "proved",
    "published",
    "stand",
]


def affiliated(
    host_id: int, *, by: Actor, now: dt.datetime, since_on: dt.date = dt.date(2020, 1, 1)
) -> int:
    """An employee since long ago, proved; the id of the affiliation."""
    paper = actions.add_paper(
        host_id=host_id, kind="affiliation", data=picture("white"), by=by, now=now
    )
    spec = AffiliationSpec(
        kind="employee", since_on=since_on, paper_id=paper.id,
        party_name="安安商贸", party_code=CREDIT_CODE,
    )  # fmt: skip
    return actions.affiliate_host(host_id=host_id, spec=spec, by=by, now=now).id


def published(*, by: Actor, now: dt.datetime) -> None:
    """First editions of agreement and course, where there are none yet."""
    known = {one.kind for one in reads.editions(by.org_id)}
    if "agreement" not in known:
        spec = EditionSpec(kind="agreement", number=0, title="主播协议", text="依法直播")
        actions.publish_edition(spec=spec, by=by, now=now)
    if "course" not in known:
        spec = EditionSpec(kind="course", number=0, title="规则", text="规则", pass_score=60)
        actions.publish_edition(spec=spec, by=by, now=now)


def proved(host_id: int, *, by: Actor, now: dt.datetime, score: int = 90) -> None:
    """The newest agreement signed, the newest course passed, today; verified before."""
    newest = {one.kind: one.id for one in reversed(reads.editions(by.org_id))}
    page = actions.add_paper(
        host_id=host_id, kind="agreement", data=picture("gray"), by=by, now=now
    )
    day = shop_day(now)
    actions.record_proof(
        host_id=host_id, edition_id=newest["agreement"], done_on=day, paper_id=page.id,
        by=by, now=now,
    )  # fmt: skip
    actions.record_proof(
        host_id=host_id, edition_id=newest["course"], done_on=day, score=score, by=by, now=now
    )


def operating(*, by: Actor, now: dt.datetime, expires_on: dt.date | None = None) -> None:
    """The organisation runs its rooms itself, by a licence that was seen."""
    spec = OperatorSpec(
        kind="company", name="安安商贸", address="上海市静安区 1 号", contact="400-1",
        credit_code=CREDIT_CODE, licence_expires_on=expires_on,
    )  # fmt: skip
    actions.file_operator(spec=spec, by=by, now=now)
    actions.file_licence(data=picture("yellow"), by=by, now=now)
    actions.verify_operator(by=by, now=now)


def stand(host_id: int, number: str, *, by: Actor, now: dt.datetime) -> None:
    """Everything the gate asks of somebody, but the check for the show."""
    actions.change_host(host_id=host_id, changes={"id_number": number}, by=by, now=now)
    actions.add_paper(host_id=host_id, kind="portrait", data=picture(), by=by, now=now)
    actions.verify_host(host_id=host_id, id_number=number, method="document", by=by, now=now)
    affiliated(host_id, by=by, now=now)
    published(by=by, now=now)
    proved(host_id, by=by, now=now)


def consented(host_id: int, *, by: Actor, now: dt.datetime) -> None:
    """The guardian of a minor agreed."""
    paper = actions.add_paper(host_id=host_id, kind="consent", data=picture("blue"), by=by, now=now)
    spec = GuardianSpec(
        name="林大满", document="resident_id", id_number=id_number(dt.date(1980, 5, 6)),
        relation="parent", signed_on=shop_day(now), paper_id=paper.id,
    )  # fmt: skip
    actions.record_guardian_consent(host_id=host_id, spec=spec, by=by, now=now)
