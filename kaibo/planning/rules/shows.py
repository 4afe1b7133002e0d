"""What a campaign and a show say about themselves."""

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from typing import Any, Final, TypedDict

from kaibo.base.inputs import check_whole, clean_text, clean_url
from kaibo.base.money import FEN_MAX

# Letters and digits of a room code that nobody misreads from a poster.
CODE_CHARS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
MINUTES_MAX: Final = 24 * 60
YEAR_MIN: Final = 2020
YEAR_MAX: Final = 2099


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignSpec:
    """Several shows with one aim and one budget, in fen (0: none set)."""

    name: str
    goal: str = ""
    budget_fen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowSpec:
    """A show as planned. The four seller fields are what the room's seller bar will say."""

    title: str
    host_id: int
    starts_at: dt.datetime
    planned_minutes: int
    campaign_id: int | None = None
    theme: str = ""
    goal: str = ""
    audience_card: str = ""
    policy_text: str = ""
    cover_url: str = ""
    seller_name: str = ""
    seller_licence_no: str = ""
    seller_address: str = ""
    seller_contact: str = ""


class ShowChanges(TypedDict, total=False):
    """What of a show shall be different; what is left out stays."""

    title: str
    host_id: int
    starts_at: dt.datetime
    planned_minutes: int
    campaign_id: int | None
    theme: str
    goal: str
    audience_card: str
    policy_text: str
    cover_url: str
    seller_name: str
    seller_licence_no: str
    seller_address: str
    seller_contact: str


# Field -> longest text it takes.
SHOW_TEXTS: Final = {
    "title": 80,
    "theme": 200,
    "goal": 500,
    "audience_card": 2_000,
    "policy_text": 2_000,
    "seller_name": 120,
    "seller_licence_no": 40,
    "seller_address": 200,
    "seller_contact": 60,
}


def clean_campaign(spec: CampaignSpec) -> CampaignSpec:
    """The campaign as it will be written.

    Raises:
        BadInput: a text or number cannot be used.
    """
    return CampaignSpec(
        name=clean_text("name", spec.name, chars_max=80, required=True),
        goal=clean_text("goal", spec.goal, chars_max=500),
        budget_fen=check_whole("budget_fen", spec.budget_fen, most=FEN_MAX),
    )


def clean_show(spec: ShowSpec) -> ShowSpec:
    """The show as it will be written: texts cleaned, the start on a whole minute.

    Raises:
        BadInput: a text, number or date cannot be used.
    """
    texts: dict[str, Any] = {
        field: clean_text(
            field, getattr(spec, field), chars_max=chars_max, required=field == "title"
        )
        for field, chars_max in SHOW_TEXTS.items()
    }
    check_whole("starts_at", spec.starts_at.year, least=YEAR_MIN, most=YEAR_MAX)
    starts_at = spec.starts_at.replace(second=0, microsecond=0).astimezone(dt.UTC)
    return replace(
        spec,
        **texts,
        starts_at=starts_at,
        planned_minutes=check_whole(
            "planned_minutes", spec.planned_minutes, least=1, most=MINUTES_MAX
        ),
        cover_url=clean_url("cover_url", spec.cover_url),
    )


def seller_digest(spec: ShowSpec) -> str:
    """A digest of what the seller bar says: proof for later, without address or telephone."""
    said = (spec.seller_name, spec.seller_licence_no, spec.seller_address, spec.seller_contact)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()
