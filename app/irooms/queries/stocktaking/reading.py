"""The stocktakings of a room, one of them before somebody, published summaries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select
from sqlalchemy.orm import aliased

from app.core import clock
from app.core.database import db
from app.irooms.faces import Face, faces
from app.irooms.models import Room
from app.irooms.models.stocktaking import (
    RevisionKind,
    Stocktaking,
    StocktakingAnswer,
    StocktakingResponse,
    StocktakingRevision,
    StocktakingState,
    StocktakingSummary,
    StocktakingVersion,
    Unit,
)
from app.irooms.seats import Seat
from app.irooms.stocktaking import questionnaire, values
from app.irooms.stocktaking.questionnaire import Questionnaire, Section
from app.irooms.stocktaking_policy import has_response, visible_to, whose

MOST_ROWS, MOST_NEWS = 200, 10


@dataclass(frozen=True, slots=True)
class Place:
    """A stocktaking before somebody: the questionnaire in force, and the draft of the next version for who builds.

    ``note`` says what is new in the version in force.
    """

    seat: Seat
    row: Stocktaking
    content: Questionnaire
    draft: StocktakingVersion | None = None
    note: str = ""

    @property
    def drafted(self) -> Questionnaire:
        """The questionnaire of the draft."""
        return questionnaire.from_json(self.draft.content) if self.draft else Questionnaire()


@dataclass(frozen=True, slots=True)
class Listed:
    """A stocktaking in the list, with one's own response to it."""

    row: Stocktaking
    response: StocktakingResponse | None


@dataclass(frozen=True, slots=True)
class News:
    """A stocktaking with something new: answers ``to_answer``, the public id of a new ``summary`` (or empty)."""

    public_id: str
    title: str
    language: str
    deadline: datetime
    to_answer: bool
    summary: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One's own response: answers by question, texts that were put aside, the faces of who wrote them."""

    place: Place
    response: StocktakingResponse | None = None
    answers: dict[str, StocktakingAnswer] = field(default_factory=dict)
    asides: dict[str, list[StocktakingRevision]] = field(default_factory=dict)
    known: dict[int, Face] = field(default_factory=dict)

    def value(self, question_id: str) -> dict[str, object]:
        """Return the answer as it stands; empty for none."""
        answer = self.answers.get(question_id)
        return answer.value if answer else values.NONE

    @property
    def answered(self) -> set[str]:
        """The questions that have an answer."""
        return {one.id for one in self.place.content.questions() if values.given(one, self.value(one.id))}

    @property
    def missing(self) -> dict[str, str]:
        """What is still missing before it can be sent, by question."""
        return values.missing_in(self.place.content, {id: one.value for id, one in self.answers.items()})

    @property
    def unsent(self) -> set[str]:
        """The questions whose answer is not what was sent."""
        return {
            one.id
            for one in self.place.content.questions()
            if (answer := self.answers.get(one.id)) and answer.value != (answer.sent_value or values.NONE)
        }

    @property
    def next_section(self) -> str:
        """The id of the first section with a question that has no answer; empty for none."""
        open_ = (one for one in self.place.content.sections if self.done(one) < len(one.questions))
        return next((one.id for one in open_), "")

    def done(self, section: Section) -> int:
        """Return how many questions of a section have an answer."""
        return len(self.answered & {one.id for one in section.questions})


def listed(seat: Seat) -> list[Listed]:
    """Return the stocktakings of a room that somebody may see, newest first, each with their own response."""
    rows = db.session.execute(
        select(Stocktaking, StocktakingResponse)
        .outerjoin(StocktakingResponse, _own(seat))
        .where(visible_to(seat))
        .order_by(Stocktaking.id.desc())
        .limit(MOST_ROWS)
    )
    return [Listed(row, response if seat.member else None) for row, response in rows]


