"""The catalogue."""

from __future__ import annotations

from flask import render_template, request

from app.core.access import current_actor, public
from app.core.i18n import language_name, page_language
from app.courses.labels import STATES, topic_name
from app.courses.queries import Filters, Row, catalogue
from app.courses.views.blueprint import bp

Choices = list[tuple[str, str]]


@bp.get("")
@public
def index() -> str:
    """Every course that this person may see, narrowed by what the address says."""
    actor = current_actor()
    rows = catalogue(actor, page_language())
    filters = _filters(rows, signed_in=actor.signed_in)
    return render_template(
        "courses/catalogue.html",
        rows=[row for row in rows if row.within(filters)],
        total=len(rows),
        filters=filters,
        topics=_topics(rows),
        spoken=_languages(rows),
        states=[(state, str(text)) for state, text in STATES.items()] if actor.signed_in else [],
    )


def _filters(rows: list[Row], *, signed_in: bool) -> Filters:
    """Read the filters; a value that is not offered does not narrow."""
    topics = {row.topic for row in rows}
    tags = {tag for row in rows for tag in row.languages}
    topic, language, state = (request.args.get(name, "") for name in ("topic", "language", "state"))
    return Filters(
        topic=topic if topic in topics else "",
        language=language if language in tags else "",
        state=state if signed_in and state in STATES else "",
    )


def _topics(rows: list[Row]) -> Choices:
    return sorted(
        ((topic, topic_name(topic)) for topic in {row.topic for row in rows}), key=lambda pair: pair[1]
    )


def _languages(rows: list[Row]) -> Choices:
    tags = {tag for row in rows for tag in row.languages}
    return sorted(((tag, language_name(tag, page_language())) for tag in tags), key=lambda pair: pair[1])
