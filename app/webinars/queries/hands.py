"""The queue of hands and who has the floor, as each may see it."""

from __future__ import annotations

from sqlalchemy import or_, select

from app.core.database import JSON, db
from app.webinars import faces
from app.webinars.journal import ALL, HOSTS
from app.webinars.models.planning import Webinar
from app.webinars.models.room import WebinarParticipant
from app.webinars.places import Place

FOR_HOSTS, FOR_ALL = 100, 20  # hands that each is told; the count is of all
P = WebinarParticipant


def hands(place: Place) -> JSON:
    """Return the queue as somebody may see it. Two queries."""
    return told(place.webinar, HOSTS if place.hosts else ALL)


def told(webinar: Webinar, audience: str) -> JSON:
    """Return ``{"count", "queue": [face + at], "floor": [face + until]}``; tells the touch ``hands``. Two queries."""
    rows = db.session.scalars(
        select(P)
        .where(P.webinar_id == webinar.id, or_(P.hand_at.is_not(None), P.floor_until.is_not(None)))
        .order_by(P.hand_at, P.id)
    ).all()
    raised = [one for one in rows if one.hand_at is not None]
    listed = raised[: FOR_HOSTS if audience == HOSTS else FOR_ALL]
    floor = [one for one in rows if one.floor_until is not None]
    seen = faces.for_hosts if audience == HOSTS else faces.shown
    labels = seen(webinar, [*listed, *floor])
    return {
        "count": len(raised),
        "queue": [labels[one.id] | {"at": one.hand_at.isoformat()} for one in listed if one.hand_at],
        "floor": [
            labels[one.id] | {"until": one.floor_until.isoformat()} for one in floor if one.floor_until
        ],
    }
