"""Who sees staff pages: those who hold the permission everywhere. A scope narrows courses and reports, not these."""

from __future__ import annotations

from app.core.access import Rule
from app.core.permissions import Permission


def everywhere(*permissions: Permission) -> Rule:
    """Approved people who hold one of ``permissions`` for the whole platform."""
    name = " or ".join(permission.value for permission in permissions) + ", everywhere"
    return Rule(
        name, lambda actor: actor.approved and any(actor.may(permission) for permission in permissions)
    )


VET = everywhere(Permission.PEOPLE_VET)
READ_PEOPLE = everywhere(Permission.PEOPLE_READ)
GRANT = everywhere(Permission.ROLES_GRANT)
END_SESSIONS = everywhere(Permission.SESSIONS_REVOKE)
GROUPS = everywhere(Permission.GROUPS_MANAGE)
AUDIT = everywhere(Permission.AUDIT_READ)
ACCESS_TABLE = everywhere(Permission.ACCESS_TABLE_READ)
SYSTEM = everywhere(Permission.SYSTEM_READ)
REGISTER = everywhere(Permission.REGISTER_CORRECT)
COUNTRY_SETS = everywhere(Permission.COUNTRY_SETS_MANAGE)
STAFF = everywhere(
    Permission.PEOPLE_VET,
    Permission.PEOPLE_READ,
    Permission.GROUPS_MANAGE,
    Permission.AUDIT_READ,
    Permission.ACCESS_TABLE_READ,
    Permission.SYSTEM_READ,
)
REGISTER_ALONE = Rule(
    "register.correct, everywhere, and no other staff page",
    lambda actor: REGISTER.allows(actor) and not STAFF.allows(actor),
)
