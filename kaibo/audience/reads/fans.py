"""Fan tiers: the plan, who stands where, and why."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import msgspec
from django.db.models import Count, QuerySet

from kaibo.audience.errors.fans import NoSuchFan
from kaibo.audience.models import FanPlan, FanPoints, FanStanding, FanStep, Viewer
from kaibo.audience.rules import mask_name
from kaibo.audience.rules.fans import FanTerms
from kaibo.audience.rules.fans import FanTier as FanTier
from kaibo.base.pages import PIECE_ROWS

PAGE = 50
AUDIT_ROWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FanTierView:
    """One tier of the plan; ``place`` 1 is the lowest. ``members`` stand on it now."""

    place: int
    name: str
    points: int
    members: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FanPlanView:
    """The published tiers and what earns points, as viewers are told (``FanTerms``)."""

    version: int
    set_at: dt.datetime
    tiers: tuple[FanTierView, ...]
    follow_points: int
    minute_points: int
    minutes_max: int
    yuan_points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FanView:
    """Where one viewer stands; 0 is no tier.

    ``earned`` by points, ``given`` by the desk; ``place`` is the higher, ``name`` its name.
    ``needs``: the points of the tier above, None on the highest.
    """

    place: int
    name: str
    points: int
    earned: int
    given: int
    since: dt.datetime | None
    needs: int | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FanMember:
    """A viewer on a tier, with a masked name."""

    viewer_id: int
    name: str
    place: int
    points: int
    given: int
    since: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FanMemberPage:
    """A page of members; ``total`` of all pages."""

    total: int
    rows: list[FanMember]


@dataclass(frozen=True, slots=True, kw_only=True)
class FanDeed:
    """What earned points or took them back; ``amount`` is fen, seconds, or 1 for a follow."""

    source: str
    about: str
    amount: int
    points: int
    version: int
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FanMove:
    """A change of tier: why, by whom (``person:12``, ``system:0``), at which points."""

    before: int
    after: int
    why: str
    reason: str
    points: int
    version: int
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FanAudit:
    """Everything behind one viewer's tier, newest first, 200 of each at most."""

    viewer_id: int
    name: str
    fan: FanView
    moves: list[FanMove]
    deeds: list[FanDeed]


def terms_of(plan: FanPlan) -> FanTerms:
    """The plan's terms as rules read them."""
    return msgspec.convert(plan.terms, FanTerms)


def fan_plan(org_id: int) -> FanPlanView | None:
    """The shop's published tiers; None if there are none."""
    plan = FanPlan.objects.filter(organisation_id=org_id).first()
    return None if plan is None else plan_view(plan)


def fan_tiers(org_id: int) -> tuple[FanTier, ...]:
    """The published tiers, lowest first; empty if there are none."""
    plan = FanPlan.objects.filter(organisation_id=org_id).first()
    return () if plan is None else terms_of(plan).tiers


def fan_places(viewer_ids: Collection[int], *, org_id: int) -> dict[int, int]:
    """The tiers of these viewers; who is on none is left out."""
    rows = FanStanding.objects.filter(organisation_id=org_id, viewer_id__in=viewer_ids, place__gt=0)
    return dict(rows.values_list("viewer_id", "place"))


def fan_of(viewer_id: int, *, org_id: int) -> FanView:
    """Where a viewer stands; without a plan or a standing on no tier."""
    plan = FanPlan.objects.filter(organisation_id=org_id).first()
    row = FanStanding.objects.filter(organisation_id=org_id, viewer_id=viewer_id).first()
    tiers = () if plan is None else terms_of(plan).tiers
    row = row or FanStanding()
    return FanView(
        place=row.place,
        name=tiers[row.place - 1].name if row.place else "",
        points=row.points,
        earned=row.earned,
        given=row.given,
        since=row.since if row.place else None,
        needs=tiers[row.place].points if row.place < len(tiers) else None,
        version=0 if plan is None else plan.version,
    )


def fan_members(org_id: int, *, place: int | None = None, page: int = 1) -> FanMemberPage:
    """Who is on a tier (or on any), the most points first, fifty a page, with masked names."""
    rows = FanStanding.objects.filter(organisation_id=org_id, place__gt=0)
    if place is not None:
        rows = rows.filter(place=place)
    first = (min(max(1, page), 10_000) - 1) * PAGE
    shown = _ranked(rows)[first : first + PAGE]
    return FanMemberPage(total=rows.count(), rows=[_member(row) for row in shown])


def every_fan_member(org_id: int) -> Iterator[FanMember]:
    """Who is on any tier, as ``fan_members``, all of them."""
    rows = FanStanding.objects.filter(organisation_id=org_id, place__gt=0)
    return map(_member, _ranked(rows).iterator(PIECE_ROWS))


def _ranked(rows: "QuerySet[FanStanding]") -> "QuerySet[FanStanding]":
    return rows.select_related("viewer").order_by("-points", "viewer_id")


def _member(row: FanStanding) -> FanMember:
    return FanMember(
        viewer_id=row.viewer_id,
        name=mask_name(row.viewer.nickname),
        place=row.place,
        points=row.points,
        given=row.given,
        since=row.since,
    )


def fan_audit(org_id: int, viewer_id: int, *, most: int | None = AUDIT_ROWS) -> FanAudit:
    """Why a viewer stands where they stand.

    Args:
        most: of moves and of deeds, the newest; None is all.

    Raises:
        NoSuchFan: none of this id in the organisation.
    """
    known = Viewer.objects.filter(organisation_id=org_id)
    viewer = known.filter(pk=viewer_id).first() if 0 < viewer_id < 2**63 else None
    if viewer is None:
        raise NoSuchFan(id=viewer_id)
    moves = FanStep.objects.filter(organisation_id=org_id, viewer=viewer).order_by("-pk")
    deeds = FanPoints.objects.filter(organisation_id=org_id, viewer=viewer).order_by("-pk")
    return FanAudit(
        viewer_id=viewer_id,
        name=mask_name(viewer.nickname),
        fan=fan_of(viewer_id, org_id=org_id),
        moves=[
            FanMove(
                before=row.before,
                after=row.after,
                why=row.why,
                reason=row.reason,
                points=row.points,
                version=row.version,
                by=row.by,
                at=row.at,
            )
            for row in moves[:most]
        ],
        deeds=[
            FanDeed(
                source=row.source,
                about=row.about,
                amount=row.amount,
                points=row.points,
                version=row.version,
                at=row.at,
            )
            for row in deeds[:most]
        ],
    )


def plan_view(plan: FanPlan) -> FanPlanView:
    """A plan's row as a value."""
    terms = terms_of(plan)
    rows = FanStanding.objects.filter(organisation_id=plan.organisation_id, place__gt=0)
    members = dict(rows.order_by().values_list("place").annotate(Count("pk")))
    return FanPlanView(
        version=plan.version,
        set_at=plan.set_at,
        tiers=tuple(
            FanTierView(place=n, name=tier.name, points=tier.points, members=members.get(n, 0))
            for n, tier in enumerate(terms.tiers, start=1)
        ),
        follow_points=terms.follow_points,
        minute_points=terms.minute_points,
        minutes_max=terms.minutes_max,
        yuan_points=terms.yuan_points,
    )
