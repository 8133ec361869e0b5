"""Questionnaires: the one that is asked now, and all that were ever answered."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.core.database import db
from app.feedback import keepers
from app.feedback.models import FeedbackQuestion, FeedbackSetting, FeedbackVersion, Part
from app.feedback.questions import Question, own, prepared, read
from app.records.models import Activity


def setting_of(activity_key: UUID) -> FeedbackSetting:
    """Return what was chosen for an activity; what holds by itself where nothing was."""
    kept = db.session.get(FeedbackSetting, activity_key)
    return kept or FeedbackSetting(activity_key=activity_key, asked=True, follow_ups=None, open_days=60)


def own_questions(activity_key: UUID, part: Part) -> Sequence[FeedbackQuestion]:
    """Return an activity's own questions in the order they were added."""
    found = select(FeedbackQuestion).where(
        FeedbackQuestion.activity_key == activity_key,
        FeedbackQuestion.part == part,
        FeedbackQuestion.removed_at.is_(None),
    )
    return db.session.scalars(found.order_by(FeedbackQuestion.id)).all()


def present(activity: Activity, part: Part) -> list[Question]:
    """Return the questions that are asked now: the prepared ones, then the activity's own.

    A feature that asks at the end with a form of its own has prepared questions of its own: only the own ones are here.
    """
    elsewhere = part == Part.END and keepers.asks_itself(activity)
    before = [] if elsewhere else prepared(part, activity.kind, activity.channel)
    return [*before, *(own(row) for row in own_questions(activity.key, part))]


def questions_of(activity_key: UUID, part: Part) -> list[Question]:
    """Return every question that was ever answered, those of the newest version first, each once."""
    versions = (
        select(FeedbackVersion.questions)
        .where(FeedbackVersion.activity_key == activity_key, FeedbackVersion.part == part)
        .order_by(FeedbackVersion.number.desc())
    )
    found: dict[str, Question] = {}
    for kept in db.session.scalars(versions):
        for one in read(kept):
            found.setdefault(one.key, one)
    return list(found.values())
