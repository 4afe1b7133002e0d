"""A walk through everything that can happen to orders and money; the auditor reads every step."""

from collections.abc import Callable
from typing import Any

import hypothesis
import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from kaibo.base.errors import Refusal
from kaibo.journal.actions import follow
from kaibo.orders import actions, edge
from kaibo.orders.actions import OrderWish
from kaibo.orders.follow import on_entry
from kaibo.orders.models import Group, Order, Payment, Presale
from kaibo.orders.rules.protection import STANDS
from kaibo.orders.sandbox import bank
from kaibo.orders.tests import presaling
from kaibo.orders.tests.books import audit
from kaibo.orders.tests.buying import place, spec_of, tell
from kaibo.orders.tests.grouping import buy, start
from kaibo.promotions import actions as promotions
from kaibo.promotions.reads import LineWish, quote_basket
from kaibo.promotions.rules import AmountOff, AtLeastFen, Share
from kaibo.promotions.tests.promoting import run
from kaibo.promotions.tests.shop import SHOW, after, make_shop, open_link

# A walk over the rules of the books; races and payments are played on every database.
pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.slow, pytest.mark.long]

ANY = st.integers(0, 99)
TOO_MUCH = st.sampled_from([-9_900, -1, 1, 9_900])
FROM_200 = AtLeastFen(20_000)
EVENT = st.sampled_from(["first", "again", "third"])


