"""Reading what one was told. What was read is mailed no more."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import update

from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.notifications import unread
from app.notifications.models import Notice


def read(notice: Notice) -> None:
    """Mark one notice as read."""
    _read(Notice.id == notice.id)


def read_all(actor: Actor) -> int:
    """Mark everything that the actor was told as read; returns how much that was."""
    return _read(Notice.user_id == actor.user_id)


def seen(actor: Actor, topic: str, *, kinds: Collection[str] = ()) -> int:
    """Mark what the actor was told about ``topic`` as read, because they have it before them; returns how much.

    ``kinds`` narrows it to some kinds of notice, where another feature may use a topic of that name.
    """
    narrowed = [Notice.kind.in_(kinds)] if kinds else []
    return _read(Notice.user_id == actor.user_id, Notice.topic == topic, *narrowed)


def _read(*which: Any) -> int:
    scopes = db.session.scalars(
        update(Notice)
        .where(Notice.read_at.is_(None), *which)
        .values(read_at=clock.now(), waiting_since=None)
        .returning(Notice.scope),
        execution_options={"synchronize_session": False},
    ).all()
    unread.forget(scopes)
    return len(scopes)
