"""Draws: exact rows and facts, and nothing written on a refusal."""

import datetime as dt
import json
import runpy
from dataclasses import asdict
from typing import Any

import msgspec
import pytest
from django.db import IntegrityError, transaction

from kaibo.access.crypto import decrypt_text
from kaibo.audience.actions import follow
from kaibo.base.errors import BadInput, NotFound, Refusal
from kaibo.facts import promotions as told
from kaibo.journal.models import Entry
from kaibo.promotions import actions, reads
from kaibo.promotions.actions import Favour, Prize
from kaibo.promotions.errors import (
    ClaimTermOver,
    DrawAlreadyOn,
    DrawIncomplete,
    DrawNotNow,
    DrawStateWrong,
    DrawTermsStand,
    DrawWithoutShow,
    EntryRefused,
    FileKept,
    NoSuchAward,
    NoSuchDraw,
    PrizeAboveCap,
)
from kaibo.promotions.models import Award, Draw, DrawEntry
from kaibo.promotions.rules import commitment
from kaibo.promotions.tests.drawing import (
    CREAMS,
    HOME,
    PHONES,
    claim,
    draft,
    finish,
    join,
    open_one,
    spec_of,
    viewer_of,
)
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after, facts, make_shop
from tests.paths import DOCS

pytestmark = pytest.mark.django_db

verify = runpy.run_path(str(DOCS / "verify_draw.py"))["verify"]


def published(draw_id: int) -> dict[str, Any]:
    """The public file as a stranger reads it."""
    found: dict[str, Any] = json.loads(json.dumps(asdict(reads.proof(draw_id)), default=str))
    return found


def refuses(kind: type[Refusal], call: Any, **arguments: Any) -> Refusal:
    """The refusal, after which not a fact was written."""
    before = Entry.objects.count()
    with pytest.raises(kind) as refused:
        call(**arguments)
    assert Entry.objects.count() == before
    return refused.value


@pytest.mark.row("LM-101")
@pytest.mark.parametrize(
    ("missing", "without"),
    [
        ("odds_or_quantity", {"prizes": (msgspec.structs.replace(PHONES, count=None),)}),
        ("price_proof", {"prizes": (msgspec.structs.replace(PHONES, proof=" "),)}),
        ("prize_value", {"prizes": (msgspec.structs.replace(PHONES, value_fen=0),)}),
        ("prizes", {"prizes": ()}),
        ("conditions", {"audience": ""}),
        ("opens_at", {"opens_at": None}),
        ("closes_at", {"closes_at": None}),
        ("claim_days", {"claim_days": None}),
        ("claim_how", {"claim_how": ""}),
        ("organiser", {"organiser": "  "}),
    ],
)
def test_a_draw_of_which_something_is_unsaid_is_not_published(
    shop: Shop, missing: str, without: dict[str, Any]
) -> None:
    made = draft(shop, **without)
    by: dict[str, Any] = {"draw_id": made.id, "by": shop.by, "now": NOW}
    refused = refuses(DrawIncomplete, actions.publish_draw, **by)
    assert refused.data["missing"] == [missing]
    assert "缺少" in refused.message("zh")
    # Nothing but a published draw opens, and nobody sees a draft.
    refuses(DrawStateWrong, actions.open_draw, **by)
    assert reads.draw_cards(1, org_id=shop.org_id, show_id=SHOW) == []
    with pytest.raises(NoSuchDraw):
        reads.proof(made.id)


def test_everything_that_is_unsaid_is_named_at_once_and_all_of_it_is_shown(shop: Shop) -> None:
    bare = draft(shop, prizes=(), audience="", opens_at=None, organiser="")
    refused = refuses(DrawIncomplete, actions.publish_draw, draw_id=bare.id, by=shop.by, now=NOW)
    assert refused.data["missing"] == ["prizes", "conditions", "opens_at", "organiser"]
    whole = open_one(shop)
    (card,) = reads.draw_cards(1, org_id=shop.org_id, show_id=SHOW)
    assert card.id == whole.id
    assert card.way_zh
    assert card.terms["prizes"][0] == {
        "name": "手机",
        "kind": "goods",
        "value_fen": 299_900,
        "proof": "官网售价 2026-11-20",
        "count": 1,
        "promotion_id": None,
    }
    said = ("title", "audience", "opens_at", "closes_at", "claim_days", "claim_how", "organiser")
    assert all(card.terms[name] for name in said)


