"""A show with goods on its shelf, and a real server to watch it on; set up by actions."""

import asyncio
import datetime as dt
import faulthandler
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import uvicorn
from a2wsgi import WSGIMiddleware
from django.apps import apps
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from starlette.applications import Starlette
from starlette.routing import Mount

from kaibo.access.actions import SellerCard, create_organisation, issue_staff_token
from kaibo.audience.actions import enter, issue_viewer_token
from kaibo.base.actor import Actor
from kaibo.catalog import actions as catalog
from kaibo.catalog.actions import ProductSpec, SkuSpec
from kaibo.facts.base import Fact
from kaibo.hosts.actions import HostSpec, add_host
from kaibo.journal import edge
from kaibo.journal.reads import facts_of_show
from kaibo.planning.actions import plan_show
from kaibo.planning.reads import ShowView
from kaibo.planning.rules import ShowSpec
from kaibo.promotions import actions as promotions
from kaibo.promotions.actions import FlashSaleSpec, OfferSpec
from kaibo.promotions.reads import SaleView
from kaibo.room.bus import Bus
from kaibo.room.protocol import RoomProtocol
from kaibo.room.rules import Limits
from kaibo.room.service import Listen, RoomService

T = TypeVar("T")


@dataclass(frozen=True)
class Scene:
    """A show in preparation with two links: 1 on the shelf, 2 planned."""

    by: Actor
    show: ShowView
    sku_id: int

    @property
    def org_id(self) -> int:
        return self.by.org_id

    @property
    def show_id(self) -> int:
        return self.show.id

    def viewer(self, name: str = "bo") -> tuple[int, str]:
        """A viewer's id and ticket; the same name is the same device."""
        device = f"{name:x>20}"
        view = enter(org_id=self.org_id, device=device, nickname=name, now=timezone.now())
        return view.id, issue_viewer_token(view.id, self.org_id, self.show_id)

    def tickets(self, count: int) -> list[str]:
        """Tickets of so many different viewers."""
        return [self.viewer(f"v{number}")[1] for number in range(count)]

    def staff_ticket(self) -> str:
        """A ticket for the desk's socket."""
        return issue_staff_token(self.by, self.show_id)

    def ticket(self, viewer_id: int, *, show_id: int) -> str:
        """A viewer's ticket to any show, there or not."""
        return issue_viewer_token(viewer_id, self.org_id, show_id)

    def now(self) -> dt.datetime:
        """The server's clock."""
        return timezone.now()

    def planned_sale(
        self, *, units: int = 5, per_buyer_max: int = 1, has_waitlist: bool = False
    ) -> SaleView:
        """A flash sale on link 1 that nobody has started."""
        now = timezone.now()
        spec = FlashSaleSpec(
            show_id=self.show_id,
            link_no=1,
            price_fen=6_900,
            units=units,
            units_per_buyer_max=per_buyer_max,
            opens_at=now,
            closes_at=now + dt.timedelta(minutes=5),
            pay_within_s=300,
            has_waitlist=has_waitlist,
        )
        return promotions.schedule_flash_sale(spec=spec, by=self.by, now=now)

    def flash_sale(self, **terms: Any) -> SaleView:
        """A flash sale on link 1 that takes claims now; terms as for ``planned_sale``."""
        sale = self.planned_sale(**terms)
        return promotions.start_flash_sale(sale_id=sale.id, by=self.by, now=timezone.now())

    def facts(self, kind: type[Fact]) -> list[Any]:
        """The show's facts of one kind, in order."""
        return [entry.fact for entry in facts_of_show(self.show_id, [kind])]

    def is_now(self, state: str) -> None:
        """Put the show's row into a state; the gate that does it is tested elsewhere."""
        at = timezone.now()
        values: dict[str, Any] = {"state": state, "started_at": at}
        if state == "ended":
            values["ended_at"] = at
        apps.get_model("planning", "Show").objects.filter(pk=self.show_id).update(**values)


def make_scene(code: str = "ana", *, on_hand: int = 10_000) -> Scene:
    """Found a shop with one approved SKU and plan a show with two links."""
    now = timezone.now()
    seller = SellerCard(name=f"{code}商贸", licence_no="91310000X", address="上海", contact="400")
    org_id = create_organisation(code=code, name=code, seller=seller, now=now)
    person = apps.get_model("access", "Person").objects.create(
        username=f"{code}-desk", name="陈运营", joined_at=now
    )
    apps.get_model("access", "Membership").objects.create(
        person=person, organisation_id=org_id, role="operations"
    )
    by = Actor("person", person.pk, org_id, frozenset({"operations"}))
    spec = ProductSpec(code=f"P-{code}", title="保湿面霜")
    product = catalog.create_product(spec=spec, by=by, now=now)
    sku = catalog.add_sku(
        product_id=product.id,
        spec=SkuSpec(code="A1", spec="50ml", floor_price_fen=5_000, on_hand=on_hand),
        by=by,
        now=now,
    )
    catalog.submit_product(product_id=product.id, by=by, now=now)
    catalog.approve_product(product_id=product.id, by=by, now=now)
    host = add_host(spec=HostSpec(name="林安", stage_name="安安"), by=by, now=now)
    planned = ShowSpec(title="双11", host_id=host.id, starts_at=now, planned_minutes=120)
    show = plan_show(spec=planned, by=by, now=now)
    scene = Scene(by, show, sku.id)
    for link_no in (1, 2):
        offer = OfferSpec(
            org_id=org_id,
            show_id=show.id,
            link_no=link_no,
            sku_id=sku.id,
            price_fen=9_900,
            units=10,
        )
        promotions.list_offer(spec=offer, by=by, now=now)
    promotions.put_on_shelf(show_id=show.id, link_no=1, by=by, now=now)
    return scene


class Server:
    """The room and the API on a port of their own, in a thread, as ``kaibo serve`` runs them."""

    def __init__(
        self, limits: Limits | None = None, *, listen: Listen | None = None, bus: Bus | None = None
    ) -> None:
        self.room = RoomService(limits, listen=listen or edge.listen, bus=bus)

        @asynccontextmanager
        async def lifespan(app: Starlette) -> AsyncIterator[None]:
            self._loop = asyncio.get_running_loop()
            await self.room.start()
            yield
            await self.room.stop()

        # Both libraries describe the same callables in words of their own.
        django: Any = WSGIMiddleware(cast(Any, get_wsgi_application()), workers=2)
        app = Starlette(routes=[*self.room.routes(), Mount("/", django)], lifespan=lifespan)
        config = uvicorn.Config(
            app,
            port=0,
            ws=RoomProtocol,
            log_level="warning",
            lifespan="on",
            timeout_graceful_shutdown=3,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def start(self) -> "Server":
        """Serve; returns when the port is open."""
        self._thread.start()
        wait_until(lambda: self._server.started or not self._thread.is_alive(), wait_s=30)
        assert self._server.started
        return self

    @property
    def url(self) -> str:
        """Where it answers."""
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def on_loop(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Do something inside the server."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def stop(self) -> None:
        """Stop as on SIGTERM."""
        self._server.should_exit = True
        self._thread.join(timeout=30)
        if self._thread.is_alive():
            for task in asyncio.all_tasks(self._loop):
                task.print_stack()
            faulthandler.dump_traceback(file=2)
            raise AssertionError("the server does not stop; see what it does above")


def wait_until(true: Callable[[], bool], *, wait_s: float = 10.0) -> None:
    """Look every few milliseconds until something is so."""
    ends = time.monotonic() + wait_s
    while not true():
        assert time.monotonic() < ends, "never became true"
        time.sleep(0.01)
