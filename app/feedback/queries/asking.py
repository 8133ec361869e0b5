"""Who is asked what, by account: what they completed or attended, and what they said of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.feedback import keepers
from app.feedback.models import AT_THE_END, OPEN_DAYS, FeedbackAnswer, FeedbackSetting, FollowUpRefusal
from app.feedback.questions import MUST_COMPLETE, NOT_ASKED
from app.records.models import Activity, LearnerAccount, Participation

MOST_WAITING = 3
DONE_AT: ColumnElement[datetime | None] = case(
    (Activity.kind.in_(sorted(MUST_COMPLETE)), Participation.completed_at),
    else_=func.coalesce(Participation.completed_at, Participation.last_access_at),
)
"""When an activity ended for somebody: they completed it, or, of an event, were there."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An activity whose end somebody is asked about, and what they said."""

    activity: Activity
    done_at: datetime
    open_days: int
    answer: FeedbackAnswer | None

    @property
    def open_until(self) -> datetime:
        """Until when answers are taken and can be changed."""
        return self.done_at + timedelta(days=self.open_days)

    @property
    def is_open(self) -> bool:
        """Whether answers are taken now."""
        return clock.now() < self.open_until


def asked_of(user_id: int, activity_key: UUID) -> Asked | None:
    """Return what somebody is asked about one activity; None where they are not. One query."""
    return _first(_asked(user_id).where(Activity.key == activity_key))


def mine(user_id: int) -> list[Asked]:
    """Return the activities that somebody is or was asked about, the latest first. One query."""
    return _all(_asked(user_id).order_by(DONE_AT.desc(), Activity.slug))


def waiting(actor: Actor) -> list[Asked]:
    """Return the latest activities that wait for the actor's answer. One query; none for who may not answer."""
    if not actor.approved or actor.user_id is None:
        return []
    since = clock.now() - func.make_interval(0, 0, 0, func.coalesce(FeedbackSetting.open_days, OPEN_DAYS))
    found = _asked(actor.user_id).where(FeedbackAnswer.id.is_(None), since < DONE_AT)
    return _all(found.order_by(DONE_AT.desc()).limit(MOST_WAITING))


def has_given(user_id: int, activity_key: UUID, stage: int = AT_THE_END) -> bool:
    """Whether somebody has answered at a stage."""
    found = select(FeedbackAnswer.id).filter_by(user_id=user_id, activity_key=activity_key, stage=stage)
    return db.session.scalar(found) is not None


def given_by(user_ids: Collection[int], activity_keys: Collection[UUID]) -> set[tuple[int, UUID]]:
    """Return (account, activity) of those who answered at the end, for reports that show it. No content."""
    found = select(FeedbackAnswer.user_id, FeedbackAnswer.activity_key).where(
        FeedbackAnswer.user_id.in_(user_ids),
        FeedbackAnswer.activity_key.in_(activity_keys),
        FeedbackAnswer.stage == AT_THE_END,
    )
    return {(user_id, key) for user_id, key in db.session.execute(found) if user_id is not None}


def _asked(user_id: int) -> Select[Activity, datetime | None, int | None, FeedbackAnswer]:
    key = select(func.learner_root(LearnerAccount.learner_key)).where(
        LearnerAccount.user_id == user_id, LearnerAccount.cut_at.is_(None)
    )
    said = and_(
        FeedbackAnswer.activity_key == Activity.key,
        FeedbackAnswer.user_id == user_id,
        FeedbackAnswer.stage == AT_THE_END,
    )
    return (
        select(Activity, DONE_AT, FeedbackSetting.open_days, FeedbackAnswer)
        .select_from(Participation)
        .join(Activity, Activity.key == Participation.activity_key)
        .outerjoin(FeedbackSetting, FeedbackSetting.activity_key == Activity.key)
        .outerjoin(FeedbackAnswer, said)
        .where(Participation.learner_key == key.scalar_subquery(), DONE_AT.is_not(None))
        .where(Activity.kind.not_in(sorted(NOT_ASKED)), ~keepers.asked_elsewhere())
        .where(func.coalesce(FeedbackSetting.asked, True))
    )


def _all(statement: Select[Activity, datetime | None, int | None, FeedbackAnswer]) -> list[Asked]:
    return [
        Asked(activity, done_at, days or OPEN_DAYS, answer)
        for activity, done_at, days, answer in db.session.execute(
            statement.execution_options(populate_existing=True)
        )
        if done_at is not None
    ]


def _first(statement: Select[Activity, datetime | None, int | None, FeedbackAnswer]) -> Asked | None:
    return next(iter(_all(statement)), None)


def wants_follow_ups(user_id: int) -> bool:
    """Whether somebody may be asked months later."""
    return db.session.get(FollowUpRefusal, user_id) is None
