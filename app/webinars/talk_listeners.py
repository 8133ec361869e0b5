"""What follows for the talk of a room from what happens in it."""

from __future__ import annotations

from app.core.database import db
from app.webinars.actions import breakouts, chat, polls
from app.webinars.models.planning import Webinar
from app.webinars.room_events import SessionEnded


def end_talk(event: SessionEnded) -> None:
    """The session is over: everybody is back, no more votes; a chat that is not kept goes."""
    webinar = db.session.get_one(Webinar, event.webinar_id)
    breakouts.end(webinar)
    polls.close_all(webinar)
    if not webinar.keep_chat:
        chat.forget(webinar)
