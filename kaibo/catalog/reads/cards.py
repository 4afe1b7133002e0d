"""What cards say of products, and what they must say."""

from collections.abc import Collection
from dataclasses import dataclass

from kaibo.catalog.errors import NoSuchProduct
from kaibo.catalog.models import CardFact, Product, Sku
from kaibo.compliance.reads import (
    CardField,
    card_book,
    card_needs_of,
    fields_lacking,
    is_placeholder,
)


@dataclass(frozen=True, slots=True)
class CardFactView:
    """A field of a card; ``needed`` by its category, ``said`` if its text tells something."""

    field: str
    title_zh: str
    title_en: str
    text: str
    needed: bool
    said: bool


@dataclass(frozen=True, slots=True)
class CardFactsView:
    """What cards of a product say; ``articles`` are why its category needs what it needs."""

    product_id: int
    version: str
    facts: tuple[CardFactView, ...]
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SkuCard:
    """What the card of a SKU says of its goods, and what it should say and does not."""

    facts: dict[str, str]
    lacking: tuple[CardField, ...]


def card_facts(org_id: int, product_id: int) -> CardFactsView:
    """Every field there is, those that the category needs first.

    Raises:
        NoSuchProduct: none of this id in the organisation.
    """
    product = Product.objects.filter(organisation_id=org_id, pk=product_id).first()
    if product is None:
        raise NoSuchProduct(id=product_id)
    book = card_book()
    needs = card_needs_of(book, product.category)
    needed = dict.fromkeys(field.code for need in needs for field in need.fields)
    said = facts_of([product.pk]).get(product.pk, {})
    order = [*needed, *(code for code in book.fields if code not in needed)]
    facts = tuple(
        CardFactView(
            field=code,
            title_zh=book.fields[code].title_zh,
            title_en=book.fields[code].title_en,
            text=said.get(code, ""),
            needed=code in needed,
            said=not is_placeholder(said.get(code, "")),
        )
        for code in order
    )
    articles = tuple(dict.fromkeys(f"《{need.law}》{need.article}" for need in needs))
    return CardFactsView(product.pk, book.version, facts, articles)


def facts_of(product_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """What is written for each of these products; those without anything are left out."""
    found: dict[int, dict[str, str]] = {}
    rows = CardFact.objects.filter(product_id__in=set(product_ids)).order_by("pk")
    for product_id, field, text in rows.values_list("product_id", "field", "text"):
        found.setdefault(product_id, {})[field] = text
    return found


def sku_cards(org_id: int, sku_ids: Collection[int]) -> dict[int, SkuCard]:
    """What the card of each of these SKUs says of its goods."""
    rows = Sku.objects.filter(organisation_id=org_id, pk__in=set(sku_ids))
    goods = list(rows.values_list("pk", "product_id", "product__category"))
    said = facts_of([product_id for _sku_id, product_id, _category in goods])
    book = card_book()
    return {
        sku_id: SkuCard(
            facts=said.get(product_id, {}),
            lacking=fields_lacking(book, category, said.get(product_id, {})),
        )
        for sku_id, product_id, category in goods
    }
