"""A reset trip of the breaker and a change that waits, for each shop."""

from __future__ import annotations

import datetime as dt

from kaibo.base.actor import Actor
from kaibo.promotions import actions as promotions
from kaibo.promotions.reads import offer_id, trips


def guarded(
    by: Actor, show_id: int, mark: str, viewer_id: int, *, now: dt.datetime
) -> dict[str, int]:
    """Both of link 1 of the show; its thresholds are the usual ones afterwards."""
    terms = promotions.GuardTerms(short_off_fen_max=1)
    promotions.set_guards(terms=terms, by=by, now=now)
    taken = promotions.take_units(
        offer_id=offer_id(show_id, 1), viewer_id=viewer_id, units=1, now=now
    )
    assert taken.taking_id is not None
    part = promotions.PaidUnits(taking_id=taken.taking_id, claim_id=None, paid_fen=9_900)
    promotions.note_paid(parts=[part], now=now)
    promotions.give_back_units(taking_id=taken.taking_id, now=now)
    (trip,) = trips(by.org_id, show_id)
    promotions.ask_reset(trip_id=trip.id, reason=mark, by=by, now=now)
    other = Actor("person", by.id + 10**6, by.org_id)
    promotions.confirm_reset(trip_id=trip.id, by=other, now=now)
    promotions.set_guards(terms=promotions.GuardTerms(), by=by, now=now)
    spec = promotions.ChangeSpec(show_id=show_id, link_no=1, kind="price", price_fen=5_500)
    asked = promotions.make_change(spec=spec, request_key="change-1", by=by, now=now)
    assert asked.state == "asked", asked
    return {"trip": trip.id, "change": asked.id}
