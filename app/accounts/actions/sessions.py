"""Sign-ins ended by their owner or by an administrator."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import update

from app.accounts.events import SignInsEnded
from app.accounts.models import User, WebSession
from app.accounts.policy import may_end_sessions_of
from app.accounts.refusal import require
from app.accounts.sessions import TOUCH_AFTER, revoke_all
from app.audit.actions import record
from app.audit.verbs import Verb
from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.events import publish
from app.core.settings import settings


def end_session(actor: Actor | None, row: WebSession) -> None:
    """End one sign-in; its cookie never works again. Refused for another's without the permission."""
    require(row.user_id is not None, _("Nobody is signed in there."))
    person = db.session.get_one(User, row.user_id)
    require(actor is None or may_end_sessions_of(actor, person.id), _("You may not end this sign-in."))
    ended = db.session.execute(
        update(WebSession)
        .where(WebSession.id == row.id, WebSession.revoked_at.is_(None))
        .values(revoked_at=clock.now())
        .returning(WebSession.id)
    ).scalar_one_or_none()
    if ended is not None:
        publish(SignInsEnded((ended,)))
        record(
            actor,
            Verb.SESSION_ENDED,
            "person",
            person.public_id,
            detail={"session": row.public_id},
            person_id=person.id,
        )


def end_other_sessions(actor: Actor) -> int:
    """End every sign-in of the actor but the present one; returns how many."""
    assert actor.user_id is not None
    return _end(actor, db.session.get_one(User, actor.user_id), actor.session_id)


def end_all_sessions(actor: Actor | None, person: User) -> int:
    """End every sign-in of a person; returns how many. Refused for another's without the permission."""
    require(actor is None or may_end_sessions_of(actor, person.id), _("You may not end these sign-ins."))
    return _end(actor, person, None)


def keep_in_use(session_ids: Collection[int]) -> None:
    """Note that sign-ins are in use although they ask for no page: somebody sits in a live session.

    The longest time of a sign-in holds all the same, and what has ended does not come back.
    """
    now = clock.now()
    idle = timedelta(minutes=settings().session_idle_minutes)
    db.session.execute(
        update(WebSession)
        .where(
            WebSession.id.in_(session_ids),
            WebSession.revoked_at.is_(None),
            WebSession.last_seen_at.between(now - idle, now - TOUCH_AFTER),
        )
        .values(last_seen_at=now)
        .execution_options(synchronize_session=False)
    )


def _end(actor: Actor | None, person: User, but: int | None) -> int:
    count = revoke_all(person.id, but)
    if count:
        record(
            actor,
            Verb.SESSION_ENDED,
            "person",
            person.public_id,
            detail={"count": count},
            person_id=person.id,
        )
    return count
