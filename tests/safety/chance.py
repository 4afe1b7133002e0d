"""Draws, red packets and invitations of a shop in the middle of a show."""

import datetime as dt
from typing import Any, NamedTuple

from kaibo.base.actor import Actor
from kaibo.promotions import actions as promotions
from kaibo.promotions.reads import awards
from kaibo.promotions.rules import AmountOff
from kaibo.promotions.rules import Promotion as Terms


class Chance(NamedTuple):
    """Who gives, in which show, with which texts, and who takes part."""

    by: Actor
    show_id: int
    mark: str
    viewer_id: int
    now: dt.datetime


def drawn_prize(of: Chance) -> dict[str, int]:
    """A draw that the viewer won, with a prize to claim, and one that asks and waits to open."""
    by, org_id, now = of.by, of.by.org_id, of.now
    prize = promotions.Prize(name=of.mark, value_fen=60_000, proof=of.mark, count=1)
    ids = []
    for number, starts in ((1, now - dt.timedelta(hours=1)), (2, now)):
        spec = promotions.DrawSpec(
            show_id=of.show_id,
            title=of.mark,
            prizes=(prize,),
            audience="everyone",
            opens_at=starts,
            closes_at=starts + dt.timedelta(minutes=30),
            claim_days=7,
            claim_how=of.mark,
            organiser=of.mark,
        )
        made = promotions.save_draw(spec=spec, request_key=f"draw-{number}", by=by, now=now)
        if number == 2:
            _ask(of, made.id)
        promotions.publish_draw(draw_id=made.id, by=by, now=starts)
        ids.append(made.id)
    at = now - dt.timedelta(hours=1)
    promotions.open_draw(draw_id=ids[0], by=by, now=at)
    promotions.enter_draw(
        draw_id=ids[0], org_id=org_id, show_id=of.show_id, viewer_id=of.viewer_id, now=at
    )
    promotions.close_draw(draw_id=ids[0], by=by, now=now)
    promotions.reveal_draw(draw_id=ids[0], by=by, now=now)
    (won,) = awards(org_id, ids[0])
    return {"draw": ids[1], "award": won.id}


def _ask(of: Chance, draw_id: int) -> None:
    question = promotions.Question(text=of.mark, choices=(of.mark, "二"), seconds=10)
    spec = promotions.QuizSpec(questions=(question,), rights=(1,))
    promotions.save_quiz(draw_id=draw_id, spec=spec, by=of.by, now=of.now)


def open_packet(of: Chance) -> dict[str, int]:
    """A red packet that is open, of which the viewer has a portion."""
    by, now = of.by, of.now
    spec = promotions.PacketSpec(
        show_id=of.show_id,
        title=of.mark,
        total_fen=3,
        number=3,
        audience="everyone",
        opens_at=now,
        closes_at=now + dt.timedelta(hours=1),
        credit_days=7,
        organiser=of.mark,
    )
    id = promotions.save_packet(spec=spec, request_key="packet-1", by=by, now=now).id
    promotions.publish_packet(packet_id=id, by=by, now=now)
    promotions.open_packet(packet_id=id, by=by, now=now)
    promotions.claim_packet(
        packet_id=id,
        org_id=by.org_id,
        show_id=of.show_id,
        viewer_id=of.viewer_id,
        now=now,
    )
    return {"packet": id}


def open_invite(of: Chance) -> dict[str, int]:
    """An invitation that is open, of which the viewer has a link and tried it themselves."""
    by, now = of.by, of.now
    terms = Terms(id=0, title_zh=of.mark, title_en=of.mark, stacking="coupon", benefit=AmountOff(1))
    reward = promotions.PromotionSpec(
        terms=terms,
        starts_at=now,
        ends_at=now + dt.timedelta(days=1),
        got="claim",
        unlock="invite",
    )
    made = promotions.save_promotion(spec=reward, request_key="reward-1", by=by, now=now)
    promotions.start_promotion(promotion_id=made.id, by=by, now=now)
    spec = promotions.InviteSpec(
        show_id=of.show_id,
        title=of.mark,
        task="follow",
        newcomer="visitor",
        invitees_per_reward=1,
        rewards_per_inviter=1,
        rewards_total=1,
        promotion_id=made.id,
        opens_at=now,
        closes_at=now + dt.timedelta(hours=1),
        organiser=of.mark,
    )
    id = promotions.save_invite(spec=spec, request_key="invite-1", by=by, now=now).id
    promotions.publish_invite(invite_id=id, by=by, now=now)
    promotions.run_due_invites(now=now)
    here: dict[str, Any] = {
        "org_id": by.org_id,
        "show_id": of.show_id,
        "viewer_id": of.viewer_id,
        "now": now,
    }
    code = promotions.make_invite_link(invite_id=id, origin=promotions.Origin(), **here)
    promotions.accept_invite(code=code, origin=promotions.Origin(), **here)
    return {"invite": id}
