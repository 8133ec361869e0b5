"""What is new in stocktakings, for a room's first page."""

from __future__ import annotations

from flask import render_template

from app.irooms import news
from app.irooms.queries.stocktaking.reading import whats_new
from app.irooms.seats import Seat


def stocktaking_news(seat: Seat) -> str | None:
    """Open stocktakings whose answers are still to be sent, and new summaries; one query."""
    rows = whats_new(seat)
    return render_template("irooms/stocktaking/_news.html", seat=seat, rows=rows) if rows else None


news.provide("stocktaking", stocktaking_news, order=30)
