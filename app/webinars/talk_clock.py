"""The session's own time, by which a recording finds what was said."""

from __future__ import annotations

from app.core import clock
from app.webinars.models.planning import Webinar


def second_of(webinar: Webinar) -> int | None:
    """Return the seconds since the session began; None before that."""
    return None if webinar.begun_at is None else int((clock.now() - webinar.begun_at).total_seconds())
