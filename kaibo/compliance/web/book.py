"""The rulebook at the desk: packs, their versions, and the shop's own words."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Router, Schema
from pydantic import ConfigDict

from kaibo.access.reads import caller, staff
from kaibo.base.sheets import XLSX_TYPE, write_xlsx
from kaibo.compliance import actions, reads
from kaibo.compliance.actions import WordEntry
from kaibo.compliance.reads import RULE_COLUMNS, LawView, RuleView
from kaibo.compliance.reads.packs import (
    OwnWords,
    PackPreview,
    PackVersionView,
    PackView,
    changes,
    packs,
    preview,
    versions,
    words_of,
)
from kaibo.compliance.rules.diffs import Difference

router = Router()

Number = Annotated[int, Field(strict=True, ge=0, le=10**9)]
# In an address everything is text.
Asked = Annotated[int, Field(ge=0, le=10**9)]
SOURCE_CHARS_MAX = 400_000


class Body(Schema):
    """A misspelt field is an error, not silence."""

    model_config = ConfigDict(extra="forbid")


class PackBody(Body):
    """A pack as YAML; ``number`` is the version it was made from, 0 for a new one."""

    source: Annotated[str, Field(max_length=SOURCE_CHARS_MAX)]
    number: Number = 0


class VersionBody(Body):
    """The version that the person sees."""

    number: Number


class WordBody(Body):
    words: Annotated[list[str], Field(max_length=500)]
    doing: Literal["block", "warn", "record"] = "block"
    surfaces: Annotated[list[Literal["script", "title", "speech", "chat"]], Field(min_length=1)] = [
        "script",
        "title",
        "speech",
        "chat",
    ]
    message_zh: str = ""
    message_en: str = ""
    id: Annotated[str, Field(max_length=60, pattern=r"^(SHOP\.[1-9]\d{0,8})?$")] = ""


class WordsBody(Body):
    entries: Annotated[list[WordBody], Field(max_length=300)]
    number: Number = 0


@router.get("/laws", response=list[LawView])
def laws(request: HttpRequest) -> list[LawView]:
    """Every law that is kept, with its articles; open to everyone."""
    return reads.laws()


@router.get("/desk/rulebook/packs", response=list[PackView], auth=staff("compliance.read"))
def list_packs(request: HttpRequest) -> list[PackView]:
    return packs(caller(request).org_id)


@router.post("/desk/rulebook/packs", response=PackVersionView, auth=staff("compliance.edit"))
def save_pack(request: HttpRequest, body: PackBody) -> PackVersionView:
    return actions.save_pack(
        source=body.source, number=body.number, by=caller(request), now=timezone.now()
    )


@router.post("/desk/rulebook/preview", response=PackPreview, auth=staff("compliance.read"))
def preview_pack(request: HttpRequest, body: PackBody) -> PackPreview:
    """What saving would change, or what is wrong; nothing is written."""
    return preview(caller(request).org_id, body.source)


@router.get(
    "/desk/rulebook/packs/{family}/versions",
    response=list[PackVersionView],
    auth=staff("compliance.read"),
)
def list_versions(request: HttpRequest, family: str) -> list[PackVersionView]:
    return versions(caller(request).org_id, family)


@router.get(
    "/desk/rulebook/packs/{family}/changes",
    response=list[Difference],
    auth=staff("compliance.read"),
)
def list_changes(
    request: HttpRequest, family: str, before: Asked = 0, after: Asked = 1
) -> list[Difference]:
    """What differs between two versions; 0 is before there was any."""
    return changes(caller(request).org_id, family, before=before, after=after)


@router.post(
    "/desk/rulebook/packs/{family}/withdraw",
    response=PackVersionView,
    auth=staff("compliance.edit"),
)
def withdraw_pack(request: HttpRequest, family: str, body: VersionBody) -> PackVersionView:
    return actions.withdraw_pack(
        family=family, number=body.number, by=caller(request), now=timezone.now()
    )


@router.post(
    "/desk/rulebook/packs/{family}/undo", response=PackVersionView, auth=staff("compliance.edit")
)
def undo_pack(request: HttpRequest, family: str, body: VersionBody) -> PackVersionView:
    return actions.undo_pack(
        family=family, number=body.number, by=caller(request), now=timezone.now()
    )


@router.get("/desk/rulebook/words", response=OwnWords, auth=staff("compliance.read"))
def list_words(request: HttpRequest) -> OwnWords:
    return words_of(caller(request).org_id)


@router.put("/desk/rulebook/words", response=PackVersionView, auth=staff("compliance.edit"))
def save_words(request: HttpRequest, body: WordsBody) -> PackVersionView:
    entries = [
        WordEntry(
            words=tuple(one.words),
            doing=one.doing,
            surfaces=tuple(one.surfaces),
            message_zh=one.message_zh,
            message_en=one.message_en,
            id=one.id,
        )
        for one in body.entries
    ]
    return actions.save_words(
        entries=entries, number=body.number, by=caller(request), now=timezone.now()
    )


@router.get("/desk/rulebook/rules", response=list[RuleView], auth=staff("compliance.read"))
def list_rules(request: HttpRequest, family: str = "") -> list[RuleView]:
    """Every rule that applies to the organisation, of one family when given."""
    found = reads.rulebook_of(caller(request).org_id).rules
    return [reads.rule_view(one) for one in found if family in ("", one.pack.family)]


