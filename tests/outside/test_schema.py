"""The document is kept: generated requests, good and bad, and every answer is as it says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from kaibo.site.outside.api import document
from tests.outside.conftest import token_of
from tests.safety.shop import Shop

pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.slow]

EXAMPLES = 20
# A schema cannot say which texts hold control characters or which days make a period: a request
# that fits it may still be refused in words, as the document says.
CONFIG = {
    "checks": {
        "positive_data_acceptance": {
            "expected-statuses": ["2xx", "401", "403", "404", "409", "422", "429"]
        }
    }
}


@pytest.fixture(autouse=True)
def one_connection(settings: Any) -> Iterator[None]:
    """As Django's test client: a request does not close the connection of the test's rows."""
    settings.KAIBO_API_PER_MIN = 0
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


def _operations() -> list[Any]:
    described = json.loads(json.dumps(document()))
    schema: Any = schemathesis.openapi.from_dict(
        described, config=SchemathesisConfig.from_dict(CONFIG)
    )
    schema.app = WSGIHandler()
    found = [one.ok() for one in schema.get_all_operations()]
    assert len(found) == 23
    return found


class Walk:
    """So many generated requests of every operation, the same ones every time."""

    def __init__(self, shop: Shop, token: str, *, is_at_home: bool) -> None:
        self._headers = {"Authorization": f"Bearer {token}"}
        self._shop, self._is_at_home = shop, is_at_home
        self.statuses: dict[str, Counter[int]] = {}

    def go(self, operation: Any, mode: GenerationMode, *, most: int = EXAMPLES) -> None:
        seen = self.statuses.setdefault(operation.label, Counter())

        @examples(
            max_examples=most,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def walk(case: Any) -> None:
            if self._is_at_home:
                case.path_parameters = {
                    name: self._id_of(operation.label, name) for name in case.path_parameters
                }
            with transaction.atomic():
                seen[case.call_and_validate(headers=self._headers).status_code] += 1
                transaction.set_rollback(True)

        walk()

    def _id_of(self, label: str, name: str) -> Any:
        if name == "no":
            return self._shop.ids["order"]
        noun = label.split("/")[3].removesuffix("s")
        return self._shop.ids[noun]


def test_whatever_fits_the_document_is_answered_as_it_says(ana: Shop) -> None:
    """With every scope and ids that are there: each operation also does what it is for."""
    walk = Walk(ana, token_of(ana), is_at_home=True)
    for operation in _operations():
        walk.go(operation, GenerationMode.POSITIVE)
    idle = [label for label, seen in walk.statuses.items() if not seen[200] + seen[201]]
    assert idle == []


def test_whatever_does_not_fit_is_refused_as_it_says(ana: Shop) -> None:
    walk = Walk(ana, token_of(ana), is_at_home=False)
    for operation in _operations():
        walk.go(operation, GenerationMode.NEGATIVE)


def test_a_key_without_a_scope_is_refused_as_it_says(ana: Shop) -> None:
    walk = Walk(ana, token_of(ana, ""), is_at_home=True)
    for operation in _operations():
        walk.go(operation, GenerationMode.POSITIVE, most=3)
    for label, seen in walk.statuses.items():
        assert set(seen) == ({200} if label.endswith("/key") else {403}), (label, seen)
