"""What is new in a room since a member's last visit: each part says its own, as a piece of the first page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from markupsafe import Markup
from sqlalchemy import ScalarSelect, select

from app.core.database import db
from app.irooms.seats import Seat

Piece: TypeAlias = Markup | str | None
Asks: TypeAlias = Callable[[Seat], ScalarSelect[Any] | None]


class _Source(NamedTuple):
    order: int
    piece: Callable[[Seat, Any], Piece]
    asks: Asks


class News(NamedTuple):
    """The pieces that have something new, in order, and the answers to what else was asked, by name."""

    pieces: list[Markup]
    answers: Mapping[str, Any]


_sources: dict[str, _Source] = {}


def provide(part: str, source: Callable[[Seat], Piece], *, order: int) -> None:
    """Let ``part`` put a piece on the room's first page: its rendered HTML, or None when nothing is new."""
    _sources[part] = _Source(order, lambda seat, _answer: source(seat), lambda _seat: None)


def provide_asking(part: str, asks: Asks, piece: Callable[[Seat, Any], Piece], *, order: int) -> None:
    """Do so for a piece that needs one value of the database: ``asks(seat)`` is that value, as a scalar subquery.

    All that is asked this way costs one statement. ``piece`` gets the answer; it is not called where nothing is asked.
    """
    _sources[part] = _Source(order, lambda seat, answer: piece(seat, answer) if answer else None, asks)


def of(seat: Seat, **also: ScalarSelect[Any]) -> News:
    """Return what is new, and the answers to what is ``also`` asked in the same statement."""
    wanted = also | {
        part: query for part, source in _sources.items() if (query := source.asks(seat)) is not None
    }
    answers = _answers(wanted)
    ordered = sorted(_sources.items(), key=lambda pair: pair[1].order)
    pieces = [source.piece(seat, answers.get(part)) for part, source in ordered]
    return News([Markup(piece) for piece in pieces if piece], answers)


def _answers(wanted: Mapping[str, ScalarSelect[Any]]) -> Mapping[str, Any]:
    if not wanted:
        return {}
    row = db.session.execute(select(*(query.label(name) for name, query in wanted.items()))).one()
    return row._asdict()
