"""The only writers of published rules, notes of them, opinions, and contracts."""

from kaibo.agreements.actions.contracts import ContractSpec, end_contract, record_contract
from kaibo.agreements.actions.published import (
    VersionSpec,
    acknowledge_rules,
    leave_opinion,
    publish_rules,
)

__all__ = [
    "ContractSpec",
    "VersionSpec",
    "acknowledge_rules",
    "end_contract",
    "leave_opinion",
    "publish_rules",
    "record_contract",
]
