"""What must add up after every step, looked up with SQL of its own: no rule of the product's.

Each check is one question whose every row is a broken promise.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import connection

ON_HAND = 10_000


def _on(account: str) -> str:
    """What a payment's entries leave on an account, debits less credits."""
    return f"""(SELECT COALESCE(SUM(CASE '{account}' WHEN e.debit THEN e.amount_fen
        WHEN e.credit THEN -e.amount_fen ELSE 0 END), 0) FROM orders_ledgerentry e
        WHERE e.order_id = p.order_id AND e.payment_id = p.id)"""


def _back(state: str) -> str:
    """What of a payment is owed or went back."""
    return f"""(SELECT COALESCE(SUM(r.amount_fen), 0) FROM orders_refund r
        WHERE r.payment_id = p.id AND r.state = '{state}')"""


ALWAYS = {
    "the units of a sale add up": """
        SELECT s.id FROM promotions_flashsale s WHERE s.units_total <> s.units_left
        + s.units_returned + (SELECT COALESCE(SUM(c.units - c.units_returned), 0)
        FROM promotions_claim c
        WHERE c.sale_id = s.id AND c.state IN ('held', 'ordered', 'paid'))""",
    "nobody holds more than the limit": """
        SELECT c.sale_id, c.viewer_id FROM promotions_claim c
        JOIN promotions_flashsale s ON s.id = c.sale_id
        WHERE c.state IN ('held', 'ordered', 'paid')
        GROUP BY c.sale_id, c.viewer_id, s.units_per_buyer_max
        HAVING SUM(c.units) > s.units_per_buyer_max""",
    "the line of a sale is as long as it says": """
        SELECT s.id, s.waiting FROM promotions_flashsale s WHERE s.waiting <> (SELECT COUNT(*)
        FROM promotions_place p WHERE p.sale_id = s.id AND p.state = 'waiting')""",
    "nobody waits for a unit that is free": """
        SELECT p.id, s.units_left FROM promotions_place p
        JOIN promotions_flashsale s ON s.id = p.sale_id
        WHERE p.state = 'waiting' AND p.units <= s.units_left""",
    "the units of a link add up": """
        SELECT o.id, o.units_held, o.units_sold FROM promotions_offer o WHERE
        o.units_held <> (SELECT COALESCE(SUM(t.units), 0) FROM promotions_taking t
            WHERE t.offer_id = o.id AND t.state = 'held')
        OR o.units_sold <> (SELECT COALESCE(SUM(t.units - t.units_returned), 0)
            FROM promotions_taking t
            WHERE t.offer_id = o.id AND t.state = 'sold')
        OR o.units_held + o.units_sold > o.units_given""",
    "an order and its claim agree": """
        SELECT o.no, o.state, c.state FROM orders_order o
        JOIN orders_orderline l ON l.order_id = o.id JOIN promotions_claim c ON c.id = l.claim_id
        WHERE o.state || ' ' || c.state NOT IN ('created ordered', 'paid paid',
        'closed released', 'refunding returned', 'refunded returned')""",
    "an order and its taking agree": """
        SELECT o.no, o.state, t.state FROM orders_order o
        JOIN orders_orderline l ON l.order_id = o.id JOIN promotions_taking t ON t.id = l.taking_id
        WHERE o.state || ' ' || t.state NOT IN ('created held', 'paid sold',
        'closed given_back', 'refunding returned', 'refunded returned')""",
    "an order costs what its lines do": """
        SELECT o.no, o.total_fen FROM orders_order o WHERE o.total_fen <> (SELECT SUM(l.amount_fen)
        FROM orders_orderline l WHERE l.order_id = o.id)
        UNION SELECT o.no, l.amount_fen FROM orders_orderline l JOIN orders_order o
        ON o.id = l.order_id WHERE l.amount_fen <> l.units * l.unit_price_fen - l.discount_fen""",
    "the counts of a promotion add up": """
        SELECT p.id, p.off_fen FROM promotions_promotion p WHERE
        p.uses_held <> (SELECT COUNT(*) FROM promotions_promotionuse u
            WHERE u.promotion_id = p.id AND u.state = 'held')
        OR p.uses_spent <> (SELECT COUNT(*) FROM promotions_promotionuse u
            WHERE u.promotion_id = p.id AND u.state = 'used')
        OR p.off_fen <> (SELECT COALESCE(SUM(u.off_fen), 0) FROM promotions_promotionuse u
            WHERE u.promotion_id = p.id AND u.state IN ('held', 'used'))
        OR p.uses_held + p.uses_spent > p.uses_total OR p.off_fen > p.budget_fen""",
    "promotions take off what orders were given": """
        SELECT given.fen, taken.fen FROM
        (SELECT COALESCE(SUM(l.discount_fen), 0) AS fen FROM orders_orderline l
            JOIN orders_order o ON o.id = l.order_id WHERE o.state IN ('created', 'paid')) given,
        (SELECT COALESCE(SUM(u.off_fen), 0) AS fen FROM promotions_promotionuse u
            WHERE u.state IN ('held', 'used')) taken
        WHERE given.fen <> taken.fen""",
    "a paid order has exactly one payment": """
        SELECT o.no, o.state FROM orders_order o WHERE (SELECT COUNT(*) FROM orders_payment p
        WHERE p.order_id = o.id AND p.state = 'paid' AND p.received_fen = o.total_fen)
        <> CASE o.state WHEN 'paid' THEN 1 ELSE 0 END""",
    "money that came is paid, owed or went back": """
        SELECT p.id, p.state, p.received_fen FROM orders_payment p WHERE
        (p.received_fen > 0) <> (p.state IN ('paid', 'refund_due', 'refunded'))""",
    "the ledger says where the money of each payment is": f"""
        SELECT p.id, p.state, p.received_fen FROM orders_payment p WHERE
        {_on("provider_receivable")} <> p.received_fen - {_back("done")}
        OR {_on("sales")} <> {_back("done")} + {_back("due")} - p.received_fen
        OR {_on("refunds_payable")} <> -{_back("due")}
        OR p.state <> 'paid' AND {_back("done")} + {_back("due")} <> p.received_fen
        OR {_on("buyer_deposits")} <> 0""",
    "the stock says what was sold": """
        SELECT s.id, s.on_hand, s.sold FROM catalog_stock s WHERE s.on_hand + s.sold <> {on_hand}
        OR s.sold <> (SELECT COALESCE(SUM(c.units - c.units_returned), 0) FROM promotions_claim c
            WHERE c.state = 'paid')
        + (SELECT COALESCE(SUM(t.units - t.units_returned), 0) FROM promotions_taking t
            WHERE t.state = 'sold')""",
}
AT_REST = {
    "no claim outlives its time to be ordered": """
        SELECT c.id FROM promotions_claim c WHERE c.state = 'held'""",
    "no order outlives its time to be paid": """
        SELECT o.no FROM orders_order o WHERE o.state = 'created'""",
    "no money is still owed": """
        SELECT r.id FROM orders_refund r WHERE r.state = 'due'""",
    "no sale outlives its window": """
        SELECT s.id FROM promotions_flashsale s WHERE s.state = 'running'""",
    "nobody waits for a sale that is over": """
        SELECT p.id FROM promotions_place p WHERE p.state = 'waiting'""",
    "no money was taken unheard": """
        SELECT n.id FROM orders_sandboxnotice n WHERE n.delivered_at IS NULL""",
}


