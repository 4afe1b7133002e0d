"""The events of one show in DuckDB, with the views that the dictionary's texts ask."""

from typing import Any

from kaibo.insight import dictionary
from kaibo.insight.dictionary import Grain
from kaibo.insight.lake import lake

# Moments of a show and who was there, from what the room's gateways wrote down. An id begins with
# "life.node-" (or "life-" for a room of one gateway). A life of the room is one run of it: whoever
# was present when it died is not present in the next. Within a life somebody is present while they
# are at one gateway or more.
VIEWS = """
CREATE TABLE start AS
SELECT coalesce(min(at_ms) FILTER (WHERE kind = 'show_started'), min(at_ms)) AS at_ms FROM events;

CREATE VIEW minutes AS
SELECT *, greatest(0, (at_ms - (SELECT at_ms FROM start)) // 60000) AS minute FROM events;

CREATE VIEW steps AS
SELECT at_ms, event_id, viewer_id, kind <> 'leave' AS here,
       split_part(event_id, '-', 1) AS node,
       split_part(split_part(event_id, '-', 1), '.', 1) AS life,
       lag(kind <> 'leave') OVER (PARTITION BY split_part(event_id, '-', 1), viewer_id
                                  ORDER BY at_ms, event_id) AS was_here
FROM events WHERE kind IN ('enter', 'back', 'leave');

CREATE VIEW turns AS
SELECT *, sum(turn) OVER (PARTITION BY life, viewer_id ORDER BY at_ms, event_id) AS nodes
FROM (SELECT *, CASE WHEN here AND was_here IS NOT TRUE THEN 1
                     WHEN NOT here AND was_here THEN -1 ELSE 0 END AS turn FROM steps);

CREATE VIEW lives AS
SELECT split_part(split_part(event_id, '-', 1), '.', 1) AS life, max(at_ms) AS over_ms
FROM events WHERE event_id NOT LIKE 'fact-%' GROUP BY 1;

CREATE VIEW presence AS
SELECT at_ms, event_id, life,
       sum(CASE WHEN turn = 1 AND nodes = 1 THEN 1 WHEN turn = -1 AND nodes = 0 THEN -1 ELSE 0 END)
           OVER (PARTITION BY life ORDER BY at_ms, event_id) AS online,
       coalesce(lead(at_ms) OVER (PARTITION BY life ORDER BY at_ms, event_id), over_ms) - at_ms
           AS held_ms
FROM turns JOIN lives USING (life);

CREATE VIEW watching AS
SELECT DISTINCT viewer_id, at_ms // 10000 AS bucket
FROM events WHERE kind = 'beat' AND value = 1;
"""
# Whoever's line broke at one gateway comes back at another; if nobody waited any more, it is a
# view of its own, as at the same gateway.
_BACK_AFTER_ALL = """
UPDATE events SET kind = 'enter' WHERE kind = 'back' AND event_id IN
    (SELECT event_id FROM turns WHERE turn = 1 AND nodes = 1)
"""


class ShowNumbers:
    """The events of one show, ready for the dictionary's texts."""

    def __init__(
        self, show_id: int, *, org_id: int | None = None, until_ms: int | None = None
    ) -> None:
        self._db = lake().connect([show_id])
        if org_id is not None:
            self._db.execute("DELETE FROM events WHERE org_id <> ?", [org_id])
        if until_ms is not None:
            self._db.execute("DELETE FROM events WHERE at_ms > ?", [until_ms])
        self._db.execute(VIEWS)
        if self.rows("SELECT 1 FROM events WHERE kind = 'back' LIMIT 1"):
            self._db.execute(_BACK_AFTER_ALL)

    def __enter__(self) -> "ShowNumbers":
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Answer of one text."""
        return self._db.execute(sql, list(values)).fetchall()

    def value(self, code: str) -> float | int | None:
        """One metric of the whole show."""
        (row,) = self.rows(dictionary.metric(code).sql)
        return _plain(row[0])

    def values(self, codes: tuple[str, ...]) -> dict[str, float | int | None]:
        """Several metrics of the whole show, in one pass where they are aggregates."""
        plain = [code for code in codes if dictionary.metric(code).expression]
        found: dict[str, float | int | None] = {}
        if plain:
            (row,) = self.rows(f"SELECT {_columns(plain)} FROM events")
            found = {code: _plain(value) for code, value in zip(plain, row, strict=True)}
        found |= {code: self.value(code) for code in codes if code not in found}
        return {code: found[code] for code in codes}

    def between(
        self, codes: tuple[str, ...], *, from_ms: int, to_ms: int
    ) -> dict[str, float | int | None]:
        """Aggregates over the half-open stretch [from_ms, to_ms)."""
        (row,) = self.rows(
            f"SELECT {_columns(codes)} FROM events WHERE at_ms >= ? AND at_ms < ?", from_ms, to_ms
        )
        return {code: _plain(value) for code, value in zip(codes, row, strict=True)}

    def by(self, grain: Grain, codes: tuple[str, ...]) -> dict[int, dict[str, float | int | None]]:
        """Several metrics for each minute or each link."""
        for code in codes:
            assert grain in dictionary.metric(code).grains, f"{code} has no grain {grain}"
        key = {"minute": "minute", "product": "link_no"}[grain]
        found = self.rows(
            f"SELECT {key}, {_columns(codes)} FROM minutes WHERE {key} IS NOT NULL"
            " GROUP BY 1 ORDER BY 1"
        )
        return {
            row[0]: {code: _plain(value) for code, value in zip(codes, row[1:], strict=True)}
            for row in found
        }


def _columns(codes: list[str] | tuple[str, ...]) -> str:
    return ", ".join(f"{dictionary.metric(code).expression} AS {code}" for code in codes)


def _plain(value: Any) -> float | int | None:
    """DuckDB's sums are wide integers or decimals; pages want numbers."""
    if value is None or isinstance(value, int):
        return value
    return float(value)
