"""Mail: committed with its cause, delivered by the worker to a real server, refused for good or tried again."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.core import jobs, mail
from app.core.database import TransactionalFlask, db, unit_of_work
from app.core.mail import CalendarPart, Message
from app.core.models import OutboxFile, OutboxMail
from tests.conftest import Inside
from tests.support.smtp import Sink, sink_for

ARABIC = Message("nour@justice.example", "مرحبا", "نص الرسالة", '<p dir="rtl">نص الرسالة</p>', "ar")


@pytest.fixture
def sink(app: TransactionalFlask, tmp_path: Path) -> Iterator[Sink]:
    """A real SMTP server on a free port, and the application told to use it."""
    with sink_for(app, tmp_path) as made:
        yield made


def state(inside: Inside) -> list[str]:
    with inside() as session:
        return list(session.scalars(select(OutboxMail.state)))


def test_a_mail_arrives_as_text_and_html_in_its_language(sink: Sink, inside: Inside) -> None:
    with inside():
        mail.send(ARABIC)
    with inside():
        jobs.run_pending()
    [email] = sink.received
    assert (email["To"], email["Subject"], email["Content-Language"]) == (ARABIC.to, ARABIC.subject, "ar")
    assert email["Auto-Submitted"] == "auto-generated"
    bodies = {part.get_content_type(): part.get_content().strip() for part in email.iter_parts()}
    assert bodies == {"text/plain": ARABIC.text, "text/html": ARABIC.html}
    assert state(inside) == ["sent"]


ENTRY = "BEGIN:VCALENDAR\r\nSUMMARY:" + "الأدلة " * 5 + "\r\n  证据\r\nEND:VCALENDAR\r\n"


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_a_calendar_part_goes_along_as_a_form_of_the_words_and_as_a_file(
    sink: Sink, inside: Inside, method: str
) -> None:
    with inside():
        mail.send(replace(ARABIC, calendar=CalendarPart(ENTRY, method)))
    with inside():
        jobs.run_pending()
    [email] = sink.received
    assert (email.get_content_type(), email["Content-Language"]) == ("multipart/mixed", "ar")
    words, file = email.iter_parts()
    assert isinstance(words, EmailMessage)
    assert isinstance(file, EmailMessage)
    assert words.get_content_type() == "multipart/alternative"
    forms = list(words.iter_parts())
    assert [one.get_content_type() for one in forms] == ["text/plain", "text/html", "text/calendar"]
    parameters = {name.lower(): value for name, value in forms[-1]["Content-Type"].params.items()}
    assert parameters == {"method": method, "charset": "utf-8"}
    assert forms[-1].get_payload(decode=True) == ENTRY.encode()  # octet by octet: lines stay folded
    assert (file.get_content_type(), file.get_filename()) == ("application/ics", "invite.ics")
    assert file.get_payload(decode=True) == ENTRY.encode()


def test_a_file_goes_along_and_is_forgotten_when_the_mail_has_left(sink: Sink, inside: Inside) -> None:
    file = mail.Attachment("totals.csv", "text/csv", b"\xef\xbb\xbfa,b\r\n")
    with inside():
        mail.send(Message("a@justice.example", "Totals", "Text", "<p>Text</p>", "en", files=[file]))
    with inside():
        jobs.run_pending()
    attached = [part for part in sink.received[0].walk() if part.get_filename()]
    assert [(one.get_filename(), one.get_content_type()) for one in attached] == [("totals.csv", "text/csv")]
    assert attached[0].get_payload(decode=True) == file.content
    with inside() as session:
        assert session.scalars(select(OutboxFile)).all() == []


def test_a_calendar_part_has_a_method(inside: Inside) -> None:
    with pytest.raises(IntegrityError), inside():
        mail.send(replace(ARABIC, calendar=CalendarPart(ENTRY, "")))


def test_a_mail_of_an_undone_transaction_never_leaves(
    sink: Sink, app: TransactionalFlask, inside: Inside
) -> None:
    def undone() -> None:
        with unit_of_work():
            mail.send(ARABIC)
            raise ZeroDivisionError

    with app.app_context(), pytest.raises(ZeroDivisionError):
        undone()
    with inside():
        assert jobs.run_pending() == 0
    assert (sink.received, state(inside)) == ([], [])


def test_delivering_twice_sends_once(sink: Sink, inside: Inside) -> None:
    with inside():
        mail.send(ARABIC)
    with inside() as session:
        number = session.scalars(select(OutboxMail.id)).one()
        mail.deliver(number)
        mail.deliver(number)
    assert len(sink.received) == 1


def test_a_final_refusal_is_kept_as_such(sink: Sink, inside: Inside) -> None:
    sink.answer = "550 no such person"
    with inside():
        mail.send(ARABIC)
    with inside():
        jobs.run_pending()
    assert state(inside) == ["failed"]


def test_a_passing_refusal_is_tried_again(sink: Sink, inside: Inside, app: TransactionalFlask) -> None:
    sink.answer = "450 busy"
    with inside():
        mail.send(ARABIC)
    with inside() as session:
        number = session.scalars(select(OutboxMail.id)).one()
    with app.app_context(), pytest.raises(smtplib.SMTPRecipientsRefused):
        jobs.run_now("core.deliver_mail", mail_id=number)
    sink.answer = "250 OK"
    with inside():
        jobs.run_pending()
    assert (state(inside), len(sink.received)) == (["sent"], 1)


def test_a_hostile_subject_makes_no_second_header(
    sink: Sink, inside: Inside, app: TransactionalFlask
) -> None:
    with app.test_request_context():
        message = mail.render_mail(
            "certificates/mail/revoked",
            to="a@justice.example",
            language="en",
            subject="Hello\r\nBcc: everybody@justice.example",
            person={"name": "A"},
            certificate={"statement": {"title": "T"}, "code": "C", "revoked_reason": "<script>"},
            url="http://localhost/",
        )
        assert "\n" not in message.subject
        assert "<script>" not in message.html
    with inside():
        mail.send(message)
    with inside():
        jobs.run_pending()
    assert sink.received[0]["Bcc"] is None


def test_without_a_mail_server_mail_waits_in_the_mailbox(inside: Inside) -> None:
    with inside():
        mail.send(ARABIC)
    with inside():
        assert db.session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0
    assert state(inside) == ["waiting"]
