"""What the live room and the planners' page read of breakouts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.core.database import JSON, db
from app.core.i18n import country_name, page_language
from app.webinars.models.planning import RegistrationState, RunnerRole, Webinar, WebinarRegistration
from app.webinars.models.room import WebinarParticipant
from app.webinars.models.talk import WebinarBreakout, WebinarBreakoutPlace, WebinarBreakoutRound
from app.webinars.places import Place
from app.webinars.snapshot import Rows, Statement


@dataclass(frozen=True, slots=True)
class Round:
    """Breakouts that are prepared or held now."""

    row: WebinarBreakoutRound
    rooms: tuple[WebinarBreakout, ...]

    @property
    def open(self) -> bool:
        """Whether people are in them."""
        return self.row.opened_at is not None and self.row.closed_at is None

    def room(self, public_id: str) -> WebinarBreakout | None:
        """Return one of its breakouts."""
        return next((one for one in self.rooms if one.public_id == public_id), None)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can be put into a breakout."""

    user_id: int
    language: str
    country: str


def running(webinar_id: int) -> Round | None:
    """Return the round of a session that is prepared or held now. One query."""
    rows = db.session.execute(
        select(WebinarBreakoutRound, WebinarBreakout)
        .join(WebinarBreakout, WebinarBreakout.round_id == WebinarBreakoutRound.id)
        .where(_running(webinar_id))
        .order_by(WebinarBreakout.position)
    ).all()
    return Round(rows[0][0], tuple(row[1] for row in rows)) if rows else None


def public_ids(_webinar: Webinar, numbers: Collection[int]) -> dict[int, str]:
    """Return the public ids of breakouts by row number: for who tells people what is theirs."""
    rows = db.session.execute(
        select(WebinarBreakout.id, WebinarBreakout.public_id).where(WebinarBreakout.id.in_(numbers))
    )
    return {int(number): str(public_id) for number, public_id in rows}


def there(webinar_id: int) -> Sequence[Candidate]:
    """Return the participants who are in the room now, hosts and speakers left out."""
    rows = db.session.execute(
        select(WebinarParticipant.user_id, WebinarParticipant.language, User.country)
        .join(User, User.id == WebinarParticipant.user_id)
        .where(
            WebinarParticipant.webinar_id == webinar_id,
            WebinarParticipant.role == RunnerRole.PARTICIPANT,
            WebinarParticipant.admitted_at.is_not(None),
            WebinarParticipant.left_at.is_(None),
            WebinarParticipant.removed_at.is_(None),
            WebinarParticipant.banned_at.is_(None),
        )
        .order_by(WebinarParticipant.id)
    )
    return [Candidate(user_id, language, country) for user_id, language, country in rows]


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody registered, for the planners' page: who, from where, in which breakout (its public id)."""

    person_id: str
    name: str
    country: str
    room: str


def expected(webinar_id: int, round_id: int | None) -> list[Expected]:
    """Return who is registered for a session, and where they are put. One query."""
    put = and_(
        WebinarBreakoutPlace.user_id == WebinarRegistration.user_id,
        WebinarBreakoutPlace.round_id == (round_id or 0),
    )
    rows = db.session.execute(
        select(User.public_id, User, WebinarBreakout.public_id)
        .join(WebinarRegistration, WebinarRegistration.user_id == User.id)
        .outerjoin(WebinarBreakoutPlace, put)
        .outerjoin(WebinarBreakout, WebinarBreakout.id == WebinarBreakoutPlace.breakout_id)
        .where(
            WebinarRegistration.webinar_id == webinar_id,
            WebinarRegistration.state == RegistrationState.REGISTERED,
        )
        .order_by(User.family_name, User.given_name, User.id)
    )
    return [
        Expected(person_id, person.name, _country(person), room or "") for person_id, person, room in rows
    ]


def _country(person: User) -> str:
    return country_name(person.country, page_language()) if person.country else ""


def registered(webinar_id: int) -> dict[str, Candidate]:
    """Return who is registered for a session, by public id."""
    rows = db.session.execute(
        select(User.public_id, User.id, User.language, User.country)
        .join(WebinarRegistration, WebinarRegistration.user_id == User.id)
        .where(
            WebinarRegistration.webinar_id == webinar_id,
            WebinarRegistration.state == RegistrationState.REGISTERED,
        )
        .order_by(User.id)
    )
    return {person_id: Candidate(number, language, country) for person_id, number, language, country in rows}


def asked(place: Place) -> Statement:
    """Return what the snapshot asks together with others: for hosts who belongs where and who is where, as (person's id
    in the room, own breakout, present one); for others the one they belong to."""
    return _people(place.webinar.id) if place.hosts else _own(place.webinar.id, place.me.user_id)


def part(place: Place, found: Rows) -> JSON:
    """Return the breakouts as they are now for the person at ``place``, given who belongs where. One query."""
    held = running(place.webinar.id)
    if held is None or not (held.open or place.hosts):
        return {"round": None}
    names = {one.id: one.public_id for one in held.rooms}
    whole: JSON = {
        "round": round_body(held),
        "here": names.get(place.me.breakout_id or 0),
        "mine": found[0][0] if found and not place.hosts else None,
    }
    if place.hosts:
        whole["people"] = found
    return whole


def round_body(held: Round) -> JSON:
    """Return a round as everybody may see it while it is open."""
    row = held.row
    return {
        "open": held.open,
        "grouping": row.grouping,
        "until": row.until.isoformat() if row.until else None,
        "word": row.word,
        "word_at": row.word_at.isoformat() if row.word_at else None,
        "rooms": [
            {"id": one.public_id, "name": one.name, "called": one.called_at is not None} for one in held.rooms
        ],
    }


def own_room(held: Round, user_id: int) -> WebinarBreakout | None:
    """Return the breakout somebody belongs to in a round."""
    own = db.session.scalar(_own(held.row.webinar_id, user_id))
    return held.room(own) if own is not None else None


def _running(webinar_id: int) -> ColumnElement[bool]:
    return and_(WebinarBreakoutRound.webinar_id == webinar_id, WebinarBreakoutRound.closed_at.is_(None))


def _own(webinar_id: int, user_id: int) -> Select[str]:
    return (
        select(WebinarBreakout.public_id)
        .join(WebinarBreakoutPlace, WebinarBreakoutPlace.breakout_id == WebinarBreakout.id)
        .join(WebinarBreakoutRound, WebinarBreakoutRound.id == WebinarBreakoutPlace.round_id)
        .where(_running(webinar_id), WebinarBreakoutPlace.user_id == user_id)
    )


def _people(webinar_id: int) -> Select[str, str, str]:
    own, present = aliased(WebinarBreakout), aliased(WebinarBreakout)
    held = select(WebinarBreakoutRound.id).where(_running(webinar_id)).scalar_subquery()
    put = and_(
        WebinarBreakoutPlace.round_id == held, WebinarBreakoutPlace.user_id == WebinarParticipant.user_id
    )
    return (
        select(WebinarParticipant.public_id, own.public_id.label("belongs"), present.public_id.label("is_in"))
        .select_from(WebinarParticipant)
        .outerjoin(WebinarBreakoutPlace, put)
        .outerjoin(own, own.id == WebinarBreakoutPlace.breakout_id)
        .outerjoin(present, present.id == WebinarParticipant.breakout_id)
        .where(
            WebinarParticipant.webinar_id == webinar_id,
            func.coalesce(own.id, present.id).is_not(None),
        )
        .order_by(WebinarParticipant.id)
    )
