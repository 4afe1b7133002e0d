"""Writing campaigns and shows down, starting and ending a show."""

import datetime as dt
import secrets
from dataclasses import asdict, replace
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from kaibo.access.reads import organisation
from kaibo.base.actor import Actor
from kaibo.base.inputs import check_whole
from kaibo.compliance.reads import check_not_listed
from kaibo.facts.planning import CampaignCreated, ShowChanged, ShowEnded, ShowPlanned, ShowStarted
from kaibo.hosts import reads as hosts
from kaibo.journal.actions import append
from kaibo.planning import reads, rules
from kaibo.planning.errors import NoSuchShow, ShowNotDraft, ShowNotLive
from kaibo.planning.models import Campaign, Show
from kaibo.planning.reads import CampaignView, ShowView
from kaibo.planning.rules import CODE_CHARS, CampaignSpec, ShowChanges, ShowSpec
from kaibo.planning.rules.shows import MINUTES_MAX

CODE_LENGTH = 10


@transaction.atomic
def create_campaign(*, spec: CampaignSpec, by: Actor, now: dt.datetime) -> CampaignView:
    """Give several shows one aim and one budget.

    Raises:
        BadInput: nothing was written.
    """
    spec = rules.clean_campaign(spec)
    row = Campaign.objects.create(organisation_id=by.org_id, created_at=now, **asdict(spec))
    fact = CampaignCreated(campaign_id=row.pk, **asdict(spec))
    append(fact, at=now, org_id=by.org_id, actor=by)
    return reads.campaign(by.org_id, row.pk)


@transaction.atomic
def plan_show(*, spec: ShowSpec, by: Actor, now: dt.datetime) -> ShowView:
    """Write a show down as a draft, with a room code of its own.

    Without any seller field the organisation's own seller card is taken.

    Raises:
        BadInput, NoSuchHost, NoSuchCampaign, OnBlacklist: nothing was written.
    """
    spec = rules.clean_show(_with_seller(spec, by.org_id))
    _check_known(spec, by.org_id, now=now)
    row = Show.objects.create(
        organisation_id=by.org_id, code=_new_code(), created_at=now, **asdict(spec)
    )
    fact = ShowPlanned(code=row.code, **_told(spec))
    append(fact, at=now, org_id=by.org_id, show_id=row.pk, actor=by)
    return reads.show(by.org_id, row.pk)


@transaction.atomic
def change_show(*, show_id: int, changes: ShowChanges, by: Actor, now: dt.datetime) -> ShowView:
    """Plan a draft differently.

    Raises:
        NoSuchShow, ShowNotDraft, NoSuchHost, NoSuchCampaign, OnBlacklist: nothing was written.
        BadInput: also when an item would run beyond a shorter show; nothing was written.
    """
    row = lock_show(by.org_id, show_id)
    check_draft(row)
    before = _spec_of(row)
    after = rules.clean_show(replace(before, **changes))
    if after == before:
        return reads.show(by.org_id, show_id)
    _check_known(after, by.org_id, now=now)
    ends = row.items.aggregate(ends=Max(F("starts_minute") + F("minutes")))["ends"] or 1
    check_whole("planned_minutes", after.planned_minutes, least=ends, most=MINUTES_MAX)
    for field, value in asdict(after).items():
        setattr(row, field, value)
    row.save()
    append(ShowChanged(**_told(after)), at=now, org_id=by.org_id, show_id=row.pk, actor=by)
    return reads.show(by.org_id, show_id)


@transaction.atomic
def start_show(*, org_id: int, show_id: int, by: Actor, now: dt.datetime) -> ShowView:
    """Let a draft go live. Only the gate calls this, after every check has passed.

    Raises:
        NoSuchShow, ShowNotDraft: nothing was written.
    """
    row = lock_show(org_id, show_id)
    check_draft(row)
    row.state, row.started_at = "live", now
    row.save(update_fields=["state", "started_at"])
    fact = ShowStarted(code=row.code, host_id=row.host_id, planned_minutes=row.planned_minutes)
    append(fact, at=now, org_id=org_id, show_id=row.pk, actor=by)
    return reads.show(org_id, show_id)


