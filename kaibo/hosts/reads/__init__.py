"""What others may know of people who appear; never the number or the date of birth."""

from kaibo.hosts.reads.files import (
    EditionView,
    GuardianView,
    HostFile,
    PaperView,
    ProofView,
    edition,
    editions,
    host_file,
    paper_data,
)
from kaibo.hosts.reads.operating import OperatorView, licence_data, operator, operator_name
from kaibo.hosts.reads.people import (
    HostCard,
    HostView,
    host,
    host_card,
    host_cards,
    host_ids_of,
    host_view,
    hosts,
    standing,
    standings_of,
)
from kaibo.hosts.reads.standing import AffiliationView, HostStanding, terms_of
from kaibo.hosts.rules.standing import PARTS, Part

__all__ = [
    "PARTS",
    "AffiliationView",
    "EditionView",
    "GuardianView",
    "HostCard",
    "HostFile",
    "HostStanding",
    "HostView",
    "OperatorView",
    "PaperView",
    "Part",
    "ProofView",
    "edition",
    "editions",
    "host",
    "host_card",
    "host_cards",
    "host_file",
    "host_ids_of",
    "host_view",
    "hosts",
    "licence_data",
    "operator",
    "operator_name",
    "paper_data",
    "standing",
    "standings_of",
    "terms_of",
]
