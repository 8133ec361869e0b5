"""What follows by itself when a session is over: its books are closed, feedback is asked for.

The room's end queues it; a look every minute finds what was forgotten, and ends sessions that had no room of ours.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.core import clock
from app.core.database import db
from app.core.jobs import defer, job, periodic
from app.records.models import Channel
from app.webinars import after_notices, register
from app.webinars.actions.closing import close_books
from app.webinars.models.planning import State, Webinar
from app.webinars.queries.closing import unclosed

ENDS_AFTER = timedelta(minutes=15)  # the scheduled end, where nobody closes a room


@job("webinars.close_session")
def close_session(webinar_id: int) -> None:
    """Close the books of a session, once."""
    webinar = db.session.get(Webinar, webinar_id)
    if webinar is not None:
        close_books(webinar)


@job("webinars.ask_feedback")
def ask_feedback(webinar_id: int) -> None:
    """Ask everybody who took part what the session was like, in the app, once each."""
    after_notices.ask_feedback(db.session.get_one(Webinar, webinar_id))


@periodic("webinars.close_sessions", "* * * * *")
def close_sessions() -> None:
    """End sessions without a room of ours after their time, and close whatever books are still open."""
    for webinar in db.session.scalars(
        select(Webinar)
        .where(
            Webinar.state == State.PLANNED,
            Webinar.is_template.is_(False),
            Webinar.channel != Channel.PLATFORM,
            Webinar.opened_at.is_(None),
            Webinar.ends_at < clock.now() - ENDS_AFTER,
        )
        .limit(100)
        .with_for_update(skip_locked=True)
    ):
        webinar.state, webinar.closed_at = State.ENDED, webinar.ends_at
        register.describe_session(webinar)
    db.session.flush()
    for webinar_id in unclosed():
        defer(close_session, webinar_id=webinar_id)
