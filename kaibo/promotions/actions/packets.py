"""Red packets: drafted, published with a promise and its money, opened, claimed, finished."""

import datetime as dt
import secrets

import msgspec
from django.db import IntegrityError, transaction

from kaibo.access.crypto import decrypt_text, encrypt_text
from kaibo.base.actor import SYSTEM, Actor
from kaibo.compliance.actions import clear_words, judged
from kaibo.compliance.reads import check_function_on
from kaibo.facts.base import Fact
from kaibo.facts.promotions import (
    PacketCancelled,
    PacketClaimed,
    PacketFinished,
    PacketOpened,
    PacketPublished,
    PacketSaved,
)
from kaibo.journal.actions import append
from kaibo.promotions.actions.portions import (
    give_portion,
    give_rest_back,
    keep_portions,
    make_credit,
)
from kaibo.promotions.actions.winnings import is_barred, lock_at_stake_fen, won_fen
from kaibo.promotions.errors import (
    NoSuchPacket,
    PacketAlreadyOn,
    PacketNotNow,
    PacketRefused,
    PacketStateWrong,
    PacketWithoutShow,
)
from kaibo.promotions.models import Offer, PacketClaim, RedPacket
from kaibo.promotions.reads.basket import traits_of
from kaibo.promotions.reads.packets import PacketView, PortionView, packet_view, portion_view
from kaibo.promotions.rules import (
    PACKET,
    SEED_BYTES,
    PacketSpec,
    check_packet_publishable,
    check_packet_spec,
    check_request_key,
    commitment,
    judge_packet,
    portions,
)


@transaction.atomic
def save_packet(
    *, spec: PacketSpec, request_key: str, by: Actor, now: dt.datetime, packet_id: int | None = None
) -> PacketView:
    """Keep a draft: a new one, or new terms of one that was not published.

    Safe to repeat: a key that made a draft before gives that draft unchanged.

    Raises:
        BadInput and its kin: a text or number cannot be stored.
        NoSuchPacket, PacketStateWrong: it cannot be changed. Nothing was written.
    """
    check_request_key(request_key)
    spec = check_packet_spec(spec)
    if packet_id is None:
        row = RedPacket(organisation_id=by.org_id, request_key=request_key)
        _set(row, spec)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            earlier = RedPacket.objects.filter(organisation_id=by.org_id, request_key=request_key)
            if (found := earlier.first()) is None:
                raise
            return packet_view(found)
    else:
        row = lock_packet(packet_id, org_id=by.org_id)
        if row.state != "draft":
            raise _wrong(row)
        _set(row, spec)
        row.save()
    _tell(row, PacketSaved(packet_id=row.pk, terms=row.terms), by=by, now=now)
    return packet_view(row)


@judged
def publish_packet(*, packet_id: int, by: Actor, now: dt.datetime) -> PacketView:
    """Make the terms public with the hash of the seed, and set the money aside (LM-101, LM-104).

    Where it gives the coupons of a promotion, these are valued and kept for it instead.
    The portions are decided here: by a seed that is kept encrypted and shown by nothing before
    the end. From now on no term changes (LM-103). Safe to repeat.

    Raises:
        NoSuchPacket, PacketStateWrong, PacketNotNow: it cannot be published; its time is over.
        PacketIncomplete, PacketCannotBe, PrizeAboveCap: as they say.
        PacketWithoutShow: the shop has no link in the show yet.
        BelowFloor, FloorUnproven: with its largest portion a SKU could fall below its floor.
        NoSuchPromotion, PrizeCouponCannotBe: its coupons cannot be honoured, and why.
        Nothing was written in any of these cases.
        WordsBlocked, WordsUnconfirmed: only what was found in its words was written.
    """
    row = lock_packet(packet_id, org_id=by.org_id)
    if row.state == "published":
        return packet_view(row)
    _move(row, "publish")
    spec = row.spec
    check_packet_publishable(spec)
    clear_words(
        [spec.title, spec.organiser],
        subject=f"red_packet:{row.pk}",
        org_id=by.org_id,
        show_id=row.show_id,
        by=by,
        now=now,
    )
    assert row.opens_at is not None
    assert row.closes_at is not None
    if row.closes_at <= now:
        raise _not_now(row)
    if not Offer.objects.filter(organisation_id=by.org_id, show_id=row.show_id).exists():
        raise PacketWithoutShow(show_id=row.show_id)
    if spec.promotion_id is None:
        row.promotion_id = make_credit(spec, by=by, now=now)
    else:
        spec = keep_portions(spec, org_id=by.org_id)
        _set(row, spec)
        row.promotion_id = spec.promotion_id
        _tell(row, PacketSaved(packet_id=row.pk, terms=row.terms), by=by, now=now)
    assert row.promotion_id is not None
    seed = secrets.token_hex(SEED_BYTES)
    row.seed_encrypted, row.commit = encrypt_text(seed), commitment(seed)
    row.save()
    fact = PacketPublished(
        packet_id=row.pk,
        title=spec.title,
        commit=row.commit,
        promotion_id=row.promotion_id,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
    )
    _tell(row, fact, by=by, now=now)
    return packet_view(row)