@pytest.mark.row("LM-102")
@pytest.mark.parametrize("kind", ["goods", "right"])
def test_the_cap_of_a_prize(shop: Shop, kind: Any) -> None:
    """50,000.00 yuan passes, 50,000.01 does not; the right to use a car is valued the same."""
    top = Prize(name="汽车使用权", kind=kind, value_fen=5_000_000, proof="租赁报价", count=3)
    good, over = (top,), (CREAMS, msgspec.structs.replace(top, value_fen=5_000_001))
    made = draft(shop, prizes=over)
    refused = refuses(PrizeAboveCap, actions.publish_draw, draw_id=made.id, by=shop.by, now=NOW)
    assert refused.data["value_fen"] == 5_000_001
    made = draft(shop, prizes=good)
    assert actions.publish_draw(draw_id=made.id, by=shop.by, now=NOW).state == "published"
    entry = DrawEntry(organisation_id=shop.org_id, draw_id=made.id, viewer_id=1, place=1)
    entry.token, entry.entered_at = "x", NOW
    entry.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.create(
            organisation_id=shop.org_id,
            draw_id=made.id,
            entry=entry,
            show_id=SHOW,
            viewer_id=1,
            place=1,
            prize_no=1,
            name="x",
            value_fen=5_000_001,
            lapses_at=NOW,
        )


def test_what_one_viewer_wins_in_a_show_stays_within_the_cap(shop: Shop) -> None:
    half = Prize(name="金条", value_fen=2_500_001, proof="金价", count=1)
    viewer_id = viewer_of(shop, 1)
    first = open_one(shop, prizes=(half,))
    join(shop, first.id, viewer_id)
    second = draft(shop, prizes=(half,), closes_at=after(200))
    by: dict[str, Any] = {"draw_id": second.id, "by": shop.by}
    actions.publish_draw(**by, now=NOW)
    refuses(DrawAlreadyOn, actions.open_draw, **by, now=NOW)
    actions.close_draw(draw_id=first.id, by=shop.by, now=after(60))
    refuses(DrawAlreadyOn, actions.open_draw, **by, now=after(60))
    actions.reveal_draw(draw_id=first.id, by=shop.by, now=after(60))
    actions.open_draw(**by, now=after(61))
    with pytest.raises(EntryRefused) as refused:
        join(shop, second.id, viewer_id, at=62)
    assert refused.value.data["reason"] == "over_cap"
    assert join(shop, second.id, viewer_of(shop, 2), at=62).place == 1


@pytest.mark.row("LM-103")
def test_terms_change_in_the_entrants_favour_only(shop: Shop) -> None:
    opened = open_one(shop)
    by: dict[str, Any] = {"draw_id": opened.id, "by": shop.by, "now": after(1)}
    less = (PHONES, msgspec.structs.replace(CREAMS, count=1))
    cheaper = (msgspec.structs.replace(PHONES, value_fen=1), CREAMS)
    for prizes in (less, cheaper, (PHONES,), (CREAMS, PHONES)):
        refuses(DrawTermsStand, actions.change_draw, changes=Favour(prizes=prizes), **by)
    refuses(DrawTermsStand, actions.change_draw, changes=Favour(claim_days=6), **by)
    more = (PHONES, msgspec.structs.replace(CREAMS, count=5), Prize(name="口红", count=1))
    refuses(DrawIncomplete, actions.change_draw, changes=Favour(prizes=more), **by)
    gold = Prize(name="金条", value_fen=5_000_001, proof="x", count=1)
    refuses(PrizeAboveCap, actions.change_draw, changes=Favour(prizes=(*more[:2], gold)), **by)
    assert facts(told.DrawChanged) == []
    changed = actions.change_draw(changes=Favour(prizes=more[:2], claim_days=30), **by)
    assert (changed.version, changed.terms["claim_days"]) == (2, 30)
    actions.change_draw(changes=Favour(prizes=more[:2]), **by)
    (fact,) = facts(told.DrawChanged)
    assert isinstance(fact, told.DrawChanged)
    assert (fact.version, fact.terms["prizes"][1]["count"]) == (2, 5)
    (before,) = reads.proof(opened.id).versions
    assert before["terms"]["prizes"][1]["count"] == 2
    spec, key = spec_of(prizes=less), "another"
    draft_again: dict[str, Any] = {"spec": spec, "request_key": key, **by}
    refuses(DrawStateWrong, actions.save_draw, **draft_again)
    finish(shop, opened.id)
    refuses(DrawStateWrong, actions.change_draw, changes=Favour(claim_days=60), **by)


