"""What others may know of campaigns, shows and the run of show, as frozen values."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Literal, cast

from django.db.models import Count, QuerySet

from kaibo.base.pages import Piece, piece_of
from kaibo.base.sheets import Cell, money
from kaibo.catalog import reads as catalog
from kaibo.catalog.reads import SkuView
from kaibo.planning.errors import NoSuchCampaign, NoSuchShow
from kaibo.planning.models import Campaign, RunItem, Show
from kaibo.planning.rules import EXTRAS
from kaibo.planning.rules.sheet import COLUMNS as SHEET_COLUMNS
from kaibo.promotions.reads import worst_price

ShowState = Literal["draft", "live", "ended"]

# What the public page lists: shows to come within this time, and the last ones that ended.
SOON_DAYS = 14
LATE_HOURS = 12
ENDED_SHOWN = 12

SHEET_HEADER = tuple(SHEET_COLUMNS)


@dataclass(frozen=True, slots=True)
class CampaignView:
    """A campaign and how many shows it has."""

    id: int
    name: str
    goal: str
    budget_fen: int
    show_count: int


@dataclass(frozen=True, slots=True)
class ShowView:
    """A show. ``code`` is public; the seller fields are what the room must display."""

    id: int
    org_id: int
    code: str
    campaign_id: int | None
    campaign_name: str
    title: str
    theme: str
    goal: str
    audience_card: str
    policy_text: str
    cover_url: str
    host_id: int
    host_name: str
    host_avatar_url: str
    starts_at: dt.datetime
    planned_minutes: int
    seller_name: str
    seller_licence_no: str
    seller_address: str
    seller_contact: str
    state: ShowState
    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    is_demo: bool


@dataclass(frozen=True, slots=True)
class RunItemView:
    """One line of the run of show with what the catalogue says of its SKU now."""

    position: int
    link_no: int
    sku_id: int
    role: str
    starts_minute: int
    minutes: int
    price_fen: int
    day_price_fen: int
    price_basis: str
    units_planned: int
    first_batch_units: int
    buffer_units: int
    per_buyer_max: int
    mechanism: str
    selling_points: tuple[str, ...]
    benefit: str
    script_text: str
    banned_note: str
    host_note: str
    desk_action: str
    opens_with_pop: bool
    extras: dict[str, str]
    sku_code: str
    spec: str
    product_id: int
    product_title: str
    product_state: str
    image_url: str
    brand: str
    list_price_fen: int
    floor_price_fen: int
    cost_fen: int
    available: int
    qualification_expires_on: dt.date | None


@dataclass(frozen=True, slots=True)
class ShowDetail(ShowView):
    """A show with its run of show."""

    items: tuple[RunItemView, ...]


def campaigns(org_id: int) -> list[CampaignView]:
    """Every campaign, newest first."""
    rows = Campaign.objects.filter(organisation_id=org_id).order_by("-pk")
    return [_campaign_view(row) for row in rows.annotate(show_count=Count("shows"))]


def campaign(org_id: int, id: int) -> CampaignView:
    """One campaign.

    Raises:
        NoSuchCampaign: none of this id in the organisation.
    """
    rows = Campaign.objects.filter(organisation_id=org_id, pk=id)
    row = rows.annotate(show_count=Count("shows")).first()
    if row is None:
        raise NoSuchCampaign(id=id)
    return _campaign_view(row)


def show(org_id: int, id: int) -> ShowView:
    """One show.

    Raises:
        NoSuchShow: none of this id in the organisation.
    """
    row = _shows().filter(organisation_id=org_id, pk=id).first()
    if row is None:
        raise NoSuchShow(id=id)
    return show_view(row)


def show_by_id(id: int) -> ShowView:
    """One show of any organisation, for callers who hold a show's own facts or tokens.

    Raises:
        NoSuchShow: none of this id.
    """
    row = _shows().filter(pk=id).first()
    if row is None:
        raise NoSuchShow(id=id)
    return show_view(row)


def show_by_code(code: str) -> ShowView:
    """The show of a public room code.

    Raises:
        NoSuchShow: none of this code.
    """
    # Characters that no code holds may be ones that no database accepts.
    row = _shows().filter(code=code).first() if code.isascii() and code.isalnum() else None
    if row is None:
        raise NoSuchShow(id=code[:20])
    return show_view(row)


def show_detail(org_id: int, id: int) -> ShowDetail:
    """One show with its run of show.

    Raises:
        NoSuchShow: none of this id in the organisation.
    """
    view = show(org_id, id)
    return ShowDetail(**asdict(view), items=tuple(run_of_show(id)))


def shows(org_id: int) -> list[ShowView]:
    """Every show, the latest start first."""
    rows = _shows().filter(organisation_id=org_id).order_by("-starts_at", "-pk")
    return [show_view(row) for row in rows]


def shows_after(org_id: int, *, after: int | None, limit: int) -> Piece[ShowView]:
    """Shows in the order they were planned, newest first, those below the id ``after``."""
    rows = _shows().filter(organisation_id=org_id).order_by("-pk")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = [show_view(row) for row in rows[: limit + 1]]
    return piece_of(found, limit=limit, place=lambda one: one.id)


def past_shows(org_id: int, *, since: dt.datetime, limit: int) -> list[ShowView]:
    """Shows that went on air since then, the last first; those that are on included."""
    rows = _shows().filter(organisation_id=org_id, started_at__gte=since)
    return [show_view(row) for row in rows.order_by("-started_at", "-pk")[:limit]]


def live_shows() -> list[ShowView]:
    """Every show that is live, in any organisation."""
    return [show_view(row) for row in _shows().filter(state="live").order_by("started_at")]


def live_shows_of(org_id: int) -> list[ShowView]:
    """Every show of an organisation that is live, the longest on air first."""
    rows = _shows().filter(organisation_id=org_id, state="live").order_by("started_at", "pk")
    return [show_view(row) for row in rows]


def shows_by_id(org_id: int, ids: Collection[int]) -> list[ShowView]:
    """An organisation's shows of these ids; others are left out."""
    return [show_view(row) for row in _shows().filter(organisation_id=org_id, pk__in=ids)]


