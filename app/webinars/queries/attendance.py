"""Who was at a session for how long: what the room saw and what was stated, put together for each person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import CompoundSelect, DateTime, Select, and_, extract, func, literal, select, text
from sqlalchemy import union as one_of_these

from app.accounts.models import User
from app.core import clock
from app.core.database import db
from app.webinars.attendance_checks import Checks, checks_of
from app.webinars.ledger import Rule, Span, by_step, clip, length, union
from app.webinars.models.after import WebinarClosing
from app.webinars.models.attendance import AttendanceEntry, EntryKind, WebinarPresence
from app.webinars.models.planning import (
    RegistrationState,
    RunnerRole,
    State,
    Webinar,
    WebinarRegistration,
    WebinarRunner,
)
from app.webinars.models.room import Step, WebinarParticipant
from app.webinars.places import Place

AT_THE_DOOR = timedelta(minutes=15)  # who checks in so soon after the start has been there from it
LIVE = "live"  # the way by which the room itself knows an attendance
CORRECTED = "corrected"
Spans = dict[str, list[Span]]
_PRESENCE = text(
    """
    SELECT participant_id, step, lower(span), upper(span) FROM (
        SELECT participant_id, step, unnest(range_agg(tstzrange(from_at, to_at))) AS span
        FROM webinar_presence
        WHERE webinar_id = :webinar AND from_at < to_at
          AND (CAST(:only AS bigint[]) IS NULL OR participant_id = ANY(:only))
        GROUP BY participant_id, step
    ) AS found ORDER BY participant_id, lower(span)
    """
)
_STATED = (EntryKind.LIST, EntryKind.CODE, EntryKind.COMPANION)


@dataclass(slots=True)
class Attendee:
    """One person of a session. ``key`` names them in addresses: the account's public id, or the named entry's.

    ``spans`` is when they were there, each moment once; ``present`` how long that was, or what a correction made of it.
    ``how`` are the ways by which it is known; ``counts`` is False for who ran the session.
    """

    key: str
    user_id: int | None
    entry_id: int | None
    name: str
    country: str = ""
    role: str = RunnerRole.PARTICIPANT
    registered: bool = False
    spans: list[Span] = field(default_factory=list)
    steps: dict[str, timedelta] = field(default_factory=dict)
    present: timedelta = timedelta(0)
    how: list[str] = field(default_factory=list)
    answered: int = 0
    decision: str = ""
    correction: AttendanceEntry | None = None
    fulfilled: bool = False
    entries: list[AttendanceEntry] = field(default_factory=list)

    @property
    def counts(self) -> bool:
        """Whether the rule is for them: not for those who run or serve the session."""
        return self.role == RunnerRole.PARTICIPANT

    @property
    def first_at(self) -> datetime | None:
        """When they were first there."""
        return self.spans[0][0] if self.spans else None

    @property
    def last_at(self) -> datetime | None:
        """When they were last there."""
        return self.spans[-1][1] if self.spans else None

    @property
    def was_there(self) -> bool:
        """Whether they have any time, or were said to have attended."""
        return self.present > timedelta(0) or self.decision == "yes"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The attendance of a session: by which rule, in which time, of whom; ``closing`` once its books are closed."""

    webinar: Webinar
    rule: Rule
    window: Span
    asked: int
    people: list[Attendee]
    closing: WebinarClosing | None = None

    def find(self, key: str) -> Attendee | None:
        """Return the person with a key."""
        return next((one for one in self.people if one.key == key), None)


def rule_of(webinar: Webinar) -> Rule:
    """Return the session's rule as it is now."""
    scheduled = webinar.ends_at - webinar.starts_at
    return Rule(webinar.percent, scheduled, webinar.answers_needed, webinar.rule_version)


def window_of(webinar: Webinar, now: datetime) -> Span:
    """Return the time that counts: from the scheduled start, or an earlier beginning, until it was closed, or now.

    Of a session that has no room of its own, as scheduled. Before the beginning it is empty.
    """
    if webinar.begun_at is None:
        if webinar.state == State.ENDED and webinar.opened_at is None:
            return (webinar.starts_at, webinar.ends_at)
        return (webinar.starts_at, webinar.starts_at)
    begins = min(webinar.starts_at, webinar.begun_at)
    return (begins, max(begins, webinar.closed_at or now))


def stated_window(webinar: Webinar, now: datetime) -> Span:
    """Return the time that somebody was there for who is known by a list or code; as scheduled until it is over."""
    begins, ends = window_of(webinar, now)
    if webinar.state == State.ENDED and ends > begins:
        return (begins, ends)
    return (min(webinar.starts_at, begins), webinar.ends_at)


def sheet_of(webinar: Webinar, now: datetime, rule: Rule | None = None) -> Sheet:
    """Return the attendance of everybody, by name; the registered who never came included. Five queries at most.

    By the session's present rule, or by another one that it was reckoned by.
    """
    return _sheet(webinar, now, None, rule)


