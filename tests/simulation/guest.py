"""A viewer of a simulated evening: a page, a wallet and moods."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from kaibo.base.actor import Actor
from kaibo.orders import actions as orders
from kaibo.orders.actions import OrderSpec, OrderWish
from kaibo.orders.models import SandboxPayment
from kaibo.orders.reads.quoting import LineAsked, quote_line
from kaibo.orders.sandbox import bank
from kaibo.orders.tests.buying import HOME
from tests.faults.story import Frame
from tests.simulation.book import Told
from tests.simulation.line import Line

if TYPE_CHECKING:
    from tests.simulation.evening import Evening

SALE_FEN = 6_900
# A claim must be ordered and paid within ten seconds: the deadlines fall into the evening.
PAY_WITHIN_S = 10
SLOW_BYTES = 300 * 1024


class Guest:
    """One viewer with a page, a wallet and moods."""

    def __init__(self, evening: Evening, number: int, viewer_id: int, token: str) -> None:
        self.evening, self.chance = evening, evening.chance
        self.name, self.viewer_id, self._token = f"guest{number}", viewer_id, token
        self.frames: list[Frame] = []
        self._line: Line | None = None
        self._taken = 0
        self._orders: list[str] = []
        self._refs = 0
        evening.muted[viewer_id] = False

    async def live(self) -> None:
        """Do one thing after another until the evening is over."""
        deeds = [
            *[self._claim] * 5, *[self._buy] * 2, *[self._chat] * 2,
            self._give_up, self._want_back, self._drop, self._crowd, self._dawdle,
        ]  # fmt: skip
        while not self.evening.is_over:
            await asyncio.sleep(self.chance.expovariate(0.5))
            await self.be_there()
            await self.chance.choice(deeds)()

    # --- the page ----------------------------------------------------------------------------

    async def be_there(self) -> None:
        """Open the page, or open it again with what it saw last."""
        while self._line is None or self._line.is_over:
            await self._come(self._resume())
            await asyncio.sleep(self.chance.uniform(0.0, 2.0))

    def leave(self) -> None:
        """Go home, with everything seen."""
        assert self._line is not None
        self._take()
        self._line.leave()

    async def _come(self, resume: Frame | None) -> None:
        line = self.evening.world.line()
        line.shake_hands()
        await asyncio.sleep(0.01)
        line.say({"t": "join", "token": self._token, "resume": resume})
        self._line, self._taken = line, 0
        for _ in range(100):
            await asyncio.sleep(0.1)
            self._take()
            if line.is_over or any(m["t"] == "welcome" for m in line.messages):
                return
        self.evening.book.expect(False, f"{self.name} joined and was neither let in nor sent away")

    def _resume(self) -> Frame | None:
        """The newest life and number this page knows."""
        epoch = next((f["epoch"] for f in reversed(self.frames) if f["t"] == "welcome"), None)
        seq = next((f["seq"] for f in reversed(self.frames) if "seq" in f), None)
        return None if epoch is None or seq is None else {"epoch": epoch, "seq": seq}

    def _take(self) -> None:
        """Read what came since."""
        assert self._line is not None
        new = self._line.messages[self._taken :]
        self._taken += len(new)
        self.frames += new

    async def _ask(self, frame: Frame) -> Frame | None:
        """The answer, or None when the line was lost first; no answer at all is a fault."""
        self._refs += 1
        ref, line = str(self._refs), self._line
        assert line is not None
        line.say({**frame, "ref": ref})
        for _ in range(600):
            await asyncio.sleep(0.05)
            if line is self._line:
                self._take()
            for message in line.messages:
                if message["t"] == "answer" and message["ref"] == ref:
                    return message
            if line.is_over:
                return None
        self.evening.book.expect(False, f"{self.name} was never answered: {frame}")
        return None

    # --- deeds -------------------------------------------------------------------------------

    async def _claim(self) -> None:
        """Claim, again and again with the same key while nothing final was heard."""
        key, units = str(uuid.UUID(int=self.chance.getrandbits(128), version=4)), 1
        frame = {"t": "claim", "sale_id": self.evening.sale_id, "units": units, "key": key}
        frame["wait"] = self.chance.random() < 0.5
        answer = None
        for _ in range(4):
            await self.be_there()
            answer = await self._ask(frame)
            if answer is not None and answer["code"] != "try_again":
                break
        if answer is None or answer["code"] != "won":
            return
        claim_id = answer["data"]["claim_id"]
        self.evening.book.grant(claim_id, Told(self.viewer_id, units, key))
        if self.chance.random() < 0.8:
            await asyncio.sleep(self.chance.uniform(0.0, PAY_WITHIN_S * 1.2))
            await self._order(claim_id=claim_id)

    async def _buy(self) -> None:
        await self._order(link_no=1)

    async def _order(self, **what: int) -> None:
        """At the price one was shown, which may be over by then."""
        key = f"{self.name}-{self.chance.getrandbits(40)}"
        fen = await self.evening.maybe(self._price, what)
        if fen is None:
            return
        for _ in range(2):  # the second time is the same order
            placed = await self.evening.maybe(self._place, key, fen, what)
            if placed is not None:
                break
        if placed is None:
            return
        self._orders.append(placed.no)
        if self.chance.random() < 0.8:
            await self._pay(placed.no)

    def _price(self, what: dict[str, int]) -> int:
        scene = self.evening.scene
        quote = quote_line(
            LineAsked(units=1, **what),
            org_id=scene.org_id,
            show_id=scene.show_id,
            viewer_id=self.viewer_id,
            coupon_ids=(),
            now=timezone.now(),
        )
        return quote.total_fen

    def _place(self, key: str, fen: int, what: dict[str, int]) -> Any:
        scene = self.evening.scene
        spec = OrderSpec(
            org_id=scene.org_id,
            show_id=scene.show_id,
            viewer_id=self.viewer_id,
            request_key=key,
            wishes=(OrderWish(units=1, **what),),
            address=HOME,
            expected_total_fen=fen,
        )
        return orders.place_order(spec=spec, now=timezone.now())

    async def _pay(self, no: str) -> None:
        """On the provider's page, in one's own time; the provider tells once, twice or late."""
        page = await self.evening.maybe(
            lambda: orders.open_payment(no=no, viewer_id=self.viewer_id, now=timezone.now())
        )
        if page is None:
            return
        await asyncio.sleep(self.chance.uniform(0.0, PAY_WITHIN_S * 1.5))
        button = self.chance.choice(["pay", "pay", "pay", "late", "twice", "fail"])
        token = page.url.rsplit("/", 1)[1]
        await self.evening.maybe(self._press, token, button)

    def _press(self, token: str, button: str) -> None:
        if SandboxPayment.objects.filter(token=token).exists():
            bank.press(token, button, now=timezone.now())

    async def _give_up(self) -> None:
        if self._orders:
            no = self.chance.choice(self._orders)
            await self.evening.maybe(
                lambda: orders.cancel_order(no=no, viewer_id=self.viewer_id, now=timezone.now())
            )

    async def _want_back(self) -> None:
        if self._orders:
            no, org_id = self.chance.choice(self._orders), self.evening.scene.org_id
            by = Actor("viewer", self.viewer_id, org_id)
            await self.evening.maybe(
                lambda: orders.refund_order(no=no, reason="", by=by, now=timezone.now())
            )

    async def _chat(self) -> None:
        """Who heard that they are muted is refused; who never was is not."""
        heard = [e for f in self.frames if f["t"] == "private" for e in f["events"]]
        mutes = [event for event in heard if event["e"] == "muted"]
        was = self.evening.muted[self.viewer_id]
        answer = await self._ask({"t": "chat", "text": "晚上好", "reply_to": None})
        if answer is None or self.evening.muted[self.viewer_id] is not was:
            return
        if was and mutes and mutes[-1]["until_at"]:
            self.evening.book.expect(
                answer["code"] in ("muted", "too_fast"), f"{self.name} spoke while muted"
            )

    async def _drop(self) -> None:
        """The line breaks; be_there comes back."""
        assert self._line is not None
        self._take()
        self._line.cut()

    async def _crowd(self) -> None:
        """Four more pages: the first one is closed, and says why."""
        first = self._line
        assert first is not None
        extra = [self.evening.world.line() for _ in range(4)]
        for line in extra:
            line.shake_hands()
            await asyncio.sleep(0.01)
            line.say({"t": "join", "token": self._token, "resume": None})
        await asyncio.sleep(20.0)
        joined = [line for line in extra if line.messages and not line.is_over]
        if first is self._line:
            self._take()
        if len(joined) == 4:
            self.evening.book.expect(
                first.close_code == 4009, f"{self.name} has five pages: {first.close_code}"
            )
        for line in extra:
            line.cut()

    async def _dawdle(self) -> None:
        """Read too slowly, be closed with 4008, come back and resume."""
        line = self._line
        assert line is not None
        line.wire.hold_back(SLOW_BYTES)
        await asyncio.sleep(self.chance.uniform(0.2, 6.0))
        self._take()
        line.wire.hold_back(0)
