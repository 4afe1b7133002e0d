"""What others may know of offers, sales and claims, as frozen values."""

import datetime as dt
from dataclasses import asdict, dataclass, fields

import msgspec
from django.db.models import Q, QuerySet

from kaibo.base.pages import Piece, piece_of
from kaibo.promotions.errors import NoSuchLink, NoSuchSale
from kaibo.promotions.models import Claim, FlashSale, GroupOffer, Offer, Place, PresaleOffer
from kaibo.promotions.reads.groups import GroupOfferView, group_offer_view
from kaibo.promotions.reads.presales import PresaleOfferView, presale_offer_view
from kaibo.promotions.rules import OfferState, SaleState, Verdict
from kaibo.promotions.rules import check_request_key as check_request_key
from kaibo.promotions.rules.cards import Card


@dataclass(frozen=True, slots=True)
class SaleView:
    """A flash sale as viewers see it; claims count inside [opens_at, closes_at).

    Its first ``early_s`` seconds are for fans of ``early_tier`` and above, if it names one.
    """

    id: int
    link_no: int
    sku_id: int
    title: str
    price_fen: int
    units_total: int
    units_left: int
    units_per_buyer_max: int
    opens_at: dt.datetime
    closes_at: dt.datetime
    pay_within_s: int
    state: SaleState
    has_waitlist: bool = False
    waiting: int = 0
    early_tier: int = 0
    early_s: int = 0
    early_name: str = ""


@dataclass(frozen=True, slots=True)
class LinkView:
    """One numbered link of the shelf; ``price_fen`` is None until the price is opened.

    ``units_left``: what a newcomer may have, none while ``waiting`` people stand in its line.
    ``sale``, ``group``, ``presale``: a flash sale that is planned or runs, a group buy and a
    presale that run. Before ``opens_to_all_at`` it sells to fans of ``early_tier`` and above only.
    """

    link_no: int
    sku_id: int
    product_title: str
    spec: str
    image_url: str
    price_fen: int | None
    day_price_fen: int | None
    price_basis: str
    units_left: int
    state: OfferState
    per_buyer_max: int
    sale: SaleView | None
    group: GroupOfferView | None
    presale: PresaleOfferView | None
    early_tier: int
    early_name: str
    opens_to_all_at: dt.datetime | None
    waiting: int


@dataclass(frozen=True, slots=True)
class DeskLinkView(LinkView):
    """A link as staff see it: where the units given to the show are."""

    units_given: int
    units_held: int
    units_sold: int


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A viewer's claim; ``pay_before`` ends it unless it is paid."""

    id: int
    sale_id: int
    link_no: int
    title: str
    units: int
    unit_price_fen: int
    claimed_at: dt.datetime
    pay_before: dt.datetime
    state: str


@dataclass(frozen=True, slots=True)
class ShopClaim(ClaimView):
    """A claim as its shop sees it."""

    viewer_id: int


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A viewer's place in the waitlist of a sale; 1 is next."""

    sale_id: int
    link_no: int
    title: str
    units: int
    place: int
    joined_at: dt.datetime


class ClaimAnswer(msgspec.Struct, frozen=True):
    """What one claimant is told, after the commit.

    ``ok``: won, or waiting at ``place`` (1 is next). ``units_left``: units a newcomer may have,
    none while somebody waits.
    """

    request_key: str
    viewer_id: int
    ok: bool
    code: Verdict
    claim_id: int | None
    pay_before: dt.datetime | None
    units_left: int
    place: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Units in a buyer's hands and what the page said about them at that moment.

    Exactly one of ``taking_id`` and ``claim_id`` is set; ``pay_before`` comes with a claim.
    """

    link_no: int
    sku_id: int
    sku_code: str
    offer_id: int
    title: str
    spec: str
    image_url: str
    units: int
    unit_price_fen: int
    day_price_fen: int | None
    price_basis: str
    seller_name: str
    seller_licence_no: str
    card: dict[str, object]
    taking_id: int | None = None
    claim_id: int | None = None
    pay_before: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class PricePart:
    """One price a SKU may be sold at, and where it comes from."""

    kind: str
    price_fen: int
    sale_id: int | None = None


@dataclass(frozen=True, slots=True)
class WorstPrice:
    """The lowest price a buyer can reach, and every price that was looked at."""

    price_fen: int
    parts: tuple[PricePart, ...]


def shelf(show_id: int, *, planned: bool = False, org_id: int | None = None) -> list[LinkView]:
    """The links of a show by number; with ``planned`` also those viewers don't see yet."""
    rows = Offer.objects.filter(show_id=show_id).order_by("link_no")
    if org_id is not None:
        rows = rows.filter(organisation_id=org_id)
    if not planned:
        rows = rows.exclude(state="planned")
    return _link_views(rows, show_id)


