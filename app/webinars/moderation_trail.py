"""What is kept of acts in a live room: the room's log, which those who run it read, and the audit for good."""

from __future__ import annotations

from app.audit import actions as audit
from app.audit.verbs import Verb
from app.core import clock
from app.core.database import JSON, db
from app.webinars.models.planning import Webinar
from app.webinars.models.room import WebinarLog, WebinarParticipant
from app.webinars.places import Place


def note(
    place: Place,
    verb: Verb,
    about: WebinarParticipant | None = None,
    *,
    undoes: WebinarLog | None = None,
    detail: JSON | None = None,
) -> WebinarLog:
    """Write an act into both; ``detail`` holds no text and no name."""
    row = WebinarLog(
        webinar_id=place.webinar.id,
        at=clock.now(),
        verb=str(verb),
        by_id=place.participant.id if place.participant else None,
        about_id=about.id if about else None,
        detail=detail or {},
        undoes_id=undoes.id if undoes else None,
    )
    db.session.add(row)
    named = {"participant": about.public_id} if about else {}
    audit.record(place.actor, verb, "webinar", place.webinar.public_id, detail=named | (detail or {}))
    return row


def note_of_platform(webinar: Webinar, verb: Verb, about: WebinarParticipant | None = None) -> None:
    """Write what happened by itself: a time limit that ran out, a host whose line went silent."""
    db.session.add(
        WebinarLog(
            webinar_id=webinar.id, at=clock.now(), verb=str(verb), about_id=about.id if about else None
        )
    )
    named = {"participant": about.public_id} if about else {}
    audit.record(None, verb, "webinar", webinar.public_id, detail=named)
