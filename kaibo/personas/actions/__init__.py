"""The only writers of AI-made people, their consents, and who watches them."""

from kaibo.personas.actions.duty import beat, end_duties, leave_duty, take_duty, watch_personas
from kaibo.personas.actions.people import (
    ConsentSpec,
    PersonaSpec,
    add_persona,
    assess_persona,
    cast_personas,
    give_consent,
    withdraw_consent,
)

__all__ = [
    "ConsentSpec",
    "PersonaSpec",
    "add_persona",
    "assess_persona",
    "beat",
    "cast_personas",
    "end_duties",
    "give_consent",
    "leave_duty",
    "take_duty",
    "watch_personas",
    "withdraw_consent",
]
