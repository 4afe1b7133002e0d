"""Safe changes on air: previewed, asked for once, confirmed by a second person."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError, transaction

from kaibo.base.actor import Actor
from kaibo.facts.promotions import ChangeAsked, ChangeMade, ChangeRejected
from kaibo.journal.actions import append
from kaibo.promotions.actions.flash_sales import (
    FlashSaleSpec,
    schedule_flash_sale,
)
from kaibo.promotions.actions.offers import add_units, lock_offer, open_price
from kaibo.promotions.errors import (
    ChangeElsewhere,
    NoSuchChange,
    SecondPersonNeeded,
    StepDoesNotFollow,
)
from kaibo.promotions.models import Change, Claim, Offer
from kaibo.promotions.reads.guards import ChangeView, change_view, guard_terms
from kaibo.promotions.reads.preview import lowest_in_show
from kaibo.promotions.rules import (
    CHANGE,
    ChangeKind,
    check_request_key,
    check_second_person,
    check_waits,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleTimes:
    """The rest of a flash sale's terms; times count from when the change is made."""

    per_buyer_max: int
    opens_in_s: int
    lasts_s: int
    pay_within_s: int
    has_waitlist: bool = False
    early_tier: int = 0
    early_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSpec:
    """What is to change on a link.

    Args:
        kind: ``price`` opens the link at ``price_fen``; ``units`` adds ``units``; ``flash_sale``
            schedules one of ``units`` at ``price_fen`` with the times of ``sale``.
    """

    show_id: int
    link_no: int
    kind: ChangeKind
    price_fen: int = 0
    units: int = 0
    sale: SaleTimes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePreview:
    """What a change would do; nothing was written.

    ``lowest_fen``: the lowest price of the SKU in this show with every promotion that runs.
    ``holders``: buyers who hold units of the link or its sale unpaid. ``off_fen``: what can be
    given away against the reference at most; ``dangers``: why a second person is needed.
    """

    link_no: int
    state: str
    price_fen: int
    new_price_fen: int
    units_left: int
    new_units_left: int
    lowest_fen: int
    holders: int
    off_fen: int
    dangers: tuple[str, ...]


def preview_change(*, spec: ChangeSpec, by: Actor, now: dt.datetime) -> ChangePreview:
    """What the change would do if it were made now: rehearsed, and taken back.

    Raises:
        whatever making it would raise, but for ``SecondPersonNeeded``.
    """
    with transaction.atomic():
        offer = lock_offer(spec.show_id, spec.link_no, org_id=by.org_id)
        dangers, off_fen, seen = _rehearse(spec, by=by, now=now)
    price_fen, units_left, lowest_fen = seen
    claims = Claim.objects.filter(sale__offer=offer, state__in=("held", "ordered"))
    takings = offer.takings.filter(state="held")
    holders = {*claims.values_list("viewer_id", flat=True)}
    holders |= {*takings.values_list("viewer_id", flat=True)}
    return ChangePreview(
        link_no=offer.link_no,
        state=offer.state,
        price_fen=offer.price_fen,
        new_price_fen=price_fen,
        units_left=offer.units_left,
        new_units_left=units_left,
        lowest_fen=lowest_fen,
        holders=len(holders),
        off_fen=off_fen,
        dangers=dangers,
    )


@transaction.atomic
def make_change(*, spec: ChangeSpec, request_key: str, by: Actor, now: dt.datetime) -> ChangeView:
    """Make a change, or leave it waiting for a second person when it is dangerous.

    Safe to repeat: the same key of the same change gives the same answer.

    Returns:
        ``made``, or ``asked``: nothing on air has changed yet.

    Raises:
        ChangeElsewhere: the key stands for another change.
        What ``open_price``, ``add_units`` and ``schedule_flash_sale`` raise: nothing was written.
    """
    check_request_key(request_key)
    offer = lock_offer(spec.show_id, spec.link_no, org_id=by.org_id)
    earlier = Change.objects.filter(organisation_id=by.org_id, request_key=request_key).first()
    if earlier is not None:
        if (earlier.offer_id, earlier.terms) != (offer.pk, _terms(spec)):
            raise ChangeElsewhere(id=earlier.pk)
        return change_view(earlier, guard_terms(by.org_id))
    dangers, off_fen, _seen = _rehearse(spec, by=by, now=now)
    row = _insert(spec, offer, request_key, dangers=dangers, off_fen=off_fen, by=by, now=now)
    if not dangers:
        _make(row, spec, offer, by=by, now=now, agreed_off_fen=None)
        return change_view(row, guard_terms(by.org_id))
    fact = ChangeAsked(
        change_id=row.pk,
        offer_id=offer.pk,
        link_no=offer.link_no,
        kind=spec.kind,
        dangers=list(dangers),
        expires_at=row.expires_at,
    )
    append(fact, at=now, org_id=by.org_id, show_id=row.show_id, actor=by)
    return change_view(row, guard_terms(by.org_id))


