"""What pages about certificates read."""

from __future__ import annotations

from sqlalchemy import select

from app.certificates.models import Certificate
from app.core.database import db


def of_person(user_id: int) -> list[Certificate]:
    """Return a person's certificates, newest first."""
    return list(
        db.session.scalars(
            select(Certificate).where(Certificate.user_id == user_id).order_by(Certificate.issued_at.desc())
        )
    )
