"""Numbers from the lake: live figures, boards and reports, each by its named text."""

import datetime as dt
from dataclasses import dataclass
from importlib.metadata import version

from kaibo.insight import dictionary
from kaibo.insight.dictionary import MetricDefinition
from kaibo.insight.errors import NothingHappenedYet
from kaibo.insight.lake import lake
from kaibo.insight.numbers import ShowNumbers
from kaibo.insight.watching import watched_by_all as watched_by_all
from kaibo.insight.watching import watched_s as watched_s

# What a room counts live, in the order of ``Counters``.
COUNTERS = (
    "online",
    "peak_online",
    "views",
    "viewers",
    "likes",
    "comments",
    "follows",
    "shares",
)
HEADLINE = (
    "gmv_paid",
    "gmv_net",
    "orders_paid",
    "buyers",
    "views",
    "viewers",
    "peak_online",
    "average_online",
    "average_watch_s",
    "interaction_rate",
    "gpm",
    "uv_value",
)
# 五维四率: five counts, and the four rates between neighbours.
FUNNEL = ("room_reach", "viewers", "product_reach", "product_clickers", "buyers")
FUNNEL_RATES = (
    "viewing_rate",
    "enter_exposure_rate",
    "viewing_click_rate",
    "click_transaction_rate",
)
PRODUCT = (
    "product_impressions",
    "product_reach",
    "product_clicks",
    "product_clickers",
    "viewing_click_rate",
    "orders_created",
    "orders_paid",
    "buyers",
    "units",
    "gmv_paid",
    "gmv_net",
    "product_gpm",
    "click_transaction_rate",
    "refund_rate",
)
MINUTE = ("views", "viewers", "likes", "comments", "orders_paid", "units", "gmv_paid", "gmv_net")
TREND_S = 300


@dataclass(frozen=True, slots=True)
class Counters:
    """The live counters of a room, recomputed; must equal what the room counted."""

    online: int
    peak: int
    views: int
    viewers: int
    likes: int
    comments: int
    follows: int
    shares: int


