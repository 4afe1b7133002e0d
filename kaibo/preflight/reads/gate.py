"""The checks of a show, collected from everything below."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from kaibo.agreements import reads as agreements
from kaibo.base.times import shop_day
from kaibo.catalog import reads as catalog
from kaibo.catalog.reads import SkuView
from kaibo.compliance import reads as compliance
from kaibo.hosts import reads as hosts
from kaibo.media import reads as media
from kaibo.notices import reads as notices
from kaibo.patrol import reads as patrol
from kaibo.personas import reads as personas
from kaibo.planning import reads as planning
from kaibo.planning.reads import RunItemView, ShowView
from kaibo.preflight import rules
from kaibo.preflight.rules import Check, Finding, Item, Person, Said, State
from kaibo.promotions.reads import why_baseless, worst_price
from kaibo.roster import reads as roster
from kaibo.roster.reads import Cast, CastPerson

NOTICES = "/desk/compliance/notices"


@dataclass(frozen=True, slots=True)
class Preflight:
    """Every check of a show and the worst of them; red keeps the room closed."""

    show_id: int
    state: State
    checks: tuple[Check, ...]


def preflight(org_id: int, show_id: int, now: dt.datetime) -> Preflight:
    """Judge whether a show could open now. Nothing is written.

    Raises:
        NoSuchShow: none of this id in the organisation.
    """
    show = planning.show(org_id, show_id)
    items = planning.run_of_show(show_id)
    cast = roster.cast_of(show, now=now)
    checks = (
        *_plan_checks(show),
        _rules_check(show, now),
        *_people_checks(show, cast, now),
        _contract_check(show, cast, now),
        *_ai_checks(show, now),
        *_patrol_checks(show, now),
        *_goods_checks(show, items, now),
        rules.check_scripts(list(_findings(show, items, now)), where=f"/desk/shows/{show_id}/plan"),
        rules.check_stream_key(
            media.stream_key_state(org_id=org_id, show_id=show_id, now=now),
            where=f"/desk/shows/{show_id}/live",
        ),
    )
    return Preflight(show_id=show_id, state=rules.overall(checks), checks=checks)


def plan_digest(show_id: int) -> str:
    """A digest of the run of show as it was judged (LM-037)."""
    lines = [asdict(item) for item in planning.run_of_show(show_id)]
    text = json.dumps(lines, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _plan_checks(show: ShowView) -> Iterator[Check]:
    where = f"/desk/shows/{show.id}/plan"
    yield rules.check_plan_fields({f: getattr(show, f) for f in rules.PLAN_FIELDS}, where=where)
    yield rules.check_seller_bar({f: getattr(show, f) for f in rules.SELLER_FIELDS}, where=where)


def _rules_check(show: ShowView, now: dt.datetime) -> Check:
    found = agreements.rules_standing(show.org_id, now=now)
    return rules.check_house_rules(
        found.standing,
        kind=_kind_of(show.org_id),
        unread=found.unread,
        announced=found.announced,
        where="/desk/compliance/rules",
    )


def _kind_of(org_id: int) -> str:
    """What the organisation says it is; empty before it answered."""
    profile = compliance.standing_of(org_id)
    return profile.kind if profile else ""


def _people_checks(show: ShowView, cast: Cast, now: dt.datetime) -> Iterator[Check]:
    where, here = "/desk/hosts", f"/desk/shows/{show.id}/roster"
    people = [_person(one) for one in cast.people]
    kind = _kind_of(show.org_id)
    operator = hosts.operator(show.org_id, now=now)
    yield rules.check_operator_file(
        operator.state,
        kind=kind,
        through=operator.verified_through,
        licence_ends_on=operator.licence_expires_on,
        where="/desk/hosts/operator",
    )
    yield rules.check_host_identity(people, where=where)
    yield rules.check_host_age(people, where=where)
    yield rules.check_host_affiliation(people, where=where)
    yield rules.check_host_entity(people, where=where)
    yield rules.check_host_agreement(people, kind=kind, where=where)
    yield rules.check_host_training(people, where=where)
    yield rules.check_roster_sent(cast.state, count=len(people), where=here)
    yield rules.check_presence(people, where=here)
    contacts = notices.standing_of_contacts(show.org_id, [one.host_id for one in cast.people])
    yield rules.check_contacts([(one.name, one.state) for one in contacts], where=NOTICES)


def _patrol_checks(show: ShowView, now: dt.datetime) -> Iterator[Check]:
    where, asked = "/desk/patrol", patrol.gate(show, now=now)
    yield rules.check_moderators(
        asked.rooms if asked.applies else 0,
        moderators=asked.moderators,
        per_moderator=asked.per_moderator,
        where=where,
    )
    yield rules.check_patroller(
        asked.key_whys, name=asked.patroller_name, is_patrolled=asked.is_patrolled, where=where
    )


def _contract_check(show: ShowView, cast: Cast, now: dt.datetime) -> Check:
    """Agencies of who appears, each by its code; the operator has no contract with itself."""
    own = hosts.operator(show.org_id, now=now).credit_code
    homes = [one.standing.affiliation for one in cast.people]
    agencies = {
        home.party_code: home.party_name
        for home in homes
        if home and home.kind == "agency" and home.party_code != own
    }
    first, ends_at = shop_day(now), max(now, show.starts_at)
    last = shop_day(ends_at + dt.timedelta(minutes=show.planned_minutes))
    found = [
        (name, *agreements.contracts_with(show.org_id, code, first=first, last=last))
        for code, name in sorted(agencies.items())
    ]
    return rules.check_contracts(found, where="/desk/hosts/contracts")


def _ai_checks(show: ShowView, now: dt.datetime) -> Iterator[Check]:
    where = f"/desk/shows/{show.id}/ai"
    found = personas.ai_standing(show, now=now)
    yield rules.check_ai_people(found.names, found.faults, where=where)
    yield rules.check_ai_duty(found.names, found.duty, found.label, where=where)


def _person(one: CastPerson) -> Person:
    today = one.standing
    home = today.affiliation
    return Person(
        name=one.name,
        identity=today.identity,
        through=today.verified_through,
        age=today.age,
        affiliation=home.kind if home else "",
        entity=home.responsible_name if home else "",
        agreement=today.agreement,
        training=today.training,
        trained_through=today.trained_through,
        checked=one.checked,
    )


def _goods_checks(show: ShowView, items: list[RunItemView], now: dt.datetime) -> Iterator[Check]:
    where = f"/desk/shows/{show.id}/plan"
    length = dt.timedelta(minutes=show.planned_minutes)
    window = (min(now, show.starts_at), max(now, show.starts_at) + length)
    skus = catalog.skus(item.sku_id for item in items)
    # A show that starts late ends late: papers must hold from now for the whole length.
    ends_on = shop_day(window[1])
    lacks, will_lack = (
        catalog.papers_lacking(skus.keys(), on=day) for day in (shop_day(now), ends_on)
    )
    banned = catalog.banned_skus(show.org_id, skus.keys())
    cards = catalog.sku_cards(show.org_id, skus.keys())
    known = [
        replace(
            _item(item, skus[item.sku_id], window, now=now),
            lacks=_kinds(lacks.get(item.sku_id, ())),
            will_lack=_kinds(will_lack.get(item.sku_id, ())),
            banned=_named_on_list(banned.get(item.sku_id)),
            unsaid=_unsaid(cards[item.sku_id].lacking),
            baseless=_baseless(item, show, now=now),
        )
        for item in items
    ]
    yield rules.check_run_of_show(known, where=where)
    yield rules.check_products_approved(known, ends_on=ends_on, where="/desk/products")
    yield rules.check_negative_list(known, where=where)
    yield rules.check_card_facts(known, where="/desk/products")
    yield rules.check_papers(known, where="/desk/products")
    off = catalog.withheld(skus.keys())
    yield rules.check_withheld([item for item in known if item.sku_id in off], where=NOTICES)
    yield rules.check_stock(known, where="/desk/products")
    yield rules.check_price_floor(known, where=where)
    yield rules.check_promotion_terms(known, where=where)


def _baseless(item: RunItemView, show: ShowView, *, now: dt.datetime) -> Said | None:
    if item.day_price_fen <= item.price_fen:
        return None
    why = why_baseless(
        org_id=show.org_id,
        show_id=show.id,
        sku_id=item.sku_id,
        link_no=item.link_no,
        tag_fen=item.day_price_fen,
        price_basis=item.price_basis,
        now=now,
    )
    return None if why is None else Said(*why)


def _kinds(needs: Sequence[compliance.Need]) -> Said | None:
    zh, en = "、".join(need.kinds_zh for need in needs), ", ".join(n.kinds_en for n in needs)
    return Said(zh, en) if needs else None


def _unsaid(fields: Sequence[compliance.CardField]) -> Said | None:
    zh, en = "、".join(one.title_zh for one in fields), ", ".join(one.title_en for one in fields)
    return Said(zh, en) if fields else None


def _named_on_list(found: compliance.Banned | None) -> Said | None:
    if found is None:
        return None
    entry = found.entry
    zh = f"“{found.matched}”属于{entry.title_zh}"
    return Said(zh, f"“{found.matched}” is of “{entry.title_en}”")


def _item(
    item: RunItemView, sku: SkuView, window: tuple[dt.datetime, dt.datetime], *, now: dt.datetime
) -> Item:
    return Item(
        link_no=item.link_no,
        sku_id=item.sku_id,
        sku_code=item.sku_code,
        product_title=item.product_title,
        approved=catalog.sku_is_approved(sku, now=now),
        product_state=item.product_state,
        qualification_expires_on=item.qualification_expires_on,
        price_fen=item.price_fen,
        worst_price_fen=worst_price(item.sku_id, item.price_fen, window).price_fen,
        floor_price_fen=sku.floor_price_fen,
        day_price_fen=item.day_price_fen,
        price_basis=item.price_basis,
        units_planned=item.units_planned,
        available=sku.available,
    )


def _findings(show: ShowView, items: list[RunItemView], now: dt.datetime) -> Iterator[Finding]:
    book = compliance.rulebook_of(show.org_id)
    for said, place in texts_of(show, items):
        for hit in compliance.scan(said.text, surface=said.surface, now=now, book=book):
            if hit.is_live:
                article = f"{hit.law}{hit.article}{hit.item}"
                yield Finding(place, hit.matched, article, hit.verdict == "violation")


@dataclass(frozen=True, slots=True)
class Text:
    """What a show says somewhere."""

    text: str
    surface: compliance.Surface


def texts_of(show: ShowView, items: list[RunItemView]) -> Iterator[tuple[Text, Said]]:
    """Every text that a plan puts before viewers, with its place; empty ones are nothing."""
    yield from _said((show.title,), "title", Said("标题", "title"))
    yield from _said((show.policy_text,), "script", Said("活动政策", "policy"))
    for item in items:
        place = Said(f"{item.link_no} 号", f"link {item.link_no}")
        yield from _said((item.product_title,), "title", place)
        said = (item.script_text, item.benefit, item.mechanism, *item.selling_points)
        yield from _said(said, "script", place)


def _said(
    texts: tuple[str, ...], surface: compliance.Surface, place: Said
) -> Iterator[tuple[Text, Said]]:
    yield from ((Text(text, surface), place) for text in texts if text)
