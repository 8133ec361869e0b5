"""What is kept of moderation of what is said: the room's log for those who run it, the audit for good. Never a text."""

from __future__ import annotations

from sqlalchemy import insert

from app.audit.actions import record
from app.core import clock
from app.core.database import JSON, db
from app.webinars.models.room import WebinarLog
from app.webinars.places import Place


def note(
    place: Place,
    verb: str,
    object_kind: str,
    object_id: str,
    *,
    about_id: int | None = None,
    detail: JSON | None = None,
) -> None:
    """Write an act into the room's log and the audit. ``about_id`` is the participant concerned, where they may be
    known; ``object_id`` a public id; ``detail`` holds no text and no name."""
    whole: JSON = {"kind": object_kind, "id": object_id} | (detail or {})
    db.session.execute(
        insert(WebinarLog).values(
            webinar_id=place.webinar.id,
            at=clock.now(),
            verb=str(verb),
            by_id=place.participant.id if place.participant else None,
            about_id=about_id,
            detail=whole,
        )
    )
    record(
        place.actor,
        verb,
        object_kind,
        object_id,
        detail={"webinar": place.webinar.public_id} | (detail or {}),
    )
