"""What home shows beside courses."""

from __future__ import annotations

from sqlalchemy import func, select

from app.accounts.models import Standing, User
from app.core.access import Actor
from app.core.database import db
from app.core.permissions import Permission


def waiting_for_approval(actor: Actor) -> int:
    """Return how many people wait for a decision that the actor may take; 0 for everybody else."""
    if not actor.may(Permission.PEOPLE_VET):
        return 0
    return (
        db.session.scalar(select(func.count()).select_from(User).where(User.standing == Standing.PENDING))
        or 0
    )
