"""Mails of sessions: what follows from what happens to a session or to somebody's place in it.

What is to be mailed is found out when the mail is written, by comparing what each person's calendar was last sent
(``mailed_sequence``) with the session as it is. So a job may run twice, late, or after a crash: it goes on where the
last committed batch ended, nobody is mailed twice, and of several changes everybody hears of the last one only.
Listeners are wired in ``app/wiring.py``.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import User
from app.core import clock, log
from app.core.addresses import address_for
from app.core.database import db
from app.core.jobs import defer, job
from app.core.mail import send
from app.webinars import mailing_notices as notices
from app.webinars import mailing_people as people
from app.webinars.actions.invitations import digest
from app.webinars.events import (
    RegistrationChanged,
    RunnersChanged,
    SessionCancelled,
    SessionChanged,
    SessionPublished,
)
from app.webinars.mailing_notices import Session, reader
from app.webinars.models.planning import RegistrationState, State, Webinar, WebinarRegistration, WebinarRunner

BATCH = 50
"""People mailed in one transaction: their registrations are held meanwhile."""
INVITED, WAITING = "invited", "waiting"


# ------------------------------------------------------------------------------------------------ listeners


def announce(event: SessionPublished) -> None:
    """Put a session into the calendars of those named in it, and invite who was invited while it was a draft."""
    defer(mail_calendars, webinar_id=event.webinar_id)
    defer(mail_invitations, webinar_id=event.webinar_id, until=clock.now().isoformat())


def follow(event: SessionChanged | SessionCancelled) -> None:
    """Let everybody's calendar follow a change that concerns calendars."""
    if isinstance(event, SessionCancelled) or event.moved:
        defer(mail_calendars, webinar_id=event.webinar_id)


def follow_runners(event: RunnersChanged) -> None:
    """Let the calendars of those named in a session follow who that is."""
    if people.session_of(event.webinar_id) is None:
        return
    if event.left_id is None:
        defer(mail_calendars, webinar_id=event.webinar_id)
    elif event.mailed >= 0:
        defer(mail_former, webinar_id=event.webinar_id, user_id=event.left_id, number=event.mailed + 1)


def follow_standing(event: RegistrationChanged) -> None:
    """Tell somebody how they stand before a session now; a link's token is told here once, so its mail is made here."""
    session = people.session_of(event.webinar_id)
    if session is None:
        return
    if event.user_id is None:
        if event.token:
            _invite_address(
                session, db.session.get_one(WebinarRegistration, event.registration_id), event.token
            )
    elif event.state == RegistrationState.INVITED:
        defer(mail_invitations, webinar_id=event.webinar_id, only=event.user_id)
    elif event.state == RegistrationState.WAITING:
        for person in people.claim(session.webinar, [event.user_id], WAITING, 1):
            send(notices.waits(reader(person), session))
    else:
        if event.state == RegistrationState.CANCELLED:
            people.forget(event.webinar_id, event.user_id, INVITED, WAITING)
        defer(mail_calendars, webinar_id=event.webinar_id)


# ------------------------------------------------------------------------------------------------ calendars


@job("webinars.mail_calendars")
def mail_calendars(webinar_id: int, after: int = 0) -> None:
    """Bring everybody's calendar up to date by mail, a batch at a time; a job of its own goes on behind it."""
    people.take_turns(webinar_id)
    session = people.session_of(webinar_id)
    if session is None or session.webinar.state == State.ENDED:
        return
    waited = people.who_got(session.webinar, WAITING)
    rows, last = people.behind(session.webinar, after, BATCH)
    for row, person in rows:
        carefully(_update, session, row, person, waited=person.id in waited)
    if not after:
        for runner, person, changes in people.runners_behind(session.webinar):
            if runner.mailed_sequence < 0 and changes:
                runner.calendar_changes = changes + 1
            carefully(_update_runner, session, runner, person)
    if last:
        defer(mail_calendars, webinar_id=webinar_id, after=last)


@job("webinars.mail_former")
def mail_former(webinar_id: int, user_id: int, number: int) -> None:
    """Take a session out of the calendar of somebody who is not named in it any more, unless they have a place."""
    session, person = people.session_of(webinar_id), db.session.get(User, user_id)
    if session is None or person is None or session.webinar.settled or not person.is_approved:
        return
    if person.id in set(db.session.scalars(people.with_place(session.webinar, clock.now()))):
        return
    send(notices.withdrawn(reader(person), session, number))
    before = people.registration(session.webinar, user_id)
    if before is not None:  # the place they had before they were named is out of the calendar with it
        before.mailed_sequence, before.calendar_changes = -1, number


