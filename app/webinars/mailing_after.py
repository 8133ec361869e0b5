"""Mails when a session is over: thanks to who was there, a word to who was registered and was not seen there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select

from app.accounts import actors
from app.accounts.models import User
from app.core import clock
from app.core.database import db
from app.core.jobs import defer, job
from app.core.mail import send
from app.records import queries as records
from app.records.models import Channel
from app.webinars import mailing_notices as notices
from app.webinars import mailing_people as people
from app.webinars.events import BooksClosed
from app.webinars.mailing import BATCH, carefully
from app.webinars.mailing_notices import Afterwards, Session, page_if_there, reader
from app.webinars.models.planning import MediaKind, State, Webinar
from app.webinars.models.recording import WebinarRecording
from app.webinars.queries import recording as recordings
from app.webinars.queries.closing import verdicts_of

THANKS, MISSED = "thanks", "missed"
LIST_ARRIVES = timedelta(days=1)
"""How long those who look after a meeting in person, or elsewhere, have to say who was there."""
FRESH = timedelta(days=14)
"""A session that was over longer ago (books closed late, a world loaded) is written to nobody about."""


def thank(event: BooksClosed) -> None:
    """Thank who was there; write to who was not, where that is certain only once the list had time to arrive."""
    webinar = db.session.get_one(Webinar, event.webinar_id)
    defer(mail_thanks, webinar_id=webinar.id)
    watched = webinar.channel == Channel.PLATFORM and webinar.media != MediaKind.LINK
    defer(mail_missed, at=None if watched else clock.now() + LIST_ARRIVES, webinar_id=webinar.id)


@job("webinars.mail_thanks")
def mail_thanks(webinar_id: int) -> None:
    """Thank a batch of those who were there; a job of its own goes on behind it."""
    session = _over(webinar_id)
    if session is None:
        return
    found = people.claim(session.webinar, attended(webinar_id), THANKS, BATCH)
    recorded = _recorded(webinar_id)
    for person in found:
        carefully(_thank, session, person, recorded=recorded)
    if len(found) == BATCH:
        defer(mail_thanks, webinar_id=webinar_id)


@job("webinars.mail_missed")
def mail_missed(webinar_id: int) -> None:
    """Write to a batch of those who had a place and were not there; a job of its own goes on behind it."""
    session = _over(webinar_id)
    if session is None:
        return
    absent = people.registered(session.webinar).where(User.id.not_in(attended(webinar_id)))
    found = people.claim(session.webinar, absent, MISSED, BATCH)
    recorded = _recorded(webinar_id)
    for person in found:
        carefully(_miss, session, person, recorded=recorded)
    if len(found) == BATCH:
        defer(mail_missed, webinar_id=webinar_id)


def attended(webinar_id: int) -> Collection[int]:
    """Return the accounts that the last reckoning found there; not those who ran the session."""
    found = verdicts_of(webinar_id).values()
    return {
        one.user_id
        for one in found
        if one.user_id is not None and one.counts and one.attended_fact is not None
    }


def _over(webinar_id: int) -> Session | None:
    session = people.session_of(webinar_id)
    if session is None or session.webinar.state != State.ENDED:
        return None
    ended = session.webinar.closed_at or session.webinar.ends_at
    return session if clock.now() - ended < FRESH else None


def _thank(session: Session, person: User, *, recorded: bool) -> None:
    webinar = session.webinar
    after = Afterwards(
        certificate=_certificate(webinar, person),
        feedback=page_if_there("webinars.feedback_form", webinar_id=webinar.public_id)
        if webinar.feedback
        else "",
        recording=_recording(webinar, person) if recorded else "",
    )
    send(notices.thanks(reader(person), session, after))


def _miss(session: Session, person: User, *, recorded: bool) -> None:
    after = Afterwards(recording=_recording(session.webinar, person) if recorded else "")
    send(notices.missed(reader(person), session, after))


def _certificate(webinar: Webinar, person: User) -> str:
    """Return the address of somebody's certificate, which their participation in the register names."""
    found = records.participation(person.id, webinar.activity_key) if webinar.certificate else None
    if found is None or not found.certificate_code or found.certificate_status == "revoked":
        return ""
    return page_if_there("certificates.show", code=found.certificate_code)


def _recorded(webinar_id: int) -> bool:
    """Whether a recording of a session may be there to watch at all."""
    made = select(WebinarRecording.id).where(
        WebinarRecording.webinar_id == webinar_id,
        WebinarRecording.made > 0,
        WebinarRecording.published_at.is_not(None),
    )
    return db.session.scalar(made.limit(1)) is not None


def _recording(webinar: Webinar, person: User) -> str:
    """Return the address of the newest recording that somebody may watch."""
    found = recordings.of_session(actors.of_person(person), webinar)
    public_id = next((one.recording.public_id for one in found if one.recording.watchable), "")
    return page_if_there("webinars.recording", recording_id=public_id) if public_id else ""
