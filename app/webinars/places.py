"""A place: one person before one session, with all that decides what they may do there. Found in one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import joinedload

from app.core.access import Actor
from app.core.database import db
from app.webinars.models.planning import (
    RegistrationState,
    RunnerRole,
    Webinar,
    WebinarRegistration,
    WebinarRunner,
)
from app.webinars.models.room import WebinarParticipant, WebinarRoom
from app.webinars.policy import RUNS, may_manage, visible_to


@dataclass(frozen=True, slots=True)
class Place:
    """An actor before a session: how they are named in its planning, registered for it, and known in its room."""

    actor: Actor
    webinar: Webinar
    runner: WebinarRunner | None = None
    registration: WebinarRegistration | None = None
    room: WebinarRoom | None = None
    participant: WebinarParticipant | None = None

    @property
    def plans(self) -> bool:
        """Whether the actor plans this session: who made it, its hosts, and who looks after all."""
        planned_role = self.runner is not None and self.runner.role in RUNS
        own = self.webinar.created_by is not None and self.webinar.created_by == self.actor.user_id
        return own or planned_role or may_manage(self.actor)

    @property
    def registered(self) -> bool:
        """Whether the actor is registered and has a place."""
        return self.registration is not None and self.registration.state == RegistrationState.REGISTERED

    @property
    def waits(self) -> bool:
        """Whether the actor is on the waiting list."""
        return self.registration is not None and self.registration.state == RegistrationState.WAITING

    @property
    def invited(self) -> bool:
        """Whether the actor was invited by name and has not answered."""
        return self.registration is not None and self.registration.state == RegistrationState.INVITED

    @property
    def role(self) -> RunnerRole:
        """The actor's role in the room: what they were made there, else what was planned."""
        if self.participant is not None:
            return RunnerRole(self.participant.role)
        if self.runner is not None:
            return RunnerRole(self.runner.role)
        own = self.webinar.created_by is not None and self.webinar.created_by == self.actor.user_id
        return RunnerRole.HOST if own else RunnerRole.PARTICIPANT

    @property
    def hosts(self) -> bool:
        """Whether the actor runs the room now."""
        return self.inside and self.role in RUNS

    @property
    def barred(self) -> bool:
        """Whether the actor was removed from the room and has not been let in again."""
        return self.participant is not None and (
            self.participant.banned_at is not None or self.participant.removed_at is not None
        )

    @property
    def inside(self) -> bool:
        """Whether the actor is in the running room: entered, admitted, not removed."""
        return (
            self.webinar.running
            and self.participant is not None
            and self.participant.admitted_at is not None
            and not self.barred
        )

    @property
    def me(self) -> WebinarParticipant:
        """The actor as the room knows them; LookupError before the first entry."""
        if self.participant is None:
            raise LookupError("not in the room")
        return self.participant


def places(
    actor: Actor,
    *conditions: ColumnElement[bool],
    latest: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[Place]:
    """Return the actor's places before the sessions that ``conditions`` pick among those they may see, with their
    series. By their beginning, ``latest`` first where wanted; one query.
    """
    who = actor.user_id or 0
    order = (Webinar.starts_at.desc(), Webinar.id.desc()) if latest else (Webinar.starts_at, Webinar.id)
    rows = db.session.execute(
        select(Webinar, WebinarRunner, WebinarRegistration, WebinarRoom, WebinarParticipant)
        .options(joinedload(Webinar.series))
        .outerjoin(WebinarRunner, and_(WebinarRunner.webinar_id == Webinar.id, WebinarRunner.user_id == who))
        .outerjoin(
            WebinarRegistration,
            and_(WebinarRegistration.webinar_id == Webinar.id, WebinarRegistration.user_id == who),
        )
        .outerjoin(WebinarRoom, WebinarRoom.webinar_id == Webinar.id)
        .outerjoin(
            WebinarParticipant,
            and_(WebinarParticipant.webinar_id == Webinar.id, WebinarParticipant.user_id == who),
        )
        .where(visible_to(actor), *conditions)
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    )
    return [Place(actor, *row) for row in rows]


def place(actor: Actor, webinar_id: str) -> Place | None:
    """Return the actor's place before a session by its public id; None when there is none that they may see."""
    return next(iter(places(actor, Webinar.public_id == webinar_id)), None)
