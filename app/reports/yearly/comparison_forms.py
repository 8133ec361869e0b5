"""Forms of the comparison page: a published figure, a table of them, what explains a difference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import (
    DateField,
    Field,
    FileField,
    FloatField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from app.core.forms import Form, Length, choices, one_line
from app.core.texts import lazy_gettext as _l
from app.reports.yearly.forms import QUALIFIERS, sound_day
from app.reports.yearly.published import MOST_VALUE

MAX_TEXT = 1_000


class Published(Form):
    """A figure as it was published."""

    figure = SelectField(_l("Figure"))
    value = FloatField(
        _l("Number"),
        [
            InputRequired(_l("Enter the number.")),
            NumberRange(0, MOST_VALUE, _l("Enter a number from zero on.")),
        ],
    )
    qualifier = SelectField(
        _l("How it is said"), choices=choices((key.value, label) for key, label in QUALIFIERS.items())
    )
    starts_on = DateField(
        _l("First day"), [Optional(), sound_day], description=_l("Leave it empty for a number by a day.")
    )
    ends_on = DateField(_l("Last day"), [InputRequired(_l("Choose the last day.")), sound_day])
    source = StringField(
        _l("Source"), [DataRequired(_l("Name the source.")), Length(MAX_TEXT)], filters=[one_line]
    )
    symbol = StringField(_l("Symbol of the document"), [Optional(), Length(120)], filters=[one_line])
    paragraph = StringField(_l("Paragraph"), [Optional(), Length(120)], filters=[one_line])
    dated = DateField(_l("Date of the document"), [Optional(), sound_day])
    wording = TextAreaField(_l("As it is worded"), [Optional(), Length(MAX_TEXT)])
    explanation = TextAreaField(_l("What explains the difference"), [Optional(), Length(MAX_TEXT)])

    def __init__(self, *args: Any, offered: Sequence[tuple[str, str]] = (), **given: Any) -> None:
        super().__init__(*args, **given)
        self.figure.choices = choices(offered)

    def validate_value(self, field: Field) -> None:
        """Refuse what is no number, such as *nan*."""
        if field.data is not None and field.data != field.data:
            raise ValidationError(_l("Enter a number from zero on."))

    def validate_ends_on(self, field: DateField) -> None:
        """Refuse a period that ends before it begins."""
        if self.starts_on.data and field.data and field.data < self.starts_on.data:
            raise ValidationError(_l("The last day is before the first."))


class Table(Form):
    """A table of published figures, as a file or as text."""

    file = FileField(
        _l("File"),
        description=_l("CSV in UTF-8; the first line names the columns."),
        render_kw={"accept": ".csv,text/csv"},
    )
    text = TextAreaField(
        _l("Or the rows as text"), [Optional(), Length(200_000)], render_kw={"rows": 4, "dir": "ltr"}
    )


class Explanation(Form):
    """What explains the difference."""

    explanation = TextAreaField(_l("What explains the difference"), [Optional(), Length(MAX_TEXT)])
