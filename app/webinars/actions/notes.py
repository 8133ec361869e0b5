"""The shared notes of a session: written by a note-taker or who runs the room, read by everybody in it."""

from __future__ import annotations

from flask_babel import gettext as _

from app.accounts.locking import lock
from app.core import clock
from app.core.database import JSON, db
from app.core.refusal import Refused, require
from app.webinars import journal
from app.webinars.models.notes import WebinarNotes
from app.webinars.models.planning import RunnerRole
from app.webinars.places import Place
from app.webinars.policy import RUNS
from app.webinars.talk_text import plain

LONGEST = 20_000


class Changed(Refused):
    """Somebody else has changed the notes since they were read; ``now`` is what they are."""

    def __init__(self, now: JSON) -> None:
        super().__init__(_("Somebody else has changed the notes. Your text is kept; compare it with theirs."))
        self.now = now


def may_write(place: Place) -> bool:
    """Whether the person may write notes and captions."""
    return place.inside and place.role in RUNS | {RunnerRole.NOTETAKER}


def write(place: Place, typed: object, version: int) -> WebinarNotes:
    """Replace the notes as they were at ``version``. Raises Changed when they are not that version any more."""
    require(may_write(place), _("Only a note-taker or who runs the room can write here."))
    text = plain(typed, LONGEST) if isinstance(typed, str) and typed.strip() else ""
    notes = _locked(place)
    if notes.text == text:
        return notes  # a retry, or nothing new
    if notes.version != version:
        raise Changed({"text": notes.text, "version": notes.version})
    notes.text, notes.version = text, notes.version + 1
    notes.changed_by, notes.changed_at = place.me.id, clock.now()
    journal.tell(place.webinar, "notes.written", {"version": notes.version})
    return notes


def _locked(place: Place) -> WebinarNotes:
    """Return the notes, locked; the room's row keeps two from making the first ones."""
    assert place.room is not None
    lock(place.room)
    found = db.session.get(WebinarNotes, place.webinar.id, populate_existing=True)
    if found is None:
        found = WebinarNotes(webinar_id=place.webinar.id, text="", version=0, changed_at=clock.now())
        db.session.add(found)
        db.session.flush()
    return found
