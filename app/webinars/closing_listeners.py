"""What follows the end of a session and the closing of its books. Wired in ``app/wiring.py``."""

from __future__ import annotations

from app.core.database import db
from app.core.jobs import defer
from app.webinars import after_notices
from app.webinars.closing_jobs import ask_feedback, close_session
from app.webinars.events import BooksClosed
from app.webinars.models.planning import Webinar
from app.webinars.room_events import SessionEnded


def close_when_ended(event: SessionEnded) -> None:
    """Queue the closing of a session's books; the room's end does not wait for it."""
    defer(close_session, webinar_id=event.webinar_id)


def tell_of_report(event: BooksClosed) -> None:
    """Tell those who run the session that its report is there, and ask the others what it was like."""
    webinar = db.session.get_one(Webinar, event.webinar_id)
    after_notices.told_of_report(webinar)
    if webinar.feedback:
        defer(ask_feedback, webinar_id=webinar.id)
