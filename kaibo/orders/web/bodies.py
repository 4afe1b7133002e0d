"""What bodies of orders have in common."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Schema
from pydantic import ConfigDict, Field

# The rules refuse what makes no sense, in words; these bounds only keep numbers storable.
Whole = Annotated[int, Field(strict=True, ge=0, le=10**15)]


class Body(Schema):
    """A misspelt field is an error, not silence."""

    model_config = ConfigDict(extra="forbid")


class AddressIn(Body):
    name: str
    phone: str
    region: str
    detail: str
    region_code: str = ""
    postcode: str = ""


def photo_answer(data: bytes) -> HttpResponse:
    """A photograph: never taken for anything else, kept by the asker's own browser only."""
    answer = HttpResponse(data, content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=3600"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
