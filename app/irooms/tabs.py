"""The tabs of a room, in order: each part of the room names its own; a member sees those they may use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel.speaklater import LazyString

from app.core.texts import lazy_gettext as _l
from app.irooms.seats import Seat


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a room: its words, its first page, who sees it, what its endpoints begin with."""

    text: LazyString
    endpoint: str
    prefix: str
    shown: Callable[[Seat], bool] = lambda seat: seat.inside


PARTS: tuple[Part, ...] = (
    Part(_l("New"), "irooms.room", "irooms.room"),
    Part(_l("Resources"), "irooms.resources", "irooms.resource"),
    Part(_l("Discussion"), "irooms.discussion", "irooms.discussion"),
    Part(_l("Experts"), "irooms.questions", "irooms.question"),
    Part(_l("Stocktaking"), "irooms.stocktaking", "irooms.stocktaking"),
    Part(_l("Drafts"), "irooms.drafts", "irooms.draft"),
    Part(_l("Calendar"), "irooms.calendar", "irooms.calendar"),
    Part(_l("Members"), "irooms.members", "irooms.member"),
    Part(_l("Log"), "irooms.log", "irooms.log"),
)


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab as the page shows it."""

    text: str
    url: str
    current: bool


def tabs_of(seat: Seat) -> list[Tab]:
    """Return the tabs that the person may use."""
    here = request.endpoint or ""
    return [
        Tab(str(part.text), url_for(part.endpoint, slug=seat.room.public_id), here.startswith(part.prefix))
        for part in PARTS
        if part.shown(seat) and part.endpoint in current_app.view_functions
    ]