def _update(session: Session, row: WebinarRegistration, person: User, *, waited: bool) -> None:
    """Mail one person how they stand, and note which version their calendar has now."""
    webinar, to = session.webinar, reader(person)
    had = row.mailed_sequence >= 0
    if row.state == RegistrationState.CANCELLED:
        row.calendar_changes += 1
        send(notices.withdrawn(to, session, row.mailed_sequence + row.calendar_changes))
        row.mailed_sequence = -1
        return
    if webinar.state == State.CANCELLED:
        send(notices.cancelled(to, session, _number(webinar, row) if had else None))
    elif had:
        send(notices.changed(to, session, _number(webinar, row)))
    else:
        row.calendar_changes += 1 if row.calendar_changes else 0
        send(notices.confirmed(to, session, _number(webinar, row), waited=waited))
    row.mailed_sequence = webinar.sequence


def _update_runner(session: Session, row: WebinarRunner, person: User) -> None:
    webinar, to = session.webinar, reader(person)
    had = row.mailed_sequence >= 0
    if webinar.state == State.CANCELLED:
        send(notices.cancelled(to, session, _number(webinar, row) if had else None))
    else:
        said = notices.changed if had else notices.named
        send(said(to, session, _number(webinar, row)))
    row.mailed_sequence = webinar.sequence


def _number(webinar: Webinar, row: people.Row) -> int:
    """Return the SEQUENCE that a person's calendar is sent now: it rises with the session's changes and their own."""
    return webinar.sequence + row.calendar_changes


# ------------------------------------------------------------------------------------------------ invitations


@job("webinars.mail_invitations")
def mail_invitations(webinar_id: int, only: int = 0, until: str = "", after: int = 0) -> None:
    """Invite by mail one account (``only``), or who was invited in a draft, published at ``until``: a batch at a time.

    The links of addresses that were invited then were never told, so each gets a new one here.
    """
    session = people.session_of(webinar_id)
    if session is None or session.webinar.settled:
        return
    found = people.claim(session.webinar, people.invited(session.webinar, only), INVITED, BATCH)
    inviters = _inviters(session.webinar)
    for person in found:
        carefully(_invite, session, person, inviters.get(person.id, ""))
    drafted = _drafted(session.webinar, datetime.fromisoformat(until), after) if until else []
    for row in drafted:
        token = secrets.token_urlsafe(32)
        row.digest, row.changed_at = digest(token), clock.now()
        _invite_address(session, row, token)
    if BATCH in {len(found), len(drafted)}:
        last = drafted[-1].id if drafted else after
        defer(mail_invitations, webinar_id=webinar_id, until=until, after=last)


def _invite(session: Session, person: User, inviter: str) -> None:
    send(notices.invited(reader(person), session, inviter))


def _drafted(webinar: Webinar, until: datetime, after: int) -> list[WebinarRegistration]:
    row = WebinarRegistration
    return list(
        db.session.scalars(
            select(row)
            .where(
                row.webinar_id == webinar.id,
                row.state == RegistrationState.INVITED,
                row.user_id.is_(None),
                row.changed_at <= until,
                row.id > after,
            )
            .order_by(row.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
    )


def _invite_address(session: Session, row: WebinarRegistration, token: str) -> None:
    link = address_for("webinars.registration_invitation", token=token)
    inviter = db.session.get(User, row.invited_by) if row.invited_by else None
    send(notices.invited_by_address(row.email, session, link, inviter.name if inviter else ""))


def _inviters(webinar: Webinar) -> dict[int, str]:
    """Return the names of who invited each account."""
    rows = db.session.execute(
        select(WebinarRegistration.user_id, User)
        .join(User, User.id == WebinarRegistration.invited_by)
        .where(
            WebinarRegistration.webinar_id == webinar.id,
            WebinarRegistration.state == RegistrationState.INVITED,
            WebinarRegistration.user_id.is_not(None),
        )
    )
    return {user_id: inviter.name for user_id, inviter in rows if user_id is not None}


def carefully(work: Callable[..., None], *given: object, **named: object) -> None:
    """Mail one person; a mistake with one is logged and does not keep the others from theirs."""
    try:
        with db.session.begin_nested():
            work(*given, **named)
    except Exception:
        log.failure("mail of a session failed")
