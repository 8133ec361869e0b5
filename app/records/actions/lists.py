"""Lists of participants that wait to be looked at; they hold names, so they never wait for long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from sqlalchemy import delete

from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.records.corrections.models import ParticipantList, RecordedActivity

KEPT_FOR = timedelta(days=7)


def keep_list(
    actor: Actor | None, recorded: RecordedActivity, rows: Iterable[tuple[int, Mapping[str, str]]]
) -> ParticipantList:
    """Keep the rows of a list (line, values as typed) until it is recorded or dropped."""
    kept = ParticipantList(
        activity_key=recorded.activity_key,
        rows=[[line, dict(values)] for line, values in rows],
        sent_by=actor.user_id if actor else None,
        sent_at=clock.now(),
    )
    db.session.add(kept)
    db.session.flush()
    return kept


def correct_cells(kept: ParticipantList, cells: Iterable[tuple[int, str, str]]) -> None:
    """Type cells of a list anew: (row from 0, column, value)."""
    rows = [[line, dict(values)] for line, values in kept.rows]
    for number, column, value in cells:
        rows[number][1][column] = value
    kept.rows = rows
    db.session.flush()


def drop_list(kept: ParticipantList) -> None:
    """Drop a list; one that somebody else dropped meanwhile is gone all the same."""
    gone = delete(ParticipantList).where(ParticipantList.id == kept.id)
    db.session.execute(gone, execution_options={"synchronize_session": "fetch"})


def drop_old_lists() -> int:
    """Drop lists that nobody recorded within a week; return how many."""
    old = delete(ParticipantList).where(ParticipantList.sent_at < clock.now() - KEPT_FOR)
    dropped = db.session.scalars(
        old.returning(ParticipantList.id), execution_options={"synchronize_session": False}
    )
    return len(dropped.all())
