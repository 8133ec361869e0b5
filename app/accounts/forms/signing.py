"""Forms that Flask-Security's views work with, in our words."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_security.forms import ChangePasswordForm as BaseChangePasswordForm
from flask_security.forms import LoginForm, TwoFactorRescueForm, TwoFactorVerifyCodeForm, VerifyForm
from flask_security.forms import ResetPasswordForm as BaseResetPasswordForm
from flask_security.recovery_codes import MfRecoveryForm
from wtforms import EmailField, PasswordField, RadioField, StringField
from wtforms.validators import DataRequired, EqualTo

from app.accounts.addresses import normalised
from app.accounts.models import Standing
from app.accounts.paths import HOME
from app.core.texts import lazy_gettext as _l

_CURRENT = {"autocomplete": "current-password"}
_NEW = {"autocomplete": "new-password"}
_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 12}


class SignInForm(LoginForm):
    """Address and password. Every failure reads alike, until the password was right."""

    email = EmailField(_l("E-mail address"), render_kw={"autocomplete": "username"})
    password = PasswordField(_l("Password"), render_kw=_CURRENT)
    remember = None  # type: ignore[assignment]  # how WTForms takes a field out
    submit = None  # type: ignore[assignment]

    def __init__(self, *given: Any, **values: Any) -> None:
        super().__init__(*given, **values)
        self.next.data = self.next.data or HOME
        self.password.description = ""  # where the library links to the reset; the page does it below

    def validate(self, **kwargs: Any) -> bool:
        """Whether the person may go on to the second factor or in."""
        self.email.data = normalised(self.email.data or "")
        self.password.data = self.password.data or ""
        if not self.email.data or not self.password.data:
            self.form_errors.append(_("Enter your e-mail address and your password."))
            return False
        fine = bool(super().validate(**kwargs))
        if self.user_authenticated and self.user is not None and not self.user.active:
            self._say(
                _("This account is closed.")
                if getattr(self.user, "standing", "") == Standing.CLOSED
                else _("This account is suspended. An administrator has written to you why.")
            )
            return False
        if fine and self.user is not None and self.user.confirmed_at is None:
            self._say(
                _(
                    "Confirm your e-mail address first: open the link in the mail we sent, or ask for it again below."
                )
            )
            return False
        return fine

    def _say(self, text: str) -> None:
        """Replace the answer that reads alike by one for somebody who knew the password."""
        self.email.errors = []
        self.form_errors.append(text)


class AgainForm(VerifyForm):
    """The password again, before something that matters."""

    password = PasswordField(_l("Password"), [DataRequired(_l("Enter your password."))], render_kw=_CURRENT)
    submit = None  # type: ignore[assignment]


class CodeForm(TwoFactorVerifyCodeForm):
    """A code of the second factor."""

    code = StringField(
        _l("Code"), [DataRequired(_l("Enter the six digits that your app shows."))], render_kw=_CODE
    )
    submit = None  # type: ignore[assignment]


class HelpForm(TwoFactorRescueForm):
    """What the library offers without the device; our page says it in words and links."""

    help_setup = RadioField(choices=[])
    submit = None  # type: ignore[assignment]


class RecoveryCodeForm(MfRecoveryForm):
    """A recovery code instead of the second factor."""

    code = StringField(
        _l("Recovery code"),
        [DataRequired(_l("Enter one of your recovery codes."))],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "maxlength": 20},
    )
    submit = None  # type: ignore[assignment]


class NewPasswordForm(BaseResetPasswordForm):
    """A new password, after the link from the mail."""

    password = PasswordField(_l("New password"), [DataRequired(_l("Enter a new password."))], render_kw=_NEW)
    password_confirm = PasswordField(
        _l("New password again"), [EqualTo("password", _l("The two passwords differ."))], render_kw=_NEW
    )
    submit = None  # type: ignore[assignment]


class ChangePasswordForm(BaseChangePasswordForm):
    """The present password and a new one."""

    password = PasswordField(_l("Present password"), render_kw=_CURRENT)
    new_password = PasswordField(
        _l("New password"), [DataRequired(_l("Enter a new password."))], render_kw=_NEW
    )
    new_password_confirm = PasswordField(
        _l("New password again"), [EqualTo("new_password", _l("The two passwords differ."))], render_kw=_NEW
    )
    submit = None  # type: ignore[assignment]
