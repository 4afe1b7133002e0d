"""What the card of a link says, fixed at the moment it is shown."""

from dataclasses import asdict

from kaibo.access.reads import organisation
from kaibo.catalog.reads import sale_terms, sku_cards
from kaibo.compliance.reads import is_placeholder
from kaibo.hosts.reads import operator_name
from kaibo.promotions.models import Offer
from kaibo.promotions.rules.cards import Card, check_card


def fill_card(row: Offer) -> None:
    """Let a link say who sells, who runs the room, the terms and the facts of its goods.

    What it says is kept with the link, as it was shown; the caller saves ``card``
    (直播电商监督管理办法 art. 26, 消费者权益保护法 art. 28).

    Raises:
        CardIncomplete: something is missing, or only a placeholder.
    """
    org_id = row.organisation_id
    terms = sale_terms(org_id, [row.sku_id])[row.sku_id]
    goods = sku_cards(org_id, [row.sku_id])[row.sku_id]
    card = Card(
        seller_name=row.seller_name,
        seller_licence_no=row.seller_licence_no,
        seller_address=row.seller_address,
        seller_contact=row.seller_contact,
        operator=operator_name(org_id) or organisation(org_id).name,
        no_reason_return=terms.no_reason_return,
        exception_type=terms.exception_type,
        ship_within_h=terms.ship_within_h,
        facts=goods.facts,
    )
    check_card(
        card,
        link_no=row.link_no,
        spec=row.spec,
        lacking={one.code: (one.title_zh, one.title_en) for one in goods.lacking},
        is_placeholder=is_placeholder,
    )
    row.card = asdict(card)
