"""Viewers: one device is one viewer."""

import datetime as dt

import pytest

from kaibo.access.actions import SellerCard, create_organisation
from kaibo.access.errors import TokenInvalid
from kaibo.audience import actions, reads
from kaibo.audience.errors import DeviceUnreadable
from kaibo.audience.models import Follow, Viewer
from kaibo.base.errors import BadInput
from kaibo.journal.models import Entry

NOW = dt.datetime(2026, 11, 11, 12, 0, tzinfo=dt.UTC)
DEVICE = "d" * 32

pytestmark = pytest.mark.django_db


@pytest.fixture
def org_id() -> int:
    seller = SellerCard(name="山野", licence_no="1", address="杭州", contact="0571")
    return create_organisation(code="shanye", name="山野", seller=seller, now=NOW)


def enter(org_id: int, device: str = DEVICE, nickname: str = "") -> reads.ViewerView:
    return actions.enter(org_id=org_id, device=device, nickname=nickname, now=NOW)


def test_a_reload_is_not_a_new_viewer(org_id: int) -> None:
    first, again = enter(org_id), enter(org_id)
    assert first == again
    assert Viewer.objects.count() == 1
    assert Entry.objects.filter(tag="audience.viewer_seen.1").count() == 1


def test_the_device_itself_is_not_kept(org_id: int) -> None:
    enter(org_id)
    assert DEVICE not in Viewer.objects.get().device_hash


def test_a_name_is_cleaned_kept_and_may_change(org_id: int) -> None:
    assert enter(org_id, nickname="  小\u202e红  \u200b花 ").nickname == "小红 花"
    assert enter(org_id).nickname == "小红 花"
    assert enter(org_id, nickname="大红").nickname == "大红"


@pytest.mark.parametrize("device", ["", "short", "x" * 65, "空" * 20, "<script>alert(1)</script>"])
def test_a_made_up_device_is_refused(org_id: int, device: str) -> None:
    with pytest.raises(DeviceUnreadable):
        enter(org_id, device=device)
    assert Viewer.objects.count() == 0


def test_a_name_too_long_is_refused(org_id: int) -> None:
    with pytest.raises(BadInput):
        enter(org_id, nickname="名" * 21)
    assert Viewer.objects.count() == 0


def test_following_twice_is_following_once(org_id: int) -> None:
    viewer = enter(org_id)
    assert actions.follow(org_id=org_id, viewer_id=viewer.id, now=NOW) is True
    assert actions.follow(org_id=org_id, viewer_id=viewer.id, now=NOW) is False
    assert reads.followers(org_id) == {viewer.id}
    assert actions.unfollow(org_id=org_id, viewer_id=viewer.id, now=NOW) is True
    assert Follow.objects.count() == 0


def test_a_ticket_says_who_and_where_and_cannot_be_bent(org_id: int) -> None:
    token = actions.issue_viewer_token(5, org_id, 9)
    assert reads.read_viewer_token(token) == reads.ViewerToken(5, org_id, 9)
    for bad in ("", "x", token + "x", token.replace(":", "!", 1)):
        with pytest.raises(TokenInvalid):
            reads.read_viewer_token(bad)
