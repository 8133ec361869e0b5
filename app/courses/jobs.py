"""What courses do by themselves."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.core import clock, log
from app.core.database import db
from app.core.jobs import periodic
from app.courses.actions.testing import finish
from app.courses.attempts import GRACE
from app.courses.models import Attempt

BATCH = 500


@periodic("courses.close_overdue", "* * * * *")
def close_overdue() -> None:
    """Send the attempts whose time is over; what was saved by then counts. One that fails does not hold up the rest."""
    due = (
        select(Attempt.id)
        .where(Attempt.sent_at.is_(None), Attempt.deadline < clock.now() - GRACE)
        .order_by(Attempt.enrolment_id)
        .limit(BATCH)
    )
    for attempt_id in db.session.scalars(due).all():
        try:
            with db.session.begin_nested():
                finish(attempt_id)
        except (SQLAlchemyError, LookupError):
            log.failure("attempt not closed", attempt=attempt_id)
