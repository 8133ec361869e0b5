"""What a live room is set to, as each may see it, and the news that somebody missed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from app.core.database import JSON
from app.webinars import journal
from app.webinars.models.room import WebinarEvent
from app.webinars.places import Place

RENEW_AFTER = 2000  # entries behind which a new snapshot is cheaper than all of them


def room(place: Place) -> JSON:
    """Return what the room is set to; more for who runs it. No query: it came with the place."""
    webinar, found = place.webinar, place.room
    told: JSON = {
        "state": webinar.state,
        "begun_at": webinar.begun_at.isoformat() if webinar.begun_at else None,
        "ends_at": webinar.ends_at.isoformat(),
    }
    if found is None:
        return told
    told |= {"locked": found.locked, "hard_muted": found.hard_muted}
    if place.hosts:
        told |= {"lobby": found.lobby, "lobby_words": found.lobby_words}
    return told


def lobby(place: Place) -> JSON:
    """Return what somebody is told who waits."""
    found = place.room
    return {
        "state": place.webinar.state,
        "words": found.lobby_words if found else "",
        "starts_at": place.webinar.starts_at.isoformat(),
    }


def news(place: Place, after: int, audiences: Collection[str]) -> JSON:
    """Return the entries after a number that these audiences are told: ``{"upto", "entries", "more", "renew"}``.

    ``upto`` is how far they reach, others' entries included: nothing at or below it is missed.
    """
    last = journal.last(place.webinar)
    if not 0 <= last - after <= RENEW_AFTER:
        return {"upto": after, "entries": [], "more": False, "renew": True}
    rows = journal.read(place.webinar.id, after)
    return {
        "upto": rows[-1].number if rows else after,
        "entries": [written(one) for one in rows if one.audience in audiences],
        "more": len(rows) == journal.MOST,
    }


def written(entry: WebinarEvent) -> Sequence[object]:
    """Return an entry as clients get it."""
    return [entry.number, entry.kind, entry.body, entry.at.isoformat()]
