"""What bodies of hosts have in common."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Field, Schema
from pydantic import ConfigDict

Whole = Annotated[int, Field(strict=True)]


class Body(Schema):
    """A misspelt field is an error, not silence."""

    model_config = ConfigDict(extra="forbid")


def picture_answer(data: bytes) -> HttpResponse:
    """A picture of a person or a paper: never taken for anything else, kept by no browser."""
    answer = HttpResponse(data, content_type="image/jpeg")
    answer["Cache-Control"] = "no-store"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
