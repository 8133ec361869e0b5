"""Whom mails of a session go to: accounts that are open and approved now, and in the session's group if it is for one.

Every list is asked for when the mail is written, so an address, a language, a zone, a right are those of that moment.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select, text, true, union
from sqlalchemy.dialects.postgresql import insert

from app.accounts.group_rules import rules_for
from app.accounts.models import Group, GroupMembership, Standing, User
from app.core import clock
from app.core.database import db
from app.webinars.mailing_notices import Session
from app.webinars.models.planning import (
    Audience,
    RegistrationState,
    State,
    Webinar,
    WebinarMailing,
    WebinarRegistration,
    WebinarRunner,
    WebinarUnreminded,
)

_LOCK = 7202615
HELD = (State.PLANNED, State.OPEN, State.LIVE)
Row = WebinarRegistration | WebinarRunner
Accounts = Select[int] | Select[int | None] | Collection[int]


def session_of(webinar_id: int) -> Session | None:
    """Return a published session as mails tell of it; None for a draft, a template, or none.

    What a session for a feature's group (a room's) may say in mails, the feature decides.
    """
    webinar = db.session.get(Webinar, webinar_id)
    if webinar is None or webinar.state == State.DRAFT or webinar.is_template:
        return None
    return Session(webinar, rules_for(webinar.group_id).mail_names)


def take_turns(webinar_id: int) -> None:
    """Let only one transaction at a time bring the calendars of a session up to date, each with the session as it is.

    Else one that began before a change could write the older version over what the next one is about to look at.
    """
    db.session.execute(
        text("SELECT pg_advisory_xact_lock(:family, hashint8(:id))"), {"family": _LOCK, "id": webinar_id}
    )


def behind(webinar: Webinar, after: int, limit: int) -> tuple[list[tuple[WebinarRegistration, User]], int]:
    """Return registrations (numbers above ``after``) whose person's calendar does not have the session as it is.

    They are locked, and asked again once they are: who withdraws meanwhile is left out. Beside them the number to go on
    after; 0 when there are no more.
    """
    row = WebinarRegistration
    wanted = (row.webinar_id == webinar.id, _behind(webinar), _open_account())
    account = select(row.id).join(User, User.id == row.user_id)
    ids = db.session.scalars(account.where(*wanted, row.id > after).order_by(row.id).limit(limit)).all()
    rows = db.session.execute(
        select(row, User)
        .join(User, User.id == row.user_id)
        .where(row.id.in_(ids), *wanted)
        .order_by(row.id)
        .with_for_update(of=row)
        .execution_options(populate_existing=True)
    )
    return [(row, person) for row, person in rows], ids[-1] if len(ids) == limit else 0


def _behind(webinar: Webinar) -> ColumnElement[bool]:
    row = WebinarRegistration
    older = and_(
        row.state == RegistrationState.REGISTERED, row.mailed_sequence < webinar.sequence, _admitted(webinar)
    )
    given_up = and_(
        row.state == RegistrationState.CANCELLED,
        row.mailed_sequence >= 0,
        row.user_id.not_in(_named(webinar)),
    )
    return or_(older, given_up)


def runners_behind(webinar: Webinar) -> Sequence[tuple[WebinarRunner, User, int | None]]:
    """Return those named in a session whose calendar does not have it as it is, with how often their calendar was told
    of a place of their own before."""
    row = WebinarRunner
    before = and_(WebinarRegistration.webinar_id == webinar.id, WebinarRegistration.user_id == row.user_id)
    rows = db.session.execute(
        select(row, User, WebinarRegistration.calendar_changes)
        .join(User, User.id == row.user_id)
        .outerjoin(WebinarRegistration, before)
        .where(row.webinar_id == webinar.id, row.mailed_sequence < webinar.sequence, _open_account())
        .order_by(row.id)
        .with_for_update(of=row)
    )
    return [(row, person, changes) for row, person, changes in rows]


def registration(webinar: Webinar, user_id: int) -> WebinarRegistration | None:
    """Return how an account stands before a session, locked."""
    row = WebinarRegistration
    wanted = select(row).where(row.webinar_id == webinar.id, row.user_id == user_id)
    return db.session.scalars(wanted.with_for_update()).one_or_none()


def with_place(webinar: Webinar, since: datetime) -> Select[int]:
    """Select the accounts that had a place at ``since`` and have it, and those named in the session."""
    taken = select(WebinarRegistration.user_id).where(
        WebinarRegistration.webinar_id == webinar.id,
        WebinarRegistration.state == RegistrationState.REGISTERED,
        WebinarRegistration.changed_at <= since,
        _admitted(webinar),
    )
    return select(union(taken, _named(webinar)).subquery().c[0])


def to_remind(webinar: Webinar, since: datetime) -> Select[int]:
    """Select those of :func:`with_place` who want reminders."""
    found = with_place(webinar, since).subquery().c[0]
    return select(found).where(found.not_in(select(WebinarUnreminded.user_id)))


def registered(webinar: Webinar) -> Select[int | None]:
    """Select the accounts that have a place and are not named in the session."""
    return select(WebinarRegistration.user_id).where(
        WebinarRegistration.webinar_id == webinar.id,
        WebinarRegistration.state == RegistrationState.REGISTERED,
        WebinarRegistration.user_id.not_in(_named(webinar)),
        _admitted(webinar),
    )


def invited(webinar: Webinar, only: int = 0) -> Select[int | None]:
    """Select the accounts (or the one) that are invited by name and have not answered."""
    found = select(WebinarRegistration.user_id).where(
        WebinarRegistration.webinar_id == webinar.id,
        WebinarRegistration.state == RegistrationState.INVITED,
        WebinarRegistration.user_id.is_not(None),
    )
    return found.where(WebinarRegistration.user_id == only) if only else found


def claim(webinar: Webinar, who: Accounts, what: str, limit: int) -> Sequence[User]:
    """Note that some of ``who`` get the mail ``what``, and return them; whoever got it before is left out."""
    got = select(WebinarMailing.user_id).where(
        WebinarMailing.webinar_id == webinar.id, WebinarMailing.what == what
    )
    people = db.session.scalars(
        select(User)
        .where(User.id.in_(who), User.id.not_in(got), _open_account())
        .order_by(User.id)
        .limit(limit)
    ).all()
    if not people:
        return []
    rows = [
        {"webinar_id": webinar.id, "user_id": one.id, "what": what, "sent_at": clock.now()} for one in people
    ]
    added = insert(WebinarMailing).values(rows).on_conflict_do_nothing().returning(WebinarMailing.user_id)
    claimed = set(db.session.scalars(added))
    return [one for one in people if one.id in claimed]


def forget(webinar_id: int, user_id: int, *what: str) -> None:
    """Let mails go to somebody again."""
    db.session.execute(
        delete(WebinarMailing).where(
            WebinarMailing.webinar_id == webinar_id,
            WebinarMailing.user_id == user_id,
            WebinarMailing.what.in_(what),
        ),
        execution_options={"synchronize_session": False},
    )


def who_got(webinar: Webinar, what: str) -> frozenset[int]:
    """Return the accounts that got a mail of a session."""
    got = select(WebinarMailing.user_id).where(
        WebinarMailing.webinar_id == webinar.id, WebinarMailing.what == what
    )
    return frozenset(db.session.scalars(got))


def _named(webinar: Webinar) -> Select[int | None]:
    return select(WebinarRunner.user_id).where(
        WebinarRunner.webinar_id == webinar.id, WebinarRunner.user_id.is_not(None)
    )


def _open_account() -> ColumnElement[bool]:
    return and_(User.active, User.standing == Standing.APPROVED)


def _admitted(webinar: Webinar) -> ColumnElement[bool]:
    """Whether a registered person is still in the session's group: who left it is told no more of what it does."""
    if webinar.audience != Audience.GROUP:
        return true()
    now = clock.now()
    factor = select(User.id).where(User.id == GroupMembership.user_id, User.tf_primary_method.is_not(None))
    members = (
        select(GroupMembership.user_id)
        .join(Group, Group.id == GroupMembership.group_id)
        .where(
            GroupMembership.group_id == webinar.group_id,
            GroupMembership.left_at.is_(None),
            or_(GroupMembership.ends_at.is_(None), GroupMembership.ends_at > now),
            or_(~Group.second_factor, factor.exists()),
        )
    )
    return WebinarRegistration.user_id.in_(members)
