"""Numbers from hand-made events, exact, and never increasing down the funnel."""

import datetime as dt
import tempfile
from pathlib import Path

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st

from kaibo.insight import dictionary, reads
from kaibo.insight.errors import NoSuchMetric, NothingHappenedYet
from kaibo.insight.lake import Lake, LakeEvent, lake

pytestmark = pytest.mark.usefixtures("empty_lake")

SHOW = 7
START = 1_700_000_000_000


def act(n: int, at_s: float, viewer: int, kind: str, **more: object) -> LakeEvent:
    values: dict[str, object] = {
        "event_id": f"life1-{n:010d}",
        "org_id": 1,
        "show_id": SHOW,
        "viewer_id": viewer,
        "kind": kind,
        "at_ms": START + round(at_s * 1000),
    }
    return LakeEvent(**(values | more))  # type: ignore[arg-type]


def told(n: int, at_s: float, viewer: int, kind: str, **more: object) -> LakeEvent:
    return act(n, at_s, viewer, kind, event_id=f"fact-{n}-0", **more)


STORY = [
    told(1, 0, 0, "show_started"),
    act(1, 1, 11, "enter"),
    act(2, 2, 12, "enter"),
    act(3, 3, 13, "enter"),
    told(2, 5, 0, "explaining_started", link_no=1),
    act(4, 6, 11, "product_impression", link_no=1),
    act(5, 6, 12, "product_impression", link_no=1),
    act(6, 7, 11, "product_click", link_no=1),
    act(7, 8, 11, "beat", value=1),
    act(8, 9, 12, "like", value=3),
    act(9, 10, 12, "comment"),
    act(10, 13, 13, "leave"),
    told(3, 20, 11, "order_created", link_no=1, sku_id=5, units=2, value=19800, ref="A1"),
    told(4, 30, 11, "order_paid", link_no=1, sku_id=5, units=2, value=19800, ref="A1"),
    told(5, 61, 12, "order_created", link_no=1, sku_id=5, units=1, value=9900, ref="A2"),
    told(6, 65, 0, "explaining_stopped", link_no=1),
    act(11, 70, 13, "enter"),
    act(12, 71, 11, "beat", value=1),
    act(13, 72, 12, "follow"),
    told(7, 130, 11, "order_refunded", link_no=1, sku_id=5, units=2, value=19800, ref="A1"),
    act(14, 133, 12, "leave"),
]


def tell(events: list[LakeEvent]) -> None:
    lake().append(events)


@pytest.mark.row("R-072")
def test_every_number_of_a_small_story() -> None:
    tell(STORY)
    assert reads.counters(SHOW) == reads.Counters(
        online=2, peak=3, views=4, viewers=3, likes=3, comments=1, follows=1, shares=0
    )
    report = reads.report(org_id=1, show_id=SHOW)
    figures = {figure.code: figure.value for figure in report.figures}
    assert figures["gmv_created"] == 29700
    assert figures["gmv_paid"] == 19800
    assert figures["gmv_net"] == 0
    assert (figures["orders_created"], figures["orders_paid"], figures["buyers"]) == (2, 1, 1)
    assert figures["unpaid_rate"] == 0.5
    assert figures["gpm"] == 19800 / 4 * 1000
    assert figures["uv_value"] == 19800 / 3
    assert figures["interaction_rate"] == pytest.approx(1 / 3)
    assert figures["watch_s"] == 20
    assert figures["average_watch_s"] == pytest.approx(20 / 3)
    assert figures["bounce_rate"] == pytest.approx(2 / 3)
    assert figures["viewing_rate"] is None
    # One person for a second, two for one, three for ten, two for 57, three for 63.
    assert figures["average_online"] == pytest.approx(
        (1 * 1 + 2 * 1 + 3 * 10 + 2 * 57 + 3 * 63) / 132
    )
    assert [figure.value for figure in report.funnel] == [0, 3, 2, 1, 1]
    assert [(span.link_no, span.from_s, span.to_s) for span in report.on_air] == [(1, 5, 65)]
    assert report.products[0].figures["units"] == 2
    assert [(row.minute, row.online, row.on_air) for row in report.minutes] == [
        (0, 3, [1]),
        (1, 3, [1]),
        (2, 3, []),
    ]
    assert [row.figures["gmv_paid"] for row in report.minutes] == [19800, 0, 0]
    assert [row.figures["gmv_net"] for row in report.minutes] == [19800, 0, -19800]


