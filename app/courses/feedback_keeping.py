"""What feedback asks of courses: which of them somebody looks after."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, select, true

from app.core.access import EVERYWHERE, Actor
from app.core.permissions import Permission
from app.courses.models import Course
from app.feedback import keepers


def run_by(actor: Actor) -> Select[UUID]:
    """Select the activities of the courses that the actor teaches: they see what was said."""
    return select(Course.activity_key).where(_held(actor, Permission.COURSES_TEACH))


def planned_by(actor: Actor) -> Select[UUID]:
    """Select the activities of the courses that the actor manages: they say what is asked."""
    return select(Course.activity_key).where(_held(actor, Permission.COURSES_MANAGE))


def _held(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    scopes = actor.scopes(permission) if actor.approved else frozenset()
    if EVERYWHERE in scopes:
        return true()
    slugs = [one.removeprefix("course:") for one in scopes if one.startswith("course:")]
    return Course.slug.in_(slugs) if slugs else false()


KEEPER = keepers.Keeper("/courses/", run_by, planned_by)
