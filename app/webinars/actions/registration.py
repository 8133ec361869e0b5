"""Registering for a session, withdrawing, and the waiting list, which fills by itself.

Every change of places holds the session's row, so two people never get the last place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select

from app.accounts.locking import lock
from app.accounts.models import Group, GroupMembership
from app.audit import actions as audit
from app.audit.verbs import Verb
from app.core import clock, events, scopes
from app.core.access import Actor
from app.core.database import db
from app.core.refusal import require
from app.records.models import Verb as Fact
from app.webinars import planning_notices as notices
from app.webinars import register as records
from app.webinars.events import RegistrationChanged
from app.webinars.models.planning import (
    Audience,
    RegistrationState,
    State,
    Webinar,
    WebinarRegistration,
)
from app.webinars.places import Place

_OPEN = (State.PLANNED, State.OPEN, State.LIVE)


def register(place: Place, answers: Mapping[str, Any] | None = None) -> WebinarRegistration:
    """Take a place, or one on the waiting list when all are taken; registered already: as it is.

    ``answers`` are those to the session's questions by their keys. Refused before it is published, after its end, and
    to who runs it.
    """
    webinar = place.webinar
    require(place.actor.user_id is not None, _("Sign in first."))
    require(place.runner is None, _("You are named in this session: you need no place."))
    lock(webinar)
    require(webinar.state in _OPEN and webinar.ends_at > clock.now(), _("Registration is closed."))
    row = _row(place)
    before = row.state if row.id else ""
    if before in {RegistrationState.REGISTERED, RegistrationState.WAITING}:
        return row
    row.answers = dict(answers or {})
    free = free_places(webinar)
    row.state = RegistrationState.REGISTERED if free is None or free > 0 else RegistrationState.WAITING
    row.number = _next_number(webinar) if row.state == RegistrationState.WAITING else None
    row.changed_at = clock.now()
    db.session.add(row)
    db.session.flush()
    _note(place.actor, Verb.WEBINAR_REGISTERED, row, before)
    if row.state == RegistrationState.REGISTERED:
        _registered(webinar, row)
    _tell(row, before)
    return row


def withdraw(place: Place) -> None:
    """Give up one's place, or one's invitation; whoever waits longest gets it. Refused once the session is over."""
    row = place.registration
    require(
        row is not None and row.state != RegistrationState.CANCELLED, _("You are not registered for this.")
    )
    assert row is not None
    lock(place.webinar)
    require(not place.webinar.settled, _("This session is over."))
    lock(row)
    _cancel(place.actor, place.webinar, row, Verb.WEBINAR_WITHDRAWN)


def remove(place: Place, row: WebinarRegistration) -> None:
    """Take somebody's place or invitation back; whoever waits longest gets it. Refused to who does not plan it."""
    require(place.plans, _("You may not change this session."))
    lock(place.webinar)
    require(not place.webinar.settled, _("This session is over."))
    lock(row)
    verb = (
        Verb.WEBINAR_INVITATION_REVOKED
        if row.state == RegistrationState.INVITED
        else Verb.WEBINAR_REGISTRATION_REMOVED
    )
    if row.state != RegistrationState.CANCELLED:
        _cancel(place.actor, place.webinar, row, verb)


def withdraw_everywhere(user_id: int) -> None:
    """Give up every place of somebody whose account is closed, in sessions to come."""
    _withdraw(user_id)


def withdraw_from_groups(user_id: int) -> None:
    """Give up the places of somebody in sessions to come that are for groups of staff they are not in any more."""
    present = select(GroupMembership.group_id).where(
        GroupMembership.user_id == user_id, GroupMembership.left_at.is_(None)
    )
    kept_by_staff = select(Group.id).where(Group.owner == "", Group.id.not_in(present))
    _withdraw(user_id, Webinar.audience == Audience.GROUP, Webinar.group_id.in_(kept_by_staff))


def withdraw_from_group(user_id: int, group_id: int) -> None:
    """Give up the places of somebody in sessions to come that are for one group."""
    _withdraw(user_id, Webinar.audience == Audience.GROUP, Webinar.group_id == group_id)


