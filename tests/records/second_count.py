"""Every figure a second time, from the words of its definition: raw rows, read plainly, and loops over them.

Nothing here reads what the application counts from, nor borrows its statements. A register is read once; then any
question is answered in memory. It is slow and needs the whole register at hand: for tests only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.records.models import ActivityKind
from app.records.questions import Question

PLATFORM = ("platform",)
ONLINE = ("platform", "other_online", "hybrid")
TOOK_PART = ("started", "attended", "completed")
NO_EVENTS = ("course", "webinar_series", "recording", "resource", "room")
EVENTS = tuple(one.value for one in ActivityKind if one.value not in NO_EVENTS)
"""Deliveries, sessions and events of every kind."""
NOT_COUNTED = ("nominated", "progressed", "passed", "failed", "voided", "activity_described")
FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)
OF_PEOPLE = ("professions", "genders", "age_groups")
OF_ACTIVITIES = ("kinds", "channels", "topics", "activities", "partners", "projects", "donors", "tags")
PEOPLE_DIMENSIONS = ("country", "language", "profession", "gender", "age_group", "verb")
ACTIVITY_DIMENSIONS = ("kind", "channel", "topic", "partner", "project", "donor", "activity")
TIME_DIMENSIONS = ("year", "month", "day")
_TIMES = {"year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What the words of a definition say. ``of`` is what is looked at, ``unit`` what it is a number of.

    ``named`` True keeps people with a name, False headcounts, None both.
    """

    of: str
    unit: str
    verbs: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    training: bool = False
    named: bool | None = True


