"""Feedback in the demo world: what people said of courses and deliveries of the last two years, and months later."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from app.core.database import JSON, db
from app.core.i18n import LANGUAGES
from app.feedback.models import (
    AT_THE_END,
    FOLLOW_UPS,
    FeedbackAnswer,
    FeedbackInvitation,
    FeedbackQuestion,
    FeedbackVersion,
    Part,
    part_of,
)
from app.feedback.queries import LEAST
from app.feedback.questions import EASE, MUST_COMPLETE, PACE, SCALE, Question, own, prepared, written
from app.records.models import Activity, Fact, Participation, Verb
from app.records.queries import kinds_counting
from demo.copying import copy, reserve
from demo.facts import Register
from demo.people import Person, Population
from demo.tables import FACT, close_batch, open_batch
from demo.world import World, data, new_public_id

SINCE = timedelta(days=2 * 365)
ANSWERS_AT_THE_END = 0.41
ANSWERS_LATER = {3: 0.36, 6: 0.28, 12: 0.22}
WRITES = 0.3
MAY_QUOTE = 0.6
REMINDED_AFTER = timedelta(days=14)
MONTH = timedelta(days=365.25 / 12)
OWN_QUESTION_OF = "electronic-evidence"
SOURCE = "demo feedback"
_ANSWER = (
    "activity_key", "stage", "version_id", "user_id", "points", "words", "quotable", "language", "counts", "pending",
    "shown", "given_at", "changed_at",
)  # fmt: skip
_INVITATION = (
    "public_id", "activity_key", "stage", "learner_key", "user_id", "sent_at", "reminded_at",
)  # fmt: skip
_LIKELY = {PACE: (1, 3, 14, 3, 1), EASE: (4, 8, 4, 2, 1)}
_GLAD, _DOUBTFUL = (7, 8, 3, 1, 0.4), (3, 5, 5, 3, 2)


class _Done(NamedTuple):
    """Somebody who completed an activity."""

    person: Person
    activity: Activity
    at: datetime


@dataclass
class _Given:
    """An answer as it is written: stage, points, words."""

    done: _Done
    stage: int
    at: datetime
    points: JSON
    words: JSON
    quotable: bool


@dataclass
class _Saying:
    """Lets people answer, stage by stage."""

    world: World
    chance: random.Random
    questions: Mapping[tuple[UUID, Part], Sequence[Question]]
    given: list[_Given] = field(default_factory=list)
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def at_the_end(self, done: _Done) -> None:
        """Perhaps somebody answers when they have completed it."""
        at = done.at + timedelta(days=20 * self.chance.random() ** 2, minutes=4)
        if self.chance.random() < ANSWERS_AT_THE_END and at < self.world.now:
            self._answer(done, AT_THE_END, at)

    def later(self, done: _Done, stage: int) -> None:
        """Somebody is asked months later, and perhaps answers, some after the reminder."""
        sent = done.at + stage * MONTH + timedelta(hours=24 * self.chance.random())
        if sent >= self.world.now or not done.person.there(done.at, sent):
            return
        answers = self.chance.random() < ANSWERS_LATER[stage]
        at = sent + timedelta(days=30 * self.chance.random() ** 1.5, minutes=7)
        reminder = sent + REMINDED_AFTER
        silent = not answers or at > reminder
        reminded = reminder if silent and reminder < self.world.now else None
        key = done.activity.key
        self.asked.append(
            (new_public_id(self.chance), key, stage, done.person.key, done.person.id, sent, reminded)
        )
        if answers and at < self.world.now:
            self._answer(done, stage, at)

    def _answer(self, done: _Done, stage: int, at: datetime) -> None:
        points, words = {}, {}
        for one in self.questions[done.activity.key, part_of(stage)]:
            if one.kind == SCALE:
                usual = _GLAD if stage == AT_THE_END else _DOUBTFUL
                points[one.key] = self.chance.choices((5, 4, 3, 2, 1), _LIKELY.get(one.scale, usual))[0]
            elif self.chance.random() < WRITES:
                words[one.key] = self._words(one.key, done.person.language)
        words = {key: text for key, text in words.items() if text}
        quotable = bool(words) and self.chance.random() < MAY_QUOTE
        self.given.append(_Given(done, stage, at, points, words, quotable))

    def _words(self, key: str, language: str) -> str:
        there = data("feedback")["words"].get(key, {})
        said = there.get(language) or there.get("en") or [""]
        return str(self.chance.choice(said))


def load_feedback(world: World, population: Population) -> dict[str, int]:
    """Load what people said of the activities of the last two years; needs the register. Returns rows by table."""
    chance = world.chance("feedback")
    done = list(_done(world, population))
    own_rows = _own_questions(world, {one.activity.key: one.activity for one in done})
    questions = _questionnaires(done, own_rows)
    saying = _Saying(world, chance, questions)
    training = kinds_counting(world.now)
    for one in done:
        saying.at_the_end(one)
        for stage in FOLLOW_UPS if one.activity.kind in training else ():
            saying.later(one, stage)
    versions = _versions(world, saying.given, questions)
    return {
        "feedback_answer": copy(FeedbackAnswer, _ANSWER, _answers(saying.given, versions)),
        "feedback_invitation": copy(FeedbackInvitation, _INVITATION, saying.asked),
        "feedback_version": len(versions),
        "fact": _tell(world, saying.given),
    }


def _done(world: World, population: Population) -> Iterator[_Done]:
    people = {person.key: person for person in population.people}
    rows = db.session.execute(
        select(Participation.learner_key, Participation.completed_at, Activity)
        .join(Activity, Activity.key == Participation.activity_key)
        .where(Participation.completed_at > world.now - SINCE, Activity.kind.in_(sorted(MUST_COMPLETE)))
        .order_by(Participation.completed_at, Participation.learner_key)
    )
    for key, at, activity in rows:
        person = people.get(key)
        if person is not None and at is not None and not person.is_test and person.there(at, at):
            yield _Done(person, activity, at)


def _own_questions(world: World, activities: Mapping[UUID, Activity]) -> dict[UUID, FeedbackQuestion]:
    """The course with pages asks one question of its own, in six languages."""
    found = {}
    for activity in activities.values():
        if activity.slug == OWN_QUESTION_OF:
            row = FeedbackQuestion(
                activity_key=activity.key,
                part=Part.END.value,
                kind=SCALE,
                texts={code: data("feedback")["question"][code] for code in LANGUAGES},
                created_at=world.now - SINCE,
            )
            db.session.add(row)
            found[activity.key] = row
    db.session.flush()
    return found


def _questionnaires(
    done: Sequence[_Done], own_rows: Mapping[UUID, FeedbackQuestion]
) -> dict[tuple[UUID, Part], list[Question]]:
    found: dict[tuple[UUID, Part], list[Question]] = {}
    for activity in {one.activity.key: one.activity for one in done}.values():
        for part in Part:
            asked = prepared(part, activity.kind, activity.channel)
            row = own_rows.get(activity.key) if part == Part.END else None
            found[activity.key, part] = [*asked, *([own(row)] if row is not None else [])]
    return found


def _versions(
    world: World, given: Sequence[_Given], questions: Mapping[tuple[UUID, Part], Sequence[Question]]
) -> dict[tuple[UUID, Part], int]:
    """Write the questionnaires that somebody answered; return their ids."""
    answered = dict.fromkeys((one.done.activity.key, part_of(one.stage)) for one in given)
    first = reserve(FeedbackVersion, len(answered))
    ids = {key: first + number for number, key in enumerate(answered)}
    rows = [
        (ids[key], key[0], key[1].value, 1, written(questions[key]), world.now - SINCE) for key in answered
    ]
    copy(FeedbackVersion, ("id", "activity_key", "part", "number", "questions", "made_at"), rows)
    return ids


def _answers(given: Sequence[_Given], versions: Mapping[tuple[UUID, Part], int]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows; what makes whole batches of five is shown in results, as if they had come one by one."""
    by_form: dict[tuple[UUID, int], list[_Given]] = defaultdict(list)
    for one in given:
        by_form[one.done.activity.key, one.stage].append(one)
    for (key, stage), found in by_form.items():
        found.sort(key=lambda one: one.at)
        whole = len(found) - len(found) % LEAST
        for place, one in enumerate(found):
            content = {"points": one.points, "words": one.words, "quotable": one.quotable}
            yield (
                key, stage, versions[key, part_of(stage)], one.done.person.id, one.points, one.words, one.quotable,
                one.done.person.language, True, place >= whole, content if place < whole else None, one.at, one.at,
            )  # fmt: skip


def _tell(world: World, given: Sequence[_Given]) -> int:
    """Tell the register that feedback was given, as an import of its own."""
    register = Register(world, world.chance("feedback facts"))
    for one in given:
        person = one.done.person
        result = {"stage": one.stage}
        register.tell(
            person, Verb.FEEDBACK_GIVEN, one.at, one.done.activity.key, result, language=person.language
        )
    batch = open_batch(SOURCE, "What people of the demo world said of activities.", None)
    told = copy(Fact, FACT, ((*fact, batch) for fact in register.in_order()))
    close_batch()
    return told
