"""Forms of schedules: each rhythm has its own fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, NumberRange

from app.core.forms import Form, Length, WholeNumberField, choices, one_line
from app.core.i18n import LANGUAGES
from app.core.texts import lazy_gettext as _l
from app.reports.exports.words import FORMS
from app.reports.models import Form as FileForm
from app.reports.models import Rhythm
from app.reports.scheduling import Plan
from app.reports.scheduling_words import months, places_in_quarter, weekdays

MAX_ADDRESS, LONGEST_DELAY, MOST = 254, 720, 1_000_000_000
_CALENDAR = ("hour", "span")
FIELDS: Mapping[str, Sequence[str]] = {
    Rhythm.DAILY: _CALENDAR,
    Rhythm.WEEKLY: (*_CALENDAR, "weekday"),
    Rhythm.MONTHLY: (*_CALENDAR, "day"),
    Rhythm.QUARTERLY: (*_CALENDAR, "month", "day"),
    Rhythm.YEARLY: (*_CALENDAR, "month", "day"),
    Rhythm.AFTER_ACTIVITY: ("activity_slug", "hours_after"),
    Rhythm.THRESHOLD: ("measure", "above", "bound"),
}
"""Fields that only some rhythms have."""
_OPTIONAL = frozenset(name for names in FIELDS.values() for name in names)


class ScheduleForm(Form):
    """What is sent and when. Made by :func:`schedule_form`, which leaves the fields of one rhythm."""

    month = SelectField(_l("Month"), choices=[])
    day = SelectField(
        _l("Day of the month"),
        choices=choices((str(day), str(day)) for day in range(1, 32)),
        default="1",
        description=_l("In a shorter month its last day."),
    )
    weekday = SelectField(_l("Day of the week"), choices=[], default="0")
    hour = SelectField(
        _l("Hour"), choices=choices((str(hour), f"{hour:02d}:00") for hour in range(24)), default="7"
    )
    span = BooleanField(
        _l("Only the time before"),
        description=_l(
            "The day, week, month, quarter or year before, in the place of the view's own period."
        ),
    )
    activity_slug = SelectField(_l("Activity"), choices=[])
    hours_after = WholeNumberField(
        _l("Hours after its end"),
        default=24,
        validators=[NumberRange(0, LONGEST_DELAY, _l("Choose 0 to 720 hours."))],
    )
    measure = SelectField(_l("Number"), choices=[])
    above = SelectField(
        _l("comes to be"),
        choices=choices([("more", _l("more than")), ("less", _l("less than"))]),
        default="more",
    )
    bound = WholeNumberField(
        _l("Bound"),
        default=100,
        validators=[NumberRange(0, MOST, _l("Choose 0 to 1000000000."))],
    )
    form = RadioField(
        _l("Format"),
        choices=choices((form.value, words) for form, words in FORMS.items()),
        default=FileForm.XLSX.value,
    )
    anonymised = BooleanField(
        _l("Leave out who it was"),
        description=_l("No names, addresses, institutions or certificate codes; days instead of instants."),
    )

    def plan(self, rhythm: str, zone: str) -> Plan:
        """Return what was chosen; call after :meth:`validate` held."""
        given = {name: self[name].data for name in FIELDS[rhythm]}
        for name in {"hour", "weekday", "day", "month"} & given.keys():
            given[name] = int(given[name])
        if "span" in given:
            given["span"] = "previous" if given["span"] else ""
        if "above" in given:
            given["above"] = given["above"] == "more"
        return Plan(rhythm=rhythm, zone=zone, form=self.form.data, anonymised=self.anonymised.data, **given)


def schedule_form(
    rhythm: str,
    activities: Sequence[tuple[str, str]],
    measures: Sequence[tuple[str, str]],
    **kept: object,
) -> ScheduleForm:
    """Return the form with the fields of a rhythm; ``kept`` are the values of a schedule there is."""
    form = ScheduleForm(**kept)
    for name in _OPTIONAL - set(FIELDS[rhythm]):
        del form[name]
    offered = {
        "month": places_in_quarter() if rhythm == Rhythm.QUARTERLY else months(),
        "weekday": weekdays(),
        "activity_slug": [("", str(_l("Any that ends from now on"))), *activities],
        "measure": measures,
    }
    for name, pairs in offered.items():
        if name in form:
            form[name].choices = choices(pairs)
    return form


class Recipient(Form):
    """Somebody who gets a schedule's file."""

    email = StringField(
        _l("E-mail"),
        filters=[one_line],
        validators=[DataRequired(_l("Write an e-mail address.")), Length(MAX_ADDRESS)],
        description=_l(
            "Who reads this report here gets a link to a file of what they may see. Any other address gets totals "
            "only, once you have confirmed it."
        ),
    )
    language = SelectField(
        _l("Language, for an address outside"), choices=choices(LANGUAGES.items()), default="en"
    )
