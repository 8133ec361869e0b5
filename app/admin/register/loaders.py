"""The only way a page of the register gets an object; what is not there is the same 404."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from werkzeug.exceptions import NotFound

from app.core.access import Actor
from app.core.database import db
from app.records.corrections.models import EventParticipant, ParticipantList, RecordedActivity
from app.records.models import Activity, Fact, Learner, LearnerMerge


def recorded(actor: Actor, recorded_id: str) -> RecordedActivity:
    """Return an activity that staff recorded, by its public id."""
    found = db.session.scalars(
        select(RecordedActivity).where(RecordedActivity.public_id == recorded_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def activity(actor: Actor, activity_key: str) -> Activity:
    """Return any activity of the register, by its key."""
    found = db.session.get(Activity, _uuid(activity_key))
    if found is None:
        raise NotFound
    return found


def participant_list(actor: Actor, list_id: str) -> tuple[ParticipantList, RecordedActivity]:
    """Return a list that waits, and its activity."""
    found = db.session.execute(
        select(ParticipantList, RecordedActivity)
        .join(RecordedActivity, RecordedActivity.activity_key == ParticipantList.activity_key)
        .where(ParticipantList.public_id == list_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


def participant(actor: Actor, participant_id: str) -> tuple[EventParticipant, RecordedActivity]:
    """Return somebody on a list, and its activity."""
    found = db.session.execute(
        select(EventParticipant, RecordedActivity)
        .join(RecordedActivity, RecordedActivity.activity_key == EventParticipant.activity_key)
        .where(EventParticipant.public_id == participant_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


def fact(actor: Actor, fact_id: str) -> Fact:
    """Return a fact of an activity, by its uuid."""
    found = db.session.scalars(
        select(Fact).where(Fact.uuid == _uuid(fact_id), Fact.activity_key.is_not(None))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def pair(actor: Actor, one: str, other: str) -> tuple[UUID, UUID]:
    """Return two learners who are two people so far: the learners that theirs were merged into."""
    keys = [_uuid(one), _uuid(other)]
    rows = db.session.execute(
        select(Learner.key, func.learner_root(Learner.key)).where(Learner.key.in_(keys))
    )
    roots: dict[UUID, UUID] = {row[0]: row[1] for row in rows}
    if len(roots) != 2 or roots[keys[0]] == roots[keys[1]]:
        raise NotFound
    return roots[keys[0]], roots[keys[1]]


def merge(actor: Actor, learner_id: str) -> LearnerMerge:
    """Return the latest merge of a learner into another."""
    found = db.session.scalars(
        select(LearnerMerge)
        .where(LearnerMerge.merged_key == _uuid(learner_id))
        .order_by(LearnerMerge.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
