"""The answers that were sent, side by side. A draft is nobody's but its writers'."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from app.accounts.countries import COUNTRIES
from app.accounts.models import User
from app.core.database import JSON, db
from app.core.i18n import country
from app.irooms.faces import alias_words, face_of
from app.irooms.models import IdentityMode, Room, RoomMembership
from app.irooms.models.stocktaking import (
    RevisionKind,
    Stocktaking,
    StocktakingAnswer,
    StocktakingResponse,
    StocktakingRevision,
    Unit,
)
from app.irooms.stocktaking import values


@dataclass(frozen=True, slots=True)
class Respondent:
    """Who sent a response, as the room shows them: a face, or a country. Of a pseudonym nothing else is read."""

    id: str
    label: str
    country: str = ""
    legal_system: str = ""
    sent_at: datetime | None = None
    sent_version: int | None = None
    response_id: int = 0


@dataclass(frozen=True, slots=True)
class Answered:
    """A response with what was sent, by question id."""

    who: Respondent
    values: dict[str, JSON]

    def value(self, question_id: str) -> JSON:
        """Return the answer sent; empty for none."""
        return self.values.get(question_id, values.NONE)


def respondents(room: Room, row: Stocktaking) -> list[Respondent]:
    """Return all who have sent a response, by their label; one query."""
    return sorted(_respondents(room, row), key=lambda one: (one.label.casefold(), one.id))


def answered(
    room: Room, row: Stocktaking, *, chosen: Sequence[Respondent] | None = None, questions: Sequence[str] = ()
) -> list[Answered]:
    """Return what ``chosen`` (default: all) have sent, narrowed to ``questions`` where some are named."""
    people = respondents(room, row) if chosen is None else chosen
    wanted = select(
        StocktakingAnswer.response_id, StocktakingAnswer.question_id, StocktakingAnswer.sent_value
    ).where(
        StocktakingAnswer.response_id.in_([one.response_id for one in people]),
        StocktakingAnswer.sent_value.is_not(None),
    )
    if questions:
        wanted = wanted.where(StocktakingAnswer.question_id.in_(questions))
    sent: dict[int, dict[str, JSON]] = {}
    for response_id, question_id, value in db.session.execute(wanted):
        sent.setdefault(response_id, {})[question_id] = value or values.NONE
    return [Answered(one, sent.get(one.response_id, {})) for one in people]


def sent_history(response_id: int) -> Sequence[StocktakingRevision]:
    """Return what was sent of a response, each time, the newest first."""
    return db.session.scalars(
        select(StocktakingRevision)
        .where(StocktakingRevision.response_id == response_id, StocktakingRevision.kind == RevisionKind.SENT)
        .order_by(StocktakingRevision.id.desc())
        .limit(500)
    ).all()


def _respondents(room: Room, row: Stocktaking) -> Iterator[Respondent]:
    sent = (StocktakingResponse.stocktaking_id == row.id, StocktakingResponse.sent_at.is_not(None))
    if row.unit == Unit.COUNTRY:
        for response in db.session.scalars(select(StocktakingResponse).where(*sent)):
            known = COUNTRIES.get(response.country)
            system = known.legal_system if known else ""
            yield _respondent(response, country(response.country), response.country, system)
        return
    wanted: Select[StocktakingResponse, RoomMembership] = (
        select(StocktakingResponse, RoomMembership)
        .join(RoomMembership, RoomMembership.id == StocktakingResponse.membership_id)
        .where(*sent)
    )
    if room.identity == IdentityMode.PSEUDONYM:
        for response, member in db.session.execute(wanted):
            yield _respondent(response, alias_words(member.alias))
        return
    rows = db.session.execute(wanted.add_columns(User).join(User, User.id == RoomMembership.user_id))
    for response, member, person in rows:
        face = face_of(room, member, person)
        yield _respondent(response, face.label, face.country, face.legal_system)


def _respondent(
    response: StocktakingResponse, label: str, country: str = "", legal_system: str = ""
) -> Respondent:
    return Respondent(
        response.public_id,
        label,
        country,
        legal_system,
        response.sent_at,
        response.sent_version,
        response.id,
    )
