"""Many learners in many courses, for benchmarks: the first course is told like the demo world's, the others are copies.

In every copy each learner plays another's part, so that a person is at a different place in each course.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.certificates.models import Certificate
from app.core import clock
from app.core.database import JSON, db
from app.core.settings import settings
from app.courses.actions.learning import mark_done
from app.courses.models import Attempt, Course, Enrolment
from app.courses.structure import from_json
from app.records.actions import describe_activity
from app.records.folding import Description
from app.records.models import Activity
from demo import tables
from demo.certificates import CERTIFICATE, Award, issue
from demo.copying import bare, copy, driver, reserve
from demo.facts import Register
from demo.learning import Rows, Story, Subject, choose_studies, subject_of
from demo.load import COURSE, DemoRefused
from demo.people import Person, make_learners
from demo.world import World, at

SLUG = "bench"
STEP = 197
"""How many places along the row of learners the parts move from one course to the next."""
Say = Callable[[str], None]


def load(learners: int = 2000, courses: int = 10, say: Say = lambda line: None) -> tables.Counts:
    """Load ``learners`` people, all of them in ``courses`` courses, into the present transaction.

    Needs the real course in the database, whose structure and texts are copied. Returns the rows of people and of the
    first course by table. Raises DemoRefused in production and
    where such courses are already.
    """
    _refuse_where_it_must_not_be()
    world = World(clock.now())
    opened = at(world.today - timedelta(days=430), 8)
    people = make_learners(world, learners, opened - timedelta(days=2))
    register = Register(world, world.chance("bulk"))
    counts = tables.copy_people(world, people, {}) | tables.copy_learners(register, people)
    for number in range(1, courses + 1):
        _clone_course(slug_of(number), f"{number:02}")
    say(f"  {learners:,} people, {courses} courses")
    first = _First.told(subject_of(slug_of(1), opened), people, register)
    counts |= tables.copy_course(first.rows)
    first.certify(first.subject, first.awards, register)
    batch = tables.open_batch(SLUG, "Synthetic learners for benchmarks.", None)
    counts |= tables.copy_register(register, batch)
    say(f"  {slug_of(1)}")
    with bare("fact", "participation", "item_progress", "check_answer", "attempt", "attempt_answer"):
        for number in range(2, courses + 1):
            first.copied(subject_of(slug_of(number), opened), people, STEP * (number - 1), batch)
            say(f"  {slug_of(number)}")
    tables.close_batch()
    driver().execute("ANALYZE")
    return counts


def _refuse_where_it_must_not_be() -> None:
    if settings().production:
        raise DemoRefused("Synthetic learners are refused in production.")
    if db.session.scalar(select(Course.id).where(Course.slug == slug_of(1))) is not None:
        raise DemoRefused("There are synthetic courses here already.")


def slug_of(number: int) -> str:
    """Return the slug of a synthetic course; numbers begin with 1."""
    return f"{SLUG}-{number:02}"


def finish_items(enrolment_id: int, structure: JSON) -> None:
    """Mark every item of an enrolment as done, the way a person does, so that the final test opens."""
    enrolment = db.session.get_one(Enrolment, enrolment_id)
    course = db.session.get_one(Course, enrolment.course_id)
    read = from_json(structure)
    for item in read.items:
        mark_done(course, read, enrolment, item)


# ------------------------------------------------------------------------------------------------ courses

_CLONE = """
WITH old AS (
    SELECT c.*, v.structure, v.digest FROM course c JOIN course_version v ON v.id = c.version_id
    WHERE c.slug = %(source)s
), made AS (
    INSERT INTO course (slug, activity_key, topic, source_language, content_digest)
    SELECT %(slug)s, %(key)s, topic, source_language, '' FROM old RETURNING id
)
INSERT INTO course_version (course_id, number, structure, digest)
SELECT made.id, 1, jsonb_set(old.structure, '{slug}', to_jsonb(%(slug)s::text)), old.digest || %(number)s FROM made, old
RETURNING id, course_id, (SELECT version_id FROM old)
"""
_CLONE_EDITIONS = """
INSERT INTO edition (version_id, language, adaptation, title, summary, words, complete, behind, digest)
SELECT %(new)s, language, adaptation, title || ' (' || %(number)s || ')', summary, words, complete, behind,
    digest || %(number)s
