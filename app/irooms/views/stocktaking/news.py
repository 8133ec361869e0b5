"""What is new in stocktakings, for a room's first page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template

from app.irooms import news
from app.irooms.queries.stocktaking import reading
from app.irooms.seats import Seat


def stocktaking_news(seat: Seat, found: Sequence[Sequence[Any]]) -> str:
    """Open stocktakings whose answers are still to be sent, and new summaries."""
    return render_template("irooms/stocktaking/_news.html", seat=seat, rows=reading.news(seat, found))


news.provide_asking("stocktaking", reading.whats_new, stocktaking_news, order=30)
