"""HTTP for the desk: the show's stream key, and what came through it."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status

from kaibo.access.reads import caller, staff
from kaibo.media import actions, reads
from kaibo.media.ports import APP
from kaibo.media.reads import StreamKeyView, StreamSessionView, TroubleView

router = Router(tags=["media"])


@dataclass(frozen=True, slots=True)
class EncoderSettings:
    """The two fields that OBS asks for, as they go in."""

    server: str
    key: str
    room_code: str
    expires_at: dt.datetime


@router.get(
    "/desk/shows/{int:show_id}/stream-key", response=EncoderSettings, auth=staff("media.key")
)
def show_stream_key(request: HttpRequest, show_id: int) -> EncoderSettings:
    by = caller(request)
    view = reads.stream_key_for_desk(org_id=by.org_id, show_id=show_id)
    return _settings(request, view)


@router.post(
    "/desk/shows/{int:show_id}/stream-key/rotate",
    response=EncoderSettings,
    auth=staff("media.key"),
)
def rotate_stream_key(request: HttpRequest, show_id: int) -> EncoderSettings:
    by = caller(request)
    view = actions.rotate_stream_key(org_id=by.org_id, show_id=show_id, by=by, now=timezone.now())
    return _settings(request, view)


@router.delete(
    "/desk/shows/{int:show_id}/stream-key", response={204: None}, auth=staff("media.key")
)
def revoke_stream_key(request: HttpRequest, show_id: int) -> Status[None]:
    by = caller(request)
    actions.revoke_stream_key(org_id=by.org_id, show_id=show_id, by=by, now=timezone.now())
    return Status(204, None)


@router.get(
    "/desk/shows/{int:show_id}/streams",
    response=list[StreamSessionView],
    auth=staff("planning.read"),
)
def show_streams(request: HttpRequest, show_id: int) -> list[StreamSessionView]:
    return reads.stream_sessions(org_id=caller(request).org_id, show_id=show_id)


@router.get(
    "/desk/shows/{int:show_id}/picture-troubles",
    response=list[TroubleView],
    auth=staff("planning.read"),
)
def show_picture_troubles(request: HttpRequest, show_id: int) -> list[TroubleView]:
    return reads.picture_troubles(org_id=caller(request).org_id, show_id=show_id)


@router.get("/desk/sightings/{int:id}/frame", auth=staff("compliance.read"))
def show_frame(request: HttpRequest, id: int) -> HttpResponse:
    """The frame of the finding whose subject is ``seen_code:<id>`` or ``seen_text:<id>``."""
    data = reads.frame_of(org_id=caller(request).org_id, sighting_id=id)
    return HttpResponse(
        data,
        content_type="image/jpeg",
        headers={"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"},
    )


def _settings(request: HttpRequest, view: StreamKeyView) -> EncoderSettings:
    server = f"rtmp://{_host(request)}:{settings.KAIBO_RTMP_PORT}/{APP}"
    return EncoderSettings(server, view.key, view.room_code, view.expires_at)


def _host(request: HttpRequest) -> str:
    """The name under which the technician's own browser reached us, without the port."""
    host = request.get_host()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]
