"""What transactions tell, as PostgreSQL passes it on: one dedicated connection that LISTENs, made anew when lost."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import psycopg

from app.core import log
from app.core.database import sqlalchemy_url
from app.live.messages import CHANNEL, Message, decode

LOOK_EVERY = 5.0  # seconds without news after which the connection is asked whether it still lives
LONGEST_WAIT = 5.0  # seconds between two tries to connect
_OPTIONS = {  # a database that went away without a word is noticed in seconds; nothing of this applies to Unix sockets
    "application_name": "ctlp gateway",
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


class Feed:
    """Reads the channel for ever.

    ``deliver`` gets every message, in the order of the commits; ``gap`` is called first whenever something may have
    been missed, and what it raises counts as a lost connection.
    """

    def __init__(self, url: str, deliver: Callable[[Message], None], gap: Callable[[], None]) -> None:
        self._url = sqlalchemy_url(url).replace("postgresql+psycopg://", "postgresql://")
        self._deliver, self._gap = deliver, gap
        self.listening = False

    def run(self) -> None:
        """Listen; after a loss, again and again until it works."""
        missed, tries = False, 0
        while True:
            try:
                with psycopg.connect(self._url, autocommit=True, **_OPTIONS) as connection:  # type: ignore[arg-type]
                    connection.execute(f"LISTEN {CHANNEL}")
                    if missed:
                        self._gap()
                    self.listening, missed, tries = True, True, 0
                    self._read(connection)
            except Exception:
                log.failure(
                    "gateway lost the database" if self.listening else "gateway does not reach the database"
                )
            self.listening = False
            time.sleep(random.uniform(0, min(LONGEST_WAIT, 0.1 * 2**tries)))
            tries = min(tries + 1, 10)

    def _read(self, connection: psycopg.Connection) -> None:
        while True:
            for notice in connection.notifies(timeout=LOOK_EVERY):
                self._take(notice.payload)
            connection.execute("SELECT 1")

    def _take(self, payload: str) -> None:
        try:
            message = decode(payload)
            if message is not None:
                self._deliver(message)
        except Exception:  # one message that cannot be told does not silence the others
            log.failure("announcement not told")
