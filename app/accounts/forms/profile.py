"""Forms about what people say of themselves, and about their account."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import PasswordField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts.countries import COUNTRIES
from app.accounts.countries import choices as countries
from app.accounts.vocabulary import AGE_GROUPS, GENDERS, LEGAL_SYSTEMS, PROFESSIONS, WORKING_LANGUAGES
from app.core.forms import Form, Length, one_line
from app.core.i18n import LANGUAGES, language_name, page_language, zones
from app.core.texts import lazy_gettext as _l

_NAME = 100
_FIRST = 6  # the platform's own languages come as boxes, the others as a list


def options(pairs: Iterable[tuple[str, object]], first: object = None) -> list[SelectChoice]:
    """Return the options of a choice from (value, label); ``first`` labels an empty one on top."""
    empty = [] if first is None else [("", first)]
    return [SelectChoice(value, label) for value, label in (*empty, *pairs)]


def _named(tags: tuple[str, ...]) -> list[tuple[str, str]]:
    language = page_language()
    return sorted(((tag, language_name(tag, language)) for tag in tags), key=lambda pair: pair[1].casefold())


class ProfileForm(Form):
    """What people say of themselves."""

    given_name = StringField(
        _l("Given name"),
        [DataRequired(_l("Enter your given name.")), Length(_NAME)],
        filters=[one_line],
        render_kw={"autocomplete": "given-name"},
    )
    family_name = StringField(
        _l("Family name"),
        [DataRequired(_l("Enter your family name.")), Length(_NAME)],
        filters=[one_line],
        description=_l("As it should stand on a certificate."),
        render_kw={"autocomplete": "family-name"},
    )
    gender = SelectField(
        _l("Gender"), [Optional()], description=_l("Used only in totals, to see whom the courses reach.")
    )
    age_group = SelectField(
        _l("Age group"), [Optional()], description=_l("Used only in totals, to see whom the courses reach.")
    )
    country = SelectField(
        _l("Country you work for"),
        [InputRequired(_l("Choose a country."))],
        render_kw={"autocomplete": "country"},
    )
    legal_system = SelectField(_l("Legal system you work in"), [Optional()])
    profession = SelectField(_l("Profession"), [InputRequired(_l("Choose your profession."))])
    institution = StringField(
        _l("Institution"),
        [DataRequired(_l("Enter the institution you work for.")), Length(200)],
        filters=[one_line],
        description=_l("For example: Office of the Director of Public Prosecutions."),
        render_kw={"autocomplete": "organization"},
    )
    working_languages = SelectMultipleField(
        _l("Working languages"),
        [Optional()],
        description=_l("Languages you can follow a course in."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    further_languages = SelectMultipleField(
        _l("Further working languages"), [Optional()], description=_l("Hold Ctrl or ⌘ to choose several.")
    )

    def __init__(self, *given: Any, **values: Any) -> None:
        super().__init__(*given, **values)
        self.gender.choices = options(GENDERS.items(), _l("I would rather not say"))
        self.age_group.choices = options(AGE_GROUPS.items(), _l("I would rather not say"))
        self.country.choices = options(countries(), _l("Choose"))
        self.legal_system.choices = options(LEGAL_SYSTEMS.items(), _l("The usual one in my country"))
        self.profession.choices = options(PROFESSIONS.items(), _l("Choose"))
        self.working_languages.choices = options(LANGUAGES.items())
        self.further_languages.choices = options(_named(WORKING_LANGUAGES[_FIRST:]))

    def show(self, person: Any) -> None:
        """Fill in what is kept of ``person``."""
        for name in (
            "given_name",
            "family_name",
            "gender",
            "age_group",
            "country",
            "legal_system",
            "profession",
            "institution",
        ):
            self[name].data = getattr(person, name)
        self.working_languages.data = [
            one for one in person.working_languages if one in WORKING_LANGUAGES[:_FIRST]
        ]
        self.further_languages.data = [
            one for one in person.working_languages if one not in WORKING_LANGUAGES[:_FIRST]
        ]

    def profile(self) -> dict[str, Any]:
        """Return the members of a profile."""
        country = self.country.data
        return {
            "given_name": self.given_name.data,
            "family_name": self.family_name.data,
            "gender": self.gender.data or "",
            "age_group": self.age_group.data or "",
            "country": country,
            "legal_system": self.legal_system.data or COUNTRIES[country].legal_system.value,
            "profession": self.profession.data,
            "institution": self.institution.data,
            "working_languages": [*(self.working_languages.data or []), *(self.further_languages.data or [])],
        }


class PreferencesForm(Form):
    """Language and time zone."""

    language = SelectField(_l("Language of the pages and mails"), choices=options(LANGUAGES.items()))
    zone = SelectField(_l("Time zone"), description=_l("Times are shown in this zone."))

    def __init__(self, *given: Any, **values: Any) -> None:
        super().__init__(*given, **values)
        self.zone.choices = options((zone, zone.replace("_", " ")) for zone in zones())


class AnswerForm(Form):
    """The answer to a question about an application."""

    answer = TextAreaField(_l("Your answer"), [DataRequired(_l("Write an answer.")), Length(2000)])


class FactorForm(Form):
    """The first code of a second factor."""

    code = StringField(
        _l("Code from the app"),
        [DataRequired(_l("Enter the six digits that your app shows.")), Length(12)],
        filters=[one_line],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class ClosingForm(Form):
    """The password, to close the account for good."""

    password = PasswordField(
        _l("Password"),
        [DataRequired(_l("Enter your password."))],
        render_kw={"autocomplete": "current-password"},
    )
