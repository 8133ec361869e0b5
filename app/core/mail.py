"""Mail: a pure function returns a message, one sender writes it to the outbox, the worker delivers it.

The outbox row is committed with what caused the mail, so nobody is told what did not happen.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import formatdate, make_msgid
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import render_template
from flask_babel import force_locale
from sqlalchemy import delete, select

from app.core import clock, log
from app.core.database import db
from app.core.jobs import defer, job
from app.core.models import OutboxFile, OutboxMail
from app.core.settings import settings

TIMEOUT_SECONDS = 20
CALENDAR_FILE = "invite.ics"
PERMANENT = 500  # SMTP answers from here on are final


class _OneLine:
    """A header that stays on its line: folded, a long address would be encoded as words and lead nowhere."""

    max_count = 1
    parse = staticmethod(UnstructuredHeader.parse)

    def fold(self, *, policy: Policy) -> str:
        """Return the header as it is sent."""
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


_headers = HeaderRegistry()
_headers.map_to_type("list-unsubscribe", _OneLine)  # type: ignore[arg-type]  # made one by the registry
_POLICY = SMTP.clone(header_factory=_headers)


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """What a mail tells the recipient's calendar (RFC 6047): an iCalendar text and its METHOD."""

    text: str
    method: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along with a mail: its name, its media type (``application/pdf``), its octets."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """One mail to one address, in the recipient's language, as text and HTML.

    ``unsubscribe`` is the full address that ends mails of this kind by one POST (RFC 8058); empty where nobody may.
    ``calendar`` goes along as a third form of the same words, which mail programs offer to accept, and as a file.
    """

    to: str
    subject: str
    text: str
    html: str
    language: str
    unsubscribe: str = ""
    calendar: CalendarPart | None = None
    files: Sequence[Attachment] = ()


def render_mail(
    template: str,
    *,
    to: str,
    language: str,
    subject: str,
    unsubscribe: str = "",
    calendar: CalendarPart | None = None,
    files: Sequence[Attachment] = (),
    **context: Any,
) -> Message:
    """Render ``<template>.txt`` and ``<template>.html`` in ``language``; ``subject`` is already in it."""
    with force_locale(language):
        values = context | {"subject": subject, "mail_language": language, "unsubscribe": unsubscribe}
        text = render_template(f"{template}.txt", **values)
        html = render_template(f"{template}.html", **values)
    return Message(to, " ".join(subject.split()), text, html, language, unsubscribe, calendar, files)


def send(message: Message) -> None:
    """Put ``message`` in the outbox; it leaves when the transaction has committed."""
    row = OutboxMail(
        recipient=message.to,
        language=message.language,
        subject=message.subject,
        text=message.text,
        html=message.html,
        unsubscribe=message.unsubscribe,
        calendar=message.calendar.text if message.calendar else "",
        calendar_method=message.calendar.method if message.calendar else "",
    )
    db.session.add(row)
    db.session.flush()
    db.session.add_all(
        OutboxFile(mail_id=row.id, name=one.name, media_type=one.media_type, content=one.content)
        for one in message.files
    )
    db.session.flush()
    if settings().smtp_url:
        defer(deliver, mail_id=row.id)


@job("core.deliver_mail")
def deliver(mail_id: int) -> None:
    """Send one outbox row by SMTP; done once even if the job runs twice."""
    row = db.session.get(OutboxMail, mail_id, with_for_update=True)
    if row is None or row.state == "sent":
        return
    row.attempts += 1
    try:
        _hand_over(_as_email(row, _files(row)))
    except smtplib.SMTPException as error:
        code = _answer_code(error)
        if code < PERMANENT:
            raise  # the queue tries again later
        row.state = "failed"
        log.event("mail refused", logging.WARNING, code=code)
        return
    row.state = "sent"
    row.sent_at = clock.now()
    db.session.execute(delete(OutboxFile).where(OutboxFile.mail_id == row.id))


def _files(row: OutboxMail) -> Sequence[OutboxFile]:
    found = select(OutboxFile).where(OutboxFile.mail_id == row.id).order_by(OutboxFile.id)
    return db.session.scalars(found).all()


def _answer_code(error: smtplib.SMTPException) -> int:
    """Return the server's answer; 0 when it gave none. Of several recipients' answers, the mildest."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return min(code for code, _ in error.recipients.values())
    return int(error.smtp_code) if isinstance(error, smtplib.SMTPResponseException) else 0


def _as_email(row: OutboxMail, files: Sequence[OutboxFile]) -> EmailMessage:
    email = EmailMessage(policy=_POLICY)
    email["From"] = settings().mail_from
    email["To"] = row.recipient
    email["Subject"] = row.subject
    email["Date"] = formatdate(row.created_at.timestamp())
    host = urlsplit(settings().public_url).hostname or "localhost"
    email["Message-ID"] = make_msgid(idstring=row.public_id.replace("_", "").replace("-", ""), domain=host)
    email["Auto-Submitted"] = "auto-generated"
    if row.unsubscribe:
        email["List-Unsubscribe"] = f"<{row.unsubscribe}>"
        email["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    email.set_content(row.text)
    email.add_alternative(row.html, subtype="html")
    if row.calendar:
        _add_calendar(email, row)
    for file in files:
        main, _slash, sub = file.media_type.partition("/")
        email.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    email["Content-Language"] = row.language  # after the parts: they take headers of content along
    return email


def _add_calendar(email: EmailMessage, row: OutboxMail) -> None:
    """Add the calendar part: last of the alternatives, with its method; and as a file, for who reads mail elsewhere.

    Both in base64: a server on the way that wraps lines would break the folding that iCalendar prescribes.
    """
    email.add_alternative(
        row.calendar,
        subtype="calendar",
        charset="utf-8",
        cte="base64",
        params={"method": row.calendar_method},
    )
    email.add_attachment(row.calendar.encode(), maintype="application", subtype="ics", filename=CALENDAR_FILE)


def _hand_over(email: EmailMessage) -> None:
    parts = urlsplit(settings().smtp_url)
    host, context = parts.hostname or "localhost", ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
    with server:
        if parts.scheme == "smtp":
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(email)