@transaction.atomic
def confirm_change(*, change_id: int, by: Actor, now: dt.datetime) -> ChangeView:
    """The second person agrees: the change is made, and what it may give away is agreed.

    Raises:
        NoSuchChange, StepDoesNotFollow, SamePerson, ChangeLapsed: nothing was written.
        SecondPersonNeeded: meanwhile it would give away more than was asked for; ask anew.
        What making it raises: nothing was written.
    """
    offer, row = lock_change(change_id, org_id=by.org_id)
    check_may(row, "make")
    check_second_person(row.asked_by, by.id)
    check_waits(row.expires_at, now=now)
    row.decided_by = by.id
    _make(row, _spec(row), offer, by=by, now=now, agreed_off_fen=row.off_fen)
    return change_view(row, guard_terms(by.org_id))


@transaction.atomic
def reject_change(*, change_id: int, by: Actor, now: dt.datetime) -> ChangeView:
    """Say no to a change; who asked may take it back like this too.

    Raises:
        NoSuchChange, StepDoesNotFollow: nothing was written.
    """
    _offer, row = lock_change(change_id, org_id=by.org_id)
    check_may(row, "reject")
    row.state, row.decided_by = CHANGE.after(row.state, "reject"), by.id
    row.save(update_fields=["state", "decided_by"])
    fact = ChangeRejected(change_id=row.pk, link_no=row.link_no)
    append(fact, at=now, org_id=by.org_id, show_id=row.show_id, actor=by)
    return change_view(row, guard_terms(by.org_id))


_Rehearsed = tuple[tuple[str, ...], int, tuple[int, int, int]]


def _rehearse(spec: ChangeSpec, *, by: Actor, now: dt.datetime) -> _Rehearsed:
    """Dangers, what may be given away, and (price, units left, lowest price) after the change."""
    dangers: tuple[str, ...] = ()
    off_fen = 0
    try:
        with transaction.atomic():
            _apply(spec, by=by, now=now, agreed_off_fen=None)
            seen = _seen(spec, by=by, now=now)
            transaction.set_rollback(True)
    except SecondPersonNeeded as needed:
        dangers, off_fen = tuple(needed.data["dangers"]), needed.data["off_fen"]
        with transaction.atomic():
            _apply(spec, by=by, now=now, agreed_off_fen=off_fen)
            seen = _seen(spec, by=by, now=now)
            transaction.set_rollback(True)
    return dangers, off_fen, seen


def _seen(spec: ChangeSpec, *, by: Actor, now: dt.datetime) -> tuple[int, int, int]:
    offer = Offer.objects.get(show_id=spec.show_id, link_no=spec.link_no)
    price_fen = spec.price_fen if spec.kind == "flash_sale" else offer.price_fen
    found = lowest_in_show(by.org_id, show_id=spec.show_id, now=now)
    lowest = [worst.unit_fen for worst in found if worst.terms.sku_id == offer.sku_id]
    return price_fen, offer.units_left, min([*lowest, price_fen])


