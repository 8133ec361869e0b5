"""Saying what a session was like: once a person, by who took part."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert

from app.accounts.models import User
from app.core import clock
from app.core.database import db
from app.core.refusal import require
from app.feedback import actions as feedback
from app.feedback.actions import Content
from app.feedback.models import AT_THE_END
from app.records import queries as records
from app.webinars.attendance_register import language_of
from app.webinars.models.after import WebinarFeedback
from app.webinars.places import Place


def give(place: Place, points: Mapping[str, int], words: str, own: Content | None = None) -> None:
    """Keep what the actor says; ``own`` is what they say to questions of the session's own. Refused a second time."""
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
    _note(place, own)


def _note(place: Place, own: Content | None) -> None:
    """Tell the register that feedback was given, and keep what was said to the session's own questions."""
    activity = records.activity(place.webinar.activity_key)
    if activity is None:
        return
    person = db.session.get_one(User, place.actor.user_id)
    language = language_of(place.webinar, person.language)
    if own is not None and (own.points or own.words):
        feedback.give(person, activity, AT_THE_END, own, language)
    else:
        feedback.note_given(person, activity, AT_THE_END, language)
