"""Facts of draws replayed equal the tables after a random hour, and give the winners again."""

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
from kaibo.promotions.actions import DrawSpec, Favour, Prize
from kaibo.promotions.models import Award, BarredViewer, Coupon, Draw, DrawEntry, Promotion
from kaibo.promotions.rules import commitment, draw_winners, link_entry, root_of
from kaibo.promotions.rules.draws import coupons_in
from kaibo.promotions.tests.drawing import (
    CREAMS,
    PHONES,
    claim,
    join,
    spec_of,
    viewer_of,
)
from kaibo.promotions.tests.promoting import prize_of
from kaibo.promotions.tests.shop import Shop, after, list_link, make_shop

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.DrawSaved,
        told.DrawPublished,
        told.DrawCancelled,
        told.DrawOpened,
        told.DrawChanged,
        told.DrawEntered,
        told.DrawClosed,
        told.DrawRevealed,
        told.PrizeClaimed,
        told.PrizeShipped,
        told.PrizeDelivered,
        told.WinnersExported,
        told.DrawSettled,
        told.DrawFileDeleted,
        told.ViewerBarred,
    }
)


class Books:
    """What the facts alone say."""

    def __init__(self) -> None:
        self.draws: dict[int, str] = {}
        self.terms: dict[int, dict[str, Any]] = {}
        self.commits: dict[int, str] = {}
        self.entries: dict[int, dict[int, tuple[int | None, str]]] = {}
        self.awards: dict[int, tuple[int, str]] = {}
        self.waybills: dict[int, tuple[str, str]] = {}
        self.arrived: dict[int, dt.datetime] = {}
        # Who took addresses changes no row.
        self.taken = 0
        self.barred: dict[int, str] = {}
        self.coupons: dict[int, int] = {}

    def kept(self) -> Counter[int]:
        """Coupons promised to those who will win them, by promotion."""
        found = Counter[int]()
        for id, state in self.draws.items():
            if state in ("published", "open", "closed"):
                found += coupons_in(msgspec.convert(self.terms[id], DrawSpec).prizes)
        return found

    def replay(self, fact: Fact) -> None:
        match fact:
            case told.DrawSaved():
                self.draws[fact.draw_id] = "draft"
                self.terms[fact.draw_id] = fact.terms
            case told.DrawPublished():
                self.draws[fact.draw_id] = "published"
                self.commits[fact.draw_id] = fact.commit
                self.entries[fact.draw_id] = {}
            case told.DrawCancelled():
                self.draws[fact.draw_id] = "cancelled"
            case told.DrawOpened():
                self.draws[fact.draw_id] = "open"
            case told.DrawChanged():
                self.terms[fact.draw_id] = fact.terms
            case told.DrawEntered():
                self.entries[fact.draw_id][fact.viewer_id] = fact.place, fact.token
            case told.ViewerBarred():
                self.barred[fact.viewer_id] = fact.reason
            case _:
                self._replay_end(fact)

    def _replay_end(self, fact: Fact) -> None:
        match fact:
            case told.DrawClosed():
                self.draws[fact.draw_id] = "closed"
                self._check_root(fact)
            case told.DrawRevealed():
                self.draws[fact.draw_id] = "drawn"
                self._check_winners(fact)
                for award in fact.awards:
                    state = "awarded" if award.coupon_id is None else "given"
                    self.awards[award.award_id] = fact.draw_id, state
                    if award.coupon_id is not None:
                        self.coupons[award.coupon_id] = award.viewer_id
            case told.PrizeClaimed():
                self.awards[fact.award_id] = fact.draw_id, "claimed"
            case told.PrizeShipped():
                self.awards[fact.award_id] = fact.draw_id, "shipped"
                self.waybills[fact.award_id] = fact.carrier, fact.waybill
            case told.PrizeDelivered():
                self.awards[fact.award_id] = fact.draw_id, "delivered"
                self.arrived[fact.award_id] = fact.delivered_at
            case told.WinnersExported():
                self.taken += fact.awards
            case told.DrawSettled():
                self.draws[fact.draw_id] = "settled"
                for award_id in fact.lapsed:
                    self.awards[award_id] = fact.draw_id, "lapsed"
            case told.DrawFileDeleted():
                self.entries[fact.draw_id] = {}
                self.awards = {
                    id: award for id, award in self.awards.items() if award[0] != fact.draw_id
                }

    def _tokens(self, draw_id: int) -> list[str]:
        found = [entry for entry in self.entries[draw_id].values() if entry[0] is not None]
        return [token for _, token in sorted(found, key=lambda entry: entry[0] or 0)]

    def _check_root(self, fact: told.DrawClosed) -> None:
        head = self.commits[fact.draw_id]
        for token in self._tokens(fact.draw_id):
            head = link_entry(head, token)
        prizes = [(prize["name"], prize["count"]) for prize in self.terms[fact.draw_id]["prizes"]]
        assert root_of(head, prizes=prizes, barred=fact.barred) == fact.root
        self.closed = fact

    def _check_winners(self, fact: told.DrawRevealed) -> None:
        assert commitment(fact.seed) == self.commits[fact.draw_id]
        winners = draw_winners(
            fact.seed,
            root=self.closed.root,
            tokens=self._tokens(fact.draw_id),
            counts=[prize["count"] for prize in self.terms[fact.draw_id]["prizes"]],
            barred=self.closed.barred,
        )
        said = [(award.place, award.prize_no) for award in fact.awards]
        assert [(winner.place, winner.prize_no) for winner in winners] == said


