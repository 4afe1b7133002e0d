"""What an order holds and what its page said, kept with it for disputes years later."""

import datetime as dt
from dataclasses import asdict, dataclass

from kaibo.promotions.actions import Taken, Used
from kaibo.promotions.reads import GroupOfferView, PresaleOfferView, WinView


@dataclass(frozen=True, slots=True)
class Held:
    """What a new order holds, its price, and the group buy, presale or win it stands on."""

    taken: list[Taken]
    used: Used
    group: GroupOfferView | None = None
    presale: PresaleOfferView | None = None
    win: WinView | None = None


def snapshot_of(held: Held, *, now: dt.datetime) -> dict[str, object]:
    """What the page said at this moment, for disputes years later."""
    taken, used = held.taken, held.used
    terms = {"group": held.group, "presale": held.presale, "win": held.win}
    return {
        **{name: _plain(view) for name, view in terms.items() if view is not None},
        "at": now.isoformat(),
        "lines": [
            {
                "link_no": one.link_no,
                "sku_code": one.sku_code,
                "title": one.title,
                "spec": one.spec,
                "image_url": one.image_url,
                "units": one.units,
                "unit_price_fen": one.unit_price_fen,
                "day_price_fen": one.day_price_fen,
                "price_basis": one.price_basis,
                "from": "flash_sale" if one.claim_id is not None else "link",
                "amount_fen": fen,
                "seller": {"name": one.seller_name, "licence_no": one.seller_licence_no},
                "card": one.card,
            }
            for one, fen in zip(taken, used.quote.line_fen, strict=True)
        ],
        "promotions": [
            {
                "id": at_work.promotion.id,
                "title": at_work.promotion.title_zh,
                "off_fen": at_work.off_fen,
            }
            for at_work in used.quote.applied
        ],
        # The tiers that promotions asked for, and the buyer's at this moment.
        "fans": {str(id): fan for id, fan in used.fans.items()},
        # Whom a price was for that not everybody gets, and if the buyer was one (LM-100).
        "audiences": {
            str(id): {"audience": of.code, "words": list(of.words), "is_for": of.is_for}
            for id, of in used.audiences.items()
        },
        # What they were earned with too: it says later whether they still are.
        "gifts": [asdict(gift) for gift in used.gifts],
    }


def _plain(view: GroupOfferView | PresaleOfferView | WinView) -> dict[str, object]:
    """Terms as JSON keeps them."""
    return {
        name: value.isoformat() if isinstance(value, dt.datetime) else value
        for name, value in asdict(view).items()
    }
