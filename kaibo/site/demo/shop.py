"""Putting the demo shop in."""

import datetime as dt
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from kaibo.access.actions import SellerCard, add_person, create_organisation
from kaibo.access.rules import HOST, MANAGEMENT, OPERATIONS, SERVICE, TECHNICAL
from kaibo.base.actor import Actor
from kaibo.catalog import actions as catalog
from kaibo.catalog.actions import PaperSpec
from kaibo.catalog.rules import ProductSpec, SkuSpec
from kaibo.media.actions import issue_stream_key
from kaibo.planning import actions as planning
from kaibo.planning.rules.run_of_show import RunItemSpec
from kaibo.planning.rules.shows import CampaignSpec, ShowSpec
from kaibo.site.demo.fans import give_prices, publish_tiers
from kaibo.site.demo.goods import ITEMS, LICENCE_NO, DemoItem
from kaibo.site.demo.history import play_history
from kaibo.site.demo.invites import LASTS, draft_invite, offer_coupon
from kaibo.site.demo.people import clear_people, register_host, register_operator
from kaibo.site.demo.rules import publish_rules

PASSWORD = "kaibo-demo"

SELLER = SellerCard(
    name="山野集（演示）食品有限公司",
    licence_no="91330000DEMO000001",
    address="浙江省杭州市演示区山野路 1 号",
    contact="0571-0000 0000",
)
# One of each team. Chen runs the desk, Lin approves.
PEOPLE = (
    ("lin", "林管理", MANAGEMENT),
    ("chen", "陈运营", OPERATIONS),
    ("xiaoman", "林小满", HOST),
    ("gao", "高技术", TECHNICAL),
    ("su", "苏客服", SERVICE),
)


@transaction.atomic
def seed() -> int:
    """Found the demo shop with its people, goods, a show that is ready and one that was.

    All or nothing: an interrupted seed leaves the database as empty as it was.

    Returns:
        The organisation's id.
    """
    now = timezone.now()
    long_ago = now - dt.timedelta(days=30)
    org_id = create_organisation(
        code="shanye", name="山野集（演示）", seller=SELLER, now=long_ago, is_demo=True
    )
    people = {
        username: add_person(
            org_id=org_id,
            username=username,
            name=name,
            password=PASSWORD,
            roles=[role],
            now=long_ago,
            is_superuser=role == MANAGEMENT,
        )
        for username, name, role in PEOPLE
    }
    lin, chen = people["lin"], people["chen"]
    skus = {item.code: _product(item, by=chen, approver=lin, now=long_ago) for item in ITEMS}
    register_operator(by=chen, verifier=lin, now=long_ago)
    publish_rules(by=lin, operator=chen, long_ago=long_ago, now=now)
    host_id = register_host(person_id=people["xiaoman"].id, by=chen, verifier=lin, now=long_ago)
    campaign = planning.create_campaign(
        spec=CampaignSpec(
            name="秋收山货节", goal="让新客尝到当季山货，老客回来续购", budget_fen=2_000_000
        ),
        by=chen,
        now=long_ago,
    )
    publish_tiers(by=chen, now=long_ago)
    past = plan(host_id, campaign.id, skus, title="秋收山货节 · 首场", by=chen, now=now)
    clear_people(past, host_id, by=chen, now=now - dt.timedelta(hours=23))
    began = now - dt.timedelta(hours=22)
    until = now + dt.timedelta(days=60)
    coupon_id = offer_coupon(skus["SY-BEI"], by=chen, starts_at=began, ends_at=until)
    play_history(org_id=org_id, show_id=past, coupon_id=coupon_id, desk=chen, began=began)
    tonight = plan(host_id, campaign.id, skus, title="秋收山货节 · 今晚开播", by=chen, now=now)
    clear_people(tonight, host_id, by=chen, now=now)
    give_prices(skus["SY-CHA"], by=chen, now=now)
    draft_invite(show_id=tonight, coupon_id=coupon_id, opens_at=now, lasts=LASTS, by=chen)
    return org_id


