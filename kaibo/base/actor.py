"""Who does a thing: a person of an organisation, a viewer, a program with a key, or the system."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Actor:
    """The doer, as actions and facts know it.

    ``id`` is a person's, a viewer's or a key's; 0 for the system. ``roles`` is empty unless a
    person; ``scopes`` is what a key may do, and empty for everybody else. ``reason`` is why a
    person goes on in spite of a warning, empty unless they said it with this request; it says
    nothing about who they are.
    """

    kind: Literal["person", "viewer", "key", "system"]
    id: int
    org_id: int
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    reason: str = field(default="", compare=False)

    @property
    def tag(self) -> str:
        """Short form kept in the journal.

        >>> Actor("person", 12, 1).tag
        'person:12'
        """
        return f"{self.kind}:{self.id}"


def SYSTEM(org_id: int) -> Actor:
    """The system acting for an organisation: timers, followers, imports at start."""
    return Actor("system", 0, org_id)
