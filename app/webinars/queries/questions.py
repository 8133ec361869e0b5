"""What the live room and the reports read of questions. An anonymous asker is read for nobody but the asker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, distinct, func, or_, select
from sqlalchemy.orm import aliased

from app.core.database import JSON, db
from app.webinars import faces
from app.webinars.models.planning import Webinar
from app.webinars.models.room import WebinarParticipant
from app.webinars.models.talk import QuestionState, WebinarQuestion, WebinarQuestionVote
from app.webinars.places import Place

VOTABLE = (QuestionState.OPEN, QuestionState.ANSWERING)
"""Questions that can be voted for."""
_HIDDEN = (QuestionState.HELD, QuestionState.DISMISSED)
_MOST = 1000
_asker, _answerer = aliased(WebinarParticipant), aliased(WebinarParticipant)
_into, _voted = aliased(WebinarQuestion), aliased(WebinarQuestion)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, how many people want it answered, who asked (None: not to be told), who answered.

    ``into`` is the public id of the question that it was merged into; ``wanted`` whether the reader voted for it.
    """

    question: WebinarQuestion
    votes: int
    asker: WebinarParticipant | None
    answerer: WebinarParticipant | None
    into: str | None
    wanted: bool = False

    @property
    def people(self) -> list[WebinarParticipant]:
        """The participants it may name."""
        return [one for one in (self.asker, self.answerer) if one is not None]


def _votes(voter: int | None = None) -> ColumnElement[int]:
    """People who voted for a question, or for one that was merged into it; each counts once."""
    counted = (
        select(func.count(distinct(WebinarQuestionVote.participant_id)))
        .join(_voted, _voted.id == WebinarQuestionVote.question_id)
        .where(func.coalesce(_voted.merged_into_id, _voted.id) == WebinarQuestion.id)
    )
    if voter is not None:
        counted = counted.where(WebinarQuestionVote.participant_id == voter)
    return counted.correlate(WebinarQuestion).scalar_subquery()


def _chosen(*conditions: ColumnElement[bool], voter: int | None = None) -> Select[Any]:
    # the row of an anonymous question's asker is not even joined
    named = and_(_asker.id == WebinarQuestion.participant_id, WebinarQuestion.anonymous.is_(False))
    asked: list[Any] = [WebinarQuestion, _votes(), _asker, _answerer, _into.public_id]
    return (
        select(*asked, *([_votes(voter) > 0] if voter is not None else []))
        .outerjoin(_asker, named)
        .outerjoin(_answerer, _answerer.id == WebinarQuestion.answered_by)
        .outerjoin(_into, _into.id == WebinarQuestion.merged_into_id)
        .options(faces.with_names(_asker), faces.with_names(_answerer))
        .where(*conditions)
        .order_by(WebinarQuestion.id)
        .limit(_MOST)
    )


def _seen(place: Place) -> ColumnElement[bool]:
    if place.hosts:
        return WebinarQuestion.webinar_id == place.webinar.id
    mine = WebinarQuestion.participant_id == place.me.id
    shown = WebinarQuestion.state.not_in(_HIDDEN)
    return and_(WebinarQuestion.webinar_id == place.webinar.id, or_(mine, shown))


def question(place: Place, question_id: str) -> Asked | None:
    """Return a question that the person at ``place`` may see; None else."""
    found = _chosen(_seen(place), WebinarQuestion.public_id == question_id, voter=place.me.id)
    row = db.session.execute(found).one_or_none()
    return None if row is None else Asked(*row)


def questions(place: Place) -> list[Asked]:
    """Return the questions that the person may see, in the order they were asked. One query."""
    return [Asked(*row) for row in db.session.execute(_chosen(_seen(place), voter=place.me.id))]


