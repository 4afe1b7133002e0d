"""Discounts that words promise, held against what is given (LM-094). Pure.

Only clear numbers are judged: N折, 半价, 立减, 到手价, 史低 and their English. What hangs on a
condition (第二件半价, 满300立减50), names another link or no number is told apart and never judged.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from kaibo.promotions.rules.truth import ROUNDING_FEN, whole_of

Kind = Literal["fold", "off", "price", "lowest", "was"]


@dataclass(frozen=True, slots=True)
class DiscountClaim:
    """What words promise.

    ``value``: of ``fold`` hundredths of the base (五折 is 50), of ``off``, ``price`` and ``was``
    (原价, what it is compared with) fen, of ``lowest`` nothing. ``is_clear`` is False where nobody
    can say what it is held against.
    """

    words: str
    kind: Kind
    value: int
    is_clear: bool = True


@dataclass(frozen=True, slots=True)
class Given:
    """What a link really gives now.

    Args:
        base_fen: what it is compared with: the larger of the compared price and the link's own.
        lowest_fen: no unit of it costs less with any promotion and offer; the engine's answer.
        earlier_fen: the lowest price it was ever shown or sold at before; None: never.
    """

    base_fen: int
    lowest_fen: int
    earlier_fen: int | None


@dataclass(frozen=True, slots=True)
class DiscountHit:
    """Words that promise a lower price than any buyer can reach."""

    words: str
    claimed_fen: int
    given_fen: int


def spoken_claims(text: str, *, link_no: int) -> list[DiscountClaim]:
    """Every price and discount that a host says, in its order: as in ``discount_claims``, and 只要,
    今天, 59块钱带走, 原价.

    >>> [(one.kind, one.value) for one in spoken_claims("原价99，今天只要五十九块九", link_no=1)]
    [('was', 9900), ('price', 5990)]
    """
    return _claims(text, link_no=link_no, is_spoken=True)


def discount_claims(text: str, *, link_no: int) -> list[DiscountClaim]:
    """Every discount that a text promises, in its order.

    Args:
        link_no: the link the text is taken to speak of; other numbers make it unclear.

    >>> [(one.kind, one.value) for one in discount_claims("全场五折，再立减50", link_no=1)]
    [('fold', 50), ('off', 5000)]
    >>> [one.is_clear for one in discount_claims("第二件半价", link_no=1)]
    [False]
    """
    return _claims(text, link_no=link_no, is_spoken=False)


def judge_discounts(
    claims: list[DiscountClaim], given: Given
) -> tuple[list[DiscountHit], list[str]]:
    """Promises that are not kept, and the words of those that nobody can judge.

    A share of the base is rounded in the shop's favour by at most one yuan, as with titles;
    amounts are exact.
    """
    hits, unjudged = [], []
    for claim in claims:
        promised = promised_fen(claim, given) if claim.is_clear else None
        if promised is None:
            unjudged.append(claim.words)
        elif given.lowest_fen > promised + (ROUNDING_FEN if claim.kind == "fold" else 0):
            hits.append(DiscountHit(claim.words, promised, given.lowest_fen))
    return hits, unjudged


def _claims(text: str, *, link_no: int, is_spoken: bool) -> list[DiscountClaim]:
    text = unicodedata.normalize("NFKC", text).casefold()
    # 2号链接五折 on link 1: whose discount it is nobody knows.
    named = {whole_of(found[1]) for found in _LINK.finditer(text)}
    is_ours = named <= {link_no}
    found = sorted(_matches(text, is_spoken=is_spoken), key=lambda one: one[0])
    return [
        DiscountClaim(
            words, kind, value or 0,
            is_ours and value is not None and not _CONDITION.search(text[:at]),
        )
        for at, words, kind, value in found
    ]  # fmt: skip


def promised_fen(claim: DiscountClaim, given: Given) -> int | None:
    """The price of a unit that words promise; None if they promise none that is known."""
    match claim.kind:
        case "fold":
            return given.base_fen * claim.value // 100
        case "off":
            return max(0, given.base_fen - claim.value)
        case "price":
            return claim.value
        case "lowest":
            return given.earlier_fen
        case "was":
            return None


_HAN: Final = "零〇一二三四五六七八九"
_COUNT: Final = rf"(?:\d{{1,7}}|[{_HAN}十百千万两]{{1,9}})"
_WHOLE: Final = rf"(?P<whole>{_COUNT})(?P<part>\.\d{{1,2}})?(?![\d.])"
# 块九 is a tenth; 块钱一瓶 and 块一瓶 are a price of one.
_YUAN: Final = rf"\s*(?:元|块钱|块(?:(?P<tenth>[\d{_HAN}])(?!\s*[个件单套瓶盒袋支包份]))?|rmb|yuan)"
# 99, 99.9, 九十九块九. A share, or a number of something else, is no amount.
_AMOUNT: Final = rf"{_WHOLE}(?:{_YUAN})?(?!\s*(?:%|折|[个件单套次人天号点分]))"
# Where anything may be counted, only what names its money is one. 59元起 is the least of many.
_MONEY: Final = rf"{_WHOLE}{_YUAN}(?!\s*(?:起|以[上下内]|左右|多))"
_CUT_SHORT: Final = re.compile(r"[百千万][一二两三四五六七八九]$")
_LINK: Final = re.compile(rf"({_COUNT})\s*号(?!码|位)")
# Right before the words: what has to be done for it first.
_CONDITION: Final = re.compile(
    rf"(?:满|第|买|拍|凑|每)\s*{_COUNT}\s*(?:元|块钱?|[件份套单瓶盒箱])?\s*[,，]?"
    rf"(?:可|就|立|再|享|打|即|后)*\s*$"
    rf"|{_COUNT}\s*[件份套瓶盒箱]\s*(?:起)?\s*(?:享|打|立享)?\s*$"
    rf"|(?:buy|spend|2nd|second|over)\b[^.;!]{{0,24}}$"
)
# 折扣, 折叠, 折返…: a fold of another kind.
_NO_PRICE: Final = r"(?!扣|叠|返|腾|磨|痕|伞|页|屏|门|床|线|合|旧)"
_FOLD: Final = re.compile(
    rf"(?<![\d.点十百千万{_HAN}])(?P<a>[1-9]|[一二三四五六七八九])"
    rf"(?:(?P<dot>[.点])?(?P<b>\d|[{_HAN}]))?\s*折{_NO_PRICE}"
)
_LOOSE: Final = re.compile(
    rf"(?:\d[\d.]*|[{_HAN}十点]+|几)\s*折{_NO_PRICE}"
    r"|立减|直减|直降|立省|到手价|券后价|折后价"
)
_HALF: Final = re.compile(r"半价|\bhalf[\s-]?price\b|\bhalf off\b")
_SHARE_OFF: Final = re.compile(r"(?<![\d.])(?P<share>\d{1,2})\s*% ?off\b")
_OFF: Final = re.compile(
    rf"(?:立减|直减|直降|立省|立降|立刻减|马上减)(?:了|掉)?\s*(?:¥|rmb)?\s*{_AMOUNT}"
)
_OFF_EN: Final = re.compile(r"(?:¥|rmb|cny)\s*(?P<whole>\d{1,7})(?P<part>\.\d{1,2})? off\b")
_PRICE: Final = re.compile(
    rf"(?:到手价?|券后价?|折后价?|秒杀价|直播价|现价)(?:只要|仅需|仅|只需|是|为|才|:)?\s*(?:¥|rmb)?\s*{_AMOUNT}"
)
_PRICE_EN: Final = re.compile(
    r"\b(?:now|only|final price|you pay)(?: only)?:?\s*(?:¥|rmb|cny)\s*"
    r"(?P<whole>\d{1,7})(?P<part>\.\d{1,2})?(?![\d.])(?!\s*off\b)"
)
_LOWEST: Final = re.compile(
    r"史低|历史(?:最低|新低)价?|史上最低价?|\ball[\s-]time low\b|\blowest price ever\b"
)

_WAS: Final = re.compile(
    r"(?:原价|日常价?|平时|平常|专柜价?|门市价|门店价?|吊牌价|官网价?|划线价|市场价)"
    rf"(?:都|是|要|卖|为|:)*\s*(?:¥|rmb)?\s*{_AMOUNT}"
)
_SPOKEN: Final = (
    re.compile(
        r"(?:只要|仅要|只需|仅需|仅售|才|今天|现在|今晚|直播间|破价|福利价|一口价|价格|卖|就|直接)"
        rf"(?:就|直接|只要|只需|才|是|要|为|给到|给你们?)*\s*(?:¥|rmb)?\s*{_MONEY}"
    ),
    re.compile(
        rf"(?:只要|仅需|只需|仅售|一口价|福利价|破价)\s*(?:¥|rmb)?\s*{_AMOUNT}"
        r"(?=$|[,。!;、 ]|就|带|拿|到|包)"
    ),
    re.compile(
        rf"{_MONEY}\s*(?:就|能|可以)*(?:带走|拿走|带回家|到手|包邮|秒杀|开价|一[个件瓶盒袋套支包])"
    ),
)

_Found = tuple[int, str, Kind, int | None]


def _matches(text: str, *, is_spoken: bool) -> Iterator[_Found]:
    clear = [*_folds(text), *_amounts(text)]
    if is_spoken:
        clear += _spoken(text, [range(at, at + len(words)) for at, words, *_ in clear])
    spans = {at for at, *_ in clear}
    yield from clear
    for found in _LOOSE.finditer(text):
        if not spans.intersection(range(found.start(), found.end())):
            yield found.start(), found[0], "fold", None
    for found in _LOWEST.finditer(text):
        yield found.start(), found[0], "lowest", 0


def _folds(text: str) -> Iterator[_Found]:
    for found in _FOLD.finditer(text):
        first, second = whole_of(found["a"]), whole_of(found["b"] or "0")
        assert first is not None
        assert second is not None
        # 10折 is no discount at all, and no one折 either.
        is_ten = bool(found["b"]) and not found["dot"] and second == 0
        yield found.start(), found[0], "fold", None if is_ten else first * 10 + second
    for found in _HALF.finditer(text):
        yield found.start(), found[0], "fold", 50
    for found in _SHARE_OFF.finditer(text):
        yield found.start(), found[0], "fold", 100 - int(found["share"])


def _amounts(text: str) -> Iterator[_Found]:
    kinds: tuple[tuple[Kind, re.Pattern[str]], ...] = (
        ("off", _OFF), ("off", _OFF_EN), ("price", _PRICE), ("price", _PRICE_EN),
    )  # fmt: skip
    for kind, pattern in kinds:
        for found in pattern.finditer(text):
            yield found.start(), found[0].strip(), kind, _fen(found)


def _spoken(text: str, taken: list[range]) -> Iterator[_Found]:
    """Prices in plain speech that nothing else has read: of words that meet, the first count."""
    kinds: list[tuple[Kind, re.Pattern[str]]] = [("was", _WAS)]
    kinds += [("price", pattern) for pattern in _SPOKEN]
    for kind, pattern in kinds:
        for found in pattern.finditer(text):
            if not any(found.start() < one.stop and one.start < found.end() for one in taken):
                taken.append(range(*found.span()))
                yield found.start(), found[0].strip(), kind, _fen(found)


def _fen(found: re.Match[str]) -> int | None:
    whole = whole_of(found["whole"])
    # 一百二 is 120 to one and 102 to another.
    if whole is None or _CUT_SHORT.search(found["whole"]):
        return None
    said = found.groupdict()
    tenth = whole_of(said["tenth"]) if said.get("tenth") else 0
    part = int(Decimal(said.get("part") or "0") * 100)
    return whole * 100 + part + (tenth or 0) * 10
