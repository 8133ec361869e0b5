"""Who is told what by mail: pure functions returning messages, in the recipient's language.

No mail before approval repeats what an applicant typed, so nobody can send words of theirs to a stranger's address.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask_babel import force_locale
from flask_babel import gettext as _

from app.accounts import links
from app.accounts.models import User
from app.core.mail import Message, render_mail


def confirm_address(person: User) -> Message:
    """The link that confirms an address."""
    with force_locale(person.language):
        return _compose(
            person,
            _("Confirm your e-mail address"),
            [
                _("Somebody, we hope you, asked for an account on the platform with this address."),
                _("Open the link within two days to confirm that the address is yours. It works once."),
            ],
            links.confirmation(person),
            _("Confirm the address"),
        )


def already_registered(person: User) -> Message:
    """To somebody who registers with an address we know."""
    with force_locale(person.language):
        return _compose(
            person,
            _("You have an account already"),
            [
                _(
                    "Somebody, perhaps you, tried to register with this address. "
                    "It belongs to an account already, so nothing was changed."
                ),
                _("If you forgot the password, you can set a new one."),
            ],
            links.address("/account/reset"),
            _("Set a new password"),
        )


def waiting(person: User) -> Message:
    """The address is confirmed; the application waits."""
    with force_locale(person.language):
        return _compose(
            person,
            _("Your application is being looked at"),
            [
                _(
                    "Your address is confirmed. An administrator reads your application next; "
                    "this takes up to five working days."
                ),
                _("You get a mail when it is decided, or when there is a question."),
            ],
            links.address("/account/standing"),
            _("See where it stands"),
        )


def approved(person: User) -> Message:
    """Welcome."""
    with force_locale(person.language):
        return _compose(
            person,
            _("Welcome: your account is approved"),
            [_("You can use the platform now: take a course, and get its certificate when you complete it.")],
            links.address("/courses"),
            _("See the courses"),
        )


def declined(person: User, reason: str) -> Message:
    """The application was declined, and why."""
    with force_locale(person.language):
        return _compose(
            person,
            _("Your application was declined"),
            [_("An administrator read your application and declined it, for this reason:")],
            quote=reason,
        )


def question(person: User, text: str) -> Message:
    """A question about the application."""
    with force_locale(person.language):
        return _compose(
            person,
            _("A question about your application"),
            [_("Before deciding, an administrator asks you:")],
            links.address("/account/standing"),
            _("Answer the question"),
            quote=text,
        )


def suspended(person: User, reason: str) -> Message:
    """The account was suspended, and why."""
    with force_locale(person.language):
        return _compose(
            person,
            _("Your account is suspended"),
            [_("An administrator suspended your account:")],
            quote=reason,
        )


def reset(person: User) -> Message:
    """The link that lets a person set a new password."""
    with force_locale(person.language):
        return _compose(
            person,
            _("Set a new password"),
            [
                _("Somebody, we hope you, asked to set a new password for your account."),
                _("The link works once, for one hour. Your present password stays until you set a new one."),
            ],
            links.reset(person),
            _("Set a new password"),
        )


def password_changed(person: User) -> Message:
    """The password was changed or set anew."""
    with force_locale(person.language):
        return _compose(
            person,
            _("Your password was changed"),
            [_("The password of your account was just changed. If it was you, all is well."), _not_you()],
            links.address("/account/reset"),
            _("Set a new password"),
        )


def second_factor_changed(person: User, *, on: bool) -> Message:
    """The second factor was turned on, moved or turned off."""
    with force_locale(person.language):
        done = (
            _("The second factor of your account was set up.")
            if on
            else _("The second factor of your account was turned off.")
        )
        return _compose(
            person,
            _("Your second factor was changed"),
            [done, _not_you()],
            links.address("/account/security"),
            _("Look at your security page"),
        )


def new_device(person: User, device: str, at: datetime) -> Message:
    """A sign-in from a device not seen before."""
    with force_locale(person.language):
        when = format_datetime(at, "d MMM y, HH:mm", tzinfo=ZoneInfo(person.zone), locale=person.language)
        return _compose(
            person,
            _("A new device signed in to your account"),
            [
                _("Device: %(device)s", device=device or _("unknown")),
                _("Time: %(time)s (%(zone)s)", time=when, zone=person.zone),
                _not_you(),
            ],
            links.address("/account/sessions"),
            _("See where you are signed in"),
        )


def account_closed(person: User) -> Message:
    """The account was closed."""
    with force_locale(person.language):
        return _compose(
            person,
            _("Your account is closed"),
            [
                _(
                    "You closed your account. Every sign-in has ended. "
                    "Certificates you hold stay valid and can still be verified."
                )
            ],
        )


def second_account_closed(person: User) -> Message:
    """An account was closed because its holder has another one."""
    with force_locale(person.language):
        return _compose(
            person,
            _("Your second account is closed"),
            [
                _(
                    "You had two accounts, so this one was closed. What you learned with it is part of your record "
                    "in the other one, and certificates stay valid."
                ),
                _("If you have no other account, write to the people who run the platform."),
            ],
        )


def _not_you() -> str:
    return str(_("If it was not you, set a new password now: that ends every sign-in."))


def _compose(
    person: User,
    subject: str,
    paragraphs: Sequence[str],
    link: str = "",
    link_text: str = "",
    *,
    quote: str = "",
) -> Message:
    return render_mail(
        "accounts/mail/notice",
        to=person.email,
        language=person.language,
        subject=subject,
        paragraphs=paragraphs,
        quote=quote,
        link=link,
        link_text=link_text,
        registered=person.confirmed_at is not None,
    )
