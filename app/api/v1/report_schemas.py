"""Parameters and rows of the reports. A test holds the rows against the columns of ``app/reports``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from flask_babel import gettext as _
from pydantic import BeforeValidator, Field, RootModel, ValidationInfo, field_validator

from app.api.v1.schemas import (
    Answer,
    CertificateStatus,
    Country,
    Instant,
    Language,
    ListQuery,
    Percent,
    Share,
)
from app.reports.filters import FIRST_YEAR, LAST_YEAR

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _day(text: object) -> object:
    """Let only year-month-day through: the library would also take numbers of seconds."""
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        raise ValueError(_("Write a day as year-month-day."))
    return text


def _within_reach(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(_("Choose a day between 2000 and 2100."))
    return day


Day = Annotated[date, BeforeValidator(_day)]


class ReportQuery(ListQuery):
    """Format and filters of a report; an empty filter does not narrow."""

    format: Literal["json", "csv", "xlsx"] = "json"
    course: str = Field("", max_length=100, description="Slug.")
    period: Literal["", "enrolled", "completed", "issued"] = Field(
        "",
        description="What `from` and `to` are about. `completions`: `enrolled` (default) or `completed`; "
        "`certificates`: `issued`.",
    )
    start: Day | None = Field(None, alias="from", description="First day in UTC, included.")
    end: Day | None = Field(None, alias="to", description="Last day in UTC, included.")
    country: str = Field("", pattern="^([A-Z]{2})?$", description="ISO 3166 code; the country at enrolment.")
    profession: str = Field("", pattern="^[a-z_]{0,60}$", description="Code, such as `prosecutor`.")
    language: str = Field("", pattern="^[A-Za-z0-9-]{0,35}$", description="BCP 47 tag of the edition taken.")
    status: Literal["", "enrolled", "in_progress", "completed", "withdrawn", "valid", "revoked"] = Field(
        "",
        description="`completions`: `enrolled`, `in_progress`, `completed` or `withdrawn`; "
        "`certificates`: `valid` or `revoked`.",
    )

    @field_validator("start", "end")
    @classmethod
    def _reachable(cls, day: date | None) -> date | None:
        return None if day is None else _within_reach(day)

    @field_validator("end")
    @classmethod
    def _after_start(cls, day: date | None, info: ValidationInfo) -> date | None:
        start = info.data.get("start")
        if day is not None and start is not None and day < start:
            raise ValueError(_("The last day is before the first."))
        return day


class Row(Answer):
    """A row of a report."""


class CompletionRow(Row):
    """One person in one course. Person, e-mail, institution and present country are null once the account is erased."""

    person: str | None
    email: str | None
    course: str = Field(description="Slug.")
    course_title: str
    country: Country = Field(description="At enrolment.")
    country_now: Country | None
    profession: str = Field(description="At enrolment.")
    institution: str | None
    enrolled: Instant | None
    first_access: Instant | None
    last_access: Instant | None
    status: Literal["enrolled", "in_progress", "completed", "withdrawn"]
    progress: Share
    attempts: int = Field(ge=0)
    score: Percent | None = Field(description="Best score.")
    completed: Instant | None = Field(description="The first completion; never re-dated.")
    days: int | None = Field(description="Whole days from enrolment to completion.")
    language: Language
    certificate: str | None
    certificate_status: CertificateStatus | None


class CertificateRow(Row):
    """One certificate. The holder is null once the account is erased."""

    code: str
    holder: str | None
    course: str = Field(description="Slug.")
    course_title: str
    issued: Instant | None
    status: CertificateStatus
    revoked: Instant | None


class ReportPage(Answer):
    """A page of a report."""

    report: str
    data: Sequence[Row]
    next: str | None = Field(description="Address of the next page; null on the last.")


class CompletionPage(ReportPage):
    """A page of the completion report."""

    report: Literal["completions"]
    data: Sequence[CompletionRow]


class CertificatePage(ReportPage):
    """A page of the report of certificates."""

    report: Literal["certificates"]
    data: Sequence[CertificateRow]


class AnyReportPage(RootModel[Annotated[CompletionPage | CertificatePage, Field(discriminator="report")]]):
    """A page of whichever report was asked for."""
