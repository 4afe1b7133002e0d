"""A shop's picture with a code in it; its frame is a file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.conf import settings

from kaibo.media.actions import record_code, record_stream_ended, record_stream_started
from kaibo.media.ports import StreamBegan, StreamOver
from kaibo.media.reads import check_publish


def seen(stream_key: str, *, now: dt.datetime) -> dict[str, int]:
    """A stream with that key, over by now, in which a strange code was seen."""
    room_code, _, secret = stream_key.partition("?key=")
    grant = check_publish(room_code, secret, now=now)
    session_id, recording = f"{grant.show_id:032d}", f"{room_code}/seen"
    (Path(settings.KAIBO_RECORDINGS) / recording).mkdir(parents=True, exist_ok=True)
    record_stream_started(StreamBegan(session_id, grant, now, 640, 360, True, recording))
    sighting_id = record_code(
        session_id=session_id, text="https://x.top/", jpeg=b"\xff\xd8\xff\xd9", now=now
    )
    assert sighting_id is not None
    record_stream_ended(StreamOver(session_id, grant, now, "finished", 1, 1))
    return {"sighting": sighting_id}
