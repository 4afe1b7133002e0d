"""What may stand on a card."""

from collections.abc import Collection, Mapping
from typing import Final

from kaibo.base.inputs import clean_text
from kaibo.catalog.errors import CardFieldUnknown

FACT_CHARS_MAX: Final = 500


def clean_facts(facts: Mapping[str, str], *, known: Collection[str]) -> dict[str, str]:
    """The facts as they will be written; empty ones are left out.

    Placeholders are kept as they are typed: it is the card that they keep off the shelf.

    Raises:
        CardFieldUnknown, TextTooLong, TextUnreadable: it names the field.
    """
    cleaned = {}
    for field, text in facts.items():
        if field not in known:
            raise CardFieldUnknown(field=field[:40])
        cleaned[field] = clean_text(field, text, chars_max=FACT_CHARS_MAX)
    return {field: text for field, text in cleaned.items() if text}
