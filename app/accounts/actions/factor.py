"""The second factor: an authenticator's codes, and recovery codes that each work once."""

from __future__ import annotations

from flask_babel import gettext as _

from app.accounts import notices, recovery
from app.accounts.events import RightsChanged
from app.accounts.models import User
from app.accounts.policy import needs_second_factor
from app.accounts.refusal import require
from app.audit.actions import record
from app.audit.verbs import Verb
from app.core.access import Actor
from app.core.database import db
from app.core.events import publish
from app.core.mail import send

METHOD = "authenticator"


def set_second_factor(actor: Actor, person: User, secret: str, counter: int) -> list[str]:
    """Turn the second factor on (or move it to another device) and return its new recovery codes, in plain once.

    ``secret`` is sealed as Flask-Security keeps it; ``counter`` is that of the code that proved it.
    """
    _own(actor, person)
    person.tf_totp_secret = secret
    person.tf_primary_method = METHOD
    person.tf_last_counter = counter
    codes = recovery.renew(person)
    db.session.flush()
    record(actor, Verb.SECOND_FACTOR_SET, "person", person.public_id, person_id=person.id)
    send(notices.second_factor_changed(person, on=True))
    return codes


def renew_recovery_codes(actor: Actor, person: User) -> list[str]:
    """Make new recovery codes, in plain once; those before stop working. Refused without a second factor."""
    _own(actor, person)
    require(bool(person.tf_primary_method), _("Set up the second factor first."))
    codes = recovery.renew(person)
    db.session.flush()
    record(actor, Verb.RECOVERY_CODES_MADE, "person", person.public_id, person_id=person.id)
    return codes


def remove_second_factor(actor: Actor, person: User) -> None:
    """Turn the second factor off. Refused for whose role asks for it."""
    _own(actor, person)
    require(
        not needs_second_factor(actor), _("Your role needs the second factor; it can be moved, not removed.")
    )
    _remove(actor, person)


def lift_second_factor(person: User) -> None:
    """Turn the second factor off for somebody who lost device and codes: by the operator at the machine only."""
    _remove(None, person)


def _remove(actor: Actor | None, person: User) -> None:
    person.tf_totp_secret = None
    person.tf_primary_method = None
    person.tf_last_counter = None
    person.mf_recovery_codes = None
    db.session.flush()
    publish(RightsChanged(person.id))
    record(actor, Verb.SECOND_FACTOR_REMOVED, "person", person.public_id, person_id=person.id)
    send(notices.second_factor_changed(person, on=False))


def _own(actor: Actor, person: User) -> None:
    require(actor.user_id == person.id, _("Only the person can change the second factor."))
