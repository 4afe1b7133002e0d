"""One bench in a process and a home of its own: ``python -m kaibo.site.bench NAME SIZE``.

The outcome is the last line of standard output. The command ``kaibo bench`` starts this, so that
what is measured shares no database, lake or memory with the installation.
"""

import os
import sys

import django
import msgspec

from kaibo.site.bench import benches
from kaibo.site.bench.figures import Outcome, progress


def _run(name: str, size: str) -> Outcome:
    if benches.BENCHES[name] != "nothing":
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
    bench = benches.module(name)
    outcome: Outcome = bench.run(bench.SIZES[size], say=progress)
    return outcome


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaibo.site.settings")
    django.setup()
    outcome = _run(sys.argv[1], sys.argv[2])
    sys.stdout.buffer.write(msgspec.json.encode(outcome.as_dict()) + b"\n")
