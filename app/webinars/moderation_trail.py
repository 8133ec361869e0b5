"""What is kept of acts in a live room: the room's log, which those who run it read, and the audit for good.

Neither a text nor a name is."""

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
    """Write an act about the room, or about somebody in it, into both."""
    more = detail or {}
    row = _log(place.webinar, verb, about.id if about else None, more, place.participant)
    row.undoes_id = undoes.id if undoes else None
    audit.record(place.actor, verb, "webinar", place.webinar.public_id, detail=_named(about) | more)
    return row


def note_of(
    place: Place,
    verb: str,
    object_kind: str,
    object_id: str,
    *,
    about_id: int | None = None,
    detail: JSON | None = None,
) -> None:
    """Write an act about something said or shown into both.

    ``about_id`` is the participant concerned, where they may be known; ``object_id`` a public id.
    """
    more = detail or {}
    _log(place.webinar, verb, about_id, {"kind": object_kind, "id": object_id} | more, place.participant)
    audit.record(
        place.actor, verb, object_kind, object_id, detail={"webinar": place.webinar.public_id} | more
    )


def note_of_platform(webinar: Webinar, verb: Verb, about: WebinarParticipant | None = None) -> None:
    """Write what happened by itself: a time limit that ran out, a host whose line went silent."""
    _log(webinar, verb, about.id if about else None, {})
    audit.record(None, verb, "webinar", webinar.public_id, detail=_named(about))


def _log(
    webinar: Webinar, verb: str, about_id: int | None, detail: JSON, by: WebinarParticipant | None = None
) -> WebinarLog:
    row = WebinarLog(
        webinar_id=webinar.id, at=clock.now(), verb=str(verb), by_id=by.id if by else None, about_id=about_id,
        detail=detail,
    )  # fmt: skip
    db.session.add(row)
    return row


def _named(about: WebinarParticipant | None) -> JSON:
    return {"participant": about.public_id} if about else {}
