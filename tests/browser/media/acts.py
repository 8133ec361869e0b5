"""What is done in a live room by those who run it, without their pages: committed, told, carried out."""

from __future__ import annotations

from sqlalchemy import select

from app.core.database import db
from app.webinars.models.room import WebinarParticipant
from app.webinars.places import Place, place
from tests.browser.media.conftest import Cast
from tests.webinars.scene import WebinarScene


def at(people: Cast, name: str, scene: WebinarScene) -> Place:
    """Return somebody's place, inside a transaction."""
    found = place(people(name).actor(), scene.public_id)
    assert found is not None
    return found


def person(scene: WebinarScene, name: str) -> WebinarParticipant:
    """Return somebody's row, inside a transaction."""
    asked = select(WebinarParticipant).where(WebinarParticipant.public_id == scene.people[name])
    return db.session.scalars(asked).one()
