"""Whom an authority cannot reach, and whom that keeps off the air."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from django.db.models import Q

from kaibo.notices.models import Unreachable
from kaibo.notices.reads.infringements import kept_until
from kaibo.notices.reads.shown import late_now, open_and_newest
from kaibo.notices.rules.unreachables import OPEN, UNREACHABLE


@dataclass(frozen=True, slots=True)
class UnreachableView:
    """An authority's notice; ``letter`` is what reminds, for the desk to deliver.

    ``due_at``: until when the desk reminds, then until when they update.
    """

    id: int
    who: str
    host_id: int | None
    name: str
    authority: str
    order_no: str
    details: str
    received_at: dt.datetime
    state: str
    state_zh: str
    steps: list[str]
    due_at: dt.datetime | None
    is_due_unknown: bool
    late_at: dt.datetime | None
    reminded_at: dt.datetime | None
    reminded_way: str
    limited_at: dt.datetime | None
    updated_at: dt.datetime | None
    updated_how: str
    letter: str
    kept_until: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody with an open notice, for the gate: ``limited`` keeps a show shut."""

    name: str
    state: Literal["noticed", "reminded", "limited"]


def unreachables(org_id: int) -> list[UnreachableView]:
    """The open notices of an organisation and the newest of the others, newest first."""
    rows = Unreachable.objects.filter(organisation_id=org_id)
    return [unreachable_view(row) for row in open_and_newest(rows, OPEN)]


def standing_of_contacts(org_id: int, host_ids: Collection[int]) -> list[Standing]:
    """Open notices about the operator and these hosts."""
    rows = Unreachable.objects.filter(
        Q(who="operator") | Q(host_id__in=set(host_ids)), organisation_id=org_id, state__in=OPEN
    )
    return [Standing(row.name, row.state) for row in rows.order_by("pk")]  # type: ignore[arg-type]  # filtered by it


def unreachable_view(row: Unreachable) -> UnreachableView:
    """A row as a value."""
    return UnreachableView(
        id=row.pk,
        who=row.who,
        host_id=row.host_id,
        name=row.name,
        authority=row.authority,
        order_no=row.order_no,
        details=row.details,
        received_at=row.received_at,
        state=row.state,
        state_zh=row.get_state_display(),
        steps=[move.verb for move in UNREACHABLE.moves if move.source == row.state],
        due_at=row.due_at,
        is_due_unknown=row.state in ("noticed", "reminded") and row.due_at is None,
        late_at=late_now(row),
        reminded_at=row.reminded_at,
        reminded_way=row.reminded_way,
        limited_at=row.limited_at,
        updated_at=row.updated_at,
        updated_how=row.updated_how,
        letter=_letter(row),
        kept_until=kept_until(row.received_at, row.updated_at),
    )


def _letter(row: Unreachable) -> str:
    return (
        f"{row.name}：\n{row.authority}（{row.order_no}）通报，按登记的下列信息无法与您取得联系："
        f"{row.details}。\n依据《直播电商监督管理办法》第二十二条，请在收到本提醒后五个工作日内更新"
        "实际经营地址、经常居住地址与联系方式，并提供可核对的材料。逾期未更新的，将限制开播，"
        "更新并核对后即行解除。"
    )
