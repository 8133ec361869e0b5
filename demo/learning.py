"""How people work through a self-paced course that has pages: every table of the course, and the facts, from one story.

A *study* is one enrolment: which items were done, which attempts were made, how it ended. Its story is told backwards
from the end, so that nothing lies after the present and the latest activity is today.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.database import db
from app.courses.actions.facts import once
from app.courses.models import BankQuestion, Course, CourseVersion, Enrolment, ItemKind
from app.courses.papers import MULTIPLE, TRUE_FALSE, Question, entries, mark
from app.courses.plan import share
from app.courses.structure import Item, Structure, from_json
from app.records.models import Verb
from demo.certificates import Award
from demo.facts import Register
from demo.people import Person
from demo.world import dealt, new_public_id, spread

FATES = {
    "never started": 15.0,
    "reading": 23.4,
    "withdrawn": 4.0,
    "test next": 5.0,
    "waiting": 1.0,
    "failed once": 2.6,
    "failed twice": 3.0,
    "attempts used up": 1.0,
    "completed": 45.0,
}
"""In percent of the enrolments."""
_FAILURES = {"waiting": 1, "failed once": 1, "failed twice": 2, "attempts used up": 3}
_FAILED_BEFORE_PASSING = (0, 0, 0, 0, 0, 0, 0, 1, 1, 2)
_ACTIVE_TODAY = 14
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Subject:
    """The course as it is studied: its rows, its structure, the questions of its version, when it opened."""

    course_id: int
    version_id: int
    slug: str
    activity_key: UUID
    structure: Structure
    bank: Mapping[str, Question]
    languages: tuple[str, ...]
    opened: datetime


def subject_of(slug: str, opened: datetime) -> Subject:
    """Return a course that was synced from its folder. Raises NoResultFound."""
    course = db.session.scalars(select(Course).where(Course.slug == slug)).one()
    version = db.session.get_one(CourseVersion, course.version_id)
    bank = {
        row.id: Question(
            row.id, row.use, row.topic, row.kind, tuple(row.options), frozenset(row.right), row.lesson
        )
        for row in db.session.scalars(
            select(BankQuestion).filter_by(version_id=version.id).order_by(BankQuestion.id)
        )
    }
    languages = tuple(edition.language for edition in version.editions)
    structure = from_json(version.structure)
    return Subject(course.id, version.id, slug, course.activity_key, structure, bank, languages, opened)


@dataclass(frozen=True, slots=True)
class Study:
    """What one person did: how many items, which of them is open, how many attempts failed, how it ended.

    ``idle`` is how long ago the last thing was done; None: any time.
    """

    person: Person
    language: str
    done: int
    failed: int = 0
    passed: bool = False
    withdrawn: bool = False
    idle: timedelta | None = None


@dataclass
class Rows:
    """Rows of the course's tables, in the columns of ``tables.py``; ids count on from those given."""

    next_enrolment: int
    next_attempt: int
    enrolments: list[tuple[Any, ...]] = field(default_factory=list)
    progress: list[tuple[Any, ...]] = field(default_factory=list)
    check_answers: list[tuple[Any, ...]] = field(default_factory=list)
    attempts: list[tuple[Any, ...]] = field(default_factory=list)
    attempt_answers: list[tuple[Any, ...]] = field(default_factory=list)


# ---------------------------------------------------------------------------------------------------- who does what


def choose_studies(
    subject: Subject, people: Sequence[Person], number: int, chance: random.Random
) -> list[Study]:
    """Deal the fates of FATES to ``number`` of ``people`` in their exact proportion."""
    counts = spread(number, list(FATES.values()))
    fates = dealt(chance, dict(zip(FATES, counts, strict=True)))
    chosen = chance.sample(people, number)
    studies = [_study(subject, person, fate, chance) for person, fate in zip(chosen, fates, strict=True)]
    return _with_today(studies, chance)


