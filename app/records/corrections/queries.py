"""Who learners without an account are, for those who may read names."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from app.core.database import db
from app.records.corrections.models import EventParticipant


def names_of(learner_keys: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of learners that stand on a list without an account; nobody whose names were erased."""
    rows = db.session.scalars(
        select(EventParticipant)
        .where(EventParticipant.learner_key.in_(set(learner_keys)), EventParticipant.family_name != "")
        .order_by(EventParticipant.id)
    )
    return {row.learner_key: row.name for row in rows}
