"""Writing many claims at once: one statement, because a batch is the hot path of a show."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from kaibo.promotions.models.flash_sale import Claim, FlashSale

_COLUMNS = (
    "sale_id, unit_price_fen, pay_before, state, viewer_id, units, request_key, claimed_at, arrival"
)
_TABLE = Claim._meta.db_table


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """What differs from winner to winner."""

    viewer_id: int
    units: int
    request_key: str
    claimed_at: dt.datetime


def insert_claims(
    sale: FlashSale, rows: Sequence[ClaimRow], *, pay_before: dt.datetime
) -> list[int]:
    """Insert held claims in the order of arrival, after those the sale has already.

    Returns:
        Their ids, in the same order.
    """
    first = sale.claims_won
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"INSERT INTO {_TABLE} ({_COLUMNS}) SELECT %s, %s, %s, 'held', t.* FROM "
                "unnest(%s::bigint[], %s::int[], %s::text[], %s::timestamptz[], %s::bigint[]) t",
                [
                    sale.pk,
                    sale.price_fen,
                    pay_before,
                    [row.viewer_id for row in rows],
                    [row.units for row in rows],
                    [row.request_key for row in rows],
                    [row.claimed_at for row in rows],
                    list(range(first, first + len(rows))),
                ],
            )
        else:
            # As Django itself stores moments on this engine.
            stored = connection.ops.adapt_datetimefield_value
            due = stored(pay_before)
            cursor.executemany(
                f"INSERT INTO {_TABLE} ({_COLUMNS}) "
                "VALUES (%s, %s, %s, 'held', %s, %s, %s, %s, %s)",
                [
                    (
                        sale.pk,
                        sale.price_fen,
                        due,
                        row.viewer_id,
                        row.units,
                        row.request_key,
                        stored(row.claimed_at),
                        arrival,
                    )
                    for arrival, row in enumerate(rows, start=first)
                ],
            )
        cursor.execute(
            f"SELECT id FROM {_TABLE} WHERE sale_id = %s AND arrival >= %s ORDER BY arrival",
            [sale.pk, first],
        )
        return [int(pk) for (pk,) in cursor.fetchall()]
