"""What people said of a session: counts and words, without names, by whole fives: never what one of them said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ScalarSelect, func, select

from app.core.database import db
from app.feedback.queries import LEAST
from app.webinars.forms.feedback import POINTS, QUESTIONS
from app.webinars.models.after import WebinarFeedback, WebinarVerdict
from app.webinars.models.planning import Webinar


@dataclass(frozen=True, slots=True)
class Answers:
    """What was said to one question: how many gave each number of points, and the mean."""

    key: str
    counts: Mapping[str, int]
    answered: int
    mean: float | None


@dataclass(frozen=True, slots=True)
class Results:
    """What was said altogether: by how many of how many; ``words`` in alphabetical order, which says nothing of who.

    ``counted`` of the answers are in ``answers`` and ``words``: the first ones in whole fives, so that nobody's answer
    can be told, also not from a difference between two days.
    """

    given: int
    asked: int
    counted: int
    answers: list[Answers]
    words: list[str]


def results(webinar_id: int) -> Results:
    """Return what was said of a session. Two queries."""
    rows = db.session.execute(
        select(WebinarFeedback.points, WebinarFeedback.words)
        .where(WebinarFeedback.webinar_id == webinar_id)
        .order_by(WebinarFeedback.given_at, WebinarFeedback.user_id)
    ).all()
    counted = rows[: len(rows) - len(rows) % LEAST]
    return Results(
        len(rows),
        db.session.scalar(select(asked()).where(Webinar.id == webinar_id)) or 0,
        len(counted),
        [_answers(key, [one.points for one in counted]) for key in QUESTIONS],
        sorted(words for _points, words in counted if words),
    )


def has_given(webinar_id: int, user_id: int | None) -> bool:
    """Whether somebody has said it already."""
    return db.session.get(WebinarFeedback, (webinar_id, user_id)) is not None


def _answers(key: str, given: list[dict[str, int]]) -> Answers:
    points = [one[key] for one in given if key in one]
    counts = {point: points.count(int(point)) for point in POINTS}
    return Answers(key, counts, len(points), sum(points) / len(points) if points else None)


def asked() -> ScalarSelect[int]:
    """Return, for a query of sessions, how many took part in each, those who ran it left out."""
    return (
        select(func.count(WebinarVerdict.user_id.distinct()))
        .where(
            WebinarVerdict.webinar_id == Webinar.id,
            WebinarVerdict.counts,
            WebinarVerdict.attended_fact.is_not(None),
        )
        .correlate(Webinar)
        .scalar_subquery()
    )