def desk_shelf(show_id: int, *, org_id: int) -> list[DeskLinkView]:
    """Every link of a show by number, planned ones too, with its units for staff."""
    offers = {
        row.link_no: row for row in Offer.objects.filter(show_id=show_id, organisation_id=org_id)
    }
    return [
        DeskLinkView(
            **{part.name: getattr(view, part.name) for part in fields(view)},
            units_given=offers[view.link_no].units_given,
            units_held=offers[view.link_no].units_held,
            units_sold=offers[view.link_no].units_sold,
        )
        for view in shelf(show_id, planned=True, org_id=org_id)
        if view.link_no in offers
    ]


def link(show_id: int, link_no: int) -> LinkView:
    """One link with its sale, if one is planned or running.

    Raises:
        NoSuchLink: the show has no such number.
    """
    views = _link_views(Offer.objects.filter(show_id=show_id, link_no=link_no), show_id)
    if not views:
        raise NoSuchLink(link_no=link_no)
    return views[0]


def link_card(show_id: int, link_no: int) -> Card:
    """What the card of a link said when it was last shown; planned links are not there.

    Raises:
        NoSuchLink: the show has no such number that viewers may see.
    """
    rows = Offer.objects.filter(show_id=show_id, link_no=link_no).exclude(state="planned")
    said = rows.exclude(card={}).values_list("card", flat=True).first()
    if said is None:
        raise NoSuchLink(link_no=link_no)
    return Card(**said)


def flash_sales(show_id: int, *, org_id: int | None = None) -> list[SaleView]:
    """Every flash sale of a show, in the order of scheduling."""
    rows = FlashSale.objects.filter(show_id=show_id).order_by("id")
    if org_id is not None:
        rows = rows.filter(organisation_id=org_id)
    return [sale_view(row) for row in rows]


def flash_sale(sale_id: int, *, show_id: int | None = None, org_id: int | None = None) -> SaleView:
    """One flash sale, within a show or an organisation when they are given.

    Raises:
        NoSuchSale: none there.
    """
    rows = FlashSale.objects.filter(pk=sale_id)
    if show_id is not None:
        rows = rows.filter(show_id=show_id)
    if org_id is not None:
        rows = rows.filter(organisation_id=org_id)
    row = rows.first()
    if row is None:
        raise NoSuchSale(id=sale_id)
    return sale_view(row)


def claims_of(viewer_id: int, show_id: int) -> list[ClaimView]:
    """A viewer's claims in a show, newest first."""
    rows = Claim.objects.filter(viewer_id=viewer_id, sale__show_id=show_id)
    return [_claim_view(row) for row in rows.select_related("sale").order_by("-id")]


def claims_after(org_id: int, show_id: int, *, after: int | None, limit: int) -> Piece[ShopClaim]:
    """Claims of a show in the organisation, newest first, those below the id ``after``."""
    rows = Claim.objects.filter(sale__organisation_id=org_id, sale__show_id=show_id)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = [
        ShopClaim(**asdict(_claim_view(row)), viewer_id=row.viewer_id)
        for row in rows.select_related("sale").order_by("-id")[: limit + 1]
    ]
    return piece_of(found, limit=limit, place=lambda one: one.id)


def places_of(viewer_id: int, show_id: int) -> list[PlaceView]:
    """Where a viewer waits in a show."""
    rows = Place.objects.filter(viewer_id=viewer_id, sale__show_id=show_id, state="waiting")
    return [
        PlaceView(
            sale_id=row.sale_id,
            link_no=row.sale.link_no,
            title=row.sale.title,
            units=row.units,
            place=ahead + 1,
            joined_at=row.joined_at,
        )
        for row in rows.select_related("sale").order_by("sale_id")
        for ahead in [row.sale.places.filter(state="waiting", number__lt=row.number).count()]
    ]


