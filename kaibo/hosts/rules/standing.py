"""Where somebody belongs, what they signed, what they learned, and until when it holds. Pure."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from kaibo.base.codes import is_credit_code
from kaibo.base.inputs import check_whole, clean_text
from kaibo.base.times import shop_day
from kaibo.hosts.errors import CreditCodeWrong, GuardianTooYoung, TermBackwards
from kaibo.hosts.rules import (
    ADULT_YEARS,
    DUE_DAYS,
    HOST_YEARS_MIN,
    NAME_CHARS_MAX,
    VERIFIED_MONTHS,
    age_years,
    months_later,
)

Part = Literal["host", "guest", "operator"]
PARTS: Final[dict[Part, tuple[str, str]]] = {
    "host": ("主播", "Host"),
    "guest": ("嘉宾", "Guest"),
    "operator": ("直播间运营者本人", "Room operator in person"),
}
AffiliationKind = Literal["employee", "agency", "self"]
AFFILIATIONS: Final[dict[AffiliationKind, tuple[str, str]]] = {
    "employee": ("员工", "Employee"),
    "agency": ("签约机构", "Under contract with an agency"),
    "self": ("个人", "On their own"),
}
EditionKind = Literal["agreement", "course"]
EDITIONS: Final[dict[EditionKind, tuple[str, str]]] = {
    "agreement": ("协议", "Agreement"),
    "course": ("培训课程", "Training course"),
}
PaperKind = Literal["portrait", "consent", "affiliation", "agreement", "training"]
PAPERS: Final[dict[PaperKind, tuple[str, str]]] = {
    "portrait": ("本人照片", "photograph of the person"),
    "consent": ("监护人同意书", "guardian's consent"),
    "affiliation": ("合同或任职证明", "contract or proof of employment"),
    "agreement": ("签署页", "signed page"),
    "training": ("培训证明", "proof of training"),
}
Relation = Literal["parent", "grandparent", "other"]
RELATIONS: Final[dict[Relation, tuple[str, str]]] = {
    "parent": ("父母", "parent"),
    "grandparent": ("祖父母、外祖父母", "grandparent"),
    "other": ("其他监护人", "another guardian"),
}
Agreed = Literal["none", "signed", "grace", "unsigned"]
Trained = Literal["none", "trained", "due", "expired", "untrained"]

PARTY_CHARS_MAX: Final = 120
TITLE_CHARS_MAX: Final = 80
TEXT_CHARS_MAX: Final = 50_000
SCORE_MAX: Final = 100
GRACE_DAYS_MAX: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityTerms:
    """What a shop has set for the people who appear; stricter than the law, never looser.

    Attributes:
        reverify_months: 1 to 6 (直播电商监督管理办法 art. 8: at least every six months).
        age_min: 16 to 18 completed years (网络直播营销管理办法（试行） art. 17).
        training_months: how long a passed course holds; the law gives no number.
        check_hours: how old a check before going on air may be; neither does it here.
    """

    reverify_months: int = VERIFIED_MONTHS
    age_min: int = HOST_YEARS_MIN
    training_months: int = 12
    check_hours: int = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class AffiliationSpec:
    """Where somebody belongs, from a day on.

    ``party_*``: employer or agency. ``responsible_*``: who answers for what they say; of an
    employee or somebody of an agency that is the party.
    """

    kind: AffiliationKind
    since_on: dt.date
    paper_id: int
    until_on: dt.date | None = None
    party_name: str = ""
    party_code: str = ""
    responsible_name: str = ""
    responsible_code: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """An edition as far as the gate looks at it."""

    number: int
    is_mandatory: bool
    published_at: dt.datetime
    grace_days: int


def check_terms(terms: IdentityTerms) -> IdentityTerms:
    """The terms themselves, when none is looser than the law.

    Raises:
        NumberOutOfRange: one is.
    """
    check_whole("reverify_months", terms.reverify_months, least=1, most=VERIFIED_MONTHS)
    check_whole("age_min", terms.age_min, least=HOST_YEARS_MIN, most=ADULT_YEARS)
    check_whole("training_months", terms.training_months, least=1, most=36)
    check_whole("check_hours", terms.check_hours, least=1, most=24)
    return terms


def clean_affiliation(spec: AffiliationSpec) -> AffiliationSpec:
    """The affiliation as it will be written; employer and agency answer for their people.

    Raises:
        TextMissing, TextTooLong, TextUnreadable: a name cannot be used.
        CreditCodeWrong: the check character of a code does not fit (GB 32100).
        TermBackwards: it would end before it begins.

    Source: LM-005, LM-020.
    """
    has_party = spec.kind != "self"
    party = _entity("party", spec.party_name, spec.party_code, is_needed=has_party)
    answering = party
    if not has_party:
        party = ("", "")
        answering = _entity(
            "responsible", spec.responsible_name, spec.responsible_code, is_needed=False
        )
    if spec.until_on is not None and spec.until_on < spec.since_on:
        raise TermBackwards(field="until_on")
    return AffiliationSpec(
        kind=spec.kind,
        since_on=spec.since_on,
        until_on=spec.until_on,
        paper_id=spec.paper_id,
        party_name=party[0],
        party_code=party[1],
        responsible_name=answering[0],
        responsible_code=answering[1],
    )


def check_guardian(born_on: dt.date, *, now: dt.datetime) -> None:
    """Refuse a guardian who is not of age (民法典 art. 27: one able to act).

    Raises:
        GuardianTooYoung.
    """
    if age_years(born_on, on=shop_day(now)) < ADULT_YEARS:
        raise GuardianTooYoung(years_min=ADULT_YEARS)


def holds_on(since_on: dt.date, until_on: dt.date | None, day: dt.date) -> bool:
    """Whether a term, both ends included, holds on a day."""
    return since_on <= day and (until_on is None or day <= until_on)


def agreement_state(
    editions: Sequence[Published], signed: Collection[int], *, now: dt.datetime
) -> Agreed:
    """Whether the agreement in force is signed.

    In the days of grace of a new edition an older signature still counts; who never signed any
    has none.

    Args:
        editions: newest first.
        signed: numbers of the editions that were signed.

    Source: LM-013.
    """
    if not editions:
        return "none"
    latest = editions[0]
    if latest.number in signed:
        return "signed"
    in_grace = now < latest.published_at + dt.timedelta(days=latest.grace_days)
    return "grace" if in_grace and signed else "unsigned"


def trained_through(
    editions: Sequence[Published], passes: Iterable[tuple[int, dt.date]], *, months: int
) -> dt.date | None:
    """The last day on which a passed course holds: of the newest mandatory edition or later.

    Args:
        passes: number of the edition and the day it was passed.
    """
    needed = max((one.number for one in editions if one.is_mandatory), default=0)
    days = [day for number, day in passes if number >= needed]
    return months_later(max(days), months) if days else None


def training_state(
    editions: Sequence[Published],
    passes: Sequence[tuple[int, dt.date]],
    *,
    months: int,
    now: dt.datetime,
) -> Trained:
    """Whether somebody is trained by what is mandatory today.

    Source: LM-018.
    """
    if not any(one.is_mandatory for one in editions):
        return "none"
    through = trained_through(editions, passes, months=months)
    if through is None:
        return "untrained"
    left = (through - shop_day(now)).days
    if left < 0:
        return "expired"
    return "due" if left <= DUE_DAYS else "trained"


def clean_guardian_name(name: str) -> str:
    """A guardian's name as it will be kept.

    Raises:
        TextMissing, TextTooLong, TextUnreadable.
    """
    return clean_text("name", name, chars_max=NAME_CHARS_MAX, required=True)


def _entity(field: str, name: str, code: str, *, is_needed: bool) -> tuple[str, str]:
    name = clean_text(f"{field}_name", name, chars_max=PARTY_CHARS_MAX, required=is_needed)
    plain = code.strip().upper()
    if (name or plain) and not is_credit_code(plain):
        raise CreditCodeWrong(field=f"{field}_code")
    return clean_text(f"{field}_name", name, chars_max=PARTY_CHARS_MAX, required=bool(plain)), plain
