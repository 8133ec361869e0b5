"""What the register's readers are told of presence in sessions: the curve that was reckoned when they were closed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.core.database import db
from app.records.presence import Presence
from app.webinars.models.after import WebinarClosing
from app.webinars.models.planning import Webinar


def presence_of(activity_key: UUID, as_of: datetime | None) -> Presence | None:
    """Return what the latest reckoning by then found, in one query; None for a session that was not closed by then."""
    found = (
        select(WebinarClosing, Webinar.zone)
        .join(Webinar, Webinar.id == WebinarClosing.webinar_id)
        .where(Webinar.activity_key == activity_key)
        .order_by(WebinarClosing.run.desc())
        .limit(1)
    )
    if as_of is not None:
        found = found.where(WebinarClosing.at <= as_of)
    row = db.session.execute(found).one_or_none()
    if row is None:
        return None
    closing, zone = row
    return Presence(closing.begins_at, [int(people) for people in closing.curve], zone)