_FIRST_COMPLETED = Meaning(of="firsts", unit="people", verbs=("completed",), channels=PLATFORM)
_TRAINED = replace(_FIRST_COMPLETED, training=True)
_TOOK_PART = replace(_FIRST_COMPLETED, verbs=TOOK_PART)
_DELIVERY = replace(_TOOK_PART, kinds=("delivery",))
_CERTIFIED = Meaning(of="firsts", unit="people", verbs=("certificate_issued",))
_HELD = Meaning(of="held", unit="number", named=None, channels=PLATFORM)
_COURSES = Meaning(of="described", unit="number", named=None, channels=PLATFORM, kinds=("course",))
_USES = Meaning(
    of="uses",
    unit="number",
    verbs=("played", "downloaded"),
    named=None,
    channels=PLATFORM,
    kinds=("recording",),
)
_ROOMS = Meaning(of="described", unit="number", named=None, kinds=("room",))
_JOINED = Meaning(of="facts", unit="people", verbs=("joined",), kinds=("room",))
_ANYTHING_HELD = replace(_HELD, channels=(), kinds=EVENTS)
MEANINGS: Mapping[str, Meaning] = {
    "users": Meaning(of="users", unit="people"),
    "user_countries": Meaning(of="users", unit="countries"),
    "trained": _TRAINED,
    "trained_online": replace(_TRAINED, channels=ONLINE),
    "trained_anywhere": replace(_TRAINED, channels=()),
    "trained_countries": replace(_TRAINED, unit="countries"),
    "completed": _FIRST_COMPLETED,
    "completed_countries": replace(_FIRST_COMPLETED, unit="countries"),
    "completions": replace(_FIRST_COMPLETED, unit="number"),
    "participants": _TOOK_PART,
    "participant_countries": replace(_TOOK_PART, unit="countries"),
    "participants_online": replace(_TOOK_PART, channels=ONLINE),
    "participations": replace(_TOOK_PART, unit="number"),
    "participations_online": replace(_TOOK_PART, unit="number", channels=ONLINE),
    "participations_anywhere": replace(_TOOK_PART, unit="number", channels=()),
    "delivery_participants": _DELIVERY,
    "delivery_countries": replace(_DELIVERY, unit="countries"),
    "certified": _CERTIFIED,
    "certificates": replace(_CERTIFIED, unit="number"),
    "attended_hours": Meaning(of="facts", unit="hours", verbs=("attended",)),
    "nameless_participants": Meaning(of="facts", unit="number", verbs=("attended",), named=False),
    "deliveries": replace(_HELD, kinds=("delivery",)),
    "deliveries_online": replace(_HELD, kinds=("delivery",), channels=ONLINE),
    "webinars": replace(_HELD, kinds=("webinar",)),
    "webinars_online": replace(_HELD, kinds=("webinar",), channels=ONLINE),
    "activities_held": _ANYTHING_HELD,
    "training_held": replace(_ANYTHING_HELD, training=True),
    "courses": _COURSES,
    "course_languages": replace(_COURSES, unit="languages"),
    "courses_delivered": replace(_HELD, kinds=("delivery",), unit="courses"),
    "recording_uses": _USES,
    "recording_views": replace(_USES, verbs=("played",)),
    "recording_downloads": replace(_USES, verbs=("downloaded",)),
    "recording_viewers": replace(_USES, unit="people", named=True),
    "rooms": _ROOMS,
    "room_members": _JOINED,
    "room_countries": replace(_JOINED, unit="countries"),
    "room_resources": replace(_ROOMS, kinds=("resource",)),
    "room_exchanges": replace(_JOINED, unit="number", verbs=("contributed",), named=None),
    "feedback_answers": Meaning(of="facts", unit="number", verbs=("feedback_given",), named=None),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFact:
    """A row of ``fact``."""

    id: int
    uuid: UUID
    learner_key: UUID | None
    activity_key: UUID | None
    verb: str
    result: Mapping[str, Any]
    country: str
    profession: str
    gender: str
    age_group: str
    language: str
    headcount: int | None
    corrects: UUID | None
    occurred_at: datetime
    recorded_at: datetime

    @property
    def order(self) -> tuple[datetime, int]:
        """Which of two came first."""
        return (self.occurred_at, self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Something that a figure counts. ``about`` is the description of its activity; empty for a user."""

    at: datetime
    about: Mapping[str, Any]
    person: UUID | None = None
    activity: UUID | None = None
    verb: str = ""
    country: str = ""
    profession: str = ""
    gender: str = ""
    age_group: str = ""
    language: str = ""
    number: int = 1
    minutes: float = 0
    languages: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Register:
    """The raw rows: facts, merges of learners as (merged, into, from, until), learners of test accounts, and from when
    each kind counts as training as (kind, from, version, counts)."""

    facts: Sequence[RawFact]
    merges: Sequence[tuple[UUID, UUID, datetime, datetime | None]]
    testers: frozenset[UUID]
    rules: Sequence[tuple[str, datetime, int, bool]]
    _states: dict[tuple[datetime, bool], State] = field(default_factory=dict)

    def state(self, question: Question) -> State:
        """Return the register as known at the question's instant."""
        known = question.as_of or FOR_EVER
        key = (known, question.later_corrections)
        if key not in self._states:
            self._states[key] = State(self, known, FOR_EVER if question.later_corrections else known)
        return self._states[key]

    def number(self, figure: str, question: Question) -> float:
        """Return a figure's value."""
        meaning = MEANINGS[figure]
        return _total(meaning, self.rows(figure, question))

    def split(
        self, figure: str, question: Question, dimensions: Sequence[str]
    ) -> dict[tuple[str, ...], float]:
        """Return a figure's value for each combination of values; those of zero are left out."""
        groups: dict[tuple[str, ...], list[Row]] = {}
        for row in self.rows(figure, question):
            groups.setdefault(tuple(value_of(row, one) for one in dimensions), []).append(row)
        totals = {values: _total(MEANINGS[figure], rows) for values, rows in groups.items()}
        return {values: number for values, number in totals.items() if number}

    def rows(self, figure: str, question: Question) -> list[Row]:
        """Return what a figure counts."""
        return list(self.state(question).rows(MEANINGS[figure], question))


def read(session: Session) -> Register:
    """Read the raw tables."""
    facts = session.execute(
        text(
            "SELECT id, uuid, learner_key, activity_key, verb, result, country, profession, gender, age_group, "
            "language, headcount, corrects, occurred_at, recorded_at FROM fact ORDER BY id"
        )
    ).mappings()
    merges = session.execute(text("SELECT merged_key, into_key, recorded_at, undone_at FROM learner_merge"))
    testers = session.scalars(
        text(
            'SELECT learner_key FROM learner_account JOIN "user" ON "user".id = user_id '
            "WHERE is_test AND cut_at IS NULL"
        )
    )
    rules = session.execute(text("SELECT kind, valid_from, version, counts_as_training FROM kind_rule"))
    return Register(
        [RawFact(**one) for one in facts],
        [(one[0], one[1], one[2], one[3]) for one in merges],
        frozenset(testers),
        [(one[0], one[1], one[2], one[3]) for one in rules],
    )


def means_something(figure: str, question: Question) -> bool:
    """Whether a question can be asked of a figure: users belong to no activity; activities have no profession, and
    nothing but what people do is new or not."""
    of = MEANINGS[figure].of
    if of == "users":
        return not question.newness and not any(getattr(question, name) for name in OF_ACTIVITIES)
    if of in {"held", "described"}:
        return not question.newness and not any(getattr(question, name) for name in OF_PEOPLE)
    return True


def dimensions_of(figure: str) -> tuple[str, ...]:
    """Return the dimensions that have a meaning for a figure."""
    of = MEANINGS[figure].of
    if of == "users":
        return tuple(one for one in PEOPLE_DIMENSIONS if one != "verb")
    if of == "held":
        return (*ACTIVITY_DIMENSIONS, *TIME_DIMENSIONS)
    if of == "described":
        return ACTIVITY_DIMENSIONS
    return (*PEOPLE_DIMENSIONS, *ACTIVITY_DIMENSIONS, *TIME_DIMENSIONS)


# ------------------------------------------------------------------------------------------------ what was known


class State:
    """The register as known at an instant: ``known`` is until when facts were recorded, ``believed`` until when
    corrections, merges and descriptions are followed."""

    def __init__(self, register: Register, known: datetime, believed: datetime) -> None:
        self.register, self.known, self.believed = register, known, believed
        there = [one for one in register.facts if one.recorded_at <= believed]
        self._by_uuid = {one.uuid: one for one in there}
        self._corrections: dict[UUID, list[RawFact]] = {}
        for one in there:
            if one.corrects is not None:
                self._corrections.setdefault(one.corrects, []).append(one)
        standing = [one for one in there if one.verb != "voided" and not self._corrected(one)]
        self._told = [one for one in standing if one.verb == "activity_described"]
        self._facts = [
            one
            for one in standing
            if one.verb not in NOT_COUNTED
            and one.learner_key not in register.testers
            and self._origin(one).recorded_at <= known
        ]
        self._into = {
            merged: into
            for merged, into, since, until in register.merges
            if since <= believed and (until is None or until > believed)
        }

    def _corrected(self, fact: RawFact) -> bool:
        """Something that was not taken back stands in its place, or takes it back."""
        return any(not self._taken_back(one) for one in self._corrections.get(fact.uuid, ()))

    def _taken_back(self, fact: RawFact) -> bool:
        return any(
            one.verb == "voided" and not self._taken_back(one) for one in self._corrections.get(fact.uuid, ())
        )

    def _origin(self, fact: RawFact) -> RawFact:
        while fact.corrects is not None:
            fact = self._by_uuid[fact.corrects]
        return fact

    def person(self, key: UUID | None) -> UUID | None:
        """Return whom a learner counts as: the one that it was merged into."""
        while key in self._into:
            key = self._into[key]
        return key

    @cached_property
    def descriptions(self) -> Mapping[UUID, Mapping[str, Any]]:
        """Activities as last described, test activities among them; only such as were known at all by then."""
        first: dict[UUID | None, datetime] = {}
        for one in self.register.facts:
            if one.verb == "activity_described":
                first[one.activity_key] = min(one.recorded_at, first.get(one.activity_key, FOR_EVER))
        latest: dict[UUID, RawFact] = {}
        for one in sorted(self._told, key=lambda one: one.order):
            if one.activity_key is not None and first[one.activity_key] <= self.known:
                latest[one.activity_key] = one
        return {key: one.result for key, one in latest.items()}

    @cached_property
    def activities(self) -> Mapping[UUID, Mapping[str, Any]]:
        """The activities that are no tests, each with the slug of what it is a part of."""
        slugs = {
            str(one.activity_key): one.result.get("slug", "")
            for one in sorted(self._told, key=lambda one: one.order)
        }
        return {
            key: {**one, "parent_slug": slugs.get(str(one.get("parent_key")), "")}
            for key, one in self.descriptions.items()
            if not one.get("is_test")
        }

    @cached_property
    def countries_now(self) -> Mapping[UUID | None, str]:
        """From where each person was when something was last told of them."""
        facts = (one for one in self._facts if one.learner_key is not None and one.country)
        return {self.person(one.learner_key): one.country for one in sorted(facts, key=lambda one: one.order)}

    @cached_property
    def came_from(self) -> Mapping[UUID | None, frozenset[str]]:
        """From where people were in each activity."""
        found: dict[UUID | None, set[str]] = {}
        for one in self._facts:
            found.setdefault(one.activity_key, set()).add(one.country)
        return {key: frozenset(codes) for key, codes in found.items()}

    # -------------------------------------------------------------------------------------------- what is counted

    def rows(self, meaning: Meaning, question: Question) -> Iterator[Row]:
        """Yield what a meaning counts for a question."""
        until = _midnight(question.end + timedelta(days=1)) if question.end else FOR_EVER
        since = _midnight(question.start) if question.start else None
        ever = [one for one in self._all(meaning, until) if self._limited(meaning, one)]
        by_day = meaning.of in {"users", "described"}
        before = {one.person for one in ever if since and one.at < since and one.person is not None}
        for row in ever:
            if since and not by_day and row.at < since:
                continue
            if question.newness and (row.person in before) == (question.newness == "new"):
                continue
            told = self._from_now(row) if question.country_basis == "now" else row
            if self._asked(meaning, told, question):
                yield told

    def _all(self, meaning: Meaning, until: datetime) -> Iterable[Row]:
        facts = [one for one in self._facts if one.occurred_at < until]
        if meaning.of == "users":
            return self._users(facts)
        if meaning.of == "held":
            return self._held(until)
        if meaning.of == "described":
            return self._described(until)
        mine = [one for one in facts if one.verb in meaning.verbs and one.activity_key in self.activities]
        if meaning.of == "firsts":
            mine = self._firsts(mine)
        elif meaning.of == "uses":
            mine = self._uses(facts, meaning)
        if meaning.named is not None:
            mine = [one for one in mine if (one.learner_key is not None) == meaning.named]
        return [self._row(one) for one in mine]

    def _firsts(self, facts: Iterable[RawFact]) -> list[RawFact]:
        """The first of each person in each activity."""
        found: dict[tuple[UUID | None, UUID | None], RawFact] = {}
        for one in sorted(facts, key=lambda one: one.order):
            if one.learner_key is not None:
                found.setdefault((self.person(one.learner_key), one.activity_key), one)
        return list(found.values())

    def _uses(self, facts: Iterable[RawFact], meaning: Meaning) -> list[RawFact]:
        """Downloads; and of what was played for 30 seconds or more one a person, recording and day. Of people without a
        name it is not known whether they are the same."""
        found, seen = [], set()
        for one in sorted(facts, key=lambda one: one.order):
            if one.verb not in meaning.verbs or one.activity_key not in self.activities:
                continue
            if one.verb == "played":
                if float(one.result.get("seconds", 0)) < 30:
                    continue
                day = one.occurred_at.astimezone(UTC).date()
                key = (self.person(one.learner_key), one.activity_key, day)
                if one.learner_key is not None and key in seen:
                    continue
                seen.add(key)
            found.append(one)
        return found

    def _users(self, facts: Sequence[RawFact]) -> Iterator[Row]:
        """People with an account that was approved and not closed since; what was last told of them."""
        accounts: dict[UUID | None, str] = {}
        last: dict[UUID | None, RawFact] = {}
        for one in sorted(facts, key=lambda one: one.order):
            if one.learner_key is None:
                continue
            if one.verb in {"approved", "closed"}:
                accounts[one.learner_key] = one.verb
            if one.verb in {"approved", "country_changed"}:
                last[self.person(one.learner_key)] = one
        for person in {self.person(key) for key, verb in accounts.items() if verb == "approved"}:
            yield replace(self._row(last[person]), about={}, activity=None)

    def _held(self, until: datetime) -> Iterator[Row]:
        for key, about in self.activities.items():
            if about.get("starts_at") and (at := datetime.fromisoformat(about["starts_at"])) < until:
                yield Row(at=at, about=about, activity=key, languages=about["languages"])

    def _described(self, until: datetime) -> Iterator[Row]:
        """Activities that were described by then, in the languages that they were in by then."""
        told: dict[UUID | None, RawFact] = {}
        for one in sorted(self._told, key=lambda one: one.order):
            if one.occurred_at < until:
                told[one.activity_key] = one
        for key, about in self.activities.items():
            if key in told:
                at, languages = told[key].occurred_at, told[key].result["languages"]
                yield Row(at=at, about=about, activity=key, languages=languages)

    def _row(self, fact: RawFact) -> Row:
        return Row(
            at=fact.occurred_at,
            about=self.activities.get(fact.activity_key, {}) if fact.activity_key else {},
            person=self.person(fact.learner_key),
            activity=fact.activity_key,
            verb=fact.verb,
            country=fact.country,
            profession=fact.profession,
            gender=fact.gender,
            age_group=fact.age_group,
            language=fact.language,
            number=1 if fact.headcount is None else fact.headcount,
            minutes=float(fact.result.get("minutes", 0)),
        )

    def _from_now(self, row: Row) -> Row:
        return row if row.person is None else replace(row, country=self.countries_now.get(row.person, ""))

    # -------------------------------------------------------------------------------------------- narrowing

    def _limited(self, meaning: Meaning, row: Row) -> bool:
        """Whether a row is what the definition speaks of, whatever is asked."""
        if meaning.of == "users":
            return True
        kind = row.about["kind"]
        if meaning.of == "described" and kind == "resource" and not row.about.get("parent_key"):
            return False  # a resource of no room
        fits = not meaning.kinds or kind in meaning.kinds
        channel = not meaning.channels or row.about["channel"] in meaning.channels
        return fits and channel and (not meaning.training or self._training(kind, row.at))

    def _training(self, kind: str, at: datetime) -> bool:
        valid = [
            (since, version, counts)
            for of, since, version, counts in self.register.rules
            if of == kind and since <= at
        ]
        return bool(valid) and max(valid)[2]

    def _asked(self, meaning: Meaning, row: Row, question: Question) -> bool:
        people = meaning.of not in {"held", "described"}
        from_where = {row.country} if people else self.came_from.get(row.activity, frozenset())
        spoken = {row.language} if people else set(row.languages)
        about = row.about
        return all(
            not asked or bool(asked & set(found))
            for asked, found in (
                (question.countries, from_where),
                (question.languages, spoken),
                (question.professions, {row.profession}),
                (question.genders, {row.gender}),
                (question.age_groups, {row.age_group}),
                (question.kinds, {about.get("kind", "")}),
                (question.channels, {about.get("channel", "")}),
                (question.topics, {about.get("topic", "")}),
                (question.partners, {about.get("partner", "")}),
                (question.projects, {about.get("project", "")}),
                (question.donors, {about.get("donor", "")}),
                (question.tags, about.get("tags", ())),
                (question.activities, {about.get("slug", ""), about.get("parent_slug", "")}),
            )
        )


# ------------------------------------------------------------------------------------------------ numbers


def _total(meaning: Meaning, rows: Collection[Row]) -> float:
    if meaning.unit == "people":
        return len({row.person for row in rows if row.person is not None})
    if meaning.unit == "countries":
        return len({row.country for row in rows if row.country and row.person is not None})
    if meaning.unit == "hours":
        return round(sum(row.minutes for row in rows) / 60, 1)
    if meaning.unit == "languages":
        return len({language for row in rows for language in row.languages})
    if meaning.unit == "courses":
        return len({row.about.get("parent_key") or str(row.activity) for row in rows})
    return sum(row.number for row in rows)


def value_of(row: Row, dimension: str) -> str:
    """Return what a row is under a dimension."""
    if dimension in _TIMES:
        return row.at.astimezone(UTC).strftime(_TIMES[dimension])
    if dimension in PEOPLE_DIMENSIONS:
        return str(getattr(row, dimension))
    return str(row.about.get("slug" if dimension == "activity" else dimension, ""))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
