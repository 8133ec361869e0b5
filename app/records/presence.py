"""How many people were in a session, minute by minute: the feature that counted them says so.

The register holds for how long each person was there; who was there at the same time only the session's feature knows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Presence:
    """The people there in each minute from ``begins_at`` on; ``zone`` is the session's."""

    begins_at: datetime
    counts: Sequence[int]
    zone: str


Source = Callable[[UUID, datetime | None], Presence | None]
_sources: dict[str, Source] = {}


def provide(feature: str, source: Source) -> None:
    """Let ``feature`` tell of the sessions that it counts; asking again replaces the source.

    A source gets the key of an activity and the instant as of which is asked (None for now).
    """
    _sources[feature] = source


def presence_of(activity_key: UUID, as_of: datetime | None = None) -> Presence | None:
    """Return the presence in a session as it was known then; None where nobody counted it."""
    found = (source(activity_key, as_of) for source in _sources.values())
    return next((one for one in found if one is not None), None)
