"""Tables point down only."""

from __future__ import annotations

from django.apps import apps
from django.db.models import ForeignKey

from tests.architecture.source import floors


def test_foreign_keys_point_down_without_a_way_back() -> None:
    """Up or sideways a plain id; ``related_name="+"`` across contexts, so no hidden accessor."""
    floor = floors()
    faults = []
    for model in apps.get_models():
        home = model.__module__.split(".")[1] if model.__module__.startswith("kaibo.") else ""
        for field in model._meta.get_fields():
            if not home or not isinstance(field, ForeignKey) or field.model is not model:
                continue
            target = field.related_model.__module__
            away = target.split(".")[1] if target.startswith("kaibo.") else home
            if away == home:
                continue
            name = f"{home}.{model.__name__}.{field.name}"
            if floor[away] >= floor[home]:
                faults.append(f"{name} points up or sideways to {away}")
            if field.remote_field.related_name != "+":
                faults.append(f"{name} opens a way back into {away}")
    assert faults == []
