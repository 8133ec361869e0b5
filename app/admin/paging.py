"""Pages of long lists: by number where they are counted, by cursor where they only grow."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request
from werkzeug.exceptions import NotFound

SIZE = 50
_FURTHEST = 100_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a counted list, as the pager macro reads it; ``first`` and ``last`` count from 1."""

    first: int
    last: int
    total: int
    prev_url: str | None
    next_url: str | None


def page_number() -> int:
    """Return the page asked for, from 1. Raises NotFound for what is no page number."""
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 7 and 1 <= int(text) <= _FURTHEST):
        raise NotFound
    return int(text)


def offset(page: int) -> int:
    """Return how many rows come before a page."""
    return (page - 1) * SIZE


def sheet(page: int, shown: int, total: int) -> Sheet:
    """Return the sheet for a page that shows ``shown`` of ``total`` rows; filters stay in its links."""
    before = offset(page)
    return Sheet(
        first=before + 1 if shown else 0,
        last=before + shown,
        total=total,
        prev_url=with_query(page=page - 1) if page > 1 else None,
        next_url=with_query(page=page + 1) if before + shown < total else None,
    )


def with_query(**changed: object) -> str:
    """Return this page's address with query values changed; None drops one."""
    values = {key: value for key, value in request.args.items() if key not in changed}
    values |= {key: str(value) for key, value in changed.items() if value is not None}
    return f"{request.path}?{urlencode(values)}" if values else request.path
