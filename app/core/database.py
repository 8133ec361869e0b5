"""The database and the one transaction.

A transaction is opened in four places only: a request, a job, a command, a socket event. Nobody else commits.
What must happen only if the transaction holds (a wake-up, a metric) is handed to :func:`after_commit`.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

import psycopg
from flask import Flask, g, has_app_context
from flask.globals import app_ctx
from flask.wrappers import Response
from sqlalchemy import Connection, DateTime, Engine, MetaData, Text, Uuid, create_engine, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from app.core.settings import settings

Hook = Callable[[], None]
REST_SECONDS = 2.0
JSON = dict[str, Any]


class Base(DeclarativeBase):
    """Base of every table; constraint names are predictable so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - read once by SQLAlchemy
        str: Text(),
        datetime: DateTime(timezone=True),
        uuid.UUID: Uuid(),
        JSON: JSONB(),
        list[str]: JSONB(),
        list[Any]: JSONB(),
    }


def _scope() -> int:
    if not has_app_context():
        raise RuntimeError("the database is used outside a request, job, command or socket event")
    return id(app_ctx._get_current_object())  # type: ignore[attr-defined]


class Database:
    """Engine and session of the process; one session per application context."""

    def __init__(self) -> None:
        self._factory: sessionmaker[Session] = sessionmaker(expire_on_commit=False)
        self.session: scoped_session[Session] = scoped_session(self._factory, scopefunc=_scope)
        self._engine: Engine | None = None

    @property
    def engine(self) -> Engine:
        """The engine; RuntimeError before :func:`init_app`."""
        if self._engine is None:
            raise RuntimeError("the database has no address yet")
        return self._engine

    def bind(self, engine: Engine) -> None:
        """Use ``engine`` for every new session."""
        self._engine = engine
        self._factory.configure(bind=engine, join_transaction_mode="conditional_savepoint")

    def bind_for_tests(self, connection: Connection | None) -> None:
        """Join every session to ``connection``'s open transaction by savepoints; ``None`` returns to the engine."""
        self._factory.configure(
            bind=self.engine if connection is None else connection,
            join_transaction_mode="create_savepoint" if connection is not None else "conditional_savepoint",
        )


db = Database()


def sqlalchemy_url(url: str) -> str:
    """Return ``url`` with the psycopg 3 driver named."""
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def make_engine(url: str, pool_size: int = 10) -> Engine:
    """Return an engine for ``url``; a connection the server dropped while it lay idle is noticed before it is used."""
    engine = create_engine(
        sqlalchemy_url(url),
        pool_size=pool_size,
        max_overflow=5,
        connect_args={"application_name": "ctlp", "connect_timeout": 10},
    )
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", _ask_after_rest)
    return engine


def _note_rest(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    record.info["rests_since"] = time.monotonic()


def _ask_after_rest(
    connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
) -> None:
    """Ask a connection that lay idle whether it still lives; asking at every use would cost a round trip a request."""
    if time.monotonic() - record.info.get("rests_since", time.monotonic()) < REST_SECONDS:
        return
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT 1")
        cursor.close()
        connection.rollback()
    except psycopg.Error as error:
        raise DisconnectionError from error  # the pool opens another one


def after_commit(hook: Hook) -> None:
    """Run ``hook`` once the present transaction has been committed; forget it on rollback."""
    db.session.info.setdefault("after_commit", []).append(hook)


def commit() -> None:
    """Commit and run the hooks. Called by the four openers of transactions, by nobody else."""
    session = db.session()
    session.commit()
    hooks = cast(list[Hook], session.info.pop("after_commit", []))
    for hook in hooks:
        hook()


def rollback() -> None:
    """Undo everything since the transaction began, hooks included."""
    session = db.session()
    session.rollback()
    session.info.pop("after_commit", None)


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """The transaction of a job, command or socket event: committed at the end, undone on any exception."""
    try:
        yield db.session()
        commit()
    except BaseException:
        rollback()
        raise


class TransactionalFlask(Flask):
    """Flask with one transaction per request.

    *Return* a response, 4xx included, and what was written stays; *raise* and it is undone. The commit comes after
    the session row was saved and before the response leaves, so nothing is acknowledged that is not kept.
    """

    def process_response(self, response: Response) -> Response:
        answered = super().process_response(response)
        if g.pop("transaction_failed", False):
            rollback()
        else:
            commit()
        return answered

    def handle_user_exception(self, e: Exception) -> Any:
        rollback()
        return super().handle_user_exception(e)

    def handle_exception(self, e: Exception) -> Any:
        rollback()
        return super().handle_exception(e)


def fail_later(error: Exception) -> None:
    """Keep an error from before any view could run (opening the session); it is raised by the first check."""
    g.failed_early = error


def _fail_now() -> None:
    if error := g.pop("failed_early", None):
        raise error


def init_app(app: Flask) -> None:
    """Connect ``app`` to its database and close the session with the application context."""
    with app.app_context():
        chosen = settings()
    if chosen.database_url:
        db.bind(make_engine(chosen.database_url, chosen.database_pool_size))

    app.before_request(_fail_now)

    @app.teardown_appcontext
    def close(_error: BaseException | None) -> None:
        db.session.remove()
