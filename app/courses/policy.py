"""Who may see, take and look after a course."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, true

from app.core.access import EVERYWHERE, Actor
from app.core.permissions import Permission
from app.courses.models import Course

_LOOK_AFTER = (Permission.COURSES_TEACH, Permission.COURSES_MANAGE)


def scope_of(slug: str) -> str:
    """Return the scope that grants for one course carry."""
    return f"course:{slug}"


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Courses the actor may see: published, not retired; open to all, to a group of theirs, or looked after by them."""
    present = Course.retired_at.is_(None) & Course.version_id.is_not(None)
    scopes = frozenset[str]().union(*(actor.scopes(permission) for permission in _LOOK_AFTER))
    if EVERYWHERE in scopes:
        return present & true()
    own = [scope.removeprefix("course:") for scope in scopes if scope.startswith("course:")]
    return present & or_(Course.group_id.is_(None), Course.group_id.in_(actor.groups), Course.slug.in_(own))


def may_learn(actor: Actor) -> bool:
    """Whether the actor may enrol in courses they see."""
    return actor.approved and actor.may(Permission.LEARN)


def may_teach(actor: Actor, slug: str) -> bool:
    """Whether the actor looks after the course: sees who takes it and how far they are."""
    return actor.approved and actor.may(Permission.COURSES_TEACH, scope_of(slug))


def may_manage(actor: Actor, slug: str) -> bool:
    """Whether the actor says whom the course is for."""
    return actor.approved and actor.may(Permission.COURSES_MANAGE, scope_of(slug))
