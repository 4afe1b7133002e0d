"""The writers of packs that an organisation adds: platform contracts and the shop's own words."""

import datetime as dt
import hashlib
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from kaibo.base.actor import Actor
from kaibo.base.times import shop_day
from kaibo.compliance.errors import NoSuchPack, NothingToUndo, PackChanged, PackRefused
from kaibo.compliance.models import PackVersion
from kaibo.compliance.reads import current_sources, read_added, rulebook_with
from kaibo.compliance.reads.packs import PackVersionView, version_view, words_of
from kaibo.compliance.rules.added import SHOP
from kaibo.compliance.rules.parts import BadPack
from kaibo.compliance.rules.words import WordEntry, words_source
from kaibo.facts.compliance import PackLoaded
from kaibo.journal.actions import append


@transaction.atomic
def save_pack(*, source: str, number: int, by: Actor, now: dt.datetime) -> PackVersionView:
    """Put a version of an added pack in force; it counts from the next text on, everywhere.

    Args:
        source: its YAML (docs/law/packs.md).
        number: of the version it was made from; 0 for a new pack.

    Raises:
        PackRefused: it is malformed, or weakens what the law's packs refuse; says where.
        PackChanged: somebody saved another version meanwhile. Nothing was written.
    """
    try:
        family = read_added("pack", source).pack.family
    except BadPack as error:
        raise _refused(error) from error
    return _put(family, source, number=number, by=by, now=now)


@transaction.atomic
def save_words(
    *, entries: Sequence[WordEntry], number: int, by: Actor, now: dt.datetime
) -> PackVersionView:
    """Put the shop's own words in force, as one list; an empty one withdraws them.

    Args:
        number: of the version it was made from; 0 for the first.

    Raises:
        PackRefused, PackChanged, TextTooLong, TextUnreadable: nothing was written.
    """
    had = words_of(by.org_id)
    source = words_source(
        entries,
        number=number + 1,
        starts_on=(had.starts_on or shop_day(now)).isoformat(),
        taken=had.taken,
    )
    return _put(SHOP, source, number=number, by=by, now=now)


@transaction.atomic
def withdraw_pack(*, family: str, number: int, by: Actor, now: dt.datetime) -> PackVersionView:
    """Take an added pack out of force; its versions stay. Safe to repeat.

    Raises:
        NoSuchPack, PackChanged: nothing was written.
    """
    row = _current(family, by.org_id)
    if row is None:
        raise NoSuchPack(family=family[:10])
    return _put(family, "", number=number, by=by, now=now)


@transaction.atomic
def undo_pack(*, family: str, number: int, by: Actor, now: dt.datetime) -> PackVersionView:
    """Put the text of the version before the current one in force again, as a new version.

    Raises:
        NoSuchPack, NothingToUndo, PackChanged: nothing was written.
        PackRefused: it would weaken what the law's packs refuse today; nothing was written.
    """
    row = _current(family, by.org_id)
    if row is None:
        raise NoSuchPack(family=family[:10])
    if row.number != number:
        raise PackChanged(number=row.number)
    before = _of(family, by.org_id).filter(number=(row.again or row.number) - 1).first()
    if before is None:
        raise NothingToUndo(family=family[:10])
    return _put(family, before.source, number=number, by=by, now=now, again=before.number)


def _of(family: str, org_id: int) -> "QuerySet[PackVersion]":
    return PackVersion.objects.filter(organisation_id=org_id, family=family)


def _current(family: str, org_id: int) -> PackVersion | None:
    """The version in force under its lock, which is the queue of all who change the pack."""
    return _of(family, org_id).select_for_update(no_key=True).filter(is_current=True).first()


def _put(
    family: str,
    source: str,
    *,
    number: int,
    by: Actor,
    now: dt.datetime,
    again: int | None = None,
) -> PackVersionView:
    row = _current(family, by.org_id)
    stands = row.number if row is not None else 0
    if row is not None and row.source == source:
        return version_view(row)
    if stands != number:
        raise PackChanged(number=stands)
    sources = current_sources(by.org_id) | {family: source}
    try:
        rulebook_with(tuple(one for _, one in sorted(sources.items()) if one))
    except BadPack as error:
        raise _refused(error) from error
    if row is not None:
        row.is_current = False
        row.save(update_fields=["is_current"])
    made = PackVersion(
        organisation_id=by.org_id,
        family=family,
        number=number + 1,
        source=source,
        sha256=hashlib.sha256(source.encode()).hexdigest() if source else "",
        is_current=True,
        again=again,
        made_by=by.id,
        made_at=now,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        # Two made the first version at once.
        raise PackChanged(number=number + 1) from error
    fact = PackLoaded(family=family, number=made.number, sha256=made.sha256, again=again or 0)
    append(fact, at=now, org_id=by.org_id, actor=by)
    return version_view(made)


def _refused(error: BadPack) -> PackRefused:
    return PackRefused(
        count=len(error.problems), first=error.problems[0], problems=list(error.problems)
    )
