"""What bodies of orders have in common."""

from typing import Annotated

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
