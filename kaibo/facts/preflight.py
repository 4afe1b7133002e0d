"""What can happen in preflight."""

import msgspec

from kaibo.facts.base import Fact


class CheckPassed(msgspec.Struct, frozen=True, kw_only=True):
    """One check that did not keep the room closed: ``green`` or ``amber``."""

    code: str
    state: str


class PersonCleared(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who appears: by which affiliation it is known who answers, and their check."""

    host_id: int
    affiliation_id: int
    check_id: int


class PreflightPassed(Fact, frozen=True, kw_only=True, tag="preflight.preflight_passed.1"):
    """Every check of the gate let the show go live; ``plan_digest`` is what they judged.

    ``rule_versions``: published rules in force of which the room operator had taken note. Facts
    from before rosters have no ``roster_digest`` and name nobody.
    """

    checks: tuple[CheckPassed, ...]
    plan_digest: str
    roster_digest: str = ""
    people: tuple[PersonCleared, ...] = ()
    rule_versions: tuple[int, ...] = ()
