"""How signs of life get from sockets and polls to who keeps them: collected for a second, kept in one transaction."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask

from app.accounts import actions as people
from app.core import clock, log
from app.core.database import unit_of_work
from app.live import beats
from app.live.beats import Beat, Kept

EVERY = 1.0  # seconds
USED_EVERY = 300.0  # seconds between two notes that a sign-in is in use
MOST_MISSED = 60
_LARGEST = 10_000_000
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_STEP = re.compile(r"[a-z]{1,16}")

Acknowledge = Callable[[list[int]], None]


@dataclass(frozen=True, slots=True)
class Given:
    """The beats that came at once from one client, and how it is told which were kept."""

    beats: list[Beat]
    acknowledge: Acknowledge
    session_id: int | None


def read(said: object, topic: str, user_id: int) -> list[Beat]:
    """Return the beats in what a client said: ``{"connection", "n", "step", "missed"}``; none when it makes no sense.

    The one that is sent for the first time comes first; those that were missed are late.
    """
    if not isinstance(said, Mapping):
        return []
    connection, step, n = said.get("connection"), said.get("step"), said.get("n")
    named = isinstance(connection, str) and _NAME.fullmatch(connection) is not None
    stepped = isinstance(step, str) and _STEP.fullmatch(step) is not None
    if not (named and stepped and _is_number(n)):
        return []
    at = clock.now()
    missed = said.get("missed") or []
    late = [one for one in missed if _is_number(one) and one < n] if isinstance(missed, list) else []
    numbers = [(n, False), *((one, True) for one in sorted(set(late))[-MOST_MISSED:])]
    return [Beat(user_id, topic, str(connection), one, str(step), at, late) for one, late in numbers]


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST


def acked(given: Iterable[Beat], kept: Iterable[Kept]) -> list[int]:
    """Return the numbers of those beats that were kept, in order."""
    known = set(kept)
    return sorted({one.n for one in given if (one.connection, one.n) in known})


class Collector:
    """Collects what comes in at one gateway."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._waiting: list[Given] = []
        self._used: dict[int, float] = {}

    def add(self, given: list[Beat], acknowledge: Acknowledge, session_id: int | None) -> None:
        """Take beats; they are acknowledged once they are kept, or never. Their sign-in is in use."""
        if given:
            self._waiting.append(Given(given, acknowledge, session_id))

    def run(self) -> None:
        """Keep what came in, once a second, for ever."""
        while True:
            time.sleep(EVERY)
            try:
                self.flush()
            except Exception:
                log.failure("beats not kept")  # their clients send them again

    def flush(self) -> None:
        """Keep what came in until now, and tell the clients so."""
        given, self._waiting = self._waiting, []
        if not given:
            return
        with self._app.app_context(), unit_of_work():
            kept = beats.keep([beat for one in given for beat in one.beats])
            self._keep_in_use({one.session_id for one in given if one.session_id is not None})
        for one in given:
            numbers = acked(one.beats, kept)
            if numbers:
                one.acknowledge(numbers)

    def _keep_in_use(self, sign_ins: set[int]) -> None:
        """Who only listens asks for no page for hours; their sign-in must not end for that."""
        now = time.monotonic()
        self._used = {one: at for one, at in self._used.items() if at > now - USED_EVERY}
        due = sign_ins - self._used.keys()
        if due:
            people.keep_in_use(due)
            self._used |= dict.fromkeys(due, now)
