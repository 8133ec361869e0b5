"""``./run flask user …``."""

from __future__ import annotations

from flask.testing import FlaskClient

from app.accounts.models import Standing
from app.accounts.queries import by_email
from app.core.database import TransactionalFlask
from tests.cast import Cast
from tests.conftest import Inside
from tests.support.forms import send

NEW = "a lighthouse beside nine birches"
CREATE = [
    "user",
    "create",
    "Root@Office.Example",
    "--given-name",
    "Ada",
    "--family-name",
    "Root",
    "--country",
    "KE",
]


def test_create_grant_and_list(app: TransactionalFlask, client: FlaskClient, inside: Inside) -> None:
    run = app.test_cli_runner().invoke
    weak_then_good = f"qwertyuiop\nqwertyuiop\n{NEW}\n{NEW}\n"
    made = run(args=[*CREATE, "--administrator"], input=weak_then_good)
    assert made.exit_code == 0, made.output
    assert "attackers" in made.output
    assert "already" in run(args=CREATE, input=f"{NEW}\n{NEW}\n").output
    assert run(args=["user", "grant", "root@office.example", "trainer", "--scope", "course:x"]).exit_code == 0
    assert (
        "Choose everywhere"
        in run(args=["user", "grant", "root@office.example", "trainer", "--scope", "x"]).output
    )
    listed = run(args=["user", "list"]).output
    assert "root@office.example  approved  KE  administrator(*),trainer(course:x)  Ada Root" in listed
    assert send(client, "/account/sign-in", email="root@office.example", password=NEW).status_code == 302
    with inside():
        person = by_email("root@office.example")
        assert person is not None
        assert person.zone == "Africa/Nairobi"


def test_approve_password_close(
    app: TransactionalFlask, client: FlaskClient, cast: Cast, inside: Inside
) -> None:
    run = app.test_cli_runner().invoke
    pending = cast("pending")
    assert run(args=["user", "approve", pending.email]).exit_code == 0
    again = run(args=["user", "approve", pending.email])
    assert again.exit_code == 1
    assert "decided already" in again.output
    device = pending.new_client()
    assert run(args=["user", "password", pending.email], input=f"{NEW}\n{NEW}\n").exit_code == 0
    assert device.get("/account").status_code == 302
    assert run(args=["user", "close", pending.email, "--yes"]).exit_code == 0
    with inside():
        assert pending.person().standing == Standing.CLOSED
    assert run(args=["user", "approve", "nobody@office.example"]).exit_code == 1


def test_second_factor_can_be_lifted(app: TransactionalFlask, cast: Cast, inside: Inside) -> None:
    administrator = cast("administrator")
    assert (
        app.test_cli_runner().invoke(args=["user", "lift-second-factor", administrator.email]).exit_code == 0
    )
    with inside():
        assert administrator.person().tf_primary_method is None
