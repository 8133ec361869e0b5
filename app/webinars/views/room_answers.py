"""How acts of the live room answer: with the journal's number, or with why not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Response, jsonify
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from app.core.database import rollback
from app.core.forms import UNPROCESSABLE
from app.core.input import json_body
from app.core.refusal import Refused

View = TypeVar("View", bound=Callable[..., Any])


def refusing(view: View) -> View:
    """Answer a refusal of the action with 422 and its words; nothing is kept of what came before it."""

    @wraps(view)
    def answer(*arguments: Any, **values: Any) -> Any:
        try:
            return view(*arguments, **values)
        except Refused as no:
            rollback()
            return jsonify(detail=str(no)), UNPROCESSABLE

    return answer  # type: ignore[return-value]


def done(number: int, **more: Any) -> Response:
    """Answer that an act is done; ``number`` is that of the journal that tells of it."""
    return jsonify(number=number, **more)


def asked() -> dict[str, Any]:
    """Return the request's JSON object; BadRequest when it is none."""
    body = json_body()
    if not isinstance(body, dict):
        raise BadRequest(_("The JSON that was sent cannot be read."))
    return body


def switch(body: dict[str, Any]) -> bool:
    """Return ``on`` of what was asked, True when it is left out; BadRequest for anything but a truth value."""
    on = body.get("on", True)
    if not isinstance(on, bool):
        raise BadRequest(_("The JSON that was sent cannot be read."))
    return on


def whole(body: dict[str, Any], key: str, default: int) -> int:
    """Return a whole number of what was asked; BadRequest for anything else."""
    value = body.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadRequest(_("The JSON that was sent cannot be read."))
    return value
