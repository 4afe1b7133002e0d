"""Writers of organisations, people, sessions, and of the keys of other programs."""

from kaibo.access.actions.answers import answer_once, forget_answers
from kaibo.access.actions.keys import KeyMade, by_key, make_key, revoke_key
from kaibo.access.actions.passwords import Temporary, change_password, reset_password
from kaibo.access.actions.people import (
    LOCK_OUT_MINUTES,
    SellerCard,
    add_person,
    create_organisation,
    issue_staff_token,
    lock_organisation,
    sign_in,
    sign_out,
)

__all__ = [
    "LOCK_OUT_MINUTES",
    "KeyMade",
    "SellerCard",
    "Temporary",
    "add_person",
    "answer_once",
    "by_key",
    "change_password",
    "create_organisation",
    "forget_answers",
    "issue_staff_token",
    "lock_organisation",
    "make_key",
    "reset_password",
    "revoke_key",
    "sign_in",
    "sign_out",
]