FROM edition WHERE version_id = %(old)s ORDER BY id
"""
_PARTS = {
    "bank_question": ("version_id", 'id, use, topic, kind, options, "right", lesson'),
    "edition_item": ("edition_id", "item_id, title, html, words, behind, file_name, file_size, file_digest"),
    "edition_question": ("edition_id", "question_id, words"),
    "edition_file": ("edition_id", "name, content_type, digest, body"),
}


def _clone_course(slug: str, number: str) -> None:
    """Make a course with the structure and texts of the real one."""
    connection = driver()
    given = {"source": COURSE, "slug": slug, "key": uuid.uuid4(), "number": number}
    made = connection.execute(_CLONE, given).fetchone()
    assert made is not None
    new, course_id, old = made
    connection.execute("UPDATE course SET version_id = %s WHERE id = %s", (new, course_id))
    connection.execute(_CLONE_EDITIONS, {"new": new, "old": old, "number": number})
    pairs = connection.execute(
        "SELECT n.id, o.id FROM edition n JOIN edition o USING (language, adaptation) "
        "WHERE n.version_id = %s AND o.version_id = %s",
        (new, old),
    ).fetchall()
    for table, (owner, columns) in _PARTS.items():
        for new_id, old_id in [(new, old)] if owner == "version_id" else pairs:
            connection.execute(
                f"INSERT INTO {table} ({owner}, {columns}) SELECT %s, {columns} FROM {table} WHERE {owner} = %s",
                (new_id, old_id),
            )
    _describe(slug, number, given["key"])


def _describe(slug: str, number: str, key: object) -> None:
    assert isinstance(key, uuid.UUID)
    real = db.session.scalars(
        select(Activity).join(Course, Course.activity_key == Activity.key).where(Course.slug == COURSE)
    ).one()
    describe_activity(
        Description(
            activity_key=key,
            kind=real.kind,
            slug=slug,
            titles={language: f"{title} ({number})" for language, title in real.titles.items()},
            languages=list(real.languages),
            address=f"/courses/{slug}",
            topic=real.topic,
            hours=real.hours,
        )
    )


# ------------------------------------------------------------------------------------------------ learning

_COPIES = (
    """
    INSERT INTO enrolment (id, public_id, user_id, course_id, language, adaptation, state, last_item, last_seen_at,
        enrolled_at, withdrawn_at, completed_at)
    SELECT e.id + %(enrolments)s, replace(gen_random_uuid()::text, '-', ''), p.to_user, %(course)s, language,
        adaptation, state, last_item, last_seen_at, enrolled_at, withdrawn_at, completed_at
    FROM enrolment e JOIN part p ON p.from_user = e.user_id WHERE e.course_id = %(first)s
    """,
    """
    INSERT INTO item_progress (enrolment_id, item_id, opened_at, done_at)
    SELECT i.enrolment_id + %(enrolments)s, item_id, opened_at, done_at
    FROM item_progress i JOIN enrolment e ON e.id = i.enrolment_id WHERE e.course_id = %(first)s
    """,
    """
    INSERT INTO check_answer (enrolment_id, item_id, question_id, chosen, "right", revealed, tries, answered_at)
    SELECT a.enrolment_id + %(enrolments)s, item_id, question_id, chosen, "right", revealed, tries, answered_at
    FROM check_answer a JOIN enrolment e ON e.id = a.enrolment_id WHERE e.course_id = %(first)s
    """,
    """
    INSERT INTO attempt (id, public_id, enrolment_id, version_id, language, adaptation, number, paper, started_at,
        deadline, sent_at, sent_by, score, passed)
    SELECT a.id + %(attempts)s, replace(gen_random_uuid()::text, '-', ''), a.enrolment_id + %(enrolments)s,
        %(version)s, a.language, a.adaptation, a.number, paper, started_at, deadline, sent_at, sent_by, score, passed
    FROM attempt a JOIN enrolment e ON e.id = a.enrolment_id WHERE e.course_id = %(first)s
    """,
    """
    INSERT INTO attempt_answer (attempt_id, question_id, chosen, written_at, saved_at)
    SELECT w.attempt_id + %(attempts)s, question_id, chosen, written_at, saved_at
    FROM attempt_answer w JOIN attempt a ON a.id = w.attempt_id JOIN enrolment e ON e.id = a.enrolment_id
    WHERE e.course_id = %(first)s
    """,
    """
    INSERT INTO fact (uuid, learner_key, activity_key, verb, result, country, profession, gender, age_group, language,
        occurred_at, recorded_at, batch_id)
    SELECT gen_random_uuid(), p.to_key, %(activity)s, verb,
        CASE WHEN f.verb = 'certificate_issued' THEN jsonb_build_object('code', c.code) ELSE f.result END,
        p.country, p.profession, p.gender, p.age_group, f.language, f.occurred_at, f.recorded_at, %(batch)s
    FROM fact f JOIN part p ON p.from_key = f.learner_key
    LEFT JOIN certificate c ON c.learner_key = p.to_key AND c.activity_key = %(activity)s
    WHERE f.activity_key = %(first_activity)s ORDER BY f.id
    """,
)


class _First:
    """The course that is told person by person, and what the others are copied from."""

    def __init__(
        self, subject: Subject, rows: Rows, awards: list[Award], enrolment: int, attempt: int
    ) -> None:
        self.subject = subject
        self.rows = rows
        self.awards = awards
        self.enrolment = enrolment
        self.attempt = attempt

    @classmethod
    def told(cls, subject: Subject, people: Sequence[Person], register: Register) -> _First:
        """Tell the studies of all ``people``."""
        chance = register.world.chance("bulk course")
        enrolment, attempt = reserve(Enrolment, len(people)), reserve(Attempt, 3 * len(people))
        rows = Rows(enrolment, attempt)
        story = Story(subject, register, rows, chance)
        for study in choose_studies(subject, people, len(people), chance):
            story.tell(study)
        return cls(subject, rows, story.awards, enrolment, attempt)

    def certify(self, subject: Subject, awards: Sequence[Award], register: Register) -> None:
        """Sign the certificates of a course and write them; the facts go into ``register``."""
        activities = {subject.activity_key: db.session.get_one(Activity, subject.activity_key)}
        chance = random.Random(f"{register.world.seed} {subject.slug}")
        copy(Certificate, CERTIFICATE, issue(register, awards, activities, chance, 0))

    def copied(self, subject: Subject, people: Sequence[Person], step: int, batch: int) -> None:
        """Copy everything into another course, each part played by the person ``step`` places on."""
        players = {person.key: people[(place + step) % len(people)] for place, person in enumerate(people)}
        _write_parts(people, players, clock.now())
        awards = [
            Award(players[award.person.key], subject.activity_key, award.completed_at, award.language)
            for award in self.awards
        ]
        aside = Register(
            World(clock.now()), random.Random(step)
        )  # its facts are copied below with all the others
        self.certify(subject, awards, aside)
        given: dict[str, Any] = {
            "course": subject.course_id,
            "version": subject.version_id,
            "activity": subject.activity_key,
            "first": self.subject.course_id,
            "first_activity": self.subject.activity_key,
            "enrolments": reserve(Enrolment, len(self.rows.enrolments)) - self.enrolment,
            "attempts": reserve(Attempt, 3 * len(self.rows.enrolments)) - self.attempt,
            "batch": batch,
        }
        for statement in (*_COPIES, _participations()):
            driver().execute(statement, given)


def _participations() -> str:
    """The copy of the participations: keys, country, profession and certificate are the player's own."""
    own = {
        "learner_key": "p.to_key",
        "activity_key": "%(activity)s",
        "country": "p.country",
        "profession": "p.profession",
        "certificate_code": "c.code",
    }
    columns = ", ".join(tables.PARTICIPATION)
    values = ", ".join(own.get(name, f"m.{name}") for name in tables.PARTICIPATION)
    return (
        f"INSERT INTO participation ({columns}) SELECT {values} FROM participation m "
        "JOIN part p ON p.from_key = m.learner_key "
        "LEFT JOIN certificate c ON c.learner_key = p.to_key AND c.activity_key = %(activity)s "
        "WHERE m.activity_key = %(first_activity)s"
    )


def _write_parts(people: Sequence[Person], players: dict[uuid.UUID, Person], now: datetime) -> None:
    """Write who plays whose part into a table of this transaction."""
    connection = driver()
    connection.execute("DROP TABLE IF EXISTS part")
    connection.execute(
        "CREATE TEMP TABLE part (from_user bigint, from_key uuid, to_user bigint, to_key uuid, country text, "
        "profession text, gender text, age_group text) ON COMMIT DROP"
    )
    with connection.cursor() as cursor, cursor.copy("COPY part FROM STDIN") as copying:
        for person in people:
            other = players[person.key]
            ids = (person.id, person.key, other.id, other.key)
            copying.write_row((*ids, other.country, other.profession, other.gender, other.age_group_at(now)))
    connection.execute("ANALYZE part")
