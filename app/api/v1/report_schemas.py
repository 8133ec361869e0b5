"""Parameters and pages of the reports."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, ClassVar, Literal

from flask_babel import gettext as _
from pydantic import BeforeValidator, Field, RootModel, ValidationInfo, field_validator

from app.api.v1.report_rows import (
    ActivityRow,
    AttendanceRow,
    CertificateRow,
    CompletionRow,
    CountryRow,
    GroupRow,
    InactiveRow,
    QualityRow,
    RecordingRow,
    RoomRow,
    Row,
)
from app.api.v1.schemas import Answer, Instant, ListQuery
from app.reports.selection import FIRST_YEAR, LAST_YEAR

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


_WORDS = r"^[^\x00-\x1f]{0,300}$"


class ReportQuery(ListQuery):
    """Format and filters of a report; an empty filter does not narrow."""

    format: Literal["json", "csv", "xlsx"] = "json"
    course: str = Field("", max_length=100, description="Slug; the older name of `activity`.")
    activity: str = Field("", max_length=100, description="Slug of a course, session, recording or room.")
    kind: str = Field("", pattern="^[a-z_]{0,40}$", description="Kind of activity, such as `webinar`.")
    channel: str = Field(
        "", pattern="^[a-z_]{0,40}$", description="`platform`, `other_online`, `hybrid` or `in_person`."
    )
    topic: str = Field("", pattern=_WORDS, description="Topic of the activity.")
    partner: str = Field("", pattern=_WORDS, description="Partner of the activity.")
    project: str = Field("", pattern=_WORDS, description="Project of the activity.")
    donor: str = Field("", pattern=_WORDS, description="Donor of the activity.")
    tag: str = Field(
        "", pattern=_WORDS, description="Tag of the activity as `scheme:value`, such as `sdg:16`."
    )
    period: Literal["", "enrolled", "completed", "issued", "held", "accessed", "used"] = Field(
        "",
        description="What `from` and `to` are about; the first is the default. `completions`, `countries`: `enrolled`, "
        "`completed`; `attendance`: `held`, `enrolled`; `activities`: `enrolled`, `completed`, `held`; `certificates`: "
        "`issued`, `completed`; `inactive`: `enrolled`, `accessed`; `recordings`, `rooms`: `used`.",
    )
    start: Day | None = Field(None, alias="from", description="First day in UTC, included.")
    end: Day | None = Field(None, alias="to", description="Last day in UTC, included.")
    region: str = Field(
        "",
        pattern="^([A-Za-z0-9_:-]{1,60}/[a-z_]{1,60})?$",
        description="Group of countries as `set/group`, such as `report_regions/east_africa`; at enrolment.",
    )
    country: str = Field(
        "", pattern="^([A-Z]{2}|-)?$", description="ISO 3166 code, `-` for none; the country at enrolment."
    )
    institution: str = Field("", pattern=_WORDS, description="Present institution, exactly; `-` for none.")
    profession: str = Field("", pattern="^([a-z_]{0,60}|-)$", description="Code, such as `prosecutor`.")
    gender: Literal["", "female", "male", "other", "-"] = Field(
        "", description="As stated now; `-` for not stated."
    )
    language: str = Field("", pattern="^[A-Za-z0-9-]{0,35}$", description="BCP 47 tag of the edition taken.")
    status: str = Field(
        "",
        pattern="^[a-z_]{0,40}$",
        description="`completions`: `enrolled`, `in_progress`, `completed` or `withdrawn`; `certificates`: `valid` or "
        "`revoked`; `attendance`: `registered`, `fulfilled`, `attended`, `absent` or `withdrawn`; `inactive`: "
        "`never_started`, `stopped` or `closing`.",
    )
    certificate: Literal["", "any", "valid", "revoked", "-"] = Field("", description="`-` for none.")
    feedback: Literal["", "any", "-"] = Field(
        "",
        description="`completions`, `attendance`: `any` where it was given at the end, `-` where it was not.",
    )
    group: str = Field(
        "",
        pattern="^[a-z_]{0,40}$",
        description="Dimension to group by, such as `country` or `month`: counts of groups instead of rows.",
    )
    by: str = Field("", pattern="^[a-z_]{0,40}$", description="A second dimension, beside `group`.")
    days: str = Field(
        "",
        pattern="^[0-9]{0,3}$",
        description="`inactive`: days without a move: 30 (default), 60, 90, 180 or 365.",
    )
    quality: str = Field(
        "", pattern="^[a-z_]{0,40}$", description="`quality`: what was found, such as `no_country`."
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


class ReportPage(Answer):
    """A page of a report."""

    row: ClassVar[type[Row]]

    report: str
    data: Sequence[Row]
    next: str | None = Field(description="Address of the next page; null on the last.")


class CompletionPage(ReportPage):
    """A page of the completion register."""

    row = CompletionRow

    report: Literal["completions"]
    data: Sequence[CompletionRow]


class AttendancePage(ReportPage):
    """A page of the attendance of sessions."""

    row = AttendanceRow

    report: Literal["attendance"]
    data: Sequence[AttendanceRow]


class CountriesPage(ReportPage):
    """A page of the report by country."""

    row = CountryRow

    report: Literal["countries"]
    data: Sequence[CountryRow]


class ActivitiesPage(ReportPage):
    """A page of the report by activity."""

    row = ActivityRow

    report: Literal["activities"]
    data: Sequence[ActivityRow]


class RecordingsPage(ReportPage):
    """A page of the report of recordings and resources."""

    row = RecordingRow

    report: Literal["recordings"]
    data: Sequence[RecordingRow]


class CertificatePage(ReportPage):
    """A page of the register of certificates."""

    row = CertificateRow

    report: Literal["certificates"]
    data: Sequence[CertificateRow]


class RoomsPage(ReportPage):
    """A page of the report of rooms."""

    row = RoomRow

    report: Literal["rooms"]
    data: Sequence[RoomRow]


class InactivePage(ReportPage):
    """A page of the report of who may not finish."""

    row = InactiveRow

    report: Literal["inactive"]
    data: Sequence[InactiveRow]


class QualityPage(ReportPage):
    """A page of the report of the quality of the data."""

    row = QualityRow

    report: Literal["quality"]
    data: Sequence[QualityRow]


class GroupedPage(Answer):
    """A page of groups of a report's rows. ``totals`` are counted over everything, not added up from the groups."""

    report: str
    grouping: Sequence[str] = Field(min_length=1, max_length=2)
    data: Sequence[GroupRow]
    totals: Mapping[str, int | float | Instant | None]
    next: str | None = Field(description="Address of the next page; null on the last.")


AnyPage = (
    CompletionPage
    | AttendancePage
    | CountriesPage
    | ActivitiesPage
    | RecordingsPage
    | CertificatePage
    | RoomsPage
    | InactivePage
    | QualityPage
)


class AnyReportPage(RootModel[GroupedPage | Annotated[AnyPage, Field(discriminator="report")]]):
    """A page of whichever report was asked for, of groups when some were asked for."""


PAGES: Mapping[str, type[ReportPage]] = {
    "completions": CompletionPage,
    "attendance": AttendancePage,
    "countries": CountriesPage,
    "activities": ActivitiesPage,
    "recordings": RecordingsPage,
    "certificates": CertificatePage,
    "rooms": RoomsPage,
    "inactive": InactivePage,
    "quality": QualityPage,
}
"""The page of each report by its name."""
