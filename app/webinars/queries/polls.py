"""What the live room and the reports read of polls. Who voted what is read of named polls only, and for hosts only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
    union_all,
)

from app.core.database import JSON, db
from app.webinars import faces
from app.webinars.attendance_checks import Checks
from app.webinars.journal import HOSTS
from app.webinars.models.planning import Webinar
from app.webinars.models.room import WebinarParticipant
from app.webinars.models.talk import PollKind, PollState, WebinarBallot, WebinarPoll, WebinarVote
from app.webinars.places import Place
from app.webinars.snapshot import Rows

MOST_WORDS = 300
"""Answers in own words that one reading gives."""


@dataclass(slots=True)
class Results:
    """What was voted: how many people, votes by option, how many answers in own words can be shown."""

    voters: int = 0
    tally: dict[str, int] = field(default_factory=dict)
    words: int = 0


def polls(webinar_id: int) -> Sequence[WebinarPoll]:
    """Return a session's polls in their order."""
    return db.session.scalars(
        select(WebinarPoll)
        .where(WebinarPoll.webinar_id == webinar_id)
        .order_by(WebinarPoll.position, WebinarPoll.id)
    ).all()


def poll(place: Place, poll_id: str) -> WebinarPoll | None:
    """Return a poll of the session; prepared ones are there for who plans or runs it only."""
    found = db.session.scalars(
        select(WebinarPoll).filter_by(webinar_id=place.webinar.id, public_id=poll_id)
    ).one_or_none()
    if found is None or (found.state == PollState.PREPARED and not (place.plans or place.hosts)):
        return None
    return found


def results(wanted: Collection[WebinarPoll]) -> dict[int, Results]:
    """Return what was voted in polls, by row numbers. One query."""
    ids = [one.id for one in wanted]
    return _results(wanted, db.session.execute(_voted(ids)) if ids else ())


def _voted(polls: Collection[int] | Select[int]) -> CompoundSelect[Any]:
    """What reads what was voted in ``polls`` (row numbers): (poll, what is counted, choice, how many)."""
    voters = (
        select(
            WebinarBallot.poll_id, literal("voters").label("what"), literal("").label("choice"),
            func.count().label("number"),
        )
        .where(WebinarBallot.poll_id.in_(polls))
        .group_by(WebinarBallot.poll_id)
    )  # fmt: skip
    votes = (
        select(WebinarVote.poll_id, literal("votes"), WebinarVote.choice, func.count())
        .where(WebinarVote.poll_id.in_(polls), WebinarVote.hidden.is_(False))
        .group_by(WebinarVote.poll_id, WebinarVote.choice)
    )
    return union_all(voters, votes)


def _results(wanted: Iterable[WebinarPoll], rows: Iterable[Sequence[Any]]) -> dict[int, Results]:
    found = {one.id: Results() for one in wanted}
    for poll_id, what, choice, count in rows:
        if what == "voters":
            found[poll_id].voters = count
        elif choice:
            found[poll_id].tally[choice] = count
        else:
            found[poll_id].words = count
    return found


def results_of(one: Results, *, shown: bool) -> JSON:
    """Return results as the client gets them; where they are not ``shown``, how many have voted."""
    return {"voters": one.voters} | ({"tally": one.tally, "words": one.words} if shown else {})


def body(poll: WebinarPoll, *, correct: bool) -> JSON:
    """Return a poll as the client gets it, with what is ``correct`` or without."""
    options = [
        {"key": one["key"], "label": one["label"]}
        | ({"correct": True} if correct and one.get("correct") else {})
        for one in poll.options
    ]
    return {
        "id": poll.public_id,
        "kind": poll.kind,
        "text": poll.text,
        "options": options,
        "low": poll.low_label,
        "high": poll.high_label,
        "anonymous": poll.anonymous,
        "changeable": poll.changeable,
        "counts": poll.counts,
        "quiz": is_quiz(poll),
        "state": poll.state,
        "shown": poll.shown,
        "position": poll.position,
    }


def is_quiz(poll: WebinarPoll) -> bool:
    """Whether there is a right answer."""
    return any(one.get("correct") for one in poll.options)


def _seen(place: Place) -> ColumnElement[bool]:
    """The polls that the person may see: prepared ones only who runs the room."""
    of_session = WebinarPoll.webinar_id == place.webinar.id
    return of_session if place.hosts else and_(of_session, WebinarPoll.state != PollState.PREPARED)


def asked(place: Place) -> CompoundSelect[Any]:
    """Return what the snapshot asks together with others: what was voted."""
    return _voted(select(WebinarPoll.id).where(_seen(place)))


def part(place: Place, counted: Rows) -> JSON:
    """Return the polls as they are now for the person at ``place``, given what was voted. One query."""
    hosts = place.hosts
    mine = (
        select(func.jsonb_agg(WebinarVote.choice))
        .where(WebinarVote.poll_id == WebinarPoll.id, WebinarVote.participant_id == place.me.id)
        .correlate(WebinarPoll)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(WebinarPoll, WebinarBallot.poll_id.is_not(None), mine)
        .outerjoin(
            WebinarBallot,
            and_(WebinarBallot.poll_id == WebinarPoll.id, WebinarBallot.participant_id == place.me.id),
        )
        .where(_seen(place))
        .order_by(WebinarPoll.position, WebinarPoll.id)
    ).all()
    voted = _results((poll for poll, _done, _mine in rows), counted)
    return {
        "polls": [
            body(poll, correct=hosts or poll.shown)
            | {"results": results_of(voted[poll.id], shown=hosts or poll.shown), "voted": bool(done)}
            | ({"mine": choices} if choices else {})
            for poll, done, choices in rows
        ]
    }


