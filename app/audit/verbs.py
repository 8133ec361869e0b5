"""What can be done, by name, as the audit keeps it. Names are kept for ever: add, never rename or reuse."""

from __future__ import annotations

from enum import StrEnum


class Verb(StrEnum):
    """One thing a person, a command or a job did; grouped by feature, ``<object>.<past tense>``."""

    # signing in and the account's own security
    SIGNED_IN = "session.signed_in"
    SIGN_IN_FAILED = "session.sign_in_failed"
    SIGNED_OUT = "session.signed_out"
    SESSION_ENDED = "session.ended"
    PASSWORD_CHANGED = "password.changed"
    PASSWORD_RESET_ASKED = "password.reset_asked"
    PASSWORD_RESET = "password.reset"
    SECOND_FACTOR_SET = "second_factor.set"
    SECOND_FACTOR_REMOVED = "second_factor.removed"
    RECOVERY_CODES_MADE = "recovery_codes.made"
    RECOVERY_CODE_USED = "recovery_codes.used"
    TOKEN_CREATED = "token.created"
    TOKEN_REVOKED = "token.revoked"

    # people
    PERSON_REGISTERED = "person.registered"
    PERSON_CONFIRMED = "person.confirmed"
    PERSON_APPROVED = "person.approved"
    PERSON_DECLINED = "person.declined"
    PERSON_ASKED = "person.asked"
    PERSON_ANSWERED = "person.answered"
    PERSON_SUSPENDED = "person.suspended"
    PERSON_RESTORED = "person.restored"
    PERSON_CLOSED = "person.closed"
    PERSON_ERASED = "person.erased"
    PERSON_EXPORTED = "person.exported"
    PROFILE_CHANGED = "person.profile_changed"
    ADDRESS_CHANGED = "person.address_changed"
    COUNTRY_CHANGED = "person.country_changed"

    # roles and groups
    ROLE_GRANTED = "role.granted"
    ROLE_ENDED = "role.ended"
    GROUP_CREATED = "group.created"
    GROUP_RENAMED = "group.renamed"
    GROUP_CLOSED = "group.closed"
    GROUP_MEMBER_ADDED = "group.member_added"
    GROUP_MEMBER_REMOVED = "group.member_removed"

    # courses
    CONTENT_SYNCED = "content.synced"
    COURSE_PUBLISHED = "course.published"
    COURSE_WITHDRAWN = "course.withdrawn"
    TEST_SENT = "test.sent"

    # certificates
    CERTIFICATE_ISSUED = "certificate.issued"
    CERTIFICATE_REISSUED = "certificate.reissued"
    CERTIFICATE_REVOKED = "certificate.revoked"

    # register and reports
    REPORT_EXPORTED = "report.exported"
    REGISTER_IMPORTED = "register.imported"
    REGISTER_REBUILT = "register.rebuilt"
    LEARNERS_MERGED = "learner.merged"
    LEARNERS_SEPARATED = "learner.separated"
    LEARNER_CUT = "learner.cut"

    # running the platform
    MAIL_RETRIED = "mail.retried"
    DEMO_LOADED = "demo.loaded"
    BACKUP_MADE = "backup.made"
    BACKUP_RESTORED = "backup.restored"
    AUDIT_VERIFIED = "audit.verified"
    AUDIT_PAYLOADS_ERASED = "audit.payloads_erased"
