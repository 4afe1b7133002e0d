"""Facts of promotions, coupons and uses replayed equal the tables, after a random day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import partial
from random import Random
from typing import Any

import pytest
from django.db import connection

from kaibo.base.errors import Refusal
from kaibo.facts import promotions as told
from kaibo.facts import registry
from kaibo.facts.base import Fact
from kaibo.journal.models import Entry
from kaibo.promotions import actions
from kaibo.promotions.models import Coupon, CouponCode, Promotion, PromotionUse
from kaibo.promotions.rules import AmountOff
from kaibo.promotions.tests.promoting import DAY, basket, give, save
from kaibo.promotions.tests.shop import SHOW, Shop, after, make_shop

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.PromotionSaved,
        told.PromotionStarted,
        told.PromotionPaused,
        told.PromotionStartUndone,
        told.PromotionEnded,
        told.PromotionExtended,
        told.PromotionsUsed,
        told.UsesMoved,
        told.CouponClaimed,
        told.CouponDropped,
        told.CouponsExpired,
        told.CodesMade,
    }
)
_USE = {"sell": "used", "give_back": "given_back", "retake": "used", "return": "returned"}


class Books:
    """What the facts alone say."""

    def __init__(self) -> None:
        self.state: dict[int, str] = {}
        self.terms: dict[int, dict[str, Any]] = {}
        self.limits: dict[int, Any] = {}
        self.codes: dict[int, int] = {}
        self.windows: dict[int, Any] = {}
        self.given: Counter[int] = Counter()
        self.coupons: dict[int, str] = {}
        self.uses: dict[int, tuple[str, int, int]] = {}

    def replay(self, fact: Fact) -> None:
        match fact:
            case told.PromotionSaved():
                self.state[fact.promotion_id] = "draft"
                self.terms[fact.promotion_id] = fact.terms
                self.limits[fact.promotion_id] = (fact.ends_at, fact.uses_total, fact.budget_fen)
            case told.PromotionStarted():
                self.state[fact.promotion_id] = "running"
            case told.PromotionPaused():
                self.state[fact.promotion_id] = "paused"
            case told.PromotionStartUndone():
                self.state[fact.promotion_id] = "draft"
            case told.PromotionEnded():
                self.state[fact.promotion_id] = "ended"
            case told.PromotionExtended():
                self.limits[fact.promotion_id] = (fact.ends_at, fact.uses_total, fact.budget_fen)
            case told.CouponClaimed():
                self.given[fact.promotion_id] += 1
                self.coupons[fact.coupon_id] = "open"
                if fact.code_id is not None:
                    self.codes[fact.code_id] += 1
            case told.CodesMade():
                self.codes |= dict.fromkeys(fact.codes, 0)
            case told.CouponDropped():
                self.windows[fact.promotion_id] = fact.opens_at, fact.closes_at
            case told.CouponsExpired():
                self.coupons |= dict.fromkeys(fact.coupons, "expired")
            case told.PromotionsUsed():
                self._uses(fact.uses, "held", coupon="held")
            case told.UsesMoved():
                self._uses(fact.uses, _USE[fact.verb], coupon="used")
                self.coupons |= dict.fromkeys(fact.coupons_back, "open")

    def _uses(self, uses: list[told.UseTold], state: str, *, coupon: str) -> None:
        for use in uses:
            self.uses[use.use_id] = state, use.promotion_id, use.off_fen
            if use.coupon_id is not None:
                self.coupons[use.coupon_id] = coupon


def assert_books_equal_tables() -> None:
    """Every fact replayed, against every row."""
    books = Books()
    for entry in Entry.objects.order_by("pk"):
        books.replay(registry.decode(entry.tag, entry.body))
    rows = Promotion.objects.all()
    assert books.state == {row.pk: row.state for row in rows}
    assert books.terms == {row.pk: row.terms for row in rows}
    limits = {row.pk: (row.ends_at, row.uses_total, row.budget_fen) for row in rows}
    assert books.limits == limits
    dropped = {row.pk: (row.claim_from, row.claim_until) for row in rows if row.claim_from}
    assert books.windows == dropped
    assert books.codes == {row.pk: row.uses for row in CouponCode.objects.all()}
    assert books.coupons == {row.pk: row.state for row in Coupon.objects.all()}
    assert books.uses == {
        row.pk: (row.state, row.promotion_id, row.off_fen) for row in PromotionUse.objects.all()
    }
    for row in rows:
        mine = [(state, off) for state, of, off in books.uses.values() if of == row.pk]
        assert row.uses_held == sum(state == "held" for state, _ in mine)
        assert row.uses_spent == sum(state == "used" for state, _ in mine)
        assert row.off_fen == sum(off for state, off in mine if state in ("held", "used"))
        assert row.coupons_given == books.given[row.pk]


@pytest.mark.parametrize("seed", range(3))
def test_replay_equals_the_tables_after_a_random_day(seed: int) -> None:
    chance, shop = Random(seed), make_shop()
    done = Counter[str]()
    for step in range(120):
        name, act = _any_act(shop, chance, at=step * DAY / 110)
        try:
            act()
            done[name] += 1
        except Refusal:
            pass
    # Ids begin anew on SQLite alone, and with them what a seed plays.
    if connection.vendor == "sqlite":
        assert {"use", "claim", "move", "expire"} <= done.keys()
    assert_books_equal_tables()


def _any_act(shop: Shop, chance: Random, *, at: float) -> tuple[str, Any]:
    """One of everything that can be done, to something it can be done to."""
    now = after(at)
    got = chance.choice(["auto", "claim", "claim", "code"])
    new = partial(
        save,
        shop,
        AmountOff(chance.randint(1, 300)),
        got=got,
        show_id=SHOW,
        of={"stacking": chance.choice(["activity", "coupon", "platform"])},
        uses_total=chance.choice([None, 3]),
        budget_fen=chance.choice([None, 700]),
        coupon_lasts_s=chance.choice([None, 3_600]) if got == "claim" else None,
        unlock=chance.choice(["open", "drop"]) if got == "claim" else "open",
    )
    acts: list[tuple[str, Any]] = [
        ("save", new),
        ("use", partial(actions.use_promotions, **basket(shop, viewer_id=1, at=at))),
        ("use", partial(actions.use_promotions, **basket(shop, viewer_id=2, at=at))),
        ("expire", partial(actions.expire_coupons, now=now)),
    ]
    for row in Promotion.objects.exclude(state="ended"):
        step: dict[str, Any] = {"promotion_id": row.pk, "by": shop.by, "now": now}
        verbs: list[Any] = [actions.start_promotion] * 3
        verbs += [actions.pause_promotion, actions.resume_promotion, actions.undo_promotion_start]
        verbs += [actions.end_promotion] * (chance.random() < 0.1)
        acts.append(("step", partial(chance.choice(verbs), **step)))
        more = actions.Extension(ends_at=row.ends_at + dt.timedelta(seconds=chance.randint(0, 9)))
        acts.append(("step", partial(actions.extend_promotion, **step, changes=more)))
        if row.unlock == "drop":
            acts.append(("drop", partial(actions.drop_coupon, **step, lasts_s=3_600)))
        if row.got == "code":
            acts.append(("code", partial(_redeem, shop, row, step)))
        if (row.state, row.got) == ("running", "claim"):
            acts += [("claim", partial(give, shop, row, chance.randint(1, 2), at=at))] * 3
    for use in PromotionUse.objects.exclude(state="returned"):
        moves = {
            "held": [actions.mark_uses_sold, actions.give_back_uses],
            "used": [actions.return_uses],
            "given_back": [actions.retake_uses],
        }
        acts.append(("move", partial(chance.choice(moves[use.state]), use_ids=[use.pk], now=now)))
    return chance.choice(acts)


def _redeem(shop: Shop, row: Promotion, step: dict[str, Any]) -> None:
    (code,) = actions.make_codes(**step, count=1)
    key = f"code-{CouponCode.objects.count()}"
    who: dict[str, Any] = {"org_id": shop.org_id, "show_id": SHOW, "viewer_id": 1}
    actions.redeem_code(code=code, **who, request_key=key, now=step["now"])
