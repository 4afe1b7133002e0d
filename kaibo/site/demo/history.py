"""Yesterday's demo show, played through the product's own actions with yesterday's clock.

Seeded, so every installation's demo tells the same story. The buyers are invented and the
organisation is marked as demo, so nobody can take these numbers for real ones.
"""

import datetime as dt
import random
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings

from kaibo.audience import actions as audience
from kaibo.base.actor import Actor
from kaibo.insight.actions import BehaviourEvent, record_events
from kaibo.orders import actions as orders
from kaibo.orders.sandbox.bank import press
from kaibo.preflight.actions import close_show, open_show
from kaibo.promotions import actions as promotions
from kaibo.room import actions as room
from kaibo.site.demo.goods import ITEMS
from kaibo.site.demo.invites import bring_friends, end_invites

VIEWERS = 160
BUYERS = 46
MINUTES = 70

CHAT = (
    "主播好", "新来的，今天有什么", "米是今年的吗", "蜂蜜检测报告在哪看", "橙子几天能到",
    "上次买的菌酱好吃", "绿茶多少度水泡", "杯子能进洗碗机吗", "粉条煮多久", "拍了两袋米",
    "有运费吗", "能发新疆吗", "坏果怎么赔", "链接几号", "再讲一下 2 号", "已付款，等发货",
    "孩子能喝蜂蜜吗", "小满今天状态不错", "橙子什么时候开价", "洗碗巾掉毛吗",
)  # fmt: skip


@dataclass
class Play:
    """One run of the story: its dice, its clock, and how many events it has told."""

    org_id: int
    show_id: int
    desk: Actor
    dice: random.Random
    began: dt.datetime
    told: int = 0

    def at(self, minute: float) -> dt.datetime:
        """The show's clock."""
        return self.began + dt.timedelta(minutes=minute)

    def event(
        self,
        minute: float,
        viewer_id: int,
        kind: str,
        *,
        link_no: int | None = None,
        value: int = 0,
    ) -> BehaviourEvent:
        """One act, numbered as the room numbers them."""
        self.told += 1
        return BehaviourEvent(
            org_id=self.org_id,
            show_id=self.show_id,
            viewer_id=viewer_id,
            kind=kind,
            at_ms=round(self.at(minute).timestamp() * 1000),
            event_id=f"demo{self.show_id}-{self.told:010d}",
            link_no=link_no,
            value=value,
        )


def play_history(
    *, org_id: int, show_id: int, coupon_id: int, desk: Actor, began: dt.datetime
) -> None:
    """Open, run and close the show as of yesterday evening; inviters got the coupon."""
    play = Play(org_id, show_id, desk, random.Random(20261111), began)
    open_show(org_id=org_id, show_id=show_id, by=desk, now=play.began)
    viewers = [
        audience.enter(
            org_id=org_id, device=f"demo-device-{show_id:04d}-{n:04d}", nickname="", now=play.began
        ).id
        for n in range(VIEWERS)
    ]
    _run_the_desk(play)
    lasts = dt.timedelta(minutes=MINUTES)
    bring_friends(
        show_id=show_id, coupon_id=coupon_id, viewers=viewers, lasts=lasts, by=desk, now=began
    )
    _behave(play, viewers)
    _chat(play, viewers)
    _buy(play, viewers[:BUYERS])
    end_invites(closed_at=play.began + lasts)
    close_show(org_id=org_id, show_id=show_id, by=desk, now=play.at(MINUTES))


def _run_the_desk(play: Play) -> None:
    for link_no, item in enumerate(ITEMS, start=1):
        at = play.at(item.starts + 0.2)
        about = {"org_id": play.org_id, "show_id": play.show_id, "link_no": link_no}
        link = room.pop_link(**about, by=play.desk, now=at)
        if link.state == "listed":
            promotions.open_price(
                show_id=play.show_id, link_no=link_no, by=play.desk, now=play.at(item.starts + 2)
            )
        room.start_explaining(**about, by=play.desk, now=at)
        promotions.add_units(
            show_id=play.show_id,
            link_no=link_no,
            units=item.units // 4,
            by=play.desk,
            now=play.at(item.starts + 4),
        )
    room.stop_explaining(
        org_id=play.org_id, show_id=play.show_id, by=play.desk, now=play.at(MINUTES - 1)
    )


