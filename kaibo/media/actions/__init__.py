"""The writers of stream keys, of what came through them, and of what was seen in it."""

from kaibo.media.actions.sights import (
    SIGHTS_PER_SHOW_MAX,
    record_code,
    record_text,
    set_troubles,
    shut_eyes,
)
from kaibo.media.actions.streams import (
    end_forgotten_streams,
    end_stream_key,
    erase_recording,
    issue_stream_key,
    record_stream_ended,
    record_stream_started,
    revoke_stream_key,
    rotate_stream_key,
)

__all__ = [
    "SIGHTS_PER_SHOW_MAX",
    "end_forgotten_streams",
    "end_stream_key",
    "erase_recording",
    "issue_stream_key",
    "record_code",
    "record_stream_ended",
    "record_stream_started",
    "record_text",
    "revoke_stream_key",
    "rotate_stream_key",
    "set_troubles",
    "shut_eyes",
]
