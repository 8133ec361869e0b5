"""Results: what was said of an activity at a stage, in counts and words without names, beside how many answered.

Only what is *shown* of answers is counted (see :class:`~app.feedback.models.FeedbackAnswer`), so any two results that
anybody can get differ by five answers or not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import mean, median
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import case, func, null, select

from app.accounts.models import User
from app.core.database import db
from app.feedback import keepers
from app.feedback.keepers import OwnForm
from app.feedback.models import (
    AT_THE_END,
    STAGES,
    FeedbackAnswer,
    FeedbackInvitation,
    part_of,
)
from app.feedback.queries.questionnaires import questions_of
from app.feedback.questions import POINTS, SCALE, WORDS
from app.records.models import Activity, LearnerAccount, Participation

LEAST = 5
"""Fewer answers than this are never shown, and results never move by fewer."""


@dataclass(frozen=True, slots=True)
class Rated:
    """A question with points: how many gave each (the highest first), None where fewer than five answered it."""

    text: str
    language: str
    words: Mapping[int, object]
    number: int
    counts: Mapping[int, int] | None
    mean: float | None
    median: float | None


@dataclass(frozen=True, slots=True)
class Said:
    """A question in words: what was said, by the alphabet, with whether it may be quoted without a name."""

    text: str
    language: str
    items: Sequence[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Results:
    """What was said at one stage. ``given`` answered of ``asked``; ``counted`` of the answers are in the figures.

    ``stages`` are those at which somebody was asked or answered; the end always.
    """

    stage: int
    given: int
    asked: int
    counted: int
    rated: list[Rated] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    stages: list[int] = field(default_factory=list)

    @property
    def rate(self) -> float | None:
        """The response rate, 0..1; None where nobody was asked."""
        return min(1.0, self.given / self.asked) if self.asked else None

    @property
    def enough(self) -> bool:
        """Whether there are results to show."""
        return self.counted >= LEAST


def results_of(activity: Activity, stage: int) -> Results:
    """Return what was said of an activity at a stage. At most five queries."""
    rows = db.session.execute(
        select(
            FeedbackAnswer.stage,
            case((FeedbackAnswer.stage == stage, FeedbackAnswer.shown), else_=null()).label("shown"),
        ).where(FeedbackAnswer.activity_key == activity.key, FeedbackAnswer.counts)
    ).all()
    given = [row.shown for row in rows if row.stage == stage]
    shown = [one for one in given if one is not None]
    sent = _sent(activity.key)
    stages = [one for one in STAGES if one == AT_THE_END or one in sent or one in {row.stage for row in rows}]
    form = keepers.own_form_of(activity) if stage == AT_THE_END else None
    rated, said = _of_questions(activity.key, stage, shown)
    if form is None:
        at_the_end = stage == AT_THE_END
        asked = took_part([activity.key]).get(activity.key, 0) if at_the_end else sent.get(stage, 0)
        return Results(stage, len(given), asked, len(shown), rated, said, stages)
    counted = _whole_batches(form)
    return Results(
        stage,
        len(form.answers),
        form.asked,
        len(counted.answers),
        [*_rated_in_form(counted), *rated],
        [*_said_in_form(counted), *said],
        stages,
    )


def took_part(activity_keys: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many people took part in each activity (started, attended or completed), test accounts left out."""
    tests = (
        select(func.learner_root(LearnerAccount.learner_key))
        .join(User, User.id == LearnerAccount.user_id)
        .where(User.is_test, LearnerAccount.cut_at.is_(None))
    )
    counted = (
        select(Participation.activity_key, func.count())
        .where(
            Participation.activity_key.in_(activity_keys),
            func.coalesce(Participation.first_access_at, Participation.completed_at).is_not(None),
            Participation.learner_key.not_in(tests),
        )
        .group_by(Participation.activity_key)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)}


def _sent(activity_key: UUID) -> dict[int, int]:
    """Return how many were asked months later, by stage."""
    counted = select(FeedbackInvitation.stage, func.count()).where(
        FeedbackInvitation.activity_key == activity_key, FeedbackInvitation.stage != AT_THE_END
    )
    return {row[0]: row[1] for row in db.session.execute(counted.group_by(FeedbackInvitation.stage))}


def _of_questions(
    activity_key: UUID, stage: int, shown: Sequence[dict[str, dict[str, object]]]
) -> tuple[list[Rated], list[Said]]:
    if len(shown) < LEAST:
        return [], []
    rated, said = [], []
    for one in questions_of(activity_key, part_of(stage)):
        if one.kind == SCALE:
            points = [answer["points"][one.key] for answer in shown if one.key in answer["points"]]
            rated.append(_rated(one.text, one.language, one.points, [int(str(point)) for point in points]))
        elif one.kind == WORDS:
            items = [
                (str(answer["words"][one.key]), bool(answer.get("quotable")))
                for answer in shown
                if answer["words"].get(one.key)
            ]
            said.append(Said(one.text, one.language, sorted(items)))
    return rated, [one for one in said if one.items]


def _rated(text: str, language: str, words: Mapping[int, object], points: Sequence[int]) -> Rated:
    if len(points) < LEAST:
        return Rated(text, language, words, len(points), None, None, None)
    counted = Counter(points)
    counts = {point: counted[point] for point in POINTS}
    return Rated(text, language, words, len(points), counts, mean(points), median(points))


def _whole_batches(form: OwnForm) -> OwnForm:
    """Leave the last answers out that make no batch of five yet: such answers never change, so batches are fixed."""
    whole = len(form.answers) - len(form.answers) % LEAST
    return OwnForm(form.path, form.questions, form.words, form.asked, form.answers[:whole])


def _rated_in_form(form: OwnForm) -> list[Rated]:
    return [
        _rated(text, "", form.words, [one.points[key] for one in form.answers if key in one.points])
        for key, text in form.questions
        if form.answers
    ]


def _said_in_form(form: OwnForm) -> list[Said]:
    items = sorted((one.words, False) for one in form.answers if one.words)
    return [Said(_("In their words"), "", items)] if items else []
