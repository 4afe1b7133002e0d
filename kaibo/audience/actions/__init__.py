"""Writers of viewers."""

import datetime as dt

from django.conf import settings
from django.db import transaction

from kaibo.access.crypto import sign_token
from kaibo.audience import rules
from kaibo.audience.models import Device, Follow, Viewer
from kaibo.audience.reads import ViewerView
from kaibo.base.actor import Actor
from kaibo.facts.audience import ViewerFollowed, ViewerSeen, ViewerUnfollowed
from kaibo.journal.actions import append


def enter(*, org_id: int, device: str, nickname: str, now: dt.datetime) -> ViewerView:
    """Know a device or the account signed in on it again, or take it in as a new viewer.

    Args:
        device: 16 to 64 characters that the browser keeps; stored only as a keyed hash.
        nickname: may be empty; a new viewer then gets a made name, a known one keeps theirs.

    Raises:
        DeviceUnreadable, BadInput: nothing was written.
    """
    name = rules.check_nickname(nickname)
    digest = rules.device_hash(device, secret=settings.SECRET_KEY.encode())
    with transaction.atomic():
        viewer, is_new = _viewer_of(org_id, digest), False
        if viewer is None:
            viewer, is_new = Viewer.objects.get_or_create(
                organisation_id=org_id,
                device_hash=digest,
                defaults={"nickname": name or f"观众{digest[:5]}", "created_at": now},
            )
        if is_new:
            doer = Actor("viewer", viewer.pk, org_id)
            append(ViewerSeen(viewer_id=viewer.pk), at=now, org_id=org_id, actor=doer)
        elif name and name != viewer.nickname:
            viewer.nickname = name
            viewer.save(update_fields=["nickname"])
    return ViewerView(viewer.pk, viewer.nickname)


def _viewer_of(org_id: int, digest: str) -> Viewer | None:
    """Whose account is signed in on a device; None if nobody's is."""
    rows = Device.objects.filter(organisation_id=org_id, device_hash=digest)
    found = rows.select_related("account__viewer").first()
    return None if found is None else found.account.viewer


@transaction.atomic
def follow(*, org_id: int, viewer_id: int, now: dt.datetime) -> bool:
    """Follow the organisation; returns False when the viewer already did."""
    viewer = Viewer.objects.select_for_update().get(pk=viewer_id, organisation_id=org_id)
    _, is_new = Follow.objects.get_or_create(viewer=viewer, defaults={"since": now})
    if is_new:
        doer = Actor("viewer", viewer_id, org_id)
        append(ViewerFollowed(viewer_id=viewer_id), at=now, org_id=org_id, actor=doer)
    return is_new


@transaction.atomic
def unfollow(*, org_id: int, viewer_id: int, now: dt.datetime) -> bool:
    """Stop following; returns False when the viewer did not follow."""
    viewer = Viewer.objects.select_for_update().get(pk=viewer_id, organisation_id=org_id)
    gone, _ = Follow.objects.filter(viewer=viewer).delete()
    if gone:
        doer = Actor("viewer", viewer_id, org_id)
        append(ViewerUnfollowed(viewer_id=viewer_id), at=now, org_id=org_id, actor=doer)
    return bool(gone)


def issue_viewer_token(viewer_id: int, org_id: int, show_id: int) -> str:
    """A ticket to one room for one viewer."""
    return sign_token("viewer", {"viewer_id": viewer_id, "org_id": org_id, "show_id": show_id})
