"""Structured logs: one JSON object a line, with a request id, without personal data.

What is logged of a request is its route, never its path: a path can hold a code or a name.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from flask import Flask, Response, g, request

from app.core.ids import public_id
from app.core.settings import settings

logger = logging.getLogger("ctlp")
_unit: ContextVar[str] = ContextVar("unit", default="")
_SLOW_MS = 1000


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON line; an exception is reduced to its class and places, without values."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "event": record.getMessage() if record.name.startswith("ctlp") else record.msg,
            "logger": record.name,
        }
        if unit := _unit.get():
            line["unit"] = unit
        fields = getattr(record, "fields", None)
        if isinstance(fields, dict):
            line |= fields
        if record.exc_info and record.exc_info[0]:
            kind, _value, trace = record.exc_info
            line["error"] = kind.__name__
            line["at"] = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(trace)[-8:]]
        return json.dumps(line, ensure_ascii=False, default=str)


def event(name: str, level: int = logging.INFO, **fields: object) -> None:
    """Log ``name`` with plain fields; never pass names, addresses or texts of people."""
    logger.log(level, name, extra={"fields": fields})


def failure(name: str, **fields: object) -> None:
    """Log the exception being handled under ``name``."""
    logger.error(name, exc_info=True, extra={"fields": fields})


def reference() -> str:
    """Return the id of the present request (shown on error pages) or job."""
    return _unit.get()


@contextmanager
def job(name: str) -> Iterator[None]:
    """Log one job with its duration; a failure is logged and passed on."""
    token = _unit.set(public_id()[:12])
    started = time.perf_counter()
    try:
        yield
    except Exception:
        failure("job failed", job=name)
        raise
    else:
        elapsed = round((time.perf_counter() - started) * 1000)
        event("job", logging.INFO if elapsed > _SLOW_MS else logging.DEBUG, job=name, ms=elapsed)
    finally:
        _unit.reset(token)


def _start_request() -> None:
    g.started = time.perf_counter()
    _unit.set(public_id()[:12])


def _end_request(response: Response) -> Response:
    response.headers["X-Request-Id"] = reference()
    event(
        "request",
        method=request.method,
        route=request.url_rule.rule if request.url_rule else "(none)",
        status=response.status_code,
        ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
    )
    return response


def init_app(app: Flask) -> None:
    """Log to standard error as JSON lines and give every request an id."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers = [one for one in root.handlers if not isinstance(one.formatter, JsonFormatter)]
    with app.app_context():
        chosen = settings()
    if chosen.env != "test":
        root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logger.setLevel(chosen.log_level)
    app.before_request(_start_request)
    app.after_request(_end_request)