def _study(subject: Subject, person: Person, fate: str, chance: random.Random) -> Study:
    every = len(subject.structure.items)
    language = person.language if person.language in subject.languages else subject.structure.source_language
    if fate == "never started":
        return Study(person, language, 0)
    if fate == "reading":
        return Study(
            person,
            language,
            int(every * chance.random() ** 1.4 * 0.95),
            idle=_days(chance.expovariate(1 / 90)),
        )
    if fate == "withdrawn":
        return Study(person, language, int(every * chance.random() * 0.5), withdrawn=True)
    if fate == "waiting":
        return Study(person, language, every, failed=1, idle=chance.uniform(1, 21) * _HOUR)
    if fate == "test next":
        return Study(person, language, every, idle=_days(chance.expovariate(1 / 20)))
    if fate == "completed":
        return Study(person, language, every, failed=chance.choice(_FAILED_BEFORE_PASSING), passed=True)
    return Study(person, language, every, failed=_FAILURES[fate], idle=_days(2 + chance.expovariate(1 / 40)))


def _with_today(studies: Sequence[Study], chance: random.Random) -> list[Study]:
    """Let some of those who read and some of those who completed do so within the last hours."""
    reading = [study for study in studies if study.idle is not None and not study.failed][:_ACTIVE_TODAY]
    completed = [study for study in studies if study.passed][: _ACTIVE_TODAY // 3]
    today = {id(study) for study in (*reading, *completed)}
    return [
        Study(
            study.person,
            study.language,
            study.done,
            study.failed,
            study.passed,
            study.withdrawn,
            _recent(chance),
        )
        if id(study) in today
        else study
        for study in studies
    ]


def _recent(chance: random.Random) -> timedelta:
    return timedelta(minutes=chance.uniform(3, 500))


def _days(days: float) -> timedelta:
    return timedelta(days=days)


# ---------------------------------------------------------------------------------------------------- the story of one


class Story:
    """Tells studies of one course: into the course's tables and into the register."""

    def __init__(self, subject: Subject, register: Register, rows: Rows, chance: random.Random) -> None:
        self.subject = subject
        self.register = register
        self.rows = rows
        self.chance = chance
        self.awards: list[Award] = []
        self._items = subject.structure.items
        self._shares = _shares(subject.structure)
        self._pool = _pool(subject)

    def tell(self, study: Study) -> None:
        """Tell one study."""
        plan = self._plan(study)
        at = self._begin(study, plan)
        enrolment = self._enrol(study, at.start)
        last = self._read(study, plan, enrolment, at)
        completed = self._sit(study, plan, enrolment, at)
        withdrawn = self._withdraw(study, plan, at)
        self.rows.enrolments.append(
            (
                enrolment.id,
                enrolment.public_id,
                study.person.id,
                self.subject.course_id,
                study.language,
                "",
                "withdrawn" if withdrawn else "active",
                last[0],
                last[1],
                at.start,
                withdrawn,
                completed,
            )
        )

    def _fact(
        self, study: Study, verb: Verb, at: datetime, result: dict[str, Any] | None = None, **more: Any
    ) -> None:
        self.register.tell(
            study.person, verb, at, self.subject.activity_key, result or {}, language=study.language, **more
        )

    def _enrol(self, study: Study, start: datetime) -> Enrolment:
        enrolment = Enrolment(id=self.rows.next_enrolment, public_id=new_public_id(self.chance))
        self.rows.next_enrolment += 1
        self._fact(study, Verb.ENROLLED, start, {"edition": study.language})
        return enrolment

    def _read(
        self, study: Study, plan: _Plan, enrolment: Enrolment, at: _Clock
    ) -> tuple[str | None, datetime | None]:
        """Items opened and done; returns the last one opened and when."""
        last: tuple[str | None, datetime | None] = (None, None)
        for place, (opened, done) in enumerate(plan.items):
            item, opened_at = self._items[place], at(opened)
            if last[0] is None:
                self._fact(study, Verb.STARTED, opened_at, uuid=once(enrolment, "started"))
            last = (item.id, opened_at)
            done_at = at(done) if place < study.done else None
            self.rows.progress.append((enrolment.id, item.id, opened_at, done_at))
            if done_at is None:
                break
            if item.kind == ItemKind.CHECK:
                self._answer_check(enrolment, item, opened_at, done_at)
            result = {"item": item.id, "progress": self._shares[place]}
            self._fact(study, Verb.PROGRESSED, done_at, result, uuid=once(enrolment, f"progressed:{item.id}"))
        return last

    def _answer_check(self, enrolment: Enrolment, item: Item, opened_at: datetime, done_at: datetime) -> None:
        """Every question was answered right in the end, or its answer shown."""
        chance, step = self.chance, (done_at - opened_at) / len(item.questions)
        for place, question_id in enumerate(item.questions, start=1):
            question = self.subject.bank[question_id]
            revealed = chance.random() < 0.06
            chosen = (
                _wrong(question, chance)
                if revealed
                else [one for one in question.options if one in question.right]
            )
            tries = 2 if revealed else chance.choice((1, 1, 1, 1, 2, 2, 3))
            answered_at = opened_at + step * place
            self.rows.check_answers.append(
                (enrolment.id, item.id, question_id, chosen, not revealed, revealed, tries, answered_at)
            )

    def _sit(self, study: Study, plan: _Plan, enrolment: Enrolment, at: _Clock) -> datetime | None:
        """The attempts at the final test; returns the completion."""
        for number, offset in enumerate(plan.attempts, start=1):
            passes = number > study.failed
            sent_at, score = self._attempt(study, enrolment, number, at(offset), passes)
            verb = Verb.PASSED if passes else Verb.FAILED
            result = {"attempt": number, "score": score}
            self._fact(study, verb, sent_at, result, uuid=once(enrolment, f"attempt:{number}"))
            if passes:
                self._fact(
                    study, Verb.COMPLETED, sent_at, {"score": score}, uuid=once(enrolment, "completed")
                )
                self.awards.append(Award(study.person, self.subject.activity_key, sent_at, study.language))
                return sent_at
        return None

    def _attempt(
        self, study: Study, enrolment: Enrolment, number: int, started_at: datetime, passes: bool
    ) -> tuple[datetime, float]:
        chance, test = self.chance, self.subject.structure.test
        deadline = started_at + timedelta(minutes=test.minutes)
        out_of_time = not passes and chance.random() < 0.12
        sent_at = (
            deadline if out_of_time else started_at + chance.uniform(0.3, 0.95) * (deadline - started_at)
        )
        paper = self._draw()
        answers = self._answers(paper, passes, out_of_time)
        result = mark(entries(paper), self.subject.bank, answers, self.subject.structure.pass_mark)
        assert result.passed == passes
        attempt_id = self.rows.next_attempt
        self.rows.next_attempt += 1
        step = (sent_at - started_at) / (len(paper) + 1)
        for place, (question_id, chosen) in enumerate(answers.items(), start=1):
            moment = started_at + step * place
            self.rows.attempt_answers.append((attempt_id, question_id, chosen, moment, moment))
        self.rows.attempts.append(
            (
                attempt_id,
                new_public_id(chance),
                enrolment.id,
                self.subject.version_id,
                study.language,
                "",
                number,
                paper,
                started_at,
                deadline,
                sent_at,
                "deadline" if out_of_time else "person",
                result.score,
                passes,
            )
        )
        return sent_at, result.score

    def _draw(self) -> list[dict[str, Any]]:
        """Draw a paper as the course does, by the world's own chance."""
        chance = self.chance
        quotas = self.subject.structure.test.quotas
        drawn = [
            question
            for topic, number in quotas.items()
            for question in chance.sample(self._pool[topic], number)
        ]
        chance.shuffle(drawn)
        return [{"id": question.id, "options": _shown(question, chance)} for question in drawn]

    def _answers(self, paper: list[dict[str, Any]], passes: bool, out_of_time: bool) -> dict[str, list[str]]:
        """Answer a paper so that it does, or just does not, reach the pass mark; out of time, the last stay open."""
        chance, total = self.chance, len(paper)
        least = -(-self.subject.structure.pass_mark * total // 100)
        right = chance.randint(least, total) if passes else chance.randint(total // 3, least - 1)
        known = set(chance.sample(range(total), right))
        answers = {}
        for place, entry in enumerate(paper):
            question = self.subject.bank[entry["id"]]
            if place in known:
                answers[question.id] = [one for one in entry["options"] if one in question.right]
            elif not out_of_time or place < total * 3 // 4:
                answers[question.id] = _wrong(question, chance)
        return answers

    def _withdraw(self, study: Study, plan: _Plan, at: _Clock) -> datetime | None:
        if not study.withdrawn:
            return None
        moment = at(plan.length)
        self._fact(study, Verb.WITHDRAWN, moment)
        return moment

    # ------------------------------------------------------------------------------------------------- times

    def _plan(self, study: Study) -> _Plan:
        """Lay a study out from its enrolment on: sittings of a few items, some days between them, then the test."""
        chance = self.chance
        moment = timedelta(hours=min(chance.expovariate(1 / 20), 200)) + timedelta(minutes=2)
        items: list[tuple[timedelta, timedelta]] = []
        sitting = chance.randint(2, 6)
        count = min(study.done + 1, len(self._items)) if study.done or study.idle is not None else 0
        for item in self._items[:count]:
            opened = moment
            moment += timedelta(minutes=item.minutes * chance.uniform(0.5, 1.6))
            items.append((opened, moment))
            moment += timedelta(seconds=chance.randint(3, 90))
            sitting -= 1
            if not sitting:
                sitting = chance.randint(2, 6)
                moment += timedelta(hours=min(chance.expovariate(1 / 50), 300))
        attempts = []
        test = self.subject.structure.test
        for number in range(study.failed + study.passed):
            wait = (
                chance.uniform(test.wait_hours + 1, test.wait_hours + 90)
                if number
                else chance.uniform(0.1, 30)
            )
            moment += timedelta(hours=wait)
            attempts.append(moment)
            moment += timedelta(minutes=test.minutes)
        reading = items[-1][1] if items else moment
        if items and not attempts:  # the last item may only have been opened
            reading = moment = items[-1][0] + timedelta(minutes=1) if study.done < count else reading
        if study.withdrawn:
            moment += timedelta(days=chance.uniform(1, 30))
        return _Plan(items, attempts, reading, moment)

    def _begin(self, study: Study, plan: _Plan) -> _Clock:
        """Choose when the person enrolled, so that the end lies ``idle`` before the present, or at any time before it.

        Where there is too little room since the account was approved, the reading is quickened.
        """
        now = self.register.world.now
        since = study.person.approved_at or study.person.registered_at
        first = max(self.subject.opened, since + timedelta(minutes=20))
        room = now - timedelta(minutes=2) - first
        if plan.length > room:
            return _Clock(first, plan.reading, (room - (plan.length - plan.reading)) / plan.reading)
        spare = room - plan.length
        if study.idle is not None:
            return _Clock(first + spare - min(study.idle, spare), plan.reading)
        return _Clock(first + spare * self.chance.random() ** 0.8, plan.reading)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Offsets from the enrolment: items opened and done, attempts begun, the end of reading, the end of all."""

    items: Sequence[tuple[timedelta, timedelta]]
    attempts: Sequence[timedelta]
    reading: timedelta
    length: timedelta


@dataclass(frozen=True, slots=True)
class _Clock:
    """Turns an offset of a plan into an instant; ``pace`` quickens what comes before the end of reading."""

    start: datetime
    reading: timedelta
    pace: float = 1.0

    def __call__(self, offset: timedelta) -> datetime:
        if offset <= self.reading:
            return self.start + offset * self.pace
        return self.start + self.reading * self.pace + (offset - self.reading)


def _shares(structure: Structure) -> list[float]:
    """Progress after each item of the course, done in order."""
    done: set[str] = set()
    found = []
    for item in structure.items:
        done.add(item.id)
        found.append(round(share(structure, done, False), 4))
    return found


def _pool(subject: Subject) -> dict[str, list[Question]]:
    """Test questions by topic."""
    pool: dict[str, list[Question]] = {topic: [] for topic in subject.structure.test.quotas}
    for question in subject.bank.values():
        if question.use == "test":
            pool[question.topic].append(question)
    return pool


def _shown(question: Question, chance: random.Random) -> list[str]:
    options = list(question.options)
    if question.kind != TRUE_FALSE:
        chance.shuffle(options)
    return options


def _wrong(question: Question, chance: random.Random) -> list[str]:
    """Return an answer that could be given and is wrong."""
    if question.kind != MULTIPLE:
        return [chance.choice([one for one in question.options if one not in question.right])]
    flipped = chance.choice(question.options)
    return [one for one in question.options if (one in question.right) != (one == flipped)]


def tell_all(story: Story, studies: Sequence[Study]) -> Iterator[int]:
    """Tell studies one by one; yields how many are told."""
    for number, study in enumerate(studies, start=1):
        story.tell(study)
        yield number
