"""Saying what a session was like: once a person, by who took part."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.database import db
from app.core.refusal import require
from app.webinars.models.after import WebinarFeedback
from app.webinars.places import Place


def give(place: Place, points: Mapping[str, int], words: str) -> None:
    """Keep what the actor says. Raises Refused for a second time."""
    row = {
        "webinar_id": place.webinar.id,
        "user_id": place.actor.user_id,
        "points": dict(points),
        "words": words.strip(),
        "given_at": clock.now(),
    }
    kept = db.session.scalar(
        insert(WebinarFeedback).values(row).on_conflict_do_nothing().returning(WebinarFeedback.user_id)
    )
    require(kept is not None, _("You have said it already. Thank you."))
