"""Reminders: before a session, as long before as its planners chose, once for each kind and start time.

Whatever was moved meanwhile counts: the time is that of the session as it is when the mail is written. A reminder that
could not leave in time (a standstill, a session moved nearer) leaves late for a while, then not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.accounts.models import User
from app.core import clock
from app.core.database import db
from app.core.jobs import defer, job, periodic
from app.core.mail import send
from app.webinars import mailing_leaving as leaving
from app.webinars import mailing_notices as notices
from app.webinars import mailing_people as people
from app.webinars.mailing import BATCH, carefully
from app.webinars.mailing_notices import Session, reader
from app.webinars.models.planning import Webinar

SHORTEST_DELAY, LONGEST_DELAY = 15, 1_440
_LONGEST_BEFORE = timedelta(days=31)


@periodic("webinars.remind", "* * * * *")
def remind_due() -> None:
    """Remind everybody whose reminder is due."""
    now = clock.now()
    for webinar in _near(now):
        minutes = due(webinar, now)
        if minutes is not None:
            remind(webinar.id, minutes, webinar.starts_at.isoformat())


@job("webinars.remind_people")
def remind(webinar_id: int, minutes: int, starts_at: str) -> None:
    """Remind a batch of people of one session; a job of its own goes on behind it. Nothing once the session moved."""
    session, now = people.session_of(webinar_id), clock.now()
    if session is None or session.webinar.state not in people.HELD:
        return
    webinar = session.webinar
    if webinar.starts_at != datetime.fromisoformat(starts_at) or due(webinar, now) != minutes:
        return
    since = webinar.starts_at - timedelta(minutes=minutes)
    found = people.claim(webinar, people.to_remind(webinar, since), kind_of(webinar, minutes), BATCH)
    for person in found:
        carefully(_remind, session, person, now)
    if len(found) == BATCH:
        defer(remind, webinar_id=webinar_id, minutes=minutes, starts_at=starts_at)


def _remind(session: Session, person: User, now: datetime) -> None:
    send(notices.reminder(reader(person), session, now, leaving.address(person.public_id)))


def due(webinar: Webinar, now: datetime) -> int | None:
    """Return which reminder of a session is due now, in minutes before its start; the nearest where several are."""
    found = [
        minutes
        for minutes in webinar.reminders
        if timedelta() <= now - (webinar.starts_at - timedelta(minutes=minutes)) < _delay(minutes)
    ]
    return min(found, default=None)


def kind_of(webinar: Webinar, minutes: int) -> str:
    """Return the word for a reminder among the mails of a session: of each start time there is one of its own."""
    return f"reminder-{minutes}-{int(webinar.starts_at.timestamp())}"


def _delay(minutes: int) -> timedelta:
    """Return how late a reminder may leave: a quarter of its time, a day at most."""
    return timedelta(minutes=max(SHORTEST_DELAY, min(minutes // 4, LONGEST_DELAY)))


def _near(now: datetime) -> Sequence[Webinar]:
    return db.session.scalars(
        select(Webinar)
        .where(
            Webinar.state.in_(people.HELD),
            Webinar.is_template.is_(False),
            Webinar.starts_at > now - timedelta(minutes=SHORTEST_DELAY),
            Webinar.starts_at < now + _LONGEST_BEFORE,
            func.jsonb_array_length(Webinar.reminders) > 0,
        )
        .order_by(Webinar.starts_at, Webinar.id)
    ).all()
