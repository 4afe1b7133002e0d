"""Whether what was promised is what is configured: agrees, differs, or nobody can say. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from kaibo.base.money import yuan
from kaibo.base.times import SHOP_ZONE, shop_time
from kaibo.promises.promised import EFFECTS, Promised, promises_in
from kaibo.promises.rules.draws import DRAW_KINDS
from kaibo.promotions.reads import (
    DiscountClaim,
    DrawConfigured,
    GiftOffered,
    Given,
    promised_fen,
)

Verdict = Literal["agrees", "differs", "unknown"]
# 规范促销行为规定: what 五折 may differ from the arithmetic by.
ROUNDING_FEN: Final = 100
CLOCK_ROOM_MIN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """What is configured of the goods that words speak of, at that second.

    Nothing here is None but what is not configured, or what is not known of a past moment; either
    way no promise about it can be judged.

    Args:
        link_no: the link; None: none was on air.
        price_fen: what anybody pays for a unit.
        given: the lowest price that pricing proves and its bases.
        ship_within_h: hours from payment until goods are sent.
        texts: everything the shop itself wrote of the goods; where an origin is named, and which
            effects.
        draw: the draw that is on in the show, else the next; None: none is published.
    """

    link_no: int | None = None
    price_fen: int | None = None
    given: Given | None = None
    day_price_fen: int | None = None
    units_left: int | None = None
    gifts: tuple[GiftOffered, ...] | None = None
    ship_within_h: int | None = None
    texts: tuple[str, ...] = ()
    draw: DrawConfigured | None = None

    @property
    def origins(self) -> frozenset[str]:
        """The places that the shop's own texts name as origin."""
        found = (one for text in self.texts for one in promises_in(text, link_no=None))
        return frozenset(one.name for one in found if one.kind == "origin")

    @property
    def effects(self) -> frozenset[str]:
        """The effects that the shop's own texts name."""
        return frozenset(one for one in EFFECTS for text in self.texts if one in text)


@dataclass(frozen=True, slots=True)
class Judged:
    """A promise beside what is configured, in words of both languages for people to read."""

    promised: Promised
    verdict: Verdict
    configured_zh: str
    configured_en: str


def judge(promised: Promised, configured: Configured) -> Judged:
    """Hold a promise against what is configured.

    A price agrees when some buyer pays it: between the lowest that pricing proves and what anybody
    pays. Stock may be off by max(2, 5%), as in notices (LM-099).
    """
    if not promised.is_clear:
        return Judged(promised, "unknown", "没有可比对的设置", "nothing to hold it against")
    if promised.kind in DRAW_KINDS:
        return _draw(promised, of=configured.draw)
    match promised.kind:
        case "price":
            return _price(promised, configured)
        case "gift":
            return _gift(promised, configured)
        case "postage":
            is_free = promised.name == "free"
            return _told(promised, is_free, "全场包邮", "postage is free")
        case "date":
            return _date(promised, configured)
        case "stock":
            return _stock(promised, configured)
        case "origin":
            return _named(promised, configured.origins, "产地", "origin")
        case _:
            return _named(promised, configured.effects, "功效", "effects")


def _price(promised: Promised, of: Configured) -> Judged:
    claim, given = promised.discount, of.given
    assert claim is not None
    if claim.kind == "was":
        if of.day_price_fen is None:
            return _nothing(promised)
        zh, en = f"划线价 {_yuan(of.day_price_fen)} 元", f"compared with ¥{_yuan(of.day_price_fen)}"
        return _told(promised, claim.value == of.day_price_fen, zh, en)
    if of.price_fen is None:
        return _nothing(promised)
    lowest = min(of.price_fen, given.lowest_fen) if given else of.price_fen
    fen = _promised(claim, given)
    if fen is None:
        return _nothing(promised)
    zh, en = f"售价 {_yuan(of.price_fen)} 元", f"¥{_yuan(of.price_fen)}"
    if lowest < of.price_fen:
        zh += f"，用券最低 {_yuan(lowest)} 元"
        en += f", at best ¥{_yuan(lowest)}"
    room = ROUNDING_FEN if claim.kind == "fold" else 0
    agrees = lowest - room <= fen and (claim.kind != "price" or fen <= of.price_fen)
    # Without the promotions of that time a lower price may have been right.
    if not agrees and given is None and fen < of.price_fen:
        return Judged(promised, "unknown", zh, en)
    return _told(promised, agrees, zh, en)


def _promised(claim: DiscountClaim, given: Given | None) -> int | None:
    if claim.kind == "price":
        return claim.value
    return None if given is None else promised_fen(claim, given)


def _gift(promised: Promised, of: Configured) -> Judged:
    if of.gifts is None:
        return _nothing(promised)
    names = "、".join(f"{gift.title}×{gift.units}" for gift in of.gifts)
    zh, en = (f"赠品：{names}", f"gifts: {names}") if names else ("没有赠品", "no gift")
    agrees = any(
        _alike(promised.name, gift.title) and promised.number in (None, gift.units)
        for gift in of.gifts
    )
    return _told(promised, agrees, zh, en)


