"""Every permission there is, by name. Which role holds which stands in ``app/accounts/policy.py``."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """What a person may be allowed to do. A grant gives permissions for a scope; ``*`` is everywhere."""

    LEARN = "learn"
    PEOPLE_READ = "people.read"
    PEOPLE_VET = "people.vet"
    PEOPLE_NOMINATE = "people.nominate"
    ROLES_GRANT = "roles.grant"
    SESSIONS_REVOKE = "sessions.revoke"
    GROUPS_MANAGE = "groups.manage"
    AUDIT_READ = "audit.read"
    ACCESS_TABLE_READ = "access.read"
    COURSES_TEACH = "courses.teach"
    COURSES_MANAGE = "courses.manage"
    REPORTS_READ = "reports.read"
    REPORTS_EXPORT = "reports.export"
    REPORTS_PUBLISH = "reports.publish"
    REGISTER_CORRECT = "register.correct"
    COUNTRY_SETS_MANAGE = "country_sets.manage"
    CERTIFICATES_REVOKE = "certificates.revoke"
    ROOMS_EXPERT = "rooms.expert"
    ROOMS_MANAGE = "rooms.manage"
    ROOMS_OVERSEE = "rooms.oversee"
    WEBINARS_TRAIN = "webinars.train"
    WEBINARS_MANAGE = "webinars.manage"
    SYSTEM_READ = "system.read"