@dataclass(frozen=True, slots=True)
class Recount:
    """A room as the lake has it: counters, who ever entered, who is present at which gateway."""

    counters: Counters
    seen: frozenset[int]
    present: dict[str, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its definition's version; ``value`` is null where nothing divides."""

    code: str
    value: float | int | None
    version: int
    last: float | int | None = None
    before: float | int | None = None


@dataclass(frozen=True, slots=True)
class OnAir:
    """What was being explained from one minute to another (minutes of the show, half-open)."""

    link_no: int
    from_s: int
    to_s: int


@dataclass(frozen=True, slots=True)
class ProductRow:
    """One link's numbers."""

    link_no: int
    title: str
    figures: dict[str, float | int | None]


@dataclass(frozen=True, slots=True)
class MinuteRow:
    """One minute's numbers; ``online`` is the most people present in it."""

    minute: int
    online: int
    on_air: list[int]
    figures: dict[str, float | int | None]


@dataclass(frozen=True, slots=True)
class Board:
    """Everything live about a show. ``last``/``before``: the last five minutes and those before."""

    show_id: int
    at: dt.datetime
    figures: list[Figure]


@dataclass(frozen=True, slots=True)
class Report:
    """A show in numbers, as its page, workbook and PDF tell it."""

    show_id: int
    started_at: dt.datetime
    over_at: dt.datetime
    events: int
    headline: list[Figure]
    figures: list[Figure]
    funnel: list[Figure]
    rates: list[Figure]
    products: list[ProductRow]
    minutes: list[MinuteRow]
    on_air: list[OnAir]


def metrics() -> list[MetricDefinition]:
    """The dictionary, in its order."""
    return list(dictionary.metrics().values())


def counters(show_id: int) -> Counters:
    """The live counters recomputed from the lake (R-071)."""
    with ShowNumbers(show_id) as numbers:
        return _counters(numbers)


def recount(show_id: int, *, life: str, until_ms: int | None = None) -> Recount:
    """A room recomputed from the lake, for who goes on counting.

    Args:
        life: the life of the room whose people may still be present.
        until_ms: leave out what happened after this moment.
    """
    if not lake().knows(show_id):
        # A new room, as most that open are: a database in memory would cost it 20 ms.
        return Recount(Counters(*[0] * len(COUNTERS)), frozenset(), {})
    with ShowNumbers(show_id, until_ms=until_ms) as numbers:
        found = _counters(numbers)
        seen = numbers.rows("SELECT DISTINCT viewer_id FROM events WHERE kind = 'enter'")
        here = numbers.rows(
            "SELECT split_part(node, '.', 2), viewer_id FROM steps WHERE life = ?"
            " GROUP BY node, viewer_id HAVING last(here ORDER BY at_ms, event_id)",
            life,
        )
    present: dict[str, set[int]] = {}
    for node, viewer_id in here:
        present.setdefault(node, set()).add(viewer_id)
    return Recount(
        counters=found,
        seen=frozenset(row[0] for row in seen),
        present={node: frozenset(viewers) for node, viewers in present.items()},
    )


def _counters(numbers: ShowNumbers) -> Counters:
    found = numbers.values(COUNTERS)
    return Counters(*(int(found[code] or 0) for code in COUNTERS))


def figures(*, org_id: int, show_id: int, codes: tuple[str, ...]) -> dict[str, float | int | None]:
    """A few numbers of a show, for a screen that asks every few seconds."""
    with ShowNumbers(show_id, org_id=org_id) as numbers:
        return numbers.values(codes)


def board(*, org_id: int, show_id: int, now: dt.datetime) -> Board:
    """Every number of a show as of now, with its trend."""
    every = tuple(code for code, m in dictionary.metrics().items() if "show" in m.grains)
    trending = tuple(c for c in every if dictionary.metric(c).expression)
    now_ms = round(now.timestamp() * 1000)
    with ShowNumbers(show_id, org_id=org_id) as numbers:
        whole = numbers.values(every)
        last = numbers.between(trending, from_ms=now_ms - TREND_S * 1000, to_ms=now_ms + 1)
        before = numbers.between(
            trending, from_ms=now_ms - 2 * TREND_S * 1000, to_ms=now_ms - TREND_S * 1000
        )
    figures = [
        Figure(code, whole[code], dictionary.metric(code).version, last.get(code), before.get(code))
        for code in every
    ]
    return Board(show_id=show_id, at=now, figures=figures)


def report(*, org_id: int, show_id: int) -> Report:
    """A show's report, computed anew from its events.

    Raises:
        NothingHappenedYet: the organisation's show has no events.
    """
    every = tuple(code for code, m in dictionary.metrics().items() if "show" in m.grains)
    with ShowNumbers(show_id, org_id=org_id) as numbers:
        # A show is over when it ended; refunds come for weeks, and belong to its totals only.
        (count, over_ms) = numbers.rows(
            "SELECT count(*), coalesce(max(at_ms) FILTER (WHERE kind = 'show_ended'),"
            " max(at_ms) FILTER (WHERE event_id NOT LIKE 'fact-%'), max(at_ms)) FROM events"
        )[0]
        if not count:
            raise NothingHappenedYet
        (start_ms,) = numbers.rows("SELECT at_ms FROM start")[0]
        whole = numbers.values(every)
        on_air = _on_air(numbers, start_ms=start_ms, over_ms=over_ms)
        titles = dict(
            numbers.rows(
                "SELECT link_no, last(label ORDER BY at_ms) FROM events"
                " WHERE kind = 'link_listed' GROUP BY 1"
            )
        )
        products = [
            ProductRow(link_no, titles.get(link_no, ""), figures)
            for link_no, figures in numbers.by("product", PRODUCT).items()
        ]
        minutes = _minutes(numbers, on_air, count=(over_ms - start_ms) // 60_000 + 1)
    figures = {code: Figure(code, whole[code], dictionary.metric(code).version) for code in every}
    return Report(
        show_id=show_id,
        started_at=_moment(start_ms),
        over_at=_moment(over_ms),
        events=count,
        headline=[figures[code] for code in HEADLINE],
        figures=list(figures.values()),
        funnel=[figures[code] for code in FUNNEL],
        rates=[figures[code] for code in FUNNEL_RATES],
        products=products,
        minutes=minutes,
        on_air=on_air,
    )


def _on_air(numbers: ShowNumbers, *, start_ms: int, over_ms: int) -> list[OnAir]:
    """Stretches of explaining, from the desk's own start and stop."""
    spans: list[OnAir] = []
    since: tuple[int, int] | None = None
    moments = numbers.rows(
        "SELECT kind, link_no, at_ms FROM events WHERE kind IN"
        " ('explaining_started', 'explaining_stopped', 'show_ended') ORDER BY at_ms, event_id"
    )
    for kind, link_no, at in [*moments, ("show_ended", None, over_ms)]:
        if since is not None:
            began, ended = (since[1] - start_ms) // 1000, (at - start_ms) // 1000
            spans.append(OnAir(link_no=since[0], from_s=max(0, began), to_s=max(0, ended)))
        since = (link_no, at) if kind == "explaining_started" else None
    return spans


def _minutes(numbers: ShowNumbers, on_air: list[OnAir], *, count: int) -> list[MinuteRow]:
    """Every minute of the show, quiet ones included."""
    figures = numbers.by("minute", MINUTE)
    online = {
        minute: (most, last)
        for minute, most, last in numbers.rows(
            "SELECT greatest(0, (at_ms - (SELECT at_ms FROM start)) // 60000),"
            " max(online), last(online ORDER BY at_ms, event_id) FROM presence GROUP BY 1"
        )
    }
    rows: list[MinuteRow] = []
    present = 0
    quiet: dict[str, float | int | None] = dict.fromkeys(MINUTE, 0)
    for minute in range(count):
        most, last = online.get(minute, (present, present))
        shown = [
            span.link_no
            for span in on_air
            if span.from_s < (minute + 1) * 60 and span.to_s > minute * 60
        ]
        rows.append(
            MinuteRow(
                minute=minute,
                online=int(max(most, present)),
                on_air=list(dict.fromkeys(shown)),
                figures=figures.get(minute, dict(quiet)),
            )
        )
        present = int(last)
    return rows


def _moment(at_ms: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(at_ms / 1000, tz=dt.UTC)


def database_version() -> str:
    """The engine under the numbers, for ``kaibo doctor``."""
    return f"DuckDB {version('duckdb')}"
