"""Editions of the agreement and of the course, and the numbers an organisation sets."""

import datetime as dt
import hashlib
from dataclasses import asdict, dataclass

from django.db import transaction

from kaibo.access.actions import lock_organisation
from kaibo.base.actor import Actor
from kaibo.base.inputs import check_whole, clean_text
from kaibo.facts.hosts import EditionPublished, IdentityTermsSet
from kaibo.hosts.errors import EditionMoved
from kaibo.hosts.models import Edition, Terms
from kaibo.hosts.reads import EditionView, terms_of
from kaibo.hosts.reads.files import edition_view
from kaibo.hosts.rules.standing import (
    GRACE_DAYS_MAX,
    SCORE_MAX,
    TEXT_CHARS_MAX,
    TITLE_CHARS_MAX,
    EditionKind,
    IdentityTerms,
    check_terms,
)
from kaibo.journal.actions import append


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionSpec:
    """An edition as written.

    ``number``: of the edition it follows, 0 for the first. Days of grace are an agreement's: so
    long a signature of an older one counts. A pass mark, 0 to 100, and ``is_mandatory`` are a
    course's; an agreement is always to be signed.
    """

    kind: EditionKind
    number: int
    title: str
    text: str
    is_mandatory: bool = True
    pass_score: int = 0
    grace_days: int = 0


@transaction.atomic
def publish_edition(*, spec: EditionSpec, by: Actor, now: dt.datetime) -> EditionView:
    """Publish the next edition of the agreement or the course; the older ones stay readable.

    Raises:
        EditionMoved: another was published meanwhile; nothing was written.
        TextMissing, TextTooLong, TextUnreadable, NumberOutOfRange: neither.

    Source: LM-013, LM-018.
    """
    lock_organisation(by.org_id)
    title = clean_text("title", spec.title, chars_max=TITLE_CHARS_MAX, required=True)
    text = clean_text("text", spec.text, chars_max=TEXT_CHARS_MAX, required=True)
    is_course = spec.kind == "course"
    check_whole("pass_score", spec.pass_score, most=SCORE_MAX)
    check_whole("grace_days", spec.grace_days, most=GRACE_DAYS_MAX)
    mine = Edition.objects.filter(organisation_id=by.org_id, kind=spec.kind)
    newest = mine.order_by("-number").first()
    number = newest.number if newest else 0
    if number != spec.number:
        raise EditionMoved(number=number)
    row = Edition.objects.create(
        organisation_id=by.org_id,
        kind=spec.kind,
        number=number + 1,
        title=title,
        text=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        is_mandatory=spec.is_mandatory if is_course else True,
        pass_score=spec.pass_score if is_course else 0,
        grace_days=0 if is_course else spec.grace_days,
        published_at=now,
    )
    fact = EditionPublished(
        edition_id=row.pk,
        kind=row.kind,
        number=row.number,
        digest=row.digest,
        is_mandatory=row.is_mandatory,
        pass_score=row.pass_score,
        grace_days=row.grace_days,
    )
    append(fact, at=now, org_id=by.org_id, actor=by)
    return edition_view(row)


@transaction.atomic
def set_identity_terms(*, terms: IdentityTerms, by: Actor, now: dt.datetime) -> IdentityTerms:
    """Set how strict the organisation is; never looser than the law.

    Raises:
        NumberOutOfRange: nothing was written.
    """
    lock_organisation(by.org_id)
    check_terms(terms)
    if terms != terms_of(by.org_id):
        Terms.objects.update_or_create(organisation_id=by.org_id, defaults=asdict(terms))
        append(IdentityTermsSet(**asdict(terms)), at=now, org_id=by.org_id, actor=by)
    return terms
