"""The rules of looking: rows of bad samples, and whose code it is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaibo.media.rules import (
    BLACK_LOOKS,
    LEGIBLE_CHARS_MAX,
    SILENT_LOOKS,
    STILL_LOOKS,
    Look,
    Watched,
    is_own_code,
    legible,
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
        ("https://店.example.com/x", True),
        ("https://xn--hxt.example.com/x", True),
        ("https://sh\u043ep.example.com/", False),
        ("https://shop.example.com./", False),
        ("https://shop.example.com\u3002evil.top/", False),
        ("javascript:location='https://shop.example.com'", False),
        ("data:text/html,<script>alert(1)</script>", False),
        ("weixin://dl/business/?t=x", False),
        ("shop.example.com", False),
        ("https://" + "a" * 6_000 + ".top/", False),
    ],
)
def test_a_code_is_the_shops_by_its_origin_alone(text: str, is_own: bool) -> None:
    own = ["https://shop.example.com", "https://店.example.com"]
    assert is_own_code(text, addresses=own, contacts=["400-1", ""]) is is_own


@settings(max_examples=30)
@given(st.text(max_size=400))
def test_what_people_read_hides_nothing_and_is_short(text: str) -> None:
    shown = legible(text)
    assert all(sign == " " or sign.isprintable() for sign in shown)
    assert len(shown) <= LEGIBLE_CHARS_MAX + 1 + len(" ()") + 5 * 253
    assert legible("https://shop.example.com/") == "https://shop.example.com/"


def test_a_look_alike_is_told_apart() -> None:
    assert legible("https://аpple.com") == "https://аpple.com (xn--pple-43d.com)"
    assert legible("a\u202eb\u200b\n\x00") == "a\\u202eb\\u200b\\u000a\\u0000"
    assert legible("9" * 7_089) == "9" * LEGIBLE_CHARS_MAX + "…"
