"""Invitations over HTTP: the desk, an inviter, a friend, and an export."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kaibo.audience.actions import enter, issue_viewer_token
from kaibo.base.sheets import read_xlsx
from kaibo.promotions import actions
from kaibo.promotions.tests import promoting
from kaibo.promotions.tests.http import Caller, desk
from kaibo.promotions.tests.shop import SHOW, Shop, list_link, make_shop

# On PostgreSQL every route is called by the walk of access/tests/test_matrix.py.
pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def newcomer(shop: Shop, device: str, *, address: str) -> Client:
    """A phone of its own at an address."""
    person = enter(org_id=shop.org_id, device=device * 20, nickname=device, now=timezone.now())
    ticket = issue_viewer_token(person.id, shop.org_id, SHOW)
    return Client(headers={"Authorization": f"Bearer {ticket}"}, REMOTE_ADDR=address)


def accept(phone: Client, code: str) -> Any:
    """What the page is told."""
    answer = phone.post("/api/my/invites/accept", {"code": code}, "application/json")
    return answer.json()


def terms(shop: Shop) -> dict[str, Any]:
    """What the desk sends: one who follows makes a reward, two from an address."""
    list_link(shop)
    now = timezone.now()
    reward = promoting.run(
        shop,
        of={"stacking": "coupon"},
        got="claim",
        unlock="invite",
        starts_at=now,
        ends_at=now + dt.timedelta(days=1),
    )
    return {
        "show_id": SHOW,
        "title": "邀友",
        "task": "follow",
        "newcomer": "visitor",
        "invitees_per_reward": 1,
        "rewards_per_inviter": 2,
        "rewards_total": 5,
        "per_address": 2,
        "promotion_id": reward.pk,
        "opens_at": now.isoformat(),
        "closes_at": (now + dt.timedelta(hours=1)).isoformat(),
        "organiser": "安娜商贸",
        "request_key": "invite",
    }


@pytest.mark.row("R-102")
def test_an_invitation_over_http(shop: Shop) -> None:
    chen, body = desk(shop.org_id), terms(shop)
    made = chen.post("/desk/invites", body, status=201)
    assert chen.post("/desk/invites", body, status=201) == made
    at = f"/desk/invites/{made['id']}"
    bo = Caller(newcomer(shop, "b", address="198.51.100.7"))
    bo.post(f"/my/invites/{made['id']}/link", status=404)
    assert chen.post(f"{at}/publish")["state"] == "published"
    actions.run_due_invites(now=timezone.now())
    code = bo.post(f"/my/invites/{made['id']}/link")["code"]
    assert bo.post("/my/invites/accept", {"code": code}) == {"state": "no"}
    first = newcomer(shop, "x", address="2001:db8:1:2::7")
    assert accept(first, code) == {"state": "pending"}
    # The same /64, another telephone, then a third.
    for device, host, heard in (("y", "::8", "pending"), ("z", "::9", "no")):
        other = newcomer(shop, device, address=f"2001:db8:1:2{host}")
        other.defaults["HTTP_USER_AGENT"] = device
        assert accept(other, code) == {"state": heard}
    assert accept(first, "nobody")["code"] == "no_such_invite"
    (card,) = bo.get("/my/invites")
    assert (card["counted"], card["pending"], card["not_counted"]) == (0, 2, 2)
    page = chen.get(f"{at}/invitees?state=refused")
    assert [one["reason"] for one in page["items"]] == ["address_full", "own"]
    assert chen.get(f"{at}/board") == []
    assert chen.get(f"{at}")["refused"] == {"own": 1, "address_full": 1}
    sheet = chen.client.get(f"/api{at}/invitees.csv?reason=own")
    rows = list(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert [len(rows), rows[1][5:7]] == [2, ["未计入", "自己邀请自己"]]
    book = chen.client.get(f"/api{at}/invitees.xlsx")
    assert len(read_xlsx(book.content, rows_max=99)) == 5
    assert '-invitees.xlsx"' in book.headers["Content-Disposition"]
    assert chen.post(f"{at}/cancel", status=409)["code"] == "invite_state_wrong"
