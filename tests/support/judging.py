"""What came back when somebody asked for an address: its verdict, and the answer without what differs by request."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import quote, urlsplit

from werkzeug.test import TestResponse

from tests.support.world import Visitor


class Listed(Protocol):
    """A line of a table of addresses."""

    @property
    def endpoint(self) -> str: ...
    @property
    def template(self) -> str: ...


Line = TypeVar("Line", bound=Listed)


@dataclass(frozen=True, slots=True)
class Asked(Generic[Line]):
    """One question and what came back."""

    line: Line
    method: str
    path: str
    visitor: Visitor
    answer: TestResponse

    def __str__(self) -> str:
        said = f"{self.answer.status_code} {self.answer.headers.get('Location', '')}".strip()
        return f"{self.visitor.name}: {self.method} {self.line.template} → {said}"


def verdict_of(answer: TestResponse) -> str:
    """Name what an answer is; what has no name of its own is ``in``."""
    status, to = answer.status_code, answer.headers.get("Location", "")
    if status in {401, 403}:
        return str(status)
    if status == 404:
        return "none"
    if status == 303 and re.fullmatch(r"/courses/[^/]+", to):
        return "enrol"
    if status == 302:
        target = urlsplit(to)
        sent = {"/": "home", "/account/standing": "standing", "/account/second-factor": "factor"}.get(
            target.path
        )
        return "sign-in" if target.path == "/account/sign-in" and target.query else sent or "in"
    return "in" if status < 500 else str(status)


_VOLATILE = re.compile(rb'(name="(?:csrf_token|idempotency_key)" value=")[^"]*|("reference": ")[^"]*')
_DROPPED = {"X-Request-Id", "Content-Length", "Date", "RateLimit-Reset", "RateLimit-Remaining"}


def bare(asked: Asked[Any]) -> tuple[object, ...]:
    """Return an answer without what differs from request to request: its number, form keys, the address asked for."""
    body = _VOLATILE.sub(rb"\1\2", asked.answer.data)
    body = body.replace(asked.answer.headers["X-Request-Id"].encode(), b"{number}")
    path = asked.path.partition("?")[0]
    for written in {path, escape(path), quote(path), quote(path, safe="")}:
        body = body.replace(written.encode(), b"{path}")
    cookies = [one.partition("=")[0] for one in asked.answer.headers.getlist("Set-Cookie")]
    headers = sorted(
        (name, value) for name, value in asked.answer.headers if name not in {*_DROPPED, "Set-Cookie"}
    )
    return asked.answer.status_code, body, headers, cookies


def in_rooms(endpoint: str) -> bool:
    """Whether an endpoint belongs to rooms, which are judged by a matrix of their own."""
    return endpoint.startswith(("irooms.", "api_v1.iroom"))


def in_sessions(endpoint: str) -> bool:
    """Whether an endpoint belongs to sessions, which may be for a room's members."""
    return endpoint.startswith(("webinars.", "api_v1.webinar"))
