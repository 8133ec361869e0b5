"""The only way to a certificate."""

from __future__ import annotations

from sqlalchemy import select

from app.certificates.models import Certificate
from app.certificates.policy import may_download, may_revoke
from app.core.access import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.ids import canonical_code


def by_code(code: str) -> Certificate | None:
    """Return the certificate of a code as people type it, or None."""
    return db.session.scalar(select(Certificate).where(Certificate.code == canonical_code(code[:64])))


def checked(actor: Actor, code: str) -> Certificate | None:
    """For the public check: anyone may ask, and None (no such certificate) is an answer."""
    return by_code(code)


def downloadable(actor: Actor, code: str) -> Certificate:
    """For its holder; NotFound for everybody else."""
    found = by_code(code)
    if found is None or not may_download(actor, found):
        raise NotFound
    return found


def revocable(actor: Actor, code: str) -> Certificate:
    """For those who may revoke; NotFound for everybody else."""
    found = by_code(code)
    if found is None or not may_revoke(actor):
        raise NotFound
    return found
