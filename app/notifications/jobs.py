"""Work of the worker: mails about notices when they are due, and forgetting what is old."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import TypeVarTuple

from flask import current_app
from sqlalchemy import DateTime, Select, Text, and_, column, delete, func, or_, select, values
from sqlalchemy.orm import aliased

from app.accounts import actors
from app.accounts.models import Standing, User
from app.core import clock, log, scopes
from app.core.access import act_as, forget_actor
from app.core.database import db
from app.core.jobs import defer, job, periodic
from app.core.mail import send
from app.core.scopes import held_among
from app.core.settings import settings
from app.notifications import notices
from app.notifications.models import DEFAULT_DIGEST, EVERYTHING, Digest, Notice, NoticePreference
from app.notifications.rhythm import BURST, due_before

BATCH = 25
"""People written to in one transaction: their notices are locked meanwhile, and whoever adds to them waits."""
KEEP_READ = timedelta(days=90)
KEEP_UNREAD = timedelta(days=365)
Columns = TypeVarTuple("Columns")
Turn = tuple[str, str, datetime]  # zone, rhythm, the instant that due notices were written before


@periodic("notifications.mail_due", "* * * * *")
def mail_due() -> None:
    """Mail everybody whose notices are due now, each notice once."""
    mail_batch(0)


@job("notifications.mail_batch")
def mail_batch(after: int) -> None:
    """Mail the first people due whose account's number is above ``after``; a job of its own goes on behind them.

    Whoever cannot be written to is left for the next minute and does not keep the others from their mail.
    """
    turns = _turns(clock.now())
    people = _people(turns, after) if turns else []
    for person, due in _held(turns, people):
        try:
            # The words of notices are made as on a page, so there is a request, as far as addresses go.
            with current_app.test_request_context(base_url=settings().public_url), db.session.begin_nested():
                _mail(person, due)
        except Exception:
            log.failure("digest failed", person=person.public_id)
        finally:
            forget_actor()
            scopes.forget()
    if len(people) == BATCH:
        defer(mail_batch, after=people[-1])


def _mail(person: User, due: Sequence[Notice]) -> None:
    """Put a person's mail into the outbox. What they may not know any more is neither told nor kept waiting."""
    actor = actors.of_person(person)
    act_as(actor)
    held = held_among(actor, {notice.scope for notice in due})
    told = [notice for notice in due if notice.scope in held]
    message = notices.digest(person, told)
    for notice in due:
        notice.waiting_since = None
        if message is not None and notice in told:
            notice.mailed_at = clock.now()
    if message is not None:
        send(message)
    db.session.flush()


def _people(turns: Sequence[Turn], after: int) -> Sequence[int]:
    due = _with_turns(select(Notice.user_id), turns).where(Notice.user_id > after)
    return db.session.scalars(due.distinct().order_by(Notice.user_id).limit(BATCH)).all()


def _held(turns: Sequence[Turn], people: Sequence[int]) -> Iterator[tuple[User, list[Notice]]]:
    """Yield each of ``people`` with their due notices, oldest first, which nobody else mails meanwhile."""
    if not people:
        return
    rows = db.session.execute(
        _with_turns(select(User, Notice), turns)
        .where(Notice.user_id.in_(people))
        .order_by(Notice.user_id, Notice.updated_at, Notice.id)
        .with_for_update(of=Notice, skip_locked=True)
    ).all()
    for _user_id, group in groupby(rows, key=lambda row: row.Notice.user_id):
        found = list(group)
        yield found[0].User, [row.Notice for row in found]


def _turns(now: datetime) -> list[Turn]:
    """Return what is due now, for each zone that somebody with a waiting notice lives in."""
    zones = db.session.scalars(
        select(User.zone)
        .join(Notice, Notice.user_id == User.id)
        .where(Notice.waiting_since <= now - BURST)
        .distinct()
    )
    turns = ((zone, digest.value, due_before(digest, zone, now)) for zone in zones for digest in Digest)
    return [(zone, digest, before) for zone, digest, before in turns if before is not None]


def _with_turns(statement: Select[*Columns], turns: Sequence[Turn]) -> Select[*Columns]:
    """Narrow a selection to notices whose person's turn has come, by the preference that rules each."""
    here, everywhere = aliased(NoticePreference), aliased(NoticePreference)
    turn = values(
        column("zone", Text), column("digest", Text), column("before", DateTime(timezone=True)), name="turn"
    ).data(list(turns))
    return (
        statement.select_from(Notice)
        .join(User, User.id == Notice.user_id)
        .outerjoin(here, and_(here.user_id == Notice.user_id, here.scope == Notice.within))
        .outerjoin(everywhere, and_(everywhere.user_id == Notice.user_id, everywhere.scope == EVERYTHING))
        .join(
            turn,
            and_(
                turn.c.zone == User.zone,
                turn.c.digest == func.coalesce(here.digest, everywhere.digest, DEFAULT_DIGEST.value),
            ),
        )
        .where(User.active, User.standing == Standing.APPROVED.value)
        .where(Notice.waiting_since.is_not(None), Notice.waiting_since <= turn.c.before)
    )


@periodic("notifications.forget_old", "41 3 * * *")
def forget_old() -> None:
    """Delete what was read three months ago and what nobody read in a year."""
    now = clock.now()
    db.session.execute(
        delete(Notice).where(
            or_(
                Notice.read_at < now - KEEP_READ,
                and_(Notice.read_at.is_(None), Notice.updated_at < now - KEEP_UNREAD),
            )
        ),
        execution_options={"synchronize_session": False},
    )
