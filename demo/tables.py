"""What both worlds, demo and bench, write into the tables of people, course and register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import text

from app.accounts.models import Standing, User
from app.core.database import db
from app.courses.models import Attempt, AttemptAnswer, CheckAnswer, Enrolment, ItemProgress
from app.records.folding import COLUMNS
from app.records.models import (
    Activity,
    Fact,
    ImportBatch,
    Learner,
    LearnerAccount,
    LearnerMerge,
    Participation,
    Verb,
)
from demo.accounts import NO_SECRETS, Secrets
from demo.copying import copy, reserve
from demo.facts import DemoFact, Register, participations
from demo.learning import Rows
from demo.people import Person
from demo.world import World, new_public_id

Counts = dict[str, int]
USER = (
    *("id", "public_id", "email", "password", "active", "fs_uniquifier", "confirmed_at", "tf_primary_method"),
    *(
        "tf_totp_secret",
        "password_changed_at",
        "standing",
        "family_name",
        "given_name",
        "country",
        "legal_system",
    ),
    *(
        "profession",
        "institution",
        "gender",
        "age_group",
        "language",
        "working_languages",
        "zone",
        "reason",
        "is_test",
    ),
    *("registered_at", "approved_at", "closed_at"),
)
ENROLMENT = (
    *(
        "id",
        "public_id",
        "user_id",
        "course_id",
        "language",
        "adaptation",
        "state",
        "last_item",
        "last_seen_at",
    ),
    *("enrolled_at", "withdrawn_at", "completed_at"),
)
ITEM_PROGRESS = ("enrolment_id", "item_id", "opened_at", "done_at")
CHECK_ANSWER = (
    *("enrolment_id", "item_id", "question_id", "chosen", "right", "revealed", "tries", "answered_at"),
)
ATTEMPT = (
    *(
        "id",
        "public_id",
        "enrolment_id",
        "version_id",
        "language",
        "adaptation",
        "number",
        "paper",
        "started_at",
    ),
    *("deadline", "sent_at", "sent_by", "score", "passed"),
)
ATTEMPT_ANSWER = ("attempt_id", "question_id", "chosen", "written_at", "saved_at")
FACT = (*DemoFact._fields, "batch_id")
MERGE = ("merged_key", "into_key", "reason", "recorded_at")
PARTICIPATION = ("learner_key", "activity_key", *COLUMNS)
_SET_BATCH = text("SELECT set_config('ctlp.import_batch', :batch, true)")
_AWAY = {Standing.CLOSED.value, Standing.SUSPENDED.value}


def copy_people(world: World, people: Sequence[Person], secrets: Mapping[str, Secrets]) -> Counts:
    """Give everybody an id and write the accounts; ``secrets`` are those of the cast, the others cannot sign in."""
    first, chance = reserve(User, len(people)), world.chance("sign-in")
    for number, person in enumerate(people):
        person.id = first + number
    rows = (
        _user(
            person,
            secrets.get(person.cast, NO_SECRETS),
            new_public_id(chance),
            person.age_group_at(world.now),
        )
        for person in people
    )
    return {"user": copy(User, USER, rows)}


def copy_learners(register: Register, people: Iterable[Person]) -> Counts:
    """Write a key for everybody who was ever approved, and tell the register of their accounts."""
    known = [(person, person.approved_at) for person in people if person.approved_at is not None]
    for person, approved_at in known:
        register.tell(person, Verb.APPROVED, approved_at)
        for move in person.moves:
            result = {"before": move.before, "after": move.after}
            register.tell(person, Verb.COUNTRY_CHANGED, move.at, result=result)
        if person.closed_at is not None:
            register.tell(person, Verb.CLOSED, person.closed_at)
    copy(Learner, ("key", "created_at"), ((person.key, approved_at) for person, approved_at in known))
    links = ((person.key, person.id, approved_at) for person, approved_at in known)
    return {"learner": copy(LearnerAccount, ("learner_key", "user_id", "linked_at"), links)}


def copy_course(rows: Rows) -> Counts:
    """Write the rows of a course's tables."""
    return {
        "enrolment": copy(Enrolment, ENROLMENT, rows.enrolments),
        "item_progress": copy(ItemProgress, ITEM_PROGRESS, rows.progress),
        "check_answer": copy(CheckAnswer, CHECK_ANSWER, rows.check_answers),
        "attempt": copy(Attempt, ATTEMPT, rows.attempts),
        "attempt_answer": copy(AttemptAnswer, ATTEMPT_ANSWER, rows.attempt_answers),
    }


def open_batch(source: str, note: str, by: int | None) -> int:
    """Open an audited import, whose facts may have an earlier ``recorded_at``, and return its number."""
    batch = ImportBatch(source=source, note=note, imported_by=by)
    db.session.add(batch)
    db.session.flush()
    db.session.execute(_SET_BATCH, {"batch": str(batch.id)})
    return batch.id


def close_batch() -> None:
    """Close the import: later facts of this transaction are recorded now again."""
    db.session.execute(_SET_BATCH, {"batch": ""})


def copy_register(register: Register, batch: int) -> Counts:
    """Write the facts as part of an open import, and the projections that the register's own fold makes of them."""
    facts = register.in_order()
    columns = tuple(column.name for column in Activity.__table__.columns)
    roots = {merged: into for merged, into, _reason, _at in register.merges}
    activities = ([row[name] for name in columns] for row in register.activities.values())
    return {
        "fact": copy(Fact, FACT, ((*fact, batch) for fact in facts)),
        "activity": copy(Activity, columns, activities),
        "learner_merge": copy(LearnerMerge, MERGE, register.merges),
        "participation": copy(Participation, PARTICIPATION, participations(facts, roots)),
    }


def _user(person: Person, secrets: Secrets, uniquifier: str, age_group: str) -> tuple[Any, ...]:
    return (
        *(
            person.id,
            person.public_id,
            person.email,
            secrets.hashed,
            person.standing not in _AWAY,
            uniquifier,
        ),
        *(
            person.confirmed_at,
            secrets.method,
            secrets.sealed,
            person.confirmed_at if secrets.hashed else None,
        ),
        *(person.standing, person.family_name, person.given_name, person.country, person.legal_system),
        *(
            person.profession,
            person.institution,
            person.gender,
            age_group,
            person.language,
            person.working_languages,
        ),
        *(
            person.zone,
            person.reason,
            person.is_test,
            person.registered_at,
            person.approved_at,
            person.closed_at,
        ),
    )
