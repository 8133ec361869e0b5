"""Feedback: what people say of an activity at its end, and of what became of it three, six and twelve months later."""

from __future__ import annotations

from flask import Flask

from app.core.access import current_actor
from app.core.forms import csrf
from app.feedback import jobs, queries, views
from app.feedback.notices import title_of
from app.feedback.queries import Asked
from app.feedback.views import follow_ups

__all__ = ["init_app", "jobs"]


def init_app(app: Flask) -> None:
    """Mount the pages. One needs no CSRF token: mail programs send to it, and the signed link is all that counts."""
    app.register_blueprint(views.bp)
    csrf.exempt(follow_ups.end_follow_ups)
    app.jinja_env.globals.update(feedback_waiting=_waiting, feedback_asked=_asked, feedback_title=title_of)


def _waiting() -> list[Asked]:
    """Return what waits for an answer of the person who reads the page. One query."""
    return queries.waiting(current_actor())


def _asked(activity_key: object) -> Asked | None:
    """Return what the person who reads the page is asked about an activity, while the form is open. One query."""
    actor = current_actor()
    found = queries.asked_of(actor.user_id, activity_key) if actor.approved and actor.user_id else None  # type: ignore[arg-type]
    return found if found is not None and found.is_open else None
