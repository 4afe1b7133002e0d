"""The negative list over HTTP."""

from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router

from kaibo.access.reads import caller, staff
from kaibo.catalog import actions, reads
from kaibo.catalog.actions import OwnEntry
from kaibo.catalog.reads import JudgementView, ListVersionView, NegativeListView
from kaibo.catalog.web.products import Body

router = Router()

Words = Annotated[list[str], Field(max_length=100)]


class EntryBody(Body):
    kind: str
    title_zh: str
    title_en: str = ""
    categories: Words = []
    words: Words = []
    unless: Words = []
    basis: str
    id: Annotated[str, Field(max_length=40)] = ""


class ListBody(Body):
    """The whole of the organisation's own entries; ``number`` is the version it was made from."""

    entries: Annotated[list[EntryBody], Field(max_length=300)]
    number: Annotated[int, Field(strict=True, ge=0, le=10**9)] = 0


@router.get("/desk/negative-list", response=NegativeListView, auth=staff("compliance.read"))
def negative_list(request: HttpRequest) -> NegativeListView:
    return reads.negative_list(caller(request).org_id)


@router.put("/desk/negative-list", response=ListVersionView, auth=staff("compliance.edit"))
def save_negative_list(request: HttpRequest, body: ListBody) -> ListVersionView:
    entries = [
        OwnEntry(
            kind=one.kind,
            title_zh=one.title_zh,
            title_en=one.title_en,
            categories=tuple(one.categories),
            words=tuple(one.words),
            unless=tuple(one.unless),
            basis=one.basis,
            id=one.id,
        )
        for one in body.entries
    ]
    return actions.save_negative_list(
        entries=entries, number=body.number, by=caller(request), now=timezone.now()
    )


@router.get(
    "/desk/negative-list/judgements", response=list[JudgementView], auth=staff("compliance.read")
)
def list_judgements(request: HttpRequest) -> list[JudgementView]:
    """What was held against the list, refused or let through, newest first."""
    return reads.judgements(caller(request).org_id)
