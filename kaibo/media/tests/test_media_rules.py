"""The rules of looking: rows of bad samples, and whose code it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.media.rules import (
    BLACK_LOOKS,
    SILENT_LOOKS,
    STILL_LOOKS,
    Look,
    Watched,
    is_own_code,
)

GOOD = Look(120.0, 50.0, 9.0, -20.0)
BLACK = Look(0.4, 0.2, 0.0, -20.0)
STILL = Look(120.0, 50.0, 0.1, -20.0)
MUTE = Look(120.0, 50.0, 9.0, -91.0)


def after(*looks: Look) -> frozenset[str]:
    watched = Watched()
    for look in looks:
        watched = watched.after(look)
    return frozenset(watched.troubles)


@pytest.mark.parametrize(
    ("look", "count", "kind"),
    [
        (BLACK, BLACK_LOOKS, "black"),
        (STILL, STILL_LOOKS, "frozen"),
        (MUTE, SILENT_LOOKS, "silent"),
    ],
)
def test_a_row_of_bad_samples_is_a_trouble_until_a_good_one(
    look: Look, count: int, kind: str
) -> None:
    assert after(*[look] * (count - 1)) == frozenset()
    assert after(*[look] * count) == {kind}
    assert after(*[look] * count, GOOD) == frozenset()


@given(st.lists(st.sampled_from([GOOD, BLACK, STILL, MUTE]), max_size=40))
def test_black_is_not_called_frozen_as_well(looks: list[Look]) -> None:
    assert not {"black", "frozen"} <= after(*looks)
    assert after(*looks, GOOD) == frozenset()


def test_a_lone_still_scene_before_is_no_change() -> None:
    assert not Look(120.0, 50.0, None, -20.0).is_still
    assert Look(120.0, 50.0, 9.0, None).is_silent


@pytest.mark.parametrize(
    ("text", "is_own"),
    [
        ("https://shop.example.com/room/7?a=b", True),
        ("HTTPS://Shop.Example.com:443/", True),
        ("tel:400-1", True),
        (" 400-1 ", True),
        ("https://shop.example.com.evil.top/", False),
        ("https://shop.example.com@evil.top/", False),
        ("https://evil.top/?to=https://shop.example.com/", False),
        ("https://shop.example.com\\@evil.top/", False),
        ("http://shop.example.com/", False),
        ("https://shop.example.com:8443/", False),
        ("加微信 400-1", False),
        ("", False),
        ("https://[", False),
    ],
)
def test_a_code_is_the_shops_by_its_origin_alone(text: str, is_own: bool) -> None:
    found = is_own_code(text, public_url="https://shop.example.com", contacts=["400-1", ""])
    assert found is is_own
