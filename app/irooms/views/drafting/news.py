"""What changed in a room's documents since somebody's last visit, on the room's first page."""

from __future__ import annotations

from typing import Any

from flask import render_template
from sqlalchemy import ScalarSelect

from app.irooms import news
from app.irooms.queries.drafting.lists import changed_since
from app.irooms.seats import Seat

_MOST = 5


def asked(seat: Seat) -> ScalarSelect[Any] | None:
    """Ask for the documents that changed; nothing is new at a first visit, and to who is no member."""
    if seat.member is None or seat.member.visited_at is None:
        return None
    return changed_since(seat, seat.member.visited_before or seat.member.visited_at, _MOST)


def piece(seat: Seat, found: list[list[str]]) -> str:
    """Return those documents as a piece of the first page."""
    return render_template("irooms/drafting/_new.html", seat=seat, found=found)


news.provide_asking("drafts", asked, piece, order=40)
