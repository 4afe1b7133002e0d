"""What others may know of published rules, notes of them, and contracts."""

from kaibo.agreements.reads.contracts import (
    ContractView,
    contract_paper,
    contracts,
    contracts_with,
)
from kaibo.agreements.reads.published import (
    DeskRules,
    DeskVersionText,
    PublishedRules,
    Publisher,
    RulesStanding,
    VersionCard,
    VersionText,
    card_of,
    desk_rules,
    desk_version,
    every_opinion,
    published_rules,
    publisher_of,
    publishers,
    rules_standing,
    version_text,
)

__all__ = [
    "ContractView",
    "DeskRules",
    "DeskVersionText",
    "PublishedRules",
    "Publisher",
    "RulesStanding",
    "VersionCard",
    "VersionText",
    "card_of",
    "contract_paper",
    "contracts",
    "contracts_with",
    "desk_rules",
    "desk_version",
    "every_opinion",
    "published_rules",
    "publisher_of",
    "publishers",
    "rules_standing",
    "version_text",
]
