"""Flash-sale claims of one room, by socket and by HTTP: gathered for a moment, judged together."""

import datetime as dt
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from kaibo.base.errors import Refusal
from kaibo.promotions.actions import Attempt
from kaibo.promotions.errors import ClaimRefused
from kaibo.promotions.reads import ClaimAnswer
from kaibo.room import asked, wire
from kaibo.room.bridge import Bridge
from kaibo.room.errors import TryAgain
from kaibo.room.feed import ClaimNews
from kaibo.room.rules import Limits, fair_shares
from kaibo.room.shown import SaleView
from kaibo.room.tray import Tray

Judge = Callable[[int, Sequence[Attempt]], list[ClaimAnswer]]

_log = structlog.get_logger(__name__)


class Claimant(Protocol):
    """Who claims: a seated socket, or a caller by HTTP. Told once per claim."""

    viewer_id: int
    address: str

    def claimed(self, claim: asked.Claim, answer: ClaimAnswer) -> None:
        """What the judge said, after the commit."""

    def lost(self, claim: asked.Claim, sold_out: "SoldOut") -> None:
        """Nothing is left, known without asking."""

    def refuse(self, ref: str, refusal: Refusal) -> None:
        """The claim was not judged."""


class SoldOut:
    """The answer that thousands get, encoded once but for the two things that differ.

    >>> import json
    >>> answer = json.loads(SoldOut(7).frame("en", ref="r", key="k"))
    >>> answer["ref"], answer["code"], answer["data"]["key"]
    ('r', 'sold_out', 'k')
    """

    __slots__ = ("_parts", "sale_id")

    def __init__(self, sale_id: int) -> None:
        self.sale_id = sale_id
        self._parts: dict[bool, tuple[bytes, bytes, bytes]] = {}

    def frame(self, lang: str, *, ref: str, key: str) -> bytes:
        """The payload of the socket's answer."""
        is_zh = lang.lower().startswith("zh")
        parts = self._parts.get(is_zh) or self._encode(is_zh)
        return b"".join((parts[0], wire.text(ref), parts[1], wire.text(key), parts[2]))

    def _encode(self, is_zh: bool) -> tuple[bytes, bytes, bytes]:
        claim = asked.Claim(ref="\x00r", sale_id=self.sale_id, units=1, key="\x00k")
        answer = ClaimAnswer(claim.key, 0, False, "sold_out", None, None, 0)
        whole = wire.encode(answer_frame(claim, answer, lang="zh" if is_zh else "en"))
        head, rest = whole.split(wire.text(claim.ref))
        middle, tail = rest.split(wire.text(claim.key))
        self._parts[is_zh] = head, middle, tail
        return head, middle, tail


@dataclass(slots=True)
class _Sale:
    """What this process may answer without asking: only a sale it has known from its start."""

    from_start: bool
    units_left: int
    sold_out: SoldOut
    has_waitlist: bool = False
    holders: set[int] = field(default_factory=set)


_Item = tuple[Claimant, asked.Claim, Attempt]


class ClaimDesk:
    """Queue of one room's claims, in order of arrival, whichever door they came by.

    When more wait than a batch holds, addresses take turns, so that a farm of bots behind one of
    them keeps nobody else waiting.

    The database is the only truth of stock. From memory comes one answer alone, ``sold_out``,
    and never to a viewer who holds a claim or waits: theirs may be asked for again.
    """

    def __init__(self, *, bridge: Bridge, judge: Judge, limits: Limits) -> None:
        self._bridge, self._judge, self._limits = bridge, judge, limits
        self._tray: Tray[_Item] = Tray(limit=limits.inbox_max, pick=_shares)
        self._sales: dict[int, _Sale] = {}
        self._clock = 0.0

    def know(self, sale: SaleView) -> None:
        """Take a sale as it now stands; one first met while planned is known from its start."""
        known = self._sales.get(sale.id)
        if known is None:
            known = _Sale(sale.state == "planned", 0, SoldOut(sale.id))
            self._sales[sale.id] = known
        # While somebody waits, nothing is free for a newcomer.
        known.units_left = 0 if sale.waiting else sale.units_left
        known.has_waitlist = sale.has_waitlist

    def heard(self, news: ClaimNews) -> None:
        """Take what another door or process did with a sale's units."""
        known = self._sales.get(news.sale_id)
        if known is not None:
            known.holders.update(news.holders)
            known.units_left = news.units_left

    def put(self, claimant: Claimant, claim: asked.Claim) -> None:
        """Take a claim; it is answered after the commit. Raises ``TrayFull``."""
        known = self._sales.get(claim.sale_id)
        if (
            known is not None
            and known.from_start
            and not known.units_left
            and not (claim.wait and known.has_waitlist)
            and claimant.viewer_id not in known.holders
        ):
            claimant.lost(claim, known.sold_out)
            return
        # First come, first served: by arrival here, not by place in a batch. Should the clock be
        # set back, those who come later still count as later.
        self._clock = max(self._clock, time.time())
        arrived_at = dt.datetime.fromtimestamp(self._clock, dt.UTC)
        attempt = Attempt(claimant.viewer_id, claim.units, claim.key, arrived_at, claim.wait)
        self._tray.put((claimant, claim, attempt))

    async def run(self) -> None:
        """Judge batches for ever."""
        while True:
            batch = await self._tray.take(
                gather_s=self._limits.claim_gather_s, most=self._limits.claim_batch
            )
            sales: dict[int, list[_Item]] = {}
            for item in batch:
                sales.setdefault(item[1].sale_id, []).append(item)
            for sale_id, items in sales.items():
                try:
                    await self._judge_sale(sale_id, items)
                except Refusal as refusal:
                    for claimant, claim, _ in items:
                        claimant.refuse(claim.ref, refusal)
                except Exception:
                    # The outcome may be unknown; the same key asked again finds it.
                    _log.exception("claims_failed", sale_id=sale_id, claims=len(items))
                    for claimant, claim, _ in items:
                        claimant.refuse(claim.ref, TryAgain())

    async def _judge_sale(self, sale_id: int, items: list[_Item]) -> None:
        answers = await self._bridge.call(
            self._judge, sale_id, [attempt for _, _, attempt in items]
        )
        known = self._sales.get(sale_id)
        if known is None:
            known = self._sales[sale_id] = _Sale(False, 0, SoldOut(sale_id))
        for (claimant, claim, _), answer in zip(items, answers, strict=True):
            known.units_left = answer.units_left
            if answer.ok:
                known.holders.add(answer.viewer_id)
            claimant.claimed(claim, answer)


def _shares(items: Sequence[_Item], most: int) -> list[int]:
    return fair_shares([claimant.address for claimant, _, _ in items], most)


def answer_frame(claim: asked.Claim, answer: ClaimAnswer, *, lang: str) -> wire.Answer:
    """What the socket says of a judged claim, in the language of the page."""
    said = _SAID.get(answer.code)
    if said is None:
        message = ClaimRefused(reason=answer.code).message(lang)
    else:
        message = said[0 if lang.lower().startswith("zh") else 1].format(place=answer.place)
    return wire.Answer(
        ref=claim.ref,
        ok=answer.ok,
        code=answer.code,
        message=message,
        data=wire.ClaimResult(
            sale_id=claim.sale_id,
            key=claim.key,
            claim_id=answer.claim_id,
            pay_before=answer.pay_before,
            units_left=answer.units_left,
            place=answer.place,
        ),
    )


_SAID = {
    "won": ("抢到了，请尽快付款", "You have it; pay in time"),
    "waiting": ("已加入候补，排在第 {place} 位", "You are number {place} in the waitlist"),
}
