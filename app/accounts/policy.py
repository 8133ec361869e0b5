"""Who may do what: the permissions of each role, and the pure questions about people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.accounts.models import Role, Standing, User
from app.core.access import EVERYWHERE, Actor
from app.core.permissions import Permission as P

PERMISSIONS: Mapping[Role, frozenset[P]] = {
    Role.PRACTITIONER: frozenset({P.LEARN}),
    Role.TRAINER: frozenset({P.LEARN, P.COURSES_TEACH, P.WEBINARS_TRAIN, P.REPORTS_READ, P.REPORTS_EXPORT}),
    Role.EXPERT: frozenset({P.LEARN, P.ROOMS_EXPERT}),
    Role.ROOM_MANAGER: frozenset({P.LEARN, P.ROOMS_MANAGE, P.WEBINARS_TRAIN}),
    Role.FOCAL_POINT: frozenset({P.LEARN, P.PEOPLE_NOMINATE, P.REPORTS_READ, P.REPORTS_EXPORT}),
    Role.REPORTING_OFFICER: frozenset(
        {
            *(P.LEARN, P.REPORTS_READ, P.REPORTS_EXPORT, P.REPORTS_PUBLISH),
            *(P.REGISTER_CORRECT, P.COUNTRY_SETS_MANAGE),
        }
    ),
    Role.ADMINISTRATOR: frozenset(P),
}
"""Scoped roles (trainer of a course, focal point of a country) hold these for their scope only; LEARN is unscoped."""

NEED_SECOND_FACTOR = frozenset({Role.ADMINISTRATOR})
_UNSCOPED = frozenset({P.LEARN})


def permissions_of(grants: Iterable[tuple[str, str]]) -> dict[P, frozenset[str]]:
    """Return permission → scopes for pairs (role, scope)."""
    held: dict[P, set[str]] = {}
    for role, scope in grants:
        for permission in PERMISSIONS[Role(role)]:
            held.setdefault(permission, set()).add(EVERYWHERE if permission in _UNSCOPED else scope)
    return {permission: frozenset(scopes) for permission, scopes in held.items()}


def lacks_second_factor(actor: Actor) -> bool:
    """Whether a role of the actor asks for a second factor that is not set up."""
    return not actor.second_factor and needs_second_factor(actor)


def needs_second_factor(actor: Actor) -> bool:
    """Whether a role of the actor asks for a second factor."""
    return bool(actor.roles & {role.value for role in NEED_SECOND_FACTOR})


def may_grant(actor: Actor, role: Role, scope: str) -> bool:
    """Nobody grants what they do not hold: every permission of the role, for its scope."""
    return actor.may(P.ROLES_GRANT) and all(
        actor.may(permission, EVERYWHERE if permission in _UNSCOPED else scope)
        for permission in PERMISSIONS[role]
    )


def may_decide_on(actor: Actor, person: User) -> bool:
    """Whether the actor may approve or decline a person: never oneself, only who confirmed an address."""
    return (
        actor.may(P.PEOPLE_VET)
        and actor.user_id != person.id
        and person.standing in {Standing.PENDING, Standing.DECLINED}
    )


def may_suspend(actor: Actor, person: User) -> bool:
    """Whether the actor may suspend or reinstate a person: never oneself."""
    return actor.may(P.PEOPLE_VET) and actor.user_id != person.id


def may_end_sessions_of(actor: Actor, user_id: int) -> bool:
    """Whether the actor may end sign-ins of an account: one's own always."""
    return actor.user_id == user_id or actor.may(P.SESSIONS_REVOKE)
