"""The sessions of the programme as the platform keeps them: planned, registered for, held, their attendance reckoned.

The register is told of them by ``demo/activities.py``; this writes the rows behind the same facts, so that pages and
figures say the same. Nobody's minutes are made up here: they are those of the facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.accounts.models import Role
from app.records.models import ActivityKind, Verb
from app.webinars.models.after import WebinarClosing, WebinarFeedback, WebinarVerdict
from app.webinars.models.attendance import AttendanceEntry, WebinarPresence
from app.webinars.models.planning import (
    Webinar,
    WebinarRegistration,
    WebinarRunner,
    WebinarSeries,
)
from app.webinars.models.room import WebinarParticipant, WebinarRoom
from demo import accounts
from demo.activities import SESSIONS
from demo.copying import copy, reserve
from demo.facts import DemoFact, Register
from demo.people import Person, Population
from demo.tables import Counts
from demo.world import World, data, new_public_id

PERCENT = 66  # an hour of the ninety minutes
OPENED_BEFORE = timedelta(minutes=15)
FEEDBACK_SHARE = 0.3
FEEDBACK_QUESTIONS = ("useful", "clear", "part", "line", "again")
_STEPS = {"full": 70, "low": 14, "sound": 9, "text": 7}
_RULE = {"percent": PERCENT, "answers": 0, "asked": 0, "version": 1}

SERIES = (
    "id",
    "public_id",
    "activity_key",
    "title",
    "summary",
    "topic",
    "languages",
    "created_by",
    "created_at",
)
SESSION = (
    "id", "public_id", "activity_key", "series_id", "kind", "channel", "title", "summary", "topic", "languages",
    "zone", "starts_at", "ends_at", "state", "is_template", "opened_at", "begun_at", "closed_at", "sequence",
    "changed_at", "audience", "countries", "listed", "capacity", "questions", "agenda", "reminders", "place", "link",
    "media", "roster", "anonymous_questions", "keep_chat", "lobby", "recorded", "certificate", "feedback", "percent",
    "answers_needed", "rule_version", "created_by", "created_at", "cancelled_why",
)  # fmt: skip
RUNNER = ("public_id", "webinar_id", "user_id", "name", "role", "biography", "position", "shown")
REGISTRATION = (
    "public_id", "webinar_id", "user_id", "email", "state", "answers", "mailed_sequence", "created_at", "changed_at",
)  # fmt: skip
PARTICIPANT = (
    "id", "public_id", "webinar_id", "user_id", "number", "role", "entered_at", "admitted_at", "seen_at", "left_at",
    "step", "microphone", "camera", "screen", "muted", "silenced", "language",
)  # fmt: skip
ROOM = ("webinar_id", "number", "participants", "locked", "lobby", "lobby_words", "chat", "chat_held",
        "questions_held", "handouts", "microphones", "hard_muted", "shown", "generation", "changed_at")  # fmt: skip
PRESENCE = (
    "webinar_id", "participant_id", "connection", "number", "piece", "step", "from_at", "to_at", "arrived_at",
)  # fmt: skip
ENTRY = ("public_id", "webinar_id", "kind", "user_id", "name", "decision", "reason", "by_id", "at")
CLOSING = ("webinar_id", "run", "at", "reason", "rule", "begins_at", "ends_at", "curve")
VERDICT = (
    "webinar_id", "run", "user_id", "role", "country", "present", "needed", "answered", "steps", "how", "first_at",
    "last_at", "counts", "fulfilled", "attended_fact", "completed_fact", "computed_at",
)  # fmt: skip
FEEDBACK = ("webinar_id", "user_id", "points", "words", "given_at")


@dataclass
class _Told:
    """What the register was told of one person in one session."""

    registered: DemoFact | None = None
    attended: DemoFact | None = None
    completed: DemoFact | None = None

    @property
    def since(self) -> datetime:
        """When they were first heard of."""
        return min(one.occurred_at for one in (self.registered, self.attended, self.completed) if one)


@dataclass
class _Rows:
    """Rows by table, in the order in which they are copied."""

    of: dict[type[Any], list[tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, model: type[Any], *values: Any) -> None:
        """Add a row."""
        self.of[model].append(values)


def load_webinars(world: World, population: Population, register: Register) -> Counts:
    """Write series and sessions of the programme into the present transaction; returns rows by table."""
    return _Loading(world, population, register).run()


class _Loading:
    def __init__(self, world: World, population: Population, register: Register) -> None:
        self.world = world
        self.chance = world.chance("webinars")
        self.activities = register.activities
        self.people: Mapping[UUID, Person] = {person.key: person for person in population.people}
        self.population = population
        self.trainers = _trainers(population)
        self.told = _told(register.facts, self.activities)
        self.rows = _Rows()
        self.participants = 0

    def run(self) -> Counts:
        sessions = [(key, row) for key, row in self.activities.items() if row["kind"] in SESSIONS]
        series = [
            (key, row) for key, row in self.activities.items() if row["kind"] == ActivityKind.WEBINAR_SERIES
        ]
        first_series, first = reserve(WebinarSeries, len(series)), reserve(Webinar, len(sessions))
        of_series = {key: first_series + place for place, (key, _row) in enumerate(series)}
        attended = sum(bool(told.attended) for key, _row in sessions for told in self.told[key].values())
        self.participants = reserve(WebinarParticipant, attended + len(sessions))
        for key, row in series:
            self._series(of_series[key], row)
        for place, (key, row) in enumerate(sessions):
            self._session(first + place, key, row, of_series.get(row["parent_key"]))
        return {model.__tablename__: copy(model, columns, self.rows.of[model]) for model, columns in _TABLES}

    def _series(self, number: int, row: dict[str, Any]) -> None:
        self.rows.add(
            WebinarSeries, number, row["slug"], row["key"], _title(row), _summary(row["topic"]), row["topic"],
            row["languages"], self._host(row).id, row["described_at"],
        )  # fmt: skip

    # ---------------------------------------------------------------------------------------------- one session

    def _session(self, number: int, key: UUID, row: dict[str, Any], series: int | None) -> None:
        starts, ends = row["starts_at"], row["ends_at"]
        over, host = ends < self.world.now, self._host(row)
        online = row["channel"] == "platform"
        by_invitation = str(row["audience"]).startswith("by invitation")
        live = over and online
        self.rows.add(
            Webinar, number, row["slug"], key, series, row["kind"], row["channel"], _title(row),
            _summary(row["topic"]), row["topic"], row["languages"], row["zone"], starts, ends,
            "ended" if over else "planned", False, starts - OPENED_BEFORE if live else None,
            starts if over else None, ends if over else None, 0, row["described_at"],
            "invitation" if by_invitation else "vetted", [], not by_invitation, None, [], _agenda(starts, ends),
            [] if over else [1440, 60, 0], _place(row), "", "null", "all", True, True, False, False,
            row["kind"] == ActivityKind.WEBINAR, True, PERCENT, 0, 1, host.id, row["described_at"], "",
        )  # fmt: skip
        self._runners(number, host, row)
        told = self.told[key]
        for learner, one in told.items():
            self._registration(number, self.people[learner], one)
        if over and told:
            self._attendance(number, row, host, told)

    def _host(self, row: Mapping[str, Any]) -> Person:
        """Who hosts: somebody who trains, the same person for the same subject."""
        return self._chosen(row, str(row["topic"]))

    def _chosen(self, row: Mapping[str, Any], by: str, other: Person | None = None) -> Person:
        """Return one of those who train and were there when the session was announced, always the same one."""
        announced = row["described_at"]
        trainers = [one for one in self.trainers if one.approved_at and one.approved_at < announced]
        there = self.told.get(row["key"], {})
        trainers = [one for one in trainers if one.key not in there]
        first = [one for one in self.population.known_at(announced)[:60] if one.key not in there][:12]
        ready = [one for one in (trainers if len(trainers) > 1 else trainers + first) if one is not other]
        return ready[sum(map(ord, by)) % len(ready)]

    def _runners(self, number: int, host: Person, row: Mapping[str, Any]) -> None:
        speaker = self._chosen(row, str(row["slug"]), host)
        for place, (person, role) in enumerate(((host, "host"), (speaker, "speaker"))):
            self.rows.add(
                WebinarRunner, new_public_id(self.chance), number, person.id, person.name, role,
                _biography(person), place, True,
            )  # fmt: skip

    def _registration(self, number: int, person: Person, told: _Told) -> None:
        at = told.since
        self.rows.add(
            WebinarRegistration,
            new_public_id(self.chance),
            number,
            person.id,
            "",
            "registered",
            {},
            0,
            at,
            at,
        )

    # ----------------------------------------------------------------------------------------------- who was there

    def _attendance(self, number: int, row: dict[str, Any], host: Person, told: Mapping[UUID, _Told]) -> None:
        starts, ends, online = row["starts_at"], row["ends_at"], row["channel"] == "platform"
        whole = round((ends - starts).total_seconds())
        needed = whole * PERCENT // 100
        spans = []
        if online:
            self._enter(number, 1, host, "host", starts - OPENED_BEFORE, ends, ends, "full", "en")
        for place, (learner, one) in enumerate(told.items(), 2):
            person = self.people[learner]
            stepped = self.chance.choices(list(_STEPS), list(_STEPS.values()))[0]
            seconds = _seconds(one, whole, needed)
            if online and seconds:
                late = timedelta(seconds=self.chance.randint(0, max(0, min(600, whole - seconds))))
                span = (starts + late, starts + late + timedelta(seconds=seconds))
                spans.append(span)
                self._enter(number, place, person, "participant", *span, ends, stepped, _language(row))
            elif seconds:
                self.rows.add(
                    AttendanceEntry,
                    new_public_id(self.chance),
                    number,
                    "list",
                    person.id,
                    "",
                    "",
                    "",
                    host.id,
                    ends,
                )
                span = (starts, ends)
                spans.append(span)
            else:
                span = None
            self._verdict(number, person, one, seconds, needed, span, ends, stepped if online else "")
            if one.completed and self.chance.random() < FEEDBACK_SHARE:
                self._feedback(number, person, ends)
        self.rows.add(
            WebinarClosing, number, 1, ends, "", _RULE | {"scheduled": whole // 60}, starts, ends,
            _curve(spans, starts, whole // 60),
        )  # fmt: skip
        if online:
            self.rows.add(
                WebinarRoom, number, 0, len(told) + 1, False, False, "", "all", False, False, False, False, False, {},
                1, ends,
            )  # fmt: skip

    def _enter(
        self, number: int, place: int, person: Person, role: str, begins: datetime, ends: datetime,
        arrived: datetime, step: str, language: str,
    ) -> None:  # fmt: skip
        participant, self.participants = self.participants, self.participants + 1
        self.rows.add(
            WebinarParticipant, participant, new_public_id(self.chance), number, person.id, place, role, begins, begins,
            ends, ends, step, False, False, False, False, False, language,
        )  # fmt: skip
        self.rows.add(
            WebinarPresence, number, participant, "demo", 1, 0, step, begins, ends, max(arrived, ends)
        )

    def _verdict(
        self, number: int, person: Person, told: _Told, seconds: int, needed: int,
        span: tuple[datetime, datetime] | None, ends: datetime, step: str,
    ) -> None:  # fmt: skip
        if not seconds:
            return
        self.rows.add(
            WebinarVerdict, number, 1, person.id, "participant", person.country_at(ends), seconds, needed, 0,
            {step: seconds} if step else {}, ["live"] if step else ["list"], span[0] if span else None,
            span[1] if span else None, True, told.completed is not None,
            told.attended.uuid if told.attended else None, told.completed.uuid if told.completed else None, ends,
        )  # fmt: skip

    def _feedback(self, number: int, person: Person, ends: datetime) -> None:
        points = {name: self.chance.choices((3, 4, 5), (1, 3, 4))[0] for name in FEEDBACK_QUESTIONS}
        given = ends + timedelta(hours=self.chance.uniform(0.2, 40))
        if given < self.world.now:
            self.rows.add(WebinarFeedback, number, person.id, points, "", given)


_TABLES: Sequence[tuple[type[Any], Sequence[str]]] = (
    (WebinarSeries, SERIES),
    (Webinar, SESSION),
    (WebinarRunner, RUNNER),
    (WebinarRegistration, REGISTRATION),
    (WebinarRoom, ROOM),
    (WebinarParticipant, PARTICIPANT),
    (WebinarPresence, PRESENCE),
    (AttendanceEntry, ENTRY),
    (WebinarClosing, CLOSING),
    (WebinarVerdict, VERDICT),
    (WebinarFeedback, FEEDBACK),
)


def _told(facts: Iterable[DemoFact], activities: Mapping[UUID, Any]) -> dict[UUID, dict[UUID, _Told]]:
    found: dict[UUID, dict[UUID, _Told]] = defaultdict(dict)
    for fact in facts:
        known = (
            fact.activity_key is not None and fact.learner_key is not None and fact.activity_key in activities
        )
        if not known or activities[fact.activity_key]["kind"] not in SESSIONS:  # type: ignore[index]
            continue
        told = found[fact.activity_key].setdefault(fact.learner_key, _Told())  # type: ignore[index, arg-type]
        if fact.verb in (Verb.REGISTERED, Verb.ATTENDED, Verb.COMPLETED):
            setattr(told, fact.verb, fact)
    return found


def _trainers(population: Population) -> list[Person]:
    """Those of the cast who train or advise: they host and speak."""
    roles = {Role.TRAINER.value, Role.EXPERT.value}
    return [
        person
        for person, role, *_rest in accounts.grants(accounts.by_name(population.people))
        if role in roles
    ]


def _seconds(told: _Told, whole: int, needed: int) -> int:
    """Return the seconds somebody was there: as the fact says, else enough where they completed it."""
    if told.attended is None:
        return 0
    minutes = told.attended.result.get("minutes")
    return min(whole, int(minutes) * 60) if minutes else whole if told.completed else needed // 2


def _curve(spans: Sequence[tuple[datetime, datetime]], starts: datetime, minutes: int) -> list[int]:
    counts = [0] * minutes
    for begins, ends in spans:
        first = max(0, int((begins - starts).total_seconds()) // 60)
        last = min(minutes - 1, int((ends - starts).total_seconds() - 1) // 60)
        for minute in range(first, last + 1):
            counts[minute] += 1
    return counts


def _agenda(starts: datetime, ends: datetime) -> list[dict[str, Any]]:
    minutes = round((ends - starts).total_seconds() / 60)
    if minutes > 180:
        return []
    parts = (
        (0, "Welcome"),
        (5, "Presentation"),
        (minutes * 5 // 9, "Questions"),
        (minutes - 5, "What comes next"),
    )
    return [{"minute": minute, "title": title} for minute, title in parts]


def _place(row: Mapping[str, Any]) -> str:
    return str(row["place"]) or ("The host’s offices" if row["channel"] in {"hybrid", "in_person"} else "")


def _title(row: Mapping[str, Any]) -> str:
    titles = row["titles"]
    return str(titles.get(_language(row)) or next(iter(titles.values())))


def _language(row: Mapping[str, Any]) -> str:
    return str((row["languages"] or ["en"])[0])


def _summary(topic: str) -> str:
    return str(data("sessions")["summaries"].get(topic, ""))


def _biography(person: Person) -> str:
    return str(data("sessions")["biographies"].get(person.profession, "")).format(
        institution=person.institution
    )
