"""Forms of yearly reports: a new one, a number, what is to be done again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel.speaklater import LazyString
from wtforms import DateField, Field, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Optional

from app.core.forms import Form, Length, choices, one_line
from app.core.i18n import LANGUAGES
from app.core.texts import lazy_gettext as _l
from app.records.epochs import EPOCHS
from app.records.figures.models import Qualifier
from app.reports.selection import FIRST_YEAR, LAST_YEAR
from app.reports.yearly.models import PERIOD

QUALIFIERS: Mapping[Qualifier, LazyString] = {
    Qualifier.EXACT: _l("Exactly"),
    Qualifier.MORE_THAN: _l("More than"),
    Qualifier.NEARLY: _l("Nearly"),
    Qualifier.ABOUT: _l("About"),
}
TIMES: Mapping[str, LazyString] = {
    PERIOD: _l("The report's period, to the cut-off"),
    **{one.id: one.words for one in EPOCHS.values()},
}
MAX_TITLE, MAX_NOTE = 160, 2_000


def sound_day(_form: Form, field: Field) -> None:
    """Refuse years that are slips of the finger."""
    if field.data is not None and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        raise ValidationError(_l("Choose a day between 2000 and 2100."))


class NewReport(Form):
    """Title, language, period and as-of of a report."""

    title = StringField(
        _l("Title"), [DataRequired(_l("Give the report a title.")), Length(MAX_TITLE)], [one_line]
    )
    language = SelectField(_l("Language of the report"), choices=choices(LANGUAGES.items()))
    starts_on = DateField(_l("First day"), [InputRequired(_l("Choose the first day.")), sound_day])
    ends_on = DateField(_l("Last day"), [InputRequired(_l("Choose the last day.")), sound_day])
    as_of = DateField(
        _l("As known on"),
        [Optional(), sound_day],
        description=_l("Leave it empty to count what is known when the report is frozen."),
    )
    previous = SelectField(
        _l("The last report, from which the bridge begins"), validators=[Optional()], default=""
    )

    def __init__(self, *args: Any, frozen: Sequence[tuple[str, str]] = (), **given: Any) -> None:
        super().__init__(*args, **given)
        self.previous.choices = choices(frozen, _l("None"))

    def validate_ends_on(self, field: DateField) -> None:
        """Refuse a period that ends before it begins."""
        start: date | None = self.starts_on.data
        if start and field.data and field.data < start:
            raise ValidationError(_l("The last day is before the first."))


class NumberForm(Form):
    """The time of a number, and how it is said."""

    epoch = SelectField(_l("Time"), choices=choices(TIMES.items()))
    cut_off = DateField(_l("Cut-off, its last day"), [InputRequired(_l("Choose the last day.")), sound_day])
    as_of = DateField(
        _l("As known on"), [Optional(), sound_day], description=_l("Leave it empty to use the report's.")
    )
    qualifier = SelectField(
        _l("How it is said"),
        choices=choices((key.value, label) for key, label in QUALIFIERS.items()),
        description=_l("Rounded so that the word is true; the exact value stays beside it."),
    )


class NewNumber(NumberForm):
    """A further number: of which figure."""

    figure = SelectField(_l("Figure"))

    def __init__(self, *args: Any, offered: Sequence[tuple[str, str]] = (), **given: Any) -> None:
        super().__init__(*args, **given)
        self.figure.choices = choices(offered)


class Note(Form):
    """What is to be done before a report can be cleared."""

    note = TextAreaField(
        _l("What is to be done"), [DataRequired(_l("Say what is to be done.")), Length(MAX_NOTE)]
    )
