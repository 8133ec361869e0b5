"""What a report is narrowed to: plain values, and the form that reads them from an address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import MultiDict
from wtforms import DateField, HiddenField, IntegerField, SelectField
from wtforms.validators import AnyOf, Optional, ValidationError
from wtforms.widgets import HiddenInput

from app.core.database import JSON
from app.core.forms import Form, one_line
from app.core.texts import lazy_gettext as _l
from app.reports.columns import BY_KEY

SIZES = (25, 50, 100)
DEFAULT_SORT = "-enrolled"
SORTS = tuple(sign + key for key in BY_KEY for sign in ("", "-"))
FIRST_YEAR, LAST_YEAR = 2000, 2100
MAX_PAGE = 1_000_000
ENROLLED, COMPLETED, ISSUED = "enrolled", "completed", "issued"
ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What is counted. Empty means everything; days are both included and are days of ``zone``."""

    course: str = ""
    period: str = ENROLLED
    start: date | None = None
    end: date | None = None
    zone: str = "UTC"
    country: str = ""
    profession: str = ""
    language: str = ""
    status: str = ""
    certificate: str = ""  # ANY, or the status of one
    sort: str = DEFAULT_SORT

    @property
    def since(self) -> datetime | None:
        """The first instant of the period."""
        return _midnight(self.start, self.zone) if self.start else None

    @property
    def until(self) -> datetime | None:
        """The first instant after the period."""
        return _midnight(self.end + timedelta(days=1), self.zone) if self.end else None

    def as_json(self) -> JSON:
        """Return those that narrow something, for the audit."""
        given = {
            "course": self.course,
            "country": self.country,
            "profession": self.profession,
            "language": self.language,
            "status": self.status,
            "certificate": self.certificate,
        }
        kept = {name: value for name, value in given.items() if value}
        if self.start or self.end:
            days = {"from": _iso(self.start), "to": _iso(self.end)}
            kept |= {"period": self.period, "zone": self.zone} | {
                name: day for name, day in days.items() if day
            }
        return kept


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen: values that occur within the reader's scope, as (value, words) in order."""

    courses: Sequence[tuple[str, str]]
    countries: Sequence[tuple[str, str]]
    professions: Sequence[tuple[str, str]]
    languages: Sequence[tuple[str, str]]
    statuses: Sequence[tuple[str, str]]


class Day(DateField):
    """A day as year-month-day."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day; blank is none."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write the day as year, month, day, for example 2026-11-30.")) from None
        if self.data and not FIRST_YEAR <= self.data.year <= LAST_YEAR:
            raise ValueError(_("Choose a day between 2000 and 2100."))


NAMES = (
    "course",
    "status",
    "country",
    "profession",
    "language",
    "period",
    "from",
    "to",
    "size",
    "sort",
    "page",
)
"""The names that a report's address may carry."""


def _choice(name: str, label: LazyString, default: str = "") -> SelectField:
    """A select whose choices are given by :func:`read`; a value outside them is refused at the field."""
    return SelectField(label, id=f"filter-{name}", choices=[], default=default)


class CompletionFilters(Form):
    """The filters of the completion report as an address carries them.

    A course or country outside the reader's scope is refused just like one that does not exist.
    """

    course = _choice("course", _l("Course"))
    status = _choice("status", _l("Status"))
    country = _choice("country", _l("Country at enrolment"))
    profession = _choice("profession", _l("Profession"))
    language = _choice("language", _l("Language"))
    period = _choice("period", _l("Period of"), ENROLLED)
    start = Day(_l("From"), name="from", id="filter-from", validators=[Optional()])
    end = Day(_l("To"), name="to", id="filter-to", validators=[Optional()])
    size = _choice("size", _l("Rows a page"), str(SIZES[0]))
    sort = HiddenField(
        default=DEFAULT_SORT,
        validators=[Optional(), AnyOf(SORTS, message=_l("The table cannot be sorted so."))],
        filters=[one_line],  # blanks alone are none
    )
    page = IntegerField(default=1, widget=HiddenInput(), validators=[Optional()])

    def validate_page(self, field: IntegerField) -> None:
        """Pages are counted from one."""
        if field.data is not None and not 1 <= field.data <= MAX_PAGE:
            raise ValidationError(_("There is no such page."))

    def validate_end(self, field: DateField) -> None:
        """A period ends after it begins."""
        if field.data and self.start.data and field.data < self.start.data:
            raise ValidationError(_("The last day is before the first."))

    def filters(self, zone: str) -> Filters:
        """Return the values; call after :meth:`validate` held."""
        return Filters(
            course=self.course.data or "",
            period=self.period.data or ENROLLED,
            start=self.start.data,
            end=self.end.data,
            zone=zone,
            country=self.country.data or "",
            profession=self.profession.data or "",
            language=self.language.data or "",
            status=self.status.data or "",
            sort=self.sort.data or DEFAULT_SORT,
        )


def read(values: Mapping[str, str], choices: Choices) -> CompletionFilters:
    """Return the form for an address's values; the caller validates it."""
    form = CompletionFilters(formdata=MultiDict(values), meta={"csrf": False})
    every = [("", _("All"))]
    form.course.choices = [*every, *choices.courses]
    form.country.choices = [*every, *choices.countries]
    form.profession.choices = [*every, *choices.professions]
    form.language.choices = [*every, *choices.languages]
    form.status.choices = [*every, *choices.statuses]
    form.period.choices = [(ENROLLED, _("Enrolment")), (COMPLETED, _("Completion"))]
    form.size.choices = [(str(size), str(size)) for size in SIZES]
    return form


def address(values: Mapping[str, str], drop: Iterable[str] = (), **changed: str) -> str:
    """Return the query of a report's address with some of its values changed and others dropped."""
    dropped = set(drop)
    kept = {name: values[name] for name in NAMES if values.get(name) and name not in dropped}
    return "?" + urlencode(kept | changed)
