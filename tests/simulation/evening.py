"""An evening of one show, drawn from a seed: viewers, a desk, timers, a bank, and bad luck.

Viewers claim, order, pay in time or too late, give up, want their money back, chat, lose their
line, come back, open a tab too many, read too slowly. Meanwhile the desk pins, mutes and stops
the sale, and calls into the database fail before they begin or after they are done.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import time_machine
from django.db import OperationalError, transaction
from django.test import override_settings
from django.utils import timezone

from kaibo.base.errors import Refusal
from kaibo.orders import actions as orders
from kaibo.promotions import actions as promotions
from kaibo.promotions.actions import FlashSaleSpec
from kaibo.promotions.rules import AmountOff, PercentOff, PromotionSpec
from kaibo.promotions.tests.baskets import promotion
from kaibo.room import actions as room
from kaibo.room.rules import Limits
from kaibo.room.tests.scene import Scene, make_scene
from tests.faults.auditor import page_faults
from tests.faults.story import Answer, Ask, Page
from tests.simulation.book import Book
from tests.simulation.clock import EVENING, play, step
from tests.simulation.guest import PAY_WITHIN_S, SALE_FEN, Guest
from tests.simulation.world import World, world

T = TypeVar("T")

VIEWERS = 7
UNITS = 11
LASTS_S = 75.0
REST_S = 1_100.0  # longer than a link waits for its money
# How long a call into the database takes at most, one in ten ten times as long; how many fail.
SLOW_S = 0.2
TROUBLE = 0.03


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
        self._start_promotions(now)
        return promotions.start_flash_sale(sale_id=sale.id, by=scene.by, now=now)

    def _start_promotions(self, now: dt.datetime) -> None:
        """A few uses of an amount, and a part off for as long as its budget lasts."""
        ends_at, by = now + dt.timedelta(days=1), self.scene.by
        amount = AmountOff(self.chance.randint(1, 900))
        part = PercentOff(self.chance.randint(1, 999))
        few = promotion(1, amount)
        some = promotion(2, part, stacking="coupon")
        for spec in (
            PromotionSpec(terms=few, starts_at=now, ends_at=ends_at, uses_total=4),
            PromotionSpec(terms=some, starts_at=now, ends_at=ends_at, budget_fen=3_000),
        ):
            key = f"promotion-{spec.terms.stacking}"
            made = promotions.save_promotion(spec=spec, request_key=key, by=by, now=now)
            promotions.start_promotion(promotion_id=made.id, by=by, now=now)

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


def _receive(body: str, headers: Any) -> int:
    """The provider's word, taken in."""
    orders.receive_callback(
        provider="sandbox", headers=headers, body=body.encode(), now=timezone.now()
    )
    return 200
