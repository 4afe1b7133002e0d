"""What the card of a link must say before viewers see it. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from kaibo.promotions.errors import CardIncomplete

# 直播电商监督管理办法 art. 26, 消费者权益保护法 art. 28.
SAID: Final = {
    "seller_name": ("实际经营者名称", "actual seller's name"),
    "seller_address": ("经营地址", "address"),
    "seller_contact": ("联系方式", "contact"),
    "operator": ("直播间运营者", "room operator"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a card says beside title, price and units.

    ``ship_within_h``: from payment; 0 is as the shop ships. ``facts``: of the goods, by field.
    """

    seller_name: str
    seller_licence_no: str
    seller_address: str
    seller_contact: str
    operator: str
    no_reason_return: bool
    exception_type: str
    ship_within_h: int
    facts: dict[str, str] = field(default_factory=dict)


def check_card(
    card: Card,
    *,
    link_no: int,
    spec: str,
    lacking: Mapping[str, tuple[str, str]],
    is_placeholder: Callable[[str], bool],
) -> None:
    """Refuse a card that says nothing where it must say something (LM-044, LM-045).

    Args:
        spec: may be empty, and may not be a placeholder.
        lacking: fields of the goods that the category needs and that say nothing.

    Raises:
        CardIncomplete: it names every field in both languages.
    """
    names = [title for name, title in SAID.items() if is_placeholder(getattr(card, name))]
    if spec and is_placeholder(spec):
        names.append(("规格", "specification"))
    names += lacking.values()
    if names:
        raise CardIncomplete(
            link_no=link_no,
            lacks_zh="、".join(zh for zh, _en in names),
            lacks_en=", ".join(en for _zh, en in names),
        )