def _behave(play: Play, viewers: list[int]) -> None:
    acts: list[tuple[float, int, str, dict[str, int]]] = []
    for viewer in viewers:
        comes = min(play.dice.expovariate(1 / 18), MINUTES - 6)
        stays = min(play.dice.lognormvariate(1.2, 0.9), MINUTES - 1 - comes)
        acts += [(comes - 0.1, viewer, "room_impression", {}), (comes, viewer, "enter", {})]
        acts += [(comes + beat / 6, viewer, "beat", {"value": 1}) for beat in range(int(stays * 6))]
        for link_no, item in enumerate(ITEMS, start=1):
            if comes <= item.starts + 1 <= comes + stays or comes >= item.starts >= comes - 6:
                seen = max(comes, item.starts + 1)
                acts.append((seen, viewer, "product_impression", {"link_no": link_no}))
                if play.dice.random() < 0.34:
                    acts.append((seen + 0.4, viewer, "product_click", {"link_no": link_no}))
        if play.dice.random() < 0.4:
            likes = play.dice.randint(1, 20)
            acts.append((comes + stays / 2, viewer, "like", {"value": likes}))
        if play.dice.random() < 0.12:
            acts.append((comes + stays / 2, viewer, "follow", {}))
        acts.append((comes + stays, viewer, "leave", {}))
    acts += [
        (play.dice.uniform(0, MINUTES - 1), 1_000_000_000 + n, "room_impression", {})
        for n in range(VIEWERS * 4)
    ]
    acts.sort(key=lambda act: act[0])
    record_events([play.event(at, viewer, kind, **more) for at, viewer, kind, more in acts])


def _chat(play: Play, viewers: list[int]) -> None:
    minutes = sorted(play.dice.uniform(1, MINUTES - 2) for _ in CHAT * 3)
    for n, minute in enumerate(minutes):
        viewer = play.dice.choice(viewers)
        draft = room.Draft(
            viewer_id=viewer,
            nickname=f"观众{viewer:04d}",
            kind="viewer",
            text=CHAT[n % len(CHAT)],
            at=play.at(minute),
        )
        room.post_messages(
            org_id=play.org_id, show_id=play.show_id, drafts=[draft], now=play.at(minute)
        )
        record_events([play.event(minute, viewer, "comment")])


def _buy(play: Play, buyers: list[int]) -> None:
    for n, viewer in enumerate(buyers):
        link_no = play.dice.choices(range(1, len(ITEMS) + 1), [9, 8, 3, 8, 4, 3, 2, 6])[0]
        item = ITEMS[link_no - 1]
        at = play.at(item.starts + play.dice.uniform(2.5, 6))
        units = play.dice.choice([1, 1, 1, 2])
        order = orders.place_order(
            spec=orders.OrderSpec(
                org_id=play.org_id,
                show_id=play.show_id,
                viewer_id=viewer,
                request_key=str(uuid.UUID(int=play.dice.getrandbits(128))),
                wishes=(orders.OrderWish(units=units, link_no=link_no),),
                address=orders.Address(
                    name="演示买家",
                    phone=f"1390000{n:04d}",
                    region="浙江省 杭州市 演示区",
                    detail="演示路 1 号（演示地址）",
                ),
                expected_total_fen=item.live_fen * units,
            ),
            now=at,
        )
        if n % 9 == 0 or "sandbox" not in settings.KAIBO_PAY:
            continue  # never paid: closed by the timer like any other
        page = orders.open_payment(no=order.no, viewer_id=viewer, now=at, provider_name="sandbox")
        token = page.url.rsplit("/", 1)[-1]
        paid_at = at + dt.timedelta(seconds=play.dice.randint(8, 50))
        press(token, "pay", now=paid_at)
        orders.deliver_sandbox_notices(now=paid_at, post=_straight(paid_at))
        _count(play, viewer, order.no, at=paid_at)
        if n % 15 == 1:
            refunded_at = paid_at + dt.timedelta(minutes=3)
            by = Actor("viewer", viewer, play.org_id)
            orders.refund_order(no=order.no, reason="不想要了", by=by, now=refunded_at)
            promotions.uncount_invitees(order_no=order.no, org_id=play.org_id, at=refunded_at)
    orders.close_due_orders(now=play.at(MINUTES + 30))


def _count(play: Play, viewer_id: int, order_no: str, *, at: dt.datetime) -> None:
    """What the journal's reader would do a moment later, while the campaign is open."""
    promotions.count_invitees(
        task="order",
        viewer_id=viewer_id,
        org_id=play.org_id,
        show_id=play.show_id,
        order_no=order_no,
        at=at,
    )


def _straight(now: dt.datetime) -> Callable[[str, Mapping[str, str]], int]:
    """The provider's notice, handed over without a network."""

    def post(body: str, headers: Mapping[str, str]) -> int:
        orders.receive_callback(provider="sandbox", headers=headers, body=body.encode(), now=now)
        return 200

    return post
