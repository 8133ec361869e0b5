"""The log of a live room, for those who run it."""

from __future__ import annotations

from sqlalchemy import select

from app.core.database import JSON, db
from app.webinars import faces
from app.webinars.actions.moderation import UNDONE
from app.webinars.models.room import WebinarLog, WebinarParticipant
from app.webinars.places import Place

PAGE = 100


def log(place: Place, before: int | None = None) -> JSON:
    """Return one page of what was done, the latest first. Four queries."""
    asked = select(WebinarLog).where(WebinarLog.webinar_id == place.webinar.id)
    if before is not None:
        asked = asked.where(WebinarLog.id < before)
    rows = db.session.scalars(asked.order_by(WebinarLog.id.desc()).limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    undone = set(
        db.session.scalars(
            select(WebinarLog.undoes_id).where(WebinarLog.undoes_id.in_([one.id for one in shown]))
        )
    )
    numbers = {number for one in shown for number in (one.by_id, one.about_id) if number is not None}
    people = db.session.scalars(select(WebinarParticipant).where(WebinarParticipant.id.in_(numbers))).all()
    labels = faces.faces(place, people)
    return {
        "log": [
            {
                "id": one.id,
                "at": one.at.isoformat(),
                "verb": one.verb,
                "by": labels.get(one.by_id or 0),
                "about": labels.get(one.about_id or 0),
                "detail": one.detail,
                "undone": one.id in undone,
                "undoes": one.undoes_id,
                "can_undo": one.verb in UNDONE and one.id not in undone,
            }
            for one in shown
        ],
        "more": len(rows) > PAGE,
    }