@pytest.mark.row("LM-104", "R-051")
def test_anyone_can_recompute_the_winners(shop: Shop) -> None:
    """The promise stands before the first entry; the log alone gives the same winners."""
    made = draft(shop)
    promised = actions.publish_draw(draw_id=made.id, by=shop.by, now=NOW)
    row = Draw.objects.get()
    seed = decrypt_text(row.seed_encrypted)
    assert promised.commit == commitment(seed)
    assert seed not in json.dumps([asdict(promised), row.terms], default=str)
    assert not any(seed in entry.body for entry in Entry.objects.all())
    actions.open_draw(draw_id=made.id, by=shop.by, now=NOW)
    staff, friend, late = (viewer_of(shop, number) for number in (91, 92, 93))
    actions.bar_viewer(viewer_id=staff, reason="staff", by=shop.by, now=NOW)
    others = [viewer_of(shop, number) for number in range(8)]
    receipts = [join(shop, made.id, viewer) for viewer in (friend, *others[:4], staff, *others[4:])]
    assert join(shop, made.id, friend) == receipts[0]
    assert [receipt.place for receipt in receipts] == [1, 2, 3, 4, 5, None, 6, 7, 8, 9]
    assert receipts[5].kept_out == "staff"
    actions.bar_viewer(viewer_id=friend, reason="affiliate", by=shop.by, now=after(2))
    before = published(made.id)
    assert (before["entries"], before["seed"], before["winners"], before["root"]) == (
        [],
        "",
        [],
        "",
    )
    with pytest.raises(DrawNotNow):
        join(shop, made.id, late, at=60)
    actions.close_draw(draw_id=made.id, by=shop.by, now=after(60))
    bound = published(made.id)
    assert (bound["commit"], bound["seed"], bound["barred"]) == (promised.commit, "", [1])
    actions.reveal_draw(draw_id=made.id, by=shop.by, now=after(61))
    proof = published(made.id)
    assert (proof["root"], proof["entries"]) == (bound["root"], bound["entries"])
    assert receipts[3].token == proof["entries"][3]
    assert verify(proof) == []
    assert len(proof["winners"]) == 3
    # From the log alone.
    entered = [fact for fact in facts(told.DrawEntered) if isinstance(fact, told.DrawEntered)]
    (shown,) = facts(told.DrawRevealed)
    assert isinstance(shown, told.DrawRevealed)
    tokens = [fact.token for fact in entered if fact.place is not None]
    winners = [[award.place, award.prize_no] for award in shown.awards]
    assert verify({**proof, "entries": tokens, "seed": shown.seed, "winners": winners}) == []
    assert not {staff, friend} & {award.viewer_id for award in shown.awards}
    # Altered: somebody left out, and another order.
    assert verify({**proof, "entries": proof["entries"][1:]}) != []
    assert verify({**proof, "entries": proof["entries"][::-1]}) != []
    assert "viewer" not in json.dumps(proof)


