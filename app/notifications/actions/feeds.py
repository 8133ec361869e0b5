"""The address of one's calendar feed: made, renewed, ended."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import or_, update

from app.accounts.locking import lock
from app.accounts.models import User
from app.audit.actions import record
from app.audit.verbs import Verb
from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.notifications.models import CalendarToken

TOUCH_AFTER = timedelta(hours=1)
_RANDOM_BYTES = 32  # 43 characters


def digest_of(secret: str) -> bytes:
    """Return what is kept of a feed's secret."""
    return hashlib.sha256(secret.encode()).digest()


def new_feed(actor: Actor) -> str:
    """Make the actor's feed and return its secret, which is kept nowhere; the feed before it works no more."""
    lock(db.session.get_one(User, actor.user_id))
    end_feed(actor)
    secret = secrets.token_urlsafe(_RANDOM_BYTES)
    token = CalendarToken(
        user_id=actor.user_id,
        digest=digest_of(secret),
        second_factor=actor.second_factor,
        created_at=clock.now(),
    )
    db.session.add(token)
    db.session.flush()
    record(actor, Verb.TOKEN_CREATED, "calendar", token.public_id, person_id=actor.user_id)
    return secret


def end_feed(actor: Actor) -> bool:
    """Let the actor's feed work no more; False when there was none."""
    ended = db.session.scalars(
        update(CalendarToken)
        .where(CalendarToken.user_id == actor.user_id, CalendarToken.revoked_at.is_(None))
        .values(revoked_at=clock.now())
        .returning(CalendarToken.public_id),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    if ended is not None:
        record(actor, Verb.TOKEN_REVOKED, "calendar", ended, person_id=actor.user_id)
    return ended is not None


def note_use(token: CalendarToken) -> None:
    """Keep that a feed was fetched, at most once an hour."""
    now = clock.now()
    if token.last_used_at is not None and now - token.last_used_at < TOUCH_AFTER:
        return
    db.session.execute(
        update(CalendarToken)
        .where(CalendarToken.id == token.id)
        .where(or_(CalendarToken.last_used_at.is_(None), CalendarToken.last_used_at <= now - TOUCH_AFTER))
        .values(last_used_at=now),
        execution_options={"synchronize_session": False},
    )
