"""Inviting people: by their account, or by an address without one, to which a link goes that works once."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.locking import lock
from app.accounts.models import User
from app.accounts.queries import by_email
from app.audit import actions as audit
from app.audit.verbs import Verb
from app.core import clock, events, scopes
from app.core.access import Actor
from app.core.database import db
from app.core.refusal import require
from app.webinars import planning_notices as notices
from app.webinars.events import RegistrationChanged
from app.webinars.models.planning import (
    Audience,
    RegistrationState,
    State,
    Webinar,
    WebinarRegistration,
    WebinarRunner,
)
from app.webinars.places import Place


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation as its link finds it: the row and its session."""

    row: WebinarRegistration
    webinar: Webinar


def invite(place: Place, email: str) -> WebinarRegistration:
    """Invite an address (normalised): its account where there is an approved one, else by a link that works once.

    A second invitation of an address replaces the first one's link. Refused to who does not plan the session, for a
    group's session, once it is over, and for who is in already.
    """
    webinar = place.webinar
    require(place.plans, _("You may not change this session."))
    lock(webinar)
    require(not webinar.settled and not webinar.is_template, _("This session is over."))
    require(
        webinar.audience != Audience.GROUP,
        _("This session is for the members of a group: add people to the group."),
    )
    known = by_email(email)
    if known is not None and known.is_approved:
        return _invite_account(place, known)
    return _invite_address(place, email)


def accept(actor: Actor, invitation: Invitation) -> WebinarRegistration:
    """Make an invitation to an address the actor's own; its link works no more. Refused when it cannot be used."""
    row, webinar = invitation.row, invitation.webinar
    lock(webinar)
    lock(row)
    require(
        open_to(actor, invitation), _("This invitation was used already, was taken back, or has expired.")
    )
    own = _row_of(webinar, actor.user_id or 0)
    if own is not None:
        db.session.delete(row)
        db.session.flush()
        if own.state == RegistrationState.CANCELLED:
            own.state, own.changed_at = RegistrationState.INVITED, clock.now()
        row = own
    else:
        row.user_id, row.email, row.digest, row.changed_at = actor.user_id, "", None, clock.now()
    db.session.flush()
    scopes.forget()
    return row


def open_to(actor: Actor, invitation: Invitation) -> bool:
    """Whether an invitation's link may still be used by the actor."""
    row, webinar = invitation.row, invitation.webinar
    return (
        actor.approved
        and row.user_id is None
        and row.digest is not None
        and row.state == RegistrationState.INVITED
        and webinar.state != State.DRAFT
        and not webinar.settled
    )


def invitation_by(token: str) -> Invitation | None:
    """Return the invitation that a link's token is for."""
    found = db.session.execute(
        select(WebinarRegistration, Webinar)
        .join(Webinar, Webinar.id == WebinarRegistration.webinar_id)
        .where(WebinarRegistration.digest == digest(token))
    ).one_or_none()
    return Invitation(*found) if found else None


def digest(token: str) -> bytes:
    """Return what is kept of a link's token."""
    return hashlib.sha256(token.encode()).digest()


def _invite_account(place: Place, person: User) -> WebinarRegistration:
    webinar = place.webinar
    named = select(WebinarRunner.id).where(
        WebinarRunner.webinar_id == webinar.id, WebinarRunner.user_id == person.id
    )
    require(db.session.scalar(named) is None, _("This person is named in the session already."))
    row = _row_of(webinar, person.id)
    before = row.state if row else ""
    require(before in {"", RegistrationState.CANCELLED}, _("This person is invited or registered already."))
    row = row or WebinarRegistration(webinar_id=webinar.id, user_id=person.id, created_at=clock.now())
    _keep(place, row, str(before), "")
    if webinar.state != State.DRAFT:
        notices.told_of_invitation(webinar, row)
    return row


def _invite_address(place: Place, email: str) -> WebinarRegistration:
    webinar = place.webinar
    row = db.session.scalars(
        select(WebinarRegistration).where(
            WebinarRegistration.webinar_id == webinar.id, WebinarRegistration.email == email
        )
    ).one_or_none()
    before = row.state if row else ""
    row = row or WebinarRegistration(webinar_id=webinar.id, email=email, created_at=clock.now())
    token = secrets.token_urlsafe(32)
    row.digest = digest(token)
    _keep(place, row, str(before), token)
    return row


def _keep(place: Place, row: WebinarRegistration, before: str, token: str) -> None:
    row.state, row.number, row.invited_by = RegistrationState.INVITED, None, place.actor.user_id
    row.changed_at = clock.now()
    db.session.add(row)
    db.session.flush()
    audit.record(place.actor, Verb.WEBINAR_INVITED, "webinar_registration", row.public_id)
    events.publish(
        RegistrationChanged(
            row.webinar_id, row.id, row.user_id, str(row.state), before=before, token=token, by_person=False
        )
    )


def _row_of(webinar: Webinar, user_id: int) -> WebinarRegistration | None:
    return db.session.scalars(
        select(WebinarRegistration).where(
            WebinarRegistration.webinar_id == webinar.id, WebinarRegistration.user_id == user_id
        )
    ).one_or_none()