@pytest.mark.row("LM-105")
def test_large_claims_are_public_at_once_and_the_file_is_kept(shop: Shop) -> None:
    prizes = (
        Prize(name="大", value_fen=50_100, proof="x", count=1),
        Prize(name="小", value_fen=50_000, proof="x", count=1),
    )
    opened = open_one(shop, prizes=prizes)
    for number in (1, 2):
        join(shop, opened.id, viewer_of(shop, number))
    finish(shop, opened.id)
    assert reads.proof(opened.id).claims == []
    for award in Award.objects.order_by("pk"):
        claim(shop, award.pk, award.viewer_id)
    (shown,) = reads.proof(opened.id).claims
    assert (shown.name, shown.value_fen, shown.claimed_at) == ("大", 50_100, after(61))
    by: dict[str, Any] = {"draw_id": opened.id, "by": shop.by}
    refuses(DrawStateWrong, actions.delete_draw_file, **by, now=after(62))
    ended = after(60) + dt.timedelta(days=7)
    assert actions.settle_due_draws(now=ended) == 1
    until = ended.replace(year=ended.year + 2)
    refuses(FileKept, actions.delete_draw_file, **by, now=until - dt.timedelta(seconds=1))
    assert (DrawEntry.objects.count(), Award.objects.count()) == (2, 2)
    actions.delete_draw_file(**by, now=until)
    actions.delete_draw_file(**by, now=until)
    assert (DrawEntry.objects.count(), Award.objects.count()) == (0, 0)
    assert len(facts(told.DrawFileDeleted)) == 1
    assert Draw.objects.get().state == "settled"


def test_who_may_enter(shop: Shop) -> None:
    opened = open_one(shop, audience="follower", keyword="开播大吉")
    viewer_id = viewer_of(shop, 1)
    for keyword, reason in (("开播大吉", "not_for_you"), ("", "keyword"), ("大吉", "keyword")):
        refused = refuses(
            EntryRefused,
            join,
            shop=shop,
            draw_id=opened.id,
            viewer_id=viewer_id,
            keyword=keyword,
        )
        assert refused.data["reason"] == reason
        follow(viewer_id=viewer_id, org_id=shop.org_id, now=NOW)
    assert join(shop, opened.id, viewer_id, keyword=" 开播大吉 ").place == 1
    (card,) = reads.draw_cards(viewer_id, org_id=shop.org_id, show_id=SHOW)
    assert card.terms["keyword"] is True
    assert card.entry is not None
    assert card.entry.place == 1
    assert "开播大吉" not in json.dumps(published(opened.id), ensure_ascii=False)


def test_a_prize_from_winning_to_the_parcel(shop: Shop) -> None:
    opened = open_one(shop, prizes=(CREAMS,))
    one, two = viewer_of(shop, 1), viewer_of(shop, 2)
    for viewer_id in (one, two):
        join(shop, opened.id, viewer_id)
    done = finish(shop, opened.id)
    assert (done.state, done.lapses_at) == ("drawn", after(60 + 7 * 86_400))
    assert actions.reveal_draw(draw_id=opened.id, by=shop.by, now=after(99)) == done
    mine = Award.objects.get(viewer_id=one)
    claimed = claim(shop, mine.pk, one)
    assert claim(shop, mine.pk, one, at=70) == claimed
    with pytest.raises(NoSuchAward):
        claim(shop, mine.pk, two)
    with pytest.raises(BadInput):
        actions.claim_prize(
            award_id=mine.pk,
            org_id=shop.org_id,
            viewer_id=one,
            receiver=msgspec.structs.replace(HOME, phone="139"),
            now=after(70),
        )
    assert reads.receiver(shop.org_id, mine.pk) == msgspec.to_builtins(HOME)
    mine.refresh_from_db()
    assert HOME.phone not in mine.receiver_encrypted
    sent = {"carrier": "中通", "waybill": "73100000000001"}
    actions.ship_prize(award_id=mine.pk, by=shop.by, now=after(80), **sent)
    other = Award.objects.get(viewer_id=two)
    refuses(DrawStateWrong, actions.ship_prize, award_id=other.pk, by=shop.by, now=after(90))
    assert done.lapses_at is not None
    with pytest.raises(ClaimTermOver):
        actions.claim_prize(
            award_id=other.pk,
            org_id=shop.org_id,
            viewer_id=two,
            receiver=HOME,
            now=done.lapses_at,
        )
    assert actions.settle_due_draws(now=done.lapses_at - dt.timedelta(seconds=1)) == 0
    assert actions.settle_due_draws(now=done.lapses_at) == 1
    assert facts(told.DrawSettled) == [told.DrawSettled(draw_id=opened.id, lapsed=[other.pk])]
    states = {award.id: award.state for award in reads.awards(shop.org_id, opened.id)}
    assert states == {mine.pk: "shipped", other.pk: "lapsed"}
    kinds = (told.PrizeClaimed, told.PrizeShipped, told.DrawRevealed)
    assert [len(facts(kind)) for kind in kinds] == [1, 1, 1]


