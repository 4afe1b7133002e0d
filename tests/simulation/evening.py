"""An evening of one show, drawn from a seed: viewers, a desk, timers, a bank, and bad luck.

Viewers claim, order, pay in time or too late, give up, want their money back, chat, lose their
line, come back, open a tab too many, read too slowly. Meanwhile the desk pins, mutes and stops
the sale, and calls into the database fail before they begin or after they are done.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import uuid
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import time_machine
from django.db import OperationalError, transaction
from django.test import override_settings
from django.utils import timezone

from kaibo.base.actor import Actor
from kaibo.base.errors import Refusal
from kaibo.orders import actions as orders
from kaibo.orders.actions import OrderSpec
from kaibo.orders.models import SandboxPayment
from kaibo.orders.sandbox import bank
from kaibo.orders.tests.buying import HOME
from kaibo.promotions import actions as promotions
from kaibo.promotions.actions import FlashSaleSpec
from kaibo.room import actions as room
from kaibo.room.rules import Limits
from kaibo.room.tests.scene import Scene, make_scene
from tests.faults.auditor import page_faults
from tests.faults.story import Answer, Ask, Frame, Page
from tests.simulation.book import Book, Told
from tests.simulation.clock import EVENING, play, step
from tests.simulation.line import Line
from tests.simulation.world import World, world

T = TypeVar("T")

VIEWERS = 7
UNITS = 11
SALE_FEN = 6_900
# A claim must be ordered and paid within ten seconds: the deadlines fall into the evening.
PAY_WITHIN_S = 10
LASTS_S = 75.0
REST_S = 1_100.0  # longer than a link waits for its money
# How long a call into the database takes at most, one in ten ten times as long; how many fail.
SLOW_S = 0.2
TROUBLE = 0.03
SLOW_BYTES = 300 * 1024


def run(seed: int, *, lake: Path, steps: bool = False) -> list[str]:
    """What was broken in one evening; nothing of it stays in the database."""
    chance = random.Random(seed)
    with transaction.atomic(), override_settings(KAIBO_LAKE=lake / str(seed)):
        with time_machine.travel(EVENING, tick=False):
            scene = make_scene()
            scene.is_now("live")
        with world(chance, slow_s=SLOW_S, limits=Limits(board_s=LASTS_S)) as here:
            evening = Evening(here, scene, chance)
            play(here.loop, evening.play(trouble=TROUBLE, steps=steps))
        transaction.set_rollback(True)
    return evening.book.broken


class Evening:
    """One run; ``book.broken`` is the verdict."""

    def __init__(self, world: World, scene: Scene, chance: random.Random) -> None:
        self.world, self.scene, self.chance = world, scene, chance
        self.book = Book()
        self.notices: list[Ask] = []
        self.muted: dict[int, bool | None] = {}
        self.is_over = False
        world.bridge.after_call = self.book.look

    async def play(self, *, trouble: float, steps: bool = False) -> None:
        """The storm, then the calm after it, then the last look.

        ``steps``: somebody sets the server's clock meanwhile, back and forward.
        """
        self.sale_id = (await self.do(self._open_sale)).id
        guests = [Guest(self, n, *await self.do(self._enter, n)) for n in range(VIEWERS)]
        self.world.bridge.trouble = trouble
        lives: list[Coroutine[Any, Any, None]] = [guest.live() for guest in guests]
        timers = asyncio.ensure_future(self._timers())
        if steps:
            lives.append(self._set_clock())
        storm = asyncio.gather(self._desk(), *lives)
        await asyncio.sleep(LASTS_S)
        self.is_over = True
        await storm
        self.world.bridge.trouble = 0.0
        await self._last_notice(guests)
        # Nobody does anything for long; every deadline passes, and the timers get their turns.
        self.world.loop.jump(REST_S)
        await asyncio.sleep(30.0)
        timers.cancel()
        await self.do(self.book.look_at_rest)
        for guest in guests:
            self.book.broken += [
                f"{fault.kind}: {fault.text}"
                for fault in page_faults(Page(guest.name, guest.frames), self.notices)
            ]

    async def do(self, function: Callable[..., T], *args: Any) -> T:
        """Call into the database as any other process would: whole, at some moment."""
        result: T = await self.world.bridge.call(function, *args)
        return result

    async def maybe(self, function: Callable[..., T], *args: Any) -> T | None:
        """The same, when it may be refused, fail, or be done without an answer."""
        try:
            return await self.do(function, *args)
        except (Refusal, TimeoutError, OperationalError):
            return None

    def _open_sale(self) -> Any:
        now, scene = timezone.now(), self.scene
        promotions.open_price(show_id=scene.show_id, link_no=1, by=scene.by, now=now)
        spec = FlashSaleSpec(
            show_id=scene.show_id,
            link_no=1,
            price_fen=SALE_FEN,
            units=UNITS,
            units_per_buyer_max=2,
            opens_at=now,
            closes_at=now + dt.timedelta(minutes=5),
            pay_within_s=PAY_WITHIN_S,
            has_waitlist=self.chance.random() < 0.5,
        )
        sale = promotions.schedule_flash_sale(spec=spec, by=scene.by, now=now)
        return promotions.start_flash_sale(sale_id=sale.id, by=scene.by, now=now)

    def _enter(self, number: int) -> tuple[int, str]:
        return self.scene.viewer(f"guest{number}")

    async def _set_clock(self) -> None:
        """Wrong by up to five minutes for a while, either way; then right again."""
        wrong_s = self.chance.choice([-1, 1]) * self.chance.uniform(1.0, 300.0)
        await asyncio.sleep(self.chance.uniform(0.0, LASTS_S / 2))
        step(self.world.loop, wrong_s)
        await asyncio.sleep(self.chance.uniform(0.0, LASTS_S / 2))
        step(self.world.loop, -wrong_s)

    # --- the desk ----------------------------------------------------------------------------

    async def _desk(self) -> None:
        stops_at = self.world.loop.time() + self.chance.uniform(20.0, 2 * LASTS_S)
        while not self.is_over:
            await asyncio.sleep(self.chance.expovariate(1.0))
            if self.world.loop.time() >= stops_at:
                stops_at = float("inf")
                await self.maybe(self._stop_sale)
            elif self.chance.random() < 0.6:
                await self._pin()
            else:
                await self._mute(self.chance.choice(sorted(self.muted or {0: None})))

    async def _pin(self) -> None:
        ask = Ask(0, f"notice-{len(self.notices)}", text=str(len(self.notices) + 1))
        self.notices.append(ask)
        try:
            await self.do(self._pin_now, ask.text)
        except (TimeoutError, OperationalError):
            return
        ask.answers.append(Answer(True, "ok"))

    def _pin_now(self, text: str) -> None:
        scene = self.scene
        room.pin_notice(
            org_id=scene.org_id, show_id=scene.show_id, text=text, by=scene.by, now=timezone.now()
        )

    def _stop_sale(self) -> None:
        promotions.stop_flash_sale(sale_id=self.sale_id, by=self.scene.by, now=timezone.now())

    async def _mute(self, viewer_id: int) -> None:
        """Mute or unmute; None means that nobody can be sure."""
        if not viewer_id:
            return
        minutes = 0 if self.muted[viewer_id] else 60
        self.muted[viewer_id] = None
        try:
            await self.do(self._mute_now, viewer_id, minutes)
        except (TimeoutError, OperationalError):
            return
        self.muted[viewer_id] = bool(minutes)

    def _mute_now(self, viewer_id: int, minutes: int) -> None:
        scene = self.scene
        room.mute_viewer(
            org_id=scene.org_id,
            show_id=scene.show_id,
            viewer_id=viewer_id,
            minutes=minutes,
            by=scene.by,
            now=timezone.now(),
        )

    async def _last_notice(self, guests: list[Guest]) -> None:
        for guest in guests:
            await guest.be_there()
        await self._pin()
        await asyncio.sleep(5.0)
        for guest in guests:
            guest.leave()

    # --- what runs by itself -----------------------------------------------------------------

    async def _timers(self) -> None:
        """Each second, in an order of its own, as several workers would."""
        chores: list[Callable[[], object]] = [
            lambda: orders.close_due_orders(now=timezone.now()),
            lambda: promotions.end_due_sales(now=timezone.now()),
            lambda: promotions.release_due_claims(now=timezone.now()),
            lambda: orders.retry_refunds(now=timezone.now()),
            lambda: orders.deliver_sandbox_notices(now=timezone.now(), post=_receive),
        ]
        while True:
            await asyncio.sleep(1.0)
            for chore in self.chance.sample(chores, len(chores)):
                await self.maybe(chore)


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
            await self._order(claim_id=claim_id, fen=SALE_FEN)

    async def _buy(self) -> None:
        await self._order(link_no=1, fen=9_900)

    async def _order(self, *, fen: int, **what: int) -> None:
        key = f"{self.name}-{self.chance.getrandbits(40)}"
        for _ in range(2):  # the second time is the same order
            placed = await self.evening.maybe(self._place, key, fen, what)
            if placed is not None:
                break
        if placed is None:
            return
        self._orders.append(placed.no)
        if self.chance.random() < 0.8:
            await self._pay(placed.no)

    def _place(self, key: str, fen: int, what: dict[str, int]) -> Any:
        scene = self.evening.scene
        spec = OrderSpec(
            org_id=scene.org_id,
            show_id=scene.show_id,
            viewer_id=self.viewer_id,
            request_key=key,
            units=1,
            address=HOME,
            expected_total_fen=fen,
            **what,
        )
        return orders.place_order(spec=spec, now=timezone.now())

    async def _pay(self, no: str) -> None:
        """On the provider's page, in one's own time; the provider tells once, twice or late."""
        url = await self.evening.maybe(
            lambda: orders.open_payment(no=no, viewer_id=self.viewer_id, now=timezone.now())
        )
        if url is None:
            return
        await asyncio.sleep(self.chance.uniform(0.0, PAY_WITHIN_S * 1.5))
        button = self.chance.choice(["pay", "pay", "pay", "late", "twice", "fail"])
        token = url.rsplit("/", 1)[1]
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


def _receive(body: str, headers: Any) -> int:
    """The provider's word, taken in."""
    orders.receive_callback(
        provider="sandbox", headers=headers, body=body.encode(), now=timezone.now()
    )
    return 200
