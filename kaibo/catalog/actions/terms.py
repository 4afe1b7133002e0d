"""Saying on what terms a SKU is sold."""

import datetime as dt
from dataclasses import asdict

from django.db import transaction

from kaibo.base.actor import Actor
from kaibo.catalog.actions.stock import lock_stock
from kaibo.catalog.models import SkuTerms
from kaibo.catalog.reads import sale_terms
from kaibo.catalog.rules.terms import SaleTerms, clean_terms
from kaibo.facts.catalog import SaleTermsSet
from kaibo.journal.actions import append


@transaction.atomic
def set_sale_terms(*, sku_id: int, terms: SaleTerms, by: Actor, now: dt.datetime) -> SaleTerms:
    """Sell a SKU on these terms from now on; orders keep those they were placed on.

    Raises:
        NoSuchSku, ExceptionNeeded, BadInput: nothing was written (消费者权益保护法 §25).
    """
    after = clean_terms(terms)
    stock = lock_stock(by.org_id, sku_id)
    if sale_terms(by.org_id, [sku_id])[sku_id] == after:
        return after
    SkuTerms.objects.update_or_create(sku_id=stock.sku_id, defaults=asdict(after))
    fact = SaleTermsSet(sku_id=stock.sku_id, **asdict(after))
    append(fact, at=now, org_id=by.org_id, actor=by)
    return after
