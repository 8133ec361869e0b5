"""What a live room is now, for who comes in, comes back, or is made something else there: each part adds its own.

A snapshot names the journal's number from before its parts are read, so an entry that follows may tell what the
snapshot has already: to take an entry twice must change nothing. What a page needs once, and never again, is its
*setting*.

Everybody asks for a snapshot at once when a line comes back, so it must cost few statements: what a part can say as one
small select (:func:`provide_read`) is asked together with that of all others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, ScalarSelect, Select, func, select

from app.core.database import JSON, db
from app.webinars.models.room import WebinarRoom
from app.webinars.places import Place

Rows = Sequence[Sequence[Any]]
Statement = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]
PartOf = Callable[[Place], Any]
Asked = Callable[[Place], Statement | None]
_settings: dict[str, PartOf] = {}


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is asked for parts, and what they are made of the rows that came."""

    asked: Asked
    told: Callable[[Place, Rows], Mapping[str, Any]]


_pieces: dict[tuple[str, ...], _Piece] = {}


def provide(part: str, part_of: PartOf) -> None:
    """Let a part of the room add what ``part_of(place)`` returns (JSON-able; at most one statement) to snapshots."""
    provide_read(part, lambda _place: None, lambda place, _rows: part_of(place))


def provide_read(part: str, asked: Asked, told: Callable[[Place, Rows], Any]) -> None:
    """Let a part add what ``told(place, rows)`` makes of the rows of ``asked(place)`` (None: there is nothing to ask).

    Values arrive as JSON has them: no instants among them.
    """
    provide_together((part,), asked, lambda place, rows: {part: told(place, rows)})


def provide_together(
    parts: tuple[str, ...], asked: Asked, told: Callable[[Place, Rows], Mapping[str, Any]]
) -> None:
    """Let several parts that read the same add theirs: ``told`` returns each by its name."""
    _pieces[parts] = _Piece(asked, told)


def provide_setting(part: str, setting_of: PartOf) -> None:
    """Let a part add what its client has to know from the beginning (addresses, limits) to the page's ``config``."""
    _settings[part] = setting_of


def taken(place: Place) -> JSON:
    """Return the room as somebody in it may see it now. Raises LookupError for who has not entered."""
    return {"number": number(place)} | _told(place, _pieces)


def part(place: Place, name: str) -> Any:
    """Return one part of it alone."""
    return _told(place, {parts: piece for parts, piece in _pieces.items() if name in parts})[name]


def parts() -> set[str]:
    """Return the names of everything that a snapshot holds beside its number."""
    return {part for parts in _pieces for part in parts}


def settings_of(place: Place) -> JSON:
    """Return what the parts' clients have to know from the beginning."""
    return {part: of(place) for part, of in _settings.items()}


def number(place: Place) -> int:
    """Return the journal's number from when the place was found."""
    return place.room.number if isinstance(place.room, WebinarRoom) else 0


def _told(place: Place, pieces: Mapping[tuple[str, ...], _Piece]) -> JSON:
    """Ask what the pieces ask, all in one statement, and put together what they say."""
    asked = {parts: piece.asked(place) for parts, piece in pieces.items()}
    values = {parts: _as_value(statement) for parts, statement in asked.items() if statement is not None}
    found = db.session.execute(select(*values.values())).one() if values else ()
    read: Mapping[tuple[str, ...], Rows] = dict(zip(values, found, strict=True))
    whole: JSON = {}
    for parts, piece in pieces.items():
        whole |= piece.told(place, read.get(parts, ()))
    return whole


def _as_value(statement: Statement) -> ScalarSelect[Any]:
    """Return the rows of a statement as one value: a list of lists, in their order."""
    rows = statement.subquery()
    together = func.jsonb_agg(func.jsonb_build_array(*rows.c))
    return select(func.coalesce(together, func.jsonb_build_array())).select_from(rows).scalar_subquery()
