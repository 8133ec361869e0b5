"""The catalogue: every course a person may see, with where they stand in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.core.access import Actor
from app.core.database import db
from app.core.i18n import best_language
from app.courses import editions, plan
from app.courses.models import Course, CourseVersion, Enrolment
from app.courses.policy import visible_to
from app.courses.queries.progress import plan_of, progress_of
from app.courses.seats import Seat, seats
from app.courses.structure import Structure, structure_of

STATES = (plan.NOT_STARTED, plan.IN_PROGRESS, plan.COMPLETED, plan.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the catalogue is narrowed to; an empty value does not narrow."""

    topic: str = ""
    language: str = ""
    state: str = ""

    @property
    def any(self) -> bool:
        """Whether something is narrowed."""
        return bool(self.topic or self.language or self.state)


@dataclass(frozen=True, slots=True)
class Row:
    """A course in the catalogue; ``title_language`` is that of title and summary."""

    slug: str
    topic: str
    title: str
    summary: str
    title_language: str
    languages: tuple[str, ...]
    minutes: int
    steps: int
    hours: float
    state: str

    def within(self, filters: Filters) -> bool:
        """Whether the course is among those asked for."""
        return (
            filters.topic in ("", self.topic)
            and (not filters.language or filters.language in self.languages)
            and filters.state in ("", self.state)
        )


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Where a person goes on in a course: its title and the step's (None: the final test), both in ``language``.

    ``/courses/<slug>/resume`` leads there.
    """

    slug: str
    title: str
    item_id: str | None
    step_title: str
    language: str
    done: int
    total: int


def catalogue(actor: Actor, language: str) -> list[Row]:
    """Return the courses the actor may see, titles in the nearest to ``language``, by title. Two queries."""
    found = db.session.execute(
        select(Course, CourseVersion, Enrolment)
        .join(CourseVersion, CourseVersion.id == Course.version_id)
        .outerjoin(
            Enrolment, (Enrolment.course_id == Course.id) & (Enrolment.user_id == (actor.user_id or 0))
        )
        .where(visible_to(actor))
    ).all()
    titles = editions.titles([version.id for _, version, _ in found])
    rows = [
        _row(course, structure_of(version), titles[version.id], enrolment, language)
        for course, version, enrolment in found
        if version.id in titles
    ]
    return sorted(rows, key=lambda row: (row.title.casefold(), row.slug))


def _row(
    course: Course,
    structure: Structure,
    titles: dict[str, tuple[str, str]],
    enrolment: Enrolment | None,
    language: str,
) -> Row:
    spoken = best_language(language, list(titles), structure.source_language)
    title, summary = titles[spoken]
    source_first = sorted(titles, key=lambda tag: (tag != structure.source_language, tag))
    return Row(
        slug=course.slug,
        topic=course.topic,
        title=title,
        summary=summary,
        title_language=spoken,
        languages=tuple(source_first),
        minutes=structure.minutes,
        steps=len(structure.required) + 1,
        hours=structure.certificate_hours,
        state=state_of(enrolment),
    )


def state_of(enrolment: Enrolment | None) -> str:
    """Return where a person stands in a course, as one of STATES."""
    if enrolment is None:
        return plan.NOT_STARTED
    if enrolment.completed_at is not None:
        return plan.COMPLETED
    if enrolment.state == "withdrawn":
        return plan.WITHDRAWN
    return plan.NOT_STARTED if enrolment.last_item is None else plan.IN_PROGRESS


def unfinished(actor: Actor) -> Unfinished | None:
    """Return where the actor left off last, among the courses they take and have not completed. Two queries."""
    places = seats(actor, Enrolment.state == "active", Enrolment.completed_at.is_(None))
    return _unfinished(max(places, key=_last_touched)) if places else None


def _last_touched(place: Seat) -> datetime:
    assert place.enrolment is not None
    return place.enrolment.last_seen_at or place.enrolment.enrolled_at


def _unfinished(place: Seat) -> Unfinished:
    assert place.enrolment is not None
    way = plan_of(place, progress_of(place))
    step = way.resume(place.enrolment.last_item)
    return Unfinished(
        slug=place.course.slug,
        title=place.words.title,
        item_id=step.item.id if step else None,
        step_title=step.title if step else place.words.test_title,
        language=place.words.language,
        done=way.done,
        total=way.total,
    )
