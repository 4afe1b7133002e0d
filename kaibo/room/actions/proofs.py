"""A proof of work before the door: cheap for one browser, dear for a thousand bots.

The challenge is signed, not stored; what is stored is that one was used, until it expires.
"""

import base64
import datetime as dt
import json
import secrets
from typing import Any

import altcha
from django.conf import settings
from django.db import IntegrityError, transaction

from kaibo.room.errors import ProofExpired, ProofNeeded, ProofSpent, ProofWrong
from kaibo.room.models import SpentProof

LIFE = dt.timedelta(minutes=5)


def check_proof(proof: str, *, hashes_max: int, now: dt.datetime) -> None:
    """Take a solved challenge, once; without one, hand a challenge out.

    Args:
        proof: base64 of JSON ``{"challenge", "solution": {"counter", "derivedKey"}}``, as the
            browsers of the altcha library send it.
        hashes_max: the most hashes that solving a new challenge may take; half on average.

    Raises:
        ProofNeeded: none was sent; ``data.challenge`` is one to solve. Nothing was written.
        ProofWrong, ProofExpired: nothing was written.
        ProofSpent: it was taken before, whoever used it.
    """
    if not proof:
        raise ProofNeeded(challenge=_new_challenge(hashes_max=hashes_max, now=now))
    payload = _read(proof)
    checked = altcha.verify_solution(payload, _secret())
    if checked.expired:
        raise ProofExpired
    if not checked.verified:
        raise ProofWrong
    SpentProof.objects.filter(expires_at__lt=now).delete()
    try:
        with transaction.atomic():
            SpentProof.objects.create(
                nonce=payload.challenge.parameters.nonce, expires_at=now + 2 * LIFE
            )
    except IntegrityError as error:
        raise ProofSpent from error


def _new_challenge(*, hashes_max: int, now: dt.datetime) -> dict[str, Any]:
    # The counter is drawn first, so that nobody is unlucky beyond the limit.
    challenge = altcha.create_challenge(
        "SHA-256",
        1,
        counter=secrets.randbelow(hashes_max),
        expires_at=now + LIFE,
        hmac_secret=_secret(),
    )
    return challenge.to_dict()


def _read(proof: str) -> altcha.Payload:
    try:
        return altcha.Payload.from_dict(json.loads(base64.b64decode(proof)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ProofWrong from error


def _secret() -> str:
    return f"kaibo.proof.{settings.SECRET_KEY}"
