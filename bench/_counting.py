"""The application with the number of its queries in a header: what the benchmark's web processes serve."""

from __future__ import annotations

from typing import Any

from flask import Response, g, has_app_context
from sqlalchemy import Engine, event

from app.core.database import db
from gateway import app

HEADER = "X-Queries"


def _count(*_arguments: Any) -> None:
    if has_app_context():  # the pool asks outside of one
        g.queries = g.get("queries", 0) + 1


def _tell(response: Response) -> Response:
    response.headers[HEADER] = str(g.get("queries", 0))
    return response


with app.app_context():
    engine: Engine = db.engine
event.listen(engine, "after_cursor_execute", _count)
app.after_request_funcs.setdefault(None, []).insert(0, _tell)
