"""What the room shows: slides that are ready, the one on the stage, handouts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.core.database import JSON, db
from app.media.models import MediaFile
from app.webinars.models.planning import Webinar, WebinarMaterial
from app.webinars.models.room import WebinarRoom
from app.webinars.places import Place
from app.webinars.policy import STAGE

SHOWN = ("deck", "page", "pages", "title", "pointer")
"""What everybody is told of the page on the stage."""


@dataclass(frozen=True, slots=True)
class Deck:
    """A file of slides: pages that can be shown."""

    material: WebinarMaterial
    file: MediaFile

    @property
    def id(self) -> str:
        """Its address in the room."""
        return self.material.public_id

    @property
    def ready(self) -> bool:
        """Whether its pages can be shown now."""
        return self.file.readable and bool(self.file.pages)

    @property
    def pages(self) -> int:
        """How many pages it has."""
        return self.file.pages or 0

    def told(self) -> JSON:
        """Return what those who may turn pages are told of it."""
        return {"id": self.id, "title": self.material.title, "pages": self.pages, "state": self._state}

    @property
    def _state(self) -> str:
        if self.ready:
            return "ready"
        return "refused" if self.file.state in {"refused", "quarantined"} else "waiting"


def materials_of(webinar: Webinar) -> Sequence[Deck]:
    """Return the files of a session, slides and handouts, in their order. One statement."""
    rows = db.session.execute(
        select(WebinarMaterial, MediaFile)
        .join(MediaFile, MediaFile.id == WebinarMaterial.file_id)
        .where(WebinarMaterial.webinar_id == webinar.id)
        .order_by(WebinarMaterial.position, WebinarMaterial.id)
    )
    return [Deck(*row) for row in rows]


def material(webinar: Webinar, material_id: str) -> Deck | None:
    """Return one file of a session; None when it is not there."""
    row = db.session.execute(
        select(WebinarMaterial, MediaFile)
        .join(MediaFile, MediaFile.id == WebinarMaterial.file_id)
        .where(WebinarMaterial.webinar_id == webinar.id, WebinarMaterial.public_id == material_id)
    ).one_or_none()
    return Deck(*row) if row is not None else None


def files(place: Place) -> JSON:
    """Return ``decks``, the slides that somebody may show (none for who may not turn pages), and ``files``, those that
    they may take away now. One statement at most."""
    turns, takes = place.role in STAGE, place.room is not None and place.room.handouts
    known = materials_of(place.webinar) if turns or takes else []
    away = [one for one in known if one.material.handout and one.file.ready]
    return {
        "decks": [one.told() for one in known if turns and one.material.slides],
        "files": [{"id": one.id, "title": one.material.title, "size": one.file.size} for one in away],
    }


def part(place: Place) -> JSON:
    """Return the room's slides as somebody in it has them now. One statement at most."""
    room = place.room
    shown = room.shown if room is not None else {}
    return {
        "shown": {key: shown[key] for key in SHOWN if key in shown},
        "turns": place.role in STAGE,
        "handouts": room is not None and room.handouts,
    } | files(place)


def pointer(webinar: Webinar, _audience: str) -> JSON:
    """Return where the pointer is, for everybody."""
    room = db.session.get(WebinarRoom, webinar.id)
    shown = room.shown if room is not None else {}
    return {"deck": shown.get("deck"), "page": shown.get("page"), "pointer": shown.get("pointer")}