def _withdraw(user_id: int, *conditions: ColumnElement[bool]) -> None:
    rows = db.session.scalars(
        select(WebinarRegistration)
        .join(Webinar, Webinar.id == WebinarRegistration.webinar_id)
        .where(
            WebinarRegistration.user_id == user_id,
            WebinarRegistration.state != RegistrationState.CANCELLED,
            Webinar.state.in_([State.DRAFT, *_OPEN]),
            *conditions,
        )
        .order_by(WebinarRegistration.webinar_id)
    ).all()
    for row in rows:
        webinar = db.session.get_one(Webinar, row.webinar_id)
        lock(webinar)
        _cancel(None, webinar, row, Verb.WEBINAR_WITHDRAWN)


def fill(webinar: Webinar) -> int:
    """Give free places to those who wait, in their order; returns how many got one. The session's row is held."""
    if webinar.state not in _OPEN:
        return 0
    free = free_places(webinar)
    waiting = db.session.scalars(
        select(WebinarRegistration)
        .where(
            WebinarRegistration.webinar_id == webinar.id,
            WebinarRegistration.state == RegistrationState.WAITING,
        )
        .order_by(WebinarRegistration.number)
        .limit(free)
        .with_for_update()
    ).all()
    for row in waiting:
        row.state, row.number, row.changed_at = RegistrationState.REGISTERED, None, clock.now()
        db.session.flush()
        _registered(webinar, row)
        notices.told_of_place(webinar, row)
        _tell(row, RegistrationState.WAITING, from_waiting=True, by_person=False)
    return len(waiting)


def free_places(webinar: Webinar) -> int | None:
    """Return how many places are free, never below 0; None where nobody counts them."""
    if webinar.capacity is None:
        return None
    return max(0, webinar.capacity - _count(webinar, RegistrationState.REGISTERED))


def _count(webinar: Webinar, state: RegistrationState) -> int:
    counted = select(func.count()).where(
        WebinarRegistration.webinar_id == webinar.id, WebinarRegistration.state == state
    )
    return int(db.session.scalar(counted) or 0)


def _next_number(webinar: Webinar) -> int:
    last = select(func.max(WebinarRegistration.number)).where(WebinarRegistration.webinar_id == webinar.id)
    return int(db.session.scalar(last) or 0) + 1


def _row(place: Place) -> WebinarRegistration:
    """The actor's row as it is now; it may have been made while the session's row was waited for."""
    found = db.session.scalars(
        select(WebinarRegistration)
        .where(
            WebinarRegistration.webinar_id == place.webinar.id,
            WebinarRegistration.user_id == place.actor.user_id,
        )
        .execution_options(populate_existing=True)
    ).one_or_none()
    return found or WebinarRegistration(
        webinar_id=place.webinar.id, user_id=place.actor.user_id, email="", created_at=clock.now()
    )


def _cancel(actor: Actor | None, webinar: Webinar, row: WebinarRegistration, verb: Verb) -> None:
    before = row.state
    row.state, row.number, row.digest, row.changed_at = RegistrationState.CANCELLED, None, None, clock.now()
    db.session.flush()
    scopes.forget()
    _note(actor, verb, row, before)
    if before == RegistrationState.REGISTERED and row.user_id is not None:
        records.tell(webinar, row.user_id, Fact.WITHDRAWN)
    by_person = actor is not None and actor.user_id == row.user_id
    _tell(row, before, by_person=by_person)
    if before == RegistrationState.REGISTERED:
        fill(webinar)


def _registered(webinar: Webinar, row: WebinarRegistration) -> None:
    assert row.user_id is not None
    scopes.forget()
    records.tell(webinar, row.user_id, Fact.REGISTERED)


def _note(actor: Actor | None, verb: Verb, row: WebinarRegistration, before: str) -> None:
    detail = {"state": str(row.state), "before": str(before)}
    audit.record(actor, verb, "webinar_registration", row.public_id, detail=detail)


def _tell(
    row: WebinarRegistration, before: str, *, from_waiting: bool = False, by_person: bool = True
) -> None:
    events.publish(
        RegistrationChanged(
            row.webinar_id,
            row.id,
            row.user_id,
            str(row.state),
            before=str(before),
            from_waiting=from_waiting,
            by_person=by_person,
        )
    )