def plan(
    host_id: int, campaign_id: int, skus: dict[str, int], *, title: str, by: Actor, now: dt.datetime
) -> int:
    """A show with its run of show and stream key, ready to open; returns its id."""
    show = planning.plan_show(
        spec=ShowSpec(
            title=title,
            host_id=host_id,
            campaign_id=campaign_id,
            starts_at=now + dt.timedelta(minutes=30),
            planned_minutes=75,
            theme="当季山货，从田里到餐桌",
            goal="GMV 3 万元；新增关注 200；人均观看 2 分钟",
            audience_card="25–45 岁，一二线城市家庭采购者；关心产地、配料和售后；客单 30–120 元",
            policy_text="七日无理由退货（生鲜除外）；坏果包赔；48 小时内发货",
            cover_url="/demo/cover.svg",
        ),
        by=by,
        now=now - dt.timedelta(days=2),
    )
    planning.set_run_of_show(
        org_id=by.org_id,
        show_id=show.id,
        items=[_line(n, item, skus[item.code]) for n, item in enumerate(ITEMS, start=1)],
        by=by,
        now=now - dt.timedelta(days=2),
    )
    issue_stream_key(
        org_id=by.org_id,
        show_id=show.id,
        room_code=show.code,
        by=by,
        now=now - dt.timedelta(days=1),
    )
    return show.id


def _product(item: DemoItem, *, by: Actor, approver: Actor, now: dt.datetime) -> int:
    product = catalog.create_product(
        spec=ProductSpec(
            code=item.code,
            title=item.title,
            category=item.category,
            brand="山野集",
            image_url=f"/demo/{item.code}.svg",
            description="；".join(item.points),
        ),
        by=by,
        now=now,
    )
    sku = catalog.add_sku(
        product_id=product.id,
        spec=SkuSpec(
            code=f"{item.code}-1",
            spec=item.spec,
            list_price_fen=item.day_fen,
            cost_fen=item.cost_fen,
            floor_price_fen=item.floor_fen,
            on_hand=item.stock * 2,
            buffer=item.stock // 10,
        ),
        by=by,
        now=now,
    )
    _maker_price(product.id, item.day_fen, by=by, approver=approver, now=now)
    if item.is_food:
        _licence(product.id, by=by, approver=approver, now=now)
        catalog.set_card_facts(product_id=product.id, facts=item.facts, by=by, now=now)
    # One of them speaks of a report, which the rules want somebody to answer for.
    answering = replace(by, reason="演示数据：报告在详情页最后一张图")
    catalog.submit_product(product_id=product.id, by=answering, now=now)
    catalog.approve_product(product_id=product.id, by=approver, now=now)
    return sku.id


def _licence(product_id: int, *, by: Actor, approver: Actor, now: dt.datetime) -> None:
    paper = catalog.add_paper(
        product_id=product_id,
        spec=PaperSpec(
            kind="food_licence",
            number=LICENCE_NO,
            issuer="演示市场监督管理局",
            valid_from=now.date() - dt.timedelta(days=400),
            valid_to=now.date() + dt.timedelta(days=1_400),
        ),
        by=by,
        now=now,
    )
    catalog.accept_paper(paper_id=paper.id, by=approver, now=now)


def _maker_price(
    product_id: int, price_fen: int, *, by: Actor, approver: Actor, now: dt.datetime
) -> None:
    paper = catalog.add_paper(
        product_id=product_id,
        spec=PaperSpec(
            kind="maker_price",
            number="演示价格函 2026-11",
            issuer="山野集",
            valid_from=now.date() - dt.timedelta(days=30),
            price_fen=price_fen,
        ),
        by=by,
        now=now,
    )
    catalog.accept_paper(paper_id=paper.id, by=approver, now=now)


def _line(link_no: int, item: DemoItem, sku_id: int) -> RunItemSpec:
    return RunItemSpec(
        link_no=link_no,
        sku_id=sku_id,
        role=item.role,
        starts_minute=item.starts,
        minutes=item.minutes,
        price_fen=item.live_fen,
        day_price_fen=item.day_fen,
        price_basis="厂商建议零售价（2026 年 11 月）",
        units_planned=item.units,
        first_batch_units=item.units // 2,
        buffer_units=item.units // 10,
        per_buyer_max=item.per_buyer_max,
        selling_points=item.points,
        benefit=item.benefit,
        script_text=item.script,
        desk_action="上链接 → 讲解 → 开价",
        opens_with_pop=item.role not in {"秒杀款", "福利款"},
    )
