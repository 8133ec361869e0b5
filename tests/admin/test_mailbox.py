"""The mailbox of development: every mail, safely shown; in production it is not there."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

import config
from app.core import access, navigation
from app.core.database import TransactionalFlask
from app.core.mail import Message, send
from app.core.models import OutboxMail
from app.core.settings import KEY
from app.factory import create_app
from tests.conftest import Inside

HTML = '<p>Hello <a href="http://localhost/confirm/abc">here</a><script>alert(1)</script></p>'


@pytest.fixture
def mail(inside: Inside) -> str:
    """The address of a mail with a link in it."""
    with inside() as session:
        send(
            Message(
                "new@x.example",
                "Confirm <b>your</b> address",
                "Open http://localhost/confirm/abc now",
                HTML,
                "en",
            )
        )
        found = session.scalars(select(OutboxMail).where(OutboxMail.recipient == "new@x.example")).one()
        return f"/dev/mailbox/{found.public_id}"


def test_the_list_and_a_mail_with_its_link(client: FlaskClient, mail: str) -> None:
    listed = client.get("/dev/mailbox").text
    assert mail in listed
    assert "Confirm &lt;b&gt;your&lt;/b&gt; address" in listed
    shown = client.get(mail)
    assert 'href="http://localhost/confirm/abc"' in shown.text
    assert "alert(1)" not in shown.text
    assert "frame-src 'self'" in shown.headers["Content-Security-Policy"]


def test_the_html_stands_in_a_sandbox_of_its_own(client: FlaskClient, mail: str) -> None:
    assert 'sandbox="allow-top-navigation-by-user-activation"' in client.get(mail).text
    answer = client.get(f"{mail}/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "allow-scripts" not in policy
    assert '<a target="_top" href' in answer.text


@pytest.mark.parametrize("path", ["/dev/mailbox/1", "/dev/mailbox/none/html"])
def test_a_mail_that_is_not_there(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.fixture
def production(application: TransactionalFlask, monkeypatch: pytest.MonkeyPatch) -> TransactionalFlask:
    """The application as production makes it."""
    monkeypatch.setattr(access, "_external", dict(access._external))
    monkeypatch.setattr(navigation, "_entries", dict(navigation._entries))
    before: config.Settings = application.config[KEY]
    changed = {
        "env": "production",
        "public_url": "https://ctlp.example",
        "smtp_url": "smtp://localhost",
        "database_url": "",
    }
    return create_app(before.model_copy(update=changed))


def test_in_production_there_is_no_mailbox(production: TransactionalFlask) -> None:
    paths = {rule.rule for rule in production.url_map.iter_rules()}
    assert "/admin/system" in paths
    assert not [path for path in paths if path.startswith("/dev")]