def own_of(webinar: Webinar, user_id: int, now: datetime) -> Attendee | None:
    """Return one account's attendance; None for somebody the session does not know. Five queries at most."""
    sheet = _sheet(webinar, now, user_id, None)
    return next((one for one in sheet.people if one.user_id == user_id), None)


def _sheet(webinar: Webinar, now: datetime, only: int | None, rule: Rule | None) -> Sheet:
    entries = _entries(webinar.id, only)
    people = _people(webinar, only, entries)
    beside = {one.participant_id for one in entries if one.participant_id is not None}
    wanted = beside | {one.participant.id for one in people if one.participant is not None}
    presence = _presence(webinar.id, None if only is None else sorted(wanted))
    checks = checks_of(webinar.id) if webinar.answers_needed else Checks()
    builder = _Builder(rule or rule_of(webinar), webinar, now, checks, presence)
    for one in people:
        builder.reckon(builder.account(one, entries))
    for entry in builder.named(entries):
        builder.reckon(builder.name_only(entry, entries))
    found = sorted(builder.people, key=lambda one: (one.name.casefold(), one.key))
    return Sheet(webinar, builder.rule, builder.window, checks.asked, found)


@dataclass(frozen=True, slots=True)
class _Known:
    """An account as a session knows it."""

    person: User
    role: str
    registered: bool
    participant: WebinarParticipant | None


class _Builder:
    """Puts the pieces of each person together."""

    def __init__(
        self, rule: Rule, webinar: Webinar, now: datetime, checks: Checks, presence: Mapping[int, Spans]
    ) -> None:
        self.rule, self.window = rule, window_of(webinar, now)
        self.stated = stated_window(webinar, now)
        self.now, self.checks, self.presence = now, checks, presence
        self.people: list[Attendee] = []

    def account(self, known: _Known, entries: Sequence[AttendanceEntry]) -> Attendee:
        """Return an account's attendance before its reckoning: its own presence, and what was stated about it."""
        person, own = known.person, known.participant
        found = Attendee(
            person.public_id, person.id, None, person.name, country=person.country,
            role=known.role, registered=known.registered,
        )  # fmt: skip
        found.answered = self.checks.answered.get(person.id, 0)
        found.entries = [one for one in entries if one.user_id == person.id]
        self._gather(found, self.presence.get(own.id, {}) if own else {})
        return found

    def name_only(self, entry: AttendanceEntry, entries: Sequence[AttendanceEntry]) -> Attendee:
        """Return the attendance of somebody who is known by name only."""
        found = Attendee(entry.public_id, None, entry.id, entry.name)
        found.entries = [entry, *(one for one in entries if one.about_id == entry.id)]
        self._gather(found, {})
        return found

    def named(self, entries: Sequence[AttendanceEntry]) -> Iterable[AttendanceEntry]:
        """Return the entries that stand for people without an account."""
        gone = _withdrawn(entries)
        return [one for one in entries if one.user_id is None and one.kind in _STATED and one.id not in gone]

    def _gather(self, found: Attendee, own: Spans) -> None:
        gone = _withdrawn(found.entries)
        standing = [one for one in found.entries if one.id not in gone]
        steps = {step: list(spans) for step, spans in own.items()}
        if any(own.values()):
            found.how.append(LIVE)
        stated: list[Span] = []
        for entry in standing:
            if entry.kind == EntryKind.COMPANION:
                for step, spans in self.presence.get(entry.participant_id or 0, {}).items():
                    steps.setdefault(step, []).extend(spans)
            elif entry.kind in _STATED:
                stated.append(self._stated(entry))
            elif entry.kind == EntryKind.CORRECTION:
                found.correction = entry
            if entry.kind in _STATED and entry.kind not in found.how:
                found.how.append(entry.kind)
        clipped = {step: clip(spans, self.window) for step, spans in steps.items()}
        found.steps = by_step(clipped)
        found.spans = union([*(one for spans in clipped.values() for one in spans), *stated])

    def _stated(self, entry: AttendanceEntry) -> Span:
        """Return the time that an entry states; until the session is over it grows with the clock."""
        begins, ends = self.stated
        if entry.kind == EntryKind.CODE and entry.at > begins + AT_THE_DOOR:
            begins = min(entry.at, ends)
        if entry.minutes is not None:
            ends = min(ends, begins + timedelta(minutes=entry.minutes))
        return (begins, max(begins, min(ends, self.now)))

    def reckon(self, found: Attendee) -> None:
        """Apply correction and rule."""
        found.present = length(found.spans)
        if found.correction is not None:
            found.decision = found.correction.decision
            if found.correction.minutes is not None:
                found.present = timedelta(minutes=found.correction.minutes)
            found.how.append(CORRECTED)
        by_rule = self.rule.fulfilled(found.present, found.answered)
        found.fulfilled = found.counts and (found.decision == "yes" or (by_rule and found.decision != "no"))
        self.people.append(found)


