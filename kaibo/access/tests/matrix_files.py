"""The part of the table that is about lists as files, written by hand: who reads a list, takes it.

A line is the list's own path; both files of it are behind the permission.
"""

from __future__ import annotations

# Of these one file has a route of its own.
_ONE_KIND = {"shows/*/run": ("csv",)}
_LISTS: dict[str, set[str]] = {
    "blacklist.read": {"blacklist"},
    "catalog.read": {
        "products",
        "products/*/papers",
        "skus/*/stock",
        "suppliers",
    },
    "compliance.read": {
        "coverage",
        "negative-list",
        "negative-list/judgements",
        "rule-versions",
        "rule-versions/*/acknowledgements",
        "rule-versions/*/opinions",
        "rulebook/packs",
        "rulebook/packs/*/changes",
        "rulebook/packs/*/versions",
        "rulebook/past",
        "rulebook/rules",
        "rulebook/words",
        "shows/*/corrections",
        "shows/*/risk/changes",
        "shows/*/findings",
        "shows/*/lines",
        "shows/*/promises",
    },
    "evidence.export": {"exports"},
    "evidence.keep": {"shows/*/keeping/deletions", "shows/*/keeping/holds"},
    "hooks.edit": {"hooks", "hooks/*/deliveries"},
    "hosts.read": {
        "ai-people",
        "ai-people/*/consents",
        "contracts",
        "editions",
        "hosts",
        "shows/*/roster",
    },
    "insight.read": {"shows/*/report/minutes", "shows/*/report/products"},
    "keys.edit": {"keys"},
    "orders.import": {"order-files", "order-files/*/days"},
    "orders.ledger": {
        "commission-rates",
        "ledger",
        "ledger/balances",
        "ledger/commissions",
        "ledger/statements",
    },
    "orders.read": {
        "bank-refunds",
        "cancel-asks",
        "invoices",
        "platform-orders",
        "price-drops",
        "returns",
        "shows/*/groups",
        "shows/*/orders",
    },
    "orders.ship": {"parcels"},
    "people.edit": {"persons"},
    "planning.read": {
        "campaigns",
        "shows",
        "shows/*/fan-prices",
        "shows/*/picture-troubles",
        "shows/*/preflight",
        "shows/*/run",
        "shows/*/streams",
    },
    "patrol.watch": {"grades", "hosts/*/grades", "patrol/looks"},
    "sanctions.read": {"sanctions"},
    "room.desk": {
        "auctions/*/bids",
        "barred-viewers",
        "draws/*/awards",
        "draws/*/entries",
        "draws/*/quiz",
        "fans",
        "fans/members",
        "fans/members/*/deeds",
        "fans/members/*/moves",
        "fans/members/*/uses",
        "fans/rights",
        "flash-sales/*/claims",
        "flash-sales/*/waiting",
        "invites/*/board",
        "invites/*/invitees",
        "packets/*/portions",
        "promotions",
        "promotions/*/codes",
        "promotions/*/coupons",
        "promotions/*/uses",
        "promotions/calendar",
        "promotions/calendar/prices",
        "shows/*/auctions",
        "shows/*/auctions/wins",
        "shows/*/draws",
        "shows/*/flash-sales",
        "shows/*/group-offers",
        "shows/*/guards/changes",
        "shows/*/guards/trips",
        "shows/*/invites",
        "shows/*/links",
        "shows/*/packets",
        "shows/*/presales",
        "skus/*/prices",
        "skus/*/prices/deals",
    },
}


def files_of(permission: str) -> set[str]:
    """The routes of the files behind a permission."""
    return {
        f"GET /desk/{path}.{kind}"
        for path in _LISTS.get(permission, ())
        for kind in _ONE_KIND.get(path, ("csv", "xlsx"))
    }


def with_files(
    table: dict[str, tuple[set[str], set[str]]],
) -> dict[str, tuple[set[str], set[str]]]:
    """The table with the files beside what it lists by route."""
    assert set(_LISTS) <= set(table)
    return {name: (held_by, behind | files_of(name)) for name, (held_by, behind) in table.items()}
