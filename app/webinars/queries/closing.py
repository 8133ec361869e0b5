"""What was reckoned when sessions were closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Select, and_, exists, func, select

from app.accounts.models import User
from app.core.database import db
from app.webinars.ledger import Rule
from app.webinars.models.after import WebinarClosing, WebinarVerdict
from app.webinars.models.attendance import AttendanceEntry, EntryKind
from app.webinars.models.planning import RegistrationState, State, Webinar, WebinarRegistration
from app.webinars.queries.attendance import Attendee, Sheet, own_of, sheet_of

Key = tuple[int | None, int | None]
"""Who a verdict is about: an account's number, or a named entry's."""


def key_of(user_id: int | None, entry_id: int | None) -> Key:
    """Return the key of somebody's verdicts."""
    return (user_id, None if user_id is not None else entry_id)


def closing_of(webinar_id: int) -> WebinarClosing | None:
    """Return the latest reckoning of a session; None before the first."""
    return db.session.scalars(
        select(WebinarClosing)
        .where(WebinarClosing.webinar_id == webinar_id)
        .order_by(WebinarClosing.run.desc())
        .limit(1)
    ).one_or_none()


def reckonings(webinar_id: int) -> Sequence[WebinarClosing]:
    """Return every reckoning of a session, the latest first."""
    return db.session.scalars(
        select(WebinarClosing)
        .where(WebinarClosing.webinar_id == webinar_id)
        .order_by(WebinarClosing.run.desc())
    ).all()


def verdicts_of(webinar_id: int) -> dict[Key, WebinarVerdict]:
    """Return what holds for each person of a session: the latest verdict."""
    rows = db.session.scalars(select(WebinarVerdict).where(WebinarVerdict.id.in_(_latest(webinar_id, None))))
    return {key_of(one.user_id, one.entry_id): one for one in rows}


def _latest(webinar_id: int, only: int | None) -> Select[int]:
    """The latest verdict of each person, or of one account."""
    wanted = select(func.max(WebinarVerdict.id)).where(WebinarVerdict.webinar_id == webinar_id)
    if only is not None:
        wanted = wanted.where(WebinarVerdict.user_id == only)
    return wanted.group_by(WebinarVerdict.user_id, WebinarVerdict.entry_id)


def verdict_of(webinar_id: int, user_id: int) -> WebinarVerdict | None:
    """Return what holds for one account; None when it was not reckoned."""
    return db.session.scalars(
        select(WebinarVerdict)
        .where(WebinarVerdict.webinar_id == webinar_id, WebinarVerdict.user_id == user_id)
        .order_by(WebinarVerdict.id.desc())
        .limit(1)
    ).one_or_none()


def history_of(webinar_id: int, user_id: int | None, entry_id: int | None) -> Sequence[WebinarVerdict]:
    """Return every verdict on one person, the latest first."""
    who = WebinarVerdict.user_id == user_id if user_id is not None else WebinarVerdict.entry_id == entry_id
    return db.session.scalars(
        select(WebinarVerdict)
        .where(WebinarVerdict.webinar_id == webinar_id, who)
        .order_by(WebinarVerdict.id.desc())
    ).all()


def unclosed() -> Sequence[int]:
    """Return the sessions that are over and were never reckoned, by number."""
    done = exists().where(WebinarClosing.webinar_id == Webinar.id)
    return db.session.scalars(
        select(Webinar.id).where(Webinar.state == State.ENDED, ~done).order_by(Webinar.closed_at).limit(100)
    ).all()


def sheet_now(webinar: Webinar, now: datetime) -> Sheet:
    """Return the attendance of a session as it is shown: what was found once its books are closed, else as it grows.

    Five queries at most.
    """
    closing = closing_of(webinar.id)
    return sheet_of(webinar, now) if closing is None else kept_sheet(webinar, closing)


