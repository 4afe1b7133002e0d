"""YAML that ships with the product."""

from collections.abc import Iterator
from importlib import resources


def packaged(folder: str) -> Iterator[tuple[str, str]]:
    """Name and text of every YAML of a folder, by name."""
    found = resources.files("kaibo.compliance").joinpath(folder)
    for file in sorted(found.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".yaml"):
            yield file.name, file.read_text("utf-8")
