"""The blacklist: listed, appealed, answered by another, ended by itself."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from kaibo.access.crypto import keyed_digests
from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.errors import BadInput
from kaibo.base.inputs import clean_text
from kaibo.compliance.errors import (
    AppealBySamePerson,
    ListingStateWrong,
    NoSuchListing,
)
from kaibo.compliance.models import ListedMark, Listing
from kaibo.compliance.reads.blacklist import ListingView, listing_view
from kaibo.compliance.rules.blacklist import (
    HOLDING,
    LISTING,
    WHO,
    Kind,
    check_term,
    masked,
    plain_identifier,
)
from kaibo.facts.compliance import ListingAnswered, ListingAppealed, ListingEnded, ListingMade
from kaibo.journal.actions import append


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingSpec:
    """An entry as it is decided; art. 14 lets none of it be empty.

    ``identifiers``: at least one, in the clear; only keyed hashes of them are kept.
    """

    who: str
    name: str
    identifiers: Mapping[Kind, str]
    facts: str
    reason: str
    basis: str
    appeal_to: str
    ends_at: dt.datetime


@transaction.atomic
def add_listing(*, spec: ListingSpec, by: Actor, now: dt.datetime) -> ListingView:
    """Put somebody on the blacklist until the end of the term.

    Raises:
        BadInput: something of facts, reason, basis, term and appeal is missing, or no identifier
            is given, or one has not its shape. Nothing was written.
    """
    who = next((known for known in WHO if known == spec.who), None)
    if who is None:
        raise BadInput(field="who", why=", ".join(WHO))
    check_term(now, spec.ends_at)
    given = {kind: text for kind, text in spec.identifiers.items() if text.strip()}
    if not given:
        raise BadInput(field="identifiers", why="至少一项 · at least one")
    plain = {kind: plain_identifier(kind, text) for kind, text in given.items()}
    row = Listing.objects.create(
        organisation_id=by.org_id,
        who=who,
        name=clean_text("name", spec.name, chars_max=80, required=True),
        facts=clean_text("facts", spec.facts, chars_max=1000, required=True),
        reason=clean_text("reason", spec.reason, chars_max=500, required=True),
        basis=clean_text("basis", spec.basis, chars_max=200, required=True),
        appeal_to=clean_text("appeal_to", spec.appeal_to, chars_max=200, required=True),
        starts_at=now,
        ends_at=spec.ends_at,
        decided_by=by.id,
    )
    ListedMark.objects.bulk_create(
        ListedMark(
            listing=row,
            organisation_id=by.org_id,
            kind=kind,
            digest=keyed_digests(f"blacklist.{kind}", value)[0],
            masked=masked(value),
        )
        for kind, value in plain.items()
    )
    fact = ListingMade(
        listing_id=row.pk, who=row.who, kinds=sorted(plain), basis=row.basis, ends_at=row.ends_at
    )
    append(fact, at=now, org_id=by.org_id, actor=by)
    return listing_view(row)


@transaction.atomic
def appeal_listing(*, listing_id: int, appeal: str, by: Actor, now: dt.datetime) -> ListingView:
    """Take the listed party's appeal in, once; the entry holds while it is looked at.

    Raises:
        NoSuchListing, ListingStateWrong, TextMissing, TextTooLong: nothing was written.
    """
    row = _lock(listing_id, by=by)
    text = clean_text("appeal", appeal, chars_max=1000, required=True)
    _move(row, "appeal")
    row.appeal, row.appealed_at = text, now
    row.save()
    append(ListingAppealed(listing_id=row.pk), at=now, org_id=by.org_id, actor=by)
    return listing_view(row)


@transaction.atomic
def answer_appeal(
    *, listing_id: int, is_upheld: bool, answer: str, by: Actor, now: dt.datetime
) -> ListingView:
    """Answer an appeal, with reasons; not by who decided the entry.

    Args:
        is_upheld: the entry stays; otherwise it is removed at once, with its effects.

    Raises:
        NoSuchListing, ListingStateWrong, AppealBySamePerson, TextMissing, TextTooLong: nothing
            was written.
    """
    row = _lock(listing_id, by=by)
    text = clean_text("answer", answer, chars_max=1000, required=True)
    if by.id == row.decided_by:
        raise AppealBySamePerson()
    _move(row, "uphold" if is_upheld else "remove")
    row.answer, row.answered_by, row.answered_at = text, by.id, now
    row.save()
    fact = ListingAnswered(listing_id=row.pk, is_upheld=is_upheld)
    append(fact, at=now, org_id=by.org_id, actor=by)
    return listing_view(row)


@transaction.atomic
def end_due_listings(*, now: dt.datetime) -> int:
    """Take out entries whose term is over; they stay on record. Returns how many."""
    due = Listing.objects.filter(state__in=HOLDING, ends_at__lte=now)
    rows = list(due.select_for_update().order_by("pk")[:500])
    for row in rows:
        _move(row, "end")
        row.save(update_fields=["state"])
        org_id = row.organisation_id
        append(ListingEnded(listing_id=row.pk), at=now, org_id=org_id, actor=SYSTEM(org_id))
    return len(rows)


def _lock(listing_id: int, *, by: Actor) -> Listing:
    rows = Listing.objects.select_for_update()
    row = rows.filter(organisation_id=by.org_id, pk=listing_id).first()
    if row is None:
        raise NoSuchListing(id=listing_id)
    return row


def _move(row: Listing, verb: str) -> None:
    if not LISTING.may(row.state, verb):
        raise ListingStateWrong(state=row.get_state_display())
    row.state = LISTING.after(row.state, verb)