def worst_price(
    sku_id: int, price_fen: int, window: tuple[dt.datetime, dt.datetime] | None = None
) -> WorstPrice:
    """The lowest price a SKU can be bought at: the link's own or a flash sale's.

    Args:
        price_fen: the planned price of the link.
        window: only sales that overlap [from, to) count; None means every sale not ended.
    """
    sales = FlashSale.objects.filter(sku_id=sku_id).exclude(state="ended")
    if window is not None:
        begins, ends = window
        sales = sales.filter(Q(opens_at__lt=ends) & Q(closes_at__gt=begins))
    parts = [PricePart("link", price_fen)]
    parts += [
        PricePart("flash_sale", sale.price_fen, sale.pk) for sale in sales.order_by("price_fen")
    ]
    return WorstPrice(price_fen=min(part.price_fen for part in parts), parts=tuple(parts))


def sale_view(row: FlashSale) -> SaleView:
    """A sale's row as a value."""
    return SaleView(
        id=row.pk,
        link_no=row.link_no,
        sku_id=row.sku_id,
        title=row.title,
        price_fen=row.price_fen,
        units_total=row.units_total,
        units_left=row.units_left,
        units_per_buyer_max=row.units_per_buyer_max,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        pay_within_s=row.pay_within_s,
        state=row.terms.state,
        has_waitlist=row.has_waitlist,
        waiting=row.waiting,
        early_tier=row.early_tier,
        early_s=row.early_s,
        early_name=row.early_name,
    )


def _claim_view(row: Claim) -> ClaimView:
    return ClaimView(
        id=row.pk,
        sale_id=row.sale_id,
        link_no=row.sale.link_no,
        title=row.sale.title,
        units=row.units,
        unit_price_fen=row.unit_price_fen,
        claimed_at=row.claimed_at,
        pay_before=row.pay_before,
        state=row.state,
    )


def _link_views(rows: "QuerySet[Offer]", show_id: int) -> list[LinkView]:
    """Links with what runs on them: one query for each kind, however many links."""
    sales = FlashSale.objects.filter(show_id=show_id).exclude(state="ended")
    groups = GroupOffer.objects.filter(show_id=show_id, state="running")
    presales = PresaleOffer.objects.filter(show_id=show_id, state="running")
    of_sale = {row.offer_id: row for row in sales}
    of_group = {row.offer_id: row for row in groups.select_related("offer")}
    of_presale = {row.offer_id: row for row in presales.select_related("offer")}
    return [
        _link_view(row, of_sale.get(row.pk), of_group.get(row.pk), of_presale.get(row.pk))
        for row in rows
    ]


def _link_view(
    row: Offer, sale: FlashSale | None, group: GroupOffer | None, presale: PresaleOffer | None
) -> LinkView:
    is_open = row.state == "open"
    return LinkView(
        link_no=row.link_no,
        sku_id=row.sku_id,
        product_title=row.title,
        spec=row.spec,
        image_url=row.image_url,
        price_fen=row.price_fen if is_open else None,
        day_price_fen=row.day_price_fen if is_open else None,
        price_basis=row.price_basis if is_open else "",
        units_left=0 if row.waiting else row.units_left,
        state=row.state,  # type: ignore[arg-type]  # held to the four words by its CHECK
        per_buyer_max=row.per_buyer_max,
        sale=sale_view(sale) if sale else None,
        group=group_offer_view(group) if group and is_open else None,
        presale=presale_offer_view(presale) if presale and is_open else None,
        early_tier=row.early_tier,
        early_name=row.early_name,
        opens_to_all_at=row.opens_to_all_at,
        waiting=row.waiting,
    )


def offer_id(show_id: int, link_no: int) -> int:
    """The offer behind a link.

    Raises:
        NoSuchLink: the show has no such number.
    """
    found = Offer.objects.filter(show_id=show_id, link_no=link_no).values_list("pk", flat=True)
    if not found:
        raise NoSuchLink(link_no=link_no)
    return found[0]
