"""Asking twice and being answered once, by ``Idempotency-Key``: the outside API, acts on air."""

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Any

import msgspec
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from kaibo.access.crypto import decrypt_text, encrypt_text
from kaibo.access.errors import AskedAtOnce, AskedOtherwise
from kaibo.access.models import Answer
from kaibo.access.rules import ANSWER_KEPT
from kaibo.base.actor import Actor
from kaibo.base.inputs import clean_text

NAME_CHARS_MAX = 200


def answer_once(
    request: HttpRequest,
    act: Callable[[Actor, dt.datetime], Any],
    *,
    name: str | None,
    status: int = 200,
) -> HttpResponse:
    """Do something for a key and answer with it; the same question again gets the same answer.

    What was done and the answer kept of it are one transaction: after a crash both stand or
    neither, so that a repetition never does a thing twice. A refusal is not kept, because it
    wrote nothing; the repetition is judged anew.

    Args:
        act: an action that asks no outside service; its value becomes the answer's JSON.
        name: the caller's name of the question, unique in the organisation for ``ANSWER_KEPT``;
            None does it without keeping anything.

    Raises:
        AskedOtherwise: the name was used for another question; nothing was written.
        AskedAtOnce: the same name is being answered this moment; nothing was written. On SQLite
            writers queue, so there the second waits and gets the answer.
    """
    by, now = request.auth, timezone.now()  # type: ignore[attr-defined]  # set by ninja's auth
    if name is None:
        return _response(msgspec.json.encode(act(by, now)), status)
    said = clean_text("Idempotency-Key", name, chars_max=NAME_CHARS_MAX, required=True)
    asked = _fingerprint(request, by)
    with transaction.atomic():
        _take_turn(by.org_id, said)
        kept = Answer.objects.filter(organisation_id=by.org_id, name=said).first()
        if kept is not None and kept.created_at + ANSWER_KEPT > now:
            if kept.asked != asked:
                raise AskedOtherwise
            response = _response(decrypt_text(kept.body_encrypted).encode(), kept.status)
            response["Idempotency-Replayed"] = "true"
            return response
        body = msgspec.json.encode(act(by, now))
        Answer.objects.update_or_create(
            organisation_id=by.org_id,
            name=said,
            defaults={
                "asked": asked,
                "status": status,
                "body_encrypted": encrypt_text(body.decode()),
                "created_at": now,
            },
        )
    return _response(body, status)


def forget_answers(*, now: dt.datetime) -> int:
    """Delete the answers that nobody may ask for again; returns how many."""
    return Answer.objects.filter(created_at__lte=now - ANSWER_KEPT).delete()[0]


def _take_turn(org_id: int, name: str) -> None:
    """One at a time for each name. SQLite's writers queue at BEGIN already."""
    if connection.vendor != "postgresql":
        return
    digest = hashlib.sha256(f"{org_id}:{name}".encode()).digest()
    number = int.from_bytes(digest[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        (mine,) = cursor.fetchone()
    if not mine:
        raise AskedAtOnce(retry_after_s=1)


def _fingerprint(request: HttpRequest, by: Actor) -> str:
    parts = (by.tag, request.method or "", request.get_full_path())
    head = "\n".join(parts).encode("utf-8", "replace")
    return hashlib.sha256(head + b"\n" + request.body).hexdigest()


def _response(body: bytes, status: int) -> HttpResponse:
    return HttpResponse(body, content_type="application/json; charset=utf-8", status=status)
