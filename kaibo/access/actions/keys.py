"""Keys with which other programs call the outside API."""

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from kaibo.access import reads, rules
from kaibo.access.errors import (
    AskedTooOften,
    KeyExpiresTooSoon,
    KeyInvalid,
    NoSuchKey,
    TooManyKeys,
)
from kaibo.access.models import ApiKey, Organisation
from kaibo.access.reads import ApiKeyView
from kaibo.access.rules import KEY_NAME_CHARS_MAX, KEYS_MAX
from kaibo.base.actor import Actor
from kaibo.base.inputs import clean_text
from kaibo.base.times import shop_day
from kaibo.facts.access import ApiKeyMade, ApiKeyRevoked
from kaibo.journal.actions import append


@dataclass(frozen=True, slots=True)
class KeyMade:
    """A new key; ``token`` is said this once and kept nowhere."""

    key: ApiKeyView
    token: str


@transaction.atomic
def make_key(
    *,
    name: str,
    scopes: Iterable[str],
    by: Actor,
    now: dt.datetime,
    expires_at: dt.datetime | None = None,
) -> KeyMade:
    """Give a program a key of its own for the organisation.

    Args:
        scopes: permissions of ``rules.SCOPES`` that the maker holds; may be none.
        expires_at: the key opens nothing from then on; None lets it live until it is revoked.

    Raises:
        NotAllowed: a scope the maker does not hold.
        ScopeUnknown, KeyExpiresTooSoon, TooManyKeys, BadInput: nothing was written.
    """
    chosen = rules.check_scopes(scopes, by=by)
    said = clean_text("name", name, chars_max=KEY_NAME_CHARS_MAX, required=True)
    if expires_at is not None and expires_at <= now:
        raise KeyExpiresTooSoon()
    # The organisation's row is the lock under which its keys are counted.
    Organisation.objects.select_for_update(no_key=True).get(pk=by.org_id)
    held = ApiKey.objects.filter(organisation_id=by.org_id, revoked_at=None)
    if held.count() >= KEYS_MAX:
        raise TooManyKeys(most=KEYS_MAX)
    prefix, secret = secrets.token_hex(4), secrets.token_hex(24)
    token = f"{rules.KEY_MARK}{prefix}_{secret}"
    row = ApiKey.objects.create(
        organisation_id=by.org_id,
        name=said,
        prefix=prefix,
        digest=_digest(token),
        scopes=chosen,
        made_by_id=by.id,
        created_at=now,
        expires_at=expires_at,
    )
    fact = ApiKeyMade(key_id=row.pk, scopes=chosen, expires_at=expires_at)
    append(fact, at=now, org_id=by.org_id, actor=by)
    return KeyMade(key=reads.api_key_view(row), token=token)


@transaction.atomic
def revoke_key(*, key_id: int, by: Actor, now: dt.datetime) -> None:
    """End a key at once and for good. Safe to repeat.

    Raises:
        NoSuchKey: none of this id in the organisation.
    """
    rows = ApiKey.objects.select_for_update(no_key=True)
    row = rows.filter(organisation_id=by.org_id, pk=key_id).first()
    if row is None:
        raise NoSuchKey(id=key_id)
    if row.revoked_at is None:
        row.revoked_at = now
        row.save(update_fields=["revoked_at"])
        append(ApiKeyRevoked(key_id=row.pk), at=now, org_id=by.org_id, actor=by)


class _Key(HttpBearer):
    """``Authorization: Bearer kb_…``, then the scope; ``request.auth`` is the Actor."""

    openapi_name = "ApiKey"

    def __init__(self, permission: str | None) -> None:
        super().__init__()
        assert permission is None or permission in rules.SCOPES
        self.permission = permission

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        now = timezone.now()
        actor = _actor_of_key(token, now=now)
        _count(actor, now=now)
        if self.permission is not None:
            rules.check_scope(actor, self.permission)
        return actor


def by_key(permission: str | None) -> _Key:
    """Ninja ``auth=`` for a route of the outside API: a key that is good and has the scope.

    ``None`` asks for a good key only. No session and no cookie opens such a route.
    """
    return _Key(permission)


def _actor_of_key(token: str, *, now: dt.datetime) -> Actor:
    """The key as a doer; notes the day of its use, once a day, so that reads stay reads.

    Raises:
        KeyInvalid: unknown, revoked or expired; which of them is not said.
    """
    row = ApiKey.objects.filter(prefix=rules.key_prefix(token)).first()
    known = row.digest if row else "0" * 64
    if not hmac.compare_digest(known, _digest(token)) or row is None:
        raise KeyInvalid
    if row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= now):
        raise KeyInvalid
    today = shop_day(now)
    if row.used_on != today:
        ApiKey.objects.filter(pk=row.pk).update(used_on=today)
    return Actor("key", row.pk, row.organisation_id, scopes=frozenset(row.scopes))


def _count(key: Actor, *, now: dt.datetime) -> None:
    """One more question of this minute. Each web process counts for itself.

    Raises:
        AskedTooOften: more than ``KAIBO_API_PER_MIN``; 0 sets no limit.
    """
    most: int = settings.KAIBO_API_PER_MIN
    minute, second = divmod(int(now.timestamp()), 60)
    name = f"kaibo-key-{key.id}-{minute}"
    cache.add(name, 0, timeout=120)
    try:
        asked = cache.incr(name)
    except ValueError:
        # Thrown out by others in between: the count begins anew.
        asked = 1
    if most and asked > most:
        raise AskedTooOften(per_minute=most, retry_after_s=60 - second)


def _digest(token: str) -> str:
    # 192 random bits need no slow hash.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
