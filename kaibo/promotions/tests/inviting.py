"""Invitations for the tests, set up by the product's own actions."""

import itertools
from typing import Any

import msgspec
import pytest

from kaibo.audience.actions import enter
from kaibo.base.errors import Refusal
from kaibo.journal.models import Entry
from kaibo.promotions import actions
from kaibo.promotions.actions import InviteSpec, Origin
from kaibo.promotions.models import (
    Coupon,
    InviteCampaign,
    Invitee,
    Inviter,
    InviteReward,
    Offer,
    Promotion,
)
from kaibo.promotions.reads.invites import InviteCard, InviteView, invite_cards
from kaibo.promotions.rules import AmountOff
from kaibo.promotions.tests import promoting
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after, open_link

HOUR = 3_600
_keys = itertools.count(1)


def reward(shop: Shop, **more: Any) -> Promotion:
    """A coupon of 10 yuan that is got by invitations alone, good for a day."""
    values: dict[str, Any] = {
        "of": {"stacking": "coupon"}, "got": "claim", "unlock": "invite", "uses_total": 50
    }  # fmt: skip
    return promoting.run(shop, AmountOff(1_000), **values | more)


def spec_of(promotion_id: int | None = None, **changes: Any) -> InviteSpec:
    """Everything said: two who follow make a reward, two rewards each, three in all, an hour."""
    spec = InviteSpec(
        show_id=SHOW,
        title="邀友有礼",
        task="follow",
        newcomer="visitor",
        invitees_per_reward=2,
        rewards_per_inviter=2,
        rewards_total=3,
        per_address=3,
        promotion_id=promotion_id,
        opens_at=NOW,
        closes_at=after(HOUR),
        organiser="安娜商贸",
    )
    return msgspec.structs.replace(spec, **changes)


def draft(shop: Shop, **changes: Any) -> InviteView:
    """A draft in a show with a link, and its reward."""
    if not Offer.objects.filter(organisation_id=shop.org_id).exists():
        open_link(shop, units=30)
    changes.setdefault("promotion_id", None)
    if changes["promotion_id"] is None:
        changes["promotion_id"] = reward(shop).pk
    key = f"invite-{next(_keys)}"
    return actions.save_invite(spec=spec_of(**changes), request_key=key, by=shop.by, now=NOW)


def open_one(shop: Shop, **changes: Any) -> InviteView:
    """One that counts from ``NOW`` on."""
    made = draft(shop, **changes)
    actions.publish_invite(invite_id=made.id, by=shop.by, now=NOW)
    assert actions.run_due_invites(now=NOW) == 1
    return made


def viewer_of(shop: Shop, number: int, *, at: float = 1) -> int:
    """Somebody who comes to a room of the shop for the first time."""
    device = f"invited-{number:020}"
    return enter(org_id=shop.org_id, device=device, nickname=f"客{number}", now=after(at)).id


def origin(number: int) -> Origin:
    """A network and a telephone of somebody's own."""
    return Origin(network=f"203.0.113.{number}", browser=f"phone {number}")


def link(shop: Shop, invite_id: int, viewer_id: int, *, number: int = 200, at: float = 1) -> str:
    """One viewer's own link."""
    return actions.make_invite_link(
        invite_id=invite_id,
        org_id=shop.org_id,
        show_id=SHOW,
        viewer_id=viewer_id,
        origin=origin(number),
        now=after(at),
    )


def come(shop: Shop, code: str, viewer_id: int, *, number: int | None = None, at: float = 2) -> str:
    """A viewer comes by a link, from their own address or from that of ``number``."""
    place = viewer_id % 200 if number is None else number
    return actions.accept_invite(
        code=code,
        org_id=shop.org_id,
        show_id=SHOW,
        viewer_id=viewer_id,
        origin=origin(place),
        now=after(at),
    )


def did(shop: Shop, viewer_id: int, *, task: Any = "follow", at: float = 3, **more: Any) -> int:
    """A viewer did the task, as the follower of the journal tells it."""
    return actions.count_invitees(
        task=task, viewer_id=viewer_id, org_id=shop.org_id, at=after(at), **more
    )


def card(shop: Shop, viewer_id: int) -> InviteCard:
    """The one campaign as a viewer sees it."""
    (one,) = invite_cards(viewer_id, org_id=shop.org_id, show_id=SHOW)
    return one


def inviter_of(viewer_id: int) -> Inviter:
    """The row of a viewer's link."""
    return Inviter.objects.get(viewer_id=viewer_id)


def refuses(kind: type[Refusal], act: Any, *positional: Any, **args: Any) -> Refusal:
    """The refusal, after which nothing is new in journal and tables."""
    before = counts()
    with pytest.raises(kind) as refused:
        act(*positional, **args)
    assert counts() == before
    return refused.value


def counts() -> list[Any]:
    tables = (Entry, InviteCampaign, Inviter, Invitee, InviteReward, Promotion, Coupon)
    states = sorted(InviteCampaign.objects.values_list("pk", "state"))
    return [table.objects.count() for table in tables] + states
