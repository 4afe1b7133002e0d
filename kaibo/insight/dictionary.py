"""The metric dictionary, loaded and checked once."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from kaibo.base.yamls import read_yaml
from kaibo.insight.errors import NoSuchMetric

Grain = Literal["show", "minute", "product"]


@dataclass(frozen=True, slots=True)
class MetricDefinition:
    """One number of the trade: what it means, and the text that makes it.

    ``unit``: count, share (0..1), fen, number or s. ``basis``: people, times or money.
    ``sql`` is the text for a whole show.
    """

    code: str
    name_zh: str
    name_en: str
    unit: str
    basis: str
    grains: tuple[Grain, ...]
    version: int
    gmv_kind: str
    refund_clock: str
    means_zh: str
    means_en: str
    sql: str
    expression: str
    source: str = "Kaibo events"


@cache
def metrics() -> dict[str, MetricDefinition]:
    """Every metric by its code."""
    rows = read_yaml(Path(__file__).with_name("metrics.yaml").read_text(encoding="utf-8"))
    found: dict[str, MetricDefinition] = {}
    for row in rows:
        expression = row.get("expr", "")
        sql = row.get("sql") or f"SELECT {expression} FROM events"
        assert row["code"] not in found, f"metric {row['code']} stands twice"
        found[row["code"]] = MetricDefinition(
            code=row["code"],
            name_zh=row["zh"],
            name_en=row["en"],
            unit=row["unit"],
            basis=row["basis"],
            grains=tuple(row["grains"]),
            version=row["version"],
            gmv_kind=row["gmv_kind"],
            refund_clock=row["refund_clock"],
            means_zh=row["means_zh"],
            means_en=row["means_en"],
            sql=sql,
            expression=expression,
        )
    return found


def metric(code: str) -> MetricDefinition:
    """One metric; ``NoSuchMetric`` if the dictionary lacks it."""
    found = metrics().get(code)
    if found is None:
        raise NoSuchMetric(metric=code)
    return found
