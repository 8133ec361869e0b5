"""How a course tells the register. A fact that can be true once only has an id of its own: a repeat is harmless."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from app.core.database import JSON
from app.courses.models import Course, Enrolment
from app.records import actions as records
from app.records.models import Verb

_NAMESPACE = UUID("6f0d3f0e-6c1f-5b8a-9a6e-3f1f5c0d7b11")


def once(enrolment: Enrolment, what: str) -> UUID:
    """Return the id of a fact that an enrolment can cause once only."""
    return uuid5(_NAMESPACE, f"{enrolment.public_id}:{what}")


def tell(
    course: Course,
    enrolment: Enrolment,
    verb: Verb,
    result: JSON | None = None,
    *,
    at: datetime,
    uuid: UUID | None = None,
    language: str | None = None,
) -> bool:
    """Append a fact of an enrolment; False when it was told before."""
    return records.append(
        records.FactDraft(
            verb=verb,
            activity_key=course.activity_key,
            user_id=enrolment.user_id,
            result=result or {},
            language=language or enrolment.language,
            occurred_at=at,
            uuid=uuid,
        )
    )
