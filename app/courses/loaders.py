"""The only ways a view gets a course, an item, an attempt: through what the actor may see, else NotFound."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from app.core.access import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.courses import editions, seats
from app.courses.editions import StoredFile
from app.courses.models import Attempt, CourseVersion, Enrolment
from app.courses.papers import Entry, Question, entries
from app.courses.policy import may_manage, may_teach
from app.courses.seats import Seat, bank_of
from app.courses.structure import Item, Structure, structure_of


class EnrolFirst(HTTPException):
    """The course may be seen, but its lessons are for those who take it: on to the course page."""

    code = 303

    def __init__(self, slug: str) -> None:
        super().__init__()
        self.slug = slug

    def get_headers(self, environ: object = None, scope: object = None) -> list[tuple[str, str]]:
        return [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Location", url_for("courses.course", slug=self.slug)),
        ]

    def get_body(self, environ: object = None, scope: object = None) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Sitting:
    """An attempt of the actor's with the version it runs on, which may be older than the course's present one."""

    seat: Seat
    attempt: Attempt
    version: CourseVersion
    paper: tuple[Entry, ...]

    @property
    def structure(self) -> Structure:
        """The structure the attempt began with."""
        return structure_of(self.version)

    @property
    def bank(self) -> dict[str, Question]:
        """The questions of the version the attempt began with."""
        return bank_of(self.version.id)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One question of an attempt; ``position`` counts from 1."""

    sitting: Sitting
    position: int

    @property
    def entry(self) -> Entry:
        """The question's place on the paper."""
        return self.sitting.paper[self.position - 1]

    @property
    def question(self) -> Question:
        """The question without words."""
        return self.sitting.bank[self.entry.question_id]


def course(actor: Actor, slug: str) -> Seat:
    """A course that the actor may see."""
    found = seats.seat(actor, slug)
    if found is None:
        raise NotFound
    return found


def taken(actor: Actor, slug: str) -> Seat:
    """A course that the actor is taking. Raises EnrolFirst for one that they only see."""
    found = course(actor, slug)
    if not found.active:
        raise EnrolFirst(slug)
    return found


def taught(actor: Actor, slug: str) -> Seat:
    """A course that the actor looks after."""
    found = course(actor, slug)
    if not may_teach(actor, slug):
        raise NotFound
    return found


def managed(actor: Actor, slug: str) -> Seat:
    """A course whose audience the actor sets."""
    found = course(actor, slug)
    if not may_manage(actor, slug):
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """An item of a course that the actor is taking."""

    seat: Seat
    item: Item


def item(actor: Actor, slug: str, item_id: str) -> Place:
    """An item of a course that the actor is taking."""
    found = taken(actor, slug)
    if item_id not in found.structure.by_id:
        raise NotFound
    return Place(found, found.structure.by_id[item_id])


def check_question(actor: Actor, slug: str, item_id: str, question_id: str) -> tuple[Place, Question]:
    """A question of a knowledge check of a course that the actor is taking."""
    place = item(actor, slug, item_id)
    if question_id not in place.item.questions:
        raise NotFound
    return place, bank_of(place.seat.version.id)[question_id]


def file(actor: Actor, slug: str, digest: str, name: str) -> StoredFile:
    """A figure or download of a course that the actor may see."""
    found = editions.file(course(actor, slug).course.slug, digest, name)
    if found is None:
        raise NotFound
    return found


def sitting(actor: Actor, slug: str, attempt_id: str) -> Sitting:
    """An attempt of the actor's own, running or sent, at the test of a course they are taking."""
    found = course(actor, slug)
    row = db.session.execute(
        select(Attempt, CourseVersion)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(CourseVersion, CourseVersion.id == Attempt.version_id)
        .where(
            Attempt.public_id == attempt_id,
            Enrolment.course_id == found.course.id,
            Enrolment.user_id == (actor.user_id or 0),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    if not found.active:
        raise EnrolFirst(slug)
    attempt, version = row
    return Sitting(found, attempt, version, entries(attempt.paper))


def sheet(actor: Actor, slug: str, attempt_id: str, position: str) -> Sheet:
    """One question of an attempt of the actor's own, by its place on the paper."""
    found = sitting(actor, slug, attempt_id)
    if not (position.isascii() and position.isdecimal() and len(position) <= 4):
        raise NotFound
    if not 1 <= int(position) <= len(found.paper):
        raise NotFound
    return Sheet(found, int(position))
