"""Draws as the desk, a viewer and everybody see them."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from kaibo.access.crypto import decrypt_text
from kaibo.base.carriers import carrier_name, masked_receiver
from kaibo.promotions.errors import NoSuchAward, NoSuchDraw
from kaibo.promotions.models import Award, Draw, DrawEntry, Quiz
from kaibo.promotions.rules import CLAIM_SHOWN_ABOVE_FEN

# How a draw is decided, for every draw; told with its terms.
WAY_ZH = "截止后公布参与名单的哈希，再公开种子，由种子与名单计算中奖者，任何人可用公开脚本复算"
WAY_EN = "After closing the hash of the list is published, then the seed; both decide who wins"
QUIZ_ZH = "每题须在其时限内作答，以服务器时间为准，全部答对者方可中奖；"
QUIZ_EN = "Only who answers every question right in its time can win, by the server's clock. "
PUBLIC = ("published", "open", "closed", "drawn", "settled")


@dataclass(frozen=True, slots=True)
class DrawView:
    """A draw as the desk sees it; the seed is not here before it is revealed.

    ``questions``: how many it asks.
    """

    id: int
    show_id: int
    state: str
    questions: int
    terms: dict[str, Any]
    version: int
    commit: str
    root: str
    seed: str
    entries: int
    kept_out: int
    lapses_at: dt.datetime | None
    finished_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class EntryView:
    """A viewer's receipt: their place in the list and the token that stands there."""

    draw_id: int
    place: int | None
    token: str
    kept_out: str


@dataclass(frozen=True, slots=True)
class AwardView:
    """A prize won, its receiver masked; ``good_until`` where it is a coupon."""

    id: int
    draw_id: int
    place: int
    prize: str
    value_fen: int
    state: str
    lapses_at: dt.datetime
    claimed_at: dt.datetime | None
    shipped_at: dt.datetime | None
    delivered_at: dt.datetime | None
    receiver_masked: str
    carrier: str
    carrier_zh: str
    carrier_en: str
    waybill: str
    good_until: dt.datetime | None


@dataclass(frozen=True, slots=True)
class DrawCard:
    """A draw of the viewer's show, with their own entry and prize.

    ``questions``: how many it asks; with any, one enters it by answering.
    """

    id: int
    state: str
    questions: int
    terms: dict[str, Any]
    way_zh: str
    way_en: str
    commit: str
    entries: int
    entry: EntryView | None
    award: AwardView | None


@dataclass(frozen=True, slots=True)
class ClaimShown:
    """A claim above 500 yuan, published as it happens (LM-105)."""

    place: int
    name: str
    value_fen: int
    claimed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """All that is public of a draw, for ``docs/verify_draw.py``; entries are opaque tokens.

    Before closing there is no list, before revealing no seed and no winner. With ``questions`` it
    has a quiz too, which ``docs/verify_quiz.py`` verifies.
    """

    draw: int
    state: str
    questions: int
    terms: dict[str, Any]
    versions: list[dict[str, Any]]
    way_zh: str
    way_en: str
    commit: str
    root: str
    seed: str
    entries: list[str]
    prizes: list[tuple[str, int]]
    barred: list[int]
    winners: list[tuple[int, int]]
    claims: list[ClaimShown]


def draws(org_id: int, show_id: int) -> list[DrawView]:
    """The draws of a show, newest first."""
    rows = Draw.objects.filter(organisation_id=org_id, show_id=show_id).order_by("-pk")
    return _views(list(rows))


def draw(org_id: int, id: int) -> DrawView:
    """One draw.

    Raises:
        NoSuchDraw: not in the organisation.
    """
    row = Draw.objects.filter(organisation_id=org_id, pk=id).first()
    if row is None:
        raise NoSuchDraw(id=id)
    return draw_view(row)


def draw_cards(viewer_id: int, *, org_id: int, show_id: int) -> list[DrawCard]:
    """The public draws of a viewer's show, newest first."""
    rows = Draw.objects.filter(organisation_id=org_id, show_id=show_id, state__in=PUBLIC)
    mine = {e.draw_id: e for e in DrawEntry.objects.filter(viewer_id=viewer_id, draw__in=rows)}
    asked = dict(Quiz.objects.filter(draw__in=rows).values_list("draw_id", "questions"))
    awarded = Award.objects.filter(viewer_id=viewer_id, draw__in=rows).select_related("coupon")
    won = {award.draw_id: award for award in awarded}
    return [
        DrawCard(
            id=row.pk,
            state=row.state,
            questions=len(asked.get(row.pk, ())),
            terms=_shown(row.terms),
            way_zh=(QUIZ_ZH if row.pk in asked else "") + WAY_ZH,
            way_en=(QUIZ_EN if row.pk in asked else "") + WAY_EN,
            commit=row.commit,
            entries=row.entries_count,
            entry=entry_view(mine[row.pk]) if row.pk in mine else None,
            award=award_view(won[row.pk]) if row.pk in won else None,
        )
        for row in rows.order_by("-pk")
    ]


