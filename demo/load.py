"""Loads the demo world: makes everything in memory, then copies it table by table in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, text, update

from app.accounts.models import Group, GroupMembership, Role, RoleGrant, User, VettingDecision
from app.audit.actions import record
from app.audit.verbs import Verb as AuditVerb
from app.certificates.models import Certificate
from app.core import clock
from app.core.database import after_commit, db
from app.core.settings import settings
from app.courses.models import (
    Attempt,
    Course,
    CourseVersion,
    Enrolment,
)
from app.records import counting
from app.records.counting import spans, versions
from app.records.folding import describe
from app.records.models import Activity, Fact, ImportBatch, Verb
from demo import accounts, tables, trail
from demo.casting import make_people
from demo.certificates import CERTIFICATE, Award, issue
from demo.copying import bare, copy, reserve
from demo.facts import Register
from demo.feedback import load_feedback
from demo.learning import (
    Rows,
    Story,
    Study,
    Subject,
    choose_studies,
    subject_of,
)
from demo.named_figures import load_figures
from demo.people import Person, Population
from demo.programme import Programme
from demo.recordings import load_recordings
from demo.reporting import load_reporting
from demo.rooms import load_rooms
from demo.schedule import make_schedule
from demo.today import hold_today
from demo.webinars import load_webinars
from demo.world import SEED, World, at, data, new_public_id

COURSE = "electronic-evidence"
COURSE_MONTHS = 14
"""How many whole months before the present one the course with pages opened."""
ENROLMENTS = 900
SETTLED = timedelta(days=120)
NEWCOMERS = 10
REVOKED = 2
SOURCE = "demo"
_COPIED_IN_BULK = ("fact", "counted_fact", "participation", "item_progress", "check_answer", "attempt_answer")
_GROUPS = (
    (
        "National trainers on electronic evidence",
        "Practitioners who train colleagues in their own country.",
        24,
    ),
    ("Focal points for judicial cooperation", "Central authorities that answer each other quickly.", 40),
)
Say = Callable[[str], None]


class DemoRefused(RuntimeError):
    """The demo world is not loaded here; the message says why in words for the operator."""


def is_loaded() -> bool:
    """Whether the people here are those of the demo world."""
    return db.session.scalar(select(ImportBatch.id).where(ImportBatch.source == SOURCE).limit(1)) is not None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded: rows by table, and how long it took."""

    rows: dict[str, int]
    seconds: float


def refuse_where_it_must_not_be() -> None:
    """Raise DemoRefused in production and where there are people already."""
    if settings().production:
        raise DemoRefused("Demo data is refused in production.")
    if db.session.scalar(select(User.id).limit(1)) is not None:
        raise DemoRefused(
            "Demo data is refused: there are people here already. Use an empty database (./run reset)."
        )
    if db.session.scalar(select(Course.id).where(Course.slug == COURSE)) is None:
        raise DemoRefused(f"Demo data needs the course {COURSE}: run ./run flask content sync first.")


def load(say: Say, *, seed: int = SEED, whole: bool = True) -> Loaded:
    """Load the world into the present transaction; the sign-ins are written once it is committed.

    Without ``whole``, people and the training register only: no course, no sessions with pages, no rooms.
    Raises DemoRefused.
    """
    refuse_where_it_must_not_be()
    say("Demo world:")
    loading = _Loading(World(clock.now(), seed), say)
    return loading.run() if whole else loading.register_only()


