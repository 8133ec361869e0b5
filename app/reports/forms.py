"""The filters of a report as an address carries them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import MultiDict
from wtforms import DateField, Field, HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import HiddenInput

from app.core.forms import Form, Length, one_line
from app.core.texts import lazy_gettext as _l
from app.reports.frame import MAX_GROUPING, Report
from app.reports.selection import FIRST_YEAR, LAST_YEAR, NARROWING, Selection

SIZES = (25, 50, 100)
MAX_PAGE = 1_000_000
MAX_WORDS = 300

Choices = Mapping[str, Sequence[tuple[str, str]]]


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


def _choice(name: str, label: LazyString, default: str = "") -> SelectField:
    """A select whose choices are given by :func:`read`; a value outside them is refused at the field."""
    return SelectField(label, id=f"filter-{name}", choices=[], default=default)


class ReportForm(Form):
    """Filters, grouping and order. Those that a report does not take are not there.

    An activity or country outside the reader's scope is refused just like one that does not exist.
    """

    activity = _choice("activity", _l("Activity"))
    kind = _choice("kind", _l("Kind of activity"))
    channel = _choice("channel", _l("Channel"))
    topic = _choice("topic", _l("Topic"))
    region = _choice("region", _l("Region at the time"))
    country = _choice("country", _l("Country at the time"))
    institution = StringField(
        _l("Institution"), id="filter-institution", filters=[one_line], validators=[Length(MAX_WORDS)]
    )
    profession = _choice("profession", _l("Profession"))
    gender = _choice("gender", _l("Gender now"))
    language = _choice("language", _l("Language"))
    status = _choice("status", _l("Status"))
    certificate = _choice("certificate", _l("Certificate"))
    feedback = _choice("feedback", _l("Feedback"))
    days = _choice("days", _l("Nothing happened for"))
    quality = _choice("quality", _l("What is wrong"))
    partner = _choice("partner", _l("Partner"))
    project = _choice("project", _l("Project"))
    donor = _choice("donor", _l("Donor"))
    tag = _choice("tag", _l("Tag"))
    period = _choice("period", _l("Period of"))
    start = Day(_l("From"), name="from", id="filter-from", validators=[Optional()])
    end = Day(_l("To"), name="to", id="filter-to", validators=[Optional()])
    group = _choice("group", _l("Group by"))
    by = _choice("by", _l("and by"))
    size = _choice("size", _l("Rows a page"), str(SIZES[0]))
    sort = HiddenField(filters=[one_line], validators=[Optional()])
    page = IntegerField(default=1, widget=HiddenInput(), validators=[Optional()])

    report: Report

    def validate_page(self, field: IntegerField) -> None:
        """Pages are counted from one."""
        if field.data is not None and not 1 <= field.data <= MAX_PAGE:
            raise ValidationError(_("There is no such page."))

    def validate_end(self, field: DateField) -> None:
        """A period ends after it begins."""
        if field.data and self.start.data and field.data < self.start.data:
            raise ValidationError(_("The last day is before the first."))

    def validate_by(self, field: SelectField) -> None:
        """Two groupings are two different ones."""
        if field.data and field.data == self.group.data:
            raise ValidationError(_("Choose two different ones."))

    def validate_sort(self, field: HiddenField) -> None:
        """The table is sorted by one of its columns."""
        if field.data and field.data.removeprefix("-") not in self.report.sortable(self.grouping):
            raise ValidationError(_("The table cannot be sorted so."))

    @property
    def grouping(self) -> tuple[str, ...]:
        """What is grouped by, none to two."""
        named = (self[name].data for name in ("group", "by") if name in self)
        return tuple(one for one in named if one)[:MAX_GROUPING]

    def selection(self, zone: str) -> Selection:
        """Return the values; call after :meth:`validate` held."""
        given = {name: self[name].data or "" for name in NARROWING if name in self}
        has_period = "period" in self
        return Selection(
            **given,
            period=(self.period.data or self.report.periods[0][0]) if has_period else "",
            start=self.start.data if has_period else None,
            end=self.end.data if has_period else None,
            zone=zone,
        )

    @property
    def shown(self) -> list[Field]:
        """The filters of this report, in its order."""
        return [self[name] for name in self.report.filters]


OLD_NAMES = {"course": "activity"}
"""Names that addresses had before, still understood."""


NAMES = (*NARROWING, "period", "from", "to", "group", "by", "size", "sort", "page")
"""The names that a report's address may carry."""


def address(values: Mapping[str, str], drop: Iterable[str] = (), **changed: str) -> str:
    """Return the query of a report's address with some of its values changed and others dropped."""
    dropped = set(drop) | {name for name, value in changed.items() if not value}
    given = {OLD_NAMES.get(name, name): value for name, value in values.items()}
    kept = {name: given[name] for name in NAMES if given.get(name) and name not in dropped}
    kept |= {name: value for name, value in changed.items() if value}
    return "?" + urlencode(kept) if kept else ""


def read(report: Report, values: Mapping[str, str], choices: Choices) -> ReportForm:
    """Return the form for an address's values; the caller validates it."""
    given = {OLD_NAMES.get(name, name): value for name, value in values.items()}
    if _sorted_before(report, given):
        del given["sort"]
    form = ReportForm(formdata=MultiDict(given), meta={"csrf": False})
    form.report = report
    for name in NARROWING:
        if name not in report.filters:
            del form[name]
    if not report.periods:
        del form.period, form.start, form.end
    if not report.dimensions:
        del form.group, form.by
    every = [("", _("All"))]
    for field in form:
        if isinstance(field, SelectField) and field.name in choices:
            field.choices = [*every, *choices[field.name]]
    if report.periods:
        form.period.choices = [(value, str(words)) for value, words in report.periods]
        form.period.data = form.period.data or report.periods[0][0]
    form.size.choices = [(str(size), str(size)) for size in SIZES]
    return form


def _sorted_before(report: Report, given: Mapping[str, str]) -> bool:
    """Whether the table was sorted by a column that it has no more, now that it is grouped in another way."""
    column = given.get("sort", "").removeprefix("-")
    grouping = [one for one in (given.get("group"), given.get("by")) if one in report.dimensions]
    known = report.sortable(()) | report.sortable(tuple(report.dimensions))
    return column in known and column not in report.sortable([one for one in grouping if one])
