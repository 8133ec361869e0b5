"""How the platform runs: jobs, mail, versions."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any

from sqlalchemy import text

from app.core.database import db
from app.core.i18n import format_number
from app.records import queries
from app.records.indicators import INDICATORS

_MAIL_JOB = "core.deliver_mail"
_LISTED = 50
_LAST_JOBS = """
    SELECT DISTINCT ON (args->>'mail_id') CAST(args->>'mail_id' AS bigint) AS mail_id, status::text AS status
    FROM procrastinate_jobs WHERE task_name = :mail_job ORDER BY args->>'mail_id', id DESC
"""
_STUCK = f"""
    SELECT mail.public_id, mail.recipient, mail.subject, mail.created_at
    FROM outbox_mail AS mail LEFT JOIN ({_LAST_JOBS}) AS job ON job.mail_id = mail.id
    WHERE mail.state = 'failed' OR (mail.state = 'waiting' AND job.status IN ('failed', 'cancelled', 'aborted'))
"""


@dataclass(frozen=True, slots=True)
class Queue:
    """The jobs that wait, run and failed; ``oldest`` is since when the first of them could have run.

    ``alarms`` are the headline figures that the nightly check found to differ.
    """

    waiting: int
    running: int
    failed: int
    oldest: datetime | None
    alarms: int


@dataclass(frozen=True, slots=True)
class Mails:
    """Mails that wait to be sent and those that could not be; ``stuck`` lists the newest of these."""

    waiting: int
    failed: int
    stuck: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Alarm:
    """A headline figure that two ways count differently, in words."""

    name: str
    computed: str
    recomputed: str
    raised_at: datetime


def figure_alarms() -> list[Alarm]:
    """Return the figures that the nightly check found to differ and that still do."""
    return [
        Alarm(
            str(INDICATORS[row.figure].name),
            format_number(row.computed),
            format_number(row.recomputed),
            row.raised_at,
        )
        for row in queries.alarms()
        if row.figure in INDICATORS
    ]


def queue() -> Queue:
    """Return the depth of the job queue; turns of periodic jobs that are due count too."""
    row = db.session.execute(
        text(
            "SELECT count(*) FILTER (WHERE status = 'todo') AS waiting, "
            "count(*) FILTER (WHERE status = 'doing') AS running, "
            "count(*) FILTER (WHERE status = 'failed') AS failed, "
            "min(coalesce(scheduled_at, (SELECT min(at) FROM procrastinate_events WHERE job_id = job.id))) "
            "FILTER (WHERE status = 'todo') AS oldest, "
            "(SELECT count(*) FROM figure_alarm WHERE settled_at IS NULL) AS alarms "
            "FROM procrastinate_jobs AS job WHERE status IN ('todo', 'doing', 'failed')"
        )
    ).one()
    return Queue(row.waiting, row.running, row.failed, row.oldest, row.alarms)


def failed_jobs() -> Sequence[Any]:
    """Return the newest jobs that were given up: name, tries, when."""
    return db.session.execute(
        text(
            "SELECT job.id, job.task_name, job.attempts, max(event.at) AS at FROM procrastinate_jobs AS job "
            "LEFT JOIN procrastinate_events AS event ON event.job_id = job.id WHERE job.status = 'failed' "
            "GROUP BY job.id ORDER BY job.id DESC LIMIT :most"
        ),
        {"most": _LISTED},
    ).all()


def mails() -> Mails:
    """Return how mail stands; one query. Mail fails when its job was given up."""
    rows = db.session.execute(
        text(
            "SELECT counted.waiting, stuck.* FROM "
            "(SELECT count(*) AS waiting FROM outbox_mail WHERE state = 'waiting') AS counted LEFT JOIN "
            f"(SELECT *, count(*) OVER () AS total FROM ({_STUCK}) AS every "
            "ORDER BY created_at DESC LIMIT :most) AS stuck ON true ORDER BY stuck.created_at DESC"
        ),
        {"mail_job": _MAIL_JOB, "most": _LISTED},
    ).all()
    stuck = [row for row in rows if row.public_id is not None]
    failed = stuck[0].total if stuck else 0
    return Mails(rows[0].waiting - failed, failed, stuck)


def is_stuck(public_id: str) -> bool:
    """Whether a mail could not be sent and nothing tries any more."""
    found = db.session.scalar(
        text(f"SELECT EXISTS (SELECT FROM ({_STUCK}) AS stuck WHERE public_id = :wanted)"),
        {"mail_job": _MAIL_JOB, "wanted": public_id},
    )
    return bool(found)


def versions() -> list[tuple[str, str]]:
    """Return names and versions of what the platform is made of; one query."""
    row = db.session.execute(
        text(
            "SELECT current_setting('server_version') AS server, "
            "(SELECT string_agg(version_num, ', ') FROM alembic_version) AS schema"
        )
    ).one()
    packages = ("Flask", "SQLAlchemy", "procrastinate", "Flask-Security", "psycopg")
    return [
        ("Python", platform.python_version()),
        ("PostgreSQL", row.server),
        *((name, version(name)) for name in packages),
        ("schema", row.schema or ""),
    ]
