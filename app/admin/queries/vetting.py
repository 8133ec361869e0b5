"""Applications: who waits, who was decided on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Standing, User, VettingDecision
from app.core.database import db


@dataclass(frozen=True, slots=True)
class Application:
    """Somebody who waits: since when, and the last word between them and an administrator, if any."""

    person: User
    since: datetime
    last: str | None
    last_at: datetime | None

    @property
    def waits_for_answer(self) -> bool:
        """Whether a question to the applicant is still open."""
        return self.last == "asked"


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision: on whom, what, why, by whom, when."""

    person: User
    decision: VettingDecision
    by: str


def waiting(*, offset: int, limit: int) -> tuple[Sequence[Application], int]:
    """Return applications that wait, the oldest first, and how many there are."""
    since = func.coalesce(User.confirmed_at, User.registered_at)
    last = (
        select(VettingDecision.decision, VettingDecision.decided_at)
        .where(VettingDecision.user_id == User.id)
        .order_by(VettingDecision.id.desc())
        .limit(1)
        .lateral()
    )
    pending = User.standing == Standing.PENDING.value
    rows = db.session.execute(
        select(User, since, last.c.decision, last.c.decided_at)
        .outerjoin(last, last.c.decided_at.is_not(None))
        .where(pending)
        .order_by(since, User.id)
        .offset(offset)
        .limit(limit)
    )
    total = db.session.scalar(select(func.count()).select_from(User).where(pending)) or 0
    return [Application(*row) for row in rows], total


def decided(*, offset: int, limit: int) -> tuple[Sequence[Decided], int]:
    """Return decisions (not questions), the newest first, and how many there are."""
    administrator = aliased(User)
    final = VettingDecision.decision.in_(["approved", "declined"])
    rows = db.session.execute(
        select(User, VettingDecision, administrator.given_name, administrator.family_name)
        .join(User, User.id == VettingDecision.user_id)
        .outerjoin(administrator, administrator.id == VettingDecision.decided_by)
        .where(final)
        .order_by(VettingDecision.id.desc())
        .offset(offset)
        .limit(limit)
    )
    total = db.session.scalar(select(func.count()).select_from(VettingDecision).where(final)) or 0
    return [
        Decided(person, decision, f"{given or ''} {family or ''}".strip())
        for person, decision, given, family in rows
    ], total


def history(user_id: int) -> Sequence[Decided]:
    """Return every decision, question and answer on an application, oldest first."""
    administrator = aliased(User)
    rows = db.session.execute(
        select(User, VettingDecision, administrator.given_name, administrator.family_name)
        .join(User, User.id == VettingDecision.user_id)
        .outerjoin(administrator, administrator.id == VettingDecision.decided_by)
        .where(VettingDecision.user_id == user_id)
        .order_by(VettingDecision.id)
    )
    return [
        Decided(person, decision, f"{given or ''} {family or ''}".strip())
        for person, decision, given, family in rows
    ]
