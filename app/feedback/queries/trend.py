"""The same questions over the deliveries of one course or series: means by delivery, each only where it may show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Float, Select, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB

from app.core.access import Actor
from app.core.database import db
from app.feedback import keepers
from app.feedback.models import AT_THE_END, FeedbackAnswer
from app.feedback.queries.overview import readable
from app.feedback.queries.results import LEAST, took_part
from app.feedback.questions import PREPARED
from app.records.models import Activity

MOST_DELIVERIES = 40
WORDS_FOR_TREND = ("relevance", "use", "explained", "pace", "recommend")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery: how many answered of how many, and the mean of each question (None: fewer than five)."""

    activity: Activity
    given: int
    asked: int
    means: dict[str, float | None]

    @property
    def rate(self) -> float | None:
        """The response rate, 0..1; None where nobody took part."""
        return min(1.0, self.given / self.asked) if self.asked else None

    @property
    def begins(self) -> datetime | None:
        """When it began."""
        return self.activity.starts_at


def trend(actor: Actor, activity: Activity) -> list[Delivery]:
    """Return the deliveries beside which this one stands: of the same parent, or of it, and with results that the actor
    may see. Oldest first; three queries.

    No sum over them is given: with the deliveries that are shown it would tell of those that are not.
    """
    family = _family(activity).where(readable(actor))
    found = db.session.scalars(family.order_by(Activity.starts_at.desc()).limit(MOST_DELIVERIES)).all()
    if len(found) < 2:
        return []
    keys = [one.key for one in found]
    rows = _answers(keys)
    people = took_part(keys)
    shown = [
        Delivery(one, rows[one.key][0], people.get(one.key, 0), rows[one.key][1])
        for one in reversed(found)
        if one.key in rows
    ]
    return shown if len(shown) > 1 else []


def questions_for_trend() -> list[tuple[str, str]]:
    """Return (name, words) of the questions whose means are compared."""
    return [(key, str(PREPARED[key])) for key in WORDS_FOR_TREND]


def _family(activity: Activity) -> Select[Activity]:
    parent = activity.parent_key or activity.key
    return select(Activity).where(
        Activity.parent_key == parent,
        Activity.starts_at.is_not(None),
        Activity.group_id.is_(None) if activity.group_id is None else Activity.group_id == activity.group_id,
        ~keepers.asked_elsewhere(),
    )


def _answers(keys: Sequence[UUID]) -> dict[UUID, tuple[int, dict[str, float | None]]]:
    shown = cast(FeedbackAnswer.shown, JSONB)["points"]
    columns: list[Any] = []
    for key in WORDS_FOR_TREND:
        value = cast(shown[key].astext, Float)
        columns += [func.avg(value), func.count(value)]
    rows = db.session.execute(
        select(FeedbackAnswer.activity_key, func.count(), *columns)
        .where(FeedbackAnswer.activity_key.in_(keys), FeedbackAnswer.stage == AT_THE_END)
        .where(FeedbackAnswer.counts)
        .group_by(FeedbackAnswer.activity_key)
    )
    found = {}
    for row in rows:
        pairs = zip(row[2::2], row[3::2], strict=True)
        means = {
            key: float(value) if number >= LEAST else None
            for key, (value, number) in zip(WORDS_FOR_TREND, pairs, strict=True)
        }
        found[row[0]] = (row[1], means)
    return found
