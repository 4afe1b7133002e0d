"""The proof of work before the door: solved it opens once, anything else is told in words."""

import base64
import datetime as dt
import json
from typing import Any

import altcha
import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from kaibo.room.models import SpentProof
from kaibo.room.tests.scene import Scene
from kaibo.site.environment import SettingError, whole

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def door(scene: Scene, settings: Settings) -> Any:
    """Knocks at the room's door with a body; every caller is another device."""
    settings.KAIBO_PROOF_OF_WORK = 50
    count = iter(range(10_000))

    def knock(proof: Any = None, lang: str = "zh-CN") -> tuple[int, Any]:
        body = {"device": f"device-{next(count):020}"} | ({} if proof is None else {"proof": proof})
        answer = Client(headers={"Accept-Language": lang}).post(
            f"/api/rooms/{scene.show.code}/enter", json.dumps(body), content_type="application/json"
        )
        return answer.status_code, answer.json()

    return knock


def challenge_of(door: Any) -> dict[str, Any]:
    """What the first try is answered with."""
    status, body = door()
    assert (status, body["code"]) == (428, "proof_needed")
    found: dict[str, Any] = body["data"]["challenge"]
    return found


def solved(challenge: dict[str, Any]) -> dict[str, Any]:
    """As the library's own solver does it."""
    solution = altcha.solve_challenge(altcha.Challenge.from_dict(challenge))
    assert solution is not None
    return {"challenge": challenge, "solution": solution.to_dict()}


def sent(payload: Any) -> str:
    """As a browser sends it."""
    return base64.b64encode(json.dumps(payload).encode()).decode()


def test_a_solved_challenge_opens_the_door_once(door: Any) -> None:
    """The same solution, by whomever, opens nothing; a fresh one does."""
    proof = sent(solved(challenge_of(door)))
    status, body = door(proof)
    assert (status, bool(body["token"])) == (200, True)
    for text in (proof, proof + "\n", sent(json.loads(base64.b64decode(proof)) | {"extra": 1})):
        status, body = door(text)
        assert (status, body["code"]) == (409, "proof_spent")
    assert "已使用过" in body["message"]
    assert door(sent(solved(challenge_of(door))))[0] == 200
    assert SpentProof.objects.count() == 2


def test_what_is_no_solution_is_refused_in_words(door: Any) -> None:
    """Another counter, another key, an easier challenge, a forged signature, and no payload."""
    good = solved(challenge_of(door))
    parameters = good["challenge"]["parameters"]
    easy = good | {
        "challenge": good["challenge"] | {"parameters": parameters | {"keyPrefix": "00"}}
    }
    later = good | {
        "challenge": good["challenge"] | {"parameters": parameters | {"expiresAt": 9_999_999_999}}
    }
    shapes: list[Any] = [[], {}, 1, "x", {"challenge": "x", "solution": {}}, None]
    wrong = [
        *map(sent, shapes),
        sent(good | {"solution": good["solution"] | {"counter": 10**6}}),
        sent(good | {"solution": good["solution"] | {"derivedKey": "00" * 32}}),
        sent(easy),
        sent(later),
        sent(good | {"challenge": good["challenge"] | {"signature": "0" * 64}}),
        sent(good | {"challenge": {"parameters": parameters}}),
        sent({"challenge": {"parameters": []}, "solution": []}),
        "not base64!",
        "=" * 100,
        "\x00",
        "坏",
        base64.b64encode(b"[" * 2_000).decode(),
        base64.b64encode(b"\xff\xfe").decode(),
    ]
    body: Any = None
    for proof in wrong:
        status, body = door(proof)
        assert (status, body["code"]) == (422, "proof_wrong"), proof
    assert "请刷新页面重试" in body["message"]
    assert door(wrong[0], lang="en")[1]["message"].startswith("The calculation's result")
    status, body = door("x" * 4_001)
    assert (status, body["code"]) == (422, "bad_input")
    assert SpentProof.objects.count() == 0
    assert door(sent(good))[0] == 200


def test_a_late_solution_is_refused_and_forgotten_ones_stay_refused(door: Any) -> None:
    """Five minutes to solve; what was spent is remembered for longer than it could be used."""
    with time_machine.travel(NOW, tick=False) as clock:
        late, used = solved(challenge_of(door)), solved(challenge_of(door))
        assert door(sent(used))[0] == 200
        clock.shift(301)
        for proof in (late, used):
            status, body = door(sent(proof))
            assert (status, body["code"]) == (422, "proof_expired")
        assert "过期" in body["message"]
        assert SpentProof.objects.count() == 1
        clock.shift(300)
        assert door(sent(solved(challenge_of(door))))[0] == 200
        assert SpentProof.objects.count() == 1


def test_switched_off_nothing_is_asked(door: Any, settings: Settings) -> None:
    """Nor is a proof that is sent anyway looked at."""
    settings.KAIBO_PROOF_OF_WORK = 0
    assert [door()[0], door("whatever")[0]] == [200, 200]
    assert SpentProof.objects.count() == 0


def test_the_setting_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A number of hashes that no browser would finish is refused at the start."""
    monkeypatch.setenv("KAIBO_PROOF_OF_WORK", "50000")
    assert whole("KAIBO_PROOF_OF_WORK", 0, most=10_000_000) == 50_000
    for value in ("-1", "10000001", "many"):
        monkeypatch.setenv("KAIBO_PROOF_OF_WORK", value)
        with pytest.raises(SettingError):
            whole("KAIBO_PROOF_OF_WORK", 0, most=10_000_000)