@dataclass(frozen=True)
class Told:
    """A claim as its viewer was told of it."""

    viewer_id: int
    units: int
    key: str


@dataclass
class Book:
    """The auditor of a simulation; ``broken`` is what did not fit, with the first row of it."""

    broken: list[str] = field(default_factory=list)
    told: dict[int, Told] = field(default_factory=dict)
    _changes: int = -1

    def grant(self, claim_id: int, told: Told) -> None:
        """A viewer was told that they have it; every telling must be the same."""
        if self.told.setdefault(claim_id, told) != told:
            self.broken.append(f"claim {claim_id} was given to {self.told[claim_id]} and {told}")
        others = [i for i, t in self.told.items() if i != claim_id and t.key == told.key]
        if others:
            self.broken.append(f"key {told.key} was given claims {claim_id} and {others}")

    def expect(self, true: bool, text: str) -> None:
        """Note a promise that was broken."""
        if not true:
            self.broken.append(text)

    def look(self) -> None:
        """Ask everything that must be so after every step that wrote something."""
        changes = getattr(connection.connection, "total_changes", None)
        if not self.broken and (changes is None or changes != self._changes):
            self._changes = changes or 0
            self._ask(ALWAYS)
            self._claims_exist()

    def look_at_rest(self) -> None:
        """Ask what must be so when nobody has done anything for long."""
        self.look()
        self._ask(AT_REST)

    def _ask(self, checks: dict[str, str]) -> None:
        with connection.cursor() as cursor:
            for promise, question in checks.items():
                cursor.execute(question.format(on_hand=ON_HAND))
                if row := cursor.fetchone():
                    self.broken.append(f"{promise}: {row}")

    def _claims_exist(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, viewer_id, units FROM promotions_claim")
            stored = {row[0]: tuple(row[1:]) for row in cursor.fetchall()}
        for claim_id, told in self.told.items():
            if stored.get(claim_id) != (told.viewer_id, told.units):
                self.broken.append(f"claim {claim_id} was given to {told} and is not there")