class _Loading:
    """One load, step by step; each step says what it did and how long it took."""

    def __init__(self, world: World, say: Say) -> None:
        self.world = world
        self.say = say
        self.counts: dict[str, int] = {}
        self.register = Register(world, world.chance("register"))

    def run(self) -> Loaded:
        """Everything: first what is copied in bulk, then what is told through the application's own actions."""
        started = time.monotonic()
        with bare(*_COPIED_IN_BULK):
            with self._step("People"):
                population = self._people()
            with self._step("Programme of activities"):
                awards = self._programme(population)
            with self._step("Course"):
                awards += self._course(population)
            with self._step("Certificates"):
                issued = self._certificates(awards)
            with self._step("Training register"):
                self._register_rows(population)
            with self._step("Webinars"):
                self._count(load_webinars(self.world, population, self.register))
            with self._step("Feedback"):
                self._count(load_feedback(self.world, population))
        db.session.execute(text("ANALYZE"))
        with self._step("Session of today"):
            self.counts["session that runs"] = int(hold_today() is not None)
            self.counts["recording to be made"] = load_recordings()
        with self._step("Rooms"):
            self._count(load_rooms(self.world, population, self.say))
        with self._step("Statistics"):
            self._statistics(population)
        with self._step("Reports"):
            self._reporting(population)
        with self._step("Audit"):
            self._audit(population, issued)
        return self._loaded(started)

    def register_only(self) -> Loaded:
        """People and what the register knows of them."""
        started = time.monotonic()
        with bare(*_COPIED_IN_BULK):
            with self._step("People"):
                population = self._people()
            with self._step("Programme of activities"):
                self._programme(population)
            with self._step("Training register"):
                self._register_rows(population)
        with self._step("Statistics"):
            self._published(population)
            spans.restand_all()
            versions.redescribe_all()
        return self._loaded(started)

    def _loaded(self, started: float) -> Loaded:
        counts = {name: number for name, number in self.counts.items() if " " not in name}
        return Loaded(counts, time.monotonic() - started)

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        started, before = time.monotonic(), dict(self.counts)
        yield
        new = ", ".join(
            f"{count - before.get(table, 0):,} {table.replace('_', ' ')}"
            for table, count in self.counts.items()
            if count > before.get(table, 0)
        )
        self.say(f"  {name}: {new} ({time.monotonic() - started:.1f} s)")

    def _count(self, counts: tables.Counts) -> None:
        for name, number in counts.items():
            self.counts[name] = self.counts.get(name, 0) + number

    def _copy(self, model: Any, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        self._count({model.__tablename__: copy(model, columns, rows)})

    # ---------------------------------------------------------------------------------------------- people

    def _people(self) -> Population:
        population = make_people(self.world, accounts.cast_people(self.world), make_schedule(self.world))
        cast, secrets = accounts.by_name(population.people), accounts.make_secrets()
        self._count(tables.copy_people(self.world, population.people, secrets))
        self._decisions(population, cast)
        self._roles_and_groups(population, cast)
        self._count(tables.copy_learners(self.register, population.people))
        after_commit(lambda: self.say(f"  Sign-ins: {accounts.write_file(cast, secrets)}"))
        return population

    def _decisions(self, population: Population, cast: dict[str, Person]) -> None:
        rows = [_decision(person, cast) for person in population.people if person.decided_at is not None]
        waiting = [person for person in population.people if person.standing == "pending" and not person.cast]
        asked = waiting[:2]
        by = cast[accounts.ADMINISTRATORS[1]].id
        for person, question in zip(asked, _questions(), strict=False):
            rows.append(
                (
                    person.id,
                    "asked",
                    question,
                    by,
                    person.registered_at + (self.world.now - person.registered_at) / 2,
                )
            )
        self._copy(VettingDecision, ("user_id", "decision", "reason", "decided_by", "decided_at"), rows)

    def _roles_and_groups(self, population: Population, cast: dict[str, Person]) -> None:
        chance = self.world.chance("groups")
        granted = [
            (new_public_id(chance), person.id, role, scope, starts_at, by.id if by else None, note)
            for person, role, scope, starts_at, by, note in accounts.grants(cast)
        ]
        people = chance.sample(
            [person for person in population.learners if person.standing == "approved"], 40
        )
        by = cast[accounts.ADMINISTRATORS[0]]
        for number, person in enumerate(people):
            role = (Role.TRAINER, Role.EXPERT, Role.EXPERT, Role.FOCAL_POINT)[number % 4]
            scope = f"country:{person.country}" if role == Role.FOCAL_POINT else "*"
            starts_at = max(
                person.approved_at or self.world.now, by.approved_at or self.world.now
            ) + timedelta(days=3)
            if starts_at < self.world.now:
                granted.append((new_public_id(chance), person.id, role.value, scope, starts_at, by.id, ""))
        self._copy(
            RoleGrant, ("public_id", "user_id", "role", "scope", "starts_at", "granted_by", "note"), granted
        )
        first = reserve(Group, len(_GROUPS))
        made = self.world.now - timedelta(days=300)
        groups = [
            (first + place, new_public_id(chance), *words[:2], made) for place, words in enumerate(_GROUPS)
        ]
        self._copy(Group, ("id", "public_id", "name", "description", "created_at"), groups)
        members = [
            (first + place, person.id, max(made, person.approved_at or made), by.id)
            for place, (_, _, size) in enumerate(_GROUPS)
            for person in chance.sample(people, size)
        ]
        self._copy(GroupMembership, ("group_id", "user_id", "joined_at", "added_by"), members)

    # ------------------------------------------------------------------------------------------ what they learned

    def _programme(self, population: Population) -> list[Award]:
        programme = Programme(self.world, population, self.register, self.world.chance("programme"))
        programme.write()
        self.counts["activities described"] = len(self.register.activities)
        self.counts["facts told"] = len(self.register.facts)
        return programme.awards

    def _course(self, population: Population) -> list[Award]:
        """Everybody's work in the course with pages, the cast's included."""
        subject = subject_of(COURSE, at(_months_before(self.world.today, COURSE_MONTHS), 8))
        self._date_back(subject)
        chance = self.world.chance("course")
        studies = choose_studies(subject, self._settled(population), ENROLMENTS, chance)
        studies += [
            Study(person, "en", 0, idle=timedelta(hours=chance.uniform(1, 90)) if number % 2 else None)
            for number, person in enumerate(self._newcomers(population))
        ]
        studies += accounts.cast_studies(subject, accounts.by_name(population.people))
        rows = Rows(reserve(Enrolment, len(studies)), reserve(Attempt, 4 * len(studies)))
        story = Story(subject, self.register, rows, chance)
        for study in studies:
            story.tell(study)
        self._count(tables.copy_course(rows))
        self.counts["facts told"] = len(self.register.facts)
        return story.awards

    def _settled(self, population: Population) -> list[Person]:
        """People approved long enough ago for any story to fit, and still there."""
        since = self.world.now - SETTLED
        return [person for person in population.learners if person.there(since, self.world.now)]

    def _newcomers(self, population: Population) -> list[Person]:
        since = self.world.now - timedelta(days=30)
        fresh = [person for person in population.learners if not person.there(since, self.world.now)]
        here = [
            person for person in fresh if person.there(self.world.now - timedelta(days=3), self.world.now)
        ]
        return here[-NEWCOMERS:]

    def _date_back(self, subject: Subject) -> None:
        """In this world the course was published when it opened, and the register was told so."""
        before = db.session.get_one(Activity, subject.activity_key)
        db.session.execute(
            update(Course).where(Course.id == subject.course_id).values(created_at=subject.opened)
        )
        db.session.execute(
            update(CourseVersion)
            .where(CourseVersion.id == subject.version_id)
            .values(published_at=subject.opened)
        )
        told = select(Fact.result).where(
            Fact.activity_key == before.key, Fact.verb == Verb.ACTIVITY_DESCRIBED.value
        )
        result = db.session.scalars(told.order_by(Fact.id.desc()).limit(1)).one()
        self.register.describe(describe(before.key, result), subject.opened)
        del self.register.activities[before.key]  # its row stands as the later description left it

    def _certificates(self, awards: list[Award]) -> list[tuple[str, Any]]:
        activities = {key: Activity(**row) for key, row in self.register.activities.items()}
        course = db.session.scalars(select(Course).where(Course.slug == COURSE)).one()
        activities[course.activity_key] = db.session.get_one(Activity, course.activity_key)
        rows = issue(self.register, awards, activities, self.world.chance("certificates"), REVOKED)
        self._copy(Certificate, CERTIFICATE, rows)
        return [(row[0], row[8]) for row in rows]

    # ---------------------------------------------------------------------------------------- register, audit

    def _register_rows(self, population: Population) -> None:
        """Facts as one import batch, then the projections that the register's fold makes of them."""
        by = accounts.by_name(population.people)[accounts.ADMINISTRATORS[0]].id
        note = f"The demo world of seed {self.world.seed}: fictitious people and events."
        batch = tables.open_batch(SOURCE, note, by)
        copied = tables.copy_register(self.register, batch)
        tables.close_batch()
        self._count(copied)
        detail = {"source": SOURCE, "added": copied["fact"], "known": 0}
        record(None, AuditVerb.REGISTER_IMPORTED, "import_batch", str(batch), detail=detail)

    def _statistics(self, population: Population) -> None:
        """What figures are counted from, and the figures that were published."""
        self._published(population)
        db.session.execute(text("SET LOCAL work_mem = '64MB'"))
        self.counts["facts counted"] = counting.rebuild().counted_facts

    def _reporting(self, population: Population) -> None:
        """What lies on the reporting officer's desk; needs figures counted."""
        cast = accounts.by_name(population.people)
        officer, administrator = cast["reporting officer"], cast[accounts.ADMINISTRATORS[0]]
        self._count(load_reporting(self.world, officer, administrator))

    def _published(self, population: Population) -> None:
        officer = accounts.by_name(population.people)["reporting officer"]
        self._count(load_figures(self.world, officer))

    def _audit(self, population: Population, issued: list[tuple[str, Any]]) -> None:
        cast = accounts.by_name(population.people)
        self.counts["audit_entry"] = trail.write(trail.doings(self.world, population.people, cast, issued))
        counts = {name: count for name, count in self.counts.items() if " " not in name}
        record(None, AuditVerb.DEMO_LOADED, "demo", str(self.world.seed), detail=counts)
        db.session.execute(text("ANALYZE"))


def _decision(person: Person, cast: dict[str, Person]) -> tuple[Any, ...]:
    assert person.decided_at is not None
    by = trail.decider(cast, person.decided_at)
    decision = "declined" if person.decision else "approved"
    return (person.id, decision, person.decision, by.id if by else None, person.decided_at)


def _questions() -> list[str]:
    return list(data("words")["questions"])


def _months_before(day: date, months: int) -> date:
    """Return the first day of the month so many months before."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)
