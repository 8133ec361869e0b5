"""Mail: committed with its cause, delivered by the worker to a real server, refused for good or tried again."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select, text

import config
from app.core import jobs, mail
from app.core.database import TransactionalFlask, db, unit_of_work
from app.core.mail import Message
from app.core.models import OutboxMail
from app.core.settings import KEY
from tests.conftest import Inside, settings_for_tests
from tests.support.servers import free_port

ARABIC = Message("nour@justice.example", "مرحبا", "نص الرسالة", '<p dir="rtl">نص الرسالة</p>', "ar")


class Sink:
    """What a mail server received; answers as told."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.answer = "250 OK"

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def sink(app: TransactionalFlask, tmp_path: Path) -> Iterator[Sink]:
    """A real SMTP server on a free port, and the application told to use it."""
    made, port = Sink(), free_port()
    controller = Controller(made, hostname="127.0.0.1", port=port)
    controller.start()
    before: config.Settings = app.config[KEY]
    app.config[KEY] = settings_for_tests(
        before.database_url, tmp_path, SMTP_URL=f"smtp+plain://127.0.0.1:{port}"
    )
    yield made
    app.config[KEY] = before
    controller.stop()


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
