"""People of a live room as its talk finds them."""

from __future__ import annotations

from sqlalchemy import select

from app.core.database import db
from app.webinars.models.room import WebinarParticipant


def participant(webinar_id: int, public_id: str) -> WebinarParticipant | None:
    """Return somebody of a session's room by their id in it."""
    return db.session.scalars(
        select(WebinarParticipant).where(
            WebinarParticipant.webinar_id == webinar_id, WebinarParticipant.public_id == public_id
        )
    ).one_or_none()
