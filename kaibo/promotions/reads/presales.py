"""Presales as frozen values: everything a buyer must know before they pay a deposit."""

import datetime as dt
from dataclasses import dataclass

from kaibo.promotions.errors import NoSuchPresale
from kaibo.promotions.models import PresaleOffer
from kaibo.promotions.rules import presale_words


@dataclass(frozen=True, slots=True, kw_only=True)
class PresaleOfferView:
    """A presale of a link, of one unit; ``words_*`` say what becomes of the deposit."""

    id: int
    show_id: int
    link_no: int
    title: str
    price_fen: int
    deposit_fen: int
    worth_fen: int
    balance_fen: int
    kind: str
    late_rule: str
    balance_opens_at: dt.datetime
    balance_closes_at: dt.datetime
    ship_by: dt.datetime
    refund_deadline_days: int
    remind_s: int
    per_buyer_max: int
    state: str
    words_zh: str
    words_en: str


def presale_offer(id: int, *, show_id: int) -> PresaleOfferView:
    """One of a show.

    Raises:
        NoSuchPresale: none of this id there.
    """
    row = PresaleOffer.objects.select_related("offer").filter(pk=id, show_id=show_id).first()
    if row is None:
        raise NoSuchPresale(id=id)
    return presale_offer_view(row)


def presale_offers(show_id: int, *, org_id: int, running: bool = False) -> list[PresaleOfferView]:
    """Those of a show, newest first; ``running``: those that take deposits now."""
    rows = PresaleOffer.objects.select_related("offer")
    rows = rows.filter(show_id=show_id, organisation_id=org_id)
    if running:
        rows = rows.filter(state="running", offer__state="open")
    return [presale_offer_view(row) for row in rows.order_by("-pk")]


def presale_offer_view(row: PresaleOffer) -> PresaleOfferView:
    """A row as a value."""
    words_zh, words_en = presale_words(row.terms)
    return PresaleOfferView(
        id=row.pk,
        show_id=row.show_id,
        link_no=row.link_no,
        title=row.offer.title,
        price_fen=row.price_fen,
        deposit_fen=row.deposit_fen,
        worth_fen=row.worth_fen,
        balance_fen=row.price_fen - row.worth_fen,
        kind=row.kind,
        late_rule=row.late_rule,
        balance_opens_at=row.balance_opens_at,
        balance_closes_at=row.balance_closes_at,
        ship_by=row.ship_by,
        refund_deadline_days=row.refund_deadline_days,
        remind_s=row.remind_s,
        per_buyer_max=row.per_buyer_max,
        state=row.state,
        words_zh=words_zh,
        words_en=words_en,
    )
