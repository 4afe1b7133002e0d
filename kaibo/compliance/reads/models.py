"""The trained models of this installation; none is trained at first, and then nothing changes."""

import os
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings

from kaibo.base.yamls import read_yaml
from kaibo.compliance.rules.hits import Hit
from kaibo.compliance.rules.textmodel import (
    KINDS,
    BadModel,
    Kind,
    TextModel,
    as_dictionary,
    load_model,
    model_hit,
)

_log = structlog.get_logger(__name__)


@cache
def pictographs() -> dict[str, str]:
    """What pictographs stand for, from ``sounds/pictographs.yaml``."""
    source = resources.files("kaibo.compliance").joinpath("sounds", "pictographs.yaml")
    read: dict[str, str] = {}
    for meaning, written in read_yaml(source.read_text("utf-8")).items():
        for one in _keycaps_together(written):
            read.setdefault(one, str(meaning))
    return read


def _keycaps_together(written: str) -> Sequence[str]:
    """The pictographs of a list: 1️⃣ is three characters and one pictograph."""
    found: list[str] = []
    for ch in written.replace("\ufe0f", ""):
        if ch == "\u20e3" and found:
            found[-1] += ch
        else:
            found.append(ch)
    return found


def model_path(folder: Path, kind: Kind) -> Path:
    """Where a model of a kind lies."""
    return folder / f"{kind}.json"


def model_at(path: Path) -> TextModel:
    """Read a model from a file.

    Raises:
        OSError, BadModel: it cannot be read.
    """
    return load_model(path.read_bytes(), pictographs=pictographs())


def models(folder: Path | None = None) -> tuple[TextModel, ...]:
    """The models in force, those of ``KAIBO_TEXT_MODELS`` or of another folder.

    One look at each file's date at every call, so that a model that was trained, or taken away,
    counts from the next text on. A broken file counts as none and is told in the log.
    """
    found = []
    for kind in KINDS:
        path = model_path(Path(folder or settings.KAIBO_TEXT_MODELS), kind)
        try:
            stat = os.stat(path)
        except OSError:
            continue
        model = _kept(str(path), kind, stat.st_mtime_ns, stat.st_size)
        if model is not None:
            found.append(model)
    return tuple(found)


@lru_cache(maxsize=8)
def _kept(path: str, kind: Kind, changed: int, size: int) -> TextModel | None:
    try:
        model = model_at(Path(path))
        if model.about.kind != kind:
            raise BadModel(f"a model of {model.about.kind}")
    except (OSError, BadModel) as error:
        _log.warning("text_model_unreadable", path=path, why=str(error))
        return None
    return model


def read_by_models(text: str, *, of: Sequence[TextModel]) -> tuple[Hit, ...]:
    """What models make of a line of chat; nothing is written."""
    hits = (model_hit(model, text) for model in of)
    return tuple(hit for hit in hits if hit is not None)


def about_models() -> list[dict[str, Any]]:
    """Everything about the models in force but their weights: error rates, sources, thresholds."""
    return [as_dictionary(model) for model in models()]
