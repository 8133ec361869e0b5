"""Who is to be asked now: at the end of an activity that no feature announces, and months after a completion."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, select, text

from app.accounts.models import Standing, User
from app.core import clock
from app.core.database import db
from app.feedback import keepers
from app.feedback.models import AT_THE_END, FeedbackInvitation
from app.feedback.questions import MUST_COMPLETE, NOT_ASKED
from app.notifications.models import DEFAULT_DIGEST, Digest
from app.records import queries as records
from app.records.models import Activity, ActivityKind

KINDS = [kind.value for kind in ActivityKind if kind not in NOT_ASKED]
LATE = timedelta(days=30)
"""For how long after its day a survey is still sent: a worker that was away catches up, a new activity does not ask
everybody of ten years."""
FRESH = timedelta(days=14)
VALID = timedelta(days=60)
"""For how long the link of a survey works."""
REMIND_AFTER = timedelta(days=14)
A_MAIL_A_DAY = timedelta(hours=20)


class Due(NamedTuple):
    """Somebody to be asked about an activity."""

    activity_key: UUID
    learner_key: UUID
    user_id: int


_ACCOUNTS = """
    accounts AS (
        SELECT link.user_id, coalesce(learner_root(merge.merged_key), link.learner_key) AS learner_key
        FROM learner_account AS link
        LEFT JOIN learner_merge AS merge ON merge.merged_key = link.learner_key AND merge.undone_at IS NULL
        WHERE link.cut_at IS NULL AND link.user_id IS NOT NULL
    )
"""
_NOT_ASKED_YET = """
    NOT EXISTS (
        SELECT FROM feedback_invitation AS sent
        WHERE sent.activity_key = p.activity_key AND sent.stage = :stage
          AND (sent.learner_key = p.learner_key OR sent.user_id = person.id))
"""
_REACHABLE = """
    person.active AND person.standing = :approved AND NOT person.is_test
