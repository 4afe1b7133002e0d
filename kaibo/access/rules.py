"""Who may do what. Pure: one table, read by the edge and by the tests that walk it."""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from kaibo.access.errors import NotAllowed, NotInScope, ScopeUnknown
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
    # Pictures of people and their papers, and comparing faces before a show.
    "hosts.check": frozenset({OPERATIONS}),
    # A document's number in full; each time is a fact.
    "hosts.reveal": frozenset(),
    "room.open": frozenset({OPERATIONS}),
    "room.desk": frozenset({OPERATIONS}),
    # The second of two people: a dangerous change, or selling again after the breaker.
    "room.confirm": frozenset({OPERATIONS}),
    # The thresholds that decide when a second person is needed.
    "guards.edit": frozenset(),
    "room.moderate": frozenset({OPERATIONS, SERVICE}),
    "room.host": frozenset({HOST, OPERATIONS}),
    "media.key": frozenset({TECHNICAL, OPERATIONS}),
    "orders.read": frozenset({SERVICE, OPERATIONS}),
    "orders.ledger": frozenset({OPERATIONS}),
    "orders.import": frozenset({OPERATIONS}),
    "orders.refund": frozenset({SERVICE}),
    "orders.ship": frozenset({OPERATIONS, SERVICE}),
    # Names, telephones and addresses of buyers in the open, for labels.
    "orders.addresses": frozenset({OPERATIONS}),
    "orders.invoice": frozenset({OPERATIONS, SERVICE}),
    "orders.terms": frozenset(),
    # For keys: the desk's own pages of promotions are opened by room.desk.
    "promotions.read": frozenset({OPERATIONS}),
    "insight.read": frozenset({HOST, OPERATIONS, TECHNICAL, SERVICE}),
    "compliance.read": frozenset({HOST, OPERATIONS, SERVICE}),
    # Moving a room on the ladder by hand, up or down.
    "risk.override": frozenset({OPERATIONS}),
    # The patrol wall: going on duty, looking at rooms and signing, patrolling a key room.
    "patrol.watch": frozenset({OPERATIONS, SERVICE}),
    # How many rooms one person watches, and which rooms are key rooms.
    "patrol.edit": frozenset(),
    "blacklist.read": frozenset({OPERATIONS, SERVICE}),
    "blacklist.edit": frozenset({OPERATIONS}),
    "sanctions.read": frozenset({OPERATIONS, SERVICE}),
    "sanctions.edit": frozenset({OPERATIONS}),
    # Notices of rights holders and authorities: taking them in and passing them on.
    "notices.read": frozenset({OPERATIONS, SERVICE}),
    "notices.edit": frozenset({OPERATIONS, SERVICE}),
    # Taking goods off, settling, and what an authority asks.
    "notices.decide": frozenset({OPERATIONS}),
    # Packs, the shop's own words, and what the organisation says it is.
    "compliance.edit": frozenset(),
    # Packs take what was kept of people out of the house.
    "evidence.export": frozenset(),
    # Holds, and deletions that the law lets go; each needs two people.
    "evidence.keep": frozenset(),
    "people.edit": frozenset(),
    "keys.edit": frozenset(),
    "hooks.edit": frozenset({TECHNICAL}),
}

# What a key may be given: the permissions behind the routes of the outside API, and no other.
SCOPES: Final[tuple[str, ...]] = (
    "catalog.read",
    "catalog.edit",
    "planning.read",
    "promotions.read",
    "orders.read",
    "orders.ledger",
    "orders.refund",
    "orders.ship",
)
# A temporary password opens its own change for so long.
TEMPORARY_FOR: Final = dt.timedelta(hours=24)
# Between two resets for one person, and how many people of an organisation an hour.
RESET_APART: Final = dt.timedelta(minutes=5)
RESETS_PER_HOUR: Final = 10
# No letters and digits that look alike: it is read out.
PASSWORD_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
PASSWORD_CHARS: Final = 16
KEY_MARK: Final = "kb_"
KEY_NAME_CHARS_MAX: Final = 60
# Of one organisation, revoked ones aside.
KEYS_MAX: Final = 50
# How long the same question gets the same answer.
ANSWER_KEPT: Final = dt.timedelta(hours=24)


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


def check_scopes(scopes: Iterable[str], *, by: Actor) -> list[str]:
    """The scopes of a new key in a fixed order, each once.

    Raises:
        ScopeUnknown: no key may have it.
        NotAllowed: the maker does not hold it.
    """
    chosen = sorted(set(scopes))
    for scope in chosen:
        if scope not in SCOPES:
            raise ScopeUnknown(scope=scope[:40], scopes=", ".join(SCOPES))
        check_may(by, scope)
    return chosen


def check_scope(key: Actor, permission: str) -> None:
    """Refuse a key without the scope; say nothing if it has it.

    Raises:
        NotInScope: names the permission.
    """
    if permission not in key.scopes:
        raise NotInScope(permission=permission)


def key_prefix(token: str) -> str:
    """The part by which a key is recognised; "" if the text is no key.

    >>> key_prefix("kb_0a1b2c3d_" + "f" * 48), key_prefix("kb_"), key_prefix("secret")
    ('0a1b2c3d', '', '')
    """
    mark, prefix, secret = [*token.split("_", 2), "", ""][:3]
    fits = f"{mark}_" == KEY_MARK and len(prefix) == 8 and len(secret) == 48
    return prefix if fits and prefix.isalnum() and prefix.isascii() else ""