class Evening(RuleBasedStateMachine):
    """Placing, paying, late, double, wrong and failed payments, groups, presales, refunds of all,
    of some units of some lines and of money alone, a provider that is down.

    Few units, so that late money sometimes finds them gone.
    """

    price_fen = 7_001

    def __init__(self) -> None:
        super().__init__()
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.shop = make_shop(on_hand=30)
        open_link(self.shop, units=5)
        self.offer = start(self.shop, size=2, fill_s=1_800)
        self.presale = presaling.start(
            self.shop,
            balance_opens_at=after(1_200),
            balance_closes_at=after(5_000),
            ship_by=after(9_000),
            per_buyer_max=9,
        )
        # A second link beside the first: what is taken off both divides by no units.
        open_link(self.shop, 2, units=9, price_fen=self.price_fen)
        payers = (Share("platform", 6_000), Share("shop", 4_000))
        run(self.shop, AmountOff(1_001), of={"condition": FROM_200, "payers": payers})
        actions.set_shop_terms(
            ship_within_h=48, may_refund_only=False, protects_days=30, by=self.shop.by, now=after(0)
        )
        self.second = 0.0

    def teardown(self) -> None:
        try:
            self._all_ends()
        finally:
            transaction.set_rollback(True)
            self.frame.__exit__(None, None, None)

    @property
    def now(self) -> Any:
        """Each step is a moment later."""
        self.second += 1
        return after(self.second)

    @initialize()
    def two_want_to_buy(self) -> None:
        self.buy(1)
        self.buy(1)
        self.buy_of_two_links(1, 2)
        self.some_units_are_refunded(2, 1, 1, 2)

    @rule(units=st.integers(1, 2))
    def buy(self, units: int) -> None:
        wish = {"units": units, "expected_total_fen": 9_900 * units}
        now = self.now
        self._try(lambda: place(self.shop, now=now, request_key=f"k{self.second}", **wish))
        self.open_payment(-1)

    @rule(units=st.integers(1, 3), others=st.integers(1, 3))
    def buy_of_two_links(self, units: int, others: int) -> None:
        """Of two lines, with what others bear of the discount; paid at once."""
        now, wished = self.now, {1: (units, 9_900), 2: (others, self.price_fen)}
        lines = [
            LineWish(key=str(no), sku_id=self.shop.sku_id, units=n, unit_price_fen=fen)
            for no, (n, fen) in wished.items()
        ]
        cart = quote_basket(
            org_id=self.shop.org_id, show_id=SHOW, viewer_id=1, lines=lines, coupon_ids=(), now=now
        )
        wishes = tuple(OrderWish(link_no=no, units=n) for no, (n, _) in wished.items())
        spec = spec_of(
            self.shop, wishes=wishes, request_key=f"k{self.second}",
            expected_total_fen=cart.total_fen,
        )  # fmt: skip
        self._try(lambda: actions.place_order(spec=spec, now=now))
        self.open_payment(-1)
        self._tell(-1, event="first")

    @rule(which=ANY, line=ANY, units=st.integers(1, 3), times=st.integers(1, 2))
    def some_units_are_refunded(self, which: int, line: int, units: int, times: int) -> None:
        """Of one line; asked twice under one key it is done once."""
        if (order := self._one(Order, which)) is None:
            return
        rows = list(order.lines.order_by("pk"))
        some = {rows[line % len(rows)].pk: units}
        wish: dict[str, Any] = {"no": order.no, "units": some, "request_key": f"r{self.second}"}
        wish |= {"reason": "", "by": self.shop.by}
        for _ in range(times):
            self._try(lambda: actions.refund_units(**wish, now=self.now))

    @rule(fen=st.integers(1, 333))
    def price_falls(self, fen: int) -> None:
        """The same goods at less: who is protected gets money back without any unit."""
        self.price_fen = max(6_000, self.price_fen - fen)
        by, price = self.shop.by, self.price_fen
        promotions.open_price(show_id=SHOW, link_no=2, price_fen=price, by=by, now=self.now)
        while follow("orders", on_entry):
            pass
        self.second += STANDS.total_seconds()
        actions.honour_price_drops(now=self.now)

    @rule(viewer_id=st.integers(1, 4))
    def group_opens(self, viewer_id: int) -> None:
        self._group(viewer_id, None)

    @rule(viewer_id=st.integers(1, 4), which=ANY)
    def group_is_joined(self, viewer_id: int, which: int) -> None:
        if group := self._one(Group, which):
            self._group(viewer_id, group.pk)

    @rule(viewer_id=st.integers(1, 4))
    def deposit_is_due(self, viewer_id: int) -> None:
        now = self.now
        mine: dict[str, Any] = {"viewer_id": viewer_id, "request_key": f"k{self.second}"}
        self._try(lambda: presaling.reserve(self.shop, self.presale, now=now, **mine))
        self.open_payment(-1)

    @rule(which=ANY)
    def seller_defaults(self, which: int) -> None:
        if presale := self._one(Presale, which):
            said = {"no": presale.order.no, "by": self.shop.by}
            self._try(lambda: actions.default_presale(reason="缺货", now=self.now, **said))
            self._try(lambda: actions.pay_penalty(now=self.now, **said))

    @rule()
    def groups_end(self) -> None:
        self.second += 600
        actions.end_due_groups(now=self.now)

    @rule(which=ANY)
    def open_payment(self, which: int) -> None:
        if order := self._one(Order, which):
            mine = {"no": order.no, "viewer_id": order.viewer_id}
            self._try(lambda: actions.open_payment(**mine, now=self.now))

    @rule()
    def newest_money_comes(self) -> None:
        self._tell(-1, event="first")

    @rule(which=ANY, event=EVENT)
    def money_comes(self, which: int, event: str) -> None:
        self._tell(which, event=event)

    @rule(which=ANY, event=EVENT, more=TOO_MUCH)
    def wrong_money_comes(self, which: int, event: str, more: int) -> None:
        self._tell(which, event=event, more=more)

    @rule(which=ANY)
    def payment_fails(self, which: int) -> None:
        if payment := self._one(Payment, which):
            tell(payment, now=self.now, event_id=f"no{payment.pk}", failed=True)

    @rule(minutes=st.sampled_from([1, 16]))
    def time_passes(self, minutes: int) -> None:
        self.second += minutes * 60
        actions.close_due_orders(now=self.now)

    @rule(which=ANY)
    def cancel(self, which: int) -> None:
        if order := self._one(Order, which):
            mine = {"no": order.no, "viewer_id": order.viewer_id}
            self._try(lambda: actions.cancel_order(**mine, now=self.now))

    @rule(which=ANY)
    def refund(self, which: int) -> None:
        if order := self._one(Order, which):
            by = self.shop.by
            self._try(lambda: actions.refund_order(no=order.no, reason="", by=by, now=self.now))

    @rule(is_up=st.booleans())
    def refunds_are_tried(self, is_up: bool) -> None:
        self.second += 3_600
        with pytest.MonkeyPatch.context() as patch:
            if not is_up:
                patch.setattr(edge, "provider", None)
            actions.retry_refunds(now=self.now)

    @invariant()
    def the_books_hold(self) -> None:
        audit()

    def _tell(self, which: int, *, event: str, more: int = 0) -> None:
        if payment := self._one(Payment, which):
            bank.press(payment.attempt_token, "pay", now=self.now)
            amount_fen = max(0, payment.amount_fen + more)
            tell(payment, now=self.now, event_id=f"{event}{payment.pk}", amount_fen=amount_fen)

    def _group(self, viewer_id: int, group_id: int | None) -> None:
        now, key = self.now, f"k{self.second}"
        self._try(
            lambda: buy(
                self.shop, self.offer, viewer_id, group_id=group_id, now=now, request_key=key
            )
        )
        self.open_payment(-1)

    def _all_ends(self) -> None:
        """A day later nothing waits: what was not complete is settled, all money is somewhere."""
        self.second += 86_400
        actions.close_due_orders(now=self.now)
        for _ in range(2):
            actions.end_due_groups(now=self.now)
            self.second += 3_600
            actions.retry_refunds(now=self.now)
        actions.end_due_groups(now=self.now)
        audit()
        assert not Presale.objects.filter(state__in=("placed", "deposited")).exists()
        assert not Payment.objects.filter(state="kept").exists()
        ends = set(Group.objects.values_list("state", flat=True))
        assert ends <= {"succeeded", "refunded"}
        assert {*Order.objects.values_list("state", flat=True)} <= {"paid", "closed", "refunded"}

    def _one(self, kind: Any, which: int) -> Any:
        rows = kind.objects.order_by("pk")
        count = rows.count()
        return rows[which % count] if count else None

    def _try(self, act: Callable[[], object]) -> None:
        try:
            with transaction.atomic():
                act()
        except Refusal:
            pass


def test_the_books_hold_whatever_happens(db: None) -> None:
    """Money told, kept, owed and sent back, in any order."""
    settings = hypothesis.settings(
        max_examples=10, stateful_step_count=24, deadline=None, database=None
    )
    run_state_machine_as_test(Evening, settings=settings)