"""
_FOLLOW_UP = text(
    f"""
    WITH {_ACCOUNTS}
    SELECT DISTINCT ON (person.id) p.activity_key, p.learner_key, person.id AS user_id
    FROM participation AS p
    JOIN activity ON activity.key = p.activity_key AND NOT activity.is_test
    JOIN accounts ON accounts.learner_key = p.learner_key
    JOIN "user" AS person ON person.id = accounts.user_id
    LEFT JOIN feedback_setting AS setting ON setting.activity_key = p.activity_key
    LEFT JOIN notice_preference AS chosen ON chosen.user_id = person.id AND chosen.scope = ''
    WHERE p.completed_at BETWEEN :from AND :to
      AND p.completed_at + make_interval(months => :stage) <= :now
      AND p.completed_at + make_interval(months => :stage) > :since
      AND activity.kind = ANY(:possible)
      AND coalesce(setting.follow_ups, activity.kind = ANY(:training))
      AND {_REACHABLE} AND coalesce(chosen.digest, :default) <> :off
      AND NOT EXISTS (SELECT FROM follow_up_refusal AS no WHERE no.user_id = person.id)
      AND NOT EXISTS (
          SELECT FROM feedback_invitation AS today
          WHERE today.user_id = person.id AND today.stage > 0 AND today.sent_at > :a_day_ago)
      AND {_NOT_ASKED_YET}
    ORDER BY person.id, p.completed_at, p.activity_key
    LIMIT :most
    """
)
_AT_THE_END = text(
    f"""
    WITH {_ACCOUNTS}
    SELECT DISTINCT ON (p.learner_key, p.activity_key) p.activity_key, p.learner_key, person.id AS user_id
    FROM participation AS p
    JOIN activity ON activity.key = p.activity_key AND NOT activity.is_test
    JOIN accounts ON accounts.learner_key = p.learner_key
    JOIN "user" AS person ON person.id = accounts.user_id
    LEFT JOIN feedback_setting AS setting ON setting.activity_key = p.activity_key
    WHERE p.activity_key = ANY(:activities)
      AND CASE WHEN activity.kind = ANY(:complete) THEN p.completed_at
               ELSE coalesce(p.completed_at, p.last_access_at) END > :since
      AND coalesce(setting.asked, true) AND {_REACHABLE} AND {_NOT_ASKED_YET}
      AND NOT EXISTS (
          SELECT FROM feedback_answer AS said
          WHERE said.activity_key = p.activity_key AND said.stage = 0 AND said.user_id = person.id)
    ORDER BY p.learner_key, p.activity_key, person.id DESC
    LIMIT :most
    """
)
_SILENT = text(
    f"""
    SELECT sent.id
    FROM feedback_invitation AS sent
    JOIN "user" AS person ON person.id = sent.user_id
    LEFT JOIN notice_preference AS chosen ON chosen.user_id = person.id AND chosen.scope = ''
    LEFT JOIN feedback_setting AS setting ON setting.activity_key = sent.activity_key
    WHERE sent.stage > 0 AND sent.reminded_at IS NULL
      AND sent.sent_at <= :silent_since AND sent.sent_at > :still_valid
      AND {_REACHABLE} AND coalesce(chosen.digest, :default) <> :off AND coalesce(setting.follow_ups, true)
      AND NOT EXISTS (SELECT FROM follow_up_refusal AS no WHERE no.user_id = person.id)
      AND NOT EXISTS (
          SELECT FROM feedback_answer AS said
          WHERE said.activity_key = sent.activity_key AND said.stage = sent.stage AND said.user_id = person.id)
    ORDER BY sent.id
    LIMIT :most
    FOR UPDATE OF sent SKIP LOCKED
    """
)
_LONGEST_MONTH = 31
_SHORTEST_MONTH = 28


def follow_ups(stage: int, most: int) -> list[Due]:
    """Return who is due for a follow-up, each person once and not on a day on which they were asked already."""
    now = clock.now()
    rows = db.session.execute(
        _FOLLOW_UP,
        _common()
        | {
            "stage": stage,
            "now": now,
            "since": now - LATE,
            "from": now - LATE - timedelta(days=stage * _LONGEST_MONTH),
            "to": now - timedelta(days=stage * _SHORTEST_MONTH),
            "possible": KINDS,
            "training": sorted(records.kinds_counting(now)),
            "a_day_ago": now - A_MAIL_A_DAY,
            "most": most,
        },
    )
    return [Due(*row) for row in rows]


def at_the_end(most: int) -> list[Due]:
    """Return who completed or attended something lately that nobody has asked them about."""
    since = clock.now() - FRESH
    recent = select(Activity.key).where(
        Activity.kind.in_(KINDS),
        ~keepers.asked_elsewhere(),
        (Activity.ends_at > since - FRESH) | Activity.ends_at.is_(None),
    )
    given = {
        "approved": Standing.APPROVED.value,
        "activities": list(db.session.scalars(recent)),
        "complete": sorted(MUST_COMPLETE),
        "since": since,
        "stage": AT_THE_END,
        "most": most,
    }
    return [Due(*row) for row in db.session.execute(_AT_THE_END, given)]


def silent(most: int) -> Sequence[tuple[FeedbackInvitation, User, Activity]]:
    """Return follow-ups that were not answered in two weeks and not reminded of, locked."""
    now = clock.now()
    given = _common() | {"silent_since": now - REMIND_AFTER, "still_valid": now - VALID, "most": most}
    ids = list(db.session.scalars(_SILENT, given))
    return invitations(FeedbackInvitation.id.in_(ids)) if ids else []


def invitations(*which: ColumnElement[bool]) -> list[tuple[FeedbackInvitation, User, Activity]]:
    """Return invitations that ``which`` picks with whom they are for and what they are about."""
    found = (
        select(FeedbackInvitation, User, Activity)
        .join(User, User.id == FeedbackInvitation.user_id)
        .join(Activity, Activity.key == FeedbackInvitation.activity_key)
        .where(*which)
        .order_by(FeedbackInvitation.id)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(found)]


def over(sent_at: datetime) -> bool:
    """Whether a survey that was sent then takes no answers any more."""
    return clock.now() >= sent_at + VALID


def _common() -> dict[str, object]:
    return {"approved": Standing.APPROVED.value, "default": DEFAULT_DIGEST.value, "off": Digest.OFF.value}
