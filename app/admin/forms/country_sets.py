"""A version of a country set: names, countries, the day from which it holds."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import DateField, SelectMultipleField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts import countries
from app.core.forms import Form, Length, choices, one_line
from app.core.i18n import LANGUAGES
from app.core.texts import lazy_gettext as _l
from app.records.groupings import CountrySet
from app.records.groupings.actions import Draft

_EARLIEST, _LATEST = date(1990, 1, 1), date(2100, 1, 1)


def _name(language: str) -> StringField:
    return StringField(LANGUAGES[language], [Optional(), Length(max=120)], filters=[one_line])


class CountrySetForm(Form):
    """What a version says. One name is enough; where the page's language has none, English stands in."""

    name_en = _name("en")
    name_ar = _name("ar")
    name_zh = _name("zh")
    name_fr = _name("fr")
    name_ru = _name("ru")
    name_es = _name("es")
    valid_from = DateField(
        _l("Holds from"),
        [InputRequired(_l("Choose the day from which this version holds."))],
        description=_l("Figures for days before it use the version before."),
    )
    members = SelectMultipleField(
        _l("Countries"),
        [DataRequired(_l("Choose at least one country."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=True,
    )
    note = TextAreaField(_l("Why, or by whose list"), [Optional(), Length(max=1_000)])

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.members.choices = choices(countries.choices())

    def validate_valid_from(self, field: DateField) -> None:
        """Refuse years that are slips of the finger."""
        if field.data is not None and not _EARLIEST <= field.data <= _LATEST:
            raise ValidationError(_l("Choose a day between 1990 and 2100."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the form holds; one name at least is asked for."""
        fine = super().validate(extra_validators)
        if any(self.names().values()):
            return fine
        self.name_en.errors = [*self.name_en.errors, _l("Give the set a name in at least one language.")]
        return False

    def names(self) -> dict[str, str]:
        """Return the names by language, empty ones too."""
        return {one: self[f"name_{one}"].data or "" for one in LANGUAGES}

    def draft(self) -> Draft:
        """Return the version that a valid form asks for."""
        assert self.valid_from.data is not None
        return Draft(
            self.names(), frozenset(self.members.data or ()), self.valid_from.data, self.note.data or ""
        )


def prefilled(latest: CountrySet, names: dict[str, str], today: date) -> CountrySetForm:
    """Return a form for the next version: as the latest, from today on."""
    given = {f"name_{one}": text for one, text in names.items()}
    return CountrySetForm(formdata=None, members=sorted(latest.countries), valid_from=today, **given)
