"""Rows of the reports. A test holds them against the columns of ``app/reports``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from app.api.v1.schemas import Answer, CertificateStatus, Country, Instant, Language, Percent, Share


class Row(Answer):
    """A row of a report."""


class _OfPerson(Row):
    """What is told of somebody in an activity. What the account knows is null once it is erased, or where the reader
    sees the people of some countries only and the person works for another one now."""

    course: str = Field(description="Slug of the activity.")
    course_title: str
    country: Country = Field(description="At enrolment.")
    country_now: Country | None
    profession: str = Field(description="At enrolment.")
    institution: str | None
    language: Language


class CompletionRow(_OfPerson):
    """One person in one activity."""

    person: str | None
    email: str | None
    enrolled: Instant | None
    first_access: Instant | None
    last_access: Instant | None
    status: Literal["enrolled", "in_progress", "completed", "withdrawn"]
    progress: Share
    attempts: int = Field(ge=0)
    score: Percent | None = Field(description="Best score.")
    completed: Instant | None = Field(description="The first completion; never re-dated.")
    days: int | None = Field(description="Whole days from enrolment to completion.")
    certificate: str | None
    certificate_status: CertificateStatus | None
    feedback: Instant | None = Field(description="When feedback was given at the end; null where it was not.")


class AttendanceRow(_OfPerson):
    """One person registered for one session."""

    person: str | None
    email: str | None
    held: Instant | None = Field(description="When the session began.")
    registered: Instant | None
    verdict: Literal["registered", "fulfilled", "attended", "absent", "withdrawn"]
    minutes: float | None = Field(description="Minutes of presence; null where none were told.")
    how: str | None = Field(description="By what it is known, such as `live, list`.")
    completed: Instant | None
    feedback: Instant | None = Field(description="When feedback was given at the end; null where it was not.")


class CertificateRow(_OfPerson):
    """One certificate."""

    code: str
    holder: str | None
    completed: Instant | None
    issued: Instant | None
    status: CertificateStatus
    revoked: Instant | None


class InactiveRow(_OfPerson):
    """One person who is enrolled and may not finish."""

    person: str | None
    email: str | None
    risk: Literal["never_started", "stopped", "closing"]
    silent: int | None = Field(description="Whole days without a move.")
    closes: Instant | None
    status: Literal["enrolled", "in_progress"]
    progress: Share
    enrolled: Instant | None
    last_access: Instant | None


Count = Annotated[int, Field(ge=0)]


class CountryRow(Row):
    """One country. Different persons cannot be added up over countries."""

    country: Country = Field(description="At enrolment.")
    region: str | None = Field(description="Region of the reports, as `set/group`.")
    registered: Count | None = Field(
        description="Registered users who work for it now; null where not asked."
    )
    people: Count = Field(description="Different persons who took part.")
    participations: Count
    people_completed: Count = Field(description="Different persons who completed something.")
    completions: Count
    people_attended: Count = Field(description="Different persons who were in a session.")
    certified: Count = Field(description="Certificates that hold.")
    activities: Count
    latest: Instant | None


class ActivityRow(Row):
    """One activity."""

    activity: str = Field(description="Slug.")
    activity_title: str
    kind: str
    channel: str
    held: Instant | None
    people: Count = Field(description="Different persons who enrolled or registered.")
    in_progress: Count
    came: Count = Field(description="Different persons who opened it or were there.")
    completed: Count
    certified: Count
    countries: Count
    median_days: float | None
    nameless: Count = Field(description="A headcount of people without a name; in no count of persons.")
    minutes: float | None = Field(description="Minutes of presence of everybody named.")


class RecordingRow(Row):
    """One recording or resource."""

    recording: str = Field(description="Slug.")
    recording_title: str
    kind: Literal["recording", "resource"]
    part_of: str | None = Field(description="Title of its session or room.")
    uses: Count
    views: Count
    downloads: Count
    people: Count
    nameless: Count = Field(description="Uses that lead to nobody.")
    countries: Count
    latest: Instant | None


class RoomRow(Row):
    """One room, in counts."""

    room: str = Field(description="Slug.")
    room_title: str
    members: Count
    joined: Count
    countries: Count
    resources: Count
    uses: Count = Field(description="Views and downloads of its resources.")
    exchanges: Count
    posts: Count
    questions: Count
    sessions: Count
    attended: Count
    recording_uses: Count
    latest: Instant | None


class QualityRow(Row):
    """One thing that is missing or cannot be."""

    quality: str
    person: str | None
    email: str | None
    country_now: Country | None
    institution: str | None
    course: str | None = Field(description="Slug of the activity, if it is about one.")
    course_title: str | None
    country: Country | None
    at: Instant | None


class GroupRow(Row):
    """One group of rows: what they have of each dimension asked for, and what is counted of them."""

    groups: Mapping[str, str | None] = Field(
        description="By dimension: a code, the slug of an activity, or words; null where it is not known."
    )
    counts: Mapping[str, int | float | Instant | None] = Field(
        description="By what is counted. Different persons cannot be added up over groups."
    )
