"""What the desk, the register and the public page say of the books."""

from __future__ import annotations

import pytest

from kaibo.base.actor import SYSTEM
from kaibo.facts.notices import DeadlineMissed
from kaibo.notices import actions, reads
from kaibo.notices.tests.made import FILED_AT, at, filed, told, unreachable
from kaibo.promotions.tests.shop import SHOW, list_link, make_shop

pytestmark = pytest.mark.django_db


def test_what_nobody_looked_at_is_not_published() -> None:
    """A stranger files what they like and takes it back at once: the page does not say it."""
    shop = make_shop()
    list_link(shop, 1)
    ids = [filed(shop.org_id, SHOW).id for _ in range(3)]
    actions.withdraw_infringement(id=ids[0], reason="误发", by=SYSTEM(shop.org_id), now=FILED_AT)
    assert reads.public_notices(shop.org_id) == []
    actions.reject_infringement(id=ids[1], reason="权属不符", by=shop.by, now=FILED_AT)
    actions.accept_infringement(id=ids[2], by=shop.by, now=FILED_AT)
    actions.withdraw_infringement(id=ids[2], reason="和解", by=SYSTEM(shop.org_id), now=FILED_AT)
    states = {one.id: one.state for one in reads.public_notices(shop.org_id)}
    assert states == {ids[1]: "rejected", ids[2]: "withdrawn"}


def test_an_open_notice_does_not_fall_off_the_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many came since and are over."""
    monkeypatch.setattr("kaibo.notices.reads.shown.SHOWN_MAX", 3)
    shop = make_shop()
    list_link(shop, 1)
    ids = [filed(shop.org_id, SHOW).id for _ in range(6)]
    for id in ids[2:]:
        actions.reject_infringement(id=id, reason="权属不符", by=shop.by, now=FILED_AT)
    shown = [one.id for one in reads.infringements(shop.org_id)]
    assert shown == [ids[5], ids[1], ids[0]]


def test_a_missed_deadline_stays_in_the_register() -> None:
    """Reminded late is reminded late, also when it was done at last; the next step is in time."""
    shop = make_shop()
    noted = actions.note_unreachable(spec=unreachable(), by=shop.by, now=FILED_AT)
    due = noted.due_at
    assert due is not None
    assert actions.miss_due_notices(now=due) == 1
    assert reads.unreachables(shop.org_id)[0].late_at == due
    later = at("2026-05-20T10:00")
    seen = actions.remind_unreachable(id=noted.id, way="短信", by=shop.by, now=later)
    assert (seen.state, seen.late_at) == ("reminded", None)
    (line,) = reads.register_rows(shop.org_id)
    column = reads.REGISTER_COLUMNS.index("逾期时间")
    assert str(line[column]).startswith(f"{due.astimezone(FILED_AT.tzinfo):%Y-%m-%d}")
    assert len(told(DeadlineMissed)) == 1


def test_each_step_can_be_missed() -> None:
    """One that was late once is told again when the next step is late too."""
    shop = make_shop()
    list_link(shop, 1)
    id = filed(shop.org_id, SHOW).id
    first = reads.infringement(shop.org_id, id).due_at
    assert first is not None
    assert actions.miss_due_notices(now=first) == 1
    second = actions.accept_infringement(id=id, by=shop.by, now=first).due_at
    assert second is not None
    assert actions.miss_due_notices(now=first) == 0
    assert [actions.miss_due_notices(now=second) for _ in range(2)] == [1, 0]
    assert [one.state for one in told(DeadlineMissed)] == ["received", "paused"]
