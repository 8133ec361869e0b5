"""What certificates do when something happened elsewhere. Wired in ``app/wiring.py``."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import User
from app.certificates import notices
from app.certificates.actions import issue, revoke
from app.certificates.events import CertificateIssued, CertificateRevoked
from app.certificates.models import Certificate
from app.core import mail
from app.core.database import db


class Completion(Protocol):
    """What an event that earns a certificate carries."""

    @property
    def user_id(self) -> int: ...
    @property
    def activity_key(self) -> UUID: ...
    @property
    def completed_at(self) -> datetime: ...
    @property
    def language(self) -> str: ...


def issue_on_completion(event: Completion) -> None:
    """Issue the certificate of a completion, once."""
    issue(event.user_id, event.activity_key, completed_at=event.completed_at, language=event.language)


class TakenBack(Protocol):
    """What an event carries that takes back what a certificate was earned by."""

    @property
    def user_id(self) -> int: ...
    @property
    def activity_key(self) -> UUID: ...
    @property
    def reason(self) -> str: ...


def revoke_when_taken_back(event: TakenBack) -> None:
    """Revoke the certificate of something that turned out not to have been completed."""
    certificate = db.session.scalars(
        select(Certificate).filter_by(user_id=event.user_id, activity_key=event.activity_key)
    ).one_or_none()
    if certificate is not None:
        revoke(None, certificate, event.reason)


def tell_holder_of_issue(event: CertificateIssued) -> None:
    """Mail the holder where the certificate is."""
    certificate = db.session.get_one(Certificate, event.certificate_id)
    mail.send(notices.issued(db.session.get_one(User, event.user_id), certificate))


def tell_holder_of_revocation(event: CertificateRevoked) -> None:
    """Mail the holder that the certificate no longer holds, and why."""
    if event.user_id is not None:
        certificate = db.session.get_one(Certificate, event.certificate_id)
        mail.send(notices.revoked(db.session.get_one(User, event.user_id), certificate))
