"""What happens to files of reports by themselves: long ones are made, old ones are removed."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from app.core import clock, log
from app.core.database import db
from app.core.jobs import defer, job, periodic
from app.core.settings import settings
from app.media.storage import storage
from app.reports.exports import actions
from app.reports.exports.making import PLACE
from app.reports.models import FileState, ReportFile, ScheduleRun

BATCH = 500
GRACE = timedelta(hours=1)  # a job may still be at work on what has no row that says so
GIVEN_UP_AFTER = timedelta(hours=24)


@job("reports.make_file")
def make_file(file_id: int) -> None:
    """Make a file that is too long to be waited for."""
    actions.make_ordered(file_id)


@periodic("reports.prune_files", "37 * * * *")
def prune_files() -> None:
    """Remove what expired, forget what is old, give up what was never made."""
    expired, forgotten, orphans = prune()
    if expired or forgotten or orphans:
        log.event("report files pruned", expired=expired, forgotten=forgotten, orphans=orphans)


def prune() -> tuple[int, int, int]:
    """Prune now; returns how many files expired, how many rows were forgotten, how many stray octets removed."""
    now = clock.now()
    due = (
        select(ReportFile)
        .where(ReportFile.state != FileState.EXPIRED, ReportFile.expires_at <= now)
        .order_by(ReportFile.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    expired = db.session.scalars(due).all()
    for file in expired:
        actions.discard(None, file)
    _give_up(late=now - GIVEN_UP_AFTER)
    old = now - timedelta(days=settings().report_history_days)
    forgotten = db.session.scalars(
        delete(ReportFile)
        .where(ReportFile.state == FileState.EXPIRED, ReportFile.created_at < old)
        .returning(ReportFile.id),
        execution_options={"synchronize_session": False},
    ).all()
    db.session.execute(
        delete(ScheduleRun).where(ScheduleRun.created_at < old),
        execution_options={"synchronize_session": False},
    )
    return len(expired), len(forgotten), _remove_orphans()


def _give_up(late: object) -> None:
    waiting = select(ReportFile.id).where(
        ReportFile.state == FileState.WAITING, ReportFile.scheduled.is_(False), ReportFile.created_at < late
    )
    for file_id in db.session.scalars(waiting).all():
        actions.give_up(file_id)


def _remove_orphans() -> int:
    """Remove octets that no row wants, unless they are young."""
    keys = storage().keys(PLACE)
    wanted = set(
        db.session.scalars(
            select(ReportFile.key).where(ReportFile.key.in_(keys), ReportFile.state != FileState.EXPIRED)
        )
    )
    removed = 0
    for key in sorted(keys - wanted):
        newest = storage().newest(f"{PLACE}/{key}")
        if newest is None or newest < clock.now() - GRACE:
            storage().remove(f"{PLACE}/{key}")
            removed += 1
    return removed


def start(file: ReportFile) -> None:
    """Have a file made by the worker, unless it is made already."""
    if file.state == FileState.WAITING:
        defer(make_file, file_id=file.id)
