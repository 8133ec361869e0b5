"""When answers are due, in the calendars of the experts who have taken the questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.core.database import db
from app.irooms.calendar_sources import provide
from app.irooms.models.questions import ExpertQuestion, QuestionState
from app.irooms.scopes import experts_scope
from app.irooms.seats import Seat
from app.notifications.calendar import CalendarEntry


def due_answers(seats: Sequence[Seat], since: datetime) -> Iterator[CalendarEntry]:
    """Yield when each answer is due that the person has taken upon themselves; one query."""
    mine = {seat.member.id: seat for seat in seats if seat.member is not None and seat.answers}
    if not mine:
        return
    rows = db.session.scalars(
        select(ExpertQuestion).where(
            ExpertQuestion.expert_id.in_(mine),
            ExpertQuestion.state == QuestionState.TAKEN,
            ExpertQuestion.due_at >= since,
        )
    )
    for row in rows:
        assert row.expert_id is not None
        seat = mine[row.expert_id]
        yield CalendarEntry(
            uid=f"question-{row.public_id}",
            start=row.due_at,
            end=None,
            zone=seat.actor.zone,
            summary=_("Answer due: %(title)s", title=row.title),
            url=url_for("irooms.question", slug=seat.room.public_id, question_id=row.public_id),
            scope=experts_scope(row.room_id),
            sequence=round(row.due_at.timestamp()) % 2_000_000_000,
            discreet=_("An answer is due in one of your rooms"),
            changed=row.changed_at,
        )


provide("questions", due_answers)