@transaction.atomic
def cancel_packet(*, packet_id: int, by: Actor, now: dt.datetime) -> PacketView:
    """Take a red packet back before it opens; an open one runs to its end. Safe to repeat.

    Raises:
        NoSuchPacket, PacketStateWrong: nothing was written.
    """
    row = lock_packet(packet_id, org_id=by.org_id)
    if row.state != "cancelled":
        _move(row, "cancel")
        row.finished_at = now
        row.save(update_fields=["state", "finished_at"])
        if row.promotion_id is not None:
            give_rest_back(row, by=by, now=now)
        _tell(row, PacketCancelled(packet_id=row.pk), by=by, now=now)
    return packet_view(row)


@transaction.atomic
def open_packet(*, packet_id: int, by: Actor, now: dt.datetime) -> PacketView:
    """Let viewers have portions, inside the published times. Safe to repeat.

    Raises:
        NoSuchPacket, PacketStateWrong, PacketNotNow, FunctionOff,
        FunctionSanctioned: it cannot open.
        PacketAlreadyOn: another one of the show is on. Nothing was written.
    """
    row = lock_packet(packet_id, org_id=by.org_id)
    if row.state == "open":
        return packet_view(row)
    check_function_on(row.organisation_id, row.show_id, "packet", now=now)
    _move(row, "open")
    assert row.opens_at is not None
    assert row.closes_at is not None
    assert row.number is not None
    assert row.total_fen is not None
    if not row.opens_at <= now < row.closes_at:
        raise _not_now(row)
    try:
        with transaction.atomic():
            row.save(update_fields=["state"])
    except IntegrityError as error:
        raise PacketAlreadyOn() from error
    fact = PacketOpened(
        packet_id=row.pk,
        title=row.spec.title,
        number=row.number,
        total_fen=row.total_fen,
        closes_at=row.closes_at,
    )
    _tell(row, fact, by=by, now=now)
    return packet_view(row)


@transaction.atomic
def claim_packet(
    *, packet_id: int, org_id: int, show_id: int, viewer_id: int, now: dt.datetime
) -> PortionView:
    """Give a viewer the next portion, as a coupon; one each, safe to repeat.

    The last portion finishes the red packet.

    Raises:
        NoSuchPacket: none in this show. PacketStateWrong: it is not open yet.
        PacketRefused: with the reason. Nothing was written in any of these cases.
    """
    row = lock_packet(packet_id, org_id=org_id)
    if row.show_id != show_id or row.state in ("draft", "cancelled"):
        raise NoSuchPacket(id=packet_id)
    if (earlier := row.claims.filter(viewer_id=viewer_id).first()) is not None:
        return portion_view(earlier)
    if row.state == "published":
        raise _wrong(row)
    assert row.closes_at is not None
    assert row.number is not None
    spec, left = row.spec, row.number - row.claims_count
    if left and (row.state == "finished" or now >= row.closes_at):
        raise PacketRefused(reason="over")
    # Before what was won is summed: a draw that is revealed meanwhile counts once at least.
    stake_fen = lock_at_stake_fen(viewer_id, org_id=org_id, show_id=show_id)
    reason = judge_packet(
        spec,
        traits=traits_of(viewer_id, org_id=org_id, now=now),
        is_barred=is_barred(viewer_id, org_id=org_id),
        won_fen=stake_fen + won_fen(viewer_id, org_id=org_id, show_id=show_id),
        left=left,
    )
    if reason is not None:
        raise PacketRefused(reason=reason)
    place = row.claims_count + 1
    fen = portions(decrypt_text(row.seed_encrypted), spec)[place - 1]
    claim = _give(row, viewer_id=viewer_id, place=place, fen=fen, now=now)
    if place == row.number:
        _finish(row, by=SYSTEM(org_id), now=now)
    return portion_view(claim)