def part(place: Place) -> JSON:
    """Return the questions as they are now for the person at ``place``. One query."""
    room = place.room
    asked = questions(place)
    named = faces.faces(place, [one for each in asked for one in each.people])
    return {
        "anonymous": place.webinar.anonymous_questions,
        "holds": bool(room and room.questions_held),
        "questions": [body(one, named) | _own(place, one) for one in asked],
    }


def _own(place: Place, asked: Asked) -> JSON:
    """What is told to the reader of their own part in a question."""
    mine = asked.question.participant_id == place.me.id
    return {"wanted": asked.wanted} | ({"mine": True} if mine else {})


def body(asked: Asked, named: Mapping[int, JSON]) -> JSON:
    """Return a question as the client gets it; an anonymous one says nothing about who asked."""
    told = asked.question
    whole: JSON = {
        "id": told.public_id,
        "text": told.text,
        "state": told.state,
        "anonymous": told.anonymous,
        "votes": asked.votes,
        "second": told.asked_second,
        "answer": told.answer,
        "answered_second": told.answered_second,
        "into": asked.into,
    }
    if asked.asker is not None:
        whole["who"] = named[asked.asker.id]
    if asked.answerer is not None:
        whole["by"] = named[asked.answerer.id]
    return whole


def public_body(webinar: Webinar, asked: Asked) -> JSON:
    """Return a question as everybody may get it: for the journal. One query at most."""
    return body(asked, faces.shown(webinar, asked.people))


def again(asked: Asked) -> Asked:
    """Return a question as it is now, after a change of it or of its votes."""
    return Asked(*db.session.execute(_chosen(WebinarQuestion.id == asked.question.id)).one())


def tally(webinar: Webinar, _audience: str) -> dict[str, int]:
    """Return how many people want each question that can be voted for: for everybody."""
    rows = db.session.execute(
        select(WebinarQuestion.public_id, _votes()).where(
            WebinarQuestion.webinar_id == webinar.id,
            WebinarQuestion.state.in_(VOTABLE),
            WebinarQuestion.merged_into_id.is_(None),
        )
    )
    return {str(question_id): int(votes) for question_id, votes in rows}


# ------------------------------------------------------------------------------------------------ afterwards


@dataclass(frozen=True, slots=True)
class Answered:
    """A question for reports. ``who`` is empty for an anonymous one; seconds are those since the session began."""

    id: str
    text: str
    who: str
    votes: int
    state: str
    asked_second: int | None
    answering_second: int | None
    answered_second: int | None
    answer: str
    by: str
    merged: tuple[str, ...] = ()


def asked_and_answered(webinar: Webinar) -> list[Answered]:
    """Return the questions of a session with their answers, most wanted first, merged ones under theirs.

    What was held or dismissed is left out. Names are those that everybody in the room could see. Two queries.
    """
    found = [
        Asked(*row)
        for row in db.session.execute(
            _chosen(WebinarQuestion.webinar_id == webinar.id, WebinarQuestion.state.not_in(_HIDDEN))
        )
    ]
    named = faces.shown(webinar, [one for each in found for one in each.people])
    roots = [one for one in found if one.into is None]
    merged = {one.question.public_id: _merged(found, one) for one in roots}
    told = [_answered(one, named, merged[one.question.public_id]) for one in roots]
    return sorted(told, key=lambda one: -one.votes)


def _merged(found: Sequence[Asked], root: Asked) -> tuple[str, ...]:
    return tuple(one.question.text for one in found if one.into == root.question.public_id)


def _answered(asked: Asked, named: Mapping[int, JSON], merged: tuple[str, ...]) -> Answered:
    told = asked.question
    return Answered(
        id=told.public_id,
        text=told.text,
        who=str(named[asked.asker.id]["label"]) if asked.asker else "",
        votes=asked.votes,
        state=told.state,
        asked_second=told.asked_second,
        answering_second=told.answering_second,
        answered_second=told.answered_second,
        answer=told.answer,
        by=str(named[asked.answerer.id]["label"]) if asked.answerer else "",
        merged=merged,
    )
