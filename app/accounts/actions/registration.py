"""An application: registered, confirmed, waiting. Nobody learns from it whether an address was known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.accounts import notices, passwords
from app.accounts.events import PersonRegistered
from app.accounts.locking import lock
from app.accounts.models import Standing, User
from app.audit.actions import record
from app.audit.verbs import Verb
from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.events import publish
from app.core.mail import send

PROFILE = frozenset(
    {
        "family_name",
        "given_name",
        "country",
        "legal_system",
        "profession",
        "institution",
        "gender",
        "age_group",
        "language",
        "working_languages",
        "zone",
        "reason",
    }
)


def register_person(*, email: str, password: str, **profile: Any) -> User | None:
    """Take an application and send the link that confirms its address; the person, or None when the address is known.

    ``email`` is normalised, ``password`` has been checked; ``profile`` holds members of PROFILE. A known address gets a
    mail that says so, and its answer costs the same time.
    """
    person = _insert(email, password, profile, standing=Standing.UNCONFIRMED)
    if person is None:
        known = db.session.scalars(select(User).where(User.email == email)).one()
        send(notices.already_registered(known))
        return None
    record(
        None,
        Verb.PERSON_REGISTERED,
        "person",
        person.public_id,
        personal={"email": email, "name": person.name},
        person_id=person.id,
    )
    send(notices.confirm_address(person))
    publish(PersonRegistered(person.id))
    return person


def create_person(
    actor: Actor | None, *, email: str, password: str | None = None, **profile: Any
) -> User | None:
    """Make an account whose address needs no confirmation, waiting for approval; None when the address is known."""
    person = _insert(email, password, profile, standing=Standing.PENDING)
    if person is None:
        return None
    person.confirmed_at = clock.now()
    record(
        actor,
        Verb.PERSON_REGISTERED,
        "person",
        person.public_id,
        personal={"email": email, "name": person.name},
        person_id=person.id,
    )
    publish(PersonRegistered(person.id))
    return person


def _insert(email: str, password: str | None, profile: Mapping[str, Any], standing: Standing) -> User | None:
    unknown = set(profile) - PROFILE
    if unknown:
        raise TypeError(f"not part of a profile: {', '.join(sorted(unknown))}")
    row = {
        **profile,
        "email": email,
        "password": passwords.hashed(password) if password else None,
        "standing": standing,
    }
    return db.session.scalars(insert(User).values(row).on_conflict_do_nothing().returning(User)).one_or_none()


def confirm_address(person: User) -> bool:
    """Confirm the address by its link; the application waits for approval from now on. False when it was confirmed."""
    lock(person)
    if person.confirmed_at is not None:
        return False
    person.confirmed_at = clock.now()
    if person.standing == Standing.UNCONFIRMED:
        person.standing = Standing.PENDING
    record(None, Verb.PERSON_CONFIRMED, "person", person.public_id, person_id=person.id)
    send(notices.waiting(person))
    return True


def resend_confirmation(email: str) -> None:
    """Send the confirmation link again, if there is anything to confirm."""
    person = db.session.scalars(select(User).where(User.email == email)).one_or_none()
    if person is not None and person.active and person.confirmed_at is None:
        send(notices.confirm_address(person))
