"""Hostile input on every call: a 4xx problem or an ordinary answer, never a 5xx, no header of the sender's making."""

from __future__ import annotations

from itertools import product

import pytest

from tests.api.conftest import PROBLEM, Api
from tests.courses.conftest import course  # noqa: F401 - a fixture

PATHS = (
    "/openapi.json",
    "/me",
    "/courses",
    "/courses/{}",
    "/certificates/{}",
    "/reports/{}",
    "/reports/completions",
    "/reports/certificates",
)
VALUES = {
    "nul": "%00",
    "surrogate": "%ED%A0%80",
    "bad utf-8": "%FF%FE",
    "2^63": "9223372036854775808",
    "minus 2^63": "-9223372036854775809",
    "5000 digits": "9" * 5000,
    "header": "x%0D%0ASet-Cookie:%20evil=1%0D%0A%0D%0A<html>",
    "direction": "%E2%80%AE%D8%B9",
    "markup": "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "sql": "%27%20OR%201%3D1%3B--",
    "format": "%25s%25n%7B0%7D%7B%7B7*7%7D%7D",
    "dots": "..%2F..%2Fetc%2Fpasswd",
    "1 MB": "x" * 1_000_000,
    "list": "[]",
    "empty": "",
}
PARAMETERS = (
    "lang",
    "limit",
    "cursor",
    "format",
    "course",
    "from",
    "to",
    "status",
    "period",
    "country",
    "nothing",
    "a[b]",
)


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize("kind", VALUES)
def test_in_addresses_and_parameters(api: Api, kind: str) -> None:
    caller = api("administrator")
    value = VALUES[kind]
    names = PARAMETERS[:2] if kind == "1 MB" else PARAMETERS  # refused by its length before it is read
    for path in PATHS:
        targets = [path.format(value)] if "{}" in path else [f"{path}?{name}={value}" for name in names]
        for target in [*targets, f"{path.format('x')}?{value}=1"]:
            answer = caller.get(target)
            assert answer.status_code in {200, 400, 401, 404, 429}, (target[:80], answer.status_code)
            assert "evil" not in str(answer.headers.get("Set-Cookie"))
            if answer.status_code != 200:
                assert answer.mimetype == PROBLEM


BODIES = {
    "deep": b"[" * 100_000,
    "deep object": b'{"a":' * 50_000,
    "nul": b'{"a": "\\u0000"}',
    "surrogate": b'{"a": "\\ud800"}',
    "number": b'{"a": ' + b"9" * 5000 + b"}",
    "not json": b"\xff\xfe",
    "nan": b"NaN",
    "1 MB": b'"' + b"x" * 1_000_000 + b'"',
    "17 MB": b"x" * 17_000_000,
}


@pytest.mark.parametrize("kind", BODIES)
def test_in_bodies(api: Api, kind: str) -> None:
    caller = api("administrator")
    for path, method in product(
        ("/me", "/courses", "/reports/completions", "/nothing"), ("POST", "PUT", "GET")
    ):
        answer = caller.call(method, path, data=BODIES[kind], content_type="application/json")
        assert answer.status_code in ({200, 404, 413} if method == "GET" else {404, 405, 413})


HEADERS = {
    "Accept": "\x01" * 10,
    "Accept-Language": "x" * 100_000,
    "Content-Type": "multipart/form-data",
    "Idempotency-Key": "\u00e9" * 500,
    "If-None-Match": '"' * 999,
    "Cookie": "ctlp=" + "a" * 5000,
    "X-Forwarded-For": "' OR 1=1",
    "Range": "bytes=0-18446744073709551616",
}


@pytest.mark.parametrize("name", HEADERS)
def test_in_headers(api: Api, name: str) -> None:
    caller = api("administrator")
    for path in ("/openapi.json", "/me", "/courses", "/reports/completions", "/certificates/x"):
        answer = caller.get(path, headers={name: HEADERS[name]})
        assert answer.status_code in {200, 400, 404, 416}, path


def test_a_foreign_host_gets_nothing(api: Api) -> None:
    caller = api("owner")
    headers = {"Host": "evil.example", "Authorization": f"Bearer {caller.secret}"}
    answer = caller.client.get("/api/v1/me", headers=headers)
    assert answer.status_code == 400
    assert "evil" not in answer.text
