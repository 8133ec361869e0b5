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

    # rooms
    ROOM_OPENED = "room.opened"
    ROOM_POLICY_CHANGED = "room.policy_changed"
    ROOM_CLOSED = "room.closed"
    ROOM_TERMS_SET = "room.terms_set"
    ROOM_TERMS_ACCEPTED = "room.terms_accepted"
    ROOM_INVITED = "room.invited"
    ROOM_INVITATION_REVOKED = "room.invitation_revoked"
    ROOM_REQUESTED = "room.requested"
    ROOM_REQUEST_DECIDED = "room.request_decided"
    ROOM_JOINED = "room.joined"
    ROOM_LEFT = "room.left"
    ROOM_MEMBER_CHANGED = "room.member_changed"
    ROOM_GLASS_BROKEN = "room.glass_broken"
    ROOM_REVEALED = "room.revealed"
    ROOM_REFUSED = "room.refused"

    # rooms: questions to experts
    ROOM_QUESTION_ASKED = "room_question.asked"
    ROOM_QUESTION_TAKEN = "room_question.taken"
    ROOM_QUESTION_HANDED_OVER = "room_question.handed_over"
    ROOM_QUESTION_DECLINED = "room_question.declined"
    ROOM_QUESTION_ASKED_BACK = "room_question.asked_back"
    ROOM_QUESTION_REPLIED = "room_question.replied"
    ROOM_QUESTION_ANSWERED = "room_question.answered"
    ROOM_QUESTION_RATED = "room_question.rated"
    ROOM_QUESTION_ASKED_ON = "room_question.asked_on"
    ROOM_QUESTION_REOPENED = "room_question.reopened"
    ROOM_QUESTION_WITHDRAWN = "room_question.withdrawn"
    ROOM_QUESTION_FREED = "room_question.freed"
    ROOM_QUESTION_ESCALATED = "room_question.escalated"
    ROOM_QUESTION_DAYS_SET = "room_question.days_set"
    ROOM_QUESTIONS_EXPORTED = "room_question.exported"
    ROOM_ANSWER_PUBLISHED = "room_answer.published"
    ROOM_ANSWER_TAKEN_BACK = "room_answer.taken_back"

    # rooms: stocktaking
    ROOM_STOCKTAKING_MADE = "room_stocktaking.made"
    ROOM_STOCKTAKING_CHANGED = "room_stocktaking.changed"
    ROOM_STOCKTAKING_REMOVED = "room_stocktaking.removed"
    ROOM_STOCKTAKING_VERSION = "room_stocktaking.version_published"
    ROOM_STOCKTAKING_OPENED = "room_stocktaking.opened"
    ROOM_STOCKTAKING_CLOSED = "room_stocktaking.closed"
    ROOM_STOCKTAKING_SENT = "room_stocktaking.sent"
    ROOM_STOCKTAKING_SETTLED = "room_stocktaking.settled"
    ROOM_STOCKTAKING_REMINDED = "room_stocktaking.reminded"
    ROOM_STOCKTAKING_EXPORTED = "room_stocktaking.exported"
    ROOM_STOCKTAKING_SUMMARY = "room_stocktaking.summary_published"
    ROOM_STOCKTAKING_SUMMARY_TAKEN_BACK = "room_stocktaking.summary_taken_back"

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