def tally(webinar: Webinar, audience: str) -> dict[str, JSON]:
    """Return the results of polls that may still change: to hosts all, to everybody those shown. Two queries."""
    moving = db.session.scalars(
        select(WebinarPoll).where(
            WebinarPoll.webinar_id == webinar.id,
            or_(WebinarPoll.state == PollState.OPEN, and_(WebinarPoll.shown, WebinarPoll.kind == PollKind.OPEN)),
        )
    ).all()  # fmt: skip
    voted = results(moving)
    return {
        poll.public_id: results_of(voted[poll.id], shown=audience == HOSTS or poll.shown) for poll in moving
    }


def answers(place: Place, poll: WebinarPoll) -> list[JSON] | None:
    """Return the single answers of a poll: words for everybody once results are shown; for hosts at once, with names
    where the poll has them. None while they are not for this person. Two queries."""
    hosts = place.hosts
    if not hosts and not (poll.shown and poll.kind == PollKind.OPEN):
        return None
    wanted = (
        select(WebinarVote, WebinarParticipant)
        .outerjoin(WebinarParticipant, WebinarParticipant.id == WebinarVote.participant_id)
        .where(WebinarVote.poll_id == poll.id)
        .order_by(WebinarVote.id)  # random: not the order in which they came
        .limit(MOST_WORDS)
    )
    if not hosts:
        wanted = wanted.where(WebinarVote.hidden.is_(False))
    rows: list[tuple[WebinarVote, WebinarParticipant | None]] = [
        (vote, one) for vote, one in db.session.execute(wanted)
    ]
    named = faces.faces(place, [one for _vote, one in rows if one is not None]) if hosts else {}
    return [
        {"id": str(vote.id), "choice": vote.choice, "text": vote.text}
        | ({"hidden": vote.hidden} if hosts else {})
        | ({"who": named[one.id]} if hosts and one is not None else {})
        for vote, one in rows
    ]


# ------------------------------------------------------------------------------------------------ attendance, reports


def checks(webinar_id: int) -> Checks:
    """Return how many check questions were asked in a session, and how many of them each account answered. Two
    queries."""
    asked = and_(
        WebinarPoll.webinar_id == webinar_id, WebinarPoll.counts, WebinarPoll.state != PollState.PREPARED
    )
    count = db.session.scalar(select(func.count()).select_from(WebinarPoll).where(asked))
    return Checks(int(count or 0), check_answers(webinar_id))


def check_answers(webinar_id: int) -> dict[int, int]:
    """Return how many check questions of a session each account has answered, by account."""
    rows = db.session.execute(
        select(WebinarParticipant.user_id, func.count().cast(Integer))
        .select_from(WebinarBallot)
        .join(WebinarPoll, WebinarPoll.id == WebinarBallot.poll_id)
        .join(WebinarParticipant, WebinarParticipant.id == WebinarBallot.participant_id)
        .where(WebinarPoll.webinar_id == webinar_id, WebinarPoll.counts)
        .group_by(WebinarParticipant.user_id)
    )
    return {int(user_id): int(count) for user_id, count in rows}


@dataclass(frozen=True, slots=True)
class PollResult:
    """A poll that was held, for reports. ``options`` are (label, votes, correct); ``words`` in no particular order."""

    text: str
    kind: str
    anonymous: bool
    counts: bool
    second: int | None
    voters: int
    options: tuple[tuple[str, int, bool], ...]
    low_label: str = ""
    high_label: str = ""
    words: tuple[str, ...] = ()


def held(webinar_id: int) -> list[PollResult]:
    """Return the polls that were held in a session with their results, without anybody's name. Three queries."""
    opened = [one for one in polls(webinar_id) if one.state != PollState.PREPARED]
    voted = results(opened)
    words = _words([one.id for one in opened if one.kind == PollKind.OPEN])
    return [
        PollResult(
            text=one.text,
            kind=one.kind,
            anonymous=one.anonymous,
            counts=one.counts,
            second=one.opened_second,
            voters=voted[one.id].voters,
            options=tuple(
                (each["label"], voted[one.id].tally.get(each["key"], 0), bool(each.get("correct")))
                for each in one.options
            ),
            low_label=one.low_label,
            high_label=one.high_label,
            words=tuple(words.get(one.id, ())),
        )
        for one in opened
    ]


def _words(poll_ids: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = db.session.execute(
        select(WebinarVote.poll_id, WebinarVote.text)
        .where(WebinarVote.poll_id.in_(poll_ids), WebinarVote.hidden.is_(False))
        .order_by(WebinarVote.id)
    )
    for poll_id, text in rows:
        found.setdefault(poll_id, []).append(text)
    return found
