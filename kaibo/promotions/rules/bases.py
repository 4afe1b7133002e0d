"""What a compared price says it is compared with, and what each kind must rest on. Pure.

明码标价和禁止价格欺诈规定 16: what is compared with is true and exact; where nothing closer is said
of it, it is at most the lowest deal of the seven days before, else the last deal; a maker's
suggested price is called that. 17: nothing that rests on nothing, or that nobody can check.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from typing import Final, Literal

from kaibo.promotions.errors import BaseNotShown, BaseUnproven
from kaibo.promotions.rules.truth import DEALS_DAYS

BasisKind = Literal["maker", "elsewhere", "deals", "own", "unsaid"]
# The paper that a basis rests on, where the shop's own history cannot tell.
PAPER_OF: Final[dict[BasisKind, str]] = {"maker": "maker_price", "elsewhere": "elsewhere_price"}

_MAKER: Final = (
    r"建议(?:零售)?价|指导价|吊牌价|(?:厂商|厂家|品牌|官方)(?:方|统一|建议|指导|零售)*价"
)
_ELSEWHERE: Final = (
    r"门店|专柜|柜台|商场|超市|实体店|旗舰店|专卖店|市场价|市价|同行|别家|他店|其他店|免税店"
    r"|天猫|淘宝|京东|拼多多|抖音|快手|唯品会|亚马逊|小红书|平台价|外面"
)
_OWN: Final = r"本店|店内|我们店|日常|平时|平日|标价|直播间"
# In this order: a store's 成交价 is a store's.
_KINDS: Final[tuple[tuple[BasisKind, re.Pattern[str]], ...]] = (
    ("maker", re.compile(rf"{_MAKER}|\b(?:msrp|rrp|suggested|maker|manufacturer)")),
    ("elsewhere", re.compile(rf"{_ELSEWHERE}|\b(?:stores?|counters?|market|elsewhere|amazon)\b")),
    ("deals", re.compile(r"成交|\b(?:deals?|sold|paid)\b")),
    ("own", re.compile(rf"{_OWN}|\b(?:usual|regular|daily|listed|our)\b")),
)


def basis_kind(price_basis: str) -> BasisKind:
    """What the words of a basis name.

    Words that name nothing (原价, 参考价) fall to the deals: that is the law's own default.

    >>> [basis_kind(one) for one in ("厂商建议零售价", "专柜价", "近7天成交价", "本店标价", "原价")]
    ['maker', 'elsewhere', 'deals', 'own', 'unsaid']
    """
    folded = unicodedata.normalize("NFKC", price_basis).casefold()
    return next((kind for kind, words in _KINDS if words.search(folded)), "unsaid")


def own_base(asked: Sequence[tuple[int, dt.datetime]], *, now: dt.datetime) -> int | None:
    """The lowest price that the shop asked in the seven days before ``now``.

    What stood when they began counts. None: it asked none before them, so a price of this week
    that was put up to be cut is no base (art. 17).

    Args:
        asked: prices in fen with the moment each was opened, of earlier shows, in any order.
    """
    since = now - dt.timedelta(days=DEALS_DAYS)
    before = [one for one in asked if one[1] <= since]
    if not before:
        return None
    standing = max(before, key=lambda one: (one[1], -one[0]))
    return min([standing[0], *(fen for fen, at in asked if since < at < now)])


def check_own_base(link_no: int, *, shown_fen: int, base_fen: int | None) -> None:
    """Refuse a compared price above what the shop itself asked before.

    Raises:
        BaseNotShown: names both.
    """
    if base_fen is None or shown_fen > base_fen:
        raise BaseNotShown(link_no=link_no, shown_fen=shown_fen, base_fen=base_fen)


def check_proven_base(
    link_no: int, *, shown_fen: int, base_fen: int | None, kind: tuple[str, str]
) -> None:
    """Refuse a compared price that no valid document bears.

    Args:
        base_fen: what the newest document says; None: there is none.
        kind: what that document is called, in both languages.

    Raises:
        BaseUnproven: names the document and both prices.
    """
    if base_fen is None or shown_fen > base_fen:
        raise BaseUnproven(
            link_no=link_no,
            shown_fen=shown_fen,
            base_fen=base_fen,
            kind_zh=kind[0],
            kind_en=kind[1],
        )
