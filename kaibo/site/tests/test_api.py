"""Pages of the API: what is answered when it is not the asker's fault."""

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from kaibo.room import reads


@pytest.mark.parametrize("error", [OperationalError("disk full"), InterfaceError("closed")])
def test_a_database_that_is_away_is_said_in_words(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 with a code that says what to do; the error itself stays in the log."""

    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(reads, "rooms", fail)
    answer = Client(headers={"Accept-Language": "en"}).get("/api/rooms")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
    assert str(error) not in answer.content.decode()
