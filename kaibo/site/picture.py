"""The picture engine's three questions, answered on its threads with a live database connection."""

from django.db import close_old_connections
from django.utils import timezone

from kaibo.media import actions, reads
from kaibo.media.ports import PublishGrant, StreamBegan, StreamOver


def authorise(room_code: str, secret: str) -> PublishGrant:
    """May this encoder send the picture of this room? Raises a ``Refusal`` if not."""
    close_old_connections()
    return reads.check_publish(room_code, secret, now=timezone.now())


def on_start(began: StreamBegan) -> None:
    """The first picture is here."""
    close_old_connections()
    actions.record_stream_started(began)


def on_stop(over: StreamOver) -> None:
    """The encoder is gone."""
    close_old_connections()
    actions.record_stream_ended(over)


def on_eyes_shut() -> None:
    """The process that looks at the pictures has ended."""
    close_old_connections()
    actions.shut_eyes(now=timezone.now())