def _date(promised: Promised, of: Configured) -> Judged:
    assert promised.number is not None
    if of.ship_within_h is None:
        return _nothing(promised)
    zh, en = f"付款后 {of.ship_within_h} 小时内发货", f"sent within {of.ship_within_h} h"
    return _told(promised, promised.number >= of.ship_within_h, zh, en)


def _stock(promised: Promised, of: Configured) -> Judged:
    assert promised.number is not None
    if of.units_left is None:
        return _nothing(promised)
    agrees = abs(promised.number - of.units_left) <= max(2, of.units_left // 20)
    zh, en = f"还能卖 {of.units_left} 件", f"{of.units_left} left to sell"
    return _told(promised, agrees, zh, en)


def _named(promised: Promised, known: frozenset[str], zh: str, en: str) -> Judged:
    if not known:
        return _nothing(promised)
    names = "、".join(sorted(known))
    agrees = any(promised.name in one or one in promised.name for one in known)
    zh, en = f"{zh}：{names}", f"{en}: {names}"
    return _told(promised, agrees, zh, en)


def _draw(promised: Promised, *, of: DrawConfigured | None) -> Judged:
    """A draw that nobody published is promised wrongly, whatever is said of it (LM-101)."""
    if of is None:
        return _told(promised, False, "本场没有已公示的抽奖", "no draw is published in this show")
    names = "、".join(f"{prize.name}×{prize.count}" for prize in of.prizes)
    number, counts = promised.number, [prize.count for prize in of.prizes]
    match promised.kind:
        case "prize":
            agrees = any(_alike(promised.name, prize.name.casefold()) for prize in of.prizes)
            return _told(promised, agrees, f"奖品：{names}", f"prizes: {names}")
        case "winners":
            agrees = number in {*counts, sum(counts)}
            zh = f"共 {sum(counts)} 个名额：{names}"
            return _told(promised, agrees, zh, f"{sum(counts)} win: {names}")
        case "odds":
            return _odds(promised, of, wins=sum(counts))
        case "drawing":
            opens, closes = shop_time(of.opens_at), shop_time(of.closes_at)
            zh = f"{opens} 开始，{closes} 截止开奖"
            return _told(
                promised, _is_then(promised, of), zh, f"from {opens}, drawn after {closes}"
            )
    zh, en = (
        f"{whom}；{word}{of.keyword}" if of.keyword else whom
        for whom, word in zip(of.audience_words, ("口令：", "keyword: "), strict=True)
    )
    return _told(promised, _is_entry(promised.name, of), f"参与条件：{zh}", f"open to {en}")


def _odds(promised: Promised, of: DrawConfigured, *, wins: int) -> Judged:
    """Odds are what the entries make of them; before there are any, nobody can say."""
    assert promised.number is not None
    zh, en = f"{wins} 个名额，{of.entries} 人参与", f"{wins} of {of.entries} entries win"
    if of.entries == 0:
        return Judged(promised, "unknown", zh, en)
    return _told(promised, promised.number * of.entries <= 100 * wins, zh, en)


def _is_then(promised: Promised, of: DrawConfigured) -> bool:
    """Within a minute or a tenth of what was said; by the clock five minutes, 8 being 20 too."""
    if promised.number is not None:
        room = max(60, promised.number // 10)
        away = [(moment - of.at).total_seconds() for moment in (of.opens_at, of.closes_at)]
        return any(abs(one - promised.number) <= room for one in away)
    hour, minute = map(int, promised.name.split(":"))
    half_day = 12 * 60
    for moment in (of.opens_at, of.closes_at):
        local = moment.astimezone(SHOP_ZONE)
        away_min = abs(local.hour * 60 + local.minute - hour * 60 - minute) % half_day
        if min(away_min, half_day - away_min) <= CLOCK_ROOM_MIN:
            return True
    return False


def _is_entry(name: str, of: DrawConfigured) -> bool:
    match name:
        case "everyone":
            return of.audience == "everyone"
        case "follow":
            return of.audience in ("follower", "fan", "old_fan")
        case "order":
            return of.audience == "returning"
    return bool(of.keyword) and name == of.keyword.casefold()


def _told(promised: Promised, agrees: bool, zh: str, en: str) -> Judged:
    return Judged(promised, "agrees" if agrees else "differs", zh, en)


def _nothing(promised: Promised) -> Judged:
    return Judged(promised, "unknown", "没有设置或无从得知", "not configured, or not known")


def _alike(said: str, title: str) -> bool:
    """Whether two names of goods share a word: two characters in a row that are in both."""
    return said in title or any(pair in title for pair in _pairs(said))


def _pairs(text: str) -> Iterator[str]:
    return (text[at : at + 2] for at in range(len(text) - 1))


def _yuan(fen: int) -> str:
    return yuan(fen).removesuffix(".00")
