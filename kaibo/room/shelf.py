"""What changed on the shelf: links and sales are read again when a fact says so, and compared."""

import asyncio
from collections.abc import Callable

import structlog

from kaibo.room import wire
from kaibo.room.bridge import Bridge
from kaibo.room.memory import Memory
from kaibo.room.rules import Limits
from kaibo.room.shown import LinkView, SaleView

Read = Callable[[], tuple[list[LinkView], list[SaleView]]]

_log = structlog.get_logger(__name__)


class Shelf:
    """Posts whole links and sales, never a difference; read once per tick at most."""

    def __init__(
        self,
        *,
        bridge: Bridge,
        read: Read,
        post: Callable[[wire.Event], None],
        know: Callable[[SaleView], None],
        limits: Limits,
    ) -> None:
        self._bridge, self._read, self._post, self._know = bridge, read, post, know
        self._pause_s = limits.tick_s
        self._touched = asyncio.Event()
        self._links: dict[int, LinkView] = {}
        self._sales: dict[int, SaleView] = {}
        self._turn = 0

    def remember(self, memory: Memory) -> None:
        """What everybody has been told."""
        self._links, self._sales = dict(memory.links), dict(memory.sales)
        self._turn += 1

    def touch(self) -> None:
        """Read again."""
        self._touched.set()

    def rest(self) -> None:
        """Read no more until touched; what is being read is not posted."""
        self._touched.clear()
        self._turn += 1

    async def run(self) -> None:
        """Read when touched, for ever."""
        while True:
            await self._touched.wait()
            self._touched.clear()
            turn = self._turn
            try:
                links, sales = await self._bridge.call(self._read)
            except Exception:
                _log.exception("shelf_read_failed")
                self._touched.set()
                await asyncio.sleep(1.0)
                continue
            if turn == self._turn:
                self._compare(links, sales)
            await asyncio.sleep(self._pause_s)

    def _compare(self, links: list[LinkView], sales: list[SaleView]) -> None:
        empty = [link for link in links if not link.units_left and self._had_units(link.link_no)]
        for sale in sales:
            self._know(sale)
        for link in links:
            if self._links.get(link.link_no) != link:
                self._links[link.link_no] = link
                self._post(wire.LinkEvent(link=link))
        for sale in sales:
            if self._sales.get(sale.id) != sale:
                self._sales[sale.id] = sale
                self._post(wire.SaleEvent(sale=sale))
        for link in empty:
            no = link.link_no
            zh, en = f"{no} 号链接已售罄", f"Link {no} is sold out"
            self._post(wire.AlertEvent(code="sold_out", text=zh, text_en=en))

    def _had_units(self, link_no: int) -> bool:
        known = self._links.get(link_no)
        return known is not None and known.state == "open" and known.units_left > 0
