"""The system page: parts, jobs, mail that can be sent again, versions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.core.jobs import defer
from app.core.mail import Message, deliver, send
from app.core.models import OutboxMail
from tests.admin.conftest import MOST_QUERIES
from tests.cast import Cast
from tests.conftest import Inside
from tests.support.forms import hidden_fields
from tests.support.forms import send as fill_in


@pytest.fixture
def stuck(inside: Inside) -> str:
    """A mail whose delivery was given up; its public id."""
    with inside() as session:
        send(Message("lost@x.example", "Lost on the way", "text", "<p>html</p>", "en"))
        mail = session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc()).limit(1)).one()
        defer(deliver, mail_id=mail.id)
        session.execute(
            text(
                "UPDATE procrastinate_jobs SET status = 'failed', attempts = 8 WHERE args->>'mail_id' = :id"
            ),
            {"id": str(mail.id)},
        )
        return mail.public_id


def test_everything_at_one_look_in_few_queries(
    cast: Cast, stuck: str, queries: Callable[[FlaskClient, str], int]
) -> None:
    client = cast("administrator").client
    page = client.get("/admin/system").text
    for expected in (
        "Database",
        "answers",
        "PostgreSQL",
        "SQLAlchemy",
        "core.deliver_mail",
        "lost@x.example",
        "Lost on the way",
        "No mail server is set",
    ):
        assert expected in page
    assert queries(client, "/admin/system") <= MOST_QUERIES
    assert queries(client, "/admin") <= MOST_QUERIES


def test_a_mail_is_sent_again_once(cast: Cast, inside: Inside, stuck: str) -> None:
    client = cast("administrator").client
    act = f"/admin/system/mails/{stuck}/retry"
    fields = hidden_fields(client.get("/admin/system").text, act)
    assert client.post(act, data=fields).status_code == 302
    assert "lost@x.example" not in client.get("/admin/system").text
    assert client.post(act, data=fields).status_code == 404  # it is on its way
    with inside() as session:
        waiting = session.scalar(
            text(
                "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'core.deliver_mail' AND status = 'todo'"
            )
        )
        told = session.scalar(text("SELECT count(*) FROM audit_entry WHERE verb = 'mail.retried'"))
    assert (waiting, told) == (1, 1)


@pytest.mark.parametrize("name", ["practitioner", "trainer", "reporting_officer"])
def test_others_cannot(cast: Cast, stuck: str, name: str) -> None:
    client = cast(name).client
    assert client.get("/admin/system").status_code == 404
    answer = fill_in(client, "/about", "/account/sign-out")
    assert answer.status_code in {200, 302, 303}


def test_no_number_can_be_guessed(cast: Cast, stuck: str) -> None:
    client = cast("administrator").client
    fields = hidden_fields(client.get("/admin/system").text, f"/admin/system/mails/{stuck}/retry")
    for guess in ("1", "nothing"):
        assert client.post(f"/admin/system/mails/{guess}/retry", data=fields).status_code == 404
