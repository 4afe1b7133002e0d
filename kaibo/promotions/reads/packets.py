"""Red packets as the desk, a viewer and everybody see them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from kaibo.promotions.errors import NoSuchPacket
from kaibo.promotions.models import PacketClaim, RedPacket

# How portions are decided, told with the terms.
WAY_ZH = "先到先得，一人一份；金额由公示前承诺的种子算出，结束后公开种子，任何人可复算；余额退回"
WAY_EN = (
    "First come, first served, one each; a promised seed, shown at the end, decides each portion"
)
PUBLIC = ("published", "open", "finished")


@dataclass(frozen=True, slots=True)
class CouponName:
    """The coupon that every portion is, where the terms name one."""

    title_zh: str
    title_en: str


@dataclass(frozen=True, slots=True)
class PacketView:
    """A red packet as the desk sees it; the seed is not here before the end."""

    id: int
    show_id: int
    state: str
    terms: dict[str, Any]
    commit: str
    seed: str
    promotion_id: int | None
    coupon: CouponName | None
    claims: int
    claimed_fen: int
    finished_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class PortionView:
    """A viewer's portion: a coupon of so much, with its place and token as the receipt."""

    packet_id: int
    place: int
    token: str
    fen: int
    coupon_id: int
    good_until: dt.datetime


@dataclass(frozen=True, slots=True)
class PacketCard:
    """A red packet of the viewer's show, with their own portion."""

    id: int
    state: str
    terms: dict[str, Any]
    way_zh: str
    way_en: str
    commit: str
    coupon: CouponName | None
    left: int
    portion: PortionView | None


@dataclass(frozen=True, slots=True)
class PortionShown:
    """A portion as everybody sees it, as soon as it is taken (LM-105)."""

    place: int
    token: str
    fen: int
    claimed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class PacketProof:
    """All that is public of a red packet, for ``docs/verify_packet.py``; no viewer is named."""

    packet: int
    state: str
    terms: dict[str, Any]
    way_zh: str
    way_en: str
    commit: str
    seed: str
    portions: list[PortionShown]
    returned_fen: int | None


def packets(org_id: int, show_id: int) -> list[PacketView]:
    """The red packets of a show, newest first."""
    rows = RedPacket.objects.filter(organisation_id=org_id, show_id=show_id)
    return [packet_view(row) for row in rows.select_related("promotion").order_by("-pk")]


def packet(org_id: int, id: int) -> PacketView:
    """One red packet.

    Raises:
        NoSuchPacket: not in the organisation.
    """
    row = RedPacket.objects.filter(organisation_id=org_id, pk=id).first()
    if row is None:
        raise NoSuchPacket(id=id)
    return packet_view(row)


def packet_cards(viewer_id: int, *, org_id: int, show_id: int) -> list[PacketCard]:
    """The public red packets of a viewer's show, newest first."""
    rows = RedPacket.objects.filter(organisation_id=org_id, show_id=show_id, state__in=PUBLIC)
    claims = PacketClaim.objects.filter(viewer_id=viewer_id, packet__in=rows)
    mine = {claim.packet_id: claim for claim in claims.select_related("coupon")}
    return [
        PacketCard(
            id=row.pk,
            state=row.state,
            terms=row.terms,
            way_zh=WAY_ZH,
            way_en=WAY_EN,
            commit=row.commit,
            coupon=_coupon(row),
            left=(row.number or 0) - row.claims_count,
            portion=portion_view(mine[row.pk]) if row.pk in mine else None,
        )
        for row in rows.select_related("promotion").order_by("-pk")
    ]


def packet_proof(packet_id: int) -> PacketProof:
    """What anybody may know of a red packet of any shop.

    Raises:
        NoSuchPacket: none, or it was not published.
    """
    row = RedPacket.objects.filter(pk=packet_id, state__in=PUBLIC).first()
    if row is None:
        raise NoSuchPacket(id=packet_id)
    is_finished = row.state == "finished"
    return PacketProof(
        packet=row.pk,
        state=row.state,
        terms=row.terms,
        way_zh=WAY_ZH,
        way_en=WAY_EN,
        commit=row.commit,
        seed=row.seed,
        portions=[
            PortionShown(claim.place, claim.token, claim.fen, claim.claimed_at)
            for claim in row.claims.order_by("place")
        ],
        returned_fen=(row.total_fen or 0) - row.claimed_fen if is_finished else None,
    )


def packet_view(row: RedPacket) -> PacketView:
    """A red packet's row as a value."""
    return PacketView(
        id=row.pk,
        show_id=row.show_id,
        state=row.state,
        terms=row.terms,
        commit=row.commit,
        seed=row.seed,
        promotion_id=row.promotion_id,
        coupon=_coupon(row),
        claims=row.claims_count,
        claimed_fen=row.claimed_fen,
        finished_at=row.finished_at,
    )


def portion_view(row: PacketClaim) -> PortionView:
    """A claim's row as a value."""
    return PortionView(
        packet_id=row.packet_id,
        place=row.place,
        token=row.token,
        fen=row.fen,
        coupon_id=row.coupon_id,
        good_until=row.coupon.good_until,
    )


def _coupon(row: RedPacket) -> CouponName | None:
    """Of a published one."""
    if row.terms.get("promotion_id") is None or row.promotion is None:
        return None
    return CouponName(row.promotion.terms["title_zh"], row.promotion.terms["title_en"])
