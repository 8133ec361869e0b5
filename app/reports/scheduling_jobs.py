"""What makes schedules run: every minute those that are due, now and then those that wait for something else."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, text, update

from app.core import clock, log
from app.core.database import db
from app.core.jobs import defer, periodic
from app.reports import scheduling_runs as runs
from app.reports import scheduling_stopping as stopping
from app.reports import scheduling_watching as watching
from app.reports.models import DeliveryState, ScheduleDelivery, ScheduleRun

GIVEN_UP_AFTER = timedelta(days=1)
_WITHOUT_JOB = text(
    "SELECT d.id FROM schedule_delivery d WHERE d.state = 'waiting' AND NOT EXISTS ("
    "SELECT 1 FROM procrastinate_jobs j WHERE j.task_name = 'reports.deliver' AND j.status IN ('todo', 'doing') "
    "AND CAST(j.args ->> 'delivery_id' AS bigint) = d.id) ORDER BY d.id LIMIT 500"
)


@periodic("reports.send_due", "* * * * *")
def send_due() -> None:
    """Begin what is due by the calendar."""
    _tell(watching.send_due())


@periodic("reports.send_after_activities", "*/10 * * * *")
def send_after_activities() -> None:
    """Begin what waited for an activity to end."""
    _tell(watching.send_after_activities())


@periodic("reports.send_on_thresholds", "7,22,37,52 * * * *")
def send_on_thresholds() -> None:
    """Begin what waited for a number to cross its bound."""
    _tell(watching.send_on_thresholds())


@periodic("reports.check_owners", "13 * * * *")
def check_owners() -> None:
    """Stop schedules whose owners left or may not have the report any more."""
    stopping.check_owners()


@periodic("reports.resume_deliveries", "*/5 * * * *")
def resume_deliveries() -> None:
    """Queue deliveries again whose job was lost; give up those that could not be made for a day."""
    late = clock.now() - GIVEN_UP_AFTER
    old = select(ScheduleRun.id).where(ScheduleRun.created_at < late)
    db.session.execute(
        update(ScheduleDelivery)
        .where(ScheduleDelivery.state == DeliveryState.WAITING, ScheduleDelivery.run_id.in_(old))
        .values(state=DeliveryState.FAILED, reason=runs.ERROR),
        execution_options={"synchronize_session": False},
    )
    for delivery_id in db.session.scalars(_WITHOUT_JOB).all():
        defer(runs.deliver, delivery_id=delivery_id)


def _tell(begun: int) -> None:
    if begun:
        log.event("report schedules begun", runs=begun)
