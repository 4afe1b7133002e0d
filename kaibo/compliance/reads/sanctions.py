"""Decisions against hosts and the operator, and what they keep from happening."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import cast

from django.db.models import Q, QuerySet

from kaibo.base.pages import PIECE_ROWS
from kaibo.base.times import shop_time
from kaibo.compliance.errors import FunctionSanctioned, StoppedBySanction
from kaibo.compliance.models import Sanction, ShowHost
from kaibo.compliance.rules.blacklist import ANSWER_WITHIN
from kaibo.compliance.rules.ladder import FUNCTIONS_ZH, Function, Rung, height
from kaibo.compliance.rules.sanctions import FITS_FROM, HOLDING_SANCTION, OFF_AIR, Measure

SANCTIONS_MAX = 500


@dataclass(frozen=True, slots=True)
class SanctionView:
    """A decision with all that was told; ``letter`` is the notice to whom it is against.

    ``holds``: it has its effect at this moment.
    """

    id: int
    who: str
    host_id: int | None
    name: str
    measure: str
    severity: str
    finding_ids: list[int]
    facts: str
    reason: str
    law: str
    article: str
    appeal_to: str
    authority: str
    order_no: str
    listing_id: int | None
    starts_at: dt.datetime
    ends_at: dt.datetime
    state: str
    holds: bool
    decided_by: int
    decided_at: dt.datetime
    confirmed_by: int | None
    appeal: str
    appealed_at: dt.datetime | None
    answer_by: dt.datetime | None
    answer: str
    answered_by: int | None
    answered_at: dt.datetime | None
    letter: str


@dataclass(frozen=True, slots=True)
class SanctionsView:
    """Every decision, newest first, and from which severity each measure fits."""

    sanctions: list[SanctionView]
    fits_from: dict[str, str]


def sanctions(org_id: int, *, now: dt.datetime) -> SanctionsView:
    """Every decision of an organisation; those that ended stay on record."""
    views = [sanction_view(row, now=now) for row in _newest(org_id)[:SANCTIONS_MAX]]
    return SanctionsView(views, {str(one): severity for one, severity in FITS_FROM.items()})


def every_sanction(org_id: int, *, now: dt.datetime) -> Iterator[SanctionView]:
    """The same, however many there are."""
    return (sanction_view(row, now=now) for row in _newest(org_id).iterator(PIECE_ROWS))


def _newest(org_id: int) -> "QuerySet[Sanction]":
    rows = Sanction.objects.filter(organisation_id=org_id).order_by("-pk")
    return rows.prefetch_related("evidence")


@dataclass(frozen=True, slots=True)
class OffAir:
    """A decision in its term that keeps somebody off the air; ``host_id`` None: all rooms."""

    id: int
    org_id: int
    host_id: int | None
    measure_zh: str
    rung: Rung


def kept_off_air(*, now: dt.datetime) -> list[OffAir]:
    """The decisions of every organisation under which a show may not be on air, gravest first."""
    rows = _in_force(now=now).filter(measure__in=OFF_AIR)
    found = [
        OffAir(
            id=row.pk,
            org_id=row.organisation_id,
            host_id=row.host_id,
            measure_zh=row.get_measure_display(),
            rung=OFF_AIR[cast(Measure, row.measure)],
        )
        for row in rows.order_by("pk")
    ]
    return sorted(found, key=lambda one: -height(one.rung))


def let_on_air(org_id: int, show_id: int) -> frozenset[int]:
    """The hosts who were let on air when the show was opened."""
    rows = ShowHost.objects.filter(organisation_id=org_id, show_id=show_id)
    return frozenset(rows.values_list("host_id", flat=True))


def check_may_go_on_air(org_id: int, host_ids: Collection[int], *, now: dt.datetime) -> None:
    """Refuse a show while its operator or somebody who appears is kept off the air.

    Raises:
        StoppedBySanction: names the decision and its end.
    """
    found = (
        _holding(org_id, now=now)
        .filter(_against(host_ids), measure__in=OFF_AIR)
        .order_by("-ends_at")
        .first()
    )
    if found is not None:
        raise StoppedBySanction(
            id=found.pk,
            name=found.name,
            measure=found.measure,
            measure_zh=found.get_measure_display(),
            ends_at=found.ends_at,
        )


def check_function_not_sanctioned(
    org_id: int, show_id: int, function: Function, *, now: dt.datetime
) -> None:
    """Refuse what a decision has switched off for the show's operator or for who is on air.

    Raises:
        FunctionSanctioned: names the function, the decision and its end.
    """
    on_air = ShowHost.objects.filter(organisation_id=org_id, show_id=show_id)
    found = (
        _holding(org_id, now=now)
        .filter(
            Q(who="operator") | Q(host_id__in=on_air.values("host_id")), measure="limit_function"
        )
        .order_by("-ends_at")
        .first()
    )
    if found is not None:
        raise FunctionSanctioned(
            function=function,
            function_zh=FUNCTIONS_ZH[function],
            id=found.pk,
            ends_at=found.ends_at,
        )


def kept_from_lists(*, now: dt.datetime) -> frozenset[tuple[int, int | None]]:
    """Whose rooms the public list leaves out: organisation and host, None for all its hosts."""
    rows = _in_force(now=now).filter(measure="limit_traffic")
    return frozenset(rows.values_list("organisation_id", "host_id"))


def sanction_view(row: Sanction, *, now: dt.datetime) -> SanctionView:
    """The row as pages show it."""
    return SanctionView(
        id=row.pk,
        who=row.who,
        host_id=row.host_id,
        name=row.name,
        measure=row.measure,
        severity=row.severity,
        finding_ids=sorted(one.finding_id for one in row.evidence.all()),
        facts=row.facts,
        reason=row.reason,
        law=row.law,
        article=row.article,
        appeal_to=row.appeal_to,
        authority=row.authority,
        order_no=row.order_no,
        listing_id=row.listing_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        state=row.state,
        holds=row.state in HOLDING_SANCTION and row.starts_at <= now < row.ends_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        confirmed_by=row.confirmed_by,
        appeal=row.appeal,
        appealed_at=row.appealed_at,
        answer_by=row.appealed_at + ANSWER_WITHIN if row.appealed_at else None,
        answer=row.answer,
        answered_by=row.answered_by,
        answered_at=row.answered_at,
        letter=_letter(row),
    )


def _in_force(*, now: dt.datetime) -> QuerySet[Sanction]:
    return Sanction.objects.filter(state__in=HOLDING_SANCTION, starts_at__lte=now, ends_at__gt=now)


def _holding(org_id: int, *, now: dt.datetime) -> QuerySet[Sanction]:
    return _in_force(now=now).filter(organisation_id=org_id)


def _against(host_ids: Collection[int]) -> Q:
    return Q(who="operator") | Q(host_id__in=sorted(host_ids))


def _letter(row: Sanction) -> str:
    found = "、".join(str(one.finding_id) for one in row.evidence.all())
    proof = f"（命中记录 {found}）" if found else ""
    order = f"；依 {row.authority} {row.order_no} 执行" if row.authority else ""
    return "\n".join(
        [
            f"{row.name}（{row.get_who_display()}）：",
            f"一、事实：{row.facts}{proof}",
            f"二、理由：{row.reason}{order}",
            f"三、依据：《{row.law}》{row.article}",
            f"四、措施：{row.get_measure_display()}，{shop_time(row.starts_at)} 至 "
            f"{shop_time(row.ends_at)}，期满自动解除",
            f"五、申诉途径：{row.appeal_to}；由作出决定以外的人员复核并书面答复",
        ]
    )
