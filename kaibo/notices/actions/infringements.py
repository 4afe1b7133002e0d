"""A rights holder's notice from its arrival to the seller's statement (LM-035).

电子商务法 arts 42, 43. Whatever is done to a notice is done under the lock of its row.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from kaibo.access.crypto import encrypt_text, keyed_digests
from kaibo.base.actor import Actor
from kaibo.base.errors import BadInput
from kaibo.base.inputs import clean_text
from kaibo.base.workdays import due_within
from kaibo.catalog.actions import withhold_goods
from kaibo.catalog.reads import product, skus
from kaibo.facts.base import Fact
from kaibo.facts.notices import (
    InfringementAccepted,
    InfringementAnswered,
    InfringementFiled,
    InfringementForwarded,
    InfringementRejected,
    StatementDelivered,
)
from kaibo.journal.actions import append
from kaibo.notices.errors import (
    InfringementStateWrong,
    NoSuchInfringement,
    TooManyOpenNotices,
)
from kaibo.notices.models import Infringement
from kaibo.notices.reads.infringements import InfringementView, infringement_view
from kaibo.notices.rules.infringements import (
    ACT_WITHIN_WORKDAYS,
    HOLDERS,
    INFRINGEMENT,
    LINKS_MAX,
    NAME_CHARS_MAX,
    RIGHTS,
    TEXT_CHARS_MAX,
    WAY_CHARS_MAX,
    check_whole,
    restore_at,
)
from kaibo.notices.rules.unreachables import check_moment
from kaibo.promotions.actions import close_withheld
from kaibo.promotions.reads import link

# Of one room, that nobody has looked at yet; of one contact in it.
OPEN_MAX = 200
OPEN_OF_CONTACT_MAX = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSpec:
    """What a rights holder says; the links are those of one show."""

    org_id: int
    show_id: int
    link_nos: Collection[int]
    right: str
    right_name: str
    right_no: str
    holder_kind: str
    holder: str
    contact: str
    proof: str
    evidence: str
    is_true: bool


@dataclass(frozen=True, slots=True)
class Received:
    """The number of a notice, and the code by which its holder finds it; told once."""

    id: int
    code: str


@transaction.atomic
def file_infringement(*, spec: NoticeSpec, by: Actor, now: dt.datetime) -> Received:
    """Take a notice in; nothing is kept from sale before somebody looked at it.

    Raises:
        NoticeIncomplete: names all that it lacks (电子商务法 art. 42).
        BadInput, TextTooLong, TextUnreadable, NoSuchLink: a part cannot be used.
        TooManyOpenNotices: too many wait already. Nothing was written.
    """
    row, contact = _read(spec, now=now)
    row.contact_encrypted = encrypt_text(contact)
    row.contact_digest, *older = keyed_digests("notice_contact", contact.casefold())
    _check_room(row, {row.contact_digest, *older})
    goods = [link(spec.show_id, no) for no in row.link_nos]
    row.sku_ids = sorted({one.sku_id for one in goods})
    said = "；".join(f"{one.link_no} 号 {one.product_title} {one.spec}".strip() for one in goods)
    row.goods = said[:TEXT_CHARS_MAX]
    row.due_at = due_within(now, ACT_WITHIN_WORKDAYS)
    code = secrets.token_urlsafe(18)
    row.code_sha256 = hashlib.sha256(code.encode()).hexdigest()
    row.save()
    fact = InfringementFiled(
        infringement_id=row.pk,
        show_id=row.show_id,
        link_nos=row.link_nos,
        right=row.right,
        due_at=row.due_at,
    )
    tell(row, fact, by=by, now=now)
    return Received(row.pk, code)


@transaction.atomic
def accept_infringement(
    *, id: int, by: Actor, now: dt.datetime, whole_product: bool = True
) -> InfringementView:
    """Take a notice up: its goods are kept from sale and their links close in every room.

    Args:
        whole_product: every SKU of the products named, not only those of the links.

    Raises:
        NoSuchInfringement, InfringementStateWrong: nothing was written.
    """
    row = lock(id, org_id=by.org_id)
    move(row, "accept", now=now)
    row.decided_by, row.decided_at = by.id, now
    if whole_product:
        found = skus(row.sku_ids, by.org_id).values()
        products = [product(by.org_id, id) for id in sorted({one.product_id for one in found})]
        row.sku_ids = sorted({one.id for each in products for one in each.skus})
    withhold(row, by=by, now=now)
    row.save()
    fact = InfringementAccepted(
        infringement_id=row.pk,
        sku_ids=row.sku_ids,
        links=[(show_id, no) for show_id, no, _ in row.taken_down],
        due_at=row.due_at,
    )
    return tell(row, fact, by=by, now=now)


@transaction.atomic
def reject_infringement(*, id: int, reason: str, by: Actor, now: dt.datetime) -> InfringementView:
    """Do not take a notice up, and say why; its holder reads it.

    Raises:
        NoSuchInfringement, InfringementStateWrong, TextMissing, TextTooLong: nothing was written.
    """
    row = lock(id, org_id=by.org_id)
    row.reason = clean_text("reason", reason, chars_max=TEXT_CHARS_MAX, required=True)
    move(row, "reject", now=now)
    row.decided_by, row.decided_at, row.ended_at = by.id, now, now
    row.save()
    return tell(row, InfringementRejected(infringement_id=row.pk), by=by, now=now)


@transaction.atomic
def forward_infringement(*, id: int, way: str, by: Actor, now: dt.datetime) -> InfringementView:
    """The notice was passed on to the seller (电子商务法 art. 42).

    Args:
        way: to whom, and how that is known.

    Raises:
        NoSuchInfringement, InfringementStateWrong, TextMissing, TextTooLong: nothing was written.
    """
    row = lock(id, org_id=by.org_id)
    row.forwarded_way = clean_text("way", way, chars_max=WAY_CHARS_MAX, required=True)
    move(row, "forward", now=now)
    row.forwarded_at = now
    row.save()
    return tell(row, InfringementForwarded(infringement_id=row.pk), by=by, now=now)


@transaction.atomic
def answer_infringement(
    *, id: int, seller: str, statement: str, by: Actor, now: dt.datetime
) -> InfringementView:
    """Write down the seller's statement that nothing was infringed (不存在侵权行为的声明).

    Args:
        statement: with first evidence of it (电子商务法 art. 43).

    Raises:
        NoSuchInfringement, InfringementStateWrong, TextMissing, TextTooLong: nothing was written.
    """
    row = lock(id, org_id=by.org_id)
    row.seller = clean_text("seller", seller, chars_max=NAME_CHARS_MAX, required=True)
    row.statement = clean_text("statement", statement, chars_max=TEXT_CHARS_MAX, required=True)
    move(row, "answer", now=now)
    row.answered_at = now
    row.save()
    fact = InfringementAnswered(infringement_id=row.pk, due_at=row.due_at)
    return tell(row, fact, by=by, now=now)


@transaction.atomic
def deliver_statement(
    *, id: int, way: str, reached_at: dt.datetime, by: Actor, now: dt.datetime
) -> InfringementView:
    """The statement reached the holder; from the next day on fifteen days run (art. 43).

    The holder was told with it that they may complain to an authority or go to court.

    Args:
        way: how it reached them, and how that is known.

    Raises:
        NoSuchInfringement, InfringementStateWrong, TextMissing, TextTooLong: nothing was written.
        BadInput: the arrival lies ahead, or before the statement.
    """
    row = lock(id, org_id=by.org_id)
    row.delivered_way = clean_text("way", way, chars_max=WAY_CHARS_MAX, required=True)
    move(row, "deliver", now=now)
    check_moment("reached_at", reached_at, now=now)
    assert row.answered_at is not None
    if reached_at < row.answered_at:
        raise BadInput(field="reached_at", why="不得早于收到声明 · not before the statement")
    row.reached_at, row.restore_at = reached_at, restore_at(reached_at)
    row.save()
    fact = StatementDelivered(
        infringement_id=row.pk, reached_at=reached_at, restore_at=row.restore_at
    )
    return tell(row, fact, by=by, now=now)


def withhold(row: Infringement, *, by: Actor, now: dt.datetime) -> None:
    """Keep the goods of a notice from sale and take their links down; the caller saves."""
    withhold_goods(sku_ids=row.sku_ids, cause="infringement", case_id=row.pk, by=by, now=now)
    taken = close_withheld(org_id=by.org_id, sku_ids=row.sku_ids, by=by, now=now)
    row.taken_down = [[one.show_id, one.link_no, one.units] for one in taken]


def lock(id: int, *, org_id: int) -> Infringement:
    """A notice under its lock.

    Raises:
        NoSuchInfringement: none of this number in the organisation.
    """
    rows = Infringement.objects.select_for_update().filter(organisation_id=org_id, pk=id)
    row = rows.first()
    if row is None:
        raise NoSuchInfringement(id=id)
    return row


def move(row: Infringement, verb: str, *, now: dt.datetime) -> None:
    """Take a locked notice one step on and set until when the desk owes the next.

    Raises:
        InfringementStateWrong: the step does not follow; nothing was written.
    """
    if not INFRINGEMENT.may(row.state, verb):
        raise InfringementStateWrong(state=row.get_state_display())
    row.state = INFRINGEMENT.after(row.state, verb)
    ours = row.state in ("paused", "answered")
    row.due_at = due_within(now, ACT_WITHIN_WORKDAYS) if ours else None


def tell(row: Infringement, fact: Fact, *, by: Actor, now: dt.datetime) -> InfringementView:
    """Append the fact of a step; the row was written before."""
    append(fact, at=now, org_id=row.organisation_id, show_id=row.show_id, actor=by)
    return infringement_view(row)


def _read(spec: NoticeSpec, *, now: dt.datetime) -> tuple[Infringement, str]:
    """The notice as a row that is not written yet, and how to reach its holder."""
    row = Infringement(
        organisation_id=spec.org_id,
        show_id=spec.show_id,
        link_nos=sorted(set(spec.link_nos)),
        right=_one_of("right", spec.right, RIGHTS),
        right_name=clean_text("right_name", spec.right_name, chars_max=NAME_CHARS_MAX),
        right_no=clean_text("right_no", spec.right_no, chars_max=NAME_CHARS_MAX),
        holder_kind=_one_of("holder_kind", spec.holder_kind, HOLDERS),
        holder=clean_text("holder", spec.holder, chars_max=NAME_CHARS_MAX),
        proof=clean_text("proof", spec.proof, chars_max=TEXT_CHARS_MAX),
        evidence=clean_text("evidence", spec.evidence, chars_max=TEXT_CHARS_MAX),
        received_at=now,
    )
    contact = clean_text("contact", spec.contact, chars_max=WAY_CHARS_MAX)
    given = {name: bool(getattr(row, name)) for name in ("holder", "right_name", "proof")}
    given |= {"contact": bool(contact), "links": bool(row.link_nos), "evidence": bool(row.evidence)}
    check_whole(given | {"is_true": spec.is_true})
    if len(row.link_nos) > LINKS_MAX:
        raise BadInput(field="links", why=f"≤ {LINKS_MAX}")
    return row, contact


def _check_room(row: Infringement, digests: Collection[str]) -> None:
    waiting = Infringement.objects.filter(organisation_id=row.organisation_id, state="received")
    if waiting.filter(show_id=row.show_id).count() >= OPEN_MAX:
        raise TooManyOpenNotices(most=OPEN_MAX)
    if waiting.filter(contact_digest__in=digests).count() >= OPEN_OF_CONTACT_MAX:
        raise TooManyOpenNotices(most=OPEN_OF_CONTACT_MAX)


def _one_of(field: str, given: str, known: Collection[str]) -> str:
    if given not in known:
        raise BadInput(field=field, why=", ".join(known))
    return given