def whats_new(seat: Seat) -> ScalarSelect[Any] | None:
    """Ask for the stocktakings that wait for a member's answers, or have a summary newer than their last visit."""
    if seat.member is None:
        return None
    since = seat.member.visited_before or seat.member.joined_at
    summary = (
        select(StocktakingSummary.public_id)
        .where(StocktakingSummary.stocktaking_id == Stocktaking.id, StocktakingSummary.withdrawn_at.is_(None))
        .where(StocktakingSummary.published_at > since)
        .order_by(StocktakingSummary.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    sent = select(StocktakingResponse.id).where(_own(seat), StocktakingResponse.sent_at.is_not(None))
    open_now = and_(visible_to(seat), Stocktaking.state == StocktakingState.OPEN)
    to_answer = and_(open_now, Stocktaking.deadline > clock.now(), ~sent.exists())
    new = (
        select(
            Stocktaking.public_id,
            Stocktaking.title,
            Stocktaking.language,
            Stocktaking.deadline,
            to_answer.label("to_answer"),
            func.coalesce(summary, "").label("summary"),
        )
        .where(Stocktaking.room_id == seat.room.id, or_(to_answer, summary.is_not(None)))
        .order_by(Stocktaking.deadline)
        .limit(MOST_NEWS)
        .subquery()
    )
    return select(func.json_agg(func.json_build_array(*new.c))).scalar_subquery()


def news(seat: Seat, found: Iterable[Sequence[Any]]) -> list[News]:
    """Return what :func:`whats_new` found; who does not write is not asked for answers."""
    return [
        News(
            public_id, title, language, datetime.fromisoformat(deadline), bool(waits) and seat.writes, summary
        )
        for public_id, title, language, deadline, waits, summary in found
    ]


def place(seat: Seat, public_id: str) -> Place | None:
    """Return a stocktaking of the seat's room that somebody may see; one query."""
    draft = aliased(StocktakingVersion)
    in_force = and_(
        StocktakingVersion.stocktaking_id == Stocktaking.id,
        StocktakingVersion.number == Stocktaking.version,
        StocktakingVersion.published_at.is_not(None),
    )
    is_draft = and_(draft.stocktaking_id == Stocktaking.id, draft.published_at.is_(None))
    row = db.session.execute(
        select(Stocktaking, StocktakingVersion, draft)
        .outerjoin(StocktakingVersion, in_force)
        .outerjoin(draft, is_draft)
        .where(Stocktaking.public_id == public_id, visible_to(seat))
    ).one_or_none()
    if row is None:
        return None
    found: Stocktaking = row[0]
    version: StocktakingVersion | None = row[1]
    drafted: StocktakingVersion | None = row[2]
    content = questionnaire.from_json(version.content) if version is not None else Questionnaire()
    note = version.note if version is not None else ""
    return Place(seat, found, content, drafted if seat.manages else None, note)


def sheet(found: Place, *, also: Iterable[int] = ()) -> Sheet:
    """Return somebody's own response; at most two queries. ``also`` are memberships whose faces are wanted, too."""
    if not has_response(found.seat, found.row):
        return Sheet(found)
    open_aside = and_(
        StocktakingRevision.response_id == StocktakingAnswer.response_id,
        StocktakingRevision.question_id == StocktakingAnswer.question_id,
        StocktakingRevision.kind == RevisionKind.ASIDE,
        StocktakingRevision.settled_at.is_(None),
    )
    rows = db.session.execute(
        select(StocktakingResponse, StocktakingAnswer, StocktakingRevision)
        .outerjoin(StocktakingAnswer, StocktakingAnswer.response_id == StocktakingResponse.id)
        .outerjoin(StocktakingRevision, open_aside)
        .where(whose(found.seat, found.row))
        .order_by(StocktakingRevision.id)
        .execution_options(populate_existing=True)
    ).all()
    if not rows:
        return Sheet(found)
    answers: dict[str, StocktakingAnswer] = {}
    asides: dict[str, list[StocktakingRevision]] = {}
    for row in rows:
        answer: StocktakingAnswer | None = row[1]
        aside: StocktakingRevision | None = row[2]
        if answer is not None:
            answers[answer.question_id] = answer
        if aside is not None:
            asides.setdefault(aside.question_id, []).append(aside)
    made = Sheet(found, rows[0][0], answers, asides)
    return replace(made, known=_writers(made, also)) if found.row.unit == Unit.COUNTRY else made


def _writers(made: Sheet, also: Iterable[int]) -> dict[int, Face]:
    """The faces of those who wrote into a country's response."""
    ids = {one.membership_id for one in made.answers.values()} | set(also)
    ids |= {one.membership_id for several in made.asides.values() for one in several}
    sent_by = made.response.sent_by if made.response else None
    return dict(faces(made.place.seat.room, [*ids, sent_by]))


def history(found: Place) -> Sequence[StocktakingRevision]:
    """Return the earlier texts of somebody's own response, newest first."""
    if not has_response(found.seat, found.row):
        return []
    response = select(StocktakingResponse.id).where(whose(found.seat, found.row)).scalar_subquery()
    return db.session.scalars(
        select(StocktakingRevision)
        .where(StocktakingRevision.response_id == response)
        .order_by(StocktakingRevision.id.desc())
        .limit(MOST_ROWS)
    ).all()


def aside(found: Place, public_id: str) -> StocktakingRevision | None:
    """Return a text that was put aside in somebody's own response."""
    if not has_response(found.seat, found.row):
        return None
    response = select(StocktakingResponse.id).where(whose(found.seat, found.row)).scalar_subquery()
    return db.session.scalars(
        select(StocktakingRevision).where(
            StocktakingRevision.public_id == public_id,
            StocktakingRevision.response_id == response,
            StocktakingRevision.kind == RevisionKind.ASIDE,
        )
    ).one_or_none()


# ------------------------------------------------------------------------------------------------ summaries


def summaries(room: Room, row: Stocktaking | None = None) -> Sequence[StocktakingSummary]:
    """Return the published summaries of a room, or of one of its stocktakings, newest first."""
    wanted = (
        select(StocktakingSummary)
        .join(Stocktaking, Stocktaking.id == StocktakingSummary.stocktaking_id)
        .where(Stocktaking.room_id == room.id, StocktakingSummary.withdrawn_at.is_(None))
    )
    if row is not None:
        wanted = wanted.where(Stocktaking.id == row.id)
    return db.session.scalars(wanted.order_by(StocktakingSummary.id.desc()).limit(MOST_ROWS)).all()


def summary(seat: Seat, public_id: str) -> StocktakingSummary | None:
    """Return a published summary of the seat's room."""
    return db.session.scalars(
        select(StocktakingSummary)
        .join(Stocktaking, Stocktaking.id == StocktakingSummary.stocktaking_id)
        .where(
            Stocktaking.room_id == seat.room.id,
            StocktakingSummary.public_id == public_id,
            StocktakingSummary.withdrawn_at.is_(None),
        )
    ).one_or_none()


def _own(seat: Seat) -> ColumnElement[bool]:
    """The response to a stocktaking of the query that is somebody's own, or their country's."""
    mine = StocktakingResponse.membership_id == (seat.member.id if seat.member else 0)
    if seat.actor.country:
        mine = or_(mine, StocktakingResponse.country == seat.actor.country)
    return and_(StocktakingResponse.stocktaking_id == Stocktaking.id, mine)