def live_show_ids() -> list[int]:
    """Ids of every show that is live, in any organisation."""
    return list(Show.objects.filter(state="live").values_list("pk", flat=True))


def shows_ended(
    *, since: dt.datetime, until: dt.datetime, host_id: int | None = None
) -> list[tuple[int, int, int]]:
    """Organisation, host and id of every show that ended in ``[since, until)``, the first first.

    Args:
        host_id: of this host alone.
    """
    rows = Show.objects.filter(ended_at__gte=since, ended_at__lt=until)
    if host_id is not None:
        rows = rows.filter(host_id=host_id)
    return list(rows.order_by("ended_at", "pk").values_list("organisation_id", "host_id", "pk"))


def public_rooms(*, now: dt.datetime | None = None) -> list[ShowView]:
    """What anybody may enter or look forward to: live, then soon, then lately ended.

    A draft appears once it has a run of show; with ``now`` only if it starts within
    ``SOON_DAYS`` and is not more than ``LATE_HOURS`` late.
    """
    soon = _shows().filter(state="draft", items__isnull=False).distinct()
    if now is not None:
        soon = soon.filter(
            starts_at__gte=now - dt.timedelta(hours=LATE_HOURS),
            starts_at__lte=now + dt.timedelta(days=SOON_DAYS),
        )
    ended = _shows().filter(state="ended").order_by("-ended_at")[:ENDED_SHOWN]
    return [
        *live_shows(),
        *(show_view(row) for row in soon.order_by("starts_at", "pk")),
        *(show_view(row) for row in ended),
    ]


def run_of_show(show_id: int) -> list[RunItemView]:
    """The lines of a show's run of show, in order; of an unknown show, none."""
    rows = list(RunItem.objects.filter(show_id=show_id).order_by("position"))
    skus = catalog.skus(row.sku_id for row in rows)
    return [run_item_view(row, skus[row.sku_id]) for row in rows]