def test_a_repeated_event_counts_once_and_another_organisation_sees_nothing() -> None:
    tell(STORY)
    tell(STORY[5:])
    tell([act(1, 1, 99, "enter", event_id="life2-0000000001", show_id=8)])
    assert reads.counters(SHOW).views == 4
    with pytest.raises(NothingHappenedYet):
        reads.report(org_id=2, show_id=SHOW)


def test_who_was_present_when_the_room_died_is_not_present_in_its_next_life() -> None:
    tell(STORY)
    tell([act(1, 200, 11, "enter", event_id="life2-0000000001")])
    counters = reads.counters(SHOW)
    assert (counters.online, counters.peak, counters.views, counters.viewers) == (1, 3, 5, 3)


def test_a_board_shows_the_last_five_minutes_beside_those_before() -> None:
    tell(STORY)
    now = dt.datetime.fromtimestamp(START / 1000 + 310, tz=dt.UTC)
    found = {f.code: f for f in reads.board(org_id=1, show_id=SHOW, now=now).figures}
    assert (found["views"].value, found["views"].last, found["views"].before) == (4, 1, 3)
    assert found["peak_online"].last is None


@pytest.mark.row("R-072")
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["room_impression", "enter", "product_impression", "product_click", "order_paid"]
            ),
            st.integers(1, 6),
        ),
        max_size=60,
    )
)
def test_funnel_steps_never_increase_when_people_take_them_in_order(
    acts: list[tuple[str, int]],
) -> None:
    order = ["room_impression", "enter", "product_impression", "product_click", "order_paid"]
    reached: dict[int, int] = {}
    events = []
    for n, (kind, viewer) in enumerate(acts):
        step = order.index(kind)
        if step <= reached.get(viewer, -1) + 1:
            reached[viewer] = max(step, reached.get(viewer, -1))
            events.append(act(n, n, viewer, kind, link_no=1, ref=f"R{n}"))
    codes = [dictionary.metric(code).expression for code in reads.FUNNEL]
    with tempfile.TemporaryDirectory() as folder:
        own = Lake(Path(folder))
        own.append(events)
        with own.connect([SHOW]) as db:
            row = db.execute(f"SELECT {', '.join(codes)} FROM events").fetchone()
        own.close()
    assert row is not None
    assert list(row) == sorted(row, reverse=True)


def test_the_text_of_every_metric_is_one_question() -> None:
    texts = {code: found.sql for code, found in dictionary.metrics().items()}
    assert texts
    for code, text in texts.items():
        (parsed,) = sqlglot.parse(text, dialect="duckdb")
        assert isinstance(parsed, sqlglot.exp.Query), code


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(NoSuchMetric):
        dictionary.metric("guv")


def test_a_torn_line_is_skipped_and_compacting_changes_nothing(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "l")
    lake.append(STORY)
    (file,) = (tmp_path / "l" / f"show={SHOW}").glob("*.jsonl")
    with file.open("ab") as tail:
        tail.write(b'{"event_id":"life1-00000')
    lake.append([act(99, 300, 14, "enter")])

    def count() -> int:
        with lake.connect([SHOW]) as db:
            row = db.execute("SELECT count(*) FROM events").fetchone()
        assert row is not None
        return int(row[0])

    assert count() == len(STORY) + 1
    tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
    copy = file.read_bytes()
    lake.close()
    assert lake.compact(SHOW, today=tomorrow - dt.timedelta(days=1)) == 0
    assert lake.compact(SHOW, today=tomorrow) == 1
    assert count() == len(STORY) + 1
    file.write_bytes(copy)  # as if the machine had died before the source was removed
    assert count() == len(STORY) + 1
    assert lake.compact(SHOW, today=tomorrow) == 1
    assert count() == len(STORY) + 1


def test_a_room_without_events_counts_from_nothing() -> None:
    found = reads.recount(SHOW, life="life1")
    assert found == reads.Recount(reads.Counters(*[0] * 8), frozenset(), {})
    assert reads.counters(SHOW) == found.counters
