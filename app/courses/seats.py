"""A person's place in a course: what nearly every page and action of a course begins with, found in one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.core.access import Actor
from app.core.database import db
from app.core.i18n import best_language, page_language
from app.courses import editions
from app.courses.editions import CourseWords, EditionChoice
from app.courses.models import BankQuestion, Course, CourseVersion, Edition, Enrolment
from app.courses.papers import Question
from app.courses.policy import visible_to
from app.courses.structure import Structure, structure_of


@dataclass(frozen=True, slots=True)
class Seat:
    """A course as ``actor`` has it: its present version, and the person's enrolment if they ever enrolled.

    ``digest`` changes with every change of words: the key of what is kept in the process.
    """

    actor: Actor
    course: Course
    version: CourseVersion
    enrolment: Enrolment | None
    digest: str

    @property
    def structure(self) -> Structure:
        """The structure of the present version."""
        return structure_of(self.version)

    @property
    def active(self) -> bool:
        """Whether the person is taking the course now."""
        return self.enrolment is not None and self.enrolment.state == "active"

    @property
    def choices(self) -> tuple[EditionChoice, ...]:
        """The editions one may choose from, the source language first."""
        return _choices(_Words(self.version.id, self.digest, version=self.version))

    @property
    def choice(self) -> EditionChoice:
        """The edition the person reads or would get: as chosen, else the nearest to the page's language."""
        if self.enrolment is not None:
            return nearest_choice(self.choices, self.enrolment.language, self.enrolment.adaptation)
        return nearest_choice(self.choices, page_language(), self.actor.country)

    @property
    def words(self) -> CourseWords:
        """Titles and texts of the course in the person's edition."""
        return self.words_in(self.choice)

    def words_in(self, choice: EditionChoice) -> CourseWords:
        """Titles and texts of the course in an edition."""
        key = _Words(self.version.id, self.digest, choice.language, choice.adaptation, version=self.version)
        return _words(key)


def nearest_choice(choices: Sequence[EditionChoice], language: str, adaptation: str) -> EditionChoice:
    """Return the edition nearest to a wish; the first (the source's) when its language is not offered."""
    spoken = best_language(language, [one.language for one in choices], choices[0].language)
    offered = [one for one in choices if one.language == spoken]
    return next(
        (one for one in offered if one.adaptation == adaptation),
        next((one for one in offered if not one.adaptation), offered[0]),
    )


def seats(actor: Actor, *conditions: ColumnElement[bool]) -> list[Seat]:
    """Return the actor's places in the courses that ``conditions`` pick among those they may see. One query."""
    digest = (
        select(func.string_agg(Edition.digest, aggregate_order_by(literal(" "), Edition.id)))
        .where(Edition.version_id == CourseVersion.id)
        .scalar_subquery()
    )
    mine = (Enrolment.course_id == Course.id) & (Enrolment.user_id == (actor.user_id or 0))
    rows = db.session.execute(
        select(Course, CourseVersion, Enrolment, digest)
        .join(CourseVersion, CourseVersion.id == Course.version_id)
        .outerjoin(Enrolment, mine)
        .where(visible_to(actor), *conditions)
    )
    return [Seat(actor, *row) for row in rows]


def seat(actor: Actor, slug: str) -> Seat | None:
    """Return the actor's place in a course; None when there is none that they may see."""
    return next(iter(seats(actor, Course.slug == slug)), None)


# Versions never change, words change with their digest: both are kept in the process once read.


@dataclass(frozen=True, slots=True)
class _Words:
    version_id: int
    digest: str
    language: str = ""
    adaptation: str = ""
    version: CourseVersion | None = field(default=None, compare=False)


@lru_cache(maxsize=256)
def _choices(key: _Words) -> tuple[EditionChoice, ...]:
    assert key.version is not None
    return tuple(editions.editions_of(key.version))


@lru_cache(maxsize=512)
def _words(key: _Words) -> CourseWords:
    assert key.version is not None
    return editions.course_words(key.version, key.language, key.adaptation)


@lru_cache(maxsize=256)
def bank_of(version_id: int) -> dict[str, Question]:
    """Return the questions of a version by id."""
    rows = db.session.scalars(
        select(BankQuestion).where(BankQuestion.version_id == version_id).order_by(BankQuestion.id)
    )
    return {
        row.id: Question(
            row.id, row.use, row.topic, row.kind, tuple(row.options), frozenset(row.right), row.lesson
        )
        for row in rows
    }
