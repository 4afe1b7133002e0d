"""Whether a link gives the discount that words promise (LM-094)."""

import datetime as dt

from kaibo.promotions.errors import NoSuchLink
from kaibo.promotions.models import Auction, Offer, PresaleOffer, PriceSet
from kaibo.promotions.reads.preview import lowest_in_show, price_lines
from kaibo.promotions.reads.prices import deals
from kaibo.promotions.rules.claimed import DiscountHit, Given, judge_discounts
from kaibo.promotions.rules.claimed import discount_claims as discount_claims


def discount_hits(
    text: str, *, org_id: int, show_id: int, link_no: int, now: dt.datetime
) -> tuple[list[DiscountHit], list[str]]:
    """Promises about a link that no buyer can reach, and words that nobody can judge.

    Held against the lowest price of the link's goods in this show that pricing proves, over every
    basket and all promotions, flash sales, group buys, presales and auctions that are on or still
    to come: what is refused is given to nobody.

    Raises:
        NoSuchLink: not in this show of the organisation.
    """
    claims = discount_claims(text, link_no=link_no)
    if not claims:
        return [], []
    row = Offer.objects.filter(show_id=show_id, link_no=link_no, organisation_id=org_id).first()
    if row is None:
        raise NoSuchLink(link_no=link_no)
    return judge_discounts(claims, given_now(row, now=now))


def given_now(row: Offer, *, now: dt.datetime) -> Given:
    """What a link gives at best, and what that is compared with."""
    org_id, show_id = row.organisation_id, row.show_id
    end = dt.datetime.max.replace(tzinfo=dt.UTC)
    lines = price_lines(org_id, show_id=show_id, begins=now, ends=end)
    prices = [row.price_fen, *(line.unit_price_fen for line in lines if line.sku_id == row.sku_id)]
    worst = lowest_in_show(org_id, show_id=show_id, now=now)
    prices += [one.bound_fen for one in worst if one.terms.sku_id == row.sku_id]
    for one in PresaleOffer.objects.filter(offer=row, state="running"):
        prices.append(one.price_fen - (one.worth_fen - one.deposit_fen))
    auctions = Auction.objects.filter(offer=row, state__in=("planned", "running"))
    prices += auctions.values_list("start_fen", flat=True)
    before = [deal.unit_fen for deal in deals(org_id, row.sku_id, before=now)]
    shown = PriceSet.objects.filter(organisation_id=org_id, sku_id=row.sku_id, since__lt=now)
    before += shown.exclude(kind="tag").values_list("price_fen", flat=True)
    return Given(
        base_fen=max(row.day_price_fen or 0, row.price_fen),
        lowest_fen=max(0, min(prices)),
        earlier_fen=min(before, default=None),
    )
