"""Red packets and quizzes over HTTP: the desk, two viewers, and everybody else."""

import datetime as dt
import json
import runpy
from typing import Any

import pytest
from django.utils import timezone

from kaibo.promotions import actions
from kaibo.promotions.models import Quiz, RedPacket
from kaibo.promotions.tests import drawing
from kaibo.promotions.tests.http import Caller, desk, viewer
from kaibo.promotions.tests.shop import SHOW, Shop, list_link, make_shop
from tests.paths import DOCS

# On PostgreSQL every route is called by the walk of access/tests/test_matrix.py.
pytestmark = [pytest.mark.django_db, pytest.mark.once]


def window(minutes: int = 30) -> dict[str, str]:
    """From now on."""
    now = timezone.now()
    closes_at = now + dt.timedelta(minutes=minutes)
    return {"opens_at": now.isoformat(), "closes_at": closes_at.isoformat()}


def steps(chen: Caller, at: str) -> None:
    """Publish and open."""
    assert chen.post(f"{at}/publish")["state"] == "published"
    assert chen.post(f"{at}/open")["state"] == "open"


@pytest.mark.row("R-051")
def test_a_red_packet_over_http(shop: Shop) -> None:
    list_link(shop)
    chen, bo, dan = desk(shop.org_id), viewer(shop.org_id), viewer(shop.org_id, 2)
    body = {
        "show_id": SHOW,
        "title": "红包",
        "total_fen": 501,
        "number": 2,
        "audience": "everyone",
        "credit_days": 7,
        "organiser": "安娜商贸",
        "request_key": "packet",
        **window(),
    }
    made = chen.post("/desk/packets", body, status=201)
    assert chen.post("/desk/packets", body, status=201) == made
    at = f"/desk/packets/{made['id']}"
    bo.post(f"/my/packets/{made['id']}/claim", status=404)
    steps(chen, at)
    assert chen.post(f"{at}/finish", status=409)["code"] == "packet_not_now"
    assert bo.post(f"/my/packets/{made['id']}/claim")["fen"] == 251
    assert bo.post(f"/my/packets/{made['id']}/claim")["fen"] == 251
    (seen,) = dan.get("/my/packets")
    assert (seen["left"], seen["portion"]) == (1, None)
    assert dan.post(f"/my/packets/{made['id']}/claim")["fen"] == 250
    assert [coupon["terms"]["benefit"]["fen"] for coupon in dan.get("/my/coupons")] == [250]
    (row,) = chen.get(f"/desk/shows/{SHOW}/packets")
    assert row == chen.get(at)
    assert (row["state"], row["claimed_fen"]) == ("finished", 501)
    proof = dan.get(f"/packets/{made['id']}/proof")
    assert runpy.run_path(str(DOCS / "verify_packet.py"))["verify"](proof) == []
    late = viewer(shop.org_id, 3).post(f"/my/packets/{made['id']}/claim", status=409)
    assert (late["code"], late["message"]) == ("packet_refused", "未领到红包：已被领完")
    kept = chen.post(f"/desk/promotions/{row['promotion_id']}/steps/end", status=409)
    assert kept["code"] == "packet_keeps"


@pytest.mark.row("R-051", "LM-104")
def test_a_quiz_over_http(shop: Shop) -> None:
    """Nothing a viewer or the public is sent says what is right before the draw is closed."""
    list_link(shop)
    who = drawing.viewer_of(shop, 1)
    chen, bo = desk(shop.org_id), viewer(shop.org_id, who)
    prize = {"name": "面霜", "value_fen": 9_900, "proof": "门店价", "count": 1}
    body: dict[str, Any] = {
        "show_id": SHOW,
        "title": "答题",
        "prizes": [prize],
        "audience": "everyone",
        "claim_days": 7,
        "claim_how": "填写收货地址",
        "organiser": "安娜商贸",
        "request_key": "quiz",
        **window(),
    }
    id = chen.post("/desk/draws", body, status=201)["id"]
    question = {"text": "面霜多少毫升？", "choices": ["30", "50"], "seconds": 300}
    quiz = {"questions": [question] * 2, "rights": [2, 1], "pause_s": 600}
    answer = chen.client.put(f"/api/desk/draws/{id}/quiz", quiz, content_type="application/json")
    assert (answer.status_code, answer.json()["rights"]) == (200, [2, 1])
    steps(chen, f"/desk/draws/{id}")
    assert chen.get(f"/desk/draws/{id}/quiz")["rights"] == []
    refused = bo.post(f"/my/draws/{id}/enter", {}, status=409)
    assert refused["data"]["reason"] == "quiz"
    said = bo.post(f"/my/draws/{id}/answer", {"no": 1, "choice": 2})
    assert (said["place"], said["choice"]) == (1, 2)
    other = bo.post(f"/my/draws/{id}/answer", {"no": 1, "choice": 1}, status=409)
    assert other["message"] == "第 1 题已选第 2 项，不能更改"
    early = bo.post(f"/my/draws/{id}/answer", {"no": 2, "choice": 1}, status=409)
    assert early["code"] == "question_not_on"
    (card,) = bo.get("/my/quizzes")
    assert [one["no"] for one in card["questions"]] == [1]
    assert (card["questions"][0]["mine"], card["questions"][0]["right"]) == (2, None)
    public = bo.get(f"/draws/{id}/quiz")
    assert (public["rights"], public["questions"], public["answers"]) == ([], [], [])
    assert "rights" not in json.dumps([bo.get("/my/draws"), bo.get(f"/draws/{id}/proof")])
    actions.run_due_draws(now=timezone.now() + dt.timedelta(hours=1))
    proof = bo.get(f"/draws/{id}/quiz")
    assert (proof["rights"], proof["barred"]) == ([2, 1], [1])
    assert runpy.run_path(str(DOCS / "verify_quiz.py"))["verify"](proof) == []
    assert (Quiz.objects.count(), RedPacket.objects.count()) == (1, 0)
    dai = desk(make_shop("dai").org_id)
    assert dai.get(f"/desk/draws/{id}/quiz", status=404)["code"] == "no_such_draw"