@transaction.atomic
def end_show(*, org_id: int, show_id: int, by: Actor, now: dt.datetime) -> ShowView:
    """Let a live show end.

    Raises:
        NoSuchShow, ShowNotLive: nothing was written.
    """
    row = lock_show(org_id, show_id)
    if row.state != "live" or row.started_at is None:
        raise ShowNotLive(show_id=show_id)
    row.state, row.ended_at = "ended", now
    row.save(update_fields=["state", "ended_at"])
    seconds = max(0, round((now - row.started_at).total_seconds()))
    append(
        ShowEnded(code=row.code, seconds=seconds),
        at=now,
        org_id=org_id,
        show_id=row.pk,
        actor=by,
    )
    return reads.show(org_id, show_id)


def lock_plan(*, org_id: int, show_id: int) -> None:
    """Keep a draft as it is until the caller's transaction ends.

    Raises:
        NoSuchShow, ShowNotDraft: there is no plan to open.
    """
    assert transaction.get_connection().in_atomic_block
    check_draft(lock_show(org_id, show_id))


def queue_at_show(*, org_id: int, show_id: int) -> None:
    """Let the callers' transactions about one show follow one another.

    Raises:
        NoSuchShow: none of this id in the organisation.
    """
    assert transaction.get_connection().in_atomic_block
    lock_show(org_id, show_id)


def lock_show(org_id: int, show_id: int) -> Show:
    """The show under its row lock, so that changing, opening and closing queue."""
    rows = Show.objects.select_for_update()
    row = rows.filter(organisation_id=org_id, pk=show_id).first()
    if row is None:
        raise NoSuchShow(id=show_id)
    return row


def check_draft(row: Show) -> None:
    """Refuse to change the plan of a show that viewers have seen."""
    if row.state != "draft":
        raise ShowNotDraft(show_id=row.pk)


def _with_seller(spec: ShowSpec, org_id: int) -> ShowSpec:
    given = (spec.seller_name, spec.seller_licence_no, spec.seller_address, spec.seller_contact)
    if any(given):
        return spec
    card = organisation(org_id)
    return replace(
        spec,
        seller_name=card.seller_name,
        seller_licence_no=card.seller_licence_no,
        seller_address=card.seller_address,
        seller_contact=card.seller_contact,
    )


def _check_known(spec: ShowSpec, org_id: int, *, now: dt.datetime) -> None:
    hosts.host(org_id, spec.host_id)
    licence = spec.seller_licence_no.strip().upper()
    check_not_listed(org_id, "credit_code", licence, now=now)
    if spec.campaign_id is not None:
        reads.campaign(org_id, spec.campaign_id)


def _told(spec: ShowSpec) -> dict[str, Any]:
    """What facts say of a show: everything but the seller's own address and contact."""
    fields = {name: value for name, value in asdict(spec).items() if not name.startswith("seller_")}
    return {**fields, "seller_digest": rules.seller_digest(spec)}


def _spec_of(row: Show) -> ShowSpec:
    return ShowSpec(
        title=row.title,
        host_id=row.host_id,
        starts_at=row.starts_at,
        planned_minutes=row.planned_minutes,
        campaign_id=row.campaign_id,
        theme=row.theme,
        goal=row.goal,
        audience_card=row.audience_card,
        policy_text=row.policy_text,
        cover_url=row.cover_url,
        seller_name=row.seller_name,
        seller_licence_no=row.seller_licence_no,
        seller_address=row.seller_address,
        seller_contact=row.seller_contact,
    )


def _new_code() -> str:
    # 31 characters to the tenth: two equal codes are a matter of centuries, and refused then.
    return "".join(secrets.choice(CODE_CHARS) for _ in range(CODE_LENGTH))