def show_view(row: Show) -> ShowView:
    """A show row as a value."""
    return ShowView(
        id=row.pk,
        org_id=row.organisation_id,
        code=row.code,
        campaign_id=row.campaign_id,
        campaign_name=row.campaign.name if row.campaign else "",
        title=row.title,
        theme=row.theme,
        goal=row.goal,
        audience_card=row.audience_card,
        policy_text=row.policy_text,
        cover_url=row.cover_url,
        host_id=row.host_id,
        host_name=row.host.stage_name,
        host_avatar_url=row.host.avatar_url,
        starts_at=row.starts_at,
        planned_minutes=row.planned_minutes,
        seller_name=row.seller_name,
        seller_licence_no=row.seller_licence_no,
        seller_address=row.seller_address,
        seller_contact=row.seller_contact,
        # The table's own constraint holds the three words.
        state=cast(ShowState, row.state),
        started_at=row.started_at,
        ended_at=row.ended_at,
        is_demo=row.organisation.is_demo,
    )


def run_item_view(row: RunItem, sku: SkuView) -> RunItemView:
    """A line with its SKU, as a value."""
    return RunItemView(
        position=row.position,
        link_no=row.link_no,
        sku_id=row.sku_id,
        role=row.role,
        starts_minute=row.starts_minute,
        minutes=row.minutes,
        price_fen=row.price_fen,
        day_price_fen=row.day_price_fen,
        price_basis=row.price_basis,
        units_planned=row.units_planned,
        first_batch_units=row.first_batch_units,
        buffer_units=row.buffer_units,
        per_buyer_max=row.per_buyer_max,
        mechanism=row.mechanism,
        selling_points=tuple(row.selling_points),
        benefit=row.benefit,
        script_text=row.script_text,
        banned_note=row.banned_note,
        host_note=row.host_note,
        desk_action=row.desk_action,
        opens_with_pop=row.opens_with_pop,
        extras=dict(row.extras),
        sku_code=sku.code,
        spec=sku.spec,
        product_id=sku.product_id,
        product_title=sku.product_title,
        product_state=sku.product_state,
        image_url=sku.image_url,
        brand=sku.brand,
        list_price_fen=sku.list_price_fen,
        floor_price_fen=sku.floor_price_fen,
        cost_fen=sku.cost_fen,
        available=sku.available,
        qualification_expires_on=sku.qualification_expires_on,
    )


def sheet_rows(view: ShowView) -> Iterator[list[Cell]]:
    """A show's run of show as lines under ``SHEET_HEADER``, for export and back."""
    for item in run_of_show(view.id):
        worst = worst_price(item.sku_id, item.price_fen).price_fen
        fields: dict[str, Cell] = {
            "序号": item.position,
            "商品名称": item.product_title,
            "图片": item.image_url,
            "SKU": item.sku_code,
            "规格": item.spec,
            "品牌/供应商": item.brand,
            "日常价": money(item.day_price_fen) if item.day_price_fen else None,
            "直播价": money(item.price_fen),
            "到手价": money(worst),
            "成本": money(item.cost_fen) if item.cost_fen else None,
            "毛利率": _margin(worst, item.cost_fen),
            "上架时间": view.starts_at + dt.timedelta(minutes=item.starts_minute),
            "卖点": "\n".join(item.selling_points),
            "资质到期": item.qualification_expires_on,
            "弹出即开价": "是" if item.opens_with_pop else "否",
            "状态": item.product_state,
        }
        row: list[Cell] = []
        for header, name in SHEET_COLUMNS.items():
            if header in fields or name is None:
                row.append(fields.get(header))
            elif name in EXTRAS:
                row.append(item.extras.get(name, ""))
            else:
                row.append(getattr(item, name))
        yield row


def known_skus(org_id: int, ids: Collection[int]) -> set[int]:
    """Those of the ids that are the organisation's SKUs."""
    return set(catalog.skus(ids, org_id))


def _margin(price_fen: int, cost_fen: int) -> str | None:
    if not price_fen or not cost_fen:
        return None
    return f"{Decimal(price_fen - cost_fen) / price_fen:.1%}"


def _campaign_view(row: Any) -> CampaignView:
    return CampaignView(
        id=row.pk,
        name=row.name,
        goal=row.goal,
        budget_fen=row.budget_fen,
        show_count=row.show_count,
    )


def _shows() -> "QuerySet[Show]":
    return Show.objects.select_related("host", "campaign", "organisation")
