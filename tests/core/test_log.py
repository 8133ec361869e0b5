"""Logs: one JSON object a line, with the request's id, without anything about people."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from app.core import log
from tests.cast import Cast
from tests.support.forms import send


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything logged during the test, as it would leave the process."""
    sink = io.StringIO()
    handler = logging.StreamHandler(sink)
    handler.setFormatter(log.JsonFormatter())
    logging.getLogger().addHandler(handler)
    yield sink
    logging.getLogger().removeHandler(handler)


def test_a_request_is_one_line_with_its_route_and_id(client: FlaskClient, lines: io.StringIO) -> None:
    answer = client.get("/verify/AAAA-BBBB-CCCC-DDDD")
    [line] = [json.loads(text) for text in lines.getvalue().splitlines()]
    assert line["route"] == "/verify/<code>"
    assert line["status"] == 404
    assert line["unit"] == answer.headers["X-Request-Id"]
    assert "AAAA" not in lines.getvalue()


def test_signing_in_and_reading_leaves_no_personal_data(
    client: FlaskClient, cast: Cast, lines: io.StringIO
) -> None:
    owner = cast("owner")
    send(client, "/account/sign-in", email=owner.email, password="wrong password")
    send(client, "/account/sign-in", email=owner.email, password=owner.credentials.password)
    cast("administrator").client.get(f"/admin/people?q={owner.email}")
    written = lines.getvalue()
    for secret in (
        owner.email,
        "Amina",
        "Odhiambo",
        "wrong password",
        owner.credentials.password,
        "127.0.0.1",
    ):
        assert secret not in written


def test_an_exception_is_logged_without_its_values(lines: io.StringIO) -> None:
    try:
        raise ValueError("nour@justice.example")
    except ValueError:
        log.failure("tried")
    [line] = [json.loads(text) for text in lines.getvalue().splitlines()]
    assert (line["event"], line["error"]) == ("tried", "ValueError")
    assert "test_log.py" in line["at"][-1]
    assert "nour" not in lines.getvalue()