def awards(org_id: int, draw_id: int) -> list[AwardView]:
    """The prizes won in a draw, in the order of the prizes.

    Raises:
        NoSuchDraw: not in the organisation.
    """
    draw(org_id, draw_id)
    rows = Award.objects.filter(organisation_id=org_id, draw_id=draw_id).select_related("coupon")
    return [award_view(row) for row in rows.order_by("prize_no", "pk")]


def receiver(org_id: int, award_id: int) -> dict[str, str] | None:
    """Where a claimed prize goes, in clear; None before it is claimed.

    Raises:
        NoSuchAward: not in the organisation.
    """
    row = Award.objects.filter(organisation_id=org_id, pk=award_id).first()
    if row is None:
        raise NoSuchAward(id=award_id)
    return receiver_of(row)


def receiver_of(row: Award) -> dict[str, str] | None:
    """Where a prize goes, in clear; None before it is claimed."""
    if not row.receiver_encrypted:
        return None
    found: dict[str, str] = json.loads(decrypt_text(row.receiver_encrypted))
    return found


def _masked(row: Award) -> str:
    to = receiver_of(row)
    return "" if to is None else masked_receiver(to["name"], to["phone"])


def proof(draw_id: int) -> Proof:
    """What anybody may know of a draw of any shop.

    Raises:
        NoSuchDraw: none, or it was not published.
    """
    row = Draw.objects.filter(pk=draw_id, state__in=PUBLIC).first()
    if row is None:
        raise NoSuchDraw(id=draw_id)
    is_listed = row.state in ("closed", "drawn", "settled")
    entries = row.entries.filter(place__isnull=False).order_by("place")
    won = list(row.awards.order_by("pk"))
    questions = _questions(row)
    return Proof(
        draw=row.pk,
        state=row.state,
        questions=questions,
        terms=_shown(row.terms),
        versions=[{**version, "terms": _shown(version["terms"])} for version in row.versions],
        way_zh=(QUIZ_ZH if questions else "") + WAY_ZH,
        way_en=(QUIZ_EN if questions else "") + WAY_EN,
        commit=row.commit,
        root=row.root,
        seed=row.seed,
        entries=list(entries.values_list("token", flat=True)) if is_listed else [],
        prizes=[(prize.name, prize.count or 0) for prize in row.spec.prizes],
        barred=row.barred,
        winners=[(award.place, award.prize_no) for award in won],
        claims=[
            ClaimShown(award.place, award.name, award.value_fen, award.claimed_at)
            for award in won
            if award.claimed_at is not None and award.value_fen > CLAIM_SHOWN_ABOVE_FEN
        ],
    )


def draw_view(row: Draw) -> DrawView:
    """A draw's row as a value."""
    return _views([row])[0]


def entry_view(row: DrawEntry) -> EntryView:
    """An entry's row as a value."""
    return EntryView(row.draw_id, row.place, row.token, row.kept_out)


def award_view(row: Award) -> AwardView:
    """An award's row as a value."""
    return AwardView(
        id=row.pk,
        draw_id=row.draw_id,
        place=row.place,
        prize=row.name,
        value_fen=row.value_fen,
        state=row.state,
        lapses_at=row.lapses_at,
        claimed_at=row.claimed_at,
        shipped_at=row.shipped_at,
        delivered_at=row.delivered_at,
        receiver_masked=_masked(row),
        carrier=row.carrier,
        carrier_zh=carrier_name(row.carrier),
        carrier_en=carrier_name(row.carrier, english=True),
        waybill=row.waybill,
        good_until=None if row.coupon is None else row.coupon.good_until,
    )


def _views(rows: Sequence[Draw]) -> list[DrawView]:
    """Rows as values: one query for each kind, however many draws."""
    asked = dict(Quiz.objects.filter(draw__in=rows).values_list("draw_id", "questions"))
    out = DrawEntry.objects.filter(draw__in=rows, place__isnull=True).order_by()
    kept_out = dict(out.values_list("draw_id").annotate(Count("pk")))
    return [
        DrawView(
            id=row.pk,
            show_id=row.show_id,
            state=row.state,
            questions=len(asked.get(row.pk, ())),
            terms=row.terms,
            version=len(row.versions) + 1,
            commit=row.commit,
            root=row.root,
            seed=row.seed,
            entries=row.entries_count,
            kept_out=kept_out.get(row.pk, 0) + len(row.barred),
            lapses_at=row.lapses_at,
            finished_at=row.finished_at,
        )
        for row in rows
    ]


def _questions(row: Draw) -> int:
    quiz = Quiz.objects.filter(draw=row).first()
    return 0 if quiz is None else len(quiz.questions)


def _shown(terms: dict[str, Any]) -> dict[str, Any]:
    """Terms for the public: that there is a keyword, not which."""
    return {**terms, "keyword": bool(terms.get("keyword"))}
