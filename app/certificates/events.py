"""What certificates tell the rest."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True)
class CertificateIssued(Event):
    """A certificate was issued for the first time."""

    certificate_id: int
    user_id: int


@dataclass(frozen=True)
class CertificateRevoked(Event):
    """A certificate was revoked."""

    certificate_id: int
    user_id: int | None
    reason: str
