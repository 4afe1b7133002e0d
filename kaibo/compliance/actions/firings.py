"""When controls that refuse were last met."""

import datetime as dt
from collections.abc import Collection
from typing import Final

from django.db import transaction

from kaibo.compliance.models import Firing
from kaibo.compliance.reads import signals

# A refusal that is met again and again is written at most so often.
NOTED_EVERY: Final = dt.timedelta(minutes=1)


@transaction.atomic
def note_firings(met: Collection[str], *, org_id: int, now: dt.datetime) -> int:
    """Note that controls refused something. Called after the refusal undid its own transaction.

    It is no evidence and tells no fact: what was refused stands with the finding, if with anything.

    Args:
        met: codes of refusals and ``check:…`` of the gate; what no control listens to is nothing.

    Returns:
        How many were noted.
    """
    heard = sorted(signals().intersection(met))
    return sum(_note(signal, org_id=org_id, now=now) for signal in heard)


def _note(signal: str, *, org_id: int, now: dt.datetime) -> bool:
    row, is_new = Firing.objects.get_or_create(
        organisation_id=org_id, signal=signal, defaults={"last_at": now}
    )
    if not is_new and row.last_at <= now - NOTED_EVERY:
        row.last_at = now
        row.save(update_fields=["last_at"])
        return True
    return is_new
