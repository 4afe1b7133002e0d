"""The usual carriers, as data: how people write them, and what their numbers look like."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from kaibo.base.errors import CarrierUnknown, TextMissing, WaybillOfOther, WaybillUnusable

WAYBILL_CHARS_MAX: Final = 30


@dataclass(frozen=True, slots=True)
class Carrier:
    """One carrier.

    Args:
        prefix: letters that only this carrier's numbers begin with; "" where there are none.
        names: other ways of writing it, joined by ``|``.
    """

    code: str
    zh: str
    en: str
    prefix: str = ""
    names: str = ""


CARRIERS: Final = (
    Carrier("sf", "顺丰速运", "SF Express", "SF", "顺丰|顺丰快递|顺丰速递|sf|sfexpress"),
    Carrier("zto", "中通快递", "ZTO Express", "", "中通|中通速递"),
    Carrier("yto", "圆通速递", "YTO Express", "YT", "圆通|圆通快递"),
    Carrier("sto", "申通快递", "STO Express", "", "申通"),
    Carrier("yunda", "韵达快递", "Yunda Express", "", "韵达|韵达速递"),
    Carrier("jt", "极兔速递", "J&T Express", "JT", "极兔|极兔快递|jtexpress"),
    Carrier("jd", "京东快递", "JD Logistics", "JD", "京东|京东物流|jdl"),
    Carrier("ems", "邮政EMS", "EMS", "", "ems|中国邮政ems|邮政特快"),
    Carrier("post", "邮政快递包裹", "China Post", "", "邮政|中国邮政|邮政小包"),
    Carrier("deppon", "德邦快递", "Deppon Express", "DPK", "德邦|德邦物流"),
    Carrier("danniao", "丹鸟", "Cainiao Express", "", "菜鸟速递|菜鸟|丹鸟快递|丹鸟物流"),
    Carrier("kye", "跨越速运", "KYE", "KY", "跨越|跨越速递"),
    Carrier("other", "其他", "Other", "", "其他快递|自送|同城"),
    # Goods of a trial shop: nothing moves, and it says so.
    Carrier("sandbox", "沙箱快递(测试)", "Sandbox (test)", "", "沙箱|沙箱快递"),
)
CARRIER_CODES: Final = [carrier.code for carrier in CARRIERS]
_BY_CODE: Final = {carrier.code: carrier for carrier in CARRIERS}

_NOISE = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")
_BLANKS = re.compile(r"[\s\u200b\ufeff-]+")
_SHAPE = re.compile(rf"(?=(?:[A-Z]*\d){{6}})[0-9A-Z]{{8,{WAYBILL_CHARS_MAX}}}")


def _plain(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold())


_BY_NAME: Final = {
    _plain(name): carrier.code
    for carrier in CARRIERS
    for name in (carrier.code, carrier.zh, carrier.en, *carrier.names.split("|"))
    if name
}


def find_carrier(text: str) -> str:
    """The carrier's code, however people write it.

    Raises:
        TextMissing: nothing is written.
        CarrierUnknown: no carrier of the list.

    >>> find_carrier(" 中通 "), find_carrier("顺丰速运（陆运）")
    ('zto', 'sf')
    """
    plain = _plain(text)
    if not plain:
        raise TextMissing(field="carrier")
    exact = _BY_NAME.get(plain)
    if exact is not None:
        return exact
    # Longest first: 中国邮政EMS is not 中国邮政.
    known = sorted((name for name in _BY_NAME if len(name) > 1), key=len, reverse=True)
    begun = next((name for name in known if plain.startswith(name)), None)
    if begun is None or not re.search(r"[\u4e00-\u9fff]", begun):
        raise CarrierUnknown(value=text.strip()[:40])
    return _BY_NAME[begun]


def clean_waybill(carrier: str, text: str) -> str:
    """The number as the carrier prints it: capitals and digits, no blanks or hyphens.

    Raises:
        TextMissing: nothing is written.
        WaybillUnusable: not the shape of a waybill number.
        WaybillOfOther: it begins as another carrier's numbers do.

    >>> clean_waybill("sf", " sf 1234567890123 ")
    'SF1234567890123'
    """
    number = _BLANKS.sub("", unicodedata.normalize("NFKC", text)).upper()
    if not number:
        raise TextMissing(field="waybill")
    if not _SHAPE.fullmatch(number):
        raise WaybillUnusable(value=number[:40])
    if carrier not in ("other", "sandbox"):
        for one in CARRIERS:
            if one.prefix and number.startswith(one.prefix) and one.code != carrier:
                raise WaybillOfOther(
                    prefix=one.prefix,
                    other_zh=one.zh,
                    other_en=one.en,
                    carrier_zh=_BY_CODE[carrier].zh,
                    carrier_en=_BY_CODE[carrier].en,
                )
    return number


def carrier_name(code: str, *, english: bool = False) -> str:
    """As people read it; "" before there is one."""
    found = _BY_CODE.get(code)
    if found is None:
        return ""
    return found.en if english else found.zh


def masked_receiver(name: str, phone: str) -> str:
    """Who receives, as pages and files may show it; how long the name is stays hidden.

    >>> masked_receiver("张三", "13812345678")
    '张** 138****5678'
    """
    return f"{name[0]}** {phone[:3]}****{phone[-4:]}"
