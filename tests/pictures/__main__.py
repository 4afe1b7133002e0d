"""The pictures of the docs, taken of a real house: ``python -m tests.pictures [name …]``.

Each stands twice in ``docs/pictures``: ``NAME.webp`` with the pages in Chinese and
``NAME.en.webp`` in English. What the shop's people wrote stays as they wrote it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final

from tests.pictures import scenes, tour
from tests.pictures.stage import Stage, staged

SCENES: Final[dict[str, Callable[[Stage], None]]] = {
    "room": tour.room,
    "report": tour.report,
    "flash-sale": scenes.flash_sale,
    "waitlist": scenes.waitlist,
    "invitation": scenes.invitation,
    "red-packet": scenes.red_packet,
    "exchange-coupon": scenes.exchange,
    "bundle": scenes.bundle,
}


def main(names: list[str]) -> None:
    """Take those of these names, or all."""
    with staged() as stage:
        for name in names or SCENES:
            SCENES[name](stage)
            stage.close()


main(sys.argv[1:])
