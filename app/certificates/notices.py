"""Who is told what about certificates. Mails of a group that allows no names give neither a title nor a reason."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from app.accounts.group_rules import rules_for
from app.accounts.models import User
from app.certificates.models import Certificate
from app.core.database import db
from app.core.mail import Message, render_mail
from app.core.settings import settings
from app.records.models import Activity


def issued(person: User, certificate: Certificate) -> Message:
    """Tell the holder that a certificate is ready."""
    named = _may_name(certificate)
    with force_locale(person.language):
        title = _title(certificate, named=named)
        subject = _("Your certificate: %(title)s", title=title)
    return _render("certificates/mail/issued", person, certificate, subject=subject, title=title, named=named)


def revoked(person: User, certificate: Certificate) -> Message:
    """Tell the holder that a certificate was revoked, with the reason."""
    named = _may_name(certificate)
    with force_locale(person.language):
        title = _title(certificate, named=named)
        subject = _("Your certificate was revoked: %(title)s", title=title)
    return _render(
        "certificates/mail/revoked", person, certificate, subject=subject, title=title, named=named
    )


def _may_name(certificate: Certificate) -> bool:
    """Whether mails may name what the certificate is for."""
    activity = db.session.get(Activity, certificate.activity_key)
    return rules_for(activity.group_id if activity else None).mail_names


def _title(certificate: Certificate, *, named: bool) -> str:
    return str(certificate.statement["title"] if named else _("A session in one of your rooms"))


def _render(
    template: str, person: User, certificate: Certificate, *, subject: str, title: str, named: bool
) -> Message:
    return render_mail(
        template,
        to=person.email,
        language=person.language,
        subject=subject,
        person=person,
        certificate=certificate,
        title=title,
        named=named,
        url=f"{settings().public_url}/certificates/{certificate.code}",
    )
