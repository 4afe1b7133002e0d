"""Refusals of what a compared price (划线价) says it is compared with."""

from typing import Any, ClassVar, cast

from kaibo.base.errors import Refusal
from kaibo.base.money import yuan


class _Baseless:
    """``base_fen`` None: there is nothing at all to compare with, and the sentence says so."""

    data: dict[str, Any]
    none_zh: ClassVar[str]
    none_en: ClassVar[str]

    def message(self, lang: str) -> str:
        """The sentence; without any base, the one that says so."""
        if self.data.get("base_fen") is not None:
            return Refusal.message(cast(Refusal, self), lang)
        text = self.none_zh if lang.lower().startswith("zh") else self.none_en
        return text.format(**{**self.data, "shown_fen": f"¥{yuan(self.data['shown_fen'])}"})


class BaseAboveDeals(_Baseless, Refusal):
    """The compared price is above what buyers paid here (明码标价和禁止价格欺诈规定 16, LM-092)."""

    code = "base_above_deals"
    http_status = 422
    text_zh = (
        "{link_no} 号链接的划线价 {shown_fen} 高于本店近七日最低成交价（没有则为最后一次成交价）"
        "{base_fen}，请降低或去掉；未写明来源的划线价也按成交价核对"
    )
    text_en = (
        "Link {link_no} compares with {shown_fen}; the lowest deal of seven days, else the last, "
        "is {base_fen}. Lower it. A compared price of no named source is held to the deals too"
    )
    none_zh = (
        "{link_no} 号链接的划线价 {shown_fen} 没有成交记录可依；请写明来源"
        "（本店标价、厂商建议零售价、门店或专柜价）并备齐凭证，或去掉划线价"
    )
    none_en = (
        "Link {link_no} compares with {shown_fen}, and nothing was sold here yet. Name a source "
        "(own price, maker's suggested price, store price) with its document, or leave it out"
    )


class BaseNotShown(_Baseless, Refusal):
    """The shop did not openly ask this price before (明码标价和禁止价格欺诈规定 17)."""

    code = "base_not_shown"
    http_status = 422
    text_zh = (
        "{link_no} 号链接的划线价 {shown_fen} 称为本店标价，但本店近七日的最低标价是 {base_fen}；"
        "请降到这个价、改用有凭证的来源，或去掉划线价"
    )
    text_en = (
        "Link {link_no} compares with {shown_fen} as this shop's own price; the lowest that it "
        "asked in seven days is {base_fen}. Lower it, name a source with a document, or leave it "
        "out"
    )
    none_zh = (
        "{link_no} 号链接的划线价 {shown_fen} 称为本店标价，但七天前本店没有开过价；"
        "请改用有凭证的来源，或去掉划线价"
    )
    none_en = (
        "Link {link_no} compares with {shown_fen} as this shop's own price, but it asked none "
        "seven days ago. Name a source with a document, or leave it out"
    )


class BaseUnproven(_Baseless, Refusal):
    """No document bears the price that is compared with (明码标价和禁止价格欺诈规定 16, 17)."""

    code = "base_unproven"
    http_status = 422
    text_zh = (
        "{link_no} 号链接的划线价 {shown_fen} 高于“{kind_zh}”上的 {base_fen}；"
        "请降低、登记新的凭证，或去掉划线价"
    )
    text_en = (
        "Link {link_no} compares with {shown_fen}; the document ({kind_en}) says {base_fen}. "
        "Lower it, enter a newer document, or leave it out"
    )
    none_zh = (
        "{link_no} 号链接的划线价 {shown_fen} 没有有效的“{kind_zh}”；"
        "请在商品的证照里登记并由同事复核，或去掉划线价"
    )
    none_en = (
        "Link {link_no} compares with {shown_fen} without a valid document ({kind_en}). Enter it "
        "among the papers of the goods and let a colleague check it, or leave it out"
    )
