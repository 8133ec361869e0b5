"""The scopes of webinars: ``webinar:<id>`` is held by whom the session exists for, ``webinar:<id>:hosts`` by who plans
it, ``webinar:<id>:registered`` by who is registered for it or runs it, ``webinar_series:<id>`` by whom one of the
series' sessions exists for, and who made it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import BigInteger, CompoundSelect, Text, and_, cast, literal, null, or_, select, union_all

from app.core.access import Actor
from app.core.database import db
from app.records.keepers import Kept
from app.webinars.models.planning import (
    RegistrationState,
    Webinar,
    WebinarRegistration,
    WebinarRunner,
    WebinarSeries,
)
from app.webinars.policy import RUNS, may_manage, visible_to


def webinar_scope(webinar_id: int) -> str:
    """Return the scope of what a session's page says."""
    return f"webinar:{webinar_id}"


def registered_scope(webinar_id: int) -> str:
    """Return the scope of what those who are registered get."""
    return f"webinar:{webinar_id}:registered"


def hosts_scope(webinar_id: int) -> str:
    """Return the scope of what those who plan a session see."""
    return f"webinar:{webinar_id}:hosts"


def series_scope(series_id: int) -> str:
    """Return the scope of what a series' page says."""
    return f"webinar_series:{series_id}"


def held_by(actor: Actor) -> Iterator[str]:
    """Yield the scopes of webinars that ``actor`` holds now. One query; only what decides is read."""
    who = actor.user_id or 0
    manages = may_manage(actor)
    series: set[int] = set()
    for row in db.session.execute(_deciding(actor)):
        if row.series_id is not None:
            series.add(row.series_id)
        if row.id is None:
            continue
        plans = manages or row.role in RUNS or (who and row.created_by == who)
        yield webinar_scope(row.id)
        if plans or row.role is not None or row.state == RegistrationState.REGISTERED:
            yield registered_scope(row.id)
        if plans:
            yield hosts_scope(row.id)
    for one in series:
        yield series_scope(one)


def looked_after_by(actor: Actor) -> dict[UUID, Kept]:
    """Return the activities of the sessions that the actor runs or made. One query."""
    who = actor.user_id or 0
    run = select(WebinarRunner.webinar_id).where(WebinarRunner.user_id == who, WebinarRunner.role.in_(RUNS))
    found = select(Webinar.activity_key, Webinar.kind, Webinar.title).where(
        or_(Webinar.created_by == who, Webinar.id.in_(run)), Webinar.is_template.is_(False)
    )
    return {row.activity_key: Kept(row.kind, row.title) for row in db.session.execute(found)}


def _deciding(actor: Actor) -> CompoundSelect[int, int, int, str, str]:
    """Sessions that exist for the actor with how they stand before them, and, without one, series they made."""
    who = actor.user_id or 0
    sessions = (
        select(
            Webinar.id, Webinar.series_id, Webinar.created_by, WebinarRunner.role, WebinarRegistration.state
        )
        .outerjoin(WebinarRunner, and_(WebinarRunner.webinar_id == Webinar.id, WebinarRunner.user_id == who))
        .outerjoin(
            WebinarRegistration,
            and_(WebinarRegistration.webinar_id == Webinar.id, WebinarRegistration.user_id == who),
        )
        .where(visible_to(actor))
    )
    nothing = (cast(null(), Text), cast(null(), Text))
    own = select(cast(null(), BigInteger), WebinarSeries.id, WebinarSeries.created_by, *nothing).where(
        WebinarSeries.created_by == who, literal(actor.approved)
    )
    return union_all(sessions, own)
