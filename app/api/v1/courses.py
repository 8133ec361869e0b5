"""Courses that the caller may see, with their own progress."""

from __future__ import annotations

from collections.abc import Mapping

from flask import url_for

from app.accounts.bearer import with_token
from app.accounts.tokens import Scope
from app.api.v1 import cursors
from app.api.v1.blueprint import bp
from app.api.v1.operations import operation
from app.api.v1.schemas import (
    CourseDetail,
    CourseEntry,
    CourseList,
    EditionOffered,
    FinalTestEntry,
    ItemEntry,
    ListQuery,
    ModuleEntry,
    OwnProgress,
    Query,
)
from app.core.access import access, current_actor
from app.core.i18n import page_language
from app.courses import loaders, plan, queries, seats
from app.courses.editions import CourseWords, EditionChoice
from app.courses.plan import PlannedModule
from app.courses.seats import Seat
from app.records import queries as records
from app.records.models import ActivityKind, Participation

_COURSES = "courses"


@bp.get("/courses")
@access(with_token(Scope.COURSES))
@operation("The courses the caller may see", query=ListQuery, answer=CourseList)
def courses(query: ListQuery) -> CourseList:
    """In order of their slugs, each with the caller's own progress."""
    actor = current_actor()
    after = cursors.read(query.cursor, _COURSES, {})
    rows = sorted(queries.catalogue(actor, page_language()), key=lambda row: row.slug)
    left = [row for row in rows if after is None or row.slug > after[0]]
    page, own = left[: query.limit], _own(actor.user_id)
    return CourseList(
        data=[_entry(row, own.get(row.slug)) for row in page],
        next=_next(query, page[-1].slug) if len(left) > len(page) else None,
    )


@bp.get("/courses/<slug>")
@access(with_token(Scope.COURSES), seat=loaders.course)
@operation(
    "One course in full",
    query=Query,
    answer=CourseDetail,
    description="Titles are those of the edition the caller takes, or would get; of the nearest to `lang` when given.",
    path={"slug": "Slug of the course."},
)
def course(query: Query, seat: Seat) -> CourseDetail:
    """The course, its plan with the caller's state in each item, its editions and test."""
    choice = seats.nearest_choice(seat.choices, query.lang, seat.actor.country) if query.lang else seat.choice
    words, structure = seat.words_in(choice), seat.structure
    passed = seat.enrolment is not None and seat.enrolment.completed_at is not None
    planned = plan.make(structure, words, queries.progress_of(seat), passed)
    found = records.participation(seat.actor.user_id or 0, seat.course.activity_key)
    return CourseDetail(
        slug=seat.course.slug,
        title=words.title,
        summary=words.summary,
        language=words.language,
        languages=list(dict.fromkeys(one.language for one in seat.choices)),
        topic=seat.course.topic,
        hours=structure.certificate_hours,
        minutes=structure.minutes,
        address=_address(seat.course.slug),
        own=_progress(queries.state_of(seat.enrolment), found),
        audience=words.audience,
        prerequisites=words.prerequisites,
        outcomes=list(words.outcomes),
        editions=[_edition(one) for one in seat.choices],
        modules=[_module(one) for one in planned.modules],
        test=_test(seat, words),
    )


def _own(user_id: int | None) -> Mapping[str, Participation]:
    """The caller's participations in courses, by slug."""
    return {
        activity.slug: participation
        for participation, activity in records.participations_of(user_id or 0)
        if activity.kind == ActivityKind.COURSE
    }


def _entry(row: queries.Row, own: Participation | None) -> CourseEntry:
    return CourseEntry(
        slug=row.slug,
        title=row.title,
        summary=row.summary,
        language=row.title_language,
        languages=list(row.languages),
        topic=row.topic,
        hours=row.hours,
        minutes=row.minutes,
        address=_address(row.slug),
        own=_progress(row.state, own),
    )


def _progress(status: str, own: Participation | None) -> OwnProgress:
    if own is None:
        own = Participation(progress=0.0, attempts=0, language="", certificate_status="")
    return OwnProgress(
        status=status,  # type: ignore[arg-type]  # checked by the model
        progress=own.progress,
        attempts=own.attempts,
        score=own.score,
        language=own.language,
        enrolled_at=own.enrolled_at,
        first_access_at=own.first_access_at,
        last_access_at=own.last_access_at,
        completed_at=own.completed_at,
        certificate=own.certificate_code if own.certificate_status == "valid" else None,
    )


def _edition(one: EditionChoice) -> EditionOffered:
    return EditionOffered(
        language=one.language,
        adaptation=one.adaptation,
        title=one.title,
        complete=one.complete,
        behind=one.behind,
    )


def _module(module: PlannedModule) -> ModuleEntry:
    items = [
        ItemEntry(
            id=step.item.id,
            kind=step.item.kind.value,
            title=step.title,
            minutes=step.item.minutes,
            required=step.item.required,
            status=step.state,  # type: ignore[arg-type]  # checked by the model
        )
        for step in module.steps
    ]
    return ModuleEntry(
        id=module.id, title=module.title, summary=module.summary, minutes=module.minutes, items=items
    )


def _test(seat: Seat, words: CourseWords) -> FinalTestEntry:
    test = seat.structure.test
    return FinalTestEntry(
        title=words.test_title,
        questions=test.questions,
        minutes=test.minutes,
        attempts=test.attempts,
        wait_hours=test.wait_hours,
        pass_mark=seat.structure.pass_mark,
    )


def _address(slug: str) -> str:
    return url_for("courses.course", slug=slug, _external=True)


def _next(query: ListQuery, slug: str) -> str:
    cursor = cursors.made(_COURSES, {}, [slug])
    return url_for("api_v1.courses", limit=query.limit, cursor=cursor, lang=query.lang, _external=True)
