"""Copies: another session like this one, a template, a session from a template. Nobody's registration is copied."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.audiences import audiences
from app.accounts.models import User
from app.audit.verbs import Verb
from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.refusal import require
from app.webinars.actions.planning import COLUMNS, keep
from app.webinars.actions.polls import copy_polls
from app.webinars.models.planning import (
    Audience,
    RunnerRole,
    Webinar,
    WebinarMaterial,
    WebinarRunner,
    WebinarSeries,
)
from app.webinars.places import Place
from app.webinars.policy import may_plan

WEEK = timedelta(days=7)
_COPIED = (*COLUMNS, "agenda", "questions")
_OWN = ("id", "public_id", "webinar_id", "mailed_sequence", "calendar_changes")


def duplicate(place: Place) -> Webinar:
    """Make a draft like this session or template, a week later or the first week that is still to come."""
    require(may_plan(place.actor), _("You may not plan sessions."))
    source = place.webinar
    webinar = _copy(place.actor, source, starts_at=_later(source.starts_at))
    _copy_people(place.actor, source, webinar)
    _copy_materials(source, webinar)
    copy_polls(source, webinar)
    keep(place.actor, Verb.WEBINAR_PLANNED, webinar, like=source.public_id)
    return webinar


def save_as_template(place: Place, title: str, *, listed: bool = False) -> Webinar:
    """Keep a session as a template under a title; a listed one is there for all who plan."""
    require(place.plans and may_plan(place.actor), _("You may not change this session."))
    template = _copy(
        place.actor,
        place.webinar,
        starts_at=place.webinar.starts_at,
        title=title,
        is_template=True,
        listed=listed,
    )
    _copy_people(place.actor, place.webinar, template)
    _copy_materials(place.webinar, template)
    copy_polls(place.webinar, template)
    keep(place.actor, Verb.WEBINAR_PLANNED, template, like=place.webinar.public_id, template=True)
    return template


def _later(starts_at: datetime) -> datetime:
    weeks = max(1, (clock.now() - starts_at) // WEEK + 1)
    return starts_at + weeks * WEEK


def _copy(actor: Actor, source: Webinar, *, starts_at: datetime, **other: Any) -> Webinar:
    values = {name: getattr(source, name) for name in _COPIED}
    values |= {"starts_at": starts_at, "ends_at": starts_at + (source.ends_at - source.starts_at)}
    values |= {"listed": True} if source.is_template else {}
    values |= _audience_for(actor, source) | _series_for(source) | other
    webinar = Webinar(created_by=actor.user_id, created_at=clock.now(), changed_at=clock.now(), **values)
    db.session.add(webinar)
    db.session.flush()
    return webinar


def _audience_for(actor: Actor, source: Webinar) -> dict[str, Any]:
    """A group that the actor may not choose is not taken over."""
    if source.group_id is None or any(
        one.group_id == source.group_id and not one.refused for one in audiences(actor)
    ):
        return {}
    return {"audience": Audience.INVITATION, "group_id": None}


def _series_for(source: Webinar) -> dict[str, Any]:
    series = db.session.get(WebinarSeries, source.series_id) if source.series_id else None
    return {"series_id": None} if series is None or series.closed_at is not None else {}


def _copy_people(actor: Actor, source: Webinar, webinar: Webinar) -> None:
    """Everybody who is named, as they are; the actor is a host in any case."""
    rows = db.session.scalars(select(WebinarRunner).where(WebinarRunner.webinar_id == source.id)).all()
    for row in rows:
        values = _values(row)
        if row.user_id is not None and row.user_id == actor.user_id:
            values["role"] = RunnerRole.HOST
        db.session.add(WebinarRunner(webinar_id=webinar.id, **values))
    if all(row.user_id != actor.user_id for row in rows):
        host = db.session.get_one(User, actor.user_id)
        db.session.add(
            WebinarRunner(webinar_id=webinar.id, user_id=host.id, name=host.name, role=RunnerRole.HOST)
        )
    db.session.flush()


def _copy_materials(source: Webinar, webinar: Webinar) -> None:
    for row in db.session.scalars(select(WebinarMaterial).where(WebinarMaterial.webinar_id == source.id)):
        db.session.add(WebinarMaterial(webinar_id=webinar.id, **_values(row)))
    db.session.flush()


def _values(row: WebinarRunner | WebinarMaterial) -> dict[str, Any]:
    names = [column.name for column in row.__table__.columns]
    return {name: getattr(row, name) for name in names if name not in _OWN}
