"""Papers of goods: what is written down, who may judge it, what still lacks."""

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from kaibo.base.inputs import check_whole, clean_text
from kaibo.base.money import FEN_MAX
from kaibo.base.times import shop_day
from kaibo.catalog.errors import (
    PaperDaysCrossed,
    PaperHashWrong,
    PaperJudged,
    PaperKindUnknown,
    PaperNumberWrong,
    PaperPriceMissing,
    PapersMissing,
    PaperTooLong,
    SecondPersonForPaper,
)
from kaibo.catalog.rules.goods import NAME_CHARS_MAX, TITLE_CHARS_MAX
from kaibo.compliance.reads import Need, PaperKind, number_fits, plain_number

Verdict = Literal["", "accepted", "refused"]
VERDICT_ZH: Final[dict[Verdict, str]] = {"": "待复核", "accepted": "已通过", "refused": "未通过"}
PAPERS_MAX: Final = 50

_SHA256: Final = re.compile(r"([0-9a-f]{64})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSpec:
    """A paper as somebody writes it down.

    ``valid_to`` is the last day it holds, in the shop's zone; None: it says no end.
    ``sha256`` is of its scan, which stays where it is; "" without one.
    ``price_fen`` is what a document that bears a price says of a unit, and ``sku_id`` of which
    SKU; 0: of every one of the product.
    """

    kind: str
    number: str
    issuer: str
    valid_from: dt.date
    valid_to: dt.date | None = None
    sha256: str = ""
    price_fen: int | None = None
    sku_id: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """What the need of a category asks of a paper."""

    kind: str
    verdict: Verdict
    valid_from: dt.date
    valid_to: dt.date | None


def clean_paper(spec: PaperSpec, kinds: dict[str, PaperKind]) -> PaperSpec:
    """The paper as it will be written.

    Raises:
        PaperKindUnknown, PaperNumberWrong, PaperDaysCrossed, PaperHashWrong, PaperPriceMissing,
            PaperTooLong, BadInput.
    """
    kind = kinds.get(spec.kind)
    if kind is None:
        raise PaperKindUnknown(field="kind")
    number = clean_text("number", spec.number, chars_max=NAME_CHARS_MAX, required=True)
    number = plain_number(number)
    if not number_fits(kind, number):
        raise PaperNumberWrong(
            field="number",
            kind_zh=kind.title_zh,
            kind_en=kind.title_en,
            example=kind.example,
        )
    if spec.valid_to is not None and spec.valid_to < spec.valid_from:
        raise PaperDaysCrossed(field="valid_to")
    _check_price(spec, kind)
    sha256 = spec.sha256.lower()
    if _SHA256.fullmatch(sha256) is None:
        raise PaperHashWrong(field="sha256")
    return PaperSpec(
        kind=spec.kind,
        number=number,
        issuer=clean_text("issuer", spec.issuer, chars_max=TITLE_CHARS_MAX, required=True),
        valid_from=spec.valid_from,
        valid_to=spec.valid_to,
        sha256=sha256,
        price_fen=spec.price_fen if kind.has_price else None,
        sku_id=spec.sku_id if kind.has_price else 0,
    )


def _check_price(spec: PaperSpec, kind: PaperKind) -> None:
    """A document that bears a price says which one, and for how long where its kind asks."""
    if not kind.has_price:
        return
    if spec.price_fen is None:
        raise PaperPriceMissing(field="price_fen", kind_zh=kind.title_zh, kind_en=kind.title_en)
    check_whole("price_fen", spec.price_fen, least=1, most=FEN_MAX)
    if not kind.days_max:
        return
    if spec.valid_to is None or (spec.valid_to - spec.valid_from).days >= kind.days_max:
        raise PaperTooLong(
            field="valid_to", kind_zh=kind.title_zh, kind_en=kind.title_en, days=kind.days_max
        )


def check_accept(*, paper_id: int, verdict: Verdict, added_by: str, by: str) -> None:
    """Refuse a paper that was judged, or that its own writer would let through.

    Raises:
        PaperJudged, SecondPersonForPaper.
    """
    if verdict:
        raise PaperJudged(paper_id=paper_id)
    if added_by == by:
        raise SecondPersonForPaper(paper_id=paper_id)


def check_refuse(*, paper_id: int, verdict: Verdict) -> None:
    """One that was accepted may still be refused: it can turn out false, or be withdrawn.

    Raises:
        PaperJudged: it was refused already.
    """
    if verdict == "refused":
        raise PaperJudged(paper_id=paper_id)


def holds(paper: Held, *, on: dt.date) -> bool:
    """Whether a paper was accepted and is valid on a day, the last one included."""
    if paper.verdict != "accepted" or on < paper.valid_from:
        return False
    return paper.valid_to is None or on <= paper.valid_to


def lacking(needs: Collection[Need], papers: Collection[Held], *, on: dt.date) -> tuple[Need, ...]:
    """The needs that no paper meets on a day."""
    have = {paper.kind for paper in papers if holds(paper, on=on)}
    return tuple(need for need in needs if not have & {kind.code for kind in need.any_of})


def check_papers(*, product_id: int, lacks: Collection[Need]) -> None:
    """Refuse goods that lack a paper, naming each (直播电商监督管理办法 art. 27).

    Raises:
        PapersMissing: at least one need is not met.
    """
    if lacks:
        raise PapersMissing(
            product_id=product_id,
            lacks_zh="、".join(need.kinds_zh for need in lacks),
            lacks_en=", ".join(need.kinds_en for need in lacks),
        )


def day_of(now: dt.datetime) -> dt.date:
    """The day on which papers are judged: the shop's."""
    return shop_day(now)
