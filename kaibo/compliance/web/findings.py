"""The rulebook over HTTP: open an article, look a rule up, check a text, list findings."""

from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from pydantic import AwareDatetime, ConfigDict

from kaibo.access.reads import caller, staff
from kaibo.compliance import actions, reads
from kaibo.compliance.errors import NoSuchSurface, TextTooLongToScan
from kaibo.compliance.reads import ArticleView, FindingView, ListingView, RuleView
from kaibo.compliance.rules.blacklist import Kind
from kaibo.compliance.rules.hits import SURFACES, Hit

router = Router()

TEXT_CHARS_MAX = 20_000


class LintText(Schema):
    """A text to check before it is used."""

    model_config = ConfigDict(extra="forbid")

    text: str
    surface: str = "script"
    category: str = ""
    allow: Annotated[list[str], Field(max_length=50)] = []


class DismissReason(Schema):
    """Why a finding does not count."""

    model_config = ConfigDict(extra="forbid")

    reason: str


class ListingBody(Schema):
    """An entry of the blacklist; identifiers by kind: id_number, credit_code, phone."""

    model_config = ConfigDict(extra="forbid")

    who: str
    name: str
    identifiers: dict[Kind, str]
    facts: str
    reason: str
    basis: str
    appeal_to: str
    ends_at: AwareDatetime


class AppealBody(Schema):
    """What the listed party says."""

    model_config = ConfigDict(extra="forbid")

    appeal: str


class AppealAnswer(Schema):
    """What became of an appeal, and why."""

    model_config = ConfigDict(extra="forbid")

    is_upheld: bool
    answer: str


@dataclass(frozen=True, slots=True)
class LintAnswer:
    """The verdict and every hit behind it, suppressed ones too."""

    verdict: str
    hits: list[Hit]


@router.get("/law/{law}/{article}", response=ArticleView)
def article(request: HttpRequest, law: str, article: str) -> ArticleView:
    """An article that a rule cites; open to everyone."""
    return reads.article(law, article)


@router.get("/desk/rules/{rule_id}", response=RuleView, auth=staff("compliance.read"))
def rule(request: HttpRequest, rule_id: str) -> RuleView:
    """A rule with its law."""
    return reads.rule(rule_id, org_id=caller(request).org_id)


@router.post("/desk/lint", response=LintAnswer, auth=staff("compliance.read"))
def lint(request: HttpRequest, body: LintText) -> LintAnswer:
    """Check a text; nothing is recorded."""
    if len(body.text) > TEXT_CHARS_MAX:
        raise TextTooLongToScan(chars=len(body.text), chars_max=TEXT_CHARS_MAX)
    surface = next((known for known in SURFACES if known == body.surface), None)
    if surface is None:
        raise NoSuchSurface(surface=body.surface[:40])
    hits = reads.scan(
        body.text,
        surface=surface,
        now=timezone.localdate(),
        allow=body.allow,
        category=body.category,
        book=reads.rulebook_of(caller(request).org_id),
    )
    return LintAnswer(reads.verdict_of(hits), list(hits))


@router.get(
    "/desk/shows/{show_id}/findings", response=list[FindingView], auth=staff("compliance.read")
)
def findings(request: HttpRequest, show_id: int, state: str = "") -> list[FindingView]:
    """What was found in a show, newest first."""
    return reads.findings(caller(request).org_id, show_id, state=state)


@router.post(
    "/desk/findings/{finding_id}/dismiss", response={204: None}, auth=staff("compliance.read")
)
def dismiss(request: HttpRequest, finding_id: int, body: DismissReason) -> Status[None]:
    """Decide that a finding does not count."""
    actor = caller(request)
    actions.dismiss_finding(
        org_id=actor.org_id,
        finding_id=finding_id,
        reason=body.reason,
        by=actor,
        now=timezone.now(),
    )
    return Status(204, None)


@router.get("/desk/blacklist", response=list[ListingView], auth=staff("blacklist.read"))
def blacklist(request: HttpRequest) -> list[ListingView]:
    """Every entry with its letter, newest first."""
    return reads.listings(caller(request).org_id)


@router.post("/desk/blacklist", response={201: ListingView}, auth=staff("blacklist.edit"))
def add_listing(request: HttpRequest, body: ListingBody) -> Status[ListingView]:
    """Put somebody on the blacklist until the end of a term."""
    spec = actions.ListingSpec(**body.model_dump())
    return Status(201, actions.add_listing(spec=spec, by=caller(request), now=timezone.now()))


@router.post("/desk/blacklist/{int:id}/appeal", response=ListingView, auth=staff("blacklist.edit"))
def appeal_listing(request: HttpRequest, id: int, body: AppealBody) -> ListingView:
    """Write the listed party's appeal down; it is answered by another person."""
    return actions.appeal_listing(
        listing_id=id, appeal=body.appeal, by=caller(request), now=timezone.now()
    )


@router.post("/desk/blacklist/{int:id}/answer", response=ListingView, auth=staff("blacklist.edit"))
def answer_appeal(request: HttpRequest, id: int, body: AppealAnswer) -> ListingView:
    """Answer an appeal; not by who decided the entry."""
    return actions.answer_appeal(
        listing_id=id,
        is_upheld=body.is_upheld,
        answer=body.answer,
        by=caller(request),
        now=timezone.now(),
    )
