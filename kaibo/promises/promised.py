"""What words promise: price, gift, postage, date, stock, origin, effect of goods; draws. Pure.

Only plain promises are read: a question, a denial and a condition (满三件包邮) promise nothing that
can be held against a setting, and nothing is guessed.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from kaibo.promises.rules.draws import DRAW_KINDS, DrawKind, said_of_draw, speaks_of_draw
from kaibo.promotions.reads import DiscountClaim, spoken_claims, whole_of

Kind = Literal["price", "gift", "postage", "date", "stock", "origin", "effect"] | DrawKind
KINDS: Final[tuple[Kind, ...]] = (
    "price", "gift", "postage", "date", "stock", "origin", "effect", *DRAW_KINDS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Promised:
    """One promise in a text.

    Args:
        words: as they were said, folded (NFKC, lower case).
        discount: of a price, what is promised.
        name: of a gift, an origin or an effect, what is named; of postage ``free`` or ``paid``.
        number: units of stock or of a gift, hours until goods are sent; None: none was said.
            Of a draw both are as ``DrawSaid`` has them.
        is_clear: whether it can be held against a setting.
    """

    kind: Kind
    words: str
    discount: DiscountClaim | None = None
    name: str = ""
    number: int | None = None
    is_clear: bool = True


def promises_in(text: str, *, link_no: int | None) -> list[Promised]:
    """Every promise of a text, those of a kind in their order.

    Args:
        link_no: the link it speaks of; without one no price is clear.

    >>> [(one.kind, one.name, one.number) for one in promises_in("包邮，48小时内发货", link_no=1)]
    [('postage', 'free', None), ('date', '', 48)]
    """
    found = [
        Promised("price", one.words, discount=one, is_clear=one.is_clear)
        for one in spoken_claims(text, link_no=link_no or 0)
    ]
    folded = unicodedata.normalize("NFKC", text).casefold()
    is_draw = speaks_of_draw(folded)
    for clause in _CLAUSE.findall(folded):
        if _ASKED.search(clause):
            continue
        said = list(said_of_draw(clause)) if is_draw else []
        found += [Promised(one.kind, one.words, name=one.name, number=one.number) for one in said]
        # What a draw gives is no gift that everybody gets, and its winners are no stock.
        drawn = {"gift", "stock"} if said else set()
        found += [one for one in _in_clause(clause) if one.kind not in drawn]
    return found


def link_named(text: str) -> int | None:
    """The one link that a text names (3号链接, 三号); None: none, or several.

    >>> link_named("三号链接今天59块"), link_named("1号和2号"), link_named("今天59块")
    (3, None, None)
    """
    folded = unicodedata.normalize("NFKC", text)
    named = {whole_of(found[1]) for found in _LINK.finditer(folded)} - {None}
    return named.pop() if len(named) == 1 else None


_HAN: Final = "零〇一二三四五六七八九十百千万两"
_N: Final = rf"(?:\d{{1,7}}|[{_HAN}]{{1,9}})"
_UNIT: Final = "[件个瓶盒袋套支包份罐箱单双条张组只台斤]"
_CLAUSE: Final = re.compile(r"[^,，。.!;；?？\n]+[?？]?")
_ASKED: Final = re.compile(r"[?？]$|吗$|是不是|有没有|会不会|能不能|要不要")
_LINK: Final = re.compile(rf"({_N})\s*号(?:链接|商品)?(?!码|位|楼|线|店|色|[0-9])")
_NOT: Final = re.compile(r"(?:不|没有?|无|别|未|非|不会|不能|不是)$")
_CONDITION: Final = re.compile(
    rf"(?:满|买满|凑|拍|买)\s*{_N}\s*(?:元|块|{_UNIT})?\s*(?:就|才|可)?$"
)

# 赠品: what is given, not 送货, 送到家, 送人, 送礼.
_GIFT: Final = re.compile(
    rf"(?:再送|还送|加送|额外送|赠送|免费送|附赠|送你们?|送大家|送|赠)(?:你们?|大家)?"
    rf"(?:一共|共)?(?P<n>{_N})?\s*{_UNIT}?\s*(?:价值{_N}(?:元|块钱?)?)?(?:的)?(?P<name>[\u4e00-\u9fff]{{1,10}})"
)
_NO_GIFT: Final = re.compile(
    r"^(?:货|到|达|人|礼(?!盒|包|袋)|给|上门|运费|运费险|走|出|往|洗|检|审|修|福利|优惠|券|红包|福袋|的|完|光|了|吧|啊|哦|呢|价)"
)
_FREE: Final = re.compile(r"包邮|免邮费?|免运费|免费配送|邮费我们?[出包]|0邮费|零邮费")
_PAID: Final = re.compile(
    rf"不包邮|邮费自理|运费自理|邮费自付|运费到付|邮费到付|(?:邮费|运费)(?:是|要)?{_N}\s*(?:元|块)"
)
_WE_SEND: Final = r"\s*(?:就|全部|都)?(?:能)?(?:给你们?)?(?:能)?发"
_HOURS: Final = re.compile(rf"({_N})\s*(?:个)?小时(?:之?内|以内)?{_WE_SEND}(?:货|出|走)?")
_DAYS: Final = re.compile(rf"({_N})\s*(?:个工作日|天)(?:之?内|以内){_WE_SEND}(?:货|出|走)?")
_TODAY: Final = re.compile(rf"(?:今天|今晚|当天|当日|马上|立刻|立马|秒){_WE_SEND}(?:货|出|走)")
_NEXT: Final = re.compile(rf"(?:明天|次日|隔天|第二天){_WE_SEND}(?:货|出|走)")
_STOCK: Final = re.compile(
    r"(?:最后|只剩下?|仅剩下?|还剩下?|就剩下?|剩余|余量|还有"
    r"|库存(?:还有|只有|就)?|[一总]共(?:就|只有)?)"
    rf"(?:不到)?\s*({_N})\s*{_UNIT}(?!事|问题|环节|小时|月|人|提醒|优惠|券|颜色|尺码|款式)"
)
_PROVINCES: Final = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|"
    "贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|东北"
)
_COUNTRIES: Final = (
    "中国|日本|韩国|泰国|越南|法国|德国|意大利|英国|美国|加拿大|澳大利亚|澳洲|新西兰|荷兰|丹麦|瑞士|瑞典|挪威|"
    "西班牙|葡萄牙|俄罗斯|智利|秘鲁|巴西|阿根廷|墨西哥|印度|印尼|马来西亚|菲律宾|厄瓜多尔|南非|以色列|土耳其"
)
# A place that everybody knows as one, with what is said of it more closely.
_PLACE: Final = rf"(?:{_PROVINCES}|{_COUNTRIES})[\u4e00-\u9fff]{{0,6}}?"
_END: Final = r"(?=的|产|原产|直|进口|当地|地区|一带|大山|核心|[^\u4e00-\u9fff]|$)"
_ORIGIN: Final = re.compile(
    rf"(?:产地(?:是|在|为|:)?|原产(?:地|于)?(?:是|:)?|产自|来自|出自)\s*(?P<name>{_PLACE}){_END}"
    rf"|(?P<before>{_PLACE})(?:原产|直发|产地直发|产的|进口)"
)
EFFECTS: Final[tuple[str, ...]] = (
    "美白", "祛斑", "淡斑", "祛痘", "抗皱", "去皱", "紧致", "保湿", "补水", "防晒", "控油", "修护",
    "滋润", "去屑", "防脱", "生发", "止汗", "除臭", "抑菌", "杀菌", "除螨", "防水", "防滑", "防摔",
    "抗菌", "降温", "制冷", "加热", "恒温", "静音", "减肥", "瘦身", "降糖", "降压", "助眠", "补钙",
    "增高", "护眼", "明目", "减震", "防静电", "防紫外线", "不起球", "不掉色", "不褪色", "不缩水",
    "可机洗", "耐高温", "无添加", "零添加", "无糖", "低脂", "有机",
)  # fmt: skip
_EFFECT: Final = re.compile("|".join(sorted(map(re.escape, EFFECTS), key=len, reverse=True)))


def _in_clause(clause: str) -> Iterator[Promised]:
    for found in _GIFT.finditer(clause):
        if not _NO_GIFT.match(found["name"]) and not _denied(clause, found.start()):
            yield Promised(
                "gift",
                found[0],
                name=_noun(found["name"]),
                number=whole_of(found["n"]) if found["n"] else None,
                is_clear=not _CONDITION.search(clause[: found.start()]),
            )
    yield from _postage(clause)
    yield from _dates(clause)
    for found in _STOCK.finditer(clause):
        number = whole_of(found[1])
        yield Promised("stock", found[0], number=number, is_clear=number is not None)
    for found in _ORIGIN.finditer(clause):
        if not _denied(clause, found.start()):
            yield Promised("origin", found[0], name=found["name"] or found["before"])
    for found in _EFFECT.finditer(clause):
        if not _denied(clause, found.start()):
            yield Promised("effect", found[0], name=found[0])


def _postage(clause: str) -> Iterator[Promised]:
    if found := _PAID.search(clause):
        yield Promised("postage", found[0], name="paid")
    elif found := _FREE.search(clause):
        clear = not _CONDITION.search(clause[: found.start()])
        if not _denied(clause, found.start()):
            yield Promised("postage", found[0], name="free", is_clear=clear)


def _dates(clause: str) -> Iterator[Promised]:
    for pattern, hours in ((_HOURS, 1), (_DAYS, 24)):
        for found in pattern.finditer(clause):
            number = whole_of(found[1])
            yield Promised(
                "date", found[0], number=number and number * hours, is_clear=number is not None
            )
    for pattern, hours in ((_TODAY, 24), (_NEXT, 48)):
        for found in pattern.finditer(clause):
            yield Promised("date", found[0], number=hours)


def _denied(clause: str, at: int) -> bool:
    return _NOT.search(clause[:at]) is not None


def _noun(name: str) -> str:
    """What a gift is called, without what is said after it."""
    return re.split(r"给|啊|哦|呢|吧|哈|了|的哦|今天|现在|还有|和|跟|外加", name)[0] or name
