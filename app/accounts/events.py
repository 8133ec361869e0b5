"""What happened to people; who listens stands in ``app/wiring.py``."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True)
class PersonRegistered(Event):
    """Somebody applied; the address is not confirmed yet."""

    user_id: int


@dataclass(frozen=True)
class PersonApproved(Event):
    """An application was approved."""

    user_id: int


@dataclass(frozen=True)
class PersonDeclined(Event):
    """An application was declined."""

    user_id: int
    reason: str


@dataclass(frozen=True)
class AccountClosed(Event):
    """An account was closed."""

    user_id: int


@dataclass(frozen=True)
class CountryChanged(Event):
    """A person works for another country now (ISO 3166 codes)."""

    user_id: int
    before: str
    after: str


@dataclass(frozen=True)
class NameChanged(Event):
    """A person's given or family name changed."""

    user_id: int


@dataclass(frozen=True)
class SignInsEnded(Event):
    """Sign-ins are over: signed out, ended by their owner or an administrator, or with the account."""

    session_ids: tuple[int, ...]


@dataclass(frozen=True)
class RightsChanged(Event):
    """What a person may do became less: a role or a group ended, or the second factor is gone."""

    user_id: int
