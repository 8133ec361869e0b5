"""What is new in a room since a member's last visit: each part says its own, as a piece of the first page."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from app.irooms.seats import Seat

Source = Callable[[Seat], Markup | str | None]
_sources: dict[str, tuple[int, Source]] = {}


def provide(part: str, source: Source, *, order: int) -> None:
    """Let ``part`` put a piece on the room's first page: its rendered HTML, or None when nothing is new."""
    _sources[part] = (order, source)


def of(seat: Seat) -> list[Markup]:
    """Return the pieces that have something new, in order."""
    pieces = [source(seat) for _order, source in sorted(_sources.values(), key=lambda pair: pair[0])]
    return [Markup(piece) for piece in pieces if piece]
