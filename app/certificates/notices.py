"""Who is told what about certificates."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from app.accounts.models import User
from app.certificates.models import Certificate
from app.core.mail import Message, render_mail
from app.core.settings import settings


def issued(person: User, certificate: Certificate) -> Message:
    """Tell the holder that a certificate is ready."""
    with force_locale(person.language):
        subject = _("Your certificate: %(title)s", title=certificate.statement["title"])
    return _render("certificates/mail/issued", person, certificate, subject)


def revoked(person: User, certificate: Certificate) -> Message:
    """Tell the holder that a certificate was revoked, with the reason."""
    with force_locale(person.language):
        subject = _("Your certificate was revoked: %(title)s", title=certificate.statement["title"])
    return _render("certificates/mail/revoked", person, certificate, subject)


def _render(template: str, person: User, certificate: Certificate, subject: str) -> Message:
    return render_mail(
        template,
        to=person.email,
        language=person.language,
        subject=subject,
        person=person,
        certificate=certificate,
        url=f"{settings().public_url}/certificates/{certificate.code}",
    )
