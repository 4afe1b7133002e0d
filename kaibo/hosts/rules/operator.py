"""The file of who runs the rooms: complete, verified within six months, its licence in force. Pure.

直播电商监督管理办法 art. 8; 电子商务法 art. 27 (LM-001).
"""

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Final, Literal

from kaibo.base.codes import is_credit_code
from kaibo.base.inputs import clean_text
from kaibo.base.times import shop_day
from kaibo.hosts.errors import CreditCodeWrong
from kaibo.hosts.rules import DUE_DAYS, valid_through
from kaibo.hosts.rules.standing import PARTY_CHARS_MAX

OperatorKind = Literal["company", "person"]
OPERATORS: Final[dict[OperatorKind, tuple[str, str]]] = {
    "company": ("企业或个体工商户", "Company or registered trader"),
    "person": ("自然人", "Natural person"),
}
OperatorState = Literal[
    "missing", "unverified", "valid", "due", "expired", "licence_due", "licence_expired"
]
ADDRESS_CHARS_MAX: Final = 200
CONTACT_CHARS_MAX: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorSpec:
    """Who runs the rooms. A natural person is known by their own file as somebody who appears.

    ``licence_expires_on``: None for a licence without an end.
    """

    kind: OperatorKind
    name: str
    address: str
    contact: str
    credit_code: str = ""
    host_id: int | None = None
    licence_expires_on: dt.date | None = None


def clean_operator(spec: OperatorSpec) -> OperatorSpec:
    """The file as it will be written.

    Raises:
        TextMissing, TextTooLong, TextUnreadable: a field cannot be used.
        CreditCodeWrong: a company's code is none (GB 32100).
    """
    is_company = spec.kind == "company"
    code = spec.credit_code.strip().upper() if is_company else ""
    if is_company and not is_credit_code(code):
        raise CreditCodeWrong(field="credit_code")
    return OperatorSpec(
        kind=spec.kind,
        name=clean_text("name", spec.name, chars_max=PARTY_CHARS_MAX, required=True),
        address=clean_text("address", spec.address, chars_max=ADDRESS_CHARS_MAX, required=True),
        contact=clean_text("contact", spec.contact, chars_max=CONTACT_CHARS_MAX, required=True),
        credit_code=code,
        host_id=None if is_company else spec.host_id,
        licence_expires_on=spec.licence_expires_on if is_company else None,
    )


def file_digest(spec: OperatorSpec, licence_digest: str) -> str:
    """A digest of what was verified: the fields and the picture of the licence."""
    text = json.dumps([asdict(spec), licence_digest], ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def operator_state(
    verified_at: dt.datetime | None,
    licence_expires_on: dt.date | None,
    *,
    months: int,
    now: dt.datetime,
) -> OperatorState:
    """Whether a file that is there lets rooms open; ``due`` states do, for 30 days at most.

    Source: LM-001: ``now <= verified_at`` and so many calendar months, licence unexpired.
    """
    today = shop_day(now)
    if licence_expires_on is not None and licence_expires_on < today:
        return "licence_expired"
    if verified_at is None:
        return "unverified"
    left = (valid_through(verified_at, months) - today).days
    if left < 0:
        return "expired"
    if left <= DUE_DAYS:
        return "due"
    ends_soon = licence_expires_on is not None and (licence_expires_on - today).days <= DUE_DAYS
    return "licence_due" if ends_soon else "valid"
