"""The shop's own words: a list that people edit, kept as a pack like any other. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import yaml

from kaibo.base.inputs import clean_text
from kaibo.compliance.rules.added import SHOP, Added
from kaibo.compliance.rules.hits import SURFACES, Action, Surface

Doing = Literal["block", "warn", "record"]
# What a shop may have done with a word, by where it stands. In chat, where viewers write, the
# most is to hide the line; on air nothing is stopped for a word of the shop's own.
DOINGS: Final[dict[Doing, dict[Surface, Action]]] = {
    "block": {"script": "block", "title": "block", "speech": "warn", "chat": "hide"},
    "warn": {"script": "warn", "title": "warn", "speech": "warn", "chat": "review"},
    "record": {"script": "record", "title": "record", "speech": "record", "chat": "record"},
}
SEVERITY: Final[dict[Doing, str]] = {"block": "S2", "warn": "S3", "record": "S4"}
LAW: Final = "本店规则"
MESSAGE_CHARS_MAX: Final = 200
DEFAULT: Final = (
    "本店不使用这些词，请换一种说法。",
    "This shop does not use these words; say it another way.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordEntry:
    """Some words, and what becomes of a text that holds one.

    ``id``: as ``SHOP.3``; empty for a new entry. ``surfaces``: where they are looked for.
    """

    words: tuple[str, ...]
    doing: Doing = "block"
    surfaces: tuple[Surface, ...] = SURFACES
    message_zh: str = ""
    message_en: str = ""
    id: str = ""


def words_source(
    entries: Sequence[WordEntry], *, number: int, starts_on: str, taken: Iterable[str]
) -> str:
    """The list as the YAML of a pack; empty when nothing is on it.

    Args:
        number: of the version.
        starts_on: the day of its first version, as a date in ISO form.
        taken: ids that some version had; a new entry gets none of them.

    Raises:
        TextTooLong, TextUnreadable: a message.
    """
    if not entries:
        return ""
    used = [*taken, *(entry.id for entry in entries)]
    last = max((int(one.rpartition(".")[2]) for one in used if one), default=0)
    rules = []
    for entry in entries:
        if not entry.id:
            last += 1
        rules.append(_rule(entry, entry.id or f"{SHOP}.{last}"))
    pack = {
        "family": SHOP,
        "version": str(number),
        "layer": "shop",
        "group": "shop",
        "title": {"zh": "本店自有词", "en": "The shop's own words"},
        "law": LAW,
        "from": starts_on,
        "severity": "S3",
        "actions": {},
        "rules": rules,
    }
    text: str = yaml.safe_dump(pack, allow_unicode=True, sort_keys=False, width=1_000)
    # A date is written without quotes, so that it is read as one.
    return text.replace(f"from: '{starts_on}'", f"from: {starts_on}")


def _rule(entry: WordEntry, id: str) -> dict[str, Any]:
    zh = clean_text("message_zh", entry.message_zh, chars_max=MESSAGE_CHARS_MAX)
    en = clean_text("message_en", entry.message_en, chars_max=MESSAGE_CHARS_MAX)
    actions = {place: DOINGS[entry.doing][place] for place in SURFACES if place in entry.surfaces}
    words = [word.strip() for word in entry.words if word.strip()]
    return {
        "id": id,
        "keywords": list(dict.fromkeys(words)),
        "severity": SEVERITY[entry.doing],
        "actions": actions,
        "message": {"zh": zh or DEFAULT[0], "en": en or DEFAULT[1]},
    }


def entries_of(added: Added | None) -> list[WordEntry]:
    """A pack of the shop's own words as the list that people edit."""
    if added is None:
        return []
    by_severity = {severity: doing for doing, severity in SEVERITY.items()}
    return [
        WordEntry(
            id=rule.id,
            words=rule.words,
            doing=by_severity[rule.severity],
            surfaces=tuple(place for place in SURFACES if place in rule.surfaces),
            message_zh=rule.message.zh,
            message_en=rule.message.en,
        )
        for rule in added.rules
    ]