def presence_of(webinar_id: int) -> dict[int, Spans]:
    """Return when each participant (by row number) was there on each step, each moment once. One query."""
    return _presence(webinar_id, None)


def _presence(webinar_id: int, only: list[int] | None) -> dict[int, Spans]:
    found: dict[int, Spans] = {}
    if only == []:
        return found
    for participant_id, step, begins, ends in db.session.execute(
        _PRESENCE, {"webinar": webinar_id, "only": only}
    ):
        found.setdefault(participant_id, {}).setdefault(step, []).append((begins, ends))
    return found


def _entries(webinar_id: int, only: int | None) -> list[AttendanceEntry]:
    wanted = select(AttendanceEntry).where(AttendanceEntry.webinar_id == webinar_id)
    if only is not None:
        wanted = wanted.where(AttendanceEntry.user_id == only)
    return list(db.session.scalars(wanted.order_by(AttendanceEntry.id)))


def _withdrawn(entries: Iterable[AttendanceEntry]) -> set[int]:
    return {one.about_id for one in entries if one.kind == EntryKind.WITHDRAWN and one.about_id is not None}


def _people(webinar: Webinar, only: int | None, entries: Sequence[AttendanceEntry]) -> list[_Known]:
    """Return the accounts that registered, run the session, were in its room, or have an entry. One query."""
    registered = and_(
        WebinarRegistration.webinar_id == webinar.id,
        WebinarRegistration.state == RegistrationState.REGISTERED,
    )
    runs = and_(WebinarRunner.webinar_id == webinar.id, WebinarRunner.role != RunnerRole.PARTICIPANT)
    was_inside = WebinarParticipant.webinar_id == webinar.id
    stated = {one.user_id for one in entries if one.user_id is not None}
    concerned: CompoundSelect[int | None] = one_of_these(
        select(WebinarRegistration.user_id).where(registered),
        select(WebinarRunner.user_id).where(runs),
        select(WebinarParticipant.user_id).where(was_inside),
        select(User.id).where(User.id.in_(stated)),
    )
    wanted = (
        select(User, WebinarRunner.role, WebinarRegistration.id.is_not(None), WebinarParticipant)
        .outerjoin(WebinarRunner, and_(runs, WebinarRunner.user_id == User.id))
        .outerjoin(WebinarRegistration, and_(registered, WebinarRegistration.user_id == User.id))
        .outerjoin(WebinarParticipant, and_(was_inside, WebinarParticipant.user_id == User.id))
        .where(User.id.in_(concerned))
    )
    if only is not None:
        wanted = wanted.where(User.id == only)
    return [
        _Known(person, _role(webinar, person, role, participant), is_registered, participant)
        for person, role, is_registered, participant in db.session.execute(wanted)
    ]


def _role(webinar: Webinar, person: User, role: str | None, participant: WebinarParticipant | None) -> str:
    """Return a role as planned: who was given the floor still took part. Who made the session runs it when there."""
    if role is None and participant is not None and person.id == webinar.created_by:
        return RunnerRole.HOST
    return role or RunnerRole.PARTICIPANT


def step_words(steps: Mapping[str, timedelta]) -> dict[str, int]:
    """Return the seconds on each step, in the order of the ladder."""
    return {step.value: round(steps[step].total_seconds()) for step in Step if step in steps}


def names(accounts: Iterable[int | None]) -> dict[int, str]:
    """Return the names of accounts. One query."""
    wanted = {one for one in accounts if one is not None}
    if not wanted:
        return {}
    return {one.id: one.name for one in db.session.scalars(select(User).where(User.id.in_(wanted)))}


def participants(webinar: Webinar) -> list[tuple[str, str]]:
    """Return (public id in the room, name) of everybody who was in it, by name. One query."""
    rows = db.session.execute(
        select(WebinarParticipant.public_id, User)
        .join(User, User.id == WebinarParticipant.user_id)
        .where(WebinarParticipant.webinar_id == webinar.id, WebinarParticipant.admitted_at.is_not(None))
    )
    return sorted(((key, person.name) for key, person in rows), key=lambda one: one[1].casefold())


def seconds_in_room(place: Place) -> Select[float]:
    """Return what reads for how many seconds the person at ``place`` was in the room so far, each moment once."""
    begins, ends = (literal(at, DateTime(timezone=True)) for at in window_of(place.webinar, clock.now()))
    counted = func.range_agg(func.tstzrange(WebinarPresence.from_at, WebinarPresence.to_at))
    inside = counted.op("*")(func.tstzmultirange(func.tstzrange(begins, ends)))
    spans = (
        select(func.unnest(inside).label("span"))
        .where(WebinarPresence.participant_id == place.me.id)
        .subquery()
    )
    lasted = func.sum(func.upper(spans.c.span) - func.lower(spans.c.span))
    return select(func.coalesce(extract("epoch", lasted), 0).label("seconds"))
