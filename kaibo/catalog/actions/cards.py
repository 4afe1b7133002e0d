"""Writing down what cards say of a product."""

import datetime as dt
from collections.abc import Mapping

from kaibo.base.actor import Actor
from kaibo.catalog.actions.negative import judge_product
from kaibo.catalog.actions.products import lock_product, reopen
from kaibo.catalog.models import CardFact
from kaibo.catalog.reads import CardFactsView, card_facts
from kaibo.catalog.reads.cards import facts_of
from kaibo.catalog.rules.cards import clean_facts
from kaibo.compliance.actions import judged
from kaibo.compliance.reads import card_book
from kaibo.facts.catalog import CardFactsSet
from kaibo.journal.actions import append


@judged
def set_card_facts(
    *, product_id: int, facts: Mapping[str, str], by: Actor, now: dt.datetime
) -> CardFactsView:
    """Let the cards of a product say this, all of it; a real change asks for a new review.

    Links that are up keep saying what they said when they were shelved.

    Raises:
        NoSuchProduct, CardFieldUnknown, BadInput: nothing was written.
        GoodsBanned: only what was found was written.
    """
    product = lock_product(by.org_id, product_id)
    after = clean_facts(facts, known=card_book().fields)
    if after == facts_of([product.pk]).get(product.pk, {}):
        return card_facts(by.org_id, product.pk)
    judge_product(product, "written", by=by, now=now, facts=after)
    CardFact.objects.filter(product=product).delete()
    CardFact.objects.bulk_create(
        CardFact(organisation_id=by.org_id, product=product, field=field, text=text)
        for field, text in after.items()
    )
    reopen(product)
    fact = CardFactsSet(product_id=product.pk, facts=after, product_state=product.state)
    append(fact, at=now, org_id=by.org_id, actor=by)
    return card_facts(by.org_id, product.pk)