def assert_books_equal_tables() -> None:
    """Every fact replayed, against every row."""
    books = Books()
    for entry in Entry.objects.order_by("pk"):
        books.replay(registry.decode(entry.tag, entry.body))
    assert books.draws == {row.pk: row.state for row in Draw.objects.all()}
    assert books.terms == {row.pk: row.terms for row in Draw.objects.all()}
    assert books.awards == {row.pk: (row.draw_id, row.state) for row in Award.objects.all()}
    for award in Award.objects.exclude(shipped_at=None):
        assert books.waybills[award.pk] == (award.carrier, award.waybill)
        assert books.arrived.get(award.pk) == award.delivered_at
    assert books.barred == {row.viewer_id: row.reason for row in BarredViewer.objects.all()}
    assert books.coupons == {row.pk: row.viewer_id for row in Coupon.objects.all()}
    for promotion in Promotion.objects.all():
        assert promotion.coupons_promised == books.kept()[promotion.pk]
    entries: dict[int, dict[int, tuple[int | None, str]]] = {id: {} for id in books.entries}
    for row in DrawEntry.objects.all():
        entries[row.draw_id][row.viewer_id] = row.place, row.token
    assert books.entries == entries


@pytest.mark.parametrize("seed", range(3))
def test_replay_equals_the_tables_after_a_random_hour(seed: int) -> None:
    chance, shop = Random(seed), make_shop()
    list_link(shop)
    prize_of(shop, uses_total=12)
    viewers = [viewer_of(shop, number) for number in range(8)]
    for step in range(140):
        with contextlib.suppress(Refusal):
            _any_act(shop, chance, viewers, step=step)()
    year = after(0) + dt.timedelta(days=800)
    actions.settle_due_draws(now=year)
    settled = Draw.objects.filter(state="settled")
    assert {"cancelled", "settled"} <= {row.state for row in Draw.objects.all()}
    assert_books_equal_tables()
    actions.delete_draw_file(draw_id=settled[0].pk, by=shop.by, now=year + dt.timedelta(days=800))
    assert_books_equal_tables()


def _any_act(shop: Shop, chance: Random, viewers: list[int], *, step: int) -> Any:
    """One of everything draws do; a step is seven seconds."""
    at = step * 7
    now = after(at)
    by: dict[str, Any] = {"by": shop.by, "now": now}
    coupon = Prize(name="券", kind="coupon", promotion_id=Promotion.objects.get().pk, count=3)
    prizes = chance.choice([(PHONES, CREAMS), (PHONES, CREAMS, coupon)])
    spec = spec_of(prizes=prizes, opens_at=now, closes_at=now + dt.timedelta(seconds=60))
    acts: list[Any] = [partial(actions.save_draw, spec=spec, request_key=f"draw-{step}", **by)]
    barred = partial(actions.bar_viewer, viewer_id=viewers[0], reason="staff", **by)
    acts += [barred] if chance.random() < 0.1 else []
    for row in Draw.objects.exclude(state__in=("settled", "cancelled")).order_by("-pk")[:3]:
        steps = {
            "draft": [actions.publish_draw] * 3 + [actions.cancel_draw],
            "published": [actions.open_draw] * 3 + [actions.cancel_draw],
        }.get(row.state, [])
        acts += [partial(one, draw_id=row.pk, **by) for one in steps]
        if row.state == "open":
            acts += [partial(join, shop, row.pk, viewer, at=at) for viewer in viewers]
            creams = msgspec.structs.replace(CREAMS, count=chance.randint(1, 5))
            more = (PHONES, creams, *row.spec.prizes[2:])
            acts.append(
                partial(actions.change_draw, draw_id=row.pk, changes=Favour(prizes=more), **by)
            )
    for award in Award.objects.exclude(state__in=("delivered", "lapsed"))[:2]:
        acts.append(partial(claim, shop, award.pk, award.viewer_id, at=at))
        sent: dict[str, Any] = {"carrier": "中通", "waybill": f"7310000{award.pk:07}"}
        acts.append(partial(actions.ship_prize, award_id=award.pk, **sent, **by))
        acts.append(partial(actions.deliver_prize, award_id=award.pk, **by))
    acts += [partial(actions.run_due_draws, now=now)] * 2
    return chance.choice(acts)
