"""Actions that log go on when nothing can be logged."""

import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full on this machine")
def test_a_full_disk_below_the_log_stops_nobody() -> None:
    """An error handler that logs must not fail on its own: a room's desk would end with it."""
    program = (
        "import structlog; from kaibo.site.logs import configure_logs;"
        "configure_logs(debug=False); log = structlog.get_logger();"
        "[log.error('failed', n=n) for n in range(3)]; print('goes on', flush=True)"
    )
    with FULL.open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=full, check=False
        )
    assert ran.stdout == b"goes on\n"
