"""Captions typed by a person while the session runs, in the languages it is held in or any other of the platform's."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.database import db
from app.core.i18n import LANGUAGES
from app.core.refusal import require
from app.webinars import journal
from app.webinars.actions.notes import may_write
from app.webinars.models.notes import WebinarCaption
from app.webinars.places import Place
from app.webinars.queries.captions import told
from app.webinars.talk_text import plain

LONGEST = 240
SHORTEST_SECONDS, LONGEST_SECONDS, A_CHARACTER = 1.5, 8.0, 0.06


def say(place: Place, typed: object, language: object, client_id: str) -> WebinarCaption:
    """Show a caption to everybody who reads its language, and keep it. The same ``client_id`` twice is one caption.

    It ends now; it began when a person would have begun to say it, or when the one before it ended.
    """
    require(may_write(place), _("Only a note-taker or who runs the room can write here."))
    require(place.webinar.begun_at is not None, _("The session has not begun."))
    require(isinstance(language, str) and language in _offered(place), _("Choose one from the list."))
    text = plain(typed, LONGEST, lines=False)
    before = _before(place, str(language))
    ends = _second(place)
    begins = max(ends - _spoken(text), 0.0, before)
    added = db.session.scalar(
        insert(WebinarCaption)
        .values(
            webinar_id=place.webinar.id, language=language, text=text, begins=min(begins, ends - 0.1) if ends else 0,
            ends=max(ends, 0.1), written_by=place.me.id, client_id=client_id, written_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["written_by", "client_id"])
        .returning(WebinarCaption.id)
    )  # fmt: skip
    caption = db.session.scalars(
        select(WebinarCaption).where(
            WebinarCaption.written_by == place.me.id, WebinarCaption.client_id == client_id
        )
    ).one()
    if added is not None:
        journal.tell(place.webinar, "captions.said", told(caption))
    return caption


def _offered(place: Place) -> set[str]:
    return set(LANGUAGES) | set(place.webinar.languages)


def _before(place: Place, language: str) -> float:
    """Return when the caption before ended; 0 without one."""
    return (
        db.session.scalar(
            select(WebinarCaption.ends)
            .where(WebinarCaption.webinar_id == place.webinar.id, WebinarCaption.language == language)
            .order_by(WebinarCaption.ends.desc())
            .limit(1)
        )
        or 0.0
    )


def _second(place: Place) -> float:
    assert place.webinar.begun_at is not None
    return round((clock.now() - place.webinar.begun_at).total_seconds(), 1)


def _spoken(text: str) -> float:
    """Return about how many seconds it takes to say a text."""
    return min(max(len(text) * A_CHARACTER, SHORTEST_SECONDS), LONGEST_SECONDS)
