"""A notice against the desk, and a suit against the end of the fifteen days, at once."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from kaibo.catalog.reads import withheld
from kaibo.notices import actions, reads
from kaibo.notices.errors import InfringementStateWrong
from kaibo.notices.tests.made import FILED_AT, at, filed
from kaibo.notices.tests.test_infringements import waiting
from kaibo.promotions.actions import open_price, put_on_shelf, sweep_withheld
from kaibo.promotions.models import Offer
from kaibo.promotions.tests.shop import NOW, SHOW, list_link, make_shop, open_link
from tests.races.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_link_of_withheld_goods_sells_whoever_was_first() -> None:
    """Four links are shelved and opened while the notice is taken up; all end closed."""
    shop = make_shop()
    for no in range(1, 5):
        list_link(shop, no)
    id = filed(shop.org_id, SHOW).id
    here: dict[str, Any] = {"show_id": SHOW, "by": shop.by, "now": NOW}
    desk = [partial(put_on_shelf, link_no=no, **here) for no in (1, 2)]
    desk += [partial(open_price, link_no=no, **here) for no in (3, 4)]
    taken = partial(actions.accept_infringement, id=id, by=shop.by, now=FILED_AT)
    outcomes = at_once([*desk, taken])
    assert reads.infringement(shop.org_id, id).state == "paused", outcomes
    sweep_withheld(now=FILED_AT)
    assert set(Offer.objects.values_list("state", flat=True)) == {"closed"}
    assert shop.levels() == (100, 0, 0)


def test_a_suit_and_the_end_at_once() -> None:
    """In time and written down late: whichever comes first, the goods end off and contested."""
    shop = make_shop()
    open_link(shop, 1)
    id = waiting(shop, reached=at("2026-05-01T10:00"))
    now, known_at = at("2026-05-17"), at("2026-05-16T18:00")
    suit = partial(actions.note_suit, id=id, suit="案号", known_at=known_at, by=shop.by, now=now)
    ends = [partial(actions.restore_due_infringements, now=now) for _ in range(3)]
    outcomes = at_once([suit, *ends])
    assert not [one for one in outcomes if isinstance(one, Exception)]
    assert sum(one for one in outcomes[1:]) <= 1
    assert (reads.infringement(shop.org_id, id).state, withheld()) == (
        "contested",
        {shop.sku_id: id},
    )
    with pytest.raises(InfringementStateWrong):
        actions.accept_infringement(id=id, by=shop.by, now=now)
