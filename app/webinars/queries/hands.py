"""The queue of hands and who has the floor, as each may see it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, or_, select

from app.core.database import JSON, db
from app.webinars import faces
from app.webinars.journal import HOSTS
from app.webinars.models.planning import Webinar
from app.webinars.models.room import WebinarParticipant

FOR_HOSTS, FOR_ALL = 100, 20  # hands that each is told; the count is of all
P = WebinarParticipant


def told(webinar: Webinar, audience: str) -> JSON:
    """Return the queue as an audience may see it; tells the touch ``hands``. One query."""
    rows = db.session.scalars(
        select(P).where(P.webinar_id == webinar.id, up_or_heard()).options(faces.with_names())
    ).all()
    return queue(webinar, rows, audience)


def up_or_heard() -> ColumnElement[bool]:
    """Who has a hand up, or the floor."""
    return or_(P.hand_at.is_not(None), P.floor_until.is_not(None))


def queue(webinar: Webinar, people: Iterable[WebinarParticipant], audience: str) -> JSON:
    """Return ``{"count", "queue": [face + at], "floor": [face + until]}`` of people, as an audience may see it."""
    raised = sorted((one.hand_at, one.id, one) for one in people if one.hand_at is not None)
    listed = raised[: FOR_HOSTS if audience == HOSTS else FOR_ALL]
    floor = sorted((one.floor_until, one.id, one) for one in people if one.floor_until is not None)
    seen = faces.for_hosts if audience == HOSTS else faces.shown
    labels = seen(webinar, [one for _at, _id, one in [*listed, *floor]])
    return {
        "count": len(raised),
        "queue": [labels[number] | {"at": at.isoformat()} for at, number, _one in listed],
        "floor": [labels[number] | {"until": until.isoformat()} for until, number, _one in floor],
    }
