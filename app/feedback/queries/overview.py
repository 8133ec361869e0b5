"""The activities whose results an actor may see, with how many answered."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select

from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.feedback import keepers
from app.feedback.models import AT_THE_END, FeedbackAnswer, FeedbackInvitation
from app.feedback.policy import may_read_all
from app.feedback.queries.results import took_part
from app.feedback.questions import NOT_ASKED
from app.records.models import Activity

A_PAGE = 50
LIMITED = "group"  # the audience of a session whose title is for its members


@dataclass(frozen=True, slots=True)
class Line:
    """An activity: answers at its end of people who took part, and answers to follow-ups of those who were asked."""

    activity: Activity
    given: int
    asked: int
    later: int
    invited: int

    @property
    def rate(self) -> float | None:
        """The response rate at the end, 0..1; None where nobody took part."""
        return min(1.0, self.given / self.asked) if self.asked else None


def readable(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on activities whose results the actor may see: they run it, or report on all.

    Who reports on all does not learn of a session that is for a group only, unless they are of that group.
    """
    own = keepers.run_by(actor)
    if not may_read_all(actor):
        return own
    return or_(own, Activity.audience != LIMITED, Activity.group_id.in_(actor.groups))


def overview(actor: Actor, *, offset: int = 0) -> list[Line]:
    """Return a page (and one more) of the activities somebody said something of, the latest first. Five queries."""
    found = db.session.execute(_listed(actor).offset(offset).limit(A_PAGE + 1)).scalars().all()
    keys = [one.key for one in found]
    if not keys:
        return []
    answers: dict[object, list[int]] = {
        row[0]: [row[1], row[2]]
        for row in db.session.execute(
            select(
                FeedbackAnswer.activity_key,
                func.count().filter(FeedbackAnswer.stage == AT_THE_END),
                func.count().filter(FeedbackAnswer.stage != AT_THE_END),
            )
            .where(FeedbackAnswer.activity_key.in_(keys), FeedbackAnswer.counts)
            .group_by(FeedbackAnswer.activity_key)
        )
    }
    sent = select(FeedbackInvitation.activity_key, func.count()).where(
        FeedbackInvitation.activity_key.in_(keys), FeedbackInvitation.stage != AT_THE_END
    )
    grouped = db.session.execute(sent.group_by(FeedbackInvitation.activity_key))
    invited = {row[0]: row[1] for row in grouped}
    elsewhere, people = keepers.given_elsewhere(keys), took_part(keys)
    return [
        Line(
            one,
            elsewhere.get(one.key, answers.get(one.key, [0, 0])[0]),
            people.get(one.key, 0),
            answers.get(one.key, [0, 0])[1],
            invited.get(one.key, 0),
        )
        for one in found
    ]


def _listed(actor: Actor) -> Select[Activity]:
    said = select(FeedbackAnswer.activity_key).where(FeedbackAnswer.activity_key == Activity.key).exists()
    return (
        select(Activity)
        .where(readable(actor), Activity.kind.not_in(sorted(NOT_ASKED)), ~Activity.is_test)
        .where(or_(said, keepers.asked_elsewhere() & (Activity.ends_at < clock.now())))
        .order_by(Activity.starts_at.desc().nulls_last(), Activity.slug)
    )