def kept_sheet(webinar: Webinar, closing: WebinarClosing, only: int | None = None) -> Sheet:
    """Return the attendance as it was found, of everybody or of one account. Two queries."""
    entries = _entries(webinar.id)
    registered = and_(
        WebinarRegistration.webinar_id == webinar.id,
        WebinarRegistration.state == RegistrationState.REGISTERED,
        WebinarRegistration.user_id == WebinarVerdict.user_id,
    )
    latest = _latest(webinar.id, only)
    rows = db.session.execute(
        select(WebinarVerdict, User, WebinarRegistration.id.is_not(None))
        .outerjoin(User, User.id == WebinarVerdict.user_id)
        .outerjoin(WebinarRegistration, registered)
        .where(WebinarVerdict.id.in_(latest))
    )
    found = [_kept(verdict, person, is_registered, entries) for verdict, person, is_registered in rows]
    people = sorted((one for one in found if one.key), key=lambda one: (one.name.casefold(), one.key))
    return Sheet(
        webinar,
        rule_then(closing),
        (closing.begins_at, closing.ends_at),
        closing.rule["asked"],
        people,
        closing,
    )


def rule_then(closing: WebinarClosing) -> Rule:
    """Return the rule that a reckoning went by: a correction does not bring a newer one in."""
    rule = closing.rule
    return Rule(rule["percent"], timedelta(minutes=rule["scheduled"]), rule["answers"], rule["version"])


def _entries(webinar_id: int) -> dict[Key, list[AttendanceEntry]]:
    found: dict[Key, list[AttendanceEntry]] = {}
    wanted = select(AttendanceEntry).where(AttendanceEntry.webinar_id == webinar_id)
    for one in db.session.scalars(wanted.order_by(AttendanceEntry.id)):
        found.setdefault(key_of(one.user_id, one.about_id or one.id), []).append(one)
    return found


def _kept(
    verdict: WebinarVerdict,
    person: User | None,
    registered: bool,
    entries: Mapping[Key, list[AttendanceEntry]],
) -> Attendee:
    """Return somebody's attendance as a verdict has it; without a key when nothing is left that knew of them."""
    stated = entries.get(key_of(verdict.user_id, verdict.entry_id), [])
    gone = {one.about_id for one in stated if one.kind == EntryKind.WITHDRAWN}
    own = next((one for one in stated if one.id == verdict.entry_id), None)
    known = person.public_id if person else own.public_id if own and own.id not in gone else ""
    corrections = [one for one in stated if one.kind == EntryKind.CORRECTION]
    return Attendee(
        key=known,
        user_id=verdict.user_id,
        entry_id=verdict.entry_id,
        name=person.name if person else own.name if own else "",
        country=verdict.country,
        role=verdict.role,
        registered=registered,
        spans=[(verdict.first_at, verdict.last_at)] if verdict.first_at and verdict.last_at else [],
        steps={step: timedelta(seconds=seconds) for step, seconds in verdict.steps.items()},
        present=timedelta(seconds=verdict.present),
        how=list(verdict.how),
        answered=verdict.answered,
        decision=corrections[-1].decision if corrections else "",
        correction=corrections[-1] if corrections else None,
        fulfilled=verdict.fulfilled,
        entries=stated,
    )


def own_now(webinar: Webinar, user_id: int, now: datetime, closing: WebinarClosing | None) -> Attendee | None:
    """Return one account's attendance as it is shown: what was found, else as it grows. Three queries at most."""
    if closing is None:
        return own_of(webinar, user_id, now)
    return next((one for one in kept_sheet(webinar, closing, user_id).people), None)


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of a session: accounts that registered, people who came, who attended, who came without account."""

    registered: int
    came: int
    attended: int
    named: int
    minutes: float  # in the middle: half of those who came were there for less


def figures_of(webinar_id: int) -> Figures:
    """Return the numbers of a session that was reckoned. Two queries."""
    registered = db.session.scalar(
        select(func.count()).where(
            WebinarRegistration.webinar_id == webinar_id,
            WebinarRegistration.state == RegistrationState.REGISTERED,
        )
    )
    came = [one for one in verdicts_of(webinar_id).values() if one.counts and one.attended_fact is not None]
    return Figures(
        registered or 0,
        len(came),
        sum(one.fulfilled for one in came),
        sum(one.user_id is None for one in came),
        round(median(one.present for one in came) / 60, 1) if came else 0.0,
    )
