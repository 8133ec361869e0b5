"""Background jobs: deferred inside the transaction that causes them, run by the worker in one of their own.

The queue is procrastinate's tables in our database. Its SQL function is called on our own connection, so a rollback
leaves no job. A job may run twice (its worker can be killed after the work), so every job is idempotent.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import procrastinate
import psycopg
from flask import Flask
from procrastinate import PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job as QueuedJob
from sqlalchemy import text

from app.core import clock, log
from app.core.database import db, sqlalchemy_url, unit_of_work
from app.core.settings import settings

Work = TypeVar("Work", bound=Callable[..., None])
DEFAULT_QUEUE = "default"
MAX_ATTEMPTS = 8
AWAY_SECONDS = 2.0
STALLED_AFTER = timedelta(seconds=60)
_DEFER = text(
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(:queue, :task, 0, NULL, NULL, CAST(:args AS jsonb), "
    "CAST(:at AS timestamptz))::procrastinate_job_to_defer_v1])"
)


@dataclass(frozen=True, slots=True)
class Job:
    """A registered job: its stable name in the queue, its queue, its function, its cron line when periodic."""

    name: str
    queue: str
    work: Callable[..., None]
    cron: str | None = None


_jobs: dict[str, Job] = {}
_names: dict[Callable[..., None], str] = {}


def job(name: str, *, queue: str = DEFAULT_QUEUE) -> Callable[[Work], Work]:
    """Register a function as the job ``name``; its arguments are what JSON can carry."""

    def register(work: Work) -> Work:
        _jobs[name] = Job(name, queue, work)
        _names[work] = name
        return work

    return register


def periodic(name: str, cron: str, *, queue: str = DEFAULT_QUEUE) -> Callable[[Work], Work]:
    """Register a function without arguments to run by ``cron`` (five fields, or six with seconds last)."""

    def register(work: Work) -> Work:
        _jobs[name] = Job(name, queue, work, cron)
        _names[work] = name
        return work

    return register


def registered() -> dict[str, Job]:
    """Return every job by name."""
    return dict(_jobs)


def defer(work: Callable[..., None], /, *, at: datetime | None = None, **arguments: Any) -> None:
    """Queue ``work`` with ``arguments`` when the present transaction commits; ``at`` delays it (aware)."""
    found = _jobs[_names[work]]
    db.session.execute(
        _DEFER, {"queue": found.queue, "task": found.name, "args": json.dumps(arguments), "at": at}
    )


def run_now(name: str, **arguments: Any) -> None:
    """Run one job in a transaction of its own; the caller has pushed an application context."""
    with unit_of_work():
        _jobs[name].work(**arguments)


def run_pending(limit: int = 1000) -> int:
    """Run due jobs inside the present transaction, oldest first; returns how many. For tests and scripts."""
    for count in range(limit):
        row = db.session.execute(
            text(
                "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo' "
                "AND (scheduled_at IS NULL OR scheduled_at <= :now) ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"
            ),
            {"now": clock.now()},
        ).one_or_none()
        if row is None:
            return count
        db.session.execute(text("DELETE FROM procrastinate_jobs WHERE id = :id"), {"id": row.id})
        _jobs[row.task_name].work(**row.args)
    return limit


def work(app: Flask, concurrency: int = 1) -> None:
    """Run background jobs until SIGTERM or SIGINT; a database that is away for a while is waited for."""
    while True:
        queue = worker_app(app)
        try:
            with queue.open():
                queue.run_worker(
                    concurrency=concurrency, delete_jobs="successful", shutdown_graceful_timeout=20
                )
        except (ConnectorException, psycopg.OperationalError):
            log.failure("the worker has lost the database")
            time.sleep(AWAY_SECONDS)
        else:
            return


def worker_app(app: Flask, database_url: str | None = None) -> procrastinate.App:
    """Return procrastinate's app with every registered job wrapped in an application context and a transaction."""
    with app.app_context():
        url = database_url or settings().database_url
    conninfo = sqlalchemy_url(url).replace("postgresql+psycopg://", "postgresql://")
    queue = procrastinate.App(connector=PsycopgConnector(conninfo=conninfo, max_size=4))
    for found in _jobs.values():
        _add(queue, app, found)
    _add_stalled_retry(queue)
    return queue


def _add(queue: procrastinate.App, app: Flask, found: Job) -> None:
    def run(_timestamp: int = 0, /, **arguments: Any) -> None:
        arguments.pop("timestamp", None)
        with app.app_context(), log.job(found.name):
            run_now(found.name, **arguments)

    if found.cron:  # its next turn is its retry, and turns never queue up behind each other
        task = queue.task(name=found.name, queue=found.queue, queueing_lock=found.name)(run)
        queue.periodic(cron=found.cron)(task)
        return
    retry = RetryStrategy(max_attempts=MAX_ATTEMPTS, exponential_wait=3)
    queue.task(name=found.name, queue=found.queue, retry=retry)(run)


def _add_stalled_retry(queue: procrastinate.App) -> None:
    """A worker killed with -9 leaves its job in state ``doing``; look for such jobs twice a minute."""

    @queue.periodic(cron="* * * * * */30")
    @queue.task(
        name="core.retry_stalled", queue=DEFAULT_QUEUE, queueing_lock="core.retry_stalled", pass_context=False
    )
    async def retry_stalled(timestamp: int) -> None:
        stalled = await queue.job_manager.get_stalled_jobs(
            seconds_since_heartbeat=STALLED_AFTER.total_seconds()
        )
        for one in stalled:
            if isinstance(one, QueuedJob):
                await queue.job_manager.retry_job(one, retry_at=clock.now())
