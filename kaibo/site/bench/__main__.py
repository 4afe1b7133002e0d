"""One bench in a process and a home of its own: ``python -m kaibo.site.bench NAME SIZE``.

The outcome is the last line of standard output. The command ``kaibo bench`` starts this, so that
what is measured shares no database, lake or memory with the installation.
"""

import os
import sys
from typing import cast

import django
import msgspec

from kaibo.site.bench.figures import Outcome, Size, progress


def _run(name: str, size: Size) -> Outcome:
    if name == "text":
        from kaibo.site.bench import text

        return text.run(text.SIZES[size], say=progress)
    if name == "lake":
        from kaibo.site.bench import lake

        return lake.run(lake.SIZES[size], say=progress)
    from django.core.management import call_command

    from kaibo.site.bench import claims, fanout, isolation

    call_command("migrate", interactive=False, verbosity=0)
    if name == "isolation":
        return isolation.run(isolation.SIZES[size], say=progress)
    if name == "claims":
        return claims.run(claims.SIZES[size], say=progress)
    return fanout.run(fanout.SIZES[size], say=progress)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaibo.site.settings")
    django.setup()
    outcome = _run(sys.argv[1], cast(Size, sys.argv[2]))
    sys.stdout.buffer.write(msgspec.json.encode(outcome.as_dict()) + b"\n")
