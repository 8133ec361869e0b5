"""Who is told what of a live room, as the gateways ask it: seats, entries, touches, many people at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import load_only

from app.core.access import Actor
from app.core.database import db
from app.live import feeds
from app.live.feeds import Entry, Feed
from app.live.topics import Seat
from app.webinars import journal, touching
from app.webinars.journal import ALL, HOSTS, LOBBY, to_breakout, to_person
from app.webinars.models.planning import Webinar
from app.webinars.models.room import WebinarEvent, WebinarParticipant, WebinarRoom
from app.webinars.places import Place
from app.webinars.policy import RUNS, visible_to
from app.webinars.room_loaders import follows

PREFIX = "webinar"
_POLL = r"/webinars/([A-Za-z0-9_-]{1,64})/room/poll"
_OF_WEBINAR = (Webinar.id, Webinar.public_id, Webinar.state, Webinar.closed_at, Webinar.cancelled_at)
_OF_PARTICIPANT = (
    WebinarParticipant.id,
    WebinarParticipant.public_id,
    WebinarParticipant.user_id,
    WebinarParticipant.role,
    WebinarParticipant.admitted_at,
    WebinarParticipant.removed_at,
    WebinarParticipant.banned_at,
    WebinarParticipant.breakout_id,
)
_breakouts: list[Any] = []


def provide(tick: Any = None) -> None:
    """Let the gateways tell live rooms. ``tick`` is theirs to call each second."""
    feeds.provide(PREFIX, Feed(number, read, told, audiences_of_people, tick))
    feeds.provide_poll(_POLL, PREFIX + r":\1")


def name_breakouts(public_ids: Any) -> None:
    """Let breakouts say their public ids: ``public_ids(webinar, {row numbers}) -> {row number: public id}``."""
    _breakouts[:] = [public_ids]


def may_follow(actor: Actor, topic: str) -> Seat | None:
    """Return the seat of an actor at the room of ``topic``; None: no."""
    _prefix, webinar_id, *rest = topic.split(":")
    if rest or actor.user_id is None:
        return None
    row = db.session.execute(
        select(Webinar, WebinarParticipant)
        .join(WebinarParticipant, WebinarParticipant.webinar_id == Webinar.id)
        .options(load_only(*_OF_WEBINAR), load_only(*_OF_PARTICIPANT))
        .where(
            Webinar.public_id == webinar_id, WebinarParticipant.user_id == actor.user_id, visible_to(actor)
        )
    ).one_or_none()
    found = None if row is None else Place(actor, row[0], participant=row[1])
    if found is None or not follows(found):
        return None
    watched = found.inside and found.role in RUNS
    return Seat(audiences=heard_by(found), watched=watched)


def audiences(webinar: Webinar, people: Collection[WebinarParticipant]) -> dict[int, frozenset[str]]:
    """Return which entries each of these people is told now, by user. Who waits in the lobby is told little."""
    numbers = {one.breakout_id for one in people if one.breakout_id is not None}
    breakouts: Mapping[int, str] = _breakouts[0](webinar, numbers) if numbers and _breakouts else {}
    return {one.user_id: _audiences(one, breakouts) for one in people}


def _audiences(one: WebinarParticipant, breakouts: Mapping[int, str]) -> frozenset[str]:
    own = to_person(one.public_id)
    if one.admitted_at is None:
        return frozenset({LOBBY, own})
    held = {ALL, own}
    if one.role in RUNS:
        held.add(HOSTS)
    if one.breakout_id is not None and one.breakout_id in breakouts:
        held.add(to_breakout(breakouts[one.breakout_id]))
    return frozenset(held)


def heard_by(found: Place) -> frozenset[str]:
    """Return which entries the person at a place is told now."""
    return audiences(found.webinar, [found.me])[found.me.user_id]


def number(topic: str) -> int:
    """Return the number of the last entry of a room's journal; 0 where there is none."""
    asked = select(WebinarRoom.number).join(Webinar, Webinar.id == WebinarRoom.webinar_id)
    return db.session.scalar(asked.where(Webinar.public_id == _id(topic))) or 0


def read(topic: str, after: int) -> Sequence[Entry]:
    """Return the entries after a number, in order, at most ``journal.MOST``."""
    webinar_id = select(Webinar.id).where(Webinar.public_id == _id(topic)).scalar_subquery()
    E = WebinarEvent
    wanted = select(E.number, E.kind, E.audience, E.body, E.at).where(
        E.webinar_id == webinar_id, E.number > after
    )
    return [Entry(*row) for row in db.session.execute(wanted.order_by(E.number).limit(journal.MOST))]


def told(topic: str, what: str, audience: str) -> Any:
    """Return what an audience is told of what was touched; None for nothing."""
    webinar = db.session.scalars(select(Webinar).where(Webinar.public_id == _id(topic))).one_or_none()
    return None if webinar is None else touching.told(webinar, what, audience)


def audiences_of_people(topic: str, people: Collection[int]) -> dict[int, frozenset[str]]:
    """Return which entries each of these people (users) is told now; who is told nothing is left out."""
    webinar = db.session.scalars(select(Webinar).where(Webinar.public_id == _id(topic))).one_or_none()
    if webinar is None:
        return {}
    found = db.session.scalars(
        select(WebinarParticipant).where(
            WebinarParticipant.webinar_id == webinar.id,
            WebinarParticipant.user_id.in_(people),
            WebinarParticipant.removed_at.is_(None),
            WebinarParticipant.banned_at.is_(None),
        )
    ).all()
    return audiences(webinar, found)


def _id(topic: str) -> str:
    return topic.split(":")[1]
