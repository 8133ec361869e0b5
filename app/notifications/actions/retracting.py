"""What was told and is not there any more."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete

from app.core.database import db
from app.notifications.models import Notice


def retract(topic: str, *, but: Collection[int] = ()) -> int:
    """Delete every notice about ``topic``, read or not, but those of the people ``but``; returns how many."""
    gone = delete(Notice).where(Notice.topic == topic, Notice.user_id.not_in(but)).returning(Notice.id)
    return len(db.session.scalars(gone, execution_options={"synchronize_session": False}).all())
