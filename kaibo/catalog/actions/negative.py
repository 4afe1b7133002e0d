"""Holding goods against the negative list, and changing what an organisation adds to it."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial

import msgspec
from django.db import IntegrityError, transaction

from kaibo.base.actor import Actor
from kaibo.catalog.errors import GoodsBanned, ListChanged, NoSuchSku
from kaibo.catalog.models import GoodsJudgement, ListVersion, Product, Sku
from kaibo.catalog.reads.cards import facts_of
from kaibo.catalog.reads.negative import (
    ListVersionView,
    goods_of,
    list_in_force,
    list_version_view,
    own_entries,
)
from kaibo.catalog.rules.goods import TITLE_CHARS_MAX
from kaibo.catalog.rules.negative import KEPT_WHEN_FINE, OwnEntry, clean_own
from kaibo.compliance.reads import (
    Banned,
    Goods,
    NegativeList,
    banned_by,
    shipped_negative,
    with_own,
)
from kaibo.facts.catalog import GoodsJudged, GoodsStep, NegativeListSaved
from kaibo.journal.actions import append


@dataclass(frozen=True, slots=True)
class Subject:
    """What is judged, and when: a product or an offer by id (0 before it has one).

    ``known``: the version that let it stand before; that it does again is not kept twice.
    ``is_new``: made in this transaction; refused, it has no id, which the next one may get.
    """

    kind: str
    id: int
    step: GoodsStep
    show_id: int | None = None
    known: str = ""
    is_new: bool = False


def judge_goods(goods: Goods, *, subject: Subject, by: Actor, now: dt.datetime) -> str:
    """Hold goods against the list in force; called inside the transaction of an action.

    A refusal stays on record if the action is ``judged``; that goods were let through is kept
    where a card stands on it (电子商务法 art. 13, 直播电商监督管理办法 art. 33).

    Returns:
        The version of the list that decided.

    Raises:
        GoodsBanned: it names word, entry, basis and version.
    """
    found = list_in_force(by.org_id)
    banned = banned_by(found, goods)
    keep = partial(_keep, goods=goods, banned=banned, version=found.version, by=by, now=now)
    if banned is not None:
        refusal = GoodsBanned(**_told(banned, found))
        refusal.found = partial(keep, subject=replace(subject, id=0) if subject.is_new else subject)
        raise refusal
    if subject.step in KEPT_WHEN_FINE and subject.known != found.version:
        keep(subject=subject)
    return found.version


def judge_product(
    product: Product,
    step: GoodsStep,
    *specs: str,
    by: Actor,
    now: dt.datetime,
    facts: Mapping[str, str] | None = None,
) -> str:
    """The same for a product, with these specifications and its own.

    Args:
        facts: what its cards are to say, if that is not what they say already.

    Raises:
        GoodsBanned.
    """
    own = product.skus.order_by("pk").values_list("spec", flat=True)
    said = facts_of([product.pk]).get(product.pk, {}) if facts is None else facts
    goods = goods_of(product, specs=[*specs, *own], facts=said)
    return judge_goods(goods, subject=Subject("product", product.pk, step), by=by, now=now)


def judge_sku(
    *, sku_id: int, title: str, spec: str, subject: Subject, by: Actor, now: dt.datetime
) -> str:
    """The same for a SKU of the actor's organisation, under the title and spec of a link too.

    Raises:
        NoSuchSku, GoodsBanned.
    """
    rows = Sku.objects.select_related("product")
    row = rows.filter(organisation_id=by.org_id, pk=sku_id).first()
    if row is None:
        raise NoSuchSku(id=sku_id)
    said = facts_of([row.product_id]).get(row.product_id, {})
    goods = goods_of(row.product, specs=[row.spec, spec], facts=said, titles=[title])
    return judge_goods(goods, subject=subject, by=by, now=now)


@transaction.atomic
def save_negative_list(
    *, entries: Sequence[OwnEntry], number: int, by: Actor, now: dt.datetime
) -> ListVersionView:
    """Put a version of the organisation's own entries in force; cards are judged anew by it.

    Nothing that ships can be taken away: own entries only add.

    Args:
        number: of the version it was made from; 0 for the first.

    Raises:
        ListChanged: somebody saved another version meanwhile.
        EntryEmpty, EntryKindUnknown, WordTooShort, BadInput: nothing was written, as above.
    """
    rows = ListVersion.objects.select_for_update(no_key=True)
    last = rows.filter(organisation_id=by.org_id).order_by("-number").first()
    stands = last.number if last is not None else 0
    if stands != number:
        raise ListChanged(number=stands)
    known = {one.id for one in own_entries(last.entries)} if last is not None else set()
    shipped = shipped_negative()
    own = clean_own(entries, kinds=shipped.kinds, known=known, number=number + 1)
    stored = [asdict(one) for one in own]
    row = ListVersion(
        organisation_id=by.org_id,
        number=number + 1,
        entries=stored,
        sha256=hashlib.sha256(msgspec.json.encode(stored)).hexdigest(),
        made_at=now,
        made_by=by.tag,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # Two made the first version at once.
        raise ListChanged(number=number + 1) from None
    version = with_own(shipped, own, number=row.number).version
    fact = NegativeListSaved(
        number=row.number, version=version, entries=len(own), sha256=row.sha256
    )
    append(fact, at=now, org_id=by.org_id, actor=by)
    return list_version_view(row)


@transaction.atomic
def _keep(
    *,
    goods: Goods,
    banned: Banned | None,
    version: str,
    subject: Subject,
    by: Actor,
    now: dt.datetime,
) -> None:
    row = GoodsJudgement.objects.create(
        organisation_id=by.org_id,
        subject_kind=subject.kind,
        subject_id=subject.id,
        title=goods.titles[-1][:TITLE_CHARS_MAX],
        step=subject.step,
        list_version=version,
        entry=banned.entry.id if banned else "",
        matched=banned.matched if banned else "",
        at=now,
        actor=by.tag,
    )
    fact = GoodsJudged(
        judgement_id=row.pk,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        step=subject.step,
        list_version=row.list_version,
        entry=row.entry,
        matched=row.matched,
    )
    append(fact, at=now, org_id=by.org_id, show_id=subject.show_id, actor=by)


def _told(banned: Banned, found: NegativeList) -> dict[str, str]:
    entry = banned.entry
    kind = found.kinds[entry.kind]
    basis = f"《{entry.law}》{entry.article}" if entry.law else entry.basis
    return {
        "matched": banned.matched,
        "place": banned.place,
        "entry": entry.id,
        "title_zh": entry.title_zh,
        "title_en": entry.title_en,
        "kind_zh": kind.title_zh,
        "kind_en": kind.title_en,
        "basis_zh": basis,
        "basis_en": basis,
        "version": found.version,
    }
