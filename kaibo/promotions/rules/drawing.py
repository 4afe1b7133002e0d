"""The draw itself: a pure function of seed, entries and prizes that anyone can recompute.

``docs/verify_draw.py`` says the same in thirty lines of standard Python, and a test holds the
two together. Hashes are SHA-256 over UTF-8 text, written as lower-case hexadecimal.
"""

import hashlib
import json
from collections.abc import Collection, Sequence
from typing import Final

import msgspec

SEED_BYTES: Final = 32


class Winner(msgspec.Struct, frozen=True, array_like=True):
    """The entry at ``place`` (1 the first) won a unit of prize ``prize_no`` (1 the first)."""

    place: int
    prize_no: int


def sha(text: str) -> str:
    """SHA-256 of a text, in hexadecimal.

    >>> sha("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(text.encode()).hexdigest()


def commitment(seed: str) -> str:
    """What is published of a seed before anybody enters."""
    return sha(seed)


def link_entry(head: str, token: str) -> str:
    """The chain's head with one more entry; the first head is the commitment."""
    return sha(head + token)


def root_of(head: str, *, prizes: Sequence[tuple[str, int]], barred: Collection[int]) -> str:
    """What binds entries, prizes and exclusions when a draw closes, before the seed is shown.

    Args:
        prizes: name and number of each, in the published order.
        barred: places that cannot win: staff and affiliates.
    """
    sealed = [[[name, count] for name, count in prizes], sorted(barred)]
    return sha(head + json.dumps(sealed, ensure_ascii=False, separators=(",", ":")))


def draw_winners(
    seed: str, *, root: str, tokens: Sequence[str], counts: Sequence[int], barred: Collection[int]
) -> list[Winner]:
    """Who wins what: entries in the order of their hash with the seed, prizes in theirs.

    Each entry wins once at most; prizes beyond the entries stay undrawn.

    >>> draw_winners("s", root="r", tokens=["a", "b", "c"], counts=[1, 1], barred=[2])
    [Winner(place=1, prize_no=1), Winner(place=3, prize_no=2)]
    """
    places = [place for place in range(1, len(tokens) + 1) if place not in barred]
    places.sort(key=lambda place: sha(f"{seed}:{root}:{tokens[place - 1]}"))
    units = [no for no, count in enumerate(counts, 1) for _ in range(count)]
    return [Winner(place, no) for place, no in zip(places, units, strict=False)]
