"""What an organisation says it is."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from kaibo.base.actor import Actor
from kaibo.compliance.models import Profile
from kaibo.compliance.reads.profile import ProfileView, profile
from kaibo.compliance.rules.profile import check_answers
from kaibo.facts.compliance import ProfileAnswered
from kaibo.journal.actions import append


@transaction.atomic
def answer_profile(*, answers: Mapping[str, bool], by: Actor, now: dt.datetime) -> ProfileView:
    """Answer all questions; the duties shown follow from here on. No control is switched off.

    Raises:
        AnswersIncomplete, AnswersContradict: nothing was written.
    """
    clean = check_answers(answers)
    row = Profile.objects.select_for_update(no_key=True).filter(organisation_id=by.org_id).first()
    if row is None or row.answers != clean:
        row = row or Profile(organisation_id=by.org_id)
        row.answers, row.answered_by, row.answered_at = clean, by.id, now
        row.save()
        append(ProfileAnswered(answers=clean), at=now, org_id=by.org_id, actor=by)
    return profile(by.org_id)
