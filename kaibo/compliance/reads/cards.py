"""What cards must say, as it ships."""

from functools import cache

from kaibo.compliance.reads.packaged import packaged
from kaibo.compliance.rules.cards import CardBook, read_cards, says_nothing


@cache
def card_book() -> CardBook:
    """The fields there are and what each category needs (消费者权益保护法 art. 28)."""
    (source,) = (text for _name, text in packaged("cards"))
    return read_cards(source)


def is_placeholder(text: str) -> bool:
    """Whether a text is empty or only stands where something should be said."""
    return says_nothing(card_book(), text)
