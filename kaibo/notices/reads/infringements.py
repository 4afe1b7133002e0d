"""Rights holders' notices: for the desk, for their holder, and for everybody."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields

from django.conf import settings
from django.db.models import Count, QuerySet

from kaibo.access.crypto import decrypt_text
from kaibo.compliance.reads import codes_of, delete_after
from kaibo.notices.errors import NoSuchInfringement
from kaibo.notices.models import Infringement
from kaibo.notices.reads.shown import late_now, open_and_newest
from kaibo.notices.rules.infringements import INFRINGEMENT, OPEN, OURS

PUBLIC_MAX = 100


@dataclass(frozen=True, slots=True)
class InfringementView:
    """A notice as the desk sees it.

    ``due_at``: until when the desk owes the next step; ``is_due_unknown``: it owes one and the
    year is not announced. ``unjust_before``: other notices of the same contact that were found
    unjust. ``kept_until``: null while the case is open.
    """

    id: int
    show_id: int
    link_nos: list[int]
    sku_ids: list[int]
    goods: str
    right: str
    right_name: str
    right_no: str
    holder_kind: str
    holder: str
    contact: str
    proof: str
    evidence: str
    received_at: dt.datetime
    state: str
    state_zh: str
    steps: list[str]
    due_at: dt.datetime | None
    is_due_unknown: bool
    late_at: dt.datetime | None
    decided_at: dt.datetime | None
    reason: str
    taken_down: int
    forwarded_at: dt.datetime | None
    forwarded_way: str
    seller: str
    statement: str
    answered_at: dt.datetime | None
    delivered_way: str
    reached_at: dt.datetime | None
    restore_at: dt.datetime | None
    suit: str
    suit_known_at: dt.datetime | None
    outcome: str
    ended_at: dt.datetime | None
    unjust: str
    unjust_reason: str
    unjust_before: int
    kept_until: dt.datetime | None


@dataclass(frozen=True, slots=True)
class HolderView:
    """A notice as its holder sees it; the statement once it is on its way to them."""

    id: int
    goods: str
    right: str
    right_name: str
    received_at: dt.datetime
    state: str
    state_zh: str
    reason: str
    seller: str
    statement: str
    reached_at: dt.datetime | None
    restore_at: dt.datetime | None
    suit: str
    outcome: str
    ended_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class PublicNotice:
    """Notice, statement and result as they are published (电子商务法 art. 44).

    Names of people are masked; how to reach anybody is never shown.
    """

    id: int
    goods: str
    right: str
    right_name: str
    holder: str
    received_at: dt.datetime
    statement: str
    answered_at: dt.datetime | None
    state: str
    state_zh: str
    ended_at: dt.datetime | None
    unjust: str


def infringements(org_id: int) -> list[InfringementView]:
    """The open notices of an organisation and the newest of the others, newest first."""
    rows = Infringement.objects.filter(organisation_id=org_id)
    found = open_and_newest(rows, OPEN)
    unjust = _unjust(org_id, {row.contact_digest for row in found})
    return [_view(row, unjust) for row in found]


def infringement(org_id: int, id: int) -> InfringementView:
    """One notice.

    Raises:
        NoSuchInfringement: none of this number in the organisation.
    """
    row = Infringement.objects.filter(organisation_id=org_id, pk=id).first()
    if row is None:
        raise NoSuchInfringement(id=id)
    return infringement_view(row)


def infringement_view(row: Infringement) -> InfringementView:
    """A row as a value."""
    return _view(row, _unjust(row.organisation_id, {row.contact_digest}))


def notice_on_code(code: str) -> tuple[int, int]:
    """Organisation and number of the notice with this code.

    Raises:
        NoSuchInfringement: no notice has it.
    """
    row = _with_code(code)
    return row.organisation_id, row.pk


def notice_of_code(code: str) -> HolderView:
    """A notice for whoever has its code.

    Raises:
        NoSuchInfringement: no notice has it.
    """
    row = _with_code(code)
    is_passed_on = row.reached_at is not None
    return HolderView(
        id=row.pk,
        goods=row.goods,
        right=row.right,
        right_name=row.right_name,
        received_at=row.received_at,
        state=row.state,
        state_zh=row.get_state_display(),
        reason=row.reason,
        seller=row.seller if is_passed_on else "",
        statement=row.statement if is_passed_on else "",
        reached_at=row.reached_at,
        restore_at=row.restore_at,
        suit=row.suit,
        outcome=row.outcome,
        ended_at=row.ended_at,
    )


def public_notices(org_id: int) -> list[PublicNotice]:
    """Notices that somebody decided about, with their results, newest first (art. 44).

    What a stranger filed and took back before anybody looked is published by nobody.
    """
    rows = Infringement.objects.filter(organisation_id=org_id, decided_at__isnull=False)
    return [
        PublicNotice(
            id=row.pk,
            goods=row.goods,
            right=row.right,
            right_name=row.right_name,
            holder=row.holder if row.holder_kind == "company" else f"{row.holder[:1]}**",
            received_at=row.received_at,
            statement=row.statement,
            answered_at=row.answered_at,
            state=row.state,
            state_zh=row.get_state_display(),
            ended_at=row.ended_at,
            unjust=row.unjust,
        )
        for row in rows.order_by("-pk")[:PUBLIC_MAX]
    ]


def every_infringement(org_id: int) -> "QuerySet[Infringement]":
    """All rows of an organisation in their order, for the register."""
    return Infringement.objects.filter(organisation_id=org_id).order_by("pk")


def kept_until(begun: dt.datetime, ended: dt.datetime | None) -> dt.datetime | None:
    """Until when a case is kept at least; None while it is open."""
    codes = codes_of("notice", settings.KAIBO_KEEP)
    return delete_after(codes, {"": [begun], "T": [ended]}).until


def _with_code(code: str) -> Infringement:
    digest = hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()
    row = Infringement.objects.filter(code_sha256=digest).first()
    if row is None:
        raise NoSuchInfringement(id="—")
    return row


def _unjust(org_id: int, digests: Iterable[str]) -> dict[str, int]:
    rows = Infringement.objects.filter(organisation_id=org_id, contact_digest__in=set(digests))
    counted = rows.exclude(unjust="").values("contact_digest").annotate(count=Count("pk"))
    return {row["contact_digest"]: row["count"] for row in counted}


def _view(row: Infringement, unjust: dict[str, int]) -> InfringementView:
    is_ours = row.state in OURS
    return InfringementView(
        **{name: getattr(row, name) for name in _PLAIN},
        contact=decrypt_text(row.contact_encrypted),
        state_zh=row.get_state_display(),
        steps=[move.verb for move in INFRINGEMENT.moves if move.source == row.state],
        is_due_unknown=is_ours and row.due_at is None,
        late_at=late_now(row),
        taken_down=len(row.taken_down),
        unjust_before=unjust.get(row.contact_digest, 0) - bool(row.unjust),
        kept_until=kept_until(row.received_at, row.ended_at),
    )


_MADE = {
    "contact", "state_zh", "steps", "is_due_unknown", "late_at", "taken_down", "unjust_before",
    "kept_until",
}  # fmt: skip
# Fields of the view that are columns of the row.
_PLAIN = tuple(field.name for field in fields(InfringementView) if field.name not in _MADE)
