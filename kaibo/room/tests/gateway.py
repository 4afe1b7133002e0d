"""A gateway in a process of its own: ``python -m kaibo.room.tests.gateway REDIS_URL LEASE_S``.

Prints its port; ends when its standard input does.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaibo.site.settings")
django.setup()

from kaibo.room.redis_bus import RedisBus  # noqa: E402 - after django.setup()
from kaibo.room.rules import Limits  # noqa: E402
from kaibo.room.tests.scene import Server  # noqa: E402

LIMITS = Limits(gone_s=2.0, report_s=0.3, lake_s=0.1, grace_s=0.5, open_s=4.0)


def main() -> None:
    """Serve until told to stop."""
    bus = RedisBus(sys.argv[1], lease_s=float(sys.argv[2]), settle_s=0.2)
    server = Server(LIMITS, bus=bus).start()
    print(server.url, bus.node, flush=True)  # noqa: T201 - read by the test
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main()
