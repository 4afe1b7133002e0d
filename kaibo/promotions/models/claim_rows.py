"""Many claims at once: one statement to read, one to write, because a batch is the hot path.

A batch travels to the database as one JSON text. That is the cheapest form on both engines:
values bound one by one cost several times as much as the rows themselves.
"""

import datetime as dt
from collections.abc import Collection, Sequence

import msgspec
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from kaibo.promotions.models.flash_sale import Claim, FlashSale

_NUMBERS = {
    "sqlite": "SELECT value FROM json_each(%s)",
    "postgresql": "SELECT value::bigint FROM json_array_elements_text(%s)",
}
_INSERT = (
    f"INSERT INTO {Claim._meta.db_table} (sale_id, unit_price_fen, pay_before, state, arrival,"
    " viewer_id, units, request_key, claimed_at) SELECT %s, %s, %s, 'held', {values}"
    " RETURNING arrival, id"
)
_INSERT_ROWS = {
    # The moment is rewritten to the form in which Django stores moments on this engine.
    "sqlite": _INSERT.format(
        values="%s + key, json_extract(value, '$[0]'), json_extract(value, '$[1]'),"
        " json_extract(value, '$[2]'),"
        " replace(rtrim(json_extract(value, '$[3]'), 'Z'), 'T', ' ') FROM json_each(%s)"
    ),
    "postgresql": _INSERT.format(
        values="%s + place - 1, (value ->> 0)::bigint, (value ->> 1)::int, value ->> 2,"
        " (value ->> 3)::timestamptz"
        " FROM json_array_elements(%s) WITH ORDINALITY AS rows (value, place)"
    ),
}
_json = msgspec.json.Encoder()


class ClaimRow(msgspec.Struct, frozen=True, array_like=True):
    """What differs from winner to winner; ``claimed_at`` is in UTC."""

    viewer_id: int
    units: int
    request_key: str
    claimed_at: dt.datetime


def claims_of_viewers(sale: FlashSale, viewers: Collection[int]) -> QuerySet[Claim]:
    """The sale's claims of these viewers, however many they are."""
    numbers = RawSQL(_NUMBERS[connection.vendor], [_text(list(viewers))])
    return sale.claims.filter(viewer_id__in=numbers)


def insert_claims(
    sale: FlashSale, rows: Sequence[ClaimRow], *, pay_before: dt.datetime
) -> list[int]:
    """Insert held claims in the order of arrival, after those the sale has already.

    Returns:
        Their ids, in the same order.
    """
    due = connection.ops.adapt_datetimefield_value(pay_before)
    values = [sale.pk, sale.price_fen, due, sale.claims_won, _text(rows)]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_ROWS[connection.vendor], values)
        return [int(pk) for _arrival, pk in sorted(cursor.fetchall())]


def _text(value: object) -> str:
    return _json.encode(value).decode()
