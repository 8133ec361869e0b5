"""Who may see, plan and run sessions."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select

from app.core.access import Actor
from app.core.permissions import Permission
from app.webinars.models.planning import (
    Audience,
    RegistrationState,
    RunnerRole,
    State,
    Webinar,
    WebinarRegistration,
    WebinarRunner,
    WebinarSeries,
)

RUNS = frozenset({RunnerRole.HOST, RunnerRole.COHOST})
"""Roles that run a room: they moderate, admit, give the floor."""
STAGE = RUNS | {RunnerRole.SPEAKER}
"""Roles that may be on the stage without asking."""


def may_plan(actor: Actor) -> bool:
    """Whether the actor may plan sessions of their own."""
    return actor.approved and actor.has(Permission.WEBINARS_TRAIN)


def may_manage(actor: Actor) -> bool:
    """Whether the actor looks after everybody's sessions."""
    return actor.approved and actor.may(Permission.WEBINARS_MANAGE)


def _mine(actor: Actor) -> ColumnElement[bool]:
    run = select(WebinarRunner.webinar_id).where(WebinarRunner.user_id == (actor.user_id or 0))
    return or_(Webinar.created_by == (actor.user_id or 0), Webinar.id.in_(run))


def _in_audience(actor: Actor) -> ColumnElement[bool]:
    """Sessions the actor is invited to by who they are, or by name. A group's session is for its members only."""
    invited = Webinar.id.in_(
        select(WebinarRegistration.webinar_id).where(
            WebinarRegistration.user_id == (actor.user_id or 0),
            WebinarRegistration.state != RegistrationState.CANCELLED,
        )
    )
    return or_(
        and_(Webinar.audience == Audience.VETTED, Webinar.listed),
        and_(Webinar.audience == Audience.GROUP, Webinar.group_id.in_(actor.groups)),
        and_(Webinar.audience == Audience.COUNTRY, Webinar.countries.contains([actor.country])),
        and_(Webinar.audience != Audience.GROUP, invited),
    )


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Sessions that exist for the actor: for them, or run, planned or looked after by them. Drafts for the latter."""
    if not actor.approved:
        return Webinar.id.is_(None)
    if may_manage(actor):
        # who looks after all sessions still does not see those of groups they are not in (a room's, say)
        return or_(Webinar.audience != Audience.GROUP, Webinar.group_id.in_(actor.groups), _mine(actor))
    shown = and_(Webinar.state != State.DRAFT, Webinar.is_template.is_(False), _in_audience(actor))
    if not may_plan(actor):
        return or_(shown, _mine(actor))
    shared = and_(Webinar.is_template, Webinar.listed, Webinar.audience != Audience.GROUP)
    return or_(shown, shared, _mine(actor))


def series_visible_to(actor: Actor) -> ColumnElement[bool]:
    """Series that exist for the actor: their own, those with a session for them, for who looks after all empty ones."""
    if not actor.approved:
        return WebinarSeries.id.is_(None)
    mine = WebinarSeries.created_by == (actor.user_id or 0)
    of_session = select(Webinar.series_id).where(
        Webinar.is_template.is_(False), Webinar.series_id.is_not(None)
    )
    found = or_(mine, WebinarSeries.id.in_(of_session.where(visible_to(actor))))
    if not may_manage(actor):
        return found
    return or_(found, WebinarSeries.id.not_in(of_session))
