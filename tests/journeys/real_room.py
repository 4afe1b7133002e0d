"""A real room's viewers as robots: what they said, gave and bought, N times as fast."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.house import House
from tests.journeys.buying import ADDRESS, pay
from tests.judges.chat import Line, verdict
from tests.judges.recount import Recount
from tests.robots import Entrance, Refused, Robot, call, crowd, device, enter

Act = dict[str, str]

ROOM = "11365"
KINDS = frozenset({"danmaku", "gift", "follow", "share", "vip_enter", "enter"})
# Whoever closed the page counts as present until a reload can no longer be meant.
RELOAD_S = 13.0


def read_acts(events: Path, *, seconds: float) -> list[Act]:
    """The first stretch of the busiest real room: chat, gifts, follows, shares and entries."""
    with events.open(encoding="utf-8-sig") as file:
        return [
            row
            for row in csv.DictReader(file)
            if row["room_id"] == ROOM
            and row["kind"] in KINDS
            and row["user"]
            and float(row["offset_s"]) < seconds
        ]


@dataclass
class RealRoom:
    """One show's room, its robots, and the witness who counts what they were answered."""

    house: House
    show: dict[str, Any]
    witness: Recount = field(default_factory=Recount)
    tickets: dict[str, Entrance] = field(default_factory=dict)
    said: list[Line] = field(default_factory=list)

    async def come(self, users: list[str]) -> None:
        """Tickets for everyone, a few at a time."""
        gate = asyncio.Semaphore(8)

        async def one(user: str) -> None:
            async with gate:
                self.tickets[user] = await asyncio.to_thread(
                    lambda: enter(
                        self.house.url, self.show["code"], device=device(user), nickname=user[-8:]
                    )
                )
                self.witness.door(self.tickets[user].viewer_id)

        await asyncio.gather(*(one(user) for user in users))

    # --- the replay ----------------------------------------------------------------------

    async def replay(self, acts: list[Act], *, speed: float) -> dict[str, Any]:
        """The real acts at N times their speed; returns the verdict on the chat."""
        by_user: dict[str, list[Act]] = {}
        for n, act in enumerate(acts):
            by_user.setdefault(act["user"], []).append(act | {"n": str(n)})
        names = ["watcher-0", "watcher-1"]
        await self.come([*by_user, *names])
        watchers = [Robot(self.house.url, self.tickets[name].token) for name in names]
        for name, watcher in zip(names, watchers, strict=True):
            await watcher.open()
            self.witness.enter(self.tickets[name].viewer_id)
        # A card that is not there yet cannot be seen: the first links stand before anyone looks.
        for n in range(1, 4):
            await self._pop(n)
        first, last = float(acts[0]["offset_s"]), float(acts[-1]["offset_s"])
        began = time.monotonic() + 3 - first / speed
        robots = {
            user: Robot(self.house.url, self.tickets[user].token, keeps=False) for user in by_user
        }
        conducting = asyncio.create_task(self.conduct(seconds=(last - first) / speed))
        await asyncio.gather(
            *(
                self._live(robots[user], own, began=began, speed=speed)
                for user, own in by_user.items()
            )
        )
        await conducting
        result = await self._judge_chat(watchers)
        for robot in [*robots.values(), *watchers]:
            await robot.close()
        await asyncio.sleep(RELOAD_S)
        for ticket in self.tickets.values():
            self.witness.leave(ticket.viewer_id)
        return result

    async def _live(self, robot: Robot, own: list[Act], *, began: float, speed: float) -> None:
        """One viewer's stay: come a little early, look at the shelf, then act on time."""
        ticket = self.tickets[own[0]["user"]]
        await _until(began + float(own[0]["offset_s"]) / speed - 2)
        await robot.open()
        self.witness.enter(ticket.viewer_id)
        await robot.look(1)
        self.witness.look(ticket.viewer_id, click=False)
        asked = []
        for act in own:
            await _until(began + float(act["offset_s"]) / speed)
            asked.append(asyncio.create_task(self._perform(robot, act, ticket)))
            await asyncio.sleep(0)  # it sends before anything else of this viewer does
        await asyncio.gather(*asked)

    async def _perform(self, robot: Robot, act: Act, ticket: Entrance) -> None:
        """One act as this product knows it: a paid gift is an order, a free one a like."""
        me = ticket.viewer_id
        match act["kind"]:
            case "danmaku":
                await self._say(robot, act)
            case "follow":
                await robot.follow()
                self.witness.follow(me)
            case "share":
                await robot.share()
                self.witness.share(me)
            case "gift" if act["coin_type"] == "gold":
                await self._buy(robot, ticket, seed=act["offset_s"] + act["user"] + act["n"])
            case "gift":
                await robot.like(1)
                self.witness.like(me)

    async def _say(self, robot: Robot, act: Act) -> None:
        line = Line(user=act["user"], text=act["text"], at_s=0.0, sent_at=time.monotonic())
        self.said.append(line)
        for _ in range(3):
            answer = await robot.ask({"t": "chat", "text": line.text}, wait_s=60)
            if answer["code"] != "try_again":  # "busy, nothing was sent": a person tries again
                break
        line.answered_at = answer["_at"]
        line.state = answer["code"]
        line.message_id = (answer["data"] or {}).get("message_id", 0)
        if line.state in ("shown", "warned"):
            self.witness.comment(self.tickets[line.user].viewer_id)

    async def _buy(self, robot: Robot, ticket: Entrance, *, seed: str) -> None:
        """See the card, open it, order one unit; seven of eight pay on the provider's page."""
        dice = uuid.uuid5(uuid.NAMESPACE_OID, seed).int
        link_no = 1 + dice % 3
        await robot.look(link_no, "impression")
        await robot.look(link_no, "click")
        self.witness.look(ticket.viewer_id, click=False)
        self.witness.look(ticket.viewer_id, click=True)
        body = {
            "request_key": str(uuid.UUID(int=dice)),
            "link_no": link_no,
            "expected_total_fen": self.show["prices"][link_no - 1],
        }
        with contextlib.suppress(Refused):  # one buyer's limit; a refusal is no order
            await self._order(ticket, body, pays=bool(dice // 8 % 8))

    async def _order(self, ticket: Entrance, body: dict[str, Any], *, pays: bool) -> None:
        """One unit, ordered and perhaps paid; only what was acknowledged is counted."""
        body = {"units": 1, "address": ADDRESS, **body}
        order = await asyncio.to_thread(
            call, self.house.url, "POST", "/my/orders", body, token=ticket.token
        )
        self.witness.order(order["no"], ticket.viewer_id, order["total_fen"])
        if pays:
            await asyncio.to_thread(pay, self.house.url, ticket.token, order["no"])
            self.witness.pay(order["no"], 1, order["lines"][0]["link_no"])

    async def _judge_chat(self, watchers: list[Robot]) -> dict[str, Any]:
        expected = {line.message_id for line in self.said if line.state in ("shown", "warned")}
        for watcher in watchers:
            # Purchases are told in the chat too, so counting its lines would stop too early.
            await watcher.until(
                lambda w=watcher: expected <= {line["id"] for line in w.seen.chat},  # type: ignore[misc]
                wait_s=60,
            )
        return verdict(self.said, [watcher.seen.chat for watcher in watchers])

    async def conduct(self, *, seconds: float) -> None:
        """The desk explains one link after the other, the later ones as they are popped."""
        desk = self.house.desk("chen")
        links = len(self.show["prices"])
        for n in range(1, links + 1):
            if n > 3:
                await self._pop(n)
            at = f"/desk/shows/{self.show['id']}/explaining"
            await asyncio.to_thread(desk.post, at, {"link_no": n})
            await asyncio.sleep(seconds / links)

    async def _pop(self, link_no: int) -> None:
        desk = self.house.desk("chen")
        at = f"/desk/shows/{self.show['id']}/pop"
        await asyncio.to_thread(desk.post, at, {"link_no": link_no})

    # --- the flash sale ------------------------------------------------------------------

    async def rush(self, *, claimants: int, units: int) -> tuple[int, float]:
        """One sale, several claimants a unit, all at once; who won, and the seconds it took."""
        names = [f"claimant-{n}" for n in range(claimants)]
        await self.come(names)
        sale = self._schedule(units)
        desk = self.house.desk("chen")
        tickets = [self.tickets[name] for name in names]
        async with crowd(self.house.url, [ticket.token for ticket in tickets]) as robots:
            for ticket in tickets:
                self.witness.enter(ticket.viewer_id)
            desk.post(f"/desk/flash-sales/{sale['id']}/start")
            began = time.monotonic()
            answers = await asyncio.gather(*(robot.claim(sale["id"]) for robot in robots))
            took = time.monotonic() - began
            refused = {answer["code"] for answer in answers if not answer["ok"]}
            assert refused <= {"sold_out"}, refused
            won = [
                (ticket, answer["data"]["claim_id"])
                for ticket, answer in zip(tickets, answers, strict=True)
                if answer["ok"]
            ]
            # A fifth of the winners order at once, and half of those pay.
            for n, (ticket, claim_id) in enumerate(won[: units // 5]):
                body = {
                    "request_key": str(uuid.uuid4()),
                    "claim_id": claim_id,
                    "expected_total_fen": sale["price_fen"],
                }
                await self._order(ticket, body, pays=bool(n % 2))
        sales = desk.get(f"/desk/shows/{self.show['id']}/flash-sales")
        left = next(one for one in sales if one["id"] == sale["id"])["units_left"]
        assert left == units - len(won), (left, len(won))
        return len(won), round(took, 2)

    def _schedule(self, units: int) -> dict[str, Any]:
        terms = {
            "link_no": 1,
            "price_fen": self.show["prices"][0] * 3 // 4,
            "units": units,
            "per_buyer_max": 1,
            "opens_in_s": 0,
            "lasts_s": 900,
            "pay_within_s": 900,
        }
        desk = self.house.desk("chen")
        sale: dict[str, Any] = desk.post(f"/desk/shows/{self.show['id']}/flash-sales", terms)
        return sale


async def _until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.monotonic()))
