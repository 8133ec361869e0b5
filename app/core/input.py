"""What no text may hold, refused before any view: NUL, lone surrogates, over-long or over-deep input.

A page that answers whatever is typed, such as the search, is forgiving: there the same is taken out instead of refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask_babel import gettext as _
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import BadRequest

View = TypeVar("View", bound=Callable[..., Any])
MAX_FIELD = 200_000
MAX_QUERY_FIELD = 2_000
MAX_DEPTH = 32
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def mended(value: str, limit: int) -> str:
    """Return ``value`` without what cannot be stored, cut to ``limit`` characters."""
    kept = value[:limit].replace("\x00", "")
    return kept if clean(kept) else "".join(one for one in kept if clean(one))


def clean(value: str) -> bool:
    """Whether PostgreSQL and a mail can hold ``value``: no NUL, no lone surrogate."""
    return "\x00" not in value and not any("\ud800" <= character <= "\udfff" for character in value)


def printable(value: str) -> str:
    """Return ``value`` without control characters: XML cannot hold them, and no document is to fail on them."""
    return _UNPRINTABLE.sub("", value)


def check_text(value: str, limit: int) -> None:
    """Raise BadRequest when ``value`` is not clean or longer than ``limit`` characters."""
    if len(value) > limit:
        raise BadRequest(_("Something that was sent is too long."))
    if (not value.isascii() or "\x00" in value) and not clean(value):
        raise BadRequest(_("Something that was sent holds characters that cannot be stored."))


def check_json(value: Any, depth: int = 0) -> None:
    """Raise BadRequest when decoded JSON is nested too deep, holds unclean text or numbers beyond 64 bits."""
    if depth > MAX_DEPTH:
        raise BadRequest(_("The JSON that was sent is nested too deeply."))
    if isinstance(value, str):
        check_text(value, MAX_FIELD)
    elif isinstance(value, dict):
        for key, one in value.items():
            check_text(key, MAX_QUERY_FIELD)
            check_json(one, depth + 1)
    elif isinstance(value, list):
        for one in value:
            check_json(one, depth + 1)
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise BadRequest(_("A number that was sent is out of range."))


def unreadable() -> BadRequest:
    """Return what to raise for JSON that is not what an address takes."""
    return BadRequest(_("The JSON that was sent cannot be read."))


def json_body() -> Any:
    """Return the request's JSON body, checked; BadRequest when it is not JSON."""
    try:
        value = request.get_json()
    except (RecursionError, ValueError):
        raise unreadable() from None
    check_json(value)
    return value


def takes_files(*names: str) -> Callable[[View], View]:
    """Declare which fields of a view's form hold files; everywhere else a file is refused."""

    def declare(view: View) -> View:
        view.__takes_files__ = frozenset(names)  # type: ignore[attr-defined]
        return view

    return declare


def forgiving(view: View) -> View:
    """Declare a view that answers whatever is typed: the query of its address is mended instead of refused."""
    view.__forgiving__ = True  # type: ignore[attr-defined]
    return view


def _mend_query() -> None:
    pairs = request.args.items(multi=True)
    request.args = ImmutableMultiDict(
        (mended(key, MAX_QUERY_FIELD), mended(value, MAX_QUERY_FIELD)) for key, value in pairs
    )


def guard() -> None:
    """Before every view: check path, query and form."""
    view = current_app.view_functions.get(request.endpoint or "")
    check_text(request.path, MAX_QUERY_FIELD)
    if hasattr(view, "__forgiving__"):
        _mend_query()
    for key, values in request.args.lists():
        for value in (key, *values):
            check_text(value, MAX_QUERY_FIELD)
    if request.method in {"POST", "PUT", "PATCH"} and not request.is_json:
        for key, values in request.form.lists():
            check_text(key, MAX_QUERY_FIELD)
            for value in values:
                check_text(value, MAX_FIELD)
        if request.files.keys() - getattr(view, "__takes_files__", frozenset[str]()):
            raise BadRequest  # a file sent in a text's place would be taken for the text


def init_app(app: Flask) -> None:
    """Put the guard in front of every view."""
    app.before_request(guard)
