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
from app.core.jobs import periodic
from app.core.mail import send
from app.core.scopes import scopes_of
from app.core.settings import settings
from app.notifications import notices
from app.notifications.models import DEFAULT_DIGEST, EVERYTHING, Digest, Notice, NoticePreference
from app.notifications.rhythm import BURST, due_before

MOST_PEOPLE = 300
KEEP_READ = timedelta(days=90)
KEEP_UNREAD = timedelta(days=365)
Columns = TypeVarTuple("Columns")
Turn = tuple[str, str, datetime]  # zone, rhythm, the instant that due notices were written before


@periodic("notifications.mail_due", "* * * * *")
def mail_due() -> None:
    """Mail everybody whose notices are due now, each notice once. One run takes some hundred people, the next goes on.

    A person whose mail cannot be made is left for the next run and does not keep the others from theirs.
    """
    for person, due in _due(clock.now()):
        try:
            # The words of notices are made as on a page, so there is a request, as far as addresses go.
            with current_app.test_request_context(base_url=settings().public_url), db.session.begin_nested():
                _mail(person, due)
        except Exception:
            log.failure("digest failed", person=person.public_id)
        finally:
            forget_actor()
            scopes.forget()


def _mail(person: User, due: Sequence[Notice]) -> None:
    """Put a person's mail into the outbox. What they may not know any more is neither told nor kept waiting."""
    actor = actors.of_person(person)
    act_as(actor)
    held = scopes_of(actor)
    told = [notice for notice in due if notice.scope in held]
    message = notices.digest(person, told)
    for notice in due:
        notice.waiting_since = None
        if message is not None and notice in told:
            notice.mailed_at = clock.now()
    if message is not None:
        send(message)
    db.session.flush()


def _due(now: datetime) -> Iterator[tuple[User, list[Notice]]]:
    """Yield each person who is due with their due notices, oldest first; the notices are locked."""
    turns = _turns(now)
    if not turns:
        return
    due = _with_turns(select(Notice.user_id), turns)
    people = (
        due.group_by(Notice.user_id).order_by(func.min(Notice.waiting_since)).limit(MOST_PEOPLE).subquery()
    )
    rows = db.session.execute(
        _with_turns(select(User, Notice), turns)
        .where(Notice.user_id.in_(select(people.c.user_id)))
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