def test_the_timer_keeps_to_the_published_end(shop: Shop) -> None:
    opened = open_one(shop)
    join(shop, opened.id, viewer_of(shop, 1))
    assert actions.run_due_draws(now=after(59)) == 0
    refuses(DrawNotNow, actions.close_draw, draw_id=opened.id, by=shop.by, now=after(59))
    assert actions.run_due_draws(now=after(60)) == 1
    assert actions.run_due_draws(now=after(61)) == 0
    assert Draw.objects.get().state == "drawn"
    assert verify(published(opened.id)) == []


def test_steps_out_of_their_order_write_nothing(shop: Shop) -> None:
    made = draft(shop)
    by: dict[str, Any] = {"draw_id": made.id, "by": shop.by}
    for step in (actions.open_draw, actions.close_draw, actions.reveal_draw):
        refuses(DrawStateWrong, step, **by, now=NOW)
    refuses(DrawNotNow, actions.publish_draw, **by, now=after(60))
    actions.publish_draw(**by, now=NOW)
    assert actions.publish_draw(**by, now=NOW).commit == Draw.objects.get().commit
    refuses(DrawStateWrong, actions.reveal_draw, **by, now=after(99))
    refuses(DrawNotNow, actions.open_draw, **by, now=after(-1))
    actions.open_draw(**by, now=NOW)
    assert actions.open_draw(**by, now=NOW).state == "open"
    # An open draw runs to its end (LM-104).
    refuses(DrawStateWrong, actions.cancel_draw, **by, now=after(1))
    other = draft(shop)
    assert actions.cancel_draw(draw_id=other.id, by=shop.by, now=NOW).state == "cancelled"
    assert actions.cancel_draw(draw_id=other.id, by=shop.by, now=NOW).state == "cancelled"
    assert [len(facts(kind)) for kind in (told.DrawPublished, told.DrawOpened)] == [1, 1]


def test_draws_are_each_shops_own(shop: Shop) -> None:
    opened = open_one(shop)
    dai = make_shop("dai")
    assert reads.draws(dai.org_id, SHOW) == []
    assert reads.draw_cards(1, org_id=dai.org_id, show_id=SHOW) == []
    by: dict[str, Any] = {"draw_id": opened.id, "by": dai.by}
    refuses(NoSuchDraw, actions.close_draw, **by, now=after(60))
    refuses(NoSuchDraw, join, shop=dai, draw_id=opened.id, viewer_id=1)
    refuses(
        NotFound,
        actions.bar_viewer,
        viewer_id=viewer_of(shop, 1),
        reason="staff",
        by=dai.by,
        now=NOW,
    )
    # A show in which the shop has nothing is not its own.
    made = actions.save_draw(spec=spec_of(), request_key="dai", by=dai.by, now=NOW)
    assert facts(told.DrawSaved) == []
    refuses(DrawWithoutShow, actions.publish_draw, draw_id=made.id, by=dai.by, now=NOW)
