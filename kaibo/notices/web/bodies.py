"""Bodies of the routes; a misspelt field is an error, not silence."""

from typing import Annotated

from ninja import Field, Schema
from pydantic import AwareDatetime, ConfigDict

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class AcceptBody(Strict):
    """``whole_product``: every SKU of the products, not only those of the links."""

    whole_product: bool = True


class ReasonBody(Strict):
    reason: str


class WhyBody(Strict):
    """Why a notice is taken back."""

    why: str


class WayBody(Strict):
    """How something reached somebody, and how that is known."""

    way: str


class StatementBody(Strict):
    seller: str
    statement: str


class DeliveredBody(Strict):
    """``reached_at``: without it, now."""

    way: str
    reached_at: AwareDatetime | None = None


class SuitBody(Strict):
    """``known_at``: without it, now."""

    suit: str
    known_at: AwareDatetime | None = None


class HolderSuitBody(Strict):
    suit: str


class OutcomeBody(Strict):
    is_upheld: bool
    outcome: str


class UnjustBody(Strict):
    kind: str
    why: str


class UnreachableBody(Strict):
    """An authority's notice; ``received_at``: without it, now."""

    who: str
    host_id: Id | None = None
    name: str = ""
    authority: str
    order_no: str
    details: str
    received_at: AwareDatetime | None = None


class UpdatedBody(Strict):
    how: str


class FilingBody(Strict):
    finding_id: Id
    note: str


class SentBody(Strict):
    authority: str
    receipt: str
