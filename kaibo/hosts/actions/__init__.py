"""The only writers of people who appear, their papers, and what they sign and learn."""

from kaibo.hosts.actions.editions import EditionSpec, publish_edition, set_identity_terms
from kaibo.hosts.actions.operator import file_licence, file_operator, verify_operator
from kaibo.hosts.actions.papers import (
    GuardianSpec,
    add_paper,
    affiliate_host,
    record_guardian_consent,
    record_proof,
)
from kaibo.hosts.actions.people import (
    HostChanges,
    HostSpec,
    Method,
    add_host,
    change_host,
    check_host_not_listed,
    reveal_id_number,
    verify_host,
)
from kaibo.hosts.rules.operator import OperatorSpec
from kaibo.hosts.rules.standing import AffiliationSpec, IdentityTerms

__all__ = [
    "AffiliationSpec",
    "EditionSpec",
    "GuardianSpec",
    "HostChanges",
    "HostSpec",
    "IdentityTerms",
    "Method",
    "OperatorSpec",
    "add_host",
    "add_paper",
    "affiliate_host",
    "change_host",
    "check_host_not_listed",
    "file_licence",
    "file_operator",
    "publish_edition",
    "record_guardian_consent",
    "record_proof",
    "reveal_id_number",
    "set_identity_terms",
    "verify_host",
    "verify_operator",
]
