"""Errors are part of the product: a page says what happened and what to do; the API answers with problem+json."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask, Response, render_template, request
from flask_babel import gettext as _
from flask_limiter.errors import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException, NotFound, SecurityError

from app.core import log

__all__ = ["NotFound", "api_path", "init_app", "problem"]
API_PREFIX = "/api/"


def api_path() -> bool:
    """Whether the present request is to the JSON API."""
    return request.path.startswith(API_PREFIX)


def problem(status: int, title: str, detail: str = "", **members: Any) -> Response:
    """Return an ``application/problem+json`` response (RFC 9457)."""
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status}
    if detail:
        body["detail"] = detail
    body["reference"] = log.reference()
    body |= members
    return Response(
        json.dumps(body, ensure_ascii=False), status=status, content_type="application/problem+json"
    )


def _words(status: int, description: str | None) -> tuple[str, str]:
    """Return title and advice for a status, in the page's language."""
    known = {
        400: (_("This could not be read"), description or _("Go back, check what was sent and try again.")),
        401: (_("Please sign in"), _("This needs a sign-in.")),
        403: (_("This is not possible"), description or _("You may not do this.")),
        404: (_("Nothing here"), _("The address may be mistyped, or what was here is gone or not for you.")),
        405: (_("This is not possible"), _("The page does not take this kind of request.")),
        413: (_("This is too large"), _("What was sent is larger than the platform accepts.")),
        415: (_("This could not be read"), _("The kind of data that was sent is not understood here.")),
        429: (_("Too many tries"), _("Wait a few minutes, then try again. Nothing was lost.")),
        503: (_("The platform is busy"), _("Nothing was changed. Try again in a minute.")),
    }
    fallback = (
        (
            _("Something went wrong on our side"),
            _("Nothing was changed. Try again; if it happens again, tell us the reference number."),
        )
        if status >= 500
        else (_("This is not possible"), description or "")
    )
    return known.get(status, fallback)


def _answer(status: int, description: str | None = None, headers: Any = None) -> Response:
    title, advice = _words(status, description)
    if api_path():
        response = problem(status, title, advice)
    else:
        page = render_template(
            "errors/error.html", status=status, title=title, advice=advice, reference=log.reference()
        )
        response = Response(page, status=status, content_type="text/html; charset=utf-8")
    for name, value in headers or ():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _http(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if isinstance(error, SecurityError):  # a host that is not ours: no address can be made for it, so no page
        return Response(
            "This address is not served here.\n", status=400, content_type="text/plain; charset=utf-8"
        )
    if status < 400:  # a redirect for routing
        return error
    own = error.description if type(error).description != error.description else None
    return _answer(status, own, error.get_headers())


def _csrf(_error: CSRFError) -> Response:
    return _answer(
        400,
        _(
            "The page was open for too long or cookies are off. Reload it and send again; copy what you typed first."
        ),
    )


def _limit(error: RateLimitExceeded) -> Response:
    return _answer(429, None, error.get_headers())


def _data(_error: DataError) -> Response:
    log.failure("data refused by the database")
    return _answer(400, _("Something that was sent cannot be stored."))


def _unavailable(_error: OperationalError) -> Response:
    log.failure("database unavailable")
    return _answer(503, None, [("Retry-After", "5")])


def _failure(_error: Exception) -> Response:
    log.failure("request failed", route=request.url_rule.rule if request.url_rule else "(none)")
    return _answer(500)


def init_app(app: Flask) -> None:
    """Answer every error with a page or a problem."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(RateLimitExceeded, _limit)
    app.register_error_handler(DataError, _data)
    app.register_error_handler(OperationalError, _unavailable)
    app.register_error_handler(500, _failure)
