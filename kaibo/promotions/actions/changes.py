"""Safe changes on air: asked for once, confirmed by a second person where it is dangerous."""

import datetime as dt
from typing import Any

import msgspec
from django.db import IntegrityError, transaction

from kaibo.base.actor import Actor
from kaibo.compliance.actions import judged
from kaibo.facts.promotions import ChangeAsked, ChangeMade, ChangeRejected
from kaibo.journal.actions import append
from kaibo.promotions.actions.change_kinds import ChangeSpec, apply_change
from kaibo.promotions.actions.previewing import Rehearsal, lock_subject, rehearse
from kaibo.promotions.errors import ChangeElsewhere, NoSuchChange, StepDoesNotFollow
from kaibo.promotions.models import Change, Offer, Promotion
from kaibo.promotions.reads.guards import ChangeView, change_view, guard_terms
from kaibo.promotions.rules import CHANGE, check_request_key, check_second_person, check_waits

_BEFORE = {
    Offer: ("state", "price_fen", "reference_fen", "agreed_off_fen"),
    Promotion: ("state", "claim_from", "claim_until"),
}
_OF_ROW = ("kind", "show_id", "link_no", "promotion_id")


@judged
def make_change(*, spec: ChangeSpec, request_key: str, by: Actor, now: dt.datetime) -> ChangeView:
    """Make a change, or leave it waiting for a second person when it is dangerous.

    Safe to repeat: the same key of the same change gives the same answer.

    Returns:
        ``made``, or ``asked``: nothing on air has changed yet.

    Raises:
        ChangeElsewhere: the key stands for another change.
        What the change's own action raises: nothing was written.
    """
    check_request_key(request_key)
    subject = lock_subject(spec, org_id=by.org_id)
    earlier = Change.objects.filter(organisation_id=by.org_id, request_key=request_key).first()
    if earlier is not None:
        is_same = earlier.kind == spec.kind and earlier.terms == _terms(spec)
        if not is_same or subject.pk not in (earlier.offer_id, earlier.promotion_id):
            raise ChangeElsewhere(id=earlier.pk)
        return change_view(earlier, guard_terms(by.org_id))
    seen = rehearse(spec, by=by, now=now)
    row = _insert(spec, subject, request_key, seen, by=by, now=now)
    if not seen.dangers:
        _make(row, spec, subject, by=by, now=now, agreed_off_fen=None)
        return change_view(row, guard_terms(by.org_id))
    fact = ChangeAsked(
        change_id=row.pk,
        offer_id=row.offer_id,
        link_no=row.link_no,
        promotion_id=row.promotion_id,
        kind=spec.kind,
        dangers=list(seen.dangers),
        expires_at=row.expires_at,
    )
    append(fact, at=now, org_id=by.org_id, show_id=row.show_id, actor=by)
    return change_view(row, guard_terms(by.org_id))


@judged
def confirm_change(*, change_id: int, by: Actor, now: dt.datetime) -> ChangeView:
    """The second person agrees: the change is made, and what it may give away is agreed.

    Raises:
        NoSuchChange, StepDoesNotFollow, SamePerson, ChangeLapsed: nothing was written.
        SecondPersonNeeded: meanwhile it would give away more than was asked for; ask anew.
        What making it raises: nothing was written.
    """
    subject, row = lock_change(change_id, org_id=by.org_id)
    check_may(row, "make")
    check_second_person(row.asked_by, by.id)
    check_waits(row.expires_at, now=now)
    row.decided_by = by.id
    _make(row, _spec(row), subject, by=by, now=now, agreed_off_fen=row.off_fen)
    return change_view(row, guard_terms(by.org_id))


@transaction.atomic
def reject_change(*, change_id: int, by: Actor, now: dt.datetime) -> ChangeView:
    """Say no to a change; who asked may take it back like this too.

    Raises:
        NoSuchChange, StepDoesNotFollow: nothing was written.
    """
    _subject, row = lock_change(change_id, org_id=by.org_id)
    check_may(row, "reject")
    row.state, row.decided_by = CHANGE.after(row.state, "reject"), by.id
    row.save(update_fields=["state", "decided_by"])
    fact = ChangeRejected(change_id=row.pk, link_no=row.link_no, promotion_id=row.promotion_id)
    append(fact, at=now, org_id=by.org_id, show_id=row.show_id, actor=by)
    return change_view(row, guard_terms(by.org_id))


def lock_change(change_id: int, *, org_id: int) -> tuple[Offer | Promotion, Change]:
    """What it is of under its lock, which is the change's queue too, then the change.

    Raises:
        NoSuchChange: not in this organisation.
    """
    found = Change.objects.filter(pk=change_id, organisation_id=org_id)
    row = found.first()
    if row is None:
        raise NoSuchChange(id=change_id)
    subject: Offer | Promotion
    if row.offer_id is not None:
        subject = Offer.objects.select_for_update(no_key=True).get(pk=row.offer_id)
    else:
        assert row.promotion_id is not None
        subject = Promotion.objects.select_for_update(no_key=True).get(pk=row.promotion_id)
    return subject, found.get()


def check_may(row: Change, verb: str) -> None:
    """Refuse a step that does not follow from the change's state.

    Raises:
        StepDoesNotFollow: nothing was written.
    """
    if not CHANGE.may(row.state, verb):
        raise StepDoesNotFollow(state=row.get_state_display())


def _make(
    row: Change,
    spec: ChangeSpec,
    subject: Offer | Promotion,
    *,
    by: Actor,
    now: dt.datetime,
    agreed_off_fen: int | None,
) -> None:
    was_asked = row.state == "asked" and bool(row.dangers)
    names = _BEFORE[type(subject)]
    row.before = msgspec.to_builtins({name: getattr(subject, name) for name in names})
    began_id = apply_change(spec, by=by, now=now, agreed_off_fen=agreed_off_fen)
    if spec.kind == "flash_sale":
        row.sale_id = began_id
    else:
        row.began_id = began_id
    row.state, row.made_at = CHANGE.after("asked", "make"), now
    row.save(update_fields=["state", "made_at", "before", "sale", "began_id", "decided_by"])
    fact = ChangeMade(
        change_id=row.pk,
        offer_id=row.offer_id,
        link_no=row.link_no,
        promotion_id=row.promotion_id,
        kind=spec.kind,
        asked=was_asked,
    )
    append(fact, at=now, org_id=row.organisation_id, show_id=row.show_id, actor=by)


def _insert(
    spec: ChangeSpec,
    subject: Offer | Promotion,
    request_key: str,
    seen: Rehearsal,
    *,
    by: Actor,
    now: dt.datetime,
) -> Change:
    lasts = dt.timedelta(seconds=guard_terms(by.org_id).ask_lasts_s)
    row = Change(
        organisation_id=by.org_id,
        show_id=subject.show_id,
        kind=spec.kind,
        terms=_terms(spec),
        dangers=list(seen.dangers),
        is_dangerous=bool(seen.dangers),
        off_fen=seen.off_fen,
        request_key=request_key,
        asked_by=by.id,
        asked_at=now,
        expires_at=now + lasts,
    )
    if isinstance(subject, Offer):
        row.offer, row.link_no = subject, subject.link_no
    else:
        row.promotion = subject
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
    """What of it is not the row's own; what is empty is left out."""
    values = msgspec.to_builtins(spec)
    terms = {name: value for name, value in values.items() if value and name not in _OF_ROW}
    return {"kind": spec.kind, **terms}


def _spec(row: Change) -> ChangeSpec:
    of_row = {name: getattr(row, name) for name in _OF_ROW}
    return msgspec.convert({**row.terms, **of_row}, ChangeSpec)
