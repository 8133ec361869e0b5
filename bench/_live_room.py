"""A running live room with many people in it, written down directly."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import insert, select

from app.accounts.models import User, WebSession
from app.accounts.sessions import digest
from app.core import clock
from app.core.database import db
from app.core.ids import public_id
from app.webinars import journal
from app.webinars.models.planning import RunnerRole, State, Webinar
from app.webinars.models.room import WebinarParticipant, WebinarRoom


@dataclass(frozen=True, slots=True)
class Made:
    """The session, its live topic, the cookies of its people: the first is the host."""

    webinar_id: int
    public_id: str
    topic: str
    cookies: list[str]


def make(count: int) -> Made:
    """Make a session that runs, with ``count`` people inside, in the present transaction."""
    now = clock.now()
    people = _people(count)
    webinar = Webinar(
        title="How many a room carries", languages=["en"], starts_at=now - timedelta(minutes=5),
        ends_at=now + timedelta(hours=3), state=State.LIVE, opened_at=now, begun_at=now, created_by=people[0],
    )  # fmt: skip
    db.session.add(webinar)
    db.session.flush()
    db.session.add(WebinarRoom(webinar_id=webinar.id, participants=count))
    rows = [
        {"webinar_id": webinar.id, "user_id": user_id, "number": number, "public_id": public_id(),
         "admitted_at": now, "role": RunnerRole.HOST if number == 1 else RunnerRole.PARTICIPANT}
        for number, user_id in enumerate(people, 1)
    ]  # fmt: skip
    db.session.execute(insert(WebinarParticipant), rows)
    host = select(WebinarParticipant.id).where(
        WebinarParticipant.webinar_id == webinar.id, WebinarParticipant.number == 1
    )
    db.session.get_one(WebinarRoom, webinar.id).host_id = db.session.scalars(host).one()
    return Made(webinar.id, webinar.public_id, journal.topic_of(webinar), _sign_in(people))


def _people(count: int) -> list[int]:
    mark = secrets.token_hex(4)
    rows = [
        {"email": f"{mark}-{number}@bench.example", "given_name": "Person", "family_name": str(number),
         "fs_uniquifier": secrets.token_hex(16), "public_id": public_id(), "active": True, "country": "KE",
         "profession": "judge", "institution": "Court", "legal_system": "common", "standing": "approved",
         "confirmed_at": clock.now(), "approved_at": clock.now()}
        for number in range(count)
    ]  # fmt: skip
    known = {column.key for column in User.__table__.columns}
    made = insert(User).returning(User.id, sort_by_parameter_order=True)
    wanted = [{key: value for key, value in row.items() if key in known} for row in rows]
    return list(db.session.scalars(made, wanted))


def _sign_in(people: list[int]) -> list[str]:
    now, tokens = clock.now(), [secrets.token_urlsafe(32) for _ in people]
    keys = db.session.execute(select(User.id, User.fs_uniquifier).where(User.id.in_(people)))
    uniquifiers = {row[0]: row[1] for row in keys}
    rows = [
        {"token_digest": digest(token), "user_id": one, "signed_in_at": now, "created_at": now, "last_seen_at": now,
         "public_id": secrets.token_urlsafe(16),
         "data": {"_user_id": uniquifiers[one], "_fresh": True, "fs_cc": "set", "fs_paa": now.timestamp()}}
        for token, one in zip(tokens, people, strict=True)
    ]  # fmt: skip
    db.session.execute(insert(WebSession), rows)
    return [f"ctlp={token}" for token in tokens]
