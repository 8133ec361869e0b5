"""What changed in a room's documents since somebody's last visit, on the room's first page."""

from __future__ import annotations

from flask import render_template

from app.irooms import news
from app.irooms.queries.drafting.lists import changed_since
from app.irooms.seats import Seat

_MOST = 5


def drafts_news(seat: Seat) -> str | None:
    """Return the documents that changed, as a piece of the first page; None when none did."""
    if seat.member is None or seat.member.visited_at is None:
        return None
    found = changed_since(seat, seat.member.visited_before or seat.member.visited_at, _MOST)
    return render_template("irooms/drafting/_new.html", seat=seat, found=found) if found else None


news.provide("drafts", drafts_news, order=40)
