"""Published rules, notes that were taken of them, and opinions."""

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass

from django.db import transaction

from kaibo.access.actions import lock_organisation
from kaibo.access.crypto import keyed_digests
from kaibo.access.reads import organisation
from kaibo.agreements import reads
from kaibo.agreements.errors import (
    NoSuchRules,
    NotThePlatform,
    OpinionsClosed,
    OpinionsFull,
    RulesMoved,
    RulesOver,
)
from kaibo.agreements.models import Acknowledgement, Opinion, Version
from kaibo.agreements.reads import DeskRules, VersionCard
from kaibo.agreements.rules import (
    OPINION_CHARS_MAX,
    OPINIONS_MAX,
    OPINIONS_PER_NETWORK,
    SUMMARY_CHARS_MAX,
    TEXT_CHARS_MAX,
    TITLE_CHARS_MAX,
    Impact,
    Kind,
    effect_of,
)
from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.inputs import clean_text
from kaibo.facts.agreements import OpinionLeft, RulesAcknowledged, RulesPublished
from kaibo.hosts.reads import operator
from kaibo.journal.actions import append


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionSpec:
    """A version as written.

    ``number``: of the version it follows, 0 for the first. ``effective_at``: aware; None is the
    earliest lawful moment. English may be left out; the Chinese text is the one that binds.
    ``summary_*``: what changes, for those who will not read all of it.
    """

    kind: Kind
    number: int
    title_zh: str
    text_zh: str
    title_en: str = ""
    text_en: str = ""
    summary_zh: str = ""
    summary_en: str = ""
    impact: Impact = "minor"
    effective_at: dt.datetime | None = None


@transaction.atomic
def publish_rules(*, spec: VersionSpec, by: Actor, now: dt.datetime) -> VersionCard:
    """Publish the next version of a document; the older ones stay as they are.

    Everybody can read it from this moment on. It takes effect when its notice is over.

    Raises:
        NotThePlatform: the rules that bind here are somebody else's; nothing was written.
        RulesMoved: another version was published meanwhile; neither.
        NoticeTooShort, NoticeTooLong: the moment of effect does not fit the notice; neither.
        TextMissing, TextTooLong, TextUnreadable: neither.

    Source: LM-014, LM-015.
    """
    home = reads.publisher_of(by.org_id)
    if home != by.org_id:
        raise NotThePlatform(name=organisation(home).name)
    lock_organisation(by.org_id)
    texts = _clean(spec)
    mine = Version.objects.filter(organisation_id=by.org_id, kind=spec.kind)
    number = mine.order_by("-number").values_list("number", flat=True).first() or 0
    if number != spec.number:
        raise RulesMoved(number=number)
    effective_at = effect_of(spec.effective_at, impact=spec.impact, is_first=number == 0, now=now)
    row = Version.objects.create(
        organisation_id=by.org_id,
        kind=spec.kind,
        number=number + 1,
        **texts,
        digest=hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest(),
        impact=spec.impact,
        published_by_id=_person(by),
        published_at=now,
        effective_at=effective_at,
    )
    fact = RulesPublished(
        version_id=row.pk,
        kind=row.kind,
        number=row.number,
        impact=row.impact,
        digest=row.digest,
        effective_at=effective_at,
    )
    append(fact, at=now, org_id=by.org_id, actor=by)
    return reads.card_of(row, now)


@transaction.atomic
def acknowledge_rules(*, version_id: int, by: Actor, now: dt.datetime) -> DeskRules:
    """Record that the room operator took note of a version; safe to repeat.

    Raises:
        NoSuchRules: no such version among the rules that bind here; nothing was written.
        RulesOver: a newer version has replaced it; neither.

    Source: LM-014.
    """
    lock_organisation(by.org_id)
    row = Version.objects.filter(
        organisation_id=reads.publisher_of(by.org_id), pk=version_id
    ).first()
    if row is None:
        raise NoSuchRules(id=version_id)
    if reads.card_of(row, now).state not in ("in_force", "announced"):
        raise RulesOver()
    _, is_new = Acknowledgement.objects.get_or_create(
        organisation_id=by.org_id,
        version=row,
        defaults={
            "operator": operator(by.org_id, now=now).name or organisation(by.org_id).name,
            "person_id": _person(by),
            "at": now,
        },
    )
    if is_new:
        append(RulesAcknowledged(version_id=row.pk), at=now, org_id=by.org_id, actor=by)
    return reads.desk_rules(by.org_id, now=now)


@transaction.atomic
def leave_opinion(*, version_id: int, text: str, network: str, now: dt.datetime) -> int:
    """Say something about an announced version, without a name; returns the opinion's number.

    Args:
        network: where it comes from (``base.networks.network_of``); kept as a keyed hash of this
            version alone. Empty is this machine itself, which is not counted.

    Raises:
        NoSuchRules, TextMissing, TextTooLong, TextUnreadable: nothing was written.
        OpinionsClosed: the version is in force or over; neither.
        OpinionsFull: enough from this network, or in all; neither.

    Source: 电子商务法 art. 34; LM-015.
    """
    clean = clean_text("text", text, chars_max=OPINION_CHARS_MAX, required=True)
    # The lock is the queue: opinions on one version are counted one after the other.
    row = Version.objects.select_for_update(no_key=True).filter(pk=version_id).first()
    if row is None:
        raise NoSuchRules(id=version_id)
    if reads.card_of(row, now).state != "announced":
        raise OpinionsClosed()
    digests = keyed_digests(f"opinion {version_id}", network) if network else []
    if digests and row.opinions.filter(network_digest__in=digests).count() >= OPINIONS_PER_NETWORK:
        raise OpinionsFull(most=OPINIONS_PER_NETWORK)
    if row.opinions.count() >= OPINIONS_MAX:
        raise OpinionsFull(most=OPINIONS_MAX)
    opinion = Opinion.objects.create(
        organisation_id=row.organisation_id,
        version=row,
        text=clean,
        network_digest=digests[0] if digests else "",
        at=now,
    )
    fact = OpinionLeft(version_id=row.pk, opinion_id=opinion.pk)
    append(fact, at=now, org_id=row.organisation_id, actor=SYSTEM(row.organisation_id))
    return opinion.pk


def _clean(spec: VersionSpec) -> dict[str, str]:
    """The texts of a version, each in its measure; only the Chinese title and text are needed."""
    most = {"title": TITLE_CHARS_MAX, "text": TEXT_CHARS_MAX, "summary": SUMMARY_CHARS_MAX}
    found = {}
    for field, value in asdict(spec).items():
        name, _, language = field.partition("_")
        if name in most and language in ("zh", "en"):
            required = language == "zh" and name != "summary"
            found[field] = clean_text(field, value, chars_max=most[name], required=required)
    return found


def _person(by: Actor) -> int | None:
    return by.id if by.kind == "person" else None