def _apply(
    spec: ChangeSpec, *, by: Actor, now: dt.datetime, agreed_off_fen: int | None
) -> int | None:
    """Make the change; returns the id of the flash sale, if it is one."""
    link: dict[str, Any] = {"show_id": spec.show_id, "link_no": spec.link_no}
    more: dict[str, Any] = {"by": by, "now": now, "agreed_off_fen": agreed_off_fen}
    if spec.kind == "price":
        open_price(**link, price_fen=spec.price_fen, **more)
        return None
    if spec.kind == "units":
        add_units(**link, units=spec.units, **more)
        return None
    assert spec.sale is not None
    opens_at = now + dt.timedelta(seconds=spec.sale.opens_in_s)
    sale = FlashSaleSpec(
        **link,
        price_fen=spec.price_fen,
        units=spec.units,
        units_per_buyer_max=spec.sale.per_buyer_max,
        opens_at=opens_at,
        closes_at=opens_at + dt.timedelta(seconds=spec.sale.lasts_s),
        pay_within_s=spec.sale.pay_within_s,
        has_waitlist=spec.sale.has_waitlist,
        early_tier=spec.sale.early_tier,
        early_s=spec.sale.early_s,
    )
    return schedule_flash_sale(spec=sale, **more).id


def _make(
    row: Change,
    spec: ChangeSpec,
    offer: Offer,
    *,
    by: Actor,
    now: dt.datetime,
    agreed_off_fen: int | None,
) -> None:
    was_asked = row.state == "asked" and bool(row.dangers)
    before = ("state", "price_fen", "reference_fen", "agreed_off_fen")
    row.before = {name: getattr(offer, name) for name in before}
    row.sale_id = _apply(spec, by=by, now=now, agreed_off_fen=agreed_off_fen)
    row.state, row.made_at = CHANGE.after("asked", "make"), now
    row.save(update_fields=["state", "made_at", "before", "sale", "decided_by"])
    fact = ChangeMade(
        change_id=row.pk,
        offer_id=offer.pk,
        link_no=row.link_no,
        kind=spec.kind,
        asked=was_asked,
    )
    append(fact, at=now, org_id=row.organisation_id, show_id=row.show_id, actor=by)


def _insert(
    spec: ChangeSpec,
    offer: Offer,
    request_key: str,
    *,
    dangers: tuple[str, ...],
    off_fen: int,
    by: Actor,
    now: dt.datetime,
) -> Change:
    lasts = dt.timedelta(seconds=guard_terms(by.org_id).ask_lasts_s)
    row = Change(
        organisation_id=by.org_id,
        offer=offer,
        show_id=spec.show_id,
        link_no=spec.link_no,
        kind=spec.kind,
        terms=_terms(spec),
        dangers=list(dangers),
        is_dangerous=bool(dangers),
        off_fen=off_fen,
        request_key=request_key,
        asked_by=by.id,
        asked_at=now,
        expires_at=now + lasts,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        # The same key for another link in the same moment: this link's lock did not keep it out.
        other = Change.objects.filter(organisation_id=by.org_id, request_key=request_key).first()
        if other is None:
            raise
        raise ChangeElsewhere(id=other.pk) from error
    return row


def _terms(spec: ChangeSpec) -> dict[str, Any]:
    terms: dict[str, Any] = {"kind": spec.kind}
    if spec.kind != "units":
        terms["price_fen"] = spec.price_fen
    if spec.kind != "price":
        terms["units"] = spec.units
    if spec.sale is not None:
        terms["sale"] = asdict(spec.sale)
    return terms


def _spec(row: Change) -> ChangeSpec:
    sale = row.terms.get("sale")
    return ChangeSpec(
        show_id=row.show_id,
        link_no=row.link_no,
        kind=row.terms["kind"],
        price_fen=row.terms.get("price_fen", 0),
        units=row.terms.get("units", 0),
        sale=SaleTimes(**sale) if sale else None,
    )


def lock_change(change_id: int, *, org_id: int) -> tuple[Offer, Change]:
    """The link under its lock, which is the change's queue too, then the change.

    Raises:
        NoSuchChange: not in this organisation.
    """
    found = Change.objects.filter(pk=change_id, organisation_id=org_id)
    offer_id = found.values_list("offer_id", flat=True).first()
    if offer_id is None:
        raise NoSuchChange(id=change_id)
    return Offer.objects.select_for_update(no_key=True).get(pk=offer_id), found.get()


def check_may(row: Change, verb: str) -> None:
    """Refuse a step that does not follow from the change's state.

    Raises:
        StepDoesNotFollow: nothing was written.
    """
    if not CHANGE.may(row.state, verb):
        raise StepDoesNotFollow(state=row.get_state_display())
