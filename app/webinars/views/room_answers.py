"""How the live room's parts read what their client sends and answer it: JSON in and out, a refusal as 422 in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeAlias, TypeVar

from flask import Response, jsonify, request

from app.core.database import rollback
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import HEADER, MAX_KEY
from app.core.ids import public_id
from app.core.input import json_body, unreadable
from app.core.refusal import Refused

Given = ParamSpec("Given")
Returned = TypeVar("Returned")
JsonAnswer: TypeAlias = Response | tuple[Response, int]


def refusing(view: Callable[Given, Returned]) -> Callable[Given, Returned | tuple[Response, int]]:
    """Answer what an action refuses with 422 and ``{"detail": words}``; nothing is kept of what came before it."""

    @wraps(view)
    def answer(*args: Given.args, **kwargs: Given.kwargs) -> Returned | tuple[Response, int]:
        try:
            return view(*args, **kwargs)
        except Refused as no:
            rollback()
            return jsonify(detail=str(no)), UNPROCESSABLE

    return answer


# ------------------------------------------------------------------------------------------------ what was sent


def asked() -> dict[str, Any]:
    """Return the request's JSON object; BadRequest when it is none."""
    body = json_body()
    if not isinstance(body, dict):
        raise unreadable()
    return body


def sent() -> Mapping[str, Any]:
    """Return the JSON object that was sent; empty when it is none: the act then says what it misses."""
    body = json_body() if request.is_json else {}
    return body if isinstance(body, dict) else {}


def switch(body: Mapping[str, Any]) -> bool:
    """Return ``on`` of what was asked, True when it is left out; BadRequest for anything but a truth value."""
    on = body.get("on", True)
    if not isinstance(on, bool):
        raise unreadable()
    return on


def whole(body: Mapping[str, Any], key: str, default: int) -> int:
    """Return a whole number of what was asked; BadRequest for anything else."""
    value = body.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise unreadable()
    return value


def short(body: Mapping[str, Any], key: str) -> str:
    """Return a text of 1 to 80 characters of what was asked; BadRequest for anything else."""
    value = body.get(key)
    if not isinstance(value, str) or not 0 < len(value) <= 80:
        raise unreadable()
    return value


def client_id() -> str:
    """Return the id that the client made for this act, or a new one: then a repeat is another act."""
    key = request.headers.get(HEADER, "")
    return key if 0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable() else public_id()


# ------------------------------------------------------------------------------------------------ what is answered


def done(number: int, **more: Any) -> Response:
    """Answer that an act is done; ``number`` is that of the journal that tells of it."""
    return jsonify(number=number, **more)


def answered(**more: Any) -> Response:
    """Answer that it is done."""
    return jsonify(**({"done": True} | more))
