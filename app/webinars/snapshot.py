"""What a live room is now, for who comes in, comes back, or is made something else there: each part adds its own.

A snapshot names the journal's number from before its parts are read, so an entry that follows may tell what the
snapshot has already: to take an entry twice must change nothing. What a page needs once, and never again, is its
*setting*.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.core.database import JSON
from app.webinars.models.room import WebinarRoom
from app.webinars.places import Place

PartOf = Callable[[Place], Any]
_parts: dict[str, PartOf] = {}
_settings: dict[str, PartOf] = {}


def provide(part: str, part_of: PartOf) -> None:
    """Let a part of the room add what ``part_of(place)`` returns (JSON-able; at most two statements) to snapshots."""
    _parts[part] = part_of


def provide_setting(part: str, setting_of: PartOf) -> None:
    """Let a part add what its client has to know from the beginning (addresses, limits) to the page's ``config``."""
    _settings[part] = setting_of


def taken(place: Place) -> JSON:
    """Return the room as somebody in it may see it now. Raises LookupError for who has not entered."""
    return {"number": number(place)} | {part: of(place) for part, of in _parts.items()}


def settings_of(place: Place) -> JSON:
    """Return what the parts' clients have to know from the beginning."""
    return {part: of(place) for part, of in _settings.items()}


def number(place: Place) -> int:
    """Return the journal's number from when the place was found."""
    return place.room.number if isinstance(place.room, WebinarRoom) else 0
