"""What others may know of what was said, promised and corrected, as frozen values."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from django.db.models import Count, Q

from kaibo.base.inputs import check_whole
from kaibo.base.sheets import Cell
from kaibo.catalog import reads as catalog
from kaibo.orders.reads.evidence import order_record
from kaibo.orders.reads.parcels import shop_terms
from kaibo.promises.errors import NoSuchCorrection
from kaibo.promises.judging import Configured, Verdict
from kaibo.promises.models import Correction, Promise, Utterance
from kaibo.promises.promised import Kind
from kaibo.promises.rules.corrections import CORRECTION as CORRECTION
from kaibo.promises.rules.corrections import SHOWN_FOR, Severity
from kaibo.promotions.reads import link_configured

PAGE_ROWS: Final = 100
PAGE_MAX: Final = 100_000
# A correction stays on the desk's list however long the show is; nobody corrects more at once.
OPEN_MAX: Final = 100
LINES_SHOWN: Final = 200
# What was said longer before an order than this is not taken for its reason.
PROMISED_WITHIN: Final = dt.timedelta(hours=1)

PROMISE_COLUMNS: Final = (
    "时间 Said at",
    "来源 Source",
    "链接 Link",
    "类型 Kind",
    "承诺 Promised",
    "当时设置 Configured",
    "结论 Verdict",
)


@dataclass(frozen=True, slots=True)
class UtteranceView:
    """A line that was said on air."""

    id: int
    source: str
    link_no: int | None
    began_at: dt.datetime
    ended_at: dt.datetime
    text: str


@dataclass(frozen=True, slots=True)
class PromiseView:
    """A row of the ledger: what words promised beside what was configured at that second."""

    id: int
    source: str
    source_id: int
    said_at: dt.datetime
    link_no: int | None
    kind: Kind
    words: str
    configured_zh: str
    configured_en: str
    verdict: Verdict
    correction_id: int | None


@dataclass(frozen=True, slots=True)
class PromisePage:
    """One page of a show's ledger, newest first; ``verdicts`` counts the whole show."""

    items: list[PromiseView]
    total: int
    page: int
    pages: int
    verdicts: dict[str, int]


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A correction: what is wrong, the words to say, and which of its parts are done."""

    id: int
    show_id: int
    promise_id: int | None
    finding_id: int | None
    link_no: int | None
    kind: str
    severity: Severity
    wrong: str
    right_zh: str
    right_en: str
    state: Literal["open", "made", "withdrawn"]
    since_at: dt.datetime
    opened_at: dt.datetime
    due_at: dt.datetime
    shown_at: dt.datetime | None
    said_at: dt.datetime | None
    overdue_at: dt.datetime | None
    orders_told: int
    reason: str

    @property
    def until_at(self) -> dt.datetime | None:
        """Until when viewers have it on their screens."""
        return self.shown_at and self.shown_at + SHOWN_FOR


@dataclass(frozen=True, slots=True)
class OrderPromised:
    """What an order's buyer was promised: by the page as it was then, and by the shop's words.

    ``promises``: about the order's links, or about no link, in the hour before it was placed.
    """

    no: str
    placed_at: dt.datetime
    snapshot: dict[str, Any]
    promises: list[PromiseView]
    corrections: list[CorrectionView]


def configured(
    org_id: int, show_id: int, link_no: int | None, *, now: dt.datetime, at: dt.datetime | None
) -> tuple[Configured, int | None]:
    """What is configured of a link now, or was ``at`` a past moment; and its SKU.

    Raises:
        NoSuchLink: not in this show of the organisation.
    """
    if link_no is None:
        return Configured(), None
    link = link_configured(org_id, show_id, link_no, now=now, at=at)
    goods = catalog.sku(org_id, link.sku_id)
    product = catalog.product(org_id, goods.product_id)
    own_h = catalog.sale_terms(org_id, [link.sku_id])[link.sku_id].ship_within_h
    found = Configured(
        link_no=link_no,
        price_fen=link.price_fen,
        given=link.given,
        day_price_fen=link.day_price_fen,
        units_left=link.units_left,
        gifts=link.gifts,
        ship_within_h=own_h or shop_terms(org_id).ship_within_h,
        texts=(product.title, product.description, goods.spec),
    )
    return found, link.sku_id


def promises(org_id: int, show_id: int, *, verdict: str = "", page: int = 1) -> PromisePage:
    """A show's ledger, newest first; ``verdict`` "" is all. A page beyond the last is empty."""
    check_whole("page", page, least=1, most=PAGE_MAX)
    rows = Promise.objects.filter(organisation_id=org_id, show_id=show_id)
    counts = dict(rows.order_by().values_list("verdict").annotate(Count("pk")))
    if verdict:
        rows = rows.filter(verdict=verdict)
    total = counts.get(verdict, 0) if verdict else sum(counts.values())
    start = (page - 1) * PAGE_ROWS
    cut = rows.select_related("correction").order_by("-pk")[start : start + PAGE_ROWS]
    return PromisePage(
        items=[promise_view(row) for row in cut],
        total=total,
        page=page,
        pages=-(-total // PAGE_ROWS),
        verdicts=counts,
    )


def corrections(org_id: int, show_id: int) -> list[CorrectionView]:
    """A show's corrections: those to make first, then the newest."""
    rows = Correction.objects.filter(organisation_id=org_id, show_id=show_id).order_by("-pk")
    return sorted(map(correction_view, rows), key=lambda one: one.state != "open")


def correction(org_id: int, id: int) -> CorrectionView:
    """One correction.

    Raises:
        NoSuchCorrection: none of this id in the organisation.
    """
    row = Correction.objects.filter(organisation_id=org_id, pk=id).first()
    if row is None:
        raise NoSuchCorrection(id=id)
    return correction_view(row)


def on_screen(org_id: int, show_id: int, *, now: dt.datetime) -> list[CorrectionView]:
    """What a room's screens hold: corrections to make, and those that viewers still see."""
    rows = Correction.objects.filter(organisation_id=org_id, show_id=show_id)
    to_make = list(rows.filter(state="open").order_by("pk")[:OPEN_MAX])
    shown = rows.filter(state="made", shown_at__gt=now - SHOWN_FOR).order_by("pk")
    return [correction_view(row) for row in (*to_make, *shown)]


def utterances(
    org_id: int, show_id: int, *, since: dt.datetime | None = None, until: dt.datetime | None = None
) -> Iterator[UtteranceView]:
    """What was said in a show, in its order; of a time if one is given."""
    rows = Utterance.objects.filter(organisation_id=org_id, show_id=show_id)
    if since is not None:
        rows = rows.filter(began_at__gte=since)
    if until is not None:
        rows = rows.filter(began_at__lt=until)
    return map(_utterance, rows.order_by("began_at", "pk").iterator(chunk_size=1_000))


def _utterance(row: Utterance) -> UtteranceView:
    return UtteranceView(row.pk, row.source, row.link_no, row.began_at, row.ended_at, row.text)


def promised_to(no: str, *, org_id: int) -> OrderPromised:
    """What the page and the shop's words promised to whoever placed an order.

    Raises:
        NoSuchOrder: none of this number in the organisation.
    """
    record = order_record(no, org_id=org_id)
    placed_at, show_id = record.view.placed_at, record.view.show_id
    links = Q(link_no__in=record.link_nos) | Q(link_no=None)
    said = Promise.objects.filter(
        links,
        organisation_id=org_id,
        show_id=show_id,
        said_at__gt=placed_at - PROMISED_WITHIN,
        said_at__lte=placed_at,
    )
    wrong = Correction.objects.filter(
        links, organisation_id=org_id, show_id=show_id, since_at__lte=placed_at
    )
    return OrderPromised(
        no=no,
        placed_at=placed_at,
        snapshot=record.snapshot,
        promises=[promise_view(row) for row in said.select_related("correction").order_by("pk")],
        corrections=[correction_view(row) for row in wrong.order_by("pk")],
    )


def newest_utterances(org_id: int, show_id: int) -> list[UtteranceView]:
    """The newest lines of a show, at most 200, in their order; ``utterances`` are all."""
    rows = Utterance.objects.filter(organisation_id=org_id, show_id=show_id)
    newest = rows.order_by("-began_at", "-pk")[:LINES_SHOWN]
    return [_utterance(row) for row in reversed(newest)]


def every_promise(org_id: int, show_id: int) -> Iterator[PromiseView]:
    """A show's whole ledger, oldest first."""
    rows = Promise.objects.filter(organisation_id=org_id, show_id=show_id)
    for row in rows.select_related("correction").order_by("pk").iterator(chunk_size=1_000):
        yield promise_view(row)


def promise_rows(org_id: int, show_id: int) -> Iterator[list[Cell]]:
    """The ledger under ``PROMISE_COLUMNS``, for exports."""
    rows = Promise.objects.filter(organisation_id=org_id, show_id=show_id).order_by("pk")
    for row in rows.iterator(chunk_size=1_000):
        yield [
            row.said_at,
            row.get_source_display(),
            row.link_no,
            row.kind,
            row.words,
            row.configured_zh,
            row.get_verdict_display(),
        ]


def promise_view(row: Promise) -> PromiseView:
    """A ledger's row as a value."""
    return PromiseView(
        id=row.pk,
        source=row.source,
        source_id=row.source_id,
        said_at=row.said_at,
        link_no=row.link_no,
        kind=cast(Kind, row.kind),
        words=row.words,
        configured_zh=row.configured_zh,
        configured_en=row.configured_en,
        verdict=cast(Verdict, row.verdict),
        correction_id=row.correction.pk if hasattr(row, "correction") else None,
    )


def correction_view(row: Correction) -> CorrectionView:
    """A correction's row as a value."""
    return CorrectionView(
        id=row.pk,
        show_id=row.show_id,
        promise_id=row.promise_id,
        finding_id=row.finding_id,
        link_no=row.link_no,
        kind=row.kind,
        severity=cast(Severity, row.severity),
        wrong=row.wrong,
        right_zh=row.right_zh,
        right_en=row.right_en,
        state=cast(Literal["open", "made", "withdrawn"], row.state),
        since_at=row.since_at,
        opened_at=row.opened_at,
        due_at=row.due_at,
        shown_at=row.shown_at,
        said_at=row.said_at,
        overdue_at=row.overdue_at,
        orders_told=row.orders_told,
        reason=row.reason,
    )
