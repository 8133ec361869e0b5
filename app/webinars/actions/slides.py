"""What is done with slides: turn to a page, point, take them off the stage, add some, hand them out."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.accounts.locking import lock
from app.audit.verbs import Verb
from app.core.database import JSON, db
from app.core.refusal import require
from app.media import actions as media
from app.webinars import journal, touching
from app.webinars.actions.planning_materials import file_scope
from app.webinars.models.planning import WebinarMaterial
from app.webinars.models.room import WebinarRoom
from app.webinars.moderation_trail import note_of
from app.webinars.places import Place
from app.webinars.policy import STAGE
from app.webinars.queries.slides import SHOWN, Deck
from app.webinars.talk_clock import second_of

LONGEST_TITLE = 120


def may_turn(place: Place) -> bool:
    """Whether the person may turn pages: who runs the room or speaks in it."""
    return place.inside and place.role in STAGE


def turn(place: Place, deck: Deck, page: int) -> int:
    """Show a page to everybody and return the journal's number. Raises Refused for a page that is not there."""
    _require_stage(place)
    require(deck.ready, _("These slides are still being prepared. Try again in a moment."))
    require(1 <= page <= deck.pages, _("These slides have no such page."))
    room = _locked(place)
    before = room.shown if room.shown.get("deck") == deck.id else {}
    furthest = max(page, int(before.get("furthest", 0)))
    room.shown = {"deck": deck.id, "page": page, "pages": deck.pages, "title": deck.material.title,
                  "furthest": furthest}  # fmt: skip
    return journal.tell(place.webinar, "slides.turned", shown(room) | {"second": second_of(place.webinar)})


def clear(place: Place) -> int:
    """Take the slides off the stage."""
    _require_stage(place)
    _locked(place).shown = {}
    return journal.tell(place.webinar, "slides.cleared")


def point(place: Place, at: tuple[float, float] | None) -> None:
    """Move the pointer to a place on the page (fractions of its width and height), or take it away."""
    _require_stage(place)
    room = _locked(place)
    require(bool(room.shown.get("deck")), _("No slide is shown."))
    require(at is None or all(0 <= one <= 1 for one in at), _("This is not on the slide."))
    room.shown = {key: value for key, value in room.shown.items() if key != "pointer"} | (
        {} if at is None else {"pointer": [round(at[0], 4), round(at[1], 4)]}
    )
    db.session.flush()
    touching.touch(place.webinar, "slides")


def add(place: Place, uploads: Iterable[str]) -> list[WebinarMaterial]:
    """Add files that were sent as slides of this session. Raises Refused, in words."""
    _require_stage(place)
    files = media.take(place.actor, uploads, file_scope(place.webinar.id))
    require(bool(files), _("Choose a file first."))
    last = db.session.scalar(
        select(func.coalesce(func.max(WebinarMaterial.position), 0)).where(
            WebinarMaterial.webinar_id == place.webinar.id
        )
    )
    added = [
        WebinarMaterial(
            webinar_id=place.webinar.id, title=file.name[:LONGEST_TITLE], file_id=file.id, slides=True,
            handout=False, position=int(last or 0) + count,
        )
        for count, file in enumerate(files, 1)
    ]  # fmt: skip
    db.session.add_all(added)
    db.session.flush()
    for one in added:
        note_of(place, Verb.WEBINAR_SLIDES_ADDED, "webinar_material", one.public_id)
    journal.tell(place.webinar, "slides.added")
    return added


def switch_handouts(place: Place, *, on: bool) -> int:
    """Let participants take the handouts away, or not."""
    require(place.hosts, _("Only those who run the room can do this."))
    _locked(place).handouts = on
    note_of(place, Verb.WEBINAR_HANDOUTS_SWITCHED, "webinar", place.webinar.public_id, detail={"on": on})
    return journal.tell(place.webinar, "slides.handouts", {"on": on})


def shown(room: WebinarRoom) -> JSON:
    """Return what everybody is told of the page on the stage."""
    return {key: room.shown[key] for key in SHOWN if key in room.shown}


def _require_stage(place: Place) -> None:
    require(may_turn(place), _("Only those who run the room or speak in it can do this."))


def _locked(place: Place) -> WebinarRoom:
    assert place.room is not None
    lock(place.room)
    return place.room
