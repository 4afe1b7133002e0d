"""Figures of a run are written into their places of a page, and nothing else is."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

from kaibo.site.bench.benches import BENCHES
from kaibo.site.bench.tables import fill
from tests.paths import ROOT


class TestTables:
    """A page's figures are written from a run."""

    RUN: ClassVar[dict[str, Any]] = {
        "machine": {
            "at": "2026-11-22", "cpu": "X", "cores": 2, "memory_gib": 24, "system": "Linux",
            "python": "3.11", "load_1m": 0.1, "load_1m_after": 1.0,
        },
        "size": "full",
        "runs": {"fanout": 3, "joins": 3},
        "results": {
            name: {"median": median, "minimum": 1.0, "maximum": 20_000.0, "unit": "µs"}
            for name, median in {
                "fanout.1000.room.cpu": 99.0,
                "fanout.10000.room.cpu": 9.0,
                "fanout.10000.room.cpu_flat_out": 8.0,
                "fanout.10000.room.memory": 16.0,
                "fanout.10000.room.kernel_both_ends": 8.0,
                "fanout.10000.room_vs_nchan": 0.9,
                "joins.last_tenth.cpu": 500.0,
            }.items()
        },
        "bars": [
            {
                "name": "fanout.10000.room_vs_nchan", "value": 0.9, "bar": 1.0,
                "sense": "at_most", "holds": True, "note": "CPU",
            }
        ],
    }  # fmt: skip

    def test_places_are_written_anew_and_others_stay(self) -> None:
        page = "".join(
            f"text\n<!-- figures: {name} -->\nold {name}\n<!-- end -->\n"
            for name in ("machine", "fanout", "claims", "plan")
        )
        once = fill(page, self.RUN)
        assert fill(once, self.RUN) == once
        assert "old claims" in once
        assert not any(f"old {name}" in once for name in ("machine", "fanout", "plan"))
        assert "| `fanout.10000.room.cpu` | 9 | 1 – 20,000 | µs |" in once
        assert "| `fanout.10000.room_vs_nchan` | 0.9 | ≤ 1 | holds; CPU |" in once
        assert once.count("fanout.10000.room_vs_nchan") == 1
        assert '    x-axis "sockets" ["1,000", "10,000"]' in once
        assert "    line [99, 9]" in once
        # From the fullest room: 70% of a core, a tick of 150 ms, 9 µs a frame.
        assert "| viewers a gateway (one core, 70% of it) | 11,666 |" in once
        assert "| gateways | 86 |" in once

    def test_the_command_of_the_page_writes_it(self, tmp_path: Path) -> None:
        """As a stranger types it: without Django's settings."""
        run, page = tmp_path / "run.json", tmp_path / "page.md"
        run.write_text(json.dumps(self.RUN))
        page.write_text("<!-- figures: fanout -->\nold\n<!-- end -->\n")
        command = (sys.executable, "-m", "kaibo.site.bench.tables", str(run), str(page))
        env = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
        subprocess.run(command, env=env, cwd=ROOT, check=True)
        assert "| `fanout.10000.room.cpu` | 9 | 1 – 20,000 | µs |" in page.read_text()

    def test_no_plan_without_what_it_rests_on(self) -> None:
        page = "<!-- figures: plan -->\nold\n<!-- end -->\n"
        assert fill(page, {**self.RUN, "results": {}}) == page

    def test_the_page_of_the_project_has_a_place_for_every_bench(self) -> None:
        page = (Path(__file__).parents[3] / "docs" / "performance.md").read_text()
        places = set(re.findall(r"<!-- figures: (\w+) -->", page))
        assert {*BENCHES, "machine", "plan"} <= places
