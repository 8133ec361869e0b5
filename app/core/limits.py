"""Rate limits whose counters live in PostgreSQL, so several web processes share them.

A counter is kept even when the request it counts is undone, so it is written on a connection of its own.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, request
from flask_limiter import Limiter
from limits.storage import Storage
from sqlalchemy import Connection, text

from app.core import clock
from app.core.access import current_actor
from app.core.database import db
from app.core.settings import settings

_INCREMENT = (
    "INSERT INTO rate_counter AS c (key, count, expires_at) VALUES (:key, :amount, :until) "
    "ON CONFLICT (key) DO UPDATE SET "
    "count = CASE WHEN c.expires_at <= :now THEN :amount ELSE c.count + :amount END, "
    "expires_at = CASE WHEN c.expires_at <= :now THEN :until ELSE c.expires_at END RETURNING count"
)


class PostgresStorage(Storage):
    """Fixed-window counters in ``rate_counter``; the interface is that of the *limits* library."""

    STORAGE_SCHEME = ["ctlp-postgresql"]  # noqa: RUF012 - the library's own declaration

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions, **options)

    @property
    def base_exceptions(self) -> type[Exception]:
        """Errors the library may wrap: none of ours."""
        return ConnectionError

    def _scalar(self, statement: str, **values: object) -> Any:
        bind = db.session.get_bind()
        if isinstance(bind, Connection):  # tests: the one connection of the test
            return bind.execute(text(statement), values).scalar()
        with bind.begin() as connection:
            return connection.execute(text(statement), values).scalar()

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Add ``amount`` to the window of ``expiry`` seconds and return its count."""
        now = clock.now()
        return int(
            self._scalar(_INCREMENT, key=key, amount=amount, now=now, until=now + timedelta(seconds=expiry))
        )

    def get(self, key: str) -> int:
        """Return the count of the present window."""
        found = self._scalar(
            "SELECT count FROM rate_counter WHERE key = :key AND expires_at > :now", key=key, now=clock.now()
        )
        return int(found or 0)

    def get_expiry(self, key: str) -> float:
        """Return when the window ends, seconds since the epoch."""
        found = self._scalar("SELECT expires_at FROM rate_counter WHERE key = :key", key=key)
        return float(found.timestamp()) if found else clock.now().timestamp()

    def check(self) -> bool:
        """Whether the storage answers."""
        return bool(self._scalar("SELECT 1"))

    def reset(self) -> int | None:
        """Forget every counter."""
        self._scalar("WITH gone AS (DELETE FROM rate_counter RETURNING 1) SELECT count(*) FROM gone")
        return None

    def clear(self, key: str) -> None:
        """Forget one counter."""
        self._scalar(
            "WITH gone AS (DELETE FROM rate_counter WHERE key = :key RETURNING 1) SELECT count(*) FROM gone",
            key=key,
        )


def by_address() -> str:
    """Key of a limit per network address (behind trusted proxies, the caller's own)."""
    return f"address:{request.remote_addr}"


def by_actor() -> str:
    """Key of a limit per person, or per address for strangers."""
    actor = current_actor()
    return f"person:{actor.user_id}" if actor.signed_in else by_address()


limiter = Limiter(
    key_func=by_actor, storage_uri="ctlp-postgresql://", strategy="fixed-window", headers_enabled=True
)


def init_app(app: Flask) -> None:
    """Switch the limits on (or off, by the setting)."""
    with app.app_context():
        app.config["RATELIMIT_ENABLED"] = settings().rate_limits
    limiter.init_app(app)
