"""What planning tells the rest, in the transaction of what happened; ``app/wiring.py`` says who listens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.core.events import Event


@dataclass(frozen=True)
class SessionPublished(Event):
    """A session is announced: people may register."""

    webinar_id: int


@dataclass(frozen=True)
class SessionChanged(Event):
    """A published session is another one now. ``what`` names the columns that differ (``starts_at``, ``place``, …).

    ``moved`` says that calendars have to follow: the sequence of the session went up.
    """

    webinar_id: int
    what: tuple[str, ...]
    moved: bool = False


@dataclass(frozen=True)
class SessionCancelled(Event):
    """A published session does not take place."""

    webinar_id: int


@dataclass(frozen=True)
class RunnersChanged(Event):
    """Somebody is named in a session, as another one, or no more.

    ``left_id`` is the account of who is named no more, ``mailed`` the SEQUENCE their calendar was last sent (-1: none).
    """

    webinar_id: int
    left_id: int | None = None
    mailed: int = -1


@dataclass(frozen=True)
class RegistrationChanged(Event):
    """Somebody's standing before a session is another one: ``before`` and ``state`` are words of RegistrationState.

    ``before`` is empty where there was none; ``user_id`` is None for an invitation to an address without an account,
    whose link's ``token`` is told here once and kept nowhere. ``from_waiting`` says that the place came by itself;
    ``by_person`` that the person did it, not somebody who plans.
    """

    webinar_id: int
    registration_id: int
    user_id: int | None
    state: str
    before: str = ""
    token: str = ""
    from_waiting: bool = False
    by_person: bool = True


@dataclass(frozen=True)
class SessionAttended(Event):
    """Somebody fulfilled the attendance rule of a session that gives certificates; told once, when it is reckoned.

    ``language`` is that of the session which is nearest to theirs (BCP 47).
    """

    webinar_id: int
    user_id: int
    activity_key: UUID
    completed_at: datetime
    language: str


@dataclass(frozen=True)
class AttendanceTakenBack(Event):
    """A correction found that somebody has not fulfilled the rule after all; ``reason`` is the correction's."""

    webinar_id: int
    user_id: int
    activity_key: UUID
    reason: str


@dataclass(frozen=True)
class BooksClosed(Event):
    """The attendance of a session was reckoned for the first time: its report is there."""

    webinar_id: int
