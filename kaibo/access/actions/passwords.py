"""Passwords of the people of the desk: reset by a colleague, changed by oneself."""

import datetime as dt
import secrets
from dataclasses import dataclass

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth import authenticate, update_session_auth_hash
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from kaibo.access.actions.people import LOCK_OUT_MINUTES, lock_organisation
from kaibo.access.errors import (
    BackOfficePassword,
    LockedOut,
    NewPasswordWeak,
    NoSuchColleague,
    OldPasswordWrong,
    OwnPassword,
    ResetTooSoon,
)
from kaibo.access.models import Person
from kaibo.access.reads import actor_of, people_of
from kaibo.access.rules import (
    PASSWORD_CHARS,
    PASSWORD_LETTERS,
    RESET_APART,
    RESETS_PER_HOUR,
    TEMPORARY_FOR,
)
from kaibo.base.actor import Actor
from kaibo.facts.access import PasswordChanged, PasswordReset
from kaibo.journal.actions import append

_SET = ("password", "temporary_until", "password_set_at")
_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Temporary:
    """A temporary password; it is said this once and kept nowhere."""

    password: str
    good_until: dt.datetime


@transaction.atomic
def reset_password(*, person_id: int, by: Actor, now: dt.datetime) -> Temporary:
    """Give a colleague a temporary password that has to be changed; all their sessions end.

    Sessions end because they carry a digest of the password, tickets of sockets by their time.

    Raises:
        NoSuchColleague: nobody of the organisation.
        OwnPassword: oneself. BackOfficePassword: whoever runs the installation resets those.
        ResetTooSoon: too many, or for the same person just now. Nothing was written in any of
            these cases.
    """
    lock_organisation(by.org_id)
    person = Person.objects.select_for_update(no_key=True).filter(pk=person_id).first()
    actor = actor_of(person) if person is not None else None
    if person is None or actor is None or actor.org_id != by.org_id or not person.is_active:
        raise NoSuchColleague(id=person_id)
    _check_whose(person, by)
    _check_pace(person, by.org_id, now=now)
    password = "".join(secrets.choice(PASSWORD_LETTERS) for _ in range(PASSWORD_CHARS))
    person.password = make_password(password)
    person.temporary_until, person.password_set_at = now + TEMPORARY_FOR, now
    person.save(update_fields=_SET)
    fact = PasswordReset(person_id=person.pk, good_until=person.temporary_until)
    append(fact, at=now, org_id=by.org_id, actor=by)
    return Temporary(password, person.temporary_until)


def change_password(
    request: HttpRequest, *, old: str, new: str, by: Actor, now: dt.datetime
) -> None:
    """Set a password of one's own; this session stays, all others end.

    Raises:
        LockedOut: too many wrong passwords, counted as when signing in.
        OldPasswordWrong, NewPasswordWeak: nothing was written.
    """
    person = Person.objects.get(pk=by.id)
    known = authenticate(request, username=person.username, password=old)
    if not AxesProxyHandler.is_allowed(request, {"username": person.username}):
        raise LockedOut(minutes=LOCK_OUT_MINUTES)
    if known is None:
        raise OldPasswordWrong
    if new == old:
        raise NewPasswordWeak(field="new", why="=")
    try:
        validate_password(new)
    except ValidationError as error:
        raise NewPasswordWeak(field="new", why=" ".join(error.messages)) from error
    with transaction.atomic():
        person = Person.objects.select_for_update(no_key=True).get(pk=by.id)
        person.password = make_password(new)
        person.temporary_until, person.password_set_at = None, now
        person.save(update_fields=_SET)
        update_session_auth_hash(request, person)
        append(PasswordChanged(person_id=person.pk), at=now, org_id=by.org_id, actor=by)


def _check_whose(person: Person, by: Actor) -> None:
    if person.pk == by.id:
        raise OwnPassword
    if person.is_staff or person.is_superuser:
        raise BackOfficePassword


def _check_pace(person: Person, org_id: int, *, now: dt.datetime) -> None:
    """Each reset is known by its end: nothing else is kept of it but the fact."""
    last = None if person.temporary_until is None else person.temporary_until - TEMPORARY_FOR
    if last is not None and now < last + RESET_APART:
        left = last + RESET_APART - now
        raise ResetTooSoon(retry_after_s=max(1, round(left.total_seconds())))
    since = now + TEMPORARY_FOR - _HOUR
    ends = [
        one.temporary_until
        for one in people_of(org_id)
        if one.temporary_until is not None and one.temporary_until > since
    ]
    if len(ends) >= RESETS_PER_HOUR:
        left = min(ends) - since
        raise ResetTooSoon(retry_after_s=max(1, round(left.total_seconds())))
