"""A repeated submit returns the first result.

A POST that creates something carries a key made with its form (or sent as ``Idempotency-Key``). The key's row is
inserted before the work, in the same transaction: a second submit waits for the first to commit and then gets its
answer. A refused submit (4xx) leaves no row, so the corrected form may use the same key.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from werkzeug.exceptions import BadRequest

from app.core.access import current_actor
from app.core.database import db
from app.core.models import IdempotencyKey

View = TypeVar("View", bound=Callable[..., Any])
FIELD = "idempotency_key"
HEADER = "Idempotency-Key"
MAX_KEY = 80
MAX_KEPT_BODY = 64 * 1024


def idempotent(view: View) -> View:
    """Declare that a POST view creates something and must not do it twice for one key."""
    view.__idempotent__ = True  # type: ignore[attr-defined]
    return view


def new_key() -> str:
    """Return a key for one rendering of a form."""
    return str(uuid.uuid4())


def _sent_key() -> str | None:
    key = request.headers.get(HEADER) or (None if request.is_json else request.form.get(FIELD))
    if key is not None and not (0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        raise BadRequest("The idempotency key is not valid.")
    return key


def _owner() -> str:
    actor = current_actor()
    return f"person:{actor.user_id}" if actor.signed_in else "anyone"


def claim() -> Response | None:
    """Before the view: claim the key, or answer with the first result."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method != "POST" or not getattr(view, "__idempotent__", False):
        return None
    key = _sent_key()
    if key is None:
        return None
    row = {"key": key, "owner": _owner(), "endpoint": request.endpoint or ""}
    claimed = db.session.execute(
        insert(IdempotencyKey).values(row).on_conflict_do_nothing().returning(IdempotencyKey.key)
    ).scalar_one_or_none()
    if claimed is None:
        return _replay(row)
    g.idempotency = row
    return None


def _replay(row: dict[str, str]) -> Response:
    first = db.session.execute(select(IdempotencyKey).filter_by(**row)).scalar_one_or_none()
    if first is None or first.status is None:
        raise BadRequest("This form was sent already. Reload the page to see what became of it.")
    response = Response(first.body or b"", status=first.status, content_type=first.content_type)
    if first.location:
        response.headers["Location"] = first.location
    response.headers["Idempotent-Replayed"] = "true"
    return response


def keep(response: Response) -> Response:
    """After the view: keep a good result with its key; give the key back on a refusal."""
    row = g.pop("idempotency", None)
    if row is None:
        return response
    if response.status_code >= 400:
        db.session.execute(delete(IdempotencyKey).filter_by(**row))
        return response
    body = b"" if response.is_streamed else response.get_data()
    db.session.execute(
        update(IdempotencyKey)
        .filter_by(**row)
        .values(
            status=response.status_code,
            location=response.headers.get("Location"),
            body=body if len(body) <= MAX_KEPT_BODY else b"",
            content_type=response.content_type,
        )
    )
    return response


def init_app(app: Flask) -> None:
    """Claim after the access gate, keep before the commit, offer the key to forms."""
    app.before_request(claim)
    app.after_request(keep)
    app.add_template_global(new_key, "idempotency_key")
