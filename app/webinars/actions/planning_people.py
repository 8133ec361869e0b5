"""Who runs a session and speaks at it: people with an account, and guests who are shown by name only."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.accounts.locking import lock
from app.accounts.models import User
from app.audit import actions as audit
from app.audit.verbs import Verb
from app.core import events, scopes
from app.core.database import db
from app.core.refusal import require
from app.webinars import planning_search
from app.webinars.actions.registration import fill
from app.webinars.events import RunnersChanged
from app.webinars.models.planning import (
    RegistrationState,
    RunnerRole,
    WebinarRegistration,
    WebinarRunner,
)
from app.webinars.places import Place

MOST = 60


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody is in a session. ``name`` is how the page calls them; an account's own when left empty."""

    role: str = RunnerRole.SPEAKER
    name: str = ""
    biography: str = ""
    shown: bool = True


def add(place: Place, part: Part, person: User | None = None) -> WebinarRunner:
    """Name somebody: an approved person, or a guest (``person`` None), who is shown and has no place in the room.

    Somebody who was registered gives their place free. Refused to who does not plan the session, for a second time.
    """
    _check(place, part)
    webinar = place.webinar
    require(person is None or person.is_approved, _("Nobody with this address has an approved account."))
    require(person is not None or bool(part.name), _("Say what the guest is called."))
    require(
        person is not None or part.role == RunnerRole.SPEAKER,
        _("A guest without an account can only be a speaker."),
    )
    count = select(func.count()).where(WebinarRunner.webinar_id == webinar.id)
    require(int(db.session.scalar(count) or 0) < MOST, _("A session names at most 60 people."))
    if person is not None:
        require(_of(place, person.id) is None, _("This person is named in the session already."))
        _give_up_place(place, person.id)
    last = select(func.max(WebinarRunner.position)).where(WebinarRunner.webinar_id == webinar.id)
    row = WebinarRunner(
        webinar_id=webinar.id,
        user_id=person.id if person else None,
        name=part.name or (person.name if person else ""),
        role=RunnerRole(part.role),
        biography=part.biography,
        shown=part.shown,
        position=int(db.session.scalar(last) or 0) + 1,
    )
    db.session.add(row)
    _kept(place, Verb.WEBINAR_RUNNER_ADDED, row)
    return row


def change(place: Place, row: WebinarRunner, part: Part) -> None:
    """Change what somebody is in the session. Refused when nobody would be its host any more."""
    _check(place, part)
    lock(row)
    require(
        part.role == RunnerRole.HOST or not _only_host(row),
        _("A session has a host: name another one first."),
    )
    require(
        row.user_id is not None or part.role == RunnerRole.SPEAKER,
        _("A guest without an account can only be a speaker."),
    )
    row.role, row.biography, row.shown = RunnerRole(part.role), part.biography, part.shown
    row.name = part.name or row.name
    _kept(place, Verb.WEBINAR_RUNNER_CHANGED, row)


def remove(place: Place, row: WebinarRunner) -> None:
    """Name somebody no more. Refused when nobody would be the host any more."""
    _check(place, Part())
    lock(row)
    require(not _only_host(row), _("A session has a host: name another one first."))
    audit.record(
        place.actor, Verb.WEBINAR_RUNNER_REMOVED, "webinar_runner", row.public_id, detail=_of_session(place)
    )
    db.session.delete(row)
    db.session.flush()
    scopes.forget()
    planning_search.refresh(place.webinar)
    sent = row.mailed_sequence + row.calendar_changes if row.mailed_sequence >= 0 else -1
    events.publish(RunnersChanged(place.webinar.id, row.user_id, sent))


def move_up(place: Place, row: WebinarRunner) -> None:
    """Let somebody stand one place further up."""
    _check(place, Part())
    rows = list(
        db.session.scalars(
            select(WebinarRunner)
            .where(WebinarRunner.webinar_id == place.webinar.id)
            .order_by(WebinarRunner.position, WebinarRunner.id)
        )
    )
    at = rows.index(row)
    if at > 0:
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    for position, one in enumerate(rows):
        one.position = position
    _kept(place, Verb.WEBINAR_RUNNER_CHANGED, row)


def _check(place: Place, part: Part) -> None:
    require(place.plans, _("You may not change this session."))
    lock(place.webinar)
    require(not place.webinar.settled, _("This session is over: it cannot be changed any more."))
    require(part.role in set(RunnerRole) - {RunnerRole.PARTICIPANT}, _("Choose a role."))


def _of(place: Place, user_id: int) -> WebinarRunner | None:
    return db.session.scalars(
        select(WebinarRunner).where(
            WebinarRunner.webinar_id == place.webinar.id, WebinarRunner.user_id == user_id
        )
    ).one_or_none()


def _only_host(row: WebinarRunner) -> bool:
    if row.role != RunnerRole.HOST:
        return False
    others = select(func.count()).where(
        WebinarRunner.webinar_id == row.webinar_id,
        WebinarRunner.role == RunnerRole.HOST,
        WebinarRunner.id != row.id,
    )
    return not db.session.scalar(others)


def _give_up_place(place: Place, user_id: int) -> None:
    found = db.session.scalars(
        select(WebinarRegistration).where(
            WebinarRegistration.webinar_id == place.webinar.id, WebinarRegistration.user_id == user_id
        )
    ).one_or_none()
    if found is not None and found.state != RegistrationState.CANCELLED:
        had_place = found.state == RegistrationState.REGISTERED
        found.state, found.number = RegistrationState.CANCELLED, None
        db.session.flush()
        if had_place:
            fill(place.webinar)


def _kept(place: Place, verb: Verb, row: WebinarRunner) -> None:
    db.session.flush()
    scopes.forget()
    planning_search.refresh(place.webinar)
    detail = _of_session(place) | {"role": str(row.role)}
    audit.record(place.actor, verb, "webinar_runner", row.public_id, detail=detail)
    events.publish(RunnersChanged(place.webinar.id))


def _of_session(place: Place) -> dict[str, str]:
    return {"webinar": place.webinar.public_id}
