"""Puts the figures of a run into a page: ``python -m kaibo.site.bench.tables RUN.json PAGE.md``.

RUN.json is what ``kaibo bench --json`` printed. In the page, what stands between
``<!-- figures: NAME -->`` and ``<!-- end -->`` is written anew for every NAME the run has: a
bench's name, ``machine``, or ``plan``. Nothing there is ever typed.
"""

import json
import math
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kaibo.room.rules import Limits
from kaibo.site.bench.plan import FRAME_BYTES, Costs, plan

PLAN_VIEWERS = 1_000_000
_PLACE = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- end -->)", re.S)
_SIGNS = {"at_most": "≤", "at_least": "≥"}
# How cost grows: the figures of a bench whose names hold a size and, where several are compared,
# whose server it is; what the sizes are; what is measured.
_CURVES = {
    "fanout": (
        r"fanout\.(\d+)\.(room|c_epoll|nchan|ws|socket_io)\.cpu",
        "sockets",
        "µs of CPU per delivered frame, ten frames a second",
    ),
    "rooms": (r"rooms\.(\d+)()\.cpu", "rooms", "µs of CPU per delivered frame"),
    "nodes": (r"nodes\.(\d+)()\.cpu", "gateways", "µs of CPU per delivered frame"),
}
_VERDICTS = {True: "holds", False: "**does not hold**", None: "not judged"}


def fill(page: str, run: dict[str, Any]) -> str:
    """The page with every figure of this run; places the run knows nothing of stay as they are."""

    def written(place: re.Match[str]) -> str:
        lines = list(_lines(place[2], run))
        return place[1] + "\n".join(lines) + "\n" + place[3] if lines else place[0]

    return _PLACE.sub(written, page)


def _lines(name: str, run: dict[str, Any]) -> Iterator[str]:
    if name == "machine":
        about = run["machine"]
        yield (
            f"{about['at']}, {about['cpu']}, {about['cores']} cores, {about['memory_gib']} GiB,"
            f" {about['system']}, Python {about['python']}, load {about['load_1m']} →"
            f" {about['load_1m_after']}, size `{run['size']}`."
        )
    elif name == "plan":
        yield from _plan(run["results"])
    elif name in run["runs"]:
        yield from _bench(name, run)


def _bench(name: str, run: dict[str, Any]) -> Iterator[str]:
    yield f"| {name}, {run['runs'][name]} rounds | median | min – max | |"
    yield "|--|--:|--:|--|"
    bars = {bar["name"] for bar in run["bars"]}
    for figure, found in run["results"].items():
        if figure.startswith(f"{name}.") and figure not in bars:
            spread = f"{found['minimum']:,g} – {found['maximum']:,g}"
            yield f"| `{figure}` | {found['median']:,g} | {spread} | {found['unit']} |"
    yield ""
    yield "| bar | value | must be | |"
    yield "|--|--:|--:|--|"
    for bar in run["bars"]:
        if bar["name"].startswith(f"{name}."):
            value = "–" if bar["value"] is None else f"{bar['value']:,g}"
            limit = f"{_SIGNS[bar['sense']]} {bar['bar']:,g}"
            verdict = _VERDICTS[bar["holds"]]
            yield f"| `{bar['name']}` | {value} | {limit} | {verdict}; {bar['note']} |"
    if name in _CURVES:
        yield from _curve(run["results"], *_CURVES[name])


def _curve(results: dict[str, Any], pattern: str, sizes_are: str, unit: str) -> Iterator[str]:
    """One line of a chart for each server; none below two sizes. Charts have no legend."""
    lines: dict[str, dict[int, float]] = {}
    for figure, found in results.items():
        if matched := re.fullmatch(pattern, figure):
            lines.setdefault(matched[2], {})[int(matched[1])] = found["median"]
    sizes = sorted({size for line in lines.values() for size in line})
    whole = {who: line for who, line in lines.items() if len(line) == len(sizes)}
    if len(sizes) < 2 or not whole:
        return
    order = sorted(whole, key=lambda who: -whole[who][sizes[-1]])
    axis = ", ".join(f'"{size:,}"' for size in sizes)
    yield ""
    yield "```mermaid"
    yield "xychart-beta"
    yield f'    x-axis "{sizes_are}" [{axis}]'
    yield f'    y-axis "{unit}" 0 --> {math.ceil(max(max(w.values()) for w in whole.values()))}'
    for who in order:
        yield f"    line [{', '.join(f'{whole[who][size]:g}' for size in sizes)}]"
    yield "```"
    if len(order) > 1:
        yield ""
        yield f"At the right end, from above: {', '.join(f'`{who}`' for who in order)}."


def _plan(results: dict[str, Any]) -> Iterator[str]:
    """The plan, when the run measured what it rests on; from the fullest room measured."""
    sizes = [int(n) for n in re.findall(r"fanout\.(\d+)\.room\.cpu\b(?!_)", "\n".join(results))]
    if not sizes or "joins.last_tenth.cpu" not in results:
        return
    of = f"fanout.{max(sizes)}.room"
    kib = results[f"{of}.memory"]["median"] + results[f"{of}.kernel_both_ends"]["median"] / 2
    costs = Costs(
        cpu_us=results[f"{of}.cpu"]["median"],
        kib_per_connection=kib,
        joiner_us=results["joins.last_tenth.cpu"]["median"],
        tick_s=Limits().tick_s,
        frame_bytes=FRAME_BYTES,
    )
    found = plan(PLAN_VIEWERS, costs)
    yield "| a room of 1,000,000 | |"
    yield "|--|--:|"
    for what, value in (
        ("viewers a gateway (one core, 70% of it)", f"{found.viewers_per_gateway:,}"),
        ("gateways", f"{found.gateways:,}"),
        ("memory for the sockets of a gateway", f"{found.gateway_memory_mib:,} MiB"),
        ("out of a gateway, 400-byte frames", _bits(found.gateway_bytes_per_s)),
        ("out of all gateways, 400-byte frames", _bits(found.all_bytes_per_s)),
        ("out of all gateways, every frame full of chat", _bits(found.all_bytes_per_s_full)),
        ("messages out of Redis a second", f"{found.redis_messages_per_s:,}"),
        ("out of Redis, every frame full of chat", _bits(found.redis_bytes_per_s)),
        ("Redis shards that the room needs", f"{found.redis_shards}"),
        ("joins a second beside the fan-out", f"{found.joins_per_s:,}"),
    ):
        yield f"| {what} | {value} |"


def _bits(bytes_per_s: int) -> str:
    return f"{bytes_per_s / 1e6:,.0f} MB/s ({bytes_per_s * 8 / 1e9:,.1f} Gbit/s)"


if __name__ == "__main__":
    run_file, page_file = map(Path, sys.argv[1:])
    page_file.write_text(fill(page_file.read_text(), json.loads(run_file.read_text())))
