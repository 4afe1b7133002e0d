"""Prices that fall, as promotions tell of them."""

from kaibo.facts.promotions import FlashSaleStarted, PriceOpened
from kaibo.journal.reads import Entry
from kaibo.orders import actions
from kaibo.promotions.reads import flash_sale, offer_id
from kaibo.promotions.reads import link as link_of


def on_entry(entry: Entry) -> None:
    """Note a price that protected orders paid more than. Safe to repeat: noted once an entry."""
    fact = entry.fact
    if not isinstance(fact, PriceOpened | FlashSaleStarted):
        return
    assert entry.show_id is not None
    if isinstance(fact, PriceOpened):
        sku_id = link_of(entry.show_id, fact.link_no).sku_id
        price_fen, sale_id = fact.price_fen, None
        # What only fans can buy at is no price for all yet.
        since = fact.opens_to_all_at or entry.at
    else:
        sale = flash_sale(fact.sale_id)
        sku_id, price_fen, sale_id = sale.sku_id, sale.price_fen, sale.id
        since = fact.opens_at
    actions.note_price_drop(
        place=entry.id,
        org_id=entry.org_id,
        sku_id=sku_id,
        offer_id=offer_id(entry.show_id, fact.link_no),
        sale_id=sale_id,
        price_fen=price_fen,
        since=since,
        now=entry.at,
    )
