"""Groups over HTTP: a viewer's, and the desk's list. One joins by placing an order."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from kaibo.access.reads import caller, staff
from kaibo.audience.reads import asker, viewer_auth
from kaibo.orders import reads
from kaibo.orders.reads import GroupPage, GroupView

router = Router()


@router.get("/my/groups", response=list[GroupView], auth=viewer_auth)
def my_groups(request: HttpRequest) -> list[GroupView]:
    viewer = asker(request)
    return reads.groups_of_viewer(viewer.id, org_id=viewer.org_id)


@router.get("/my/groups/open", response=list[GroupView], auth=viewer_auth)
def groups_to_join(request: HttpRequest) -> list[GroupView]:
    viewer = asker(request)
    return reads.groups_to_join(viewer.show_id, viewer_id=viewer.id, now=timezone.now())


@router.get("/my/groups/{int:id}", response=GroupView, auth=viewer_auth)
def my_group(request: HttpRequest, id: int) -> GroupView:
    viewer = asker(request)
    return reads.group(id, show_id=viewer.show_id, viewer_id=viewer.id)


@router.get("/desk/shows/{int:show_id}/groups", response=GroupPage, auth=staff("orders.read"))
def show_groups(request: HttpRequest, show_id: int, state: str = "", page: int = 1) -> GroupPage:
    return reads.groups_of_show(caller(request).org_id, show_id, state=state, page=page)
