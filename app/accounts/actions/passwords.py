"""Ways to a new password."""

from __future__ import annotations

from app.accounts import notices, passwords, queries
from app.accounts.models import User
from app.accounts.sessions import revoke_all
from app.audit.actions import record
from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.core.ids import public_id
from app.core.mail import send


def set_password(person: User, password: str) -> None:
    """Set the password (checked before), end every sign-in and tell the person. Reset links sent before are void."""
    person.password = passwords.hashed(password)
    person.fs_uniquifier = public_id()
    person.password_changed_at = clock.now()
    db.session.flush()
    revoke_all(person.id)
    record(None, Verb.PASSWORD_CHANGED, "person", person.public_id, person_id=person.id)
    send(notices.password_changed(person))


def ask_for_reset(email: str) -> None:
    """Send the link to set a new password, if the address belongs to an account that may sign in."""
    person = queries.by_email(email)
    passwords.hashed(email)  # a known and an unknown address cost the same time
    if person is None or not person.active:
        return
    record(None, Verb.PASSWORD_RESET_ASKED, "person", person.public_id)
    send(notices.reset(person))
