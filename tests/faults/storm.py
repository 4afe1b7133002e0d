"""A sale and a chat storm on a running house, with a fault in the middle; told as a story.

Everybody here is a stranger to the product: robots over sockets and HTTP.
"""

from __future__ import annotations

import asyncio
import http.client
import itertools
import random
import time
import urllib.error
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import WebSocketException

from tests.faults.auditor import Fault, judge
from tests.faults.plan import BUYERS, LASTS_S, UNITS, Act, Plan, draw
from tests.faults.story import Answer, Ask, Found, Frame, Page, Story
from tests.house import Desk, House
from tests.journeys.buying import ADDRESS, pay
from tests.robots import Entrance, Refused, Robot, call, device, enter

LINK_NO = 8
SALE_FEN = 900
# Longer than the server waits for its own database.
PATIENCE_S = 20.0
BROKEN = (
    ConnectionError, WebSocketException, OSError, http.client.HTTPException,
    urllib.error.URLError,
)  # fmt: skip

# Digits of a key could be read as somebody's number, and hide the line.
_LETTERS = str.maketrans("0123456789-", "ghijklmnopr")

Step = Callable[[], Awaitable[None]]


@dataclass
class Cast:
    """Who takes part in every storm on one house; ``gateways`` are where its sockets are."""

    url: str
    desk: Desk
    show: Frame
    buyers: list[Entrance]
    watchers: list[Entrance]
    shelf_fen: int
    gateways: list[str]
    notice: int = 0

    @property
    def show_id(self) -> int:
        return int(self.show["id"])


def assemble(url: str, gateways: list[str] | None = None) -> Cast:
    """Put the demo show on air, open the link, and let everybody in."""
    desk = Desk(url, "chen")
    show = next(show for show in desk.get("/desk/shows") if show["state"] == "draft")
    desk.post(f"/desk/shows/{show['id']}/open")
    links = f"/desk/shows/{show['id']}/links"
    desk.post(f"{links}/{LINK_NO}/shelf")
    desk.post(f"{links}/{LINK_NO}/open")
    link = _one(desk.get(links), link_no=LINK_NO)
    plenty = {"delta": 100_000, "reason": "storms"}
    Desk(url, "lin").post(f"/desk/skus/{link['sku_id']}/stock", plenty)
    desk.post(f"{links}/{LINK_NO}/stock", {"units": 50_000})
    people = [enter(url, show["code"], device=device(f"storm-{n}")) for n in range(BUYERS + 2)]
    return Cast(
        url, desk, show, people[:BUYERS], people[BUYERS:], link["price_fen"], gateways or [url]
    )


