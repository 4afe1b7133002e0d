"""What is shown when more is said than anybody can read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.room.sampling import rank, thin
from kaibo.room.shown import ChatLine

KINDS = ("viewer", "host", "staff", "order", "join")


def line(number: int, text: str = "哈哈", kind: str = "viewer") -> ChatLine:
    """A line of chat."""
    return ChatLine(id=number, viewer_id=1, nickname="a", text=text, at=0, kind=kind)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("三号链接上车", "host", 0),
        ("客服在的", "staff", 0),
        ("3", "order", 1),
        ("还有货吗", "viewer", 1),
        ("多少钱", "viewer", 1),
        ("how much?", "viewer", 1),
        ("几号链接", "viewer", 1),
        ("666", "viewer", 2),
        ("主播好美", "viewer", 2),
    ],
)
def test_rank(text: str, kind: str, expected: int) -> None:
    assert rank(line(1, text, kind)) == expected


lines = st.lists(
    st.tuples(st.sampled_from(["哈哈", "有吗", ""]), st.sampled_from(KINDS)), max_size=60
).map(lambda found: [line(number, text, kind) for number, (text, kind) in enumerate(found)])


@given(lines, st.integers(0, 60))
def test_thin_keeps_the_order_and_leaves_out_the_least(said: list[ChatLine], most: int) -> None:
    """A subsequence, as long as may be; nothing stays while something of a better rank, or newer
    of the same rank, is left out."""
    kept = thin(said, most=most)
    ids = [shown.id for shown in kept]
    assert ids == sorted(ids)
    staff = sum(rank(one) == 0 for one in said)
    assert len(kept) == min(len(said), max(most, staff))
    left_out = [one for one in said if one.id not in set(ids)]
    assert all(rank(one) > 0 for one in left_out)
    for gone in left_out:
        for shown in kept:
            assert rank(shown) <= rank(gone)
            assert rank(shown) < rank(gone) or shown.id > gone.id
