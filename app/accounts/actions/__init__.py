"""What can be done to people: one verb, one function. ``actor`` None is the operator at the machine (commands).

Each checks what the actor may do and raises :class:`~app.accounts.refusal.Refused`, locks what two could change at
once, writes the audit, sends the mail through the outbox, and publishes its event.
"""

from __future__ import annotations

from app.accounts.actions.closing import close_account, close_second_account
from app.accounts.actions.factor import (
    lift_second_factor,
    remove_second_factor,
    renew_recovery_codes,
    set_second_factor,
)
from app.accounts.actions.groups import (
    add_to_group,
    close_group,
    create_group,
    keep_in,
    keep_out,
    own_group,
    remove_from_group,
    rename_group,
)
from app.accounts.actions.passwords import ask_for_reset, set_password
from app.accounts.actions.profile import update_preferences, update_profile
from app.accounts.actions.registration import (
    confirm_address,
    create_person,
    register_person,
    resend_confirmation,
)
from app.accounts.actions.roles import end_grant, grant_role
from app.accounts.actions.sessions import end_all_sessions, end_other_sessions, end_session, keep_in_use
from app.accounts.actions.vetting import answer, approve, ask, decline, reinstate, suspend
from app.accounts.refusal import Refused

__all__ = [
    "Refused",
    "add_to_group",
    "answer",
    "approve",
    "ask",
    "ask_for_reset",
    "close_account",
    "close_group",
    "close_second_account",
    "confirm_address",
    "create_group",
    "create_person",
    "decline",
    "end_all_sessions",
    "end_grant",
    "end_other_sessions",
    "end_session",
    "grant_role",
    "keep_in",
    "keep_in_use",
    "keep_out",
    "lift_second_factor",
    "own_group",
    "register_person",
    "reinstate",
    "remove_from_group",
    "remove_second_factor",
    "rename_group",
    "renew_recovery_codes",
    "resend_confirmation",
    "set_password",
    "set_second_factor",
    "suspend",
    "update_preferences",
    "update_profile",
]
