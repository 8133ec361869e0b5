"""The description: valid, complete, public; and what a call answers beside its own matter."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.accounts.bearer import TokenRule
from app.api.v1 import document
from app.api.v1.report_schemas import PAGES
from app.core import access
from app.core.database import TransactionalFlask
from app.reports.catalogue import REPORTS
from app.reports.columns import Kind
from tests.api.conftest import PROBLEM, Api, Caller, described


def test_the_description_is_valid_openapi(app: TransactionalFlask) -> None:
    assert list(OpenAPIV31SpecValidator(described(app)).iter_errors()) == []


def test_every_route_of_the_api_is_described(app: TransactionalFlask) -> None:
    routes = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")}
    assert {document.path_of(route) for route in document.routes(app)} == set(described(app)["paths"])
    assert {route.rule for route in document.routes(app)} == routes


def test_what_a_call_asks_of_a_token_is_described_as_the_gate_has_it(app: TransactionalFlask) -> None:
    for route in document.routes(app):
        rule = getattr(app.view_functions[route.endpoint], "__access__").rule  # noqa: B009 - set by the gate
        told = described(app)["paths"][document.path_of(route)]["get"]["security"]
        assert told == ([{"token": [rule.scope.value]}] if isinstance(rule, TokenRule) else [])
        assert isinstance(rule, TokenRule) or rule is access.anyone


def test_anyone_may_read_it_and_keep_it(client: FlaskClient, app: TransactionalFlask) -> None:
    first = client.get("/api/v1/openapi.json")
    assert json.loads(first.data) == json.loads(json.dumps(described(app)))
    again = client.get("/api/v1/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_everything_described_says_what_it_is(app: TransactionalFlask) -> None:
    for path, methods in described(app)["paths"].items():
        for operation in methods.values():
            assert operation["summary"], path
            assert all(
                parameter["description"]
                for parameter in operation["parameters"]
                if parameter["name"] != "format"
            )


def test_rows_have_the_columns_of_the_report() -> None:
    assert PAGES.keys() == REPORTS.keys()
    for name, report in REPORTS.items():
        columns = {column.key for column in report.all_columns}
        titles = {f"{column.key}_title" for column in report.all_columns if column.kind == Kind.COURSE}
        assert set(PAGES[name].row.model_fields) == columns | titles, name


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v2/me", 404),
        ("GET", "/api/", 404),
        ("GET", "/api/v1/courses/", 404),
        ("POST", "/api/v1/me", 405),
        ("DELETE", "/api/v1/courses/x", 405),
        ("PUT", "/api/v1/reports/completions", 405),
        ("PATCH", "/api/v1/certificates/x", 405),
    ],
)
def test_what_does_not_exist_is_a_problem_too(
    stranger: Caller, api: Api, method: str, path: str, status: int
) -> None:
    for caller in (stranger, api("owner")):
        answer = caller.client.open(path, method=method, headers={"Authorization": f"Bearer {caller.secret}"})
        assert (answer.status_code, answer.mimetype) == (status, PROBLEM)
        assert answer.json is not None
        assert answer.json["reference"] == answer.headers["X-Request-Id"]


def test_no_form_token_is_asked_for_under_the_api_only(app: TransactionalFlask, client: FlaskClient) -> None:
    assert client.post("/api/v1/me", json={}).status_code == 405
    assert client.post("/verify", data={"code": "x"}).status_code == 400
