"""Alembic's entry: one connection, one transaction for all steps."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine, pool

import app.accounts.models
import app.audit.models
import app.certificates.models
import app.core.models
import app.courses.models
import app.irooms.models
import app.live.models
import app.media.models
import app.notifications.models
import app.records.corrections.models
import app.records.counting.models
import app.records.figures.models
import app.records.groupings.models
import app.records.models
import app.reports.models
import app.search.models
import app.webinars.models
import config
from app.core.database import Base, sqlalchemy_url

_MODELS = (
    app.accounts.models,
    app.audit.models,
    app.certificates.models,
    app.core.models,
    app.courses.models,
    app.irooms.models,
    app.webinars.models,
    app.live.models,
    app.media.models,
    app.notifications.models,
    app.records.corrections.models,
    app.records.counting.models,
    app.records.figures.models,
    app.records.groupings.models,
    app.records.models,
    app.reports.models,
    app.search.models,
)
_LOCK = 7202601


def _ours(_object: object, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
    """Whether alembic compares this object: the queue's tables belong to their library."""
    return not (kind == "table" and name is not None and name.startswith("procrastinate_"))


def run() -> None:
    """Migrate the database named in the configuration, else the one of the settings."""
    url = context.config.attributes.get("database_url") or config.load().database_url
    engine = create_engine(sqlalchemy_url(url), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_object=_ours,
            compare_server_default=False,
        )
        with context.begin_transaction():
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            context.run_migrations()


run()
