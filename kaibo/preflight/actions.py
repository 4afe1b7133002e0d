"""Opening and closing a show: the only door."""

import datetime as dt

from django.db import transaction

from kaibo.agreements.reads import rules_standing
from kaibo.base.actor import Actor
from kaibo.compliance.actions import end_holds, hold_room, let_room_go, note_on_air
from kaibo.compliance.reads import (
    OffAir,
    check_may_go_on_air,
    check_not_listed,
    held_rooms,
    kept_off_air,
    let_on_air,
)
from kaibo.facts.preflight import CheckPassed, PersonCleared, PreflightPassed
from kaibo.hosts.actions import check_host_not_listed
from kaibo.journal.actions import append
from kaibo.patrol.actions import admit_show
from kaibo.planning import actions as planning
from kaibo.planning import reads as plans
from kaibo.planning.reads import RunItemView, ShowView
from kaibo.preflight import reads, rules
from kaibo.preflight.errors import NotReady
from kaibo.promotions import actions as promotions
from kaibo.roster import reads as roster
from kaibo.roster.reads import CastPerson


@transaction.atomic
def open_show(*, org_id: int, show_id: int, by: Actor, now: dt.datetime) -> ShowView:
    """Run every check again and, if none is red, list the offers and let the show go live.

    Raises:
        NoSuchShow, ShowNotDraft, NotReady: nothing was written.
        NoModeratorCapacity, KeyRoomUnpatrolled: nobody would watch the room; neither.
        OnBlacklist: seller or somebody who appears was listed since the show was planned; neither.
        StoppedBySanction: operator or somebody who appears is kept off the air; neither.
        NotEnoughStock, ProductNotApproved, BelowFloor, …: something below changed in this very
            moment; nothing was written.
    """
    # From here on nobody changes the plan, so what is judged is what opens.
    planning.lock_plan(org_id=org_id, show_id=show_id)
    view = plans.show(org_id, show_id)
    # Locked in the order of their ids: whoever is changed meanwhile is changed before or after.
    host_ids = sorted(roster.parts_of(view))
    for host_id in host_ids:
        check_host_not_listed(org_id=org_id, host_id=host_id, now=now)
    cast = roster.cast_of(view, now=now)
    admit_show(org_id=org_id, show_id=show_id, by=by, now=now)
    found = reads.preflight(org_id, show_id, now)
    check_not_listed(org_id, "credit_code", view.seller_licence_no.strip().upper(), now=now)
    check_may_go_on_air(org_id, host_ids, now=now)
    red = rules.red_codes(found.checks)
    if red:
        raise NotReady(red=red, codes=", ".join(red), count=len(red))
    fact = PreflightPassed(
        checks=tuple(CheckPassed(code=check.code, state=check.state) for check in found.checks),
        plan_digest=reads.plan_digest(show_id),
        roster_digest=cast.digest,
        people=tuple(_cleared(one) for one in cast.people),
        rule_versions=rules_standing(org_id, now=now).version_ids,
    )
    append(fact, at=now, org_id=org_id, show_id=show_id, actor=by)
    note_on_air(org_id=org_id, show_id=show_id, host_ids=host_ids)
    # In the order of SKUs, so that two shows opening at once queue instead of deadlocking.
    for item in sorted(plans.run_of_show(show_id), key=lambda item: item.sku_id):
        _list(item, org_id=org_id, show_id=show_id, by=by, now=now)
    return planning.start_show(org_id=org_id, show_id=show_id, by=by, now=now)


@transaction.atomic
def close_show(*, org_id: int, show_id: int, by: Actor, now: dt.datetime) -> ShowView:
    """Close every offer and end the show; nothing holds its room up any more.

    Raises:
        NoSuchShow, ShowNotLive: nothing was written.
    """
    ended = planning.end_show(org_id=org_id, show_id=show_id, by=by, now=now)
    promotions.close_offers(show_id=show_id, by=by, now=now)
    end_holds(org_id=org_id, show_id=show_id, now=now)
    return ended


def stop_sanctioned(*, now: dt.datetime) -> int:
    """Pause or stop shows on air while their operator, or a host in them, is kept off it.

    What a decision that begins on air orders is done by the ladder (直播电商监督管理办法 art. 12):
    the room is held as long as the decision stands, and nobody lifts it sooner.

    Returns:
        How many rooms were taken up; safe to repeat, each in a transaction of its own.
    """
    decisions = kept_off_air(now=now)
    bound = {one.org_id for one in decisions}
    held: set[tuple[int, int]] = set()
    moved = 0
    for view in plans.live_shows() if decisions else ():
        if view.org_id not in bound:
            continue
        people = let_on_air(view.org_id, view.id) | {None}
        mine = [one for one in decisions if one.org_id == view.org_id and one.host_id in people]
        for one in mine[:1]:
            held.add((view.org_id, view.id))
            moved += _hold_for(one, view, now=now)
    for org_id, show_id in held_rooms("decision"):
        if (org_id, show_id) not in held:
            with transaction.atomic():
                let_room_go(org_id=org_id, show_id=show_id, cause="decision", now=now)
    return moved


@transaction.atomic
def _hold_for(one: OffAir, view: ShowView, *, now: dt.datetime) -> bool:
    """Behind what ends the show, so that no room is held after its end."""
    planning.queue_at_show(org_id=view.org_id, show_id=view.id)
    if plans.show(view.org_id, view.id).state != "live":
        return False
    why = f"处置决定 {one.id} · {one.measure_zh}"
    return hold_room(
        org_id=view.org_id, show_id=view.id, rung=one.rung, cause="decision", reason=why, now=now
    )


def _cleared(one: CastPerson) -> PersonCleared:
    home = one.standing.affiliation
    assert home is not None
    assert one.check_id is not None
    return PersonCleared(host_id=one.host_id, affiliation_id=home.id, check_id=one.check_id)


def _list(item: RunItemView, *, org_id: int, show_id: int, by: Actor, now: dt.datetime) -> None:
    show = plans.show(org_id, show_id)
    spec = promotions.OfferSpec(
        org_id=org_id,
        show_id=show_id,
        link_no=item.link_no,
        sku_id=item.sku_id,
        price_fen=item.price_fen,
        units=item.first_batch_units or item.units_planned - item.buffer_units,
        day_price_fen=item.day_price_fen or None,
        price_basis=item.price_basis,
        per_buyer_max=item.per_buyer_max,
        seller_name=show.seller_name,
        seller_licence_no=show.seller_licence_no,
        seller_address=show.seller_address,
        seller_contact=show.seller_contact,
    )
    promotions.list_offer(spec=spec, by=by, now=now)