@transaction.atomic
def finish_packet(*, packet_id: int, by: Actor, now: dt.datetime) -> PacketView:
    """End an open red packet at its published end: the rest goes back. Safe to repeat.

    Raises:
        NoSuchPacket, PacketStateWrong: it is not open. PacketNotNow: before its published end.
        Nothing was written.
    """
    row = lock_packet(packet_id, org_id=by.org_id)
    if row.state != "finished":
        if row.state != "open":
            raise _wrong(row)
        assert row.closes_at is not None
        if now < row.closes_at:
            raise _not_now(row)
        _finish(row, by=by, now=now)
    return packet_view(row)


def run_due_packets(*, now: dt.datetime) -> int:
    """Finish what is due, and take back what nobody opened in its time; returns how many moved."""
    due = RedPacket.objects.filter(state__in=("published", "open"), closes_at__lte=now)
    moved = 0
    for id, org_id in list(due.order_by("pk").values_list("pk", "organisation_id")[:100]):
        by = SYSTEM(org_id)
        with transaction.atomic():
            row = lock_packet(id, org_id=org_id)
            if row.state == "published":
                cancel_packet(packet_id=id, by=by, now=now)
                moved += 1
            elif row.state == "open":
                finish_packet(packet_id=id, by=by, now=now)
                moved += 1
    return moved


def lock_packet(packet_id: int, *, org_id: int) -> RedPacket:
    """The red packet under its row lock.

    Raises:
        NoSuchPacket: none of this id in the organisation.
    """
    rows = RedPacket.objects.select_for_update(no_key=True)
    row = rows.filter(pk=packet_id, organisation_id=org_id).first()
    if row is None:
        raise NoSuchPacket(id=packet_id)
    return row


def _give(row: RedPacket, *, viewer_id: int, place: int, fen: int, now: dt.datetime) -> PacketClaim:
    org_id, show_id, token = row.organisation_id, row.show_id, secrets.token_hex(16)
    coupon = give_portion(row, viewer_id=viewer_id, fen=fen, now=now)
    row.claims_count = place
    row.claimed_fen += fen
    row.save(update_fields=["claims_count", "claimed_fen"])
    claim = PacketClaim.objects.create(
        organisation_id=org_id,
        packet=row,
        show_id=show_id,
        viewer_id=viewer_id,
        place=place,
        token=token,
        fen=fen,
        coupon=coupon,
        claimed_at=now,
    )
    fact = PacketClaimed(
        packet_id=row.pk,
        claim_id=claim.pk,
        viewer_id=viewer_id,
        place=place,
        token=token,
        fen=fen,
        coupon_id=coupon.pk,
    )
    append(fact, at=now, org_id=org_id, show_id=show_id, actor=Actor("viewer", viewer_id, org_id))
    return claim


def _finish(row: RedPacket, *, by: Actor, now: dt.datetime) -> None:
    """Show the seed, and give back what nobody has."""
    assert row.number is not None
    assert row.total_fen is not None
    _move(row, "finish")
    row.seed, row.seed_encrypted, row.finished_at = decrypt_text(row.seed_encrypted), "", now
    row.save(update_fields=["state", "seed", "seed_encrypted", "finished_at"])
    give_rest_back(row, by=by, now=now)
    fact = PacketFinished(
        packet_id=row.pk,
        title=row.spec.title,
        seed=row.seed,
        claims=row.claims_count,
        claimed_fen=row.claimed_fen,
        returned=row.number - row.claims_count,
        returned_fen=row.total_fen - row.claimed_fen,
    )
    _tell(row, fact, by=by, now=now)


def _set(row: RedPacket, spec: PacketSpec) -> None:
    row.terms, row.show_id = msgspec.to_builtins(spec), spec.show_id
    row.opens_at, row.closes_at = spec.opens_at, spec.closes_at
    row.total_fen, row.number = spec.total_fen, spec.number


def _move(row: RedPacket, verb: str) -> None:
    if not PACKET.may(row.state, verb):
        raise _wrong(row)
    row.state = PACKET.after(row.state, verb)


def _wrong(row: RedPacket) -> PacketStateWrong:
    return PacketStateWrong(state=row.get_state_display())


def _not_now(row: RedPacket) -> PacketNotNow:
    return PacketNotNow(opens_at=row.opens_at, closes_at=row.closes_at)


def _tell(row: RedPacket, fact: Fact, *, by: Actor, now: dt.datetime) -> None:
    # It may name any show; its facts join a show's once it was published in it.
    show_id = row.show_id if row.commit else None
    append(fact, at=now, org_id=row.organisation_id, show_id=show_id, actor=by)
