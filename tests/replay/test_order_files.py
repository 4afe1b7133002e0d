"""Facts of order files replayed equal the tables, after any sequence of files."""

import datetime as dt
from collections import Counter
from random import Random

import pytest

from kaibo.base.actor import Actor
from kaibo.catalog.tests.conftest import NOW, manager_of
from kaibo.facts import orders as told
from kaibo.facts.base import Fact
from kaibo.journal.reads import read
from kaibo.orders import actions
from kaibo.orders.actions import TermsWish
from kaibo.orders.models import OrderFile, PlatformOrder

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset({told.OrderFileApplied})


class Register:
    """What the facts alone say of files and of how many orders each shop has."""

    def __init__(self) -> None:
        self.files: dict[int, tuple[object, ...]] = {}
        self.orders: Counter[tuple[str, str]] = Counter()

    def replay(self, fact: Fact) -> None:
        """Take one fact in."""
        match fact:
            case told.OrderFileApplied():
                assert fact.file_id not in self.files
                assert fact.orders == (fact.created + fact.replaced + fact.unchanged + fact.older)
                self.files[fact.file_id] = (
                    fact.platform, fact.shop, fact.currency, fact.sha256, fact.rows, fact.created,
                    fact.replaced, fact.unchanged, fact.refused, fact.repeats,
                )  # fmt: skip
                self.orders[fact.platform, fact.shop] += fact.created


def a_file(chance: Random) -> bytes:
    """Some orders of few numbers, so that files overlap; now and then a fault or a repeat."""
    lines = ["订单编号,下单时间,商品名称,数量,金额"]
    for _ in range(chance.randint(1, 8)):
        no, units = chance.randint(1, 12), chance.choice(["1", "2", "一"])
        lines.append(f"{no},2026-11-01,面霜,{units},{chance.randint(1, 3)}")
        lines += lines[-1:] * chance.randint(0, 1)
    return "\n".join(lines).encode()


@pytest.mark.parametrize("seed", range(6))
def test_replay_equals_the_tables(seed: int) -> None:
    chance, by = Random(seed), manager_of("ana")
    files = [a_file(chance) for _ in range(4)]
    for n in range(12):
        shop = chance.choice(["", "二店"])
        apply(chance.choice(files), shop, by, NOW + dt.timedelta(minutes=n))
    register = Register()
    for entry in read():
        register.replay(entry.fact)
    tables = {
        row.pk: (
            row.platform, row.shop, row.currency, row.sha256, row.rows, row.created,
            row.replaced, row.unchanged, row.refused, row.repeats,
        )
        for row in OrderFile.objects.filter(state="applied")
    }  # fmt: skip
    assert register.files == tables
    stored = Counter(PlatformOrder.objects.values_list("platform", "shop"))
    assert +register.orders == stored
    assert OrderFile.objects.filter(state="repeat").exists()


def apply(data: bytes, shop: str, by: Actor, now: dt.datetime) -> None:
    """Upload and write."""
    preview = actions.start_order_file(
        data=data, filename="f", by=by, now=now, wish=TermsWish(shop=shop)
    )
    actions.apply_order_file(file_id=preview.id, by=by, now=now)
