"""Places on the stage: at most 25 in a room, each one person's; the database holds them apart."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from app.core import events
from app.core.database import JSON, db
from app.core.refusal import require
from app.webinars import faces, journal
from app.webinars.models.planning import Webinar
from app.webinars.models.room import WebinarParticipant, WebinarRoom
from app.webinars.room_events import RightsInRoomChanged

PLACES = 25


def room_of(webinar: Webinar) -> WebinarRoom:
    """Return a session's room with its row locked: whoever changes who is where takes turns."""
    asked = select(WebinarRoom).where(WebinarRoom.webinar_id == webinar.id).with_for_update()
    return db.session.scalars(asked.execution_options(populate_existing=True)).one()


def take_stage(webinar: Webinar, one: WebinarParticipant) -> int:
    """Give somebody a place on the stage and return it; theirs already: as it is. The room's row is held.

    Refused when all are taken.
    """
    if one.stage is not None:
        return one.stage
    asked = select(WebinarParticipant.stage).where(
        WebinarParticipant.webinar_id == webinar.id, WebinarParticipant.stage.is_not(None)
    )
    taken = set(db.session.scalars(asked))
    free = next((number for number in range(1, PLACES + 1) if number not in taken), None)
    require(free is not None, _("All %(count)s places on the stage are taken.", count=PLACES))
    assert free is not None
    one.stage = free
    db.session.flush()
    return free


def leave_stage(one: WebinarParticipant) -> None:
    """Take somebody from the stage: nothing of theirs is sent any more."""
    one.stage = one.floor_until = None
    one.microphone = one.camera = one.screen = False


def public_state(webinar: Webinar, one: WebinarParticipant) -> JSON:
    """Return what everybody may know of somebody: face, place, what they send. One query at most."""
    return state_of(one, faces.face(webinar, one))


def state_of(one: WebinarParticipant, face: JSON) -> JSON:
    """Return a face with what everybody may know beside it."""
    return face | {
        "stage": one.stage,
        "microphone": one.microphone,
        "camera": one.camera,
        "screen": one.screen,
        "muted": one.muted,
        "floor_until": one.floor_until.isoformat() if one.floor_until else None,
    }


def tell_all(webinar: Webinar, one: WebinarParticipant) -> int:
    """Tell everybody how somebody stands now, and the media what they may send; returns the entry's number."""
    db.session.flush()
    events.publish(RightsInRoomChanged(webinar.id, one.id))
    return journal.tell(webinar, "people.changed", {"person": public_state(webinar, one)})