@dataclass
class Storm:
    """One storm: run it, then read and judge.

    Args:
        fault: brings the fault; it returns when it has happened.
        mend: makes the house whole again; it returns when that is so.
    """

    cast: Cast
    plan: Plan
    fault: Step
    mend: Step
    seen: Story = field(default_factory=Story)
    faults: list[Fault] = field(default_factory=list)

    async def run(self) -> None:
        """Begin a sale, storm it, break and mend, ask everything again."""
        await asyncio.to_thread(self._open_sale)
        await self._come()
        began = time.monotonic()
        pinning = asyncio.create_task(self._pin_until(began + LASTS_S))
        dropping = asyncio.create_task(self._drop_line(began))
        acting = [asyncio.create_task(self._act(act, began)) for act in self.plan.acts]
        await asyncio.sleep(began + self.plan.fault_at - time.monotonic())
        await self.fault()
        await asyncio.gather(pinning, dropping, *acting)
        await self.mend()
        # Judged before anybody asks again, while what was in flight is still open.
        await self._judge()
        await self._come_back()
        await self._ask_again()
        await self._pin_last()
        await self._go()
        await self._judge()

    async def _judge(self) -> None:
        """A stranger reads one thing after another while payments arrive in between: what does
        not fit is read again. What is lost stays lost."""
        for _ in range(5):
            faults = judge(self.seen, await asyncio.to_thread(self._read))
            if not faults:
                return
            await asyncio.sleep(1.0)
        self.faults += faults

    # --- before ---------------------------------------------------------------------------

    def _open_sale(self) -> None:
        desk, show_id = self.cast.desk, self.cast.show_id
        for sale in desk.get(f"/desk/shows/{show_id}/flash-sales"):
            if sale["state"] != "ended":
                desk.post(f"/desk/flash-sales/{sale['id']}/stop")
        terms = {
            "link_no": LINK_NO,
            "price_fen": SALE_FEN,
            "units": UNITS,
            "per_buyer_max": 2,
            "opens_in_s": 0,
            "lasts_s": 3600,
            "pay_within_s": 3600,
        }
        sale = desk.post(f"/desk/shows/{show_id}/flash-sales", terms)
        desk.post(f"/desk/flash-sales/{sale['id']}/start")
        self.sale_id: int = sale["id"]
        self.before = {
            row["no"]
            for buyer in self.cast.buyers
            for row in call(self.cast.url, "GET", "/my/orders", token=buyer.token)
        }

    async def _come(self) -> None:
        cast = self.cast
        ticket = await asyncio.to_thread(cast.desk.post, f"/desk/shows/{cast.show_id}/socket-token")
        doors = itertools.cycle(cast.gateways)
        self.buyers = [Robot(next(doors), who.token, keeps=False) for who in cast.buyers]
        tokens = [*(who.token for who in cast.watchers), ticket["token"]]
        self.pages = [Robot(next(doors), token) for token in tokens]
        await asyncio.gather(*(robot.open() for robot in [*self.buyers, *self.pages]))

    # --- during ---------------------------------------------------------------------------

    async def _act(self, act: Act, began: float) -> None:
        await asyncio.sleep(began + act.at - time.monotonic())
        match act.what:
            case "claim":
                ask = self._new(self.seen.claims, act)
                await self._claim(act.buyer, ask)
                if ask.granted and act.key[0] in "01234567":
                    await self._order(act.buyer, self._order_of(act, ask))
            case "say":
                ask = self._new(self.seen.chat, act, text=f"storm {act.key.translate(_LETTERS)}")
                frame = {"t": "chat", "text": ask.text, "reply_to": None}
                await self._ask(self.buyers[act.buyer], ask, frame, made="message_id")
            case _:
                await self._order(act.buyer, self._new(self.seen.orders, act))

    def _new(self, asks: list[Ask], act: Act, text: str = "") -> Ask:
        who = self.cast.buyers[act.buyer]
        asks.append(Ask(who.viewer_id, act.key, units=act.units, text=text))
        return asks[-1]

    def _order_of(self, act: Act, claim: Ask) -> Ask:
        """The order of a claim; its text names the claim."""
        ask = Ask(claim.viewer_id, f"o-{act.key}", units=claim.units, text=str(claim.granted[0].id))
        self.seen.orders.append(ask)
        return ask

    async def _claim(self, buyer: int, ask: Ask) -> None:
        frame = {"t": "claim", "sale_id": self.sale_id, "units": ask.units, "key": ask.key}
        await self._ask(self.buyers[buyer], ask, frame, made="claim_id")

    async def _ask(self, robot: Robot, ask: Ask, frame: Frame, *, made: str) -> None:
        try:
            got = await robot.ask(frame, wait_s=PATIENCE_S)
        except TimeoutError:
            ask.silent = True
        except BROKEN:
            pass
        else:
            made_id = (got["data"] or {}).get(made)
            ask.answers.append(Answer(got["ok"], got["code"], made_id, got["_at"]))

    async def _order(self, buyer: int, ask: Ask) -> None:
        body: Frame = {
            "request_key": ask.key,
            "units": ask.units,
            "address": ADDRESS,
            "expected_total_fen": ask.units * (SALE_FEN if ask.text else self.cast.shelf_fen),
        }
        body |= {"claim_id": int(ask.text)} if ask.text else {"link_no": LINK_NO}
        token = self.cast.buyers[buyer].token
        answer = await self._post("/my/orders", body, token=token, made="no")
        if answer is not None:
            ask.answers.append(answer)
        if ask.granted and not ask.is_paid and ask.key[-1] in "0123":
            await self._pay(token, ask)

    async def _pay(self, token: str, ask: Ask) -> None:
        """Pay on the provider's page; paid is what the buyer is shown as paid."""
        no = ask.granted[0].id
        try:
            await asyncio.to_thread(pay, self.cast.url, token, no)
            for _ in range(20):  # the provider's word comes within a second or two
                path = f"/my/orders/{no}"
                shown = await asyncio.to_thread(call, self.cast.url, "GET", path, token=token)
                if shown["state"] == "paid":
                    ask.is_paid = True
                    return
                await asyncio.sleep(0.2)
        except (*BROKEN, Refused):
            return

    async def _post(self, path: str, body: Frame, *, token: str, made: str) -> Answer | None:
        """The answer of the API; None when the line broke before it."""
        try:
            got = await asyncio.to_thread(call, self.cast.url, "POST", path, body, token=token)
        except Refused as refused:
            unknown = refused.status >= 500
            code = "unavailable" if unknown else str(refused.body.get("code"))
            return Answer(False, code, at=time.monotonic())
        except BROKEN:
            return None
        return Answer(True, "ok", got[made], time.monotonic())

    async def _pin(self) -> Ask:
        """Pin the next number; one after another, as one person does."""
        self.cast.notice += 1
        ask = Ask(0, f"notice-{self.cast.notice}", text=str(self.cast.notice))
        self.seen.notices.append(ask)
        path = f"/desk/shows/{self.cast.show_id}/notice"
        try:
            await asyncio.to_thread(self.cast.desk.post, path, {"text": ask.text})
        except Refused as refused:
            ask.answers.append(Answer(False, f"{'unavailable' if refused.status >= 500 else 'no'}"))
        except BROKEN:
            pass
        else:
            ask.answers.append(Answer(True, "ok"))
        return ask

    async def _pin_until(self, end: float) -> None:
        while time.monotonic() < end:
            await self._pin()
            await asyncio.sleep(0.05)

    async def _drop_line(self, began: float) -> None:
        """The first page loses its line and comes back, with whatever it meets."""
        await asyncio.sleep(began + self.plan.drop_at - time.monotonic())
        try:
            await self.pages[0].drop()
            await self.pages[0].reopen()
        except (*BROKEN, TimeoutError):
            return

    # --- after ----------------------------------------------------------------------------

    async def _come_back(self) -> None:
        """Whose line is gone opens again, as the page does: with what it saw last, at the next
        gateway if there are several."""

        async def again(robot: Robot) -> None:
            if robot.close_code is not None or not robot.welcome:
                doors = self.cast.gateways
                robot.base_url = doors[(doors.index(robot.base_url) + 1) % len(doors)]
            if not robot.welcome:  # its last try to come back was cut short
                await robot.open()
            elif robot.close_code is not None:
                await robot.reopen()

        await asyncio.gather(*(again(robot) for robot in [*self.buyers, *self.pages]))

    async def _ask_again(self) -> None:
        """Every key once more: what was granted is granted again, what was open is closed."""
        place = {who.viewer_id: n for n, who in enumerate(self.cast.buyers)}
        await asyncio.gather(*(self._claim(place[a.viewer_id], a) for a in self.seen.claims))
        for ask in self.seen.orders:
            await self._order(place[ask.viewer_id], ask)

    async def _pin_last(self) -> None:
        """One more notice, and everybody waits until they see it."""
        last = await self._pin()
        for robot in self.pages:
            await robot.until(lambda robot=robot: _notice_of(robot) == last.text, wait_s=PATIENCE_S)  # type: ignore[misc]

    async def _go(self) -> None:
        self.seen.pages = [
            Page(name, robot.seen.frames)
            for name, robot in zip(("dropper", "viewer", "desk"), self.pages, strict=True)
        ]
        await asyncio.gather(*(robot.close() for robot in [*self.buyers, *self.pages]))

    def _read(self) -> Found:
        """What a fresh client finds."""
        cast = self.cast
        claims, orders = {}, {}
        for who in cast.buyers:
            mine = call(cast.url, "GET", "/my/claims", token=who.token)
            claims[who.viewer_id] = [row for row in mine if row["sale_id"] == self.sale_id]
            orders[who.viewer_id] = call(cast.url, "GET", "/my/orders", token=who.token)
        desk = Desk(cast.url, "chen")
        room = desk.get(f"/desk/shows/{cast.show_id}/room")
        lines = [line for line in room["chat"] if line["text"].startswith("storm ")]
        texts = {ask.text for ask in self.seen.chat}
        return Found(
            claims=claims,
            orders=orders,
            before=self.before,
            sale=_one(desk.get(f"/desk/shows/{cast.show_id}/flash-sales"), id=self.sale_id),
            link=_one(desk.get(f"/desk/shows/{cast.show_id}/links"), link_no=LINK_NO),
            chat=[line for line in lines if line["text"] in texts],
            notice=room["board"]["notice"],
        )


def _notice_of(robot: Robot) -> str:
    """The notice a page shows now."""
    for frame in reversed(robot.seen.frames):
        if frame["t"] == "snapshot":
            return str(frame["room"]["notice"])
        for event in reversed(frame.get("events") or ()):
            if event["e"] == "notice":
                return str(event["text"])
    return ""


def _one(rows: list[Frame], **field: Any) -> Frame:
    ((name, value),) = field.items()
    return next(row for row in rows if row[name] == value)


async def weather(cast: Cast, chance: random.Random, *, fault: Step, mend: Step) -> Storm:
    """One storm drawn from chance, run to its end; raises when a promise was broken."""
    storm = Storm(cast, draw(chance), fault, mend)
    await storm.run()
    assert not storm.faults, "\n".join(map(str, storm.faults))
    return storm


async def until_well(house: House, *, wait_s: float = 60.0) -> None:
    """Wait until the server answers from its database again."""
    async with asyncio.timeout(wait_s):
        while True:
            try:
                await asyncio.to_thread(call, house.url, "GET", "/rooms")
            except Refused:
                await asyncio.sleep(0.1)
            else:
                return
