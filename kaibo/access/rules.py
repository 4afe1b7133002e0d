"""Who may do what. Pure: one table, read by the edge and by the tests that walk it."""

from typing import Final

from kaibo.access.errors import NotAllowed
from kaibo.base.actor import Actor

MANAGEMENT: Final = "management"
HOST: Final = "host"
OPERATIONS: Final = "operations"
TECHNICAL: Final = "technical"
SERVICE: Final = "service"

# The five teams of a live-commerce organisation, zh and en.
ROLES: Final[dict[str, tuple[str, str]]] = {
    MANAGEMENT: ("管理团队", "Management"),
    HOST: ("主播团队", "Hosts"),
    OPERATIONS: ("运营团队", "Operations"),
    TECHNICAL: ("技术团队", "Technical"),
    SERVICE: ("服务团队", "Service"),
}

# Permission -> the roles that hold it. Management holds all.
PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    "catalog.read": frozenset({HOST, OPERATIONS, SERVICE}),
    "catalog.edit": frozenset({OPERATIONS}),
    "catalog.approve": frozenset(),
    "planning.read": frozenset({HOST, OPERATIONS, TECHNICAL, SERVICE}),
    "planning.edit": frozenset({OPERATIONS}),
    "hosts.read": frozenset({HOST, OPERATIONS}),
    "hosts.edit": frozenset({OPERATIONS}),
    "hosts.verify": frozenset(),
    "room.open": frozenset({OPERATIONS}),
    "room.desk": frozenset({OPERATIONS}),
    "room.moderate": frozenset({OPERATIONS, SERVICE}),
    "room.host": frozenset({HOST, OPERATIONS}),
    "media.key": frozenset({TECHNICAL, OPERATIONS}),
    "orders.read": frozenset({SERVICE, OPERATIONS}),
    "orders.ledger": frozenset({OPERATIONS}),
    "orders.import": frozenset({OPERATIONS}),
    "orders.refund": frozenset({SERVICE}),
    "insight.read": frozenset({HOST, OPERATIONS, TECHNICAL, SERVICE}),
    "compliance.read": frozenset({HOST, OPERATIONS, SERVICE}),
    "people.edit": frozenset(),
}


def permissions_of(roles: frozenset[str]) -> frozenset[str]:
    """Everything that these roles together may do."""
    if MANAGEMENT in roles:
        return frozenset(PERMISSIONS)
    return frozenset(name for name, held_by in PERMISSIONS.items() if held_by & roles)


def check_may(actor: Actor, permission: str) -> None:
    """Refuse an actor whose roles do not hold the permission; say nothing if they do.

    Raises:
        NotAllowed: names the permission.
        KeyError: no such permission; a bug, never a default.
    """
    held_by = PERMISSIONS[permission]
    if MANAGEMENT in actor.roles or held_by & actor.roles:
        return
    raise NotAllowed(permission=permission)
