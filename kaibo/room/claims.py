"""Flash-sale claims over the socket: gathered for a few milliseconds, judged together."""

import datetime as dt
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from kaibo.base.errors import Refusal
from kaibo.promotions.actions import Attempt
from kaibo.promotions.reads import ClaimAnswer
from kaibo.room import wire
from kaibo.room.bridge import Bridge
from kaibo.room.feed import ClaimNews
from kaibo.room.rules import Limits
from kaibo.room.session import Session
from kaibo.room.shown import SaleView
from kaibo.room.tray import Tray

Judge = Callable[[int, Sequence[Attempt]], list[ClaimAnswer]]

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Sale:
    """What this process may answer without asking: only a sale it has known from its start."""

    from_start: bool
    units_left: int
    holders: set[int] = field(default_factory=set)


class ClaimDesk:
    """Queue of one room's claims, in order of arrival.

    The database is the only truth of stock. From memory comes one answer alone, ``sold_out``,
    and never to a viewer who holds a claim: theirs may be the first claim asked for again.
    """

    def __init__(self, *, bridge: Bridge, judge: Judge, limits: Limits) -> None:
        self._bridge, self._judge, self._limits = bridge, judge, limits
        self._tray: Tray[tuple[Session, wire.Claim, dt.datetime]] = Tray(limit=limits.inbox_max)
        self._sales: dict[int, _Sale] = {}

    def know(self, sale: SaleView) -> None:
        """Take a sale as it now stands; one first met while planned is known from its start."""
        known = self._sales.get(sale.id)
        if known is None:
            self._sales[sale.id] = _Sale(sale.state == "planned", sale.units_left)
        else:
            known.units_left = sale.units_left

    def heard(self, news: ClaimNews) -> None:
        """Take what another door or process did with a sale's units."""
        known = self._sales.get(news.sale_id)
        if known is not None:
            known.holders.update(news.winners)
            known.units_left = news.units_left

    def put(self, session: Session, claim: wire.Claim) -> None:
        """Take a claim; it is answered after the commit. Raises ``TrayFull``."""
        known = self._sales.get(claim.sale_id)
        if (
            known is not None
            and known.from_start
            and known.units_left == 0
            and session.viewer_id not in known.holders
        ):
            _tell(session, claim, code="sold_out", answer=None)
            return
        # First come, first served: by arrival here, not by place in a batch.
        arrived_at = dt.datetime.fromtimestamp(time.time(), dt.UTC)
        self._tray.put((session, claim, arrived_at))

    async def run(self) -> None:
        """Judge batches for ever."""
        while True:
            batch = await self._tray.take(
                gather_s=self._limits.claim_gather_s, most=self._limits.claim_batch
            )
            sales: dict[int, list[tuple[Session, wire.Claim, dt.datetime]]] = {}
            for item in batch:
                sales.setdefault(item[1].sale_id, []).append(item)
            for sale_id, items in sales.items():
                try:
                    await self._judge_sale(sale_id, items)
                except Refusal as refusal:
                    for session, claim, _ in items:
                        session.refuse(claim.ref, refusal)
                except Exception:
                    # The outcome may be unknown; the same key asked again finds it.
                    _log.exception("claims_failed", sale_id=sale_id, claims=len(items))
                    for session, claim, _ in items:
                        session.answer(claim.ref, "try_again")

    async def _judge_sale(
        self, sale_id: int, items: list[tuple[Session, wire.Claim, dt.datetime]]
    ) -> None:
        attempts = [
            Attempt(
                viewer_id=session.viewer_id,
                units=claim.units,
                request_key=str(claim.key),
                arrived_at=arrived_at,
            )
            for session, claim, arrived_at in items
        ]
        answers = await self._bridge.call(self._judge, sale_id, attempts)
        by_key = {(answer.viewer_id, answer.request_key): answer for answer in answers}
        known = self._sales.setdefault(sale_id, _Sale(from_start=False, units_left=0))
        for session, claim, _ in items:
            answer = by_key[session.viewer_id, str(claim.key)]
            known.units_left = answer.units_left
            if answer.ok:
                known.holders.add(session.viewer_id)
            _tell(session, claim, code=answer.code, answer=answer)


_WORDS = {
    "won": ("抢到了，请尽快付款", "You have it; pay in time"),
    "sold_out": ("已抢光", "Sold out"),
    "buyer_limit": ("已达每人限购数量", "You have reached the limit per buyer"),
    "window_closed": ("不在秒杀时间内", "The flash sale is not open at this time"),
    "not_running": ("秒杀尚未开始或已结束", "The flash sale is not running"),
}


def _tell(session: Session, claim: wire.Claim, *, code: str, answer: ClaimAnswer | None) -> None:
    zh, en = _WORDS.get(code, ("未能抢到", "Not claimed"))
    data = wire.ClaimResult(
        sale_id=claim.sale_id,
        key=claim.key,
        claim_id=answer.claim_id if answer else None,
        pay_before=answer.pay_before if answer else None,
        units_left=answer.units_left if answer else 0,
    )
    session.answer(
        claim.ref,
        code,
        ok=answer.ok if answer else False,
        message=zh if session.lang.lower().startswith("zh") else en,
        data=data,
    )
