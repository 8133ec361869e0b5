"""What is new in questions to experts, for a room's first page."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template

from app.irooms import news
from app.irooms.queries.questions import whats_new
from app.irooms.seats import Seat


def questions_news(seat: Seat, counted: Sequence[int]) -> str | None:
    """Questions that wait for the person, and questions-and-answers published since their last visit."""
    waiting, published = counted
    if not waiting and not published:
        return None
    return render_template("irooms/questions/_news.html", seat=seat, waiting=waiting, published=published)


news.provide_asking("questions", whats_new, questions_news, order=20)
