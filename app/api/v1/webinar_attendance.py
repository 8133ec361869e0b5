"""Attendance of a session: of everybody for who answers for it, of oneself for everybody else."""

from __future__ import annotations

from typing import Literal

from flask import url_for
from pydantic import Field

from app.accounts.bearer import with_token
from app.accounts.tokens import Scope
from app.api.v1 import cursors
from app.api.v1.blueprint import bp
from app.api.v1.operations import operation
from app.api.v1.schemas import Answer, Country, Instant, ListQuery
from app.api.v1.webinars import WEBINAR_ID
from app.core import clock
from app.core.access import access, approved
from app.webinars import attendance_loaders, loaders
from app.webinars.places import Place
from app.webinars.queries.attendance import Attendee, step_words
from app.webinars.queries.closing import sheet_now

_ATTENDANCE = "webinar attendance"


class AttendanceRule(Answer):
    """What makes an attendance."""

    percent: int = Field(description="Of the scheduled minutes.")
    minutes: float = Field(description="That are asked for.")
    answers: int = Field(description="Check questions to be answered.")
    asked: int = Field(description="Check questions that were asked.")
    version: int = Field(description="Counts the changes of the rule.")


class AttendanceEntry(Answer):
    """One person."""

    name: str
    country: Country = Field(description="At that time.")
    role: Literal["host", "cohost", "speaker", "notetaker", "participant"]
    account: bool = Field(description="False: known by name only.")
    registered: bool
    minutes: float = Field(description="Each moment once, however many devices and connections.")
    steps: dict[str, float] = Field(description="Minutes on each step: full, low, sound, text.")
    first_at: Instant | None
    last_at: Instant | None
    answered: int = Field(description="Check questions answered.")
    how: list[str] = Field(description="How it is known: live, list, code, companion, corrected.")
    attended: bool = Field(description="Whether the rule is fulfilled; never of who ran the session.")


class AttendanceList(Answer):
    """A page of a session's attendance."""

    rule: AttendanceRule
    settled: bool = Field(description="True: reckoned after the end. False: it grows while the session runs.")
    reckoned_at: Instant | None
    data: list[AttendanceEntry]
    next: str | None = Field(description="Address of the next page.")


@bp.get("/webinars/<webinar_id>/attendance")
@access(with_token(Scope.WEBINARS, approved), place=loaders.seen)
@operation(
    "Attendance of a session",
    query=ListQuery,
    answer=AttendanceList,
    description="Who plans the session or ran its room gets everybody; everybody else gets no more than their own row.",
    path=WEBINAR_ID,
)
def webinar_attendance(query: ListQuery, place: Place) -> AttendanceList:
    """By name."""
    sheet = sheet_now(place.webinar, clock.now())
    everybody = attendance_loaders.may_keep(place)
    people = [one for one in sheet.people if everybody or one.user_id == place.actor.user_id]
    filters = {"webinar": place.webinar.public_id}
    after = cursors.read(query.cursor, _ATTENDANCE, filters)
    left = [one for one in people if after is None or [one.name.casefold(), one.key] > list(after)]
    page = left[: query.limit]
    following = None
    if len(left) > len(page):
        cursor = cursors.made(_ATTENDANCE, filters, [page[-1].name.casefold(), page[-1].key])
        following = url_for(
            "api_v1.webinar_attendance", webinar_id=place.webinar.public_id, limit=query.limit, cursor=cursor,
            lang=query.lang, _external=True,
        )  # fmt: skip
    rule = AttendanceRule(
        percent=sheet.rule.percent,
        minutes=round(sheet.rule.needed.total_seconds() / 60, 1),
        answers=sheet.rule.answers,
        asked=sheet.asked,
        version=sheet.rule.version,
    )
    return AttendanceList(
        rule=rule,
        settled=sheet.closing is not None,
        reckoned_at=sheet.closing.at if sheet.closing else None,
        data=[_entry(one) for one in page],
        next=following,
    )


def _entry(one: Attendee) -> AttendanceEntry:
    return AttendanceEntry(
        name=one.name,
        country=one.country,
        role=one.role,  # type: ignore[arg-type]  # one of the words, by the table's constraint
        account=one.user_id is not None,
        registered=one.registered,
        minutes=round(one.present.total_seconds() / 60, 1),
        steps={step: round(seconds / 60, 1) for step, seconds in step_words(one.steps).items()},
        first_at=one.first_at,
        last_at=one.last_at,
        answered=one.answered,
        how=list(one.how),
        attended=one.fulfilled,
    )
