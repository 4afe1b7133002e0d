"""What is configured of a link, for what is said of it to be held against (LM-055, LM-095)."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from kaibo.catalog.reads import skus, tags_of
from kaibo.promotions.errors import NoSuchLink
from kaibo.promotions.models import Draw, Offer, PriceSet, Promotion
from kaibo.promotions.reads.claimed import given_now
from kaibo.promotions.reads.draws import PUBLIC
from kaibo.promotions.rules import Gift, OfSkus, OfTags
from kaibo.promotions.rules.claimed import DiscountClaim as DiscountClaim
from kaibo.promotions.rules.claimed import Given as Given
from kaibo.promotions.rules.claimed import promised_fen as promised_fen
from kaibo.promotions.rules.claimed import spoken_claims as spoken_claims
from kaibo.promotions.rules.running import AUDIENCES
from kaibo.promotions.rules.truth import whole_of as whole_of


@dataclass(frozen=True, slots=True)
class GiftOffered:
    """A gift that goods of a link earn now."""

    title: str
    units: int


@dataclass(frozen=True, slots=True)
class PrizeConfigured:
    """A kind of prize of a draw."""

    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawConfigured:
    """A published draw as it stood ``at`` a moment.

    Args:
        audience: who may enter, by its code; ``audience_words`` in zh and en.
        closes_at: entries end then, and it is drawn.
        entries: how many may win so far.
    """

    prizes: tuple[PrizeConfigured, ...]
    audience: str
    audience_words: tuple[str, str]
    keyword: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    entries: int
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class LinkConfigured:
    """A link as it is configured at a moment.

    Args:
        price_fen: what a unit costs anybody, in its flash sale if one runs; None: not opened, or
            not known of the past.
        given: the lowest price that pricing proves, and what discounts are compared with; None of
            the past, where promotions that ran then are no longer known.
        day_price_fen: the compared price that is shown; None: none is.
        units_left: what can still be sold; None of the past.
        gifts: None of the past.
    """

    link_no: int
    sku_id: int
    title: str
    price_fen: int | None
    given: Given | None
    day_price_fen: int | None
    units_left: int | None
    gifts: tuple[GiftOffered, ...] | None


def link_configured(
    org_id: int, show_id: int, link_no: int, *, now: dt.datetime, at: dt.datetime | None = None
) -> LinkConfigured:
    """A link as it is configured now, or as far as it is known how it was ``at`` a past moment.

    Raises:
        NoSuchLink: not in this show of the organisation.
    """
    rows = Offer.objects.filter(organisation_id=org_id, show_id=show_id, link_no=link_no)
    row = rows.first()
    if row is None:
        raise NoSuchLink(link_no=link_no)
    if at is not None:
        return _past(row, at=at)
    sale = row.sales.filter(state="running", opens_at__lte=now, closes_at__gt=now).first()
    price_fen = row.price_fen if row.state == "open" else None
    return LinkConfigured(
        link_no=link_no,
        sku_id=row.sku_id,
        title=row.title,
        price_fen=sale.price_fen if sale else price_fen,
        given=given_now(row, now=now),
        day_price_fen=row.day_price_fen,
        units_left=row.units_left + (sale.units_left if sale else 0),
        gifts=_gifts(row, now=now),
    )


def draw_configured(
    org_id: int, show_id: int, *, at: dt.datetime, is_past: bool = False
) -> DrawConfigured | None:
    """The draw of a show that words of a moment speak of: the one on then, the next, or the last.

    None: none was ever published there. A published draw changes in the entrants' favour alone, so
    of the past its terms are what they are now; who had entered then is not known.
    """
    rows = Draw.objects.filter(organisation_id=org_id, show_id=show_id, state__in=PUBLIC)
    known = [row for row in rows if row.opens_at and row.closes_at]
    row = min(known, key=lambda one: _how_far(one, at), default=None)
    if row is None:
        return None
    spec = row.spec
    assert row.opens_at is not None
    assert row.closes_at is not None
    return DrawConfigured(
        prizes=tuple(PrizeConfigured(one.name, one.count or 0) for one in spec.prizes),
        audience=spec.audience,
        audience_words=AUDIENCES[spec.audience],
        keyword=spec.keyword,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        entries=0 if is_past else row.entries_count,
        at=at,
    )


def _how_far(row: Draw, at: dt.datetime) -> tuple[int, dt.timedelta]:
    """A draw that is on first, then the next to open, then the last that closed."""
    assert row.opens_at is not None
    assert row.closes_at is not None
    if row.opens_at <= at < row.closes_at:
        return 0, dt.timedelta()
    return (1, row.opens_at - at) if at < row.opens_at else (2, at - row.closes_at)


def _past(row: Offer, *, at: dt.datetime) -> LinkConfigured:
    """The prices that stood at a moment are rows; of the rest only what never changes is known."""
    shown = PriceSet.objects.filter(
        Q(until=None) | Q(until__gt=at), sku_id=row.sku_id, show_id=row.show_id, since__lte=at
    ).order_by("-since", "-pk")
    flash = shown.filter(kind="flash").first()
    stood = flash or shown.filter(kind="open").first()
    tag = shown.filter(kind="tag").first()
    return LinkConfigured(
        link_no=row.link_no,
        sku_id=row.sku_id,
        title=row.title,
        price_fen=stood.price_fen if stood else None,
        given=None,
        day_price_fen=tag.price_fen if tag else None,
        units_left=None,
        gifts=None,
    )


def _gifts(row: Offer, *, now: dt.datetime) -> tuple[GiftOffered, ...]:
    running = Promotion.objects.filter(
        Q(show_id=None) | Q(show_id=row.show_id),
        organisation_id=row.organisation_id,
        state="running",
        starts_at__lte=now,
        ends_at__gt=now,
    )
    tags = tags_of([row.sku_id], org_id=row.organisation_id)[row.sku_id]
    found: list[Gift] = []
    for terms in (one.priced for one in running.order_by("pk")):
        if not isinstance(terms.benefit, Gift):
            continue
        match terms.scope:
            case OfSkus(ids=ids) if row.sku_id not in ids:
                continue
            case OfTags(tags=wanted) if not wanted & tags:
                continue
        found.append(terms.benefit)
    goods = skus({gift.sku_id for gift in found}, row.organisation_id)
    return tuple(GiftOffered(goods[one.sku_id].product_title, one.units) for one in found)
