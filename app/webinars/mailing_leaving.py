"""Leaving the reminders by the link that each of them carries: signed, without a sign-in, for one thing."""

from __future__ import annotations

import hashlib

from itsdangerous import BadSignature, Signer
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.accounts.models import User
from app.core.access import Actor
from app.core.addresses import address_for
from app.core.database import db
from app.core.errors import NotFound
from app.core.settings import settings
from app.webinars.models.planning import WebinarUnreminded

_PURPOSE = "end the reminders of sessions"


def address(public_id: str) -> str:
    """Return the address that ends somebody's reminders; it works for as long as their account does."""
    return address_for("webinars.reminders_page", token=_signer().sign(public_id).decode())


def reminded(_actor: Actor, token: str) -> User:
    """Return whose reminders a link ends, whoever holds it; asked of the signature alone. Raises NotFound."""
    try:
        public_id = _signer().unsign(token).decode()
    except (BadSignature, UnicodeError):
        raise NotFound from None
    found = db.session.scalars(select(User).where(User.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def leave(person: User) -> None:
    """Send somebody no more reminders. That a session moved or was cancelled they are still told."""
    db.session.execute(insert(WebinarUnreminded).values(user_id=person.id).on_conflict_do_nothing())


def come_back(person: User) -> None:
    """Send somebody reminders again."""
    db.session.execute(
        delete(WebinarUnreminded).where(WebinarUnreminded.user_id == person.id),
        execution_options={"synchronize_session": False},
    )


def _signer() -> Signer:
    return Signer(settings().secret_key, salt=_PURPOSE, digest_method=hashlib.sha256)
