"""The application form, and the form that asks for one address."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from wtforms import EmailField, PasswordField, SelectField, TextAreaField, ValidationError
from wtforms.validators import DataRequired

from app.accounts import passwords
from app.accounts.addresses import MAX_LENGTH, normalised, valid
from app.accounts.countries import zone_of
from app.accounts.forms.profile import ProfileForm, options
from app.core.forms import Form, Length
from app.core.i18n import LANGUAGES, page_language
from app.core.texts import lazy_gettext as _l


def address(_form: Form, field: EmailField) -> None:
    """Validator: an address that mail can go to, brought to the way it is kept."""
    field.data = normalised(field.data or "")
    if not valid(field.data):
        raise ValidationError(_("Enter an e-mail address, like name@ministry.example."))


class AddressForm(Form):
    """One e-mail address."""

    email = EmailField(
        _l("E-mail address"),
        [DataRequired(_l("Enter your e-mail address.")), Length(MAX_LENGTH), address],
        render_kw={"autocomplete": "username"},
    )


class RegistrationForm(ProfileForm):
    """An application."""

    email = EmailField(
        _l("E-mail address"),
        [DataRequired(_l("Enter your e-mail address.")), Length(MAX_LENGTH), address],
        description=_l("Use your address at work if you can: it helps to recognise you."),
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        _l("Password"),
        [DataRequired(_l("Choose a password."))],
        description=_l("At least 10 characters. Four words are easier to keep in mind than signs."),
        render_kw={"autocomplete": "new-password"},
    )
    language = SelectField(_l("Language of the pages and mails"), choices=options(LANGUAGES.items()))
    reason = TextAreaField(
        _l("Why do you want to join?"),
        [DataRequired(_l("Say in a sentence or two why you want to join.")), Length(2000)],
        description=_l(
            "One or two sentences: what you work on, and who can vouch for you. Administrators read it."
        ),
    )

    def __init__(self, *given: Any, **values: Any) -> None:
        super().__init__(*given, **values)
        fields = dict(self._fields)  # type: ignore[has-type]
        first = ("email", "password")  # mistakes are listed in the order of the page
        self._fields = {name: fields[name] for name in [*first, *(one for one in fields if one not in first)]}
        if not self.language.data:
            self.language.data = page_language()

    def validate_password(self, field: PasswordField) -> None:
        """Refuse a weak password, saying why."""
        own = (self.email.data or "", self.given_name.data or "", self.family_name.data or "")
        for fault in passwords.faults(passwords.normalised(field.data or ""), own):
            raise ValidationError(fault)

    def application(self) -> dict[str, Any]:
        """Return what ``register_person`` takes."""
        return {
            "email": self.email.data,
            "password": self.password.data,
            **self.profile(),
            "language": self.language.data,
            "zone": zone_of(self.country.data),
            "reason": self.reason.data,
        }
