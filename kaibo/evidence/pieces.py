"""What packs are made of, piece by piece; a piece is read only when it is written."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from kaibo.base.trees import canonical
from kaibo.evidence.rules import masking, packs, windows
from kaibo.evidence.rules.packs import Version
from kaibo.facts import planning as plans
from kaibo.facts import promises as told
from kaibo.facts import promotions as offers
from kaibo.facts import registry, room
from kaibo.facts.base import Fact
from kaibo.facts.evidence import RecordingSealed
from kaibo.facts.media import StreamEnded, StreamStarted
from kaibo.facts.preflight import PreflightPassed
from kaibo.journal import reads as journal
from kaibo.media import reads as media
from kaibo.media.reads import Recording
from kaibo.promises import reads as promises
from kaibo.promotions import reads as promotions
from kaibo.room import reads as rooms

JSON: Final = "application/json"
LINES: Final = "application/x-ndjson"
# Facts of a show that say what everybody could see, and name no viewer.
PUBLIC: Final[tuple[type[Fact], ...]] = (
    plans.ShowStarted, plans.ShowEnded, PreflightPassed,
    StreamStarted, StreamEnded, RecordingSealed,
    room.LinkPopped, room.ExplainingStarted, room.ExplainingStopped, room.NoticePinned,
    offers.OfferListed, offers.OfferShelved, offers.PriceOpened, offers.OfferUnitsAdded,
    offers.ComparisonDropped, offers.OfferClosed,
    offers.FlashSaleScheduled, offers.FlashSaleStarted,
    offers.FlashSaleStopped, offers.PromotionStarted, offers.PromotionPaused,
    offers.PromotionEnded, offers.PromotionExtended,
    told.LinesHeard, told.CorrectionShown,
)  # fmt: skip
_PUBLIC_TAGS: Final = frozenset(registry.tag_of(kind) for kind in PUBLIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One item to be: its bytes in chunks, what it is in both languages, when and where from."""

    path: str
    chunks: Iterable[bytes]
    what: tuple[str, str]
    at: dt.datetime
    source: str
    media_type: str = JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a subject is asked for. ``salt`` makes masks that nobody can undo."""

    org_id: int
    subject_id: str
    version: Version
    salt: bytes
    now: dt.datetime

    @property
    def is_full(self) -> bool:
        """Whether nothing is masked."""
        return self.version == "authority"


def plain(value: object) -> Any:
    """Values as JSON keeps them; times as RFC 3339."""
    return msgspec.to_builtins(value)


def document(
    path: str, value: object, *, what: tuple[str, str], at: dt.datetime, source: str
) -> Piece:
    """A JSON file (RFC 8785)."""
    body = plain(value)
    assert isinstance(body, dict)
    return Piece(path=path, chunks=(canonical(body),), what=what, at=at, source=source)


def lines(values: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """JSON lines (each RFC 8785)."""
    return (canonical(value) + b"\n" for value in values)


def whole_journal(show_id: int, *, now: dt.datetime) -> Piece:
    """Every sealed fact of a show under the heads signed at their time."""
    return Piece(
        path=packs.JOURNAL,
        chunks=lines(journal.evidence(show_id)),
        what=(
            "本场全部事实及当时签名的树头",
            "every fact of the show, and heads signed at the time",
        ),
        at=now,
        source=f"journal show:{show_id}",
        media_type=LINES,
    )


def some_journal(
    show_id: int, *, now: dt.datetime, own: Callable[[str, dict[str, Any]], bool] | None = None
) -> Piece:
    """Public facts of a show and those ``own`` wants, each with its proof under a signed head."""

    def wanted(tag: str, body: dict[str, Any]) -> bool:
        return tag in _PUBLIC_TAGS or (own is not None and own(tag, body))

    return Piece(
        path=packs.JOURNAL,
        chunks=lines(journal.proofs(show_id, wanted)),
        what=("相关事实，逐条附树内证明", "the facts that matter, each with its proof"),
        at=now,
        source=f"journal show:{show_id}",
        media_type=LINES,
    )


def chat(
    order: Order, show_id: int, *, own: int | None = None, span: windows.Span | None = None
) -> Piece:
    """Chat of a show or of some of its minutes, hidden lines too; others masked for a consumer."""
    since, until = span or (None, None)

    def shown() -> Iterator[dict[str, Any]]:
        for message in rooms.chat_between(order.org_id, show_id, since=since, until=until):
            line = plain(message)
            full = order.is_full
            yield line if full else masking.masked_line(line, own=own, salt=order.salt)

    return Piece(
        path="chat.jsonl",
        chunks=lines(shown()),
        what=("互动消息（含已隐藏）", "chat, hidden lines included"),
        at=until or order.now,
        source=f"room.ChatMessage show:{show_id}",
        media_type=LINES,
    )


def said(order: Order, show_id: int, *, span: windows.Span | None = None) -> Iterator[Piece]:
    """What was said on air in a show or some of its minutes, what it promised beside what was
    configured, and what was corrected.
    """
    since, until = span or (None, None)
    rows = promises.utterances(order.org_id, show_id, since=since, until=until)
    yield Piece(
        path="said.jsonl",
        chunks=lines(plain(row) for row in rows),
        what=("口播逐句", "what was said on air, line by line"),
        at=until or order.now,
        source=f"promises.Utterance show:{show_id}",
        media_type=LINES,
    )
    ledger = [
        row
        for row in promises.every_promise(order.org_id, show_id)
        if (since is None or row.said_at >= since) and (until is None or row.said_at < until)
    ]
    corrections = promises.corrections(order.org_id, show_id)
    if not order.is_full:
        corrections = [one for one in corrections if one.shown_at is not None]
    yield document(
        "promises.json",
        {"promises": ledger, "corrections": corrections},
        what=("承诺台账与更正", "promises beside what was configured, and corrections"),
        at=order.now,
        source=f"promises.Promise show:{show_id}",
    )


def shop_window(order: Order, show_id: int) -> Iterator[Piece]:
    """Price cards, flash sales and promotions of a show as they stand now, and price histories."""
    links = promotions.shelf(show_id, planned=order.is_full, org_id=order.org_id)
    sales = promotions.flash_sales(show_id, org_id=order.org_id)
    found: dict[str, object] = {"links": links, "flash_sales": sales}
    if order.is_full:
        found["promotions"] = promotions.promotions(order.org_id, show_id=show_id)
    yield document(
        "promotions.json",
        found,
        what=("价格卡、秒杀与优惠", "price cards, flash sales and promotions"),
        at=order.now,
        source=f"promotions show:{show_id}",
    )
    yield prices(order, [link.sku_id for link in links])


def prices(order: Order, sku_ids: Iterable[int]) -> Piece:
    """Every price that SKUs were shown at; for an authority also the deals."""
    found: dict[str, object] = {}
    for sku_id in dict.fromkeys(sku_ids):
        history = promotions.price_history(order.org_id, sku_id, now=order.now)
        found[str(sku_id)] = history if order.is_full else {"shown": history.shown}
    return document(
        "prices.json",
        found,
        what=("各 SKU 展示过的价格", "prices shown, by SKU"),
        at=order.now,
        source="promotions.PriceSet",
    )


def picture(order: Order, show_id: int, moments: Iterable[dt.datetime]) -> Iterator[Piece]:
    """The list of everything recorded with digests, then the minutes around moments as films."""
    found = media.recordings(org_id=order.org_id, show_id=show_id)
    yield document(
        "recordings.json",
        {"recordings": found},
        what=("录像分段清单及摘要", "every recorded segment with its digest"),
        at=order.now,
        source=f"media show:{show_id}",
    )
    for span in windows.spans(moments):
        for recording in found:
            yield from _films(recording, span)


def _films(recording: Recording, span: windows.Span) -> Iterator[Piece]:
    for film in windows.cut(recording.segments, span):
        begin = film[0].begins_at
        yield Piece(
            path=f"clips/{begin:%Y%m%dT%H%M%S}-{recording.session_id[:8]}-{len(film)}.mp4",
            chunks=media.clip_chunks(recording.folder, film),
            what=("录像片段", "clip of the recording"),
            at=begin,
            source=f"media {recording.session_id} {film[0].file} {film[0].offset}",
            media_type="video/mp4",
        )
