"""Fan tiers at the desk and accounts of viewers, over HTTP."""

from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from kaibo.access.reads import caller, staff
from kaibo.audience.actions import accounts
from kaibo.audience.actions import fans as actions
from kaibo.audience.reads import asker, viewer_auth
from kaibo.audience.reads import fans as reads
from kaibo.audience.reads.accounts import AccountView, account_of
from kaibo.audience.reads.fans import FanAudit, FanMemberPage, FanPlanView, FanView
from kaibo.audience.rules.fans import FanTerms, FanTier

router = Router(tags=["audience"])

# The rules refuse what makes no sense, in words; these bounds only keep numbers storable.
Whole = Annotated[int, Field(strict=True, ge=0, le=10**15)]


class _Body(Schema):
    """A misspelt field is an error, not silence."""

    model_config = ConfigDict(extra="forbid")


class TierBody(_Body):
    name: str
    points: Whole


class PlanBody(_Body):
    tiers: Annotated[list[TierBody], Field(max_length=100)]
    follow_points: Whole = 0
    minute_points: Whole = 0
    minutes_max: Whole = 0
    yuan_points: Whole = 0


class GiveBody(_Body):
    place: Whole
    reason: str


class TakeBackBody(_Body):
    reason: str


class PlanAnswer(Schema):
    """The plan, or null where none was published."""

    plan: FanPlanView | None


@router.get("/desk/fans", response=PlanAnswer, auth=staff("room.desk"))
def show_fan_plan(request: HttpRequest) -> PlanAnswer:
    return PlanAnswer(plan=reads.fan_plan(caller(request).org_id))


@router.put("/desk/fans", response=FanPlanView, auth=staff("room.desk"))
def set_fan_plan(request: HttpRequest, body: PlanBody) -> FanPlanView:
    values = body.dict(exclude={"tiers"})
    tiers = tuple(FanTier(tier.name, tier.points) for tier in body.tiers)
    terms = FanTerms(tiers=tiers, **values)
    return actions.set_fan_plan(terms=terms, by=caller(request), now=timezone.now())


@router.get("/desk/fans/members", response=FanMemberPage, auth=staff("room.desk"))
def list_fan_members(
    request: HttpRequest, place: int | None = None, page: int = 1
) -> FanMemberPage:
    return reads.fan_members(caller(request).org_id, place=place, page=page)


@router.get("/desk/fans/members/{int:viewer_id}", response=FanAudit, auth=staff("room.desk"))
def show_fan_audit(request: HttpRequest, viewer_id: int) -> FanAudit:
    return reads.fan_audit(caller(request).org_id, viewer_id)


@router.post("/desk/fans/members/{int:viewer_id}/give", response=FanView, auth=staff("room.desk"))
def give_fan_tier(request: HttpRequest, viewer_id: int, body: GiveBody) -> FanView:
    return actions.give_fan_tier(
        viewer_id=viewer_id,
        place=body.place,
        reason=body.reason,
        by=caller(request),
        now=timezone.now(),
    )


@router.post(
    "/desk/fans/members/{int:viewer_id}/take-back", response=FanView, auth=staff("room.desk")
)
def take_fan_tier_back(request: HttpRequest, viewer_id: int, body: TakeBackBody) -> FanView:
    return actions.take_fan_tier_back(
        viewer_id=viewer_id, reason=body.reason, by=caller(request), now=timezone.now()
    )


class LoginBody(_Body):
    """A login and a password; ``device``: the one that signs in."""

    login: Annotated[str, Field(max_length=300)]
    password: Annotated[str, Field(max_length=300)]


class SignInBody(LoginBody):
    device: str


class DeviceBody(_Body):
    device: str


class AccountAnswer(Schema):
    """The account, or null where there is none."""

    account: AccountView | None


@router.get("/my/account", response=AccountAnswer, auth=viewer_auth)
def my_account(request: HttpRequest) -> AccountAnswer:
    viewer = asker(request)
    return AccountAnswer(account=account_of(viewer.id, org_id=viewer.org_id))


@router.post("/my/account", response={201: AccountView}, auth=viewer_auth)
def make_account(request: HttpRequest, body: LoginBody) -> Status[AccountView]:
    """Give oneself a login and a password."""
    viewer = asker(request)
    made = accounts.make_account(
        org_id=viewer.org_id,
        viewer_id=viewer.id,
        login=body.login,
        password=body.password,
        now=timezone.now(),
    )
    return Status(201, made)


@router.post("/my/account/sign-in", response=AccountView, auth=viewer_auth)
def sign_in(request: HttpRequest, body: SignInBody) -> AccountView:
    """Sign in on this device; entering again gives the account's ticket."""
    return accounts.sign_in(
        org_id=asker(request).org_id,
        device=body.device,
        login=body.login,
        password=body.password,
        now=timezone.now(),
    )


@router.post("/my/account/sign-out", response={204: None}, auth=viewer_auth)
def sign_out(request: HttpRequest, body: DeviceBody) -> Status[None]:
    """Sign out on this device."""
    accounts.sign_out(org_id=asker(request).org_id, device=body.device, now=timezone.now())
    return Status(204, None)
