"""Facts of red packets replayed equal the tables, and give every portion again."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections import Counter
from functools import partial
from random import Random
from typing import Any

import msgspec
import pytest

from kaibo.base.errors import Refusal
from kaibo.facts import promotions as told
from kaibo.facts import registry
from kaibo.facts.base import Fact
from kaibo.journal.models import Entry
from kaibo.promotions import actions
from kaibo.promotions.actions import PacketSpec
from kaibo.promotions.models import Coupon, PacketClaim, Promotion, RedPacket
from kaibo.promotions.rules import commitment, portions
from kaibo.promotions.tests.packing import grab, spec_of
from kaibo.promotions.tests.promoting import prize_of
from kaibo.promotions.tests.shop import Shop, after, list_link, make_shop

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.PacketSaved,
        told.PacketPublished,
        told.PacketCancelled,
        told.PacketOpened,
        told.PacketClaimed,
        told.PacketFinished,
    }
)


class Books:
    """What the facts alone say."""

    def __init__(self) -> None:
        self.packets: dict[int, str] = {}
        self.terms: dict[int, dict[str, Any]] = {}
        self.commits: dict[int, str] = {}
        self.credits: dict[int, int] = {}
        self.claims: dict[int, list[tuple[int, str, int, int]]] = {}
        self.budgets: dict[int, int | None] = {}

    def replay(self, fact: Fact) -> None:
        match fact:
            case told.PacketSaved():
                self.packets[fact.packet_id] = "draft"
                self.terms[fact.packet_id] = fact.terms
                self.claims[fact.packet_id] = []
            case told.PacketPublished():
                self.packets[fact.packet_id] = "published"
                self.commits[fact.packet_id] = fact.commit
                self.credits[fact.packet_id] = fact.promotion_id
                if not self._is_named(fact.packet_id):
                    self.budgets[fact.promotion_id] = self.terms[fact.packet_id]["total_fen"]
            case told.PacketCancelled():
                self.packets[fact.packet_id] = "cancelled"
            case told.PacketOpened():
                self.packets[fact.packet_id] = "open"
            case told.PacketClaimed():
                mine = self.claims[fact.packet_id]
                mine.append((fact.viewer_id, fact.token, fact.fen, fact.coupon_id))
                assert fact.place == len(mine)
            case told.PacketFinished():
                self.packets[fact.packet_id] = "finished"
                if not self._is_named(fact.packet_id):
                    self.budgets[self.credits[fact.packet_id]] = fact.claimed_fen
                self._check_portions(fact)

    def _is_named(self, packet_id: int) -> bool:
        """Whether its portions are coupons of a promotion that it names."""
        return self.terms[packet_id]["promotion_id"] is not None

    def kept(self) -> Counter[int]:
        """Coupons promised to those who will have them, by promotion."""
        found = Counter[int]()
        for id, state in self.packets.items():
            if state in ("published", "open") and self._is_named(id):
                found[self.credits[id]] += self.terms[id]["number"] - len(self.claims[id])
        return found

    def _check_portions(self, fact: told.PacketFinished) -> None:
        assert commitment(fact.seed) == self.commits[fact.packet_id]
        spec = msgspec.convert(self.terms[fact.packet_id], PacketSpec)
        due = portions(fact.seed, spec)
        fens = [fen for _, _, fen, _ in self.claims[fact.packet_id]]
        assert fens == due[: len(fens)]
        assert (fact.claims, fact.claimed_fen) == (len(fens), sum(fens))
        assert (fact.returned, fact.returned_fen) == (
            len(due) - len(fens),
            sum(due[len(fens) :]),
        )


def assert_books_equal_tables() -> None:
    """Every fact replayed, against every row."""
    books = Books()
    for entry in Entry.objects.order_by("pk"):
        books.replay(registry.decode(entry.tag, entry.body))
    rows = RedPacket.objects.all()
    assert books.packets == {row.pk: row.state for row in rows}
    assert books.terms == {row.pk: row.terms for row in rows}
    claims: dict[int, list[tuple[int, str, int, int]]] = {row.pk: [] for row in rows}
    for claim in PacketClaim.objects.order_by("place"):
        told_of = (claim.viewer_id, claim.token, claim.fen, claim.coupon_id)
        claims[claim.packet_id].append(told_of)
    assert books.claims == claims
    own = Promotion.objects.filter(got="packet")
    assert books.budgets == {row.pk: row.budget_fen for row in own}
    for promotion in Promotion.objects.all():
        assert promotion.coupons_promised == books.kept()[promotion.pk]
    # What each takes off, by its own amount or by the terms of what it is a coupon of.
    coupons = Coupon.objects.select_related("promotion")
    off = {one.pk: one.off_fen or one.promotion.terms["benefit"]["fen"] for one in coupons}
    assert off == {id: fen for mine in claims.values() for _, _, fen, id in mine}
    for row in rows:
        assert row.claims_count == len(claims[row.pk])
        assert row.claimed_fen == sum(fen for _, _, fen, _ in claims[row.pk])


@pytest.mark.parametrize("seed", range(3))
def test_replay_equals_the_tables_after_a_random_hour(seed: int) -> None:
    chance, shop = Random(seed), make_shop()
    list_link(shop)
    prize_of(shop, uses_total=20)
    for step in range(140):
        with contextlib.suppress(Refusal):
            _any_act(shop, chance, step=step)()
    actions.run_due_packets(now=after(0) + dt.timedelta(days=1))
    assert {"cancelled", "finished"} <= {row.state for row in RedPacket.objects.all()}
    assert PacketClaim.objects.exists()
    assert_books_equal_tables()


def _any_act(shop: Shop, chance: Random, *, step: int) -> Any:
    """One of everything red packets do; a step is seven seconds."""
    at = step * 7
    now = after(at)
    by: dict[str, Any] = {"by": shop.by, "now": now}
    spec = spec_of(
        split=chance.choice(["equal", "random"]),
        number=chance.randint(2, 6),
        total_fen=chance.randint(400, 900),
        most_fen=450,
        least_fen=chance.randint(1, 60),
        opens_at=now,
        closes_at=now + dt.timedelta(seconds=60),
    )
    if chance.random() < 0.4:
        named = Promotion.objects.get(unlock="prize").pk
        spec = msgspec.structs.replace(spec, promotion_id=named)
    acts: list[Any] = [partial(actions.save_packet, spec=spec, request_key=f"packet-{step}", **by)]
    for row in RedPacket.objects.exclude(state__in=("finished", "cancelled")).order_by("-pk")[:3]:
        steps = {
            "draft": [actions.publish_packet] * 3 + [actions.cancel_packet],
            "published": [actions.open_packet] * 3 + [actions.cancel_packet],
        }.get(row.state, [])
        acts += [partial(one, packet_id=row.pk, **by) for one in steps]
        if row.state == "open":
            acts += [partial(grab, shop, row.pk, viewer, at=at) for viewer in range(1, 8)]
    acts.append(partial(actions.run_due_packets, now=now))
    return chance.choice(acts)
