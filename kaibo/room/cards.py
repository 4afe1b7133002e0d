"""What the card of a link says to viewers."""

from dataclasses import dataclass

from kaibo.compliance.reads import card_book
from kaibo.orders.reads import shop_terms
from kaibo.promotions import reads as promotions
from kaibo.room.reads import SellerBar, show_of_room


@dataclass(frozen=True, slots=True)
class CardFact:
    """One thing that a card says of its goods."""

    title_zh: str
    title_en: str
    text: str


@dataclass(frozen=True, slots=True)
class LinkCard:
    """A card beside title, price and units, as it was shown; hours run from payment."""

    link_no: int
    seller: SellerBar
    operator: str
    no_reason_return: bool
    exception_type: str
    ship_within_h: int
    facts: tuple[CardFact, ...]


def link_card(code: str, link_no: int) -> LinkCard:
    """What the card of a link says: who sells, who runs the room, terms, facts of the goods.

    Open to everyone, without signing in, following or any other step (直播电商监督管理办法
    art. 26).

    Raises:
        NoSuchRoom, NoSuchLink.
    """
    view = show_of_room(code)
    card = promotions.link_card(view.id, link_no)
    names = card_book().fields
    return LinkCard(
        link_no=link_no,
        seller=SellerBar(
            name=card.seller_name,
            licence_no=card.seller_licence_no,
            address=card.seller_address,
            contact=card.seller_contact,
        ),
        operator=card.operator,
        no_reason_return=card.no_reason_return,
        exception_type=card.exception_type,
        ship_within_h=card.ship_within_h or shop_terms(view.org_id).ship_within_h,
        facts=tuple(
            CardFact(names[field].title_zh, names[field].title_en, text)
            for field, text in card.facts.items()
            if field in names
        ),
    )
