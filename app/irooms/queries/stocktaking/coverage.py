"""Who has answered and who has not: of the members a stocktaking asks (experts and managers may answer, too).

In a room of pseudonyms there are counts and nothing else: no country, no legal system, no list of faces is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.accounts.countries import COUNTRIES
from app.accounts.models import User
from app.core.database import db
from app.core.i18n import country
from app.irooms.faces import face_of
from app.irooms.models import IdentityMode, Room, RoomMembership, RoomRole
from app.irooms.models.stocktaking import Stocktaking, StocktakingResponse, Unit
from app.irooms.seats import present

ASKED = RoomRole.MEMBER
"""Whose answers are waited for."""


class Progress(StrEnum):
    """How far somebody is."""

    SENT = "sent"
    BEGUN = "begun"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Covered:
    """One who is asked, or has answered: a member by their face, or a country. ``response`` is its public id."""

    label: str
    progress: Progress
    country: str = ""
    legal_system: str = ""
    members: int = 1
    asked: bool = True
    response: str = ""
    sent_at: datetime | None = None
    sent_version: int | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Of how many who are asked (a country, a legal system, all) how many have sent and begun."""

    key: str
    asked: int
    sent: int
    begun: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """``rows`` are empty in a room of pseudonyms. ``further``: responses of people who were not asked."""

    total: Share
    further: int
    rows: Sequence[Covered] = ()
    by_country: Sequence[Share] = field(default=())
    by_system: Sequence[Share] = field(default=())


def coverage(room: Room, row: Stocktaking) -> Coverage:
    """Return who has answered; two queries."""
    if room.identity == IdentityMode.PSEUDONYM:
        return _counts(room, row)
    covered = _countries(room, row) if row.unit == Unit.COUNTRY else _people(room, row)
    asked = [one for one in covered if one.asked]
    by_country = [] if row.unit == Unit.COUNTRY else _shares(asked, "country")
    return Coverage(
        _share("", asked),
        sum(1 for one in covered if not one.asked and one.progress == Progress.SENT),
        covered,
        by_country,
        _shares(asked, "legal_system"),
    )


def missing_members(room: Room, row: Stocktaking) -> Sequence[int]:
    """Return the memberships whose answers, or whose country's, are waited for and not sent."""
    sent = select(StocktakingResponse.id).where(
        StocktakingResponse.stocktaking_id == row.id, StocktakingResponse.sent_at.is_not(None)
    )
    wanted = select(RoomMembership.id).where(*_asked(room))
    if row.unit == Unit.COUNTRY:
        wanted = wanted.join(User, User.id == RoomMembership.user_id).where(
            User.country != "", ~sent.where(StocktakingResponse.country == User.country).exists()
        )
    else:
        wanted = wanted.where(~sent.where(StocktakingResponse.membership_id == RoomMembership.id).exists())
    return db.session.scalars(wanted).all()


def _asked(room: Room) -> tuple[ColumnElement[bool], ...]:
    return RoomMembership.room_id == room.id, RoomMembership.role == ASKED, present()


def _counts(room: Room, row: Stocktaking) -> Coverage:
    """Numbers only: nobody's name, country or pseudonym is read."""
    of_this = StocktakingResponse.stocktaking_id == row.id
    own = and_(of_this, StocktakingResponse.membership_id == RoomMembership.id)
    asked = db.session.execute(
        select(StocktakingResponse.id, StocktakingResponse.sent_at)
        .select_from(RoomMembership)
        .outerjoin(StocktakingResponse, own)
        .where(*_asked(room))
    ).all()
    sent = sum(1 for one in asked if one.sent_at is not None)
    begun = sum(1 for one in asked if one.id is not None and one.sent_at is None)
    everybody = select(func.count()).where(of_this, StocktakingResponse.sent_at.is_not(None))
    return Coverage(Share("", len(asked), sent, begun), int(db.session.scalar(everybody) or 0) - sent)


def _people(room: Room, row: Stocktaking) -> list[Covered]:
    own = and_(
        StocktakingResponse.stocktaking_id == row.id, StocktakingResponse.membership_id == RoomMembership.id
    )
    asked = and_(*_asked(room))
    rows = db.session.execute(
        select(RoomMembership, User, StocktakingResponse, asked)
        .join(User, User.id == RoomMembership.user_id)
        .outerjoin(StocktakingResponse, own)
        .where(RoomMembership.room_id == room.id, or_(asked, StocktakingResponse.sent_at.is_not(None)))
        .order_by(RoomMembership.number)
    )
    return [
        Covered(
            label=face_of(room, member, person).label,
            country=person.country,
            legal_system=person.legal_system,
            asked=bool(is_asked),
            **_state(response),
        )
        for member, person, response, is_asked in rows
    ]


def _countries(room: Room, row: Stocktaking) -> list[Covered]:
    counted = db.session.execute(
        select(User.country, func.count())
        .join(RoomMembership, RoomMembership.user_id == User.id)
        .where(*_asked(room), User.country != "")
        .group_by(User.country)
    )
    asked = {row[0]: row[1] for row in counted}
    responses = {
        one.country: one
        for one in db.session.scalars(
            select(StocktakingResponse).where(StocktakingResponse.stocktaking_id == row.id)
        )
    }
    sent = {code for code, one in responses.items() if one.sent_at is not None}
    covered = [
        Covered(
            label=country(code),
            country=code,
            legal_system=COUNTRIES[code].legal_system if code in COUNTRIES else "",
            members=asked.get(code, 0),
            asked=code in asked,
            **_state(responses.get(code)),
        )
        for code in asked.keys() | sent
    ]
    return sorted(covered, key=lambda one: one.label)


def _state(response: StocktakingResponse | None) -> dict[str, Any]:
    if response is None:
        return {"progress": Progress.MISSING}
    return {
        "progress": Progress.SENT if response.sent_at is not None else Progress.BEGUN,
        "response": response.public_id if response.sent_at is not None else "",
        "sent_at": response.sent_at,
        "sent_version": response.sent_version,
    }


def _share(key: str, rows: Iterable[Covered]) -> Share:
    by_progress = Counter(one.progress for one in rows)
    return Share(key, by_progress.total(), by_progress[Progress.SENT], by_progress[Progress.BEGUN])


def _shares(rows: Sequence[Covered], name: str) -> list[Share]:
    """Return the shares by a column, the largest first."""
    keys = Counter(str(getattr(one, name)) for one in rows)
    return [_share(key, [one for one in rows if getattr(one, name) == key]) for key, _n in keys.most_common()]
