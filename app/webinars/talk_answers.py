"""How the live room's parts read what their client sends and answer it: JSON in and out, a refusal as 422 in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeAlias

from flask import Response, jsonify, request

from app.core.database import rollback
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import HEADER, MAX_KEY
from app.core.ids import public_id
from app.core.input import json_body
from app.core.refusal import Refused

Given = ParamSpec("Given")
JsonAnswer: TypeAlias = Response | tuple[Response, int]


def refusable(view: Callable[Given, Response]) -> Callable[Given, JsonAnswer]:
    """Answer what an action refuses with 422 and ``{"detail": words}``; nothing is kept of what came before it."""

    @wraps(view)
    def answer(*args: Given.args, **kwargs: Given.kwargs) -> JsonAnswer:
        try:
            return view(*args, **kwargs)
        except Refused as error:
            rollback()
            return jsonify(detail=str(error)), UNPROCESSABLE

    return answer


def sent() -> Mapping[str, Any]:
    """Return the JSON object that was sent; empty when it is none."""
    body = json_body() if request.is_json else {}
    return body if isinstance(body, dict) else {}


def client_id() -> str:
    """Return the id that the client made for this act, or a new one: then a repeat is another act."""
    key = request.headers.get(HEADER, "")
    return key if 0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable() else public_id()


def done(**more: Any) -> Response:
    """Answer that it is done."""
    return jsonify(**({"done": True} | more))
