"""Tags to kinds of facts and back."""

import importlib
from functools import cache

import msgspec

from kaibo.facts.base import Fact

MODULES = (
    "access",
    "agreements",
    "audience",
    "catalog",
    "compliance",
    "evidence",
    "hooks",
    "hosts",
    "media",
    "notices",
    "orders",
    "patrol",
    "personas",
    "planning",
    "preflight",
    "promises",
    "promotions",
    "room",
    "roster",
)


def tag_of(kind: type[Fact]) -> str:
    """The tag a kind of fact is stored under."""
    tag = kind.__struct_config__.tag
    assert isinstance(tag, str), f"{kind.__name__} has no tag"
    return tag


@cache
def kinds() -> dict[str, type[Fact]]:
    """Every kind of fact by its tag; two kinds with one tag are a bug."""
    found: dict[str, type[Fact]] = {}
    for name in MODULES:
        module = importlib.import_module(f"kaibo.facts.{name}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Fact) and value is not Fact:
                tag = tag_of(value)
                assert found.get(tag, value) is value, f"tag {tag} stands twice"
                found[tag] = value
    return found


@cache
def _decoder(tag: str) -> msgspec.json.Decoder[Fact]:
    return msgspec.json.Decoder(kinds()[tag])


_encoder = msgspec.json.Encoder(order="deterministic")


def encode(fact: Fact) -> bytes:
    """The stored form: JSON with keys in a fixed order, the tag under ``type``."""
    return _encoder.encode(fact)


def decode(tag: str, body: bytes | str) -> Fact:
    """Read a stored fact back.

    Raises:
        KeyError: no kind of fact has this tag.
        msgspec.ValidationError: the body is not of that kind.
    """
    return _decoder(tag).decode(body)
