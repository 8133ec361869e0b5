"""What the tests of the API share: callers with tokens, whose every answer is held against the description."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import pytest
from flask import Flask
from openapi_schema_validator import OAS31Validator, oas31_format_checker
from werkzeug.test import TestResponse

from app.accounts import tokens
from app.accounts.tokens import Scope
from app.api.v1 import document
from app.core.database import db, unit_of_work
from tests.cast import Cast, Player

ALL = tuple(Scope)
PROBLEM = "application/problem+json"


@cache
def described(app: Flask) -> dict[str, Any]:
    """The OpenAPI document."""
    with app.app_context():
        return document.assembled(app)


def operation_of(app: Flask, path: str) -> dict[str, Any] | None:
    """What the document says of the GET of a path, as it was called."""
    adapter = app.url_map.bind("localhost")
    if not adapter.test(path, "GET"):
        return None
    route, _values = adapter.match(path, "GET", return_rule=True)
    found: dict[str, Any] = described(app)["paths"][document.path_of(route)]["get"]
    return found


def hold(app: Flask, answer: TestResponse) -> None:
    """Fail when an answer is not among those that the document describes, or does not fit its schema."""
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.mimetype == PROBLEM, (answer.status_code, answer.mimetype)
    operation = operation_of(app, answer.request.path)
    told = operation["responses"].get(str(answer.status_code)) if operation else None
    if answer.request.method != "GET" or operation is None:
        return
    assert told is not None, f"{answer.request.path} does not describe {answer.status_code}"
    schema = told["content"][answer.mimetype]["schema"]
    if answer.is_json:
        whole = {**schema, "components": described(app)["components"]}
        validator = OAS31Validator(whole, format_checker=oas31_format_checker)
        assert [error.message for error in validator.iter_errors(json.loads(answer.data))] == []


class Caller:
    """A program with a token (or none)."""

    def __init__(self, app: Flask, secret: str | None, token_id: str = "") -> None:
        self.app, self.secret, self.token_id = app, secret, token_id
        self.client = app.test_client()

    def call(self, method: str, path: str, **options: Any) -> TestResponse:
        """Call ``path`` under /api/v1; the answer fits the description."""
        headers = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        target = path if path.startswith("http") else f"/api/v1{path}"
        answer = self.client.open(
            target, method=method, headers={**headers, **options.pop("headers", {})}, buffered=True, **options
        )
        hold(self.app, answer)
        return answer

    def get(self, path: str, **options: Any) -> TestResponse:
        """GET ``path``."""
        return self.call("GET", path, **options)


Api = Callable[..., Caller]


def make_token(player: Player, scopes: Iterable[Scope] = ALL, days: int = 90) -> tuple[str, str]:
    """Return (secret, public id) of a new token of somebody's, made by themselves."""
    with player.app.app_context(), unit_of_work():
        token, secret = tokens.create(
            player.actor(), player.person(), scopes=list(scopes), label="Test", days=days
        )
        db.session.flush()
        return secret, token.public_id


@pytest.fixture
def api(cast: Cast) -> Api:
    """Give ``api("trainer", Scope.ME)``: a program with a token of that person, by default with every scope."""

    def calling(name: str, *scopes: Scope) -> Caller:
        player = cast(name)
        return Caller(player.app, *make_token(player, scopes or ALL))

    return calling


@pytest.fixture
def stranger(app: Flask) -> Caller:
    """A program without a token."""
    return Caller(app, None)
