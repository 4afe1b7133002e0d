"""Who is on the blacklist, and whether somebody who comes is."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from kaibo.access.crypto import keyed_digests
from kaibo.base.pages import PIECE_ROWS
from kaibo.base.times import shop_time
from kaibo.compliance.errors import NoSuchListing, OnBlacklist
from kaibo.compliance.models import ListedMark, Listing
from kaibo.compliance.rules.blacklist import ANSWER_WITHIN, HOLDING, KINDS, Kind

LISTINGS_MAX = 500


@dataclass(frozen=True, slots=True)
class ListingView:
    """An entry with all that was told; ``letter`` is the notice to the listed party."""

    id: int
    who: str
    name: str
    marks: list[str]
    facts: str
    reason: str
    basis: str
    appeal_to: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    state: str
    decided_by: int
    appeal: str
    appealed_at: dt.datetime | None
    answer_by: dt.datetime | None
    answer: str
    answered_by: int | None
    answered_at: dt.datetime | None
    letter: str


def listings(org_id: int) -> list[ListingView]:
    """Every entry of an organisation, newest first; those that ended stay on record."""
    return [listing_view(row) for row in _listings(org_id)[:LISTINGS_MAX]]


def every_listing(org_id: int) -> Iterator[ListingView]:
    """All entries of an organisation, newest first."""
    return map(listing_view, _listings(org_id).iterator(PIECE_ROWS))


def _listings(org_id: int) -> "QuerySet[Listing]":
    rows = Listing.objects.filter(organisation_id=org_id).order_by("-pk")
    return rows.prefetch_related("marks")


def listing(org_id: int, id: int) -> ListingView:
    """One entry.

    Raises:
        NoSuchListing: none of this number in the organisation.
    """
    row = Listing.objects.filter(organisation_id=org_id, pk=id).first()
    if row is None:
        raise NoSuchListing(id=id)
    return listing_view(row)


def check_not_listed(org_id: int, kind: Kind, value: str, *, now: dt.datetime) -> None:
    """Refuse somebody who is on the blacklist at ``now``; say nothing if they are not.

    Args:
        value: as ``rules.blacklist.plain_identifier`` leaves it; empty is nobody.

    Raises:
        OnBlacklist: names the entry and the end of its term.
    """
    if not value:
        return
    digests = keyed_digests(f"blacklist.{kind}", value)
    marks = ListedMark.objects.filter(organisation_id=org_id, kind=kind, digest__in=digests)
    found = (
        marks.filter(listing__state__in=HOLDING, listing__ends_at__gt=now)
        .order_by("-listing__ends_at")
        .values_list("listing_id", "listing__ends_at")
        .first()
    )
    if found is not None:
        raise OnBlacklist(kind=kind, kind_zh=KINDS[kind], id=found[0], ends_at=found[1])


def listing_view(row: Listing) -> ListingView:
    """The row as pages show it."""
    return ListingView(
        id=row.pk,
        who=row.who,
        name=row.name,
        marks=[f"{mark.get_kind_display()} {mark.masked}" for mark in row.marks.all()],
        facts=row.facts,
        reason=row.reason,
        basis=row.basis,
        appeal_to=row.appeal_to,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        state=row.state,
        decided_by=row.decided_by,
        appeal=row.appeal,
        appealed_at=row.appealed_at,
        answer_by=row.appealed_at + ANSWER_WITHIN if row.appealed_at else None,
        answer=row.answer,
        answered_by=row.answered_by,
        answered_at=row.answered_at,
        letter=_letter(row),
    )


def _letter(row: Listing) -> str:
    return "\n".join(
        [
            f"{row.name}（{row.get_who_display()}）：",
            f"一、违法事实：{row.facts}",
            f"二、理由：{row.reason}",
            f"三、依据：{row.basis}",
            f"四、列入期限：{shop_time(row.starts_at)} 至 {shop_time(row.ends_at)}，期满自动移出",
            f"五、申诉途径：{row.appeal_to}；由作出决定以外的人员复核并书面答复",
        ]
    )
